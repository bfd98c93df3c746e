/* SPDX-License-Identifier: BSD-2-Clause */
/* Half of what it does makes sense, so that it gets somewhere: it knows its handles, its tokens and the
   layout of its ring. The other half does not. */
#include "hostile.h"

#include "some.h"

#define HERE UINT64_C(0x10000000)

/* An operation, before it is decided which way it goes. */
struct choice {
    uint8_t opcode;
    uint16_t method;
    uint64_t handle;
    uint64_t argument[5];
    bool has_message;
};

static void choose_create(const struct thread *thread, struct choice *choice)
{
    static const uint8_t types[] = {
        SG_TYPE_CSPACE, SG_TYPE_MEMORY,   SG_TYPE_ASPACE,       SG_TYPE_THREAD, SG_TYPE_SCHED,
        SG_TYPE_RING,   SG_TYPE_ENDPOINT, SG_TYPE_NOTIFICATION, SG_TYPE_IRQ,    SG_TYPE_IOPORT};
    uint64_t mask = once_in(4) ? pick(512) : (UINT64_C(1) << SG_OP_COUNT) - 1;
    uint64_t *argument = choice->argument;

    argument[0] = types[pick(sizeof(types))];
    argument[1] = once_in(20) ? odd_word() : 1 + pick(180);
    argument[2] = once_in(8) ? odd_word() : 4;
    argument[3] = once_in(8) ? odd_word() : 4u << pick(2);
    argument[4] = once_in(8) ? odd_word() : (1 + pick(3)) | mask << 32;
    if (argument[0] == SG_TYPE_IOPORT)
        argument[2] = some_handle_of(thread, SG_TYPE_IOPORT);
}

static void choose_untyped(const struct thread *thread, struct choice *choice)
{
    choice->method = once_in(2) ? SG_UNTYPED_CREATE : (uint16_t)(1 + pick(2));
    if (choice->method == SG_UNTYPED_CREATE) {
        choose_create(thread, choice);
        return;
    }
    choice->argument[0] = choice->method == SG_UNTYPED_SPLIT
                              ? 1 + pick(180)
                              : some_handle_of(thread, SG_TYPE_UNTYPED);
    choice->argument[1] = once_in(6) ? odd_word() : pick(40);
}

static void choose_map(const struct thread *thread, struct choice *choice)
{
    uint64_t *argument = choice->argument;

    choice->method = once_in(3) ? SG_ASPACE_UNMAP : SG_ASPACE_MAP;
    if (choice->method == SG_ASPACE_UNMAP) {
        argument[0] = once_in(10) ? odd_word() : pick(8);
        return;
    }
    argument[0] = some_handle_of(thread, once_in(3) ? SG_TYPE_RING : SG_TYPE_MEMORY);
    argument[1] =
        once_in(10) ? odd_word() : HERE + pick(6) * PAGE_SIZE + (uint64_t)pick(3) * 0x40000000;
    argument[2] = once_in(10) ? odd_word() : pick(2) | (uint64_t)(1 + pick(2)) << 32;
    argument[3] = once_in(10) ? odd_word() : 1 + pick(2) * 2;
}

static void choose_thread(const struct thread *thread, struct choice *choice)
{
    uint64_t *argument = choice->argument;

    choice->method = (uint16_t)pick(6);
    if (choice->method == SG_THREAD_BIND) {
        argument[0] = some_handle_of(thread, SG_TYPE_ASPACE);
        argument[1] = some_handle_of(thread, SG_TYPE_CSPACE);
        argument[2] = some_handle_of(thread, SG_TYPE_RING);
        argument[3] = some_handle_of(thread, SG_TYPE_SCHED);
        argument[4] = once_in(3) ? 0 : some_handle_of(thread, SG_TYPE_CLIENT);
    } else if (choice->method == SG_THREAD_START) {
        argument[0] = once_in(10) ? odd_word() : 0x400000;
        argument[1] = once_in(10) ? odd_word() : 0;
        argument[3] = once_in(10) ? odd_word() : 0;
    }
}

static void choose_generic(const struct thread *thread, struct choice *choice)
{
    static const uint16_t methods[] = {SG_COPY,  SG_COPY, SG_MOVE,   SG_LEASE,
                                       SG_LEASE, SG_INFO, SG_RELEASE};

    choice->handle = some_handle(thread);
    choice->method = methods[pick(sizeof(methods) / sizeof(methods[0]))];
    choice->argument[0] = once_in(4) ? odd_word() : SG_RIGHTS_ALL;
    choice->argument[1] =
        some_handle_of(thread, choice->method == SG_LEASE ? SG_TYPE_UNTYPED : SG_TYPE_CSPACE);
    choice->argument[2] = 1 + pick(180);
    if (choice->method != SG_LEASE && once_in(2))
        choice->argument[1] = 0;
    if (choice->method == SG_INFO)
        choice->argument[0] = pick(14);
    if (once_in(15))
        choice->method = SG_DESTROY;
}

