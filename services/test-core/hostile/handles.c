/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles that were guessed, and handles whose slot or object has been used again. Seen to fail: a
   lookup that does not compare generations, and one that does not compare epochs. */
#include "attacks.h"
#include "report.h"
#include "worker.h"

#include <signet/startup.h>
#include <signet/syscall.h>

#define SLOTS 8u
#define INDICES 24u
#define GENERATIONS 512u
#define RANDOM 20000u
#define REUSES 400u

static struct {
    uint64_t tried, resolved, random, random_resolved;
} wild;

/* Without the library, which asks again for as long as there is something to do. */
static int32_t type_of(struct sg_handle handle)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_CALL, 0, SG_INFO, 0),
                                     .handle = sg_handle_word(handle),
                                     .word = {SG_INFO_TYPE}};

    sg_invoke(&registers);
    return sg_registers_result(&registers);
}

static void guess(uint64_t argument)
{
    uint64_t random = argument;

    for (uint32_t index = 0; index < INDICES; index++)
        for (uint32_t generation = 0; generation < GENERATIONS; generation++) {
            wild.tried++;
            wild.resolved += type_of((struct sg_handle){index, generation}) == SG_OK;
        }
    for (uint32_t i = 0; i < RANDOM; i++) {
        struct sg_handle handle = sg_handle_from_word(attack_random(&random));

        if (i % 2 == 0)
            handle.index %= 2 * SLOTS;
        handle.generation |= GENERATIONS; /* none of those above */
        wild.random++;
        wild.random_resolved += type_of(handle) == SG_OK;
    }
    sg_thread_exit(0);
}

static void wild_handles(struct sg_handle notification)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = SLOTS, .submissions = 4, .completions = 4, .pages = 1});

    (void)worker_give(&worker, notification, SG_RIGHTS_ALL);
    (void)worker_run(&worker, "handles/runs", guess, UINT64_C(0x5157f00d));
    report_count("handles/of all guessed the one that is", 1, wild.resolved);
    report_none("handles/of more, at random", wild.random_resolved, wild.random);
    worker_close(&worker);
}

/* The slot is used again and again; each handle it ever had is tried again at the end. */
static void reused_slot(struct sg_handle notification)
{
    static struct sg_handle old[REUSES];
    struct sg_handle last = SG_HANDLE_NONE;
    uint64_t resolved = 0, same = 0;

    for (uint32_t i = 0; i < REUSES; i++) {
        report_step("handles/copy", sg_copy(notification, SG_RIGHTS_ALL, SG_HANDLE_NONE, &old[i]));
        (void)sg_release(old[i]);
        same += old[i].index == old[0].index;
    }
    report_step("handles/copy", sg_copy(notification, SG_RIGHTS_ALL, SG_HANDLE_NONE, &last));
    for (uint32_t i = 0; i < REUSES; i++)
        resolved += type_of(old[i]) == SG_OK;
    report_none("handles/stale ones after reuse of their slot", resolved, same);
    report_status("handles/the last works", SG_OK, type_of(last));
    (void)sg_release(last);
}

/* An object's frame gets another object, while slots name the one before. */
static void reused_object(void)
{
    static const enum sg_type types[] = {SG_TYPE_NOTIFICATION, SG_TYPE_ENDPOINT, SG_TYPE_SCHED,
                                         SG_TYPE_THREAD};
    static struct sg_handle old[32];
    uint64_t resolved = 0, same = 0;
    uint32_t offset = 0;

    for (uint32_t i = 0; i < 32; i++) {
        struct sg_owned object = own_create(types[i % 4], 0, 0, 0);

        report_step("handles/copy", sg_copy(object.handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &old[i]));
        same += i != 0 && object.offset == offset;
        offset = object.offset;
        for (uint32_t n = 0; n < i; n++)
            resolved += type_of(old[n]) == SG_OK;
        (void)sg_owned_destroy(&object);
    }
    report_count("handles/objects made in one frame", 31, same);
    report_none("handles/stale ones of objects before", resolved, 32 * 31 / 2);
    for (uint32_t i = 0; i < 32; i++)
        (void)sg_release(old[i]);
}

void attack_handles(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    wild_handles(notification.handle);
    reused_slot(notification.handle);
    reused_object();
    (void)sg_owned_destroy(&notification);
}
