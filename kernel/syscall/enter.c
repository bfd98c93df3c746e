/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/enter.h"

#include "object/ring.h"
#include "syscall/invoke.h"
#include "syscall/registers.h"

/* Consumes one submission and posts its completion unless that is still owed. */
static inline void consume(struct thread *thread, struct ring *ring)
{
    const struct sg_submission *entry = ring_take(&ring->queues);
    struct invocation invocation;
    uint64_t argument[5];

    thread->enter.submitted++;
    shared_fetch(&invocation, entry, 0, INVOCATION_WORDS);
    invocation.value = 0;
    enum sg_status status = invocation_check(&invocation, thread->opcode_mask, 0);
    if (status == SG_OK && invocation.opcode != SG_OP_NOP) {
        shared_fetch(argument, entry, INVOCATION_WORDS, INVOCATION_WORDS + 5);
        invocation.argument = argument;
        invocation.thread = thread;
        invocation.ring = ring;
        status = invoke(&invocation);
        if (status == STATUS_PENDING)
            return;
    }
    struct sg_completion completion = {
        .user_data = invocation.user_data, .result = status, .badge = invocation.value};
    ring_post(&ring->queues, &completion);
}

/* Consumes one batch: SG_OK when nothing is left to do, SG_AGAIN after a full batch or one entry that
   was work enough for it, SG_BAD_RING. A submission whose completion cannot be reserved stays in the queue. */
static enum sg_status drain(struct thread *thread, struct ring *ring)
{
    struct enter_state *enter = &thread->enter;
    struct cpu *cpu = arch_cpu();
    uint32_t pending;
    enum sg_status status = ring_pending(&ring->queues, &pending);

    if (status != SG_OK)
        return status;
    if (pending > enter->submit_left)
        pending = enter->submit_left;
    cpu->work = 0;
    for (; pending > 0 && thread->state == SG_THREAD_READY; pending--) {
        status = UNLIKELY(cpu->work >= WORK_MAX) ? SG_AGAIN : ring_reserve(&ring->queues);
        if (status != SG_OK)
            break;
        cpu->work += WORK_ENTRY;
        enter->submit_left--;
        consume(thread, ring);
    }
    ring_publish(&ring->queues);
    return status == SG_LIMIT ? SG_OK : status;
}

/* Returns to the user, or waits until there is something to return for. */
static void finish(struct thread *thread, struct ring *ring, enum sg_status status)
{
    struct enter_state *enter = &thread->enter;
    uint32_t unread = 0;

    if (thread->state != SG_THREAD_READY)
        return;
    if (status == SG_OK)
        status = ring_unread(&ring->queues, &unread);
    if (status == SG_OK && unread < enter->wait_count) {
        if (enter->deadline_ns > arch_now_ns()) {
            thread_wait(thread, WAIT_ENTER, enter->deadline_ns);
            return;
        }
        status = SG_TIMED_OUT;
    }
    thread_set_enter_result(thread, status);
}

void enter_continue(struct thread *thread)
{
    struct ring *ring = thread->ring;
    enum sg_status status = drain(thread, ring);

    thread->is_draining = status == SG_AGAIN && thread->state == SG_THREAD_READY;
    if (!thread->is_draining)
        finish(thread, ring, status);
}

void enter_begin(struct thread *thread)
{
    const struct arch_context *context = &thread->context;
    uint32_t flags = (uint32_t)context->operation >> 8;

    thread->enter = (struct enter_state){
        .submit_left = (uint32_t)context->handle,
        .wait_count = (uint32_t)(context->handle >> 32),
        .deadline_ns = deadline_of(flags, context->deadline),
    };
    if (flags & ~(uint32_t)(SG_CALL_UNTIL | SG_CALL_RELATIVE) ||
        thread->enter.wait_count > thread->ring->queues.completion_count) {
        thread_set_enter_result(thread, SG_BAD_ARGUMENT);
        return;
    }
    enter_continue(thread);
}
