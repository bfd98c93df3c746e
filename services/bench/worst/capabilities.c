/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>

#include "worst.h"

static void release(const struct sg_completion taken[BATCH])
{
    struct sg_submission entry[BATCH];

    for (uint32_t i = 0; i < BATCH; i++) {
        must("made", taken[i].result);
        entry[i] = call_of(sg_handle_from_word(taken[i].badge), SG_RELEASE);
    }
    batch("release", entry, BATCH, NULL);
}

/* Makes BATCH capabilities at once and releases them at once. */
static void make_and_release(const char *what, struct sg_submission entry)
{
    struct sg_completion taken[BATCH];

    batch_of(what, entry, taken);
    release(taken);
}

/* A capability to a notification that is derived from a lease on one that is ..., as deep as may be. */
static struct sg_handle leased(void)
{
    struct sg_handle handle = make(SG_TYPE_NOTIFICATION, 0, 0, 0).handle;

    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++) {
        struct sg_handle lease;
        uint32_t offset;

        must("frame", sg_frames_take(sg_own_frames(), 1, &offset));
        must("lease", sg_lease(handle, SG_RIGHTS_ALL, sg_self()->untyped, offset, &lease));
        must("derive", sg_lease_derive(lease, SG_RIGHTS_ALL, &handle));
    }
    return handle;
}

void worst_capabilities(void)
{
    struct sg_handle deep = leased();
    struct sg_owned endpoint = make(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct sg_owned cspace = make(SG_TYPE_CSPACE, 64, 0, 0);
    struct sg_submission nop[SG_RING_SUBMISSIONS_MAX];
    struct sg_submission entry = call_of(deep, SG_COPY);

    for (uint32_t i = 0; i < SG_RING_SUBMISSIONS_MAX; i++)
        nop[i] = (struct sg_submission){.opcode = SG_OP_NOP};
    batch("nop", nop, SG_RING_SUBMISSIONS_MAX, NULL);
    entry.argument[0] = SG_RIGHTS_ALL;
    make_and_release("copy", entry);
    entry.argument[1] = sg_handle_word(cspace.handle);
    batch_of("copy to a cspace", entry, NULL);
    entry = call_of(endpoint.handle, SG_ENDPOINT_MINT);
    entry.argument[1] = SG_RIGHTS_ALL;
    make_and_release("mint", entry);
    batch_of("signal", call_of(deep, SG_NOTIFICATION_SIGNAL), NULL);
    batch_of("info", call_of(deep, SG_INFO), NULL);
    batch_of("read", call_of(cspace.handle, SG_CSPACE_READ), NULL);
    unmake(&endpoint);
    unmake(&cspace);
}
