/* SPDX-License-Identifier: BSD-2-Clause */
/* The own capability table. Seen to fail: a creation that claims its frames before it has a slot. */
#include "accounts.h"
#include "aftermath.h"
#include "limits.h"
#include "report.h"
#include "talk.h"

#include <signet/startup.h>

#define SLOTS_MAX 1024u

static struct sg_handle copy[SLOTS_MAX];

/* Everything that would need a slot, and leaves all else as it was. */
static void refused(struct sg_handle notification, const struct talk *talk)
{
    uint64_t frames = account_of(sg_self()->untyped, SG_INFO_FREE);
    const uint64_t none[3] = {0, 0, 0};
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_RECEIVE}};
    struct sg_handle handle;
    uint32_t offset = 0;

    report_step("slots/frame", sg_frames_take(sg_own_frames(), 1, &offset));
    report_status("slots/create", SG_NO_SLOT,
                  sg_untyped_create(sg_self()->untyped, SG_TYPE_SCHED, offset, none, &handle));
    report_status("slots/split", SG_NO_SLOT, sg_untyped_split(sg_self()->untyped, offset, &handle));
    report_status("slots/lease", SG_NO_SLOT,
                  sg_lease(notification, SG_RIGHTS_ALL, sg_self()->untyped, offset, &handle));
    report_status("slots/mint", SG_NO_SLOT,
                  sg_endpoint_mint(talk->endpoint.handle, 1, SG_RIGHTS_ALL, &handle));
    report_step("slots/frame", sg_frames_give(sg_own_frames(), offset, 1));
    talk->sent_caps[0] = (struct sg_cap_transfer){notification.index, notification.generation,
                                                  SG_RIGHTS_ALL, SG_TRANSFER_COPY, 0};
    talk_call(talk, 0, 4, 1);
    report_equal("slots/who would receive one waits on", OWN_PENDING,
                 (uint64_t)talk_receive(talk, TALK_BYTES, 1).result);
    report_status("slots/its sender is told", SG_NO_SLOT, own_taken(TALK_CALL).result);
    own_submit(cancel, TALK_CANCEL);
    (void)own_taken(TALK_CANCEL);
    (void)own_taken(TALK_RECEIVE);
    report_count("slots/frames that were not spent", frames,
                 account_of(sg_self()->untyped, SG_INFO_FREE));
}

void fill_slots(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    uint64_t free = account_of(sg_self()->cspace, SG_INFO_FREE);
    enum sg_status status = SG_OK;
    uint32_t count = 0;

    while (count < SLOTS_MAX && status == SG_OK)
        status = sg_copy(notification.handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy[count++]);
    count -= status != SG_OK;
    report_status("slots/full", SG_NO_SLOT, status);
    report_count("slots/filled", free, count);
    refused(notification.handle, &talk);
    aftermath_held("slots/full");
    while (count != 0)
        (void)sg_release(copy[--count]);
    talk_close(&talk);
    (void)sg_owned_destroy(&notification);
}
