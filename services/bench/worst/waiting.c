/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/thread.h>

#include "worst.h"

#define SLEEPERS 40u
#define IN_FLIGHT 250u
#define LIGHT_IN_FLIGHT 32u /* of which a CANCEL among many may look at all */
#define SLEEP_NS UINT64_C(100000000)
#define WAITING UINT64_C(1000) /* user_data of what waits */

static struct sg_handle clock_cpu(void)
{
    return sg_capability("cpu");
}

/* Until the time that the argument points to. */
static int sleep_until(void *argument)
{
    struct sg_owned notification = make(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t count;

    (void)sg_notification_wait(notification.handle, *(const uint64_t *)argument, &count);
    unmake(&notification);
    return 0;
}

/* Many threads whose deadlines are the same. */
static void expire(void)
{
    struct sg_thread *thread[SLEEPERS];
    const struct sg_thread_options options = {.stack_kib = 8};
    uint64_t until;

    must("now", sg_cpu_now(clock_cpu(), &until));
    until += SLEEP_NS;
    for (uint32_t i = 0; i < SLEEPERS; i++)
        must("thread", sg_thread_create(&options, sleep_until, &until, &thread[i]));
    for (uint32_t i = 0; i < SLEEPERS; i++)
        must("join", sg_thread_join(thread[i], &(int){0}));
}

static struct sg_submission on_word(struct sg_handle memory, uint8_t opcode, uint64_t offset,
                                    uint64_t argument)
{
    struct sg_submission entry = call_of(memory, 0);

    entry.opcode = opcode;
    entry.user_data = WAITING;
    entry.argument[0] = offset;
    entry.argument[1] = argument;
    return entry;
}

/* Hands over `count` entries that wait. */
static void leave_waiting(struct sg_submission entry, uint32_t count)
{
    entry.user_data = WAITING;
    for (uint32_t i = 0; i < count; i++)
        must("wait", sg_ring_submit(sg_own_ring(), &entry));
    must("wait", sg_ring_enter(sg_own_ring(), 0, 0));
}

static void take_all(uint32_t count)
{
    struct sg_completion completion;

    must("take", sg_ring_enter(sg_own_ring(), count, SG_FOREVER));
    for (uint32_t i = 0; i < count; i++)
        must("take", sg_ring_next(sg_own_ring(), &completion));
}

/* The most waiters a memory can have: passed by, woken a few at a time and all at once, and left by its
   destruction. */
static void futexes(void)
{
    struct sg_owned memory = make(SG_TYPE_MEMORY, 1, 0, 0);
    struct sg_completion taken[BATCH];
    struct sg_submission wake = on_word(memory.handle, SG_OP_WAKE, 0, 1);

    leave_waiting(on_word(memory.handle, SG_OP_WAIT, 8, 0), SG_MEMORY_WAITERS_MAX);
    batch_of("wake nobody", wake, taken);
    wake.argument[0] = 8;
    wake.argument[1] = 2;
    for (uint32_t i = 0; i < BATCH; i++)
        must("wake", sg_ring_submit(sg_own_ring(), &wake));
    take_all(BATCH + SG_MEMORY_WAITERS_MAX);
    leave_waiting(on_word(memory.handle, SG_OP_WAIT, 8, 0), SG_MEMORY_WAITERS_MAX);
    wake.argument[1] = SG_MEMORY_WAITERS_MAX;
    must("wake all", sg_ring_submit(sg_own_ring(), &wake));
    take_all(1 + SG_MEMORY_WAITERS_MAX);
    leave_waiting(on_word(memory.handle, SG_OP_WAIT, 8, 0), SG_MEMORY_WAITERS_MAX);
    unmake(&memory);
    take_all(SG_MEMORY_WAITERS_MAX);
}

/* Cancels what is not there, among `count` operations that are; then destroys what they wait for. */
static void cancel(uint32_t count)
{
    struct sg_owned notification = make(SG_TYPE_NOTIFICATION, 0, 0, 0);
    const struct sg_submission entry = {.opcode = SG_OP_CANCEL, .argument = {WAITING + 1}};
    struct sg_completion taken[BATCH];

    leave_waiting(call_of(notification.handle, SG_NOTIFICATION_WAIT), count);
    if (count + BATCH <= SG_RING_COMPLETIONS_MAX) {
        batch_of("cancel nothing", entry, taken);
    } else {
        must("cancel", sg_ring_submit(sg_own_ring(), &entry));
        take_all(1);
    }
    unmake(&notification);
    take_all(count);
}

void worst_waiting(void)
{
    expire();
    futexes();
    cancel(LIGHT_IN_FLIGHT);
    cancel(IN_FLIGHT);
}
