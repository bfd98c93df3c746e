/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in messages: all arrive or none, and a moved one is in exactly one place. */
#include "checks.h"
#include "report.h"
#include "talk.h"

#include <signet/object.h>

static struct sg_cap_transfer send(struct sg_handle handle, uint64_t rights, uint32_t mode)
{
    return (struct sg_cap_transfer){handle.index, handle.generation, rights, mode, 0};
}

static struct sg_handle copy_of(struct sg_handle handle)
{
    struct sg_handle copy = SG_HANDLE_NONE;

    (void)sg_copy(handle, SG_RIGHTS_ALL, SG_HANDLE_NONE, &copy);
    return copy;
}

static void copy_and_move(const struct talk *talk, struct sg_handle handle)
{
    struct sg_handle moved = copy_of(handle);
    struct sg_completion received;
    uint64_t rights = 0;

    talk->sent_caps[0] =
        send(handle, SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO), SG_TRANSFER_COPY);
    talk->sent_caps[1] = send(moved, SG_RIGHTS_ALL, SG_TRANSFER_MOVE);
    talk_call(talk, 0, 4, 2);
    received = talk_receive(talk, TALK_BYTES, 2);
    report_equal("transfer/two arrive", 2, received.caps);
    report_status("transfer/the copy works", SG_OK, sg_notification_signal(talk->received_caps[0]));
    (void)sg_info(talk->received_caps[0], SG_INFO_RIGHTS, &rights);
    report_equal("transfer/with the rights it was given",
                 SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO) | SG_BIT(SG_RELEASE), rights);
    report_status("transfer/the moved one works", SG_OK,
                  sg_notification_signal(talk->received_caps[1]));
    report_status("transfer/and left its place", SG_BAD_HANDLE, sg_notification_signal(moved));
    (void)sg_release(talk->received_caps[0]);
    (void)sg_release(talk->received_caps[1]);
    (void)talk_reply(talk, received.token, 0);
    (void)own_taken(TALK_CALL);
}

/* Each second capability is one that cannot travel; the first, a move, must then stay too. */
static void all_or_none(const struct talk *talk, struct sg_handle handle)
{
    struct sg_handle moved = copy_of(handle), fixed = SG_HANDLE_NONE;
    static const char *const names[] = {"transfer/with a dead one", "transfer/without the right",
                                        "transfer/in no known way", "transfer/moved twice"};
    static const int expected[] = {SG_BAD_HANDLE, SG_DENIED, SG_BAD_ARGUMENT, SG_BAD_ARGUMENT};

    (void)sg_copy(handle, SG_BIT(SG_NOTIFICATION_SIGNAL), SG_HANDLE_NONE, &fixed);
    const struct sg_cap_transfer second[] = {
        send((struct sg_handle){moved.index, moved.generation + 1}, SG_RIGHTS_ALL,
             SG_TRANSFER_COPY),
        send(fixed, SG_RIGHTS_ALL, SG_TRANSFER_COPY),
        send(handle, SG_RIGHTS_ALL, 9),
        send(moved, SG_RIGHTS_ALL, SG_TRANSFER_MOVE),
    };
    for (uint32_t i = 0; i < 4; i++) {
        talk->sent_caps[0] = send(moved, SG_RIGHTS_ALL, SG_TRANSFER_MOVE);
        talk->sent_caps[1] = second[i];
        report_status(names[i], expected[i], talk_round_trip(talk, 4, 2).result);
        report_status("transfer/then none leaves", SG_OK, sg_notification_signal(moved));
        (void)own_taken(TALK_RECEIVE);
    }
    (void)sg_release(moved);
    (void)sg_release(fixed);
}

static void no_room_for_them(const struct talk *talk, struct sg_handle handle)
{
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_RECEIVE}};

    talk->sent_caps[0] = send(handle, SG_RIGHTS_ALL, SG_TRANSFER_COPY);
    talk_call(talk, 0, 4, 1);
    (void)talk_receive(talk, TALK_BYTES, 0);
    report_status("transfer/a receiver without room", SG_TOO_BIG, own_taken(TALK_CALL).result);
    own_submit(cancel, TALK_CANCEL);
    (void)own_taken(TALK_CANCEL);
    (void)own_taken(TALK_RECEIVE);
    talk_call(talk, 0, 4, SG_MESSAGE_CAPS_MAX + 1);
    report_equal("transfer/more than a message carries", 1, own_taken(TALK_CALL).result < 0);
}

void check_transfer(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_RECEIVE}};

    copy_and_move(&talk, notification.handle);
    all_or_none(&talk, notification.handle);
    for (uint32_t i = 0; i < 4; i++)
        own_submit(cancel, TALK_CANCEL);
    while (own_taken(TALK_RECEIVE).result != OWN_PENDING ||
           own_taken(TALK_CANCEL).result != OWN_PENDING)
        continue;
    no_room_for_them(&talk, notification.handle);
    talk_close(&talk);
    (void)sg_owned_destroy(&notification);
}
