/* SPDX-License-Identifier: BSD-2-Clause */
#include "population.h"

#include "choose.h"

#include <stdio.h>
#include <stdlib.h>

struct stress stress;

NORETURN void report(const char *text)
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

void give_shared(const struct hostile *process)
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

void make_process(struct hostile *process)
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

void bury(struct hostile *process)
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
