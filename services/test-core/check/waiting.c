/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications and futex words. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>

enum { WAITER = 501 };

void check_notification(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct sg_completion completion;
    uint64_t count = 0;

    report_status("notification/poll", SG_TIMED_OUT,
                  sg_notification_wait(notification.handle, 0, &count));
    for (uint32_t i = 0; i < 3; i++)
        (void)sg_notification_signal(notification.handle);
    report_status("notification/wait", SG_OK, sg_notification_wait(notification.handle, 0, &count));
    report_equal("notification/counts signals", 3, count);
    report_status("notification/and begins again", SG_TIMED_OUT,
                  sg_notification_wait(notification.handle, 0, &count));
    own_submit(own_call(notification.handle, SG_NOTIFICATION_WAIT), WAITER);
    report_equal("notification/a wait waits", OWN_PENDING, (uint64_t)own_taken(WAITER).result);
    (void)sg_notification_signal(notification.handle);
    completion = own_taken(WAITER);
    report_status("notification/until it is signalled", SG_OK, completion.result);
    report_equal("notification/and gets the count", 1, completion.badge);
    own_submit(own_call(notification.handle, SG_NOTIFICATION_WAIT), WAITER);
    (void)sg_owned_destroy(&notification);
    report_status("notification/a wait on a dead one ends", SG_PEER_GONE, own_taken(WAITER).result);
}

static struct sg_submission futex(struct sg_handle memory, enum sg_opcode opcode, uint64_t offset,
                                  uint64_t value)
{
    struct sg_submission entry = own_call(memory, 0);

    entry.opcode = (uint8_t)opcode;
    entry.argument[0] = offset;
    entry.argument[1] = value;
    return entry;
}

static void futex_words(struct sg_handle memory, volatile uint32_t *word)
{
    uint32_t woken = 9;

    word[4] = 7;
    report_status("futex/another value", SG_CHANGED, sg_futex_wait(memory, 16, 8, 0));
    report_status("futex/the value expected, without time", SG_TIMED_OUT,
                  sg_futex_wait(memory, 16, 7, 0));
    report_status("futex/half a word", SG_BAD_ARGUMENT, sg_futex_wait(memory, 18, 7, 0));
    report_status("futex/past the end", SG_BAD_ARGUMENT, sg_futex_wait(memory, SG_PAGE_SIZE, 7, 0));
    own_submit(futex(memory, SG_OP_WAIT, 16, 7), WAITER);
    own_submit(futex(memory, SG_OP_WAIT, 16, 7), WAITER + 1);
    own_submit(futex(memory, SG_OP_WAIT, 20, 0), WAITER + 2);
    report_status("futex/wake one", SG_OK, sg_futex_wake(memory, 16, 1, &woken));
    report_equal("futex/one woke", 1, woken);
    report_status("futex/the first", SG_OK, own_taken(WAITER).result);
    report_equal("futex/not the second", OWN_PENDING, (uint64_t)own_taken(WAITER + 1).result);
    report_status("futex/wake the rest of that word", SG_OK,
                  sg_futex_wake(memory, 16, 100, &woken));
    report_equal("futex/one more woke", 1, woken);
    report_status("futex/the second", SG_OK, own_taken(WAITER + 1).result);
    report_equal("futex/not the other word", OWN_PENDING, (uint64_t)own_taken(WAITER + 2).result);
}

void check_futex(void)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    void *page;

    if (sg_map(memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, &page) != SG_OK)
        return;
    futex_words(memory.handle, page);
    (void)sg_unmap(page);
    (void)sg_owned_destroy(&memory);
    report_status("futex/a wait on a dead memory ends", SG_PEER_GONE, own_taken(WAITER + 2).result);
}
