/* SPDX-License-Identifier: BSD-2-Clause */
#include "ipc.h"

static void side_start(struct side *side, const struct process *process, uint64_t handle)
{
    *side = (struct side){.process = *process,
                          .thread = process->tcb,
                          .handle = handle,
                          .receive_length = SG_MESSAGE_MAX,
                          .receive_caps_count = SG_MESSAGE_CAPS_MAX,
                          .deadline_ns = SG_FOREVER,
                          .user_data = 1};
}

void talk_client(const struct talk *talk, uint64_t badge, struct side *side)
{
    struct process process = fixture_process(0);
    uint64_t client;

    expect_equal(
        OBJECT(fixture.init, talk->endpoint, SG_ENDPOINT_MINT, &client, badge, SG_RIGHTS_ALL),
        SG_OK);
    side_start(side, &process, fixture_give(&process, client, SG_RIGHTS_ALL));
    expect_equal(OBJECT(fixture.init, client, SG_RELEASE, NULL, 0), SG_OK);
}

void talk_server(const struct talk *talk, struct side *side)
{
    struct process process = fixture_process(0);

    side_start(side, &process, fixture_give(&process, talk->endpoint, SG_RIGHTS_ALL));
}

void talk_start(struct talk *talk)
{
    talk->endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    talk_server(talk, &talk->server);
    talk_client(talk, 42, &talk->client);
}

/* What a side does next. */
struct intent {
    uint8_t opcode;
    uint8_t flags;
    uint16_t method;
    uint32_t token;
    uint64_t handle;
    const void *bytes;
    uint32_t length;
};

static struct sg_message message_of(const struct side *side, const struct intent *intent)
{
    return (struct sg_message){.send_offset = SEND_OFFSET,
                               .send_length = intent->length,
                               .receive_offset = RECEIVE_OFFSET,
                               .receive_length = side->receive_length,
                               .caps_offset = CAPS_OFFSET,
                               .caps_count = side->caps_count,
                               .receive_caps_offset = RECEIVE_CAPS_OFFSET,
                               .receive_caps_count = side->receive_caps_count};
}

static int perform_by_ring(struct side *side, const struct intent *intent)
{
    struct sg_handle handle = sg_handle_from_word(intent->handle);
    struct sg_submission entry = {.opcode = intent->opcode,
                                  .flags = intent->flags,
                                  .method = intent->method,
                                  .handle_index = handle.index,
                                  .handle_generation = handle.generation,
                                  .token = intent->token,
                                  .user_data = ++side->user_data,
                                  .message = message_of(side, intent)};

    return user_submit_now(side->thread, &entry);
}

static int perform(struct side *side, const struct intent *intent)
{
    struct operation operation = {.opcode = intent->opcode,
                                  .flags = intent->flags,
                                  .method = intent->method,
                                  .handle = intent->handle,
                                  .token = intent->token,
                                  .deadline_ns = side->deadline_ns};

    if (side->way != BY_REGISTERS && intent->length != 0)
        memcpy(user_arena(side->thread) + SEND_OFFSET, intent->bytes, intent->length);
    if (side->way == BY_RING)
        return perform_by_ring(side, intent);
    if (side->way == BY_ARENA) {
        struct sg_message message = message_of(side, intent);

        operation.flags |= SG_SUBMIT_ARENA;
        memcpy(operation.word, &message, sizeof(message));
    } else {
        operation.length = intent->length;
        if (intent->length != 0)
            memcpy(operation.word, intent->bytes,
                   intent->length < SG_REGISTER_BYTES ? intent->length : SG_REGISTER_BYTES);
    }
    return user_invoke(side->thread, &operation);
}

int side_receive(struct side *side)
{
    return perform(side, &(struct intent){.opcode = SG_OP_RECV, .handle = side->handle});
}

int side_call(struct side *side, uint16_t method, const void *bytes, uint32_t length)
{
    return perform(side, &(struct intent){.opcode = SG_OP_CALL,
                                          .method = method,
                                          .handle = side->handle,
                                          .bytes = bytes,
                                          .length = length});
}

int side_reply(struct side *side, uint32_t token, uint16_t method, const void *bytes,
               uint32_t length)
{
    return perform(side, &(struct intent){.opcode = SG_OP_REPLY,
                                          .method = method,
                                          .token = token,
                                          .bytes = bytes,
                                          .length = length});
}

int side_reply_and_receive(struct side *side, uint32_t token, const void *bytes, uint32_t length)
{
    return perform(side, &(struct intent){.opcode = SG_OP_REPLY,
                                          .flags = SG_SUBMIT_REARM,
                                          .handle = side->handle,
                                          .token = token,
                                          .bytes = bytes,
                                          .length = length});
}

static bool ring_ended(struct side *side, struct received *received)
{
    struct sg_completion completion;

    do {
        if (!user_next(side->thread, &completion))
            return false;
    } while (completion.user_data != side->user_data);
    *received = (struct received){.result = completion.result,
                                  .method = completion.method,
                                  .caps = completion.caps,
                                  .flags = completion.flags,
                                  .badge = completion.badge,
                                  .token = completion.token};
    if (completion.result > 0)
        memcpy(received->bytes, user_arena(side->thread) + completion.offset,
               (uint32_t)completion.result);
    return true;
}

bool side_ended(struct side *side, struct received *received)
{
    if (side->way == BY_RING)
        return ring_ended(side, received);
    if (!user_returned(side->thread))
        return false;
    struct result result = user_result(side->thread);
    *received = (struct received){.result = result.status,
                                  .method = result.method,
                                  .caps = result.caps,
                                  .flags = result.flags,
                                  .badge = result.value,
                                  .token = result.token};
    if (result.flags & SG_COMPLETE_REGISTERS)
        memcpy(received->bytes, result.word, sizeof(result.word));
    else if (result.status > 0)
        memcpy(received->bytes, user_arena(side->thread) + result.offset, (uint32_t)result.status);
    return true;
}

struct received side_result(struct side *side)
{
    struct received received;

    if (!side_ended(side, &received))
        host_failed("expected an operation to have ended");
    return received;
}
