/* SPDX-License-Identifier: BSD-2-Clause */
#include "life.h"

#include "choose.h"
#include "hostile.h"
#include "object/cspace_object.h"
#include "population.h"
#include "walker.h"

#define CANARY UINT64_C(0x7e57ab1e0ddba115)
#define STRIDE 331u /* words between two canaries looked at: all, over several steps */

static void fill_canary(uint64_t memory)
{
    uint64_t *word = arch_frame_pointer(fixture_object(fixture.init, memory) + 1);

    for (uint32_t i = 0; i < CANARY_PAGES * PAGE_SIZE / sizeof(*word); i++)
        word[i] = CANARY;
}

static void check_canary(uint64_t memory)
{
    const uint64_t *word = arch_frame_pointer(fixture_object(fixture.init, memory) + 1);

    if (host_is_untouched(word, CANARY_PAGES * PAGE_SIZE))
        return;
    for (uint32_t i = stress.step % STRIDE; i < CANARY_PAGES * PAGE_SIZE / sizeof(*word);
         i += STRIDE)
        if (word[i] != CANARY)
            report("a page that nobody may write has changed");
}

/* What lies below the shared objects is init's; no cspace but its own may name it. */
static void check_reach(void)
{
    for (uint32_t n = 0; n < walker_heads.count; n++) {
        uint32_t head = walker_heads.head[n];
        const struct frame *frame = &machine.frames.table[head];

        if (frame->type != SG_TYPE_CSPACE || frame->flags & FRAME_DYING ||
            cspace_at(head) == fixture.init->cspace)
            continue;
        const struct cspace *cspace = &cspace_at(head)->cspace;
        for (uint32_t i = 0; i < cspace->slot_count; i++)
            if (cspace->slot[i].type != SLOT_EMPTY && cspace->slot[i].object != 0 &&
                cspace->slot[i].object < stress.lowest)
                report("a hostile process names an object of init's");
    }
}

/* Answers a fault if one has come. */
static void supervise(void)
{
    struct sg_message message = {.receive_length = sizeof(struct sg_fault)};
    struct operation operation = {
        .opcode = SG_OP_RECV, .flags = SG_SUBMIT_ARENA, .handle = stress.faults};

    memcpy(operation.word, &message, sizeof(message));
    if (user_invoke(fixture.init, &operation) < 0)
        return;
    operation.token = user_result(fixture.init).token;
    operation.opcode = SG_OP_REPLY;
    operation.flags = 0;
    operation.handle = 0;
    operation.method = once_in(4) ? SG_FAULT_STOP : SG_FAULT_RESUME;
    memset(operation.word, 0, sizeof(operation.word));
    (void)user_invoke(fixture.init, &operation);
}

static void renew_lease(void)
{
    uint64_t client;

    if (stress.lease != 0) {
        if (fixture_destroy(stress.lease) != SG_OK)
            report("a lease cannot be destroyed");
        (void)OBJECT(fixture.init, stress.lease, SG_RELEASE, NULL, 0);
    }
    uint64_t target = stress.endpoint[pick(SHARED)];
    if (OBJECT(fixture.init, target, SG_ENDPOINT_MINT, &client, 9, SG_RIGHTS_ALL) != SG_OK)
        report("a client cannot be minted");
    if (OBJECT(fixture.init, once_in(2) ? client : target, SG_LEASE, &stress.lease, SG_RIGHTS_ALL,
               fixture.untyped, stress.lease_offset) != SG_OK)
        report("a lease cannot be made");
    (void)OBJECT(fixture.init, client, SG_RELEASE, NULL, 0);
}

/* Keeps a CPU for a sched, as far as one call does, or shares it again. */
static void keep(uint64_t cpu, uint32_t number, uint64_t sched)
{
    uint32_t bit = 1u << number;
    bool keeps = once_in(3);

    host.leaving |= keeps ? bit : 0;
    int status = OBJECT(fixture.init, cpu, keeps ? SG_CPU_KEEP : SG_CPU_SHARE, NULL, sched);
    if (status != SG_AGAIN)
        host.leaving &= ~bit;
}

/* Class, budget and CPUs of some thread's sched, which init may raise and move. */
static void place(const struct hostile *process)
{
    uint32_t number = pick(fixture.info->cpu_count);
    uint64_t cpu = sg_handle_word(fixture.info->cpu[number]);
    uint64_t sched = process->handle[3 + 3 * pick(THREADS)];

    if (once_in(6))
        (void)OBJECT(fixture.init, cpu, SG_CPU_PIN, NULL, sched);
    else if (once_in(6))
        keep(cpu, number, sched);
    else if (once_in(2))
        (void)OBJECT(fixture.init, cpu, SG_CPU_PLACE, NULL, sched,
                     SG_CLASS_REALTIME | UINT64_C(100) << 32, 1 + pick(50000), 1000000);
    else
        (void)OBJECT(fixture.init, cpu, SG_CPU_PLACE, NULL, sched,
                     SG_CLASS_NORMAL | UINT64_C(100) << 32, 0, 0);
}

/* Starts threads again that wait for each other, or nearly everybody soon would. */
static void rouse(void)
{
    for (uint32_t i = 0; i < PROCESSES; i++) {
        const struct hostile *process = &stress.process[i];

        if (process->untyped == 0 || process->is_dying)
            continue;
        uint64_t thread = process->thread[pick(THREADS)];
        if (once_in(3))
            (void)OBJECT(fixture.init, thread, SG_THREAD_STOP, NULL, 0);
        (void)OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x400000);
    }
}

