/* SPDX-License-Identifier: BSD-2-Clause */
/* Hostile processes at random: they issue whatever system calls on whatever handles, write whatever
   into their rings, fault, die and are replaced, while time passes and lines interrupt. The walker
   looks over everything after every step, what is refused has changed nothing, and at the end all
   memory is back. */
#include "choice.h"

#include "object/sched.h"

#include <stdlib.h>

#define PROCESSES 6u
#define OBJECTS 12u
#define STEPS 3000u
#define STEPS_COMPARED 600u
#define SEEDS 3u

static struct process process[PROCESSES];
static uint64_t object[OBJECTS];
static uint32_t home_offset;
static uint32_t token[PROCESSES]; /* the last each received */
static uint8_t *before;           /* all memory, or NULL: nothing is compared */

/* The process a thread is the first of. */
static uint32_t owner_of(const struct thread *thread)
{
    uint32_t i = 0;

    while (i + 1 < PROCESSES && process[i].tcb != thread)
        i++;
    return i;
}

static void remember(void)
{
    if (before != NULL)
        memcpy(before, host_memory, host_frame_count * PAGE_SIZE);
}

/* Whether a status says that nothing was done. With SG_NO_SLOT frames may have been scrubbed. */
static bool is_refusal(int status)
{
    return status < 0 && status != SG_AGAIN && status != SG_PEER_GONE && status != SG_CANCELLED &&
           status != SG_TIMED_OUT && status != SG_NO_SLOT;
}

/* What was refused has changed nothing but the registers of who asked. */
static void compare(const struct thread *thread, const struct choice *choice, int status)
{
    uint32_t own = arch_pointer_frame(thread);

    if (before == NULL || !is_refusal(status))
        return;
    for (uint32_t i = 0; i < host_frame_count; i++)
        if (i != own && memcmp(before + i * PAGE_SIZE, arch_frame_pointer(i), PAGE_SIZE) != 0)
            host_failed("opcode %u method %u: refused with %d and changed frame %u", choice->opcode,
                        choice->method, status, i);
}

static void invoke_randomly(struct thread *thread)
{
    struct choice choice = choose(thread, token[owner_of(thread)]);
    struct operation operation = {.opcode = choice.opcode,
                                  .flags = choice.flags,
                                  .method = choice.method,
                                  .length = pick(66),
                                  .handle = choice.handle,
                                  .token = choice.token};

    operation.deadline_ns = pick(3) != 0 ? SG_FOREVER : host.now_ns + pick(100000);
    for (uint32_t i = 0; i < 5; i++)
        operation.word[i] = choice.argument[i];
    if (pick(4) == 0) {
        struct sg_message message = random_message();

        operation.flags |= SG_SUBMIT_ARENA;
        operation.length = 0;
        memcpy(operation.word, &message, sizeof(message));
        write_caps(thread);
    }
    user_run(thread);
    remember();
    compare(thread, &choice, user_invoke(thread, &operation));
}

static void submit_randomly(struct thread *thread)
{
    uint32_t count = pick(6);

    write_caps(thread);
    for (uint32_t i = 0; i < count; i++) {
        struct choice choice = choose(thread, token[owner_of(thread)]);
        struct sg_handle handle = sg_handle_from_word(choice.handle);
        struct sg_submission entry = {.opcode = choice.opcode,
                                      .flags = choice.flags,
                                      .method = choice.method,
                                      .handle_index = handle.index,
                                      .handle_generation = handle.generation,
                                      .token = choice.token,
                                      .user_data = pick(8)};

        if (choice.argument[0] == 0 && pick(4) != 0)
            entry.message = random_message();
        else
            memcpy(entry.argument, choice.argument, sizeof(entry.argument));
        user_submit(thread, &entry);
    }
    if (pick(50) == 0)
        thread->ring->queues.indices->submit_tail += (uint32_t)number();
    if (pick(50) == 0)
        thread->ring->queues.indices->complete_head += (uint32_t)number();
    (void)user_enter(thread, pick(8), pick(4),
                     pick(20) == 0 ? SG_FOREVER : host.now_ns + pick(5000), 0);
}

/* Reads what has come, and remembers whom to answer. */
static void read_results(struct thread *thread)
{
    struct sg_completion completion;

    if (user_returned(thread) && user_result(thread).token != 0)
        token[owner_of(thread)] = user_result(thread).token;
    while (pick(8) != 0 && user_next(thread, &completion))
        if (completion.token != 0)
            token[owner_of(thread)] = completion.token;
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
        fixture.next =
            fixture_object(fixture.init, process[number_of].untyped) - fixture.untyped_head;
        expect_equal(fixture_destroy(process[number_of].untyped), SG_OK);
    }
    bool is_supervised = OBJECT(fixture.init, object[2], SG_INFO, NULL, SG_INFO_TYPE) == SG_OK;
    process[number_of] = fixture_process(is_supervised ? object[2] : 0);
    token[number_of] = 0;
    if (fixture.next < next)
        fixture.next = next;
    give_objects(&process[number_of]);
}

/* Whether a thread exists and would get its turn among those of class normal. */
static bool can_run(const struct thread *thread)
{
    const struct frame *frame = &machine.frames.table[arch_pointer_frame(thread)];

    return frame->role == FRAME_HEAD && frame->type == SG_TYPE_THREAD && user_returned(thread) &&
           thread_sched(thread)->class >= SG_CLASS_NORMAL;
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
    if (!can_run(thread)) {
        if (pick(10) == 0)
            replace(i);
        return;
    }
    read_results(thread);
    if (pick(40) == 0)
        user_fault(thread, pick(7), number(), number());
    else if (pick(2) == 0)
        invoke_randomly(thread);
    else
        submit_randomly(thread);
}

static void survive(uint64_t seed, uint32_t steps)
{
    uint64_t frames_free = fixture_free();
    uint32_t next = fixture.next;

    random_start(seed);
    home_offset =
        thread_cspace(fixture.init)->slot_count - pool_left(&thread_cspace(fixture.init)->pool);
    make_objects();
    memset(process, 0, sizeof(process));
    for (uint32_t i = 0; i < PROCESSES; i++)
        replace(i);
    for (uint32_t i = 0; i < steps; i++)
        step();
    clear_all();
    expect_equal(fixture_free(), frames_free);
    walker_check_clean();
    fixture.next = next;
}

static uint64_t first_seed(void)
{
    const char *seed = getenv("SIGNET_SEED");

    return seed != NULL ? strtoull(seed, NULL, 0) * SEEDS : 0;
}

static void survives(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= SEEDS; i++)
        survive(first_seed() + i, STEPS);
}

static void refuses_without_a_trace(void **state)
{
    (void)state;
    before = malloc(host_frame_count * PAGE_SIZE);
    assert_non_null(before);
    survive(first_seed() + 1000, STEPS_COMPARED);
    free(before);
    before = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {KERNEL_TEST(survives), KERNEL_TEST(refuses_without_a_trace)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
