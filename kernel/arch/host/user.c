/* SPDX-License-Identifier: BSD-2-Clause */
#include "user.h"

#include "host.h"
#include "object/sched.h"
#include "syscall/entry.h"
#include "walker.h"

#define ROTATIONS_MAX 256u
#define BUDGET_NS 300000u /* what a thread of a higher class is given to use its budget up */

static void walk(void)
{
    if (!host.is_walked)
        walker_check();
}

/* What every way out of the kernel ends with. */
static void left(const struct thread *next)
{
    if (next != host_cpu->current)
        host_failed("left the kernel for another thread than the CPU's");
    for (uint32_t i = 0; i < HOST_LINES; i++) {
        struct host_line *line = &host.line[i];

        if (line->is_open && line->is_pending && !line->is_masked) {
            host_deliver_pending();
            (void)kernel_next();
            break;
        }
    }
    if (!host.holds_nudges)
        host_deliver_nudges();
    walk();
}

/* The CPU that runs a thread, or in whose turn it waits. */
static uint32_t cpu_of(const struct thread *thread)
{
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        if (cpus[i].current == thread)
            return i;
    return thread_sched(thread) != NULL ? thread_sched(thread)->cpu : 0;
}

void user_run(struct thread *thread)
{
    for (uint32_t i = 0; i < ROTATIONS_MAX; i++) {
        host_be(cpu_of(thread));
        if (host_cpu->current == thread)
            return;
        if (host_cpu->sched != NULL && thread_sched(thread) != NULL &&
            host_cpu->sched->queued_class > thread_sched(thread)->queued_class)
            user_advance(BUDGET_NS);
        if (host_cpu->current != NULL)
            sched_yield(host_cpu->current);
        left(kernel_next());
    }
    host_failed("a thread in state %u does not come to run", thread->state);
}

/* What the machine does in assembly: the short way, and when nothing comes of it the long way. */
static struct thread *system_call(struct thread *current)
{
    struct arch_context *context = &current->context;

    host.user = current;
    struct exchange exchange =
        kernel_exchange(context->operation, current, context->token, context->handle,
                        context->deadline, context->word[0], context->word[1]);

    if (exchange.operation == OUTCOME_LEAVE)
        return kernel_leave();
    if (exchange.thread == NULL)
        return kernel_operation(current, (const struct slot *)exchange.value);
    struct arch_context *next = &exchange.thread->context;
    arch_copy_words(next->word, context->word, SG_REGISTER_BYTES / 8);
    next->operation = exchange.operation;
    next->handle = exchange.handle;
    next->deadline = exchange.deadline;
    next->token = exchange.value;
    return exchange.thread;
}

bool user_returned(const struct thread *thread)
{
    return thread->state == SG_THREAD_READY && !thread->is_draining;
}

/* What says that a call's deadline is one, unless it is counted from now. */
static uint64_t until(uint64_t deadline_ns, uint64_t flags)
{
    return deadline_ns == SG_FOREVER || flags & SG_CALL_RELATIVE ? 0 : SG_CALL_UNTIL;
}

int user_invoke(struct thread *thread, const struct operation *operation)
{
    struct arch_context *context = &thread->context;

    user_run(thread);
    uint64_t flags = operation->flags | until(operation->deadline_ns, operation->flags);
    context->operation = operation->opcode | flags << 8 |
                         (uint64_t)(uint8_t)operation->method << 16 |
                         (uint64_t)(uint8_t)operation->length << 24;
    context->handle = operation->handle;
    context->deadline = operation->deadline_ns;
    context->token = operation->token;
    memcpy(context->word, operation->word, sizeof(context->word));
    context->is_full = false;
    left(system_call(thread));
    return user_returned(thread) ? user_result(thread).status : USER_PENDING;
}

struct result user_result(const struct thread *thread)
{
    const struct arch_context *context = &thread->context;
    struct result result = {
        .status = (int32_t)(uint32_t)context->operation,
        .value = context->token,
        .token = (uint32_t)context->deadline,
        .offset = (uint32_t)(context->deadline >> 32),
    };

    if (!user_returned(thread))
        host_failed("expected a result, found a thread in state %u", thread->state);
    memcpy(result.word, context->word, sizeof(result.word));
    if (result.status < 0)
        return result;
    result.flags = (uint8_t)context->operation;
    result.caps = (uint8_t)(context->operation >> 8);
    result.method = (uint8_t)(context->operation >> 16);
    result.status =
        result.flags & SG_COMPLETE_REGISTERS ? result.status >> 24 : (int32_t)context->handle;
    return result;
}

