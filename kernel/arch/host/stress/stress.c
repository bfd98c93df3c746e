/* SPDX-License-Identifier: BSD-2-Clause */
/* Three hostile processes of three threads each, which share endpoints, a memory, a notification and
   what they send each other; init replaces them when it feels like it. The walker looks at everything
   after every step. Beyond it: what init keeps for itself stays out of their reach, pages nobody may
   write stay as they are, and when all are dead every frame, timer and line is back. */
#include "canary.h"
#include "hostile.h"
#include "some.h"

#include "object/cspace_object.h"
#include "walker.h"

#include <stdio.h>
#include <stdlib.h>

#define PROCESSES 3u
#define THREADS 3u
#define SHARED 3u
#define FRAMES 220u

struct hostile {
    uint64_t untyped;
    uint64_t cspace;
    uint64_t handle[32]; /* the rest that init has to release */
    uint32_t handle_count;
    uint64_t thread[THREADS];
    uint32_t base; /* offset of its untyped in init's */
    uint32_t next; /* first free frame in its untyped */
    bool is_dying;
};

static struct {
    struct hostile process[PROCESSES];
    uint64_t endpoint[SHARED];
    uint64_t memory, notification, irq, port, lease, faults;
    uint64_t canary[PROCESSES];
    uint32_t lease_offset;
    uint64_t seed;
    uint32_t step;
    uint32_t lowest; /* first frame that hostile processes may name */
} stress;

static NORETURN void report(const char *text)
{
    fprintf(stderr, "seed %lu, step %u: %s\n", (unsigned long)stress.seed, stress.step, text);
    abort();
}

static uint64_t keep(struct hostile *process, uint64_t handle)
{
    if (process->handle_count == sizeof(process->handle) / sizeof(process->handle[0]))
        report("too many handles of a process");
    process->handle[process->handle_count++] = handle;
    return handle;
}

static uint64_t create(struct hostile *process, uint32_t type, uint64_t parameter0,
                       uint64_t parameter1, uint64_t parameter2)
{
    uint32_t offset = process->next;

    process->next += sg_object_frames(type, parameter0, parameter1, parameter2);
    return keep(process, fixture_create_in(process->untyped, offset, type, parameter0, parameter1,
                                           parameter2));
}

/* Copies a capability of init's; when the cspace is full, it is not given. */
static void give(const struct hostile *process, uint64_t handle, uint64_t rights)
{
    (void)OBJECT(fixture.init, handle, SG_COPY, NULL, rights, process->cspace);
}

/* A client of an endpoint of init's with the process's number, which the process gets. */
static void give_client(const struct hostile *process, uint64_t endpoint)
{
    uint64_t badge = (uint64_t)(process - stress.process);
    uint64_t client;

    if (OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &client, badge, SG_RIGHTS_ALL) != SG_OK)
        report("a client cannot be minted");
    give(process, client, SG_RIGHTS_ALL);
    (void)OBJECT(fixture.init, client, SG_RELEASE, NULL, 0);
}

static void give_shared(const struct hostile *process)
{
    uint64_t all = SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY);

    for (uint32_t i = 0; i < SHARED; i++) {
        if (!once_in(3))
            give(process, stress.endpoint[i], once_in(30) ? SG_RIGHTS_ALL : all);
        give_client(process, stress.endpoint[i]);
        give_client(process, stress.endpoint[i]);
    }
    give(process, stress.memory, all);
    give(process, stress.notification, all);
    give(process, stress.irq, all);
    give(process, stress.port, all);
    uint64_t derived;
    if (OBJECT(fixture.init, stress.lease, SG_LEASE_DERIVE, &derived, SG_RIGHTS_ALL) == SG_OK) {
        give(process, derived, SG_RIGHTS_ALL);
        (void)OBJECT(fixture.init, derived, SG_RELEASE, NULL, 0);
    }
}

static void add_thread(struct hostile *process, uint32_t number, uint64_t aspace)
{
    uint64_t entries = 2u << pick(5);
    uint64_t pages = 2 + (once_in(3) ? 12 : pick(3));
    uint64_t mask = (UINT64_C(1) << SG_OP_COUNT) - 1;
    uint64_t ring = create(process, SG_TYPE_RING, entries, entries * 2, pages | mask << 32);
    uint64_t sched = create(process, SG_TYPE_SCHED, 0, 0, 0);
    uint64_t thread = create(process, SG_TYPE_THREAD, 0, 0, 0);
    uint64_t fault = 0;

    if (once_in(2) && OBJECT(fixture.init, stress.faults, SG_ENDPOINT_MINT, &fault,
                             (uint64_t)(process - stress.process), 0) != SG_OK)
        report("a fault client cannot be minted");
    if (OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, aspace, process->cspace, ring, sched,
               fault) != SG_OK ||
        OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0) != SG_OK)
        report("a thread cannot be started");
    if (fault != 0)
        (void)OBJECT(fixture.init, fault, SG_RELEASE, NULL, 0);
    give(process, ring, SG_RIGHTS_ALL);
    give(process, sched, SG_RIGHTS_ALL);
    give(process, thread, SG_RIGHTS_ALL);
    process->thread[number] = thread;
}

