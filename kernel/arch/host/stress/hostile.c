/* SPDX-License-Identifier: BSD-2-Clause */
#include "hostile.h"

#include "choose.h"

#define ASKED_MAX 64u

/* Threads that have an operation of their own by registers whose result has not been looked at. */
static const struct thread *asked[ASKED_MAX];
static uint32_t asked_count;

void hostile_forget(void)
{
    asked_count = 0;
}

/* Says what a thread asks, which may be before anybody looked at its last result. */
static void note_asked(const struct thread *thread, bool is_by_registers)
{
    for (uint32_t i = 0; i < asked_count; i++) {
        if (asked[i] == thread)
            asked[i--] = asked[--asked_count];
    }
    if (is_by_registers && asked_count < ASKED_MAX)
        asked[asked_count++] = thread;
}

/* No capability comes with a message in registers, and no message is longer than they are. */
static void check_answer(const struct thread *thread)
{
    for (uint32_t i = 0; i < asked_count; i++) {
        if (asked[i] != thread)
            continue;
        asked[i--] = asked[--asked_count];
        if (thread->context.is_full) /* started again */
            continue;
        struct result result = user_result(thread);
        if (result.caps != 0 || result.status > (int32_t)SG_REGISTER_BYTES)
            host_failed("a message in registers brought %u capabilities, %d bytes", result.caps,
                        result.status);
    }
}

static void invoke_something(struct thread *thread)
{
    struct choice choice = choose(thread);
    struct operation operation = {.opcode = choice.opcode,
                                  .flags = once_in(60) ? (uint8_t)odd_word() : 0,
                                  .method = once_in(60) ? (uint16_t)odd_word() : choice.method,
                                  .length = once_in(20) ? (uint32_t)odd_word() : pick(65),
                                  .handle = choice.handle,
                                  .deadline_ns = some_deadline()};

    if (choice.opcode == SG_OP_REPLY) {
        operation.token = find_token(thread);
        operation.flags |= once_in(4) ? 0 : SG_SUBMIT_REARM;
    }
    if (choice.has_message && once_in(4)) {
        struct sg_message message = some_message(thread);

        operation.flags |= SG_SUBMIT_ARENA;
        write_list(thread, &message);
        memcpy(operation.word, &message, sizeof(message));
    } else {
        memcpy(operation.word, choice.argument, sizeof(choice.argument));
    }
    note_asked(thread, !(operation.flags & SG_SUBMIT_ARENA) && operation.opcode != SG_OP_ENTER);
    (void)user_invoke(thread, &operation);
}

/* The two calls that have a short way, as a well-behaved program would make them. */
static void invoke_plainly(struct thread *thread)
{
    struct operation operation = {.opcode = SG_OP_CALL,
                                  .method = (uint16_t)pick(3),
                                  .length = pick(65),
                                  .handle = find(thread, SG_TYPE_CLIENT),
                                  .deadline_ns = SG_FOREVER};

    if (thread->held.state == OP_HELD && !once_in(4)) {
        operation.opcode = SG_OP_REPLY;
        operation.flags = SG_SUBMIT_REARM;
        operation.token = op_token(&thread->held);
        operation.handle = find(thread, SG_TYPE_ENDPOINT);
    } else if (once_in(3)) {
        operation.opcode = SG_OP_RECV;
        operation.handle = find(thread, SG_TYPE_ENDPOINT);
    }
    if (once_in(5)) { /* the same in the arena, so that its record has been used for that */
        struct sg_message message = some_message(thread);

        message.caps_count = operation.opcode == SG_OP_REPLY;
        message.reserved = 0;
        operation.flags |= SG_SUBMIT_ARENA;
        write_list(thread, &message);
        memcpy(operation.word, &message, sizeof(message));
    }
    note_asked(thread, !(operation.flags & SG_SUBMIT_ARENA));
    (void)user_invoke(thread, &operation);
}

static struct sg_submission some_entry(struct thread *thread)
{
    struct choice choice = choose(thread);
    struct sg_handle handle = sg_handle_from_word(choice.handle);
    struct sg_submission entry = {.opcode = choice.opcode,
                                  .flags = once_in(40) ? (uint8_t)odd_word() : 0,
                                  .method = choice.method,
                                  .handle_index = handle.index,
                                  .handle_generation = handle.generation,
                                  .user_data = pick(6)};

