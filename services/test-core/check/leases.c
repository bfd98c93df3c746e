/* SPDX-License-Identifier: BSD-2-Clause */
/* What was lent dies with its lease, at once and everywhere. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>

struct loan {
    struct sg_handle lease, derived;
    uint32_t offset;
};

static struct loan lend(struct sg_handle handle, uint64_t rights)
{
    struct loan loan = {SG_HANDLE_NONE, SG_HANDLE_NONE, 0};

    if (sg_frames_take(sg_own_frames(), 1, &loan.offset) != SG_OK)
        return loan;
    report_status("leases/lend", SG_OK,
                  sg_lease(handle, rights, sg_self()->untyped, loan.offset, &loan.lease));
    report_status("leases/derive", SG_OK,
                  sg_lease_derive(loan.lease, SG_RIGHTS_ALL, &loan.derived));
    return loan;
}

static void end_loan(const struct loan *loan)
{
    report_status("leases/end", SG_OK, sg_destroy(loan->lease));
    (void)sg_frames_give(sg_own_frames(), loan->offset, 1);
}

/* A lease on a lease on a lease, as deep as they go. */
static void depth(struct sg_handle handle)
{
    struct loan loan[SG_LEASE_DEPTH_MAX];
    struct sg_handle next = handle, lease;
    uint32_t offset = 0;

    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++) {
        loan[i] = lend(next, SG_RIGHTS_ALL);
        next = loan[i].derived;
    }
    report_status("leases/the deepest works", SG_OK, sg_notification_signal(next));
    (void)sg_frames_take(sg_own_frames(), 1, &offset);
    report_status("leases/one deeper", SG_LIMIT,
                  sg_lease(next, SG_RIGHTS_ALL, sg_self()->untyped, offset, &lease));
    (void)sg_frames_give(sg_own_frames(), offset, 1);
    end_loan(&loan[0]);
    report_status("leases/all that hung on it is dead", SG_BAD_HANDLE,
                  sg_notification_signal(next));
    for (uint32_t i = 1; i < SG_LEASE_DEPTH_MAX; i++)
        end_loan(&loan[i]);
    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++)
        (void)sg_release(loan[i].derived);
}

void check_leases(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t before = own_free_frames(), count;
    struct loan loan = lend(notification.handle, SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_COPY));
    struct sg_handle copy = SG_HANDLE_NONE;

    report_status("leases/use what was lent", SG_OK, sg_notification_signal(loan.derived));
    report_status("leases/not what was not", SG_DENIED,
                  sg_notification_wait(loan.derived, 0, &count));
    report_status("leases/copy what was lent", SG_OK,
                  sg_copy(loan.derived, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy));
    end_loan(&loan);
    report_status("leases/it is dead", SG_BAD_HANDLE, sg_notification_signal(loan.derived));
    report_status("leases/so is its copy", SG_BAD_HANDLE, sg_notification_signal(copy));
    report_status("leases/the object lives", SG_OK, sg_notification_signal(notification.handle));
    report_equal("leases/nothing is lost", before, own_free_frames());
    (void)sg_release(copy);
    (void)sg_release(loan.derived);
    depth(notification.handle);
    (void)sg_owned_destroy(&notification);
}
