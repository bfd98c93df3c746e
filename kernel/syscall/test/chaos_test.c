/* SPDX-License-Identifier: BSD-2-Clause */
/* Hostile processes at random: they issue whatever system calls on whatever handles, write whatever
   into their rings, fault, die and are replaced, while time passes and lines interrupt. The walker
   looks over everything after every step, and at the end all memory is back. */
#include "kernel_test.h"

#include <stdlib.h>

#define PROCESSES 6u
#define OBJECTS 12u
#define STEPS 4000u
#define SEEDS 6u

static uint64_t state_of_random;

static uint32_t pick(uint32_t below)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint32_t)((state_of_random >> 24) % below);
}

static struct process process[PROCESSES];
static uint64_t object[OBJECTS];
static uint32_t home_offset;
static uint32_t token; /* some token that was received */

/* A number a hostile program would try. */
static uint64_t number(void)
{
    static const uint64_t special[] = {
        0,          1,          2,          4,     8,          63,         64,
        255,        256,        4095,       4096,  4097,       0x10000,    0x400000,
        0x7fffffff, 0x80000000, 0xffffffff, 100,   0x10000000, 0x10001000, UINT64_C(1) << 32,
        UINT64_MAX, UINT64_MAX - 4095,
    };

    return pick(3) != 0 ? pick(12) : special[pick(sizeof(special) / sizeof(special[0]))];
}

/* A handle that is often good: any slot of the thread's cspace, seldom rubbish. */
static uint64_t handle_of(const struct thread *thread)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t index = pick(cspace->slot_count < 40 ? cspace->slot_count : 40);

    if (pick(20) == 0)
        return number() << 32 | number();
    return (uint64_t)cspace->slot[index].generation << 32 | index;
}

static uint64_t argument_of(const struct thread *thread)
{
    return pick(3) == 0 ? handle_of(thread) : number();
}

static struct sg_message random_message(void)
{
    return (struct sg_message){.send_offset = pick(8) * 8,
                               .send_length = pick(10) == 0 ? (uint32_t)number() : pick(70),
                               .receive_offset = 4096 + pick(3),
                               .receive_length = pick(4) == 0 ? (uint32_t)number() : 200,
                               .caps_offset = 1024,
                               .caps_count = pick(4) == 0 ? pick(4) : 0,
                               .receive_caps_offset = 2048,
                               .receive_caps_count = pick(3) == 0 ? (uint32_t)pick(9) : 4};
}

/* Capabilities to send, where random messages say they are. */
static void write_caps(struct thread *thread)
{
    for (uint32_t i = 0; i < 4; i++) {
        struct sg_handle name = sg_handle_from_word(handle_of(thread));
        struct sg_cap_transfer item = {name.index, name.generation, SG_RIGHTS_ALL, pick(3), 0};

        memcpy(user_arena(thread) + 1024 + i * sizeof(item), &item, sizeof(item));
    }
}

static uint8_t random_opcode(void)
{
    static const uint8_t likely[] = {SG_OP_CALL,  SG_OP_CALL, SG_OP_CALL,   SG_OP_CALL, SG_OP_RECV,
                                     SG_OP_REPLY, SG_OP_WAIT, SG_OP_CANCEL, SG_OP_WAKE, SG_OP_NOP};

    return likely[pick(sizeof(likely))];
}

/* Methods that exist somewhere; DESTROY is for one in a while, so that something is left. */
static uint16_t random_method(void)
{
    static const uint16_t generic[] = {SG_COPY, SG_MOVE, SG_LEASE, SG_INFO, SG_RELEASE};

    if (pick(60) == 0)
        return SG_DESTROY;
    return pick(4) == 0 ? generic[pick(5)] : (uint16_t)pick(6);
}

static void note_token(const struct thread *thread)
{
    if (user_returned(thread) && user_result(thread).token != 0)
        token = user_result(thread).token;
}

static void invoke_randomly(struct thread *thread)
{
    struct operation operation = {.opcode = random_opcode(),
                                  .method = random_method(),
                                  .length = pick(70),
                                  .handle = handle_of(thread),
                                  .token = pick(4) != 0 ? token : (uint32_t)number()};

    operation.deadline_ns = pick(3) == 0 ? SG_FOREVER : host.now_ns + pick(100000);
    if (operation.opcode != SG_OP_REPLY)
        operation.token = 0;
    else if (pick(2) == 0)
        operation.flags |= SG_SUBMIT_REARM;
    for (uint32_t i = 0; i < 8; i++)
        operation.word[i] = argument_of(thread);
    if (pick(3) == 0) {
        struct sg_message message = random_message();

        operation.flags |= SG_SUBMIT_ARENA;
        operation.length = 0;
        memcpy(operation.word, &message, sizeof(message));
        write_caps(thread);
    }
    (void)user_invoke(thread, &operation);
    note_token(thread);
}

static void submit_randomly(struct thread *thread)
{
    uint32_t count = pick(6);
    struct sg_completion completion;

    write_caps(thread);
    for (uint32_t i = 0; i < count; i++) {
        struct sg_handle handle = sg_handle_from_word(handle_of(thread));
        struct sg_submission entry = {.opcode = random_opcode(),
                                      .method = random_method(),
                                      .handle_index = handle.index,
                                      .handle_generation = handle.generation,
                                      .user_data = pick(8)};

        if (entry.opcode == SG_OP_REPLY) {
            entry.token = token;
            entry.flags = pick(2) ? SG_SUBMIT_REARM : 0;
        }
        if (pick(2) == 0)
            entry.message = random_message();
        else
            for (uint32_t n = 0; n < 5; n++)
                entry.argument[n] = argument_of(thread);
        user_submit(thread, &entry);
    }
    if (pick(50) == 0)
        thread->ring->queues.indices->submit_tail += (uint32_t)number();
    if (pick(50) == 0)
        thread->ring->queues.indices->complete_head += (uint32_t)number();
    (void)user_enter(thread, pick(8), pick(4), pick(20) == 0 ? SG_FOREVER : host.now_ns + pick(5000),
                     0);
    if (thread->state == SG_THREAD_UNBOUND)
        return;
    while (pick(8) != 0 && user_next(thread, &completion))
        if (completion.token != 0)
            token = completion.token;
}