static void make_process(struct hostile *process)
{
    process->next = 1;
    process->handle_count = 0;
    process->is_dying = false;
    fixture.next = process->base;
    process->untyped = fixture_untyped(FRAMES);
    process->cspace = create(process, SG_TYPE_CSPACE, 128, 0, 0);
    uint64_t aspace = create(process, SG_TYPE_ASPACE, 8 + pick(8), 1 + pick(12), 0);
    give(process, process->untyped,
         once_in(2) ? SG_RIGHTS_ALL : SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY));
    give(process, process->cspace, SG_RIGHTS_ALL);
    give(process, aspace, SG_RIGHTS_ALL);
    for (uint32_t i = 0; i < THREADS; i++)
        add_thread(process, i, aspace);
    give(process, create(process, SG_TYPE_MEMORY, 3, 0, 0), SG_RIGHTS_ALL);
    give(process, create(process, SG_TYPE_NOTIFICATION, 0, 0, 0), SG_RIGHTS_ALL);
    give_shared(process);
    if (once_in(3))
        give(process, create(process, SG_TYPE_SCHED, 0, 0, 0), SG_RIGHTS_ALL);
}

/* One step of the end of a process. It may have destroyed its untyped itself: then it is gone. */
static void bury(struct hostile *process)
{
    int status = OBJECT(fixture.init, process->untyped, SG_DESTROY, NULL, 0);

    process->is_dying = true;
    if (status == SG_AGAIN)
        return;
    if (status != SG_OK && status != SG_BAD_HANDLE)
        report("the untyped of a process cannot be destroyed");
    for (uint32_t i = 0; i < process->handle_count; i++)
        if (OBJECT(fixture.init, process->handle[i], SG_RELEASE, NULL, 0) != SG_OK)
            report("a handle of init's cannot be released");
    if (OBJECT(fixture.init, process->untyped, SG_RELEASE, NULL, 0) != SG_OK)
        report("the handle of an untyped cannot be released");
    process->untyped = 0;
}

/* What lies below the shared objects is init's; no cspace but its own may name it. */
static void check_reach(void)
{
    for (uint32_t head = 0; head < machine.frames.count; head++) {
        const struct frame *frame = &machine.frames.table[head];

        if (frame->role != FRAME_HEAD || frame->type != SG_TYPE_CSPACE ||
            frame->flags & FRAME_DYING || cspace_at(head) == fixture.init->cspace)
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

/* Class and budget of some thread's sched, which init may raise. */
static void place(const struct hostile *process)
{
    uint64_t cpu = sg_handle_word(fixture.info->cpu[0]);
    uint64_t sched = process->handle[3 + 3 * pick(THREADS)];

    if (once_in(2))
        (void)OBJECT(fixture.init, cpu, SG_CPU_PLACE, NULL, sched,
                     SG_CLASS_REALTIME | UINT64_C(100) << 32, 1 + pick(50000), 1000000);
    else
        (void)OBJECT(fixture.init, cpu, SG_CPU_PLACE, NULL, sched,
                     SG_CLASS_NORMAL | UINT64_C(100) << 32, 0, 0);
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
    } else if (once_in(3)) {
        (void)OBJECT(fixture.init, process->thread[pick(THREADS)],
                     once_in(3) ? SG_THREAD_STOP : SG_THREAD_START, NULL, 0x400000);
    } else if (once_in(20)) {
        (void)OBJECT(fixture.init, process->handle[pick(process->handle_count)], SG_DESTROY, NULL,
                     0);
    } else if (once_in(5)) {
        renew_lease();
    }
    supervise();
    (void)OBJECT(fixture.init, 0, SG_THREAD_YIELD, NULL, 0);
}

static void start(void)
{
    fixture_describe(FIXTURE_FRAMES);
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
        canary_fill(stress.canary[i]);
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

static void one_step(void)
{
    struct thread *current = cpus[0].current;

    if (current == NULL)
        report("the CPU idles although init is ready");
    if (current == fixture.init) {
        mend_shared();
        init_turn();
    } else {
        hostile_turn(current);
    }
    user_advance(once_in(4) ? pick(400000) : pick(300));
    if (once_in(30))
        user_interrupt(5);
    check_reach();
    for (uint32_t i = 0; i < PROCESSES; i++)
        if (!canary_is_whole(stress.canary[i], stress.step))
            report("a page that nobody may write has changed");
    if (stress.step % 500 == 0)
        walker_check_clean();
}

static void finish(uint64_t free_at_start, uint32_t timers_at_start)
{
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
    if (fixture_free() != free_at_start)
        report("frames are missing at the end");
    if (machine.timer_numbers.free_count != timers_at_start || machine.timers.armed != 0)
        report("timers are missing at the end");
    if (host.line[5].is_open)
        report("a line is open at the end");
    fixture_finish();
}

static void run(uint64_t seed, uint32_t steps)
{
    stress.seed = seed;
    stress.step = 0;
    random_start(seed);
    host.fail = report;
    start();
    uint32_t timers = machine.timer_numbers.free_count + PROCESSES * THREADS;
    uint64_t free = fixture_free() + 3 + SHARED + PROCESSES * (FRAMES + 1 + CANARY_PAGES) + 5 + 1;
    for (stress.step = 1; stress.step <= steps; stress.step++)
        one_step();
    finish(free - 1, timers);
}

int main(int count, char **argument)
{
    uint64_t first = count > 1 ? strtoull(argument[1], NULL, 0) : 1;
    uint32_t runs = count > 2 ? (uint32_t)strtoul(argument[2], NULL, 0) : 1;
    uint32_t steps = count > 3 ? (uint32_t)strtoul(argument[3], NULL, 0) : 2500;

    for (uint32_t i = 0; i < runs; i++) {
        printf("seed %lu, %u steps\n", (unsigned long)(first + i), steps);
        fflush(stdout);
        run(first + i, steps);
    }
    return 0;
}
