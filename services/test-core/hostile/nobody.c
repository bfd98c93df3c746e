/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread whose capability table is empty tries every operation by registers and by its ring, on
   handles that are none: nothing but what a thread may do to itself succeeds. Seen to fail: one more operation
   that a thread may do to itself. */
#include "attacks.h"
#include "raw.h"
#include "report.h"
#include "worker.h"

#include <signet/syscall.h>

#define SLOTS 8u
#define METHODS 66u

static struct {
    const struct worker *worker;
    uint64_t tried, done, odd; /* succeeded; failed in a way it may not */
    uint64_t entries, entries_done, entries_odd;
} nobody;

static const struct sg_handle handles[] = {
    {0, 0}, {0, 1}, {1, 1}, {SLOTS - 1, 1}, {SLOTS, 1}, {UINT32_MAX, 1}, {0, UINT32_MAX},
};
#define HANDLES (sizeof handles / sizeof handles[0])

/* Yields and its own TLS base are anybody's; the exit comes last. */
static int is_own(uint32_t opcode, uint32_t method, uint32_t handle)
{
    return opcode == SG_OP_NOP ||
           (opcode == SG_OP_CALL && handle == 0 &&
            (method == SG_THREAD_EXIT || method == SG_THREAD_YIELD || method == SG_THREAD_SET_TLS));
}

static int is_refusal(int32_t result)
{
    return result == SG_BAD_HANDLE || result == SG_BAD_ARGUMENT || result == SG_BAD_OPERATION ||
           result == SG_BAD_TOKEN || result == SG_NOT_FOUND || result == SG_DENIED;
}

static void try_registers(uint32_t opcode, uint32_t method, uint32_t handle, uint32_t flags)
{
    struct sg_registers registers = {
        .operation = sg_operation_word((enum sg_opcode)opcode, flags, method, 8),
        .handle = sg_handle_word(handles[handle]),
        .word = {1, 2, 3, 4, 5},
    };
    int32_t result;

    if (is_own(opcode, method, handle))
        return;
    sg_invoke(&registers);
    result = sg_registers_result(&registers);
    nobody.tried++;
    nobody.done += result >= 0;
    nobody.odd += result < 0 && !is_refusal(result);
}

static void try_entry(struct sg_ring *ring, uint32_t opcode, uint32_t method, uint32_t handle)
{
    struct sg_submission entry = {.opcode = (uint8_t)opcode,
                                  .method = (uint16_t)method,
                                  .handle_index = handles[handle].index,
                                  .handle_generation = handles[handle].generation};
    struct sg_completion completion = {.result = 0};

    if (is_own(opcode, method, handle))
        return;
    (void)sg_ring_submit(ring, &entry);
    (void)sg_ring_enter(ring, 0, 0);
    nobody.entries++;
    if (sg_ring_next(ring, &completion) != SG_OK || completion.result >= 0)
        nobody.entries_done++;
    else
        nobody.entries_odd += !is_refusal(completion.result);
}

static void explore(uint64_t argument)
{
    struct sg_ring *ring = (struct sg_ring *)(uintptr_t)argument;

    for (uint32_t opcode = 1; opcode <= SG_OP_COUNT; opcode++)
        for (uint32_t method = 0; method < METHODS; method++)
            for (uint32_t handle = 0; handle < HANDLES; handle++) {
                try_registers(opcode, method, handle, 0);
                try_registers(opcode, method, handle, SG_SUBMIT_ARENA);
                try_registers(opcode, method, handle, SG_SUBMIT_REARM);
                try_entry(ring, opcode, method, handle);
            }
    for (uint32_t opcode = SG_OP_COUNT; opcode < 256; opcode++)
        try_registers(opcode, 0, 1, 0);
    sg_thread_exit(4711);
}

void attack_without_capability(void)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = SLOTS, .submissions = 4, .completions = 4, .pages = 1});
    uint64_t free = 0;

    nobody.worker = &worker;
    report_count("nobody/it may end, and its end is told", 4711,
                 worker_run(&worker, "nobody/runs", explore, (uintptr_t)&worker.ring));
    report_none("nobody/operations done by registers", nobody.done, nobody.tried);
    report_none("nobody/and refused in an unknown way", nobody.odd, nobody.tried);
    report_none("nobody/operations done by its ring", nobody.entries_done, nobody.entries);
    report_none("nobody/and refused in an unknown way", nobody.entries_odd, nobody.entries);
    report_step("nobody/table", sg_info(worker.cspace.handle, SG_INFO_FREE, &free));
    report_count("nobody/its table is as empty as before", SLOTS, free);
    worker_close(&worker);
}