int user_object(struct thread *thread, uint64_t handle, uint32_t method, const uint64_t argument[8],
                uint64_t *value)
{
    struct operation operation = {.opcode = SG_OP_CALL,
                                  .method = (uint16_t)method,
                                  .handle = handle,
                                  .deadline_ns = SG_FOREVER};

    memcpy(operation.word, argument, sizeof(operation.word));
    int status = user_invoke(thread, &operation);
    if (status != USER_PENDING && value != NULL)
        *value = user_result(thread).value;
    return status;
}

int user_enter(struct thread *thread, uint32_t submit_count, uint32_t wait_count,
               uint64_t deadline_ns, uint64_t flags)
{
    struct arch_context *context = &thread->context;

    user_run(thread);
    context->operation = SG_OP_ENTER | (flags | until(deadline_ns, flags)) << 8;
    context->handle = submit_count | (uint64_t)wait_count << 32;
    context->deadline = deadline_ns;
    context->is_full = false;
    left(system_call(thread));
    return user_returned(thread) ? (int32_t)(uint32_t)context->operation : USER_PENDING;
}

uint32_t user_consumed(const struct thread *thread)
{
    return (uint32_t)thread->context.token;
}

uint32_t user_unread(const struct thread *thread)
{
    return (uint32_t)(thread->context.token >> 32);
}

struct sg_submission user_entry(uint64_t handle, uint16_t method, uint64_t user_data)
{
    struct sg_handle at = sg_handle_from_word(handle);

    return (struct sg_submission){.opcode = SG_OP_CALL,
                                  .method = method,
                                  .handle_index = at.index,
                                  .handle_generation = at.generation,
                                  .user_data = user_data};
}

void user_submit(struct thread *thread, const struct sg_submission *entry)
{
    struct ring_queues *queues = &thread->ring->queues;
    uint32_t tail = queues->indices->submit_tail;

    queues->submission[tail % queues->submission_count] = *entry;
    queues->indices->submit_tail = tail + 1;
}

int user_submit_now(struct thread *thread, const struct sg_submission *entry)
{
    user_submit(thread, entry);
    return user_enter(thread, 1, 0, 0, 0);
}

bool user_next(struct thread *thread, struct sg_completion *completion)
{
    struct ring_queues *queues = &thread->ring->queues;
    uint32_t head = queues->indices->complete_head;

    if (head == queues->indices->complete_tail)
        return false;
    *completion = queues->completion[head % queues->completion_count];
    queues->indices->complete_head = head + 1;
    return true;
}

struct sg_completion user_completion(struct thread *thread, uint64_t user_data)
{
    struct sg_completion completion;

    if (!user_next(thread, &completion))
        host_failed("expected the completion of %lu, found none", (unsigned long)user_data);
    if (completion.user_data != user_data)
        host_failed("expected the completion of %lu, found that of %lu (result %d)",
                    (unsigned long)user_data, (unsigned long)completion.user_data,
                    completion.result);
    return completion;
}

uint8_t *user_arena(struct thread *thread)
{
    return thread->ring->arena;
}

/* The CPU whose timer is due first. */
static uint32_t first_due(void)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i < machine.cpu_count; i++)
        if (host.cpu[i].armed_ns < host.cpu[first].armed_ns)
            first = i;
    return first;
}

void user_advance(uint64_t ns)
{
    uint64_t end_ns = host.now_ns + ns;
    uint32_t self = host_cpu->number;

    while (host.cpu[first_due()].armed_ns <= end_ns) {
        host_be(first_due());
        if (host_self()->armed_ns > host.now_ns)
            host.now_ns = host_self()->armed_ns;
        host_self()->armed_ns = UINT64_MAX;
        kernel_timer();
        left(kernel_next());
    }
    host_be(self);
    host.now_ns = end_ns;
    walk();
}

void user_interrupt(uint32_t line)
{
    const struct host_line *raised = &host.line[line];

    host_be(0);
    if (host_cpu->current != NULL && raised->is_open && !raised->is_masked) {
        left(kernel_interrupt_user(line));
    } else {
        host_raise(line);
        left(kernel_next());
    }
}

void user_fault(struct thread *thread, uint32_t cause, uint64_t code, uint64_t address)
{
    user_run(thread);
    thread->context.is_full = true;
    left(kernel_fault(thread, cause, code, address));
}