/* What init does with its turn: it never waits. */
static void init_turn(void)
{
    struct hostile *process = &stress.process[pick(PROCESSES)];

    if (process->untyped == 0) {
        if (once_in(3))
            make_process(process);
    } else if (process->is_dying || once_in(40)) {
        bury(process);
    } else if (once_in(5)) {
        place(process);
    } else if (once_in(4)) {
        give_shared(process);
    } else if (once_in(20)) {
        (void)OBJECT(fixture.init, process->handle[pick(process->handle_count)], SG_DESTROY, NULL,
                     0);
    } else if (once_in(5)) {
        renew_lease();
    }
    supervise();
    rouse();
    (void)OBJECT(fixture.init, 0, SG_THREAD_YIELD, NULL, 0);
}

/* The machine, what init shares, and the first processes. */
static void populate(uint32_t frame_count, uint32_t cpu_count)
{
    hostile_forget();
    host.fail = report;
    fixture_describe(frame_count);
    fixture.from.cpu_count = cpu_count;
    fixture_boot();
    stress.faults = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    stress.lowest = fixture.untyped_head + fixture.next;
    stress.lease_offset = fixture.next++;
    for (uint32_t i = 0; i < SHARED; i++)
        stress.endpoint[i] = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    stress.memory = fixture_create(SG_TYPE_MEMORY, 2, 0, 0);
    stress.notification = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    stress.irq =
        fixture_create(SG_TYPE_IRQ, sg_handle_word(fixture.info->irq_control), 5, SG_IRQ_EDGE);
    stress.port = fixture_create(SG_TYPE_IOPORT, sg_handle_word(fixture.info->ioport), 0x60, 8);
    stress.lease = 0;
    renew_lease();
    for (uint32_t i = 0; i < PROCESSES; i++) {
        stress.process[i] = (struct hostile){.base = fixture.next};
        fixture.next += FRAMES;
        stress.canary[i] = fixture_create(SG_TYPE_MEMORY, CANARY_PAGES, 0, 0);
        fill_canary(stress.canary[i]);
        uint32_t next = fixture.next;
        make_process(&stress.process[i]);
        fixture.next = next;
    }
}

/* Shared endpoints can be destroyed by those that were given the right; init makes them anew. */
static void mend_shared(void)
{
    for (uint32_t i = 0; i < SHARED; i++) {
        uint32_t object = fixture_object(fixture.init, stress.endpoint[i]);
        uint64_t value;

        if (OBJECT(fixture.init, stress.endpoint[i], SG_INFO, &value, SG_INFO_TYPE) == SG_OK)
            continue;
        (void)fixture_destroy(stress.endpoint[i]);
        (void)OBJECT(fixture.init, stress.endpoint[i], SG_RELEASE, NULL, 0);
        stress.endpoint[i] = fixture_create_in(fixture.untyped, object - fixture.untyped_head,
                                               SG_TYPE_ENDPOINT, 0, 0, 0);
    }
}

void life_step(void)
{
    host.holds_nudges = once_in(2);
    if (!host.holds_nudges)
        host_deliver_nudges();
    host_be(pick(machine.cpu_count));
    struct thread *current = host_cpu->current;

    if (current == NULL && machine.cpu_count == 1)
        report("the CPU idles although init is ready");
    if (current == NULL)
        return;
    if (current == fixture.init) {
        mend_shared();
        init_turn();
    } else {
        hostile_turn(current);
    }
    user_advance(once_in(4) ? pick(400000) : pick(300));
    if (once_in(30))
        user_interrupt(5);
    if (stress.step % 500 == 0)
        walker_check_clean();
}

void life_check(void)
{
    check_reach();
    for (uint32_t i = 0; i < PROCESSES; i++)
        check_canary(stress.canary[i]);
}

void life_start(uint32_t frame_count, uint32_t cpu_count)
{
    populate(frame_count, cpu_count);
    stress.timers = pool_left(&machine.timer_numbers) + PROCESSES * THREADS;
    stress.free = fixture_free() + 2 + SHARED + PROCESSES * (FRAMES + 1 + CANARY_PAGES) + 5 + 1;
}

void life_end(void)
{
    host.holds_nudges = false;
    host_deliver_nudges();
    for (uint32_t i = 0; i < PROCESSES; i++) {
        struct hostile *process = &stress.process[i];

        for (uint32_t n = 0; process->untyped != 0; n++) {
            if (n == 20000)
                report("a process does not come to its end");
            bury(process);
        }
        if (fixture_destroy(stress.canary[i]) != SG_OK)
            report("a canary cannot be destroyed");
    }
    for (uint32_t i = 0; i < SHARED; i++)
        (void)fixture_destroy(stress.endpoint[i]);
    (void)fixture_destroy(stress.memory);
    (void)fixture_destroy(stress.notification);
    (void)fixture_destroy(stress.irq);
    (void)fixture_destroy(stress.port);
    (void)fixture_destroy(stress.lease);
    (void)fixture_destroy(stress.faults);
    if (fixture_free() != stress.free)
        report("frames are missing at the end");
    if (pool_left(&machine.timer_numbers) != stress.timers || machine.timers.armed != 0)
        report("timers are missing at the end");
    if (host.line[5].is_open)
        report("a line is open at the end");
    walker_check();
    walker_check_clean();
}
