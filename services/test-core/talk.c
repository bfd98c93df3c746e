/* SPDX-License-Identifier: BSD-2-Clause */
#include "talk.h"

#include "report.h"

#include <signet/object.h>
#include <string.h>

#define ARENA_BYTES (4 * TALK_BYTES + TALK_CAPS * 32u)
#define CAPS_OFFSET (4 * TALK_BYTES)
#define RECEIVED_CAPS_OFFSET (CAPS_OFFSET + TALK_CAPS * 24u)

struct talk talk_open(uint64_t badge, uint64_t rights)
{
    struct talk talk = {.endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0)};
    void *buffer = NULL;

    if (sg_ring_buffer(sg_own_ring(), ARENA_BYTES, &talk.arena, &buffer) != SG_OK)
        report_status("an arena buffer", SG_OK, SG_LIMIT);
    talk.request = buffer;
    talk.received = talk.request + TALK_BYTES;
    talk.answer = talk.received + TALK_BYTES;
    talk.reply = talk.answer + TALK_BYTES;
    talk.sent_caps = (struct sg_cap_transfer *)(talk.request + CAPS_OFFSET);
    talk.received_caps = (struct sg_handle *)(talk.request + RECEIVED_CAPS_OFFSET);
    memset(buffer, 0, ARENA_BYTES);
    report_status("endpoint/mint", SG_OK,
                  sg_endpoint_mint(talk.endpoint.handle, badge, rights, &talk.client));
    return talk;
}

void talk_close(struct talk *talk)
{
    (void)sg_release(talk->client);
    (void)sg_owned_destroy(&talk->endpoint);
    sg_ring_buffer_free(sg_own_ring(), talk->arena, ARENA_BYTES);
}

void talk_call(const struct talk *talk, uint16_t method, uint32_t length, uint32_t caps)
{
    struct sg_submission entry = own_call(talk->client, method);

    entry.message = (struct sg_message){.send_offset = talk->arena,
                                        .send_length = length,
                                        .receive_offset = talk->arena + 3 * TALK_BYTES,
                                        .receive_length = TALK_BYTES,
                                        .caps_offset = talk->arena + CAPS_OFFSET,
                                        .caps_count = caps};
    own_submit(entry, TALK_CALL);
}

struct sg_completion talk_receive(const struct talk *talk, uint32_t room, uint32_t caps)
{
    struct sg_submission entry = own_call(talk->endpoint.handle, 0);

    entry.opcode = SG_OP_RECV;
    entry.message = (struct sg_message){.receive_offset = talk->arena + TALK_BYTES,
                                        .receive_length = room,
                                        .receive_caps_offset = talk->arena + RECEIVED_CAPS_OFFSET,
                                        .receive_caps_count = caps};
    own_submit(entry, TALK_RECEIVE);
    return own_taken(TALK_RECEIVE);
}

struct sg_completion talk_reply(const struct talk *talk, uint32_t token, uint32_t length)
{
    struct sg_submission entry = {.opcode = SG_OP_REPLY, .token = token};

    entry.message.send_offset = talk->arena + 2 * TALK_BYTES;
    entry.message.send_length = length;
    own_submit(entry, TALK_REPLY);
    return own_taken(TALK_REPLY);
}

struct sg_completion talk_round_trip(const struct talk *talk, uint32_t length, uint32_t caps)
{
    struct sg_completion received;

    talk_call(talk, 0, length, caps);
    received = talk_receive(talk, TALK_BYTES, TALK_CAPS);
    if (received.result >= 0)
        (void)talk_reply(talk, received.token, 0);
    return own_taken(TALK_CALL);
}