    if (choice.opcode == SG_OP_REPLY) {
        entry.token = find_token(thread);
        entry.flags |= once_in(2) ? SG_SUBMIT_REARM : 0;
    }
    if (choice.has_message) {
        entry.message = some_message(thread);
        write_list(thread, &entry.message);
    } else {
        memcpy(entry.argument, choice.argument, sizeof(entry.argument));
    }
    return entry;
}

/* Writes anything anywhere into the shared part of a ring. */
static void scribble(struct ring *ring)
{
    uint32_t *word = (uint32_t *)ring->queues.indices;
    uint32_t count = (uint32_t)(ring->shared_pages * PAGE_SIZE / sizeof(*word));

    for (uint32_t i = pick(6); i > 0; i--)
        word[pick(once_in(3) ? 64 : count)] = (uint32_t)odd_word();
    if (once_in(2)) { /* back to indices the kernel accepts */
        ring->queues.indices->submit_tail = ring->queues.submit_head;
        ring->queues.indices->complete_head = ring->queues.complete_tail;
    }
}

/* While the kernel has the lock released between two batches: time, a line, another's stores, and what
   other CPUs do. */
static void happens_in_window(void)
{
    uint32_t self = host_cpu->number;
    uint32_t other = pick(machine.cpu_count);

    host.now_ns += pick(3) * 4000000;
    if (once_in(3))
        host.line[5].is_pending = true;
    if (host_cpu->current->ring != NULL && once_in(3))
        scribble(host_cpu->current->ring);
    host_be(other);
    if (other != self && host_cpu->current != NULL && host_cpu->current != fixture.init)
        invoke_something(host_cpu->current);
    host_be(self);
}

static void submit_and_enter(struct thread *thread)
{
    struct ring *ring = thread->ring;
    uint32_t count = pick(once_in(4) ? ring->queues.submission_count + 1 : 4);

    for (uint32_t i = 0; i < count; i++) {
        struct sg_submission entry = some_entry(thread);

        user_submit(thread, &entry);
    }
    if (once_in(12))
        scribble(ring);
    host.window = happens_in_window;
    (void)user_enter(thread, once_in(20) ? (uint32_t)odd_word() : count,
                     once_in(20) ? (uint32_t)odd_word() : pick(3),
                     once_in(6) ? SG_FOREVER : some_deadline(),
                     once_in(20) ? odd_word() : (once_in(2) ? SG_CALL_RELATIVE : 0));
    host.window = NULL;
}

static void read_completions(struct thread *thread)
{
    struct sg_completion completion;

    if (thread->ring->queues.indices->complete_tail != thread->ring->queues.complete_tail)
        thread->ring->queues.indices->complete_tail = thread->ring->queues.complete_tail;
    for (uint32_t i = 0; i < 8 && user_next(thread, &completion); i++)
        ;
}

static void touch_memory(void)
{
    for (uint32_t i = 0; i < 4; i++)
        (void)host_user_pointer(STRESS_ADDRESS + pick(8) * PAGE_SIZE +
                                    (uint64_t)pick(3) * 0x40000000,
                                once_in(2) ? SG_MAP_READ : SG_MAP_WRITE);
}

/* Another CPU has stopped it, and its own has not noticed: whatever it asks for now is not done. */
static void turn_of_stopped(struct thread *thread)
{
    uint8_t state = thread->state;
    enum op_state operation = thread->op.state;

    invoke_something(thread);
    note_asked(thread, false);
    if (thread->state != state || thread->op.state != operation || thread_is_current(thread))
        host_failed("a thread in state %u goes on when it is in state %u", state, thread->state);
}

void hostile_turn(struct thread *thread)
{
    if (thread->state != SG_THREAD_READY) {
        turn_of_stopped(thread);
        return;
    }
    check_answer(thread);
    touch_memory();
    switch (pick(16)) {
    case 0 ... 3:
        invoke_something(thread);
        break;
    case 4 ... 11:
        invoke_plainly(thread);
        break;
    case 12 ... 13:
        submit_and_enter(thread);
        break;
    case 14:
        read_completions(thread);
        break;
    default:
        if (once_in(3))
            user_fault(thread, 1 + pick(6), odd_word(), odd_word());
        break;
    }
}
