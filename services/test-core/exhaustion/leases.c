/* SPDX-License-Identifier: BSD-2-Clause */
/* As many leases on one object as there are slots, and as deep as they go; the end of the object ends
   what was derived of each. Seen to fail: a lease followed without a look at the epoch of its
   target, which ends the machine. */
#include "accounts.h"
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/startup.h>

#define LEASES_MAX 1024u

static struct sg_handle lease[LEASES_MAX];

static void deep(struct sg_handle target)
{
    struct sg_handle own[SG_LEASE_DEPTH_MAX], derived[SG_LEASE_DEPTH_MAX], more;
    struct sg_handle next = target;
    uint32_t offset = 0;

    report_step("leases/frames", sg_frames_take(sg_own_frames(), SG_LEASE_DEPTH_MAX + 1, &offset));
    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++) {
        report_step("leases/lease",
                    sg_lease(next, SG_RIGHTS_ALL, sg_self()->untyped, offset + i, &own[i]));
        report_step("leases/derive", sg_lease_derive(own[i], SG_RIGHTS_ALL, &derived[i]));
        next = derived[i];
    }
    report_status(
        "leases/one deeper", SG_LIMIT,
        sg_lease(next, SG_RIGHTS_ALL, sg_self()->untyped, offset + SG_LEASE_DEPTH_MAX, &more));
    report_status("leases/the deepest works", SG_OK, sg_notification_signal(next));
    for (uint32_t i = SG_LEASE_DEPTH_MAX; i-- > 0;) {
        report_step("leases/end", sg_destroy(own[i]));
        (void)sg_release(own[i]);
        (void)sg_release(derived[i]);
    }
    report_step("leases/frames", sg_frames_give(sg_own_frames(), offset, SG_LEASE_DEPTH_MAX + 1));
}

static void many(struct sg_owned *target, uint32_t slots)
{
    uint32_t offset = 0, count = 0;
    enum sg_status status = SG_OK;
    struct sg_handle derived = SG_HANDLE_NONE;

    report_step("leases/frames", sg_frames_take(sg_own_frames(), slots, &offset));
    for (; count < slots - 1 && status == SG_OK; count++)
        status = sg_lease(target->handle, SG_RIGHTS_ALL, sg_self()->untyped, offset + count,
                          &lease[count]);
    report_step("leases/lease", status);
    report_step("leases/derive", sg_lease_derive(lease[count - 1], SG_RIGHTS_ALL, &derived));
    report_status(
        "leases/full", SG_NO_SLOT,
        sg_lease(target->handle, SG_RIGHTS_ALL, sg_self()->untyped, offset + count, &lease[count]));
    report_count("leases/on one object", slots - 1, count);
    report_status("leases/the last works", SG_OK, sg_notification_signal(derived));
    aftermath_held("leases/full");
    report_status("leases/the object ends", SG_OK, sg_owned_destroy(target));
    report_status("leases/and what was derived with it", SG_BAD_HANDLE,
                  sg_notification_signal(derived));
    (void)sg_release(derived);
    while (count != 0) {
        report_step("leases/end", sg_destroy(lease[--count]));
        (void)sg_release(lease[count]);
    }
    report_step("leases/frames", sg_frames_give(sg_own_frames(), offset, slots));
}

void fill_leases(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint32_t slots;

    deep(notification.handle);
    slots = (uint32_t)account_of(sg_self()->cspace, SG_INFO_FREE);
    many(&notification, slots < LEASES_MAX ? slots : LEASES_MAX);
}
