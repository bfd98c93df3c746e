/* SPDX-License-Identifier: BSD-2-Clause */
/* What a handle permits, and for how long. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>

static void stale_and_made_up_handles(struct sg_handle handle)
{
    struct sg_handle copy = SG_HANDLE_NONE, guessed = handle;
    uint64_t value;

    report_status("handles/copy", SG_OK, sg_copy(handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy));
    report_status("handles/release", SG_OK, sg_release(copy));
    report_status("handles/a released handle is dead", SG_BAD_HANDLE,
                  sg_info(copy, SG_INFO_TYPE, &value));
    guessed.generation++;
    report_status("handles/another generation is no handle", SG_BAD_HANDLE,
                  sg_info(guessed, SG_INFO_TYPE, &value));
    guessed = (struct sg_handle){UINT32_MAX, 1};
    report_status("handles/an index past the table is no handle", SG_BAD_HANDLE,
                  sg_info(guessed, SG_INFO_TYPE, &value));
}

static void rights_only_shrink(struct sg_handle handle)
{
    uint64_t few = SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO), rights = 0;
    struct sg_handle less, again;

    report_status("handles/copy with fewer rights", SG_OK,
                  sg_copy(handle, few, SG_HANDLE_NONE, &less));
    report_status("handles/a right kept works", SG_OK, sg_notification_signal(less));
    report_status("handles/a right left out is denied", SG_DENIED,
                  sg_notification_wait(less, 0, &rights));
    report_status("handles/copy of the copy", SG_OK,
                  sg_copy(less, SG_RIGHTS_ALL, SG_HANDLE_NONE, &again));
    report_status("handles/info", SG_OK, sg_info(again, SG_INFO_RIGHTS, &rights));
    report_equal("handles/rights do not grow", few | SG_BIT(SG_RELEASE), rights);
    (void)sg_release(again);
    (void)sg_release(less);
}

static void a_move_empties_its_source(struct sg_handle handle)
{
    struct sg_handle copy, moved;
    uint64_t value;

    (void)sg_copy(handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy);
    report_status("handles/move", SG_OK, sg_move(copy, SG_RIGHTS_ALL, SG_HANDLE_NONE, &moved));
    report_status("handles/the source is empty", SG_BAD_HANDLE,
                  sg_info(copy, SG_INFO_TYPE, &value));
    report_status("handles/the destination works", SG_OK, sg_info(moved, SG_INFO_TYPE, &value));
    (void)sg_release(moved);
}

void check_handles(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct sg_handle copy;
    uint64_t value;

    stale_and_made_up_handles(notification.handle);
    rights_only_shrink(notification.handle);
    a_move_empties_its_source(notification.handle);
    own_submit(own_call(notification.handle, SG_METHOD_MAX), 1);
    report_status("handles/an operation its type does not have", SG_BAD_OPERATION,
                  own_taken(1).result);
    report_status("handles/an object of another type", SG_BAD_TYPE,
                  sg_futex_wake(notification.handle, 0, 1, NULL));
    report_status("handles/the own table is closed", SG_DENIED,
                  sg_cspace_read(sg_self()->cspace, 0, SG_SLOT_TYPE, &value));
    (void)sg_copy(notification.handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy);
    report_status("handles/destroy", SG_OK, sg_owned_destroy(&notification));
    report_status("handles/every copy is dead with its object", SG_BAD_HANDLE,
                  sg_notification_signal(copy));
    (void)sg_release(copy);
}
