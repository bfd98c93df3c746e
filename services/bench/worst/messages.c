/* SPDX-License-Identifier: BSD-2-Clause */
/* This thread calls itself: its ring holds both ends of each call. */
#include <signet/object.h>
#include <signet/startup.h>
#include <string.h>

#include "worst.h"

struct talk {
    struct sg_owned endpoint;
    struct sg_handle client;
    uint32_t sent, received[BATCH]; /* buffers of SG_MESSAGE_MAX */
    uint32_t caps, handles;         /* a list to send; where what came is written */
    struct sg_completion completion[BATCH];
};

static void open_talk(struct talk *talk)
{
    void *ignored;

    talk->endpoint = make(SG_TYPE_ENDPOINT, 0, 0, 0);
    must("mint", sg_endpoint_mint(talk->endpoint.handle, 1, SG_RIGHTS_ALL, &talk->client));
    talk->sent = buffer(SG_MESSAGE_MAX, &ignored);
    for (uint32_t i = 0; i < BATCH; i++)
        talk->received[i] = buffer(SG_MESSAGE_MAX, &ignored);
    talk->handles = buffer(SG_MESSAGE_CAPS_MAX * sizeof(struct sg_handle), &ignored);
}

static struct sg_submission receive(const struct talk *talk, uint32_t i, uint32_t caps)
{
    struct sg_submission entry = call_of(talk->endpoint.handle, 0);

    entry.opcode = SG_OP_RECV;
    entry.message = (struct sg_message){.receive_offset = talk->received[i],
                                        .receive_length = SG_MESSAGE_MAX,
                                        .receive_caps_offset = talk->handles,
                                        .receive_caps_count = caps};
    return entry;
}

static struct sg_submission call(const struct talk *talk, uint32_t caps)
{
    struct sg_submission entry = call_of(talk->client, 0);

    entry.message = (struct sg_message){.send_offset = talk->sent,
                                        .send_length = SG_MESSAGE_MAX,
                                        .receive_offset = talk->sent,
                                        .receive_length = SG_MESSAGE_MAX,
                                        .caps_offset = talk->caps,
                                        .caps_count = caps};
    return entry;
}

static void submit(struct sg_submission entry)
{
    must("submit", sg_ring_submit(sg_own_ring(), &entry));
}

/* Hands over what was submitted; takes `count` completions, of which one may be of a first step. */
static void enter(struct talk *talk, uint32_t count)
{
    must("enter", sg_ring_enter(sg_own_ring(), count, SG_FOREVER));
    for (uint32_t i = 0; i < count; i++) {
        must("completion", sg_ring_next(sg_own_ring(), &talk->completion[i]));
        if (talk->completion[i].result != SG_AGAIN)
            must("message", talk->completion[i].result);
    }
}

/* Answers the calls that the last completions brought, with the longest message; and takes those
   answers. */
static void answer(struct talk *talk, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct sg_submission entry = {
            .opcode = SG_OP_REPLY,
            .token = talk->completion[i].token,
            .message = {.send_offset = talk->received[i], .send_length = SG_MESSAGE_MAX}};

        submit(entry);
    }
    enter(talk, count); /* of the replies and of the calls */
    enter(talk, count);
}

/* As many of the longest messages as are sent in one hold of the lock. */
static void longest(struct talk *talk)
{
    for (uint32_t i = 0; i < BATCH; i++)
        submit(receive(talk, i, 0));
    enter(talk, 0);
    for (uint32_t i = 0; i < BATCH; i++)
        submit(call(talk, 0));
    enter(talk, BATCH);
    answer(talk, BATCH);
}

/* A lease as deep as may be, of which a message can bring what it derives. */
static struct sg_handle deepest_lease(void)
{
    struct sg_handle handle = make(SG_TYPE_NOTIFICATION, 0, 0, 0).handle, lease;

    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++) {
        uint32_t offset;

        if (i > 0)
            must("derive", sg_lease_derive(lease, SG_RIGHTS_ALL, &handle));
        must("frame", sg_frames_take(sg_own_frames(), 1, &offset));
        must("lease", sg_lease(handle, SG_RIGHTS_ALL, sg_self()->untyped, offset, &lease));
    }
    return lease;
}

/* The longest message with the most capabilities, after as many of the longest as go before it. */
static void most_capabilities(struct talk *talk)
{
    struct sg_handle lease = deepest_lease();
    struct sg_cap_transfer *list;

    talk->caps = buffer(SG_MESSAGE_CAPS_MAX * sizeof(*list), (void **)&list);
    for (uint32_t i = 0; i < SG_MESSAGE_CAPS_MAX; i++)
        list[i] = (struct sg_cap_transfer){.index = lease.index,
                                           .generation = lease.generation,
                                           .rights = SG_RIGHTS_ALL,
                                           .mode = SG_TRANSFER_LEASE};
    for (uint32_t i = 0; i < BATCH; i++)
        submit(receive(talk, i, i == BATCH - 1 ? SG_MESSAGE_CAPS_MAX : 0));
    enter(talk, 0);
    for (uint32_t i = 0; i < BATCH; i++)
        submit(call(talk, i == BATCH - 1 ? SG_MESSAGE_CAPS_MAX : 0));
    enter(talk, BATCH);
    answer(talk, BATCH);
}

/* The longest messages, and then, in the same hold of the lock, the first step of the largest object. */
static void before_the_largest(struct talk *talk)
{
    struct sg_owned memory = make(SG_TYPE_MEMORY, SG_MEMORY_PAGES_MAX, 0, 0);
    struct sg_submission create = call_of(sg_self()->untyped, SG_UNTYPED_CREATE);

    must("destroy", sg_destroy(memory.handle)); /* its frames stay taken, and are clean */
    (void)sg_release(memory.handle);
    memcpy(create.argument, (uint64_t[]){SG_TYPE_MEMORY, memory.offset, SG_MEMORY_PAGES_MAX},
           3 * sizeof(uint64_t));
    for (uint32_t i = 0; i < BATCH - 1; i++)
        submit(receive(talk, i, 0));
    enter(talk, 0);
    for (uint32_t i = 0; i < BATCH - 1; i++)
        submit(call(talk, 0));
    submit(create);
    enter(talk, BATCH);
    must("create", sg_untyped_create(sg_self()->untyped, SG_TYPE_MEMORY, memory.offset,
                                     (const uint64_t[3]){SG_MEMORY_PAGES_MAX}, &memory.handle));
    answer(talk, BATCH - 1);
    unmake(&memory);
}

void worst_messages(void)
{
    static struct talk talk;

    open_talk(&talk);
    longest(&talk);
    longest(&talk);
    most_capabilities(&talk);
    before_the_largest(&talk);
    unmake(&talk.endpoint);
    for (uint32_t i = 0; i < BATCH; i++)
        sg_ring_buffer_free(sg_own_ring(), talk.received[i], SG_MESSAGE_MAX);
}
