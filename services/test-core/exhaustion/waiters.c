/* SPDX-License-Identifier: BSD-2-Clause */
/* As many waiters at the words of one memory as there may be. Seen to fail: a waiter that is counted on
   after it was woken. */
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#define MORE 4u

static struct {
    struct sg_ring *ring;
    struct sg_handle memory;
    volatile uint32_t refused, is_full;
} waiters;

/* Two times: so the limit is the same when the first are gone. */
static void wait_at_words(uint64_t rounds)
{
    struct sg_submission entry = own_call(waiters.memory, 0);
    struct sg_completion completion;
    uint64_t woken = 0;

    entry.opcode = SG_OP_WAIT;
    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t i = 0; i < SG_MEMORY_WAITERS_MAX + MORE; i++) {
            entry.argument[0] = i % 4 * 4;
            (void)sg_ring_submit(waiters.ring, &entry);
        }
        (void)sg_ring_enter(waiters.ring, MORE, SG_FOREVER);
        waiters.is_full = round + 1;
        for (uint32_t i = 0; i < SG_MEMORY_WAITERS_MAX + MORE; i++) {
            (void)sg_ring_enter(waiters.ring, 1, SG_FOREVER);
            (void)sg_ring_next(waiters.ring, &completion);
            waiters.refused += completion.result == SG_LIMIT;
            woken += completion.result == SG_OK;
        }
    }
    sg_thread_exit(woken);
}

static uint32_t wake_all(struct sg_handle memory)
{
    uint32_t woken = 0;

    for (uint32_t i = 0; i < 4; i++) {
        uint32_t count = 0;

        report_step("waiters/wake", sg_futex_wake(memory, i * 4, 1000, &count));
        woken += count;
    }
    return woken;
}

void fill_waiters(void)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 8, .submissions = 128, .completions = 128, .pages = 4});
    uint32_t woken = 0;

    waiters.ring = &worker.ring;
    waiters.memory = worker_give(&worker, memory.handle, SG_RIGHTS_ALL);
    report_step("waiters/start", worker_start(&worker, wait_at_words, 2));
    for (uint32_t round = 1; round <= 2; round++) {
        limits_await(&waiters.is_full, round);
        aftermath_held("waiters/full");
        woken += wake_all(memory.handle);
    }
    report_count("waiters/woken", 2 * SG_MEMORY_WAITERS_MAX, woken);
    report_count("waiters/they say so", 2 * SG_MEMORY_WAITERS_MAX, limits_end(&worker));
    report_count("waiters/too many, refused", 2 * MORE, waiters.refused);
    worker_close(&worker);
    (void)sg_owned_destroy(&memory);
}
