/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages and lists of capabilities in an arena that another process writes all over during the calls.
   What arrives has the length and the count that the entry said, nothing arrives that its sender had
   not, and no right is gained. Seen to fail: rights that are not
   reduced to those of the sender. */
#include "attacks.h"
#include "child.h"
#include "report.h"
#include "talk.h"

#include <signet/startup.h>
#include <string.h>

#define CALLS 384u
#define BATCH 32u
#define BYTES 200u
#define CAPS 2u
#define PAGES 3u /* the first holds the queues, and is not shared */
#define POISON 0xa7
#define PAUSE_NS 1000000u
#define GIVEN_RIGHTS (SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO))

static struct {
    struct sg_ring *ring;
    struct sg_handle client, notification;
    uint32_t at; /* in the arena, where the other process writes */
    volatile uint32_t calls, answered, failed, odd;
} caller;

static bool is_known_failure(int32_t result)
{
    return result == SG_BAD_HANDLE || result == SG_BAD_ARGUMENT || result == SG_DENIED ||
           result == SG_BAD_TYPE;
}

/* One list in four lies where the other process writes. */
static uint32_t write_list(uint32_t round)
{
    uint32_t at = round % 4 == 3 ? caller.at + 512 : 0;
    struct sg_cap_transfer *list = sg_ring_at(caller.ring, at);

    for (uint32_t i = 0; i < CAPS; i++)
        list[i] =
            (struct sg_cap_transfer){caller.notification.index, caller.notification.generation,
                                     SG_RIGHTS_ALL, SG_TRANSFER_COPY, 0};
    return at;
}

static void take_results(void)
{
    struct sg_completion completion;

    while (sg_ring_next(caller.ring, &completion) == SG_OK) {
        caller.calls++;
        caller.answered += completion.result == 8;
        caller.failed += is_known_failure(completion.result);
        caller.odd += completion.result != 8 && !is_known_failure(completion.result);
    }
}

/* Many calls at a time, so that little is done but them. */
static void call_again_and_again(uint64_t calls)
{
    struct sg_submission entry = own_call(caller.client, 0);

    entry.message = (struct sg_message){.send_offset = caller.at,
                                        .send_length = BYTES,
                                        .receive_offset = caller.at + 256,
                                        .receive_length = BYTES,
                                        .caps_count = CAPS};
    for (uint32_t round = 0; round < calls / BATCH; round++) {
        entry.message.caps_offset = write_list(round);
        for (uint32_t i = 0; i < BATCH; i++)
            (void)sg_ring_submit(caller.ring, &entry);
        if (entry.message.caps_offset != 0)
            sg_thread_yield(); /* to the other process, if there is one CPU only */
        (void)sg_ring_enter(caller.ring, BATCH, SG_FOREVER);
        take_results();
    }
    sg_thread_exit(0);
}

static struct {
    uint64_t received, wrong_length, wrong_caps, more_rights, outside;
} seen;

/* Bytes of the receiver's buffers that no message may reach. */
static uint64_t touched_outside(const struct talk *talk)
{
    uint64_t touched = 0;

    for (uint32_t i = BYTES; i < TALK_BYTES; i++)
        touched += talk->received[i] != POISON;
    for (uint32_t i = CAPS; i < TALK_CAPS; i++)
        touched += talk->received_caps[i].index != 0 || talk->received_caps[i].generation != 0;
    return touched;
}

static void look_at_caps(const struct talk *talk, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t type = SG_TYPE_NOTIFICATION, rights = 0;
        enum sg_status status = sg_info(talk->received_caps[i], SG_INFO_TYPE, &type);

        (void)sg_info(talk->received_caps[i], SG_INFO_RIGHTS, &rights);
        seen.wrong_caps += type != SG_TYPE_NOTIFICATION ||
                           (status != SG_OK && status != SG_DENIED); /* sent without INFO */
        seen.more_rights += (rights & ~(GIVEN_RIGHTS | SG_BIT(SG_RELEASE))) != 0;
        (void)sg_release(talk->received_caps[i]);
        talk->received_caps[i] = SG_HANDLE_NONE;
    }
}

static void receive_again_and_again(const struct talk *talk)
{
    while (caller.calls < CALLS) {
        struct sg_completion received = talk_receive(talk, BYTES, CAPS);

        while (received.result == OWN_PENDING && caller.calls < CALLS) {
            (void)sg_ring_enter(sg_own_ring(), 1, own_now_ns() + PAUSE_NS);
            received = own_taken(TALK_RECEIVE);
        }
        if (received.result == OWN_PENDING)
            break;
        if (received.result == SG_AGAIN) /* it passed many by that could not be delivered */
            continue;
        seen.received++;
        seen.wrong_length += received.result != BYTES || received.caps != CAPS;
        seen.outside += touched_outside(talk);
        look_at_caps(talk, received.caps);
        (void)talk_reply(talk, received.token, 8);
    }
}

static void end_receiving(void)
{
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_RECEIVE}};

    own_submit(cancel, TALK_CANCEL);
    (void)own_taken(TALK_CANCEL);
    (void)own_taken(TALK_RECEIVE);
}

void attack_arenas(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    struct worker worker = worker_open((struct worker_shape){
        .slots = 8, .submissions = BATCH, .completions = BATCH, .pages = PAGES});
    struct child other = child_open(worker.ring_object.handle, 1, PAGES - 1);
    struct sg_completion end;

    memset(talk.received, POISON, TALK_BYTES);
    memset(talk.received_caps, 0, TALK_CAPS * sizeof *talk.received_caps);
    caller.ring = &worker.ring;
    caller.at = SG_PAGE_SIZE;
    caller.client = worker_give(&worker, talk.client, SG_BIT(0)); /* which cannot be sent */
    caller.notification = worker_give(&worker, notification.handle, GIVEN_RIGHTS);
    child_start(&other);
    report_step("arenas/start", worker_start(&worker, call_again_and_again, CALLS));
    receive_again_and_again(&talk);
    end_receiving();
    end = worker_wait(&worker);
    worker_answer(&worker, end.token, SG_FAULT_STOP);
    report_count("arenas/calls, each ended once", CALLS, caller.answered + caller.failed);
    report_none("arenas/ended in an unknown way", caller.odd, CALLS);
    report_count("arenas/answered as often as received", seen.received, caller.answered);
    report_none("arenas/received of another length", seen.wrong_length, seen.received);
    report_none("arenas/capabilities that were not sent", seen.wrong_caps, seen.received);
    report_none("arenas/rights gained", seen.more_rights, seen.received);
    report_none("arenas/bytes changed beside a message", seen.outside, seen.received);
    child_close(&other);
    worker_close(&worker);
    talk_close(&talk);
    (void)sg_owned_destroy(&notification);
}