/* A call of an object, with arguments that suit its type. */
static void choose_object(const struct thread *thread, struct choice *choice)
{
    uint8_t type = (uint8_t)(1 + pick(SG_TYPE_COUNT - 1));

    choice->handle = some_handle_of(thread, type);
    for (uint32_t i = 0; i < 5; i++)
        choice->argument[i] = odd_word();
    switch (type) {
    case SG_TYPE_UNTYPED:
        choose_untyped(thread, choice);
        break;
    case SG_TYPE_ASPACE:
        choose_map(thread, choice);
        break;
    case SG_TYPE_THREAD:
        choose_thread(thread, choice);
        break;
    case SG_TYPE_CSPACE:
        choice->method = (uint16_t)(1 + pick(2));
        choice->argument[0] = once_in(2) ? some_handle(thread) : pick(140);
        break;
    case SG_TYPE_SCHED:
        choice->argument[0] = once_in(20) ? odd_word() : SG_CLASS_NORMAL;
        choice->argument[1] = once_in(20) ? odd_word() : 90;
        break;
    case SG_TYPE_ENDPOINT:
        choice->method = SG_ENDPOINT_MINT;
        choice->argument[1] = SG_RIGHTS_ALL;
        break;
    default:
        choice->method = (uint16_t)pick(3);
        break;
    }
    if (once_in(5))
        choose_generic(thread, choice);
    if (once_in(30))
        choice->handle = some_handle(thread);
    if (once_in(60))
        choice->handle = 0;
}

static struct choice choose(const struct thread *thread)
{
    struct choice choice = {.opcode = SG_OP_CALL};

    switch (pick(16)) {
    case 0 ... 3:
        choice.opcode = SG_OP_RECV;
        choice.handle = some_handle_of(thread, SG_TYPE_ENDPOINT);
        choice.has_message = true;
        break;
    case 4 ... 7:
        choice.handle = some_handle_of(thread, SG_TYPE_CLIENT);
        choice.method = (uint16_t)pick(3);
        choice.has_message = true;
        break;
    case 8 ... 10:
        choice.opcode = SG_OP_REPLY;
        choice.handle = some_handle_of(thread, SG_TYPE_ENDPOINT);
        choice.method = (uint16_t)pick(2);
        choice.has_message = true;
        break;
    case 11:
        choice.opcode = once_in(2) ? SG_OP_WAIT : SG_OP_WAKE;
        choice.handle = some_handle_of(thread, SG_TYPE_MEMORY);
        choice.argument[0] = once_in(8) ? odd_word() : 4 * pick(2);
        choice.argument[1] = pick(2);
        break;
    case 12:
        choice.opcode = SG_OP_CANCEL;
        choice.argument[0] = pick(6);
        break;
    case 13:
        choice.handle = some_handle_of(thread, once_in(2) ? SG_TYPE_NOTIFICATION : SG_TYPE_IRQ);
        choice.method = (uint16_t)pick(2);
        break;
    default:
        choose_object(thread, &choice);
        break;
    }
    if (once_in(60))
        choice.opcode = (uint8_t)pick(10);
    return choice;
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
        operation.token = some_token(thread);
        operation.flags |= once_in(4) ? 0 : SG_SUBMIT_REARM;
    }
    if (choice.has_message && once_in(4)) {
        struct sg_message message = some_message(thread);

        operation.flags |= SG_SUBMIT_ARENA;
        some_list(thread, &message);
        memcpy(operation.word, &message, sizeof(message));
    } else {
        memcpy(operation.word, choice.argument, sizeof(choice.argument));
    }
    (void)user_invoke(thread, &operation);
}

/* The two calls that have a short way, as a well-behaved program would make them. */
static void invoke_plainly(struct thread *thread)
{
    struct operation operation = {.opcode = SG_OP_CALL,
                                  .method = (uint16_t)pick(3),
                                  .length = pick(65),
                                  .handle = some_handle_of(thread, SG_TYPE_CLIENT),
                                  .deadline_ns = SG_FOREVER};

    if (thread->held.state == OP_HELD && !once_in(4)) {
        operation.opcode = SG_OP_REPLY;
        operation.flags = SG_SUBMIT_REARM;
        operation.token = op_register_token(&thread->held);
        operation.handle = some_handle_of(thread, SG_TYPE_ENDPOINT);
    } else if (once_in(2)) {
        operation.opcode = SG_OP_RECV;
        operation.handle = some_handle_of(thread, SG_TYPE_ENDPOINT);
    }
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
        entry.token = some_token(thread);
        entry.flags |= once_in(2) ? SG_SUBMIT_REARM : 0;
    }
    if (choice.has_message) {
        entry.message = some_message(thread);
        some_list(thread, &entry.message);
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

/* While the kernel has the lock released between two batches: time, a line, another's stores. */
static void happens_in_window(void)
{
    host.now_ns += pick(3) * 4000000;
    if (once_in(3))
        host.line[5].is_pending = true;
    if (cpus[0].current != NULL && cpus[0].current->ring != NULL && once_in(3))
        scribble(cpus[0].current->ring);
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
        (void)host_user_pointer(HERE + pick(8) * PAGE_SIZE + (uint64_t)pick(3) * 0x40000000,
                                once_in(2) ? SG_MAP_READ : SG_MAP_WRITE);
}

void hostile_turn(struct thread *thread)
{
    touch_memory();
    switch (pick(16)) {
    case 0 ... 5:
        invoke_something(thread);
        break;
    case 6 ... 10:
        invoke_plainly(thread);
        break;
    case 11 ... 13:
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