static void give_objects(const struct process *to)
{
    for (uint32_t i = 0; i < OBJECTS; i++) {
        uint64_t rights = pick(3) == 0 ? SG_RIGHTS_ALL : ~SG_BIT(SG_DESTROY);

        if (pick(4) != 0)
            (void)OBJECT(fixture.init, object[i], SG_COPY, NULL, rights, to->cspace);
    }
    const uint64_t own[] = {to->thread, to->aspace, to->cspace, to->sched, to->ring, to->untyped};
    for (uint32_t i = 0; i < 6; i++)
        (void)OBJECT(fixture.init, own[i], SG_COPY, NULL,
                     i == 5 || pick(4) == 0 ? SG_RIGHTS_ALL : ~SG_BIT(SG_DESTROY), to->cspace);
}

/* Everything init made is destroyed, and its slots are let go. */
static void clear_all(void)
{
    struct cspace *cspace = thread_cspace(fixture.init);

    for (uint32_t i = 0; i < PROCESSES; i++)
        (void)fixture_destroy(process[i].untyped);
    for (uint32_t i = 0; i < OBJECTS; i++)
        (void)fixture_destroy(object[i]);
    for (uint32_t i = home_offset; i < cspace->slot_count; i++)
        if (cspace->slot[i].type != SLOT_EMPTY)
            (void)OBJECT(fixture.init, (uint64_t)cspace->slot[i].generation << 32 | i, SG_RELEASE,
                         NULL, 0);
}

static void make_objects(void)
{
    static const uint32_t types[OBJECTS] = {
        SG_TYPE_ENDPOINT,     SG_TYPE_ENDPOINT, SG_TYPE_CLIENT, SG_TYPE_CLIENT,
        SG_TYPE_NOTIFICATION, SG_TYPE_MEMORY,   SG_TYPE_MEMORY, SG_TYPE_IRQ,
        SG_TYPE_LEASE,        SG_TYPE_SCHED,    SG_TYPE_LEASE,  SG_TYPE_NOTIFICATION};
    uint64_t control = sg_handle_word(fixture.info->irq_control);

    for (uint32_t i = 0; i < OBJECTS; i++) {
        switch (types[i]) {
        case SG_TYPE_CLIENT:
            (void)OBJECT(fixture.init, object[i - 2], SG_ENDPOINT_MINT, &object[i], i,
                         SG_RIGHTS_ALL);
            break;
        case SG_TYPE_LEASE:
            (void)OBJECT(fixture.init, object[i - 6], SG_LEASE, &object[i], SG_RIGHTS_ALL,
                         fixture.untyped, fixture.next++);
            break;
        case SG_TYPE_IRQ:
            object[i] = fixture_create(SG_TYPE_IRQ, control, 3, SG_IRQ_EDGE);
            break;
        default:
            object[i] = fixture_create(types[i], 3, 0, 0);
            break;
        }
    }
}

static void replace(uint32_t number_of)
{
    uint32_t next = fixture.next;

    if (process[number_of].untyped != 0) {
        fixture.next = fixture_object(fixture.init, process[number_of].untyped) -
                       fixture.untyped_head;
        expect_equal(fixture_destroy(process[number_of].untyped), SG_OK);
    }
    process[number_of] = fixture_process(object[2]);
    if (fixture.next < next)
        fixture.next = next;
    give_objects(&process[number_of]);
}

static void step(void)
{
    uint32_t i = pick(PROCESSES);
    struct thread *thread = process[i].tcb;

    switch (pick(24)) {
    case 0:
        user_advance(pick(200000));
        return;
    case 1:
        user_interrupt(3);
        return;
    case 2:
        if (pick(4) == 0)
            replace(i);
        return;
    default:
        break;
    }
    if (!user_returned(thread) || machine.frames.table[arch_pointer_frame(thread)].type !=
                                      SG_TYPE_THREAD) {
        if (pick(10) == 0)
            replace(i);
        return;
    }
    if (pick(40) == 0)
        user_fault(thread, pick(7), number(), number());
    else if (pick(2) == 0)
        invoke_randomly(thread);
    else
        submit_randomly(thread);
}

static void survive(uint64_t seed)
{
    uint64_t free = fixture_free();
    uint32_t next = fixture.next;

    state_of_random = seed * UINT64_C(0x9e3779b97f4a7c15);
    home_offset = thread_cspace(fixture.init)->slot_count -
                  thread_cspace(fixture.init)->pool.free_count;
    make_objects();
    memset(process, 0, sizeof(process));
    for (uint32_t i = 0; i < PROCESSES; i++)
        replace(i);
    for (uint32_t i = 0; i < STEPS; i++)
        step();
    clear_all();
    expect_equal(fixture_free(), free);
    walker_check_clean();
    fixture.next = next;
}

static void survives(void **state)
{
    const char *seed = getenv("SIGNET_SEED");

    (void)state;
    for (uint64_t i = 1; i <= SEEDS; i++)
        survive(seed != NULL ? strtoull(seed, NULL, 0) * SEEDS + i : i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {KERNEL_TEST(survives)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
