/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CAPABILITIES_MAX 256u

struct peer_reply peer_reply;
int32_t peer_reply_result;
uint32_t peer_probes, peer_cancels;
uint64_t peer_now_ns;

static struct sg_submission open_call[FAKE_TAKEN_MAX];
static uint32_t open_count, looked_at;
static struct {
    uint64_t rights;
    uint32_t type;
    bool is_live;
} capability[CAPABILITIES_MAX];
static uint32_t capability_count;

/* Takes note of what the kernel has taken since. */
static void look(void)
{
    for (; looked_at < fake_kernel.taken_count; looked_at++) {
        const struct sg_submission *entry = &fake_kernel.taken[looked_at];

        if (entry->opcode == SG_OP_NOP)
            fake_complete(&(struct sg_completion){.user_data = entry->user_data});
        else if (entry->opcode == SG_OP_CALL)
            open_call[open_count++] = *entry;
    }
}

static void forget(uint32_t index)
{
    open_count--;
    memmove(&open_call[index], &open_call[index + 1], (open_count - index) * sizeof open_call[0]);
}

uint32_t peer_open(void)
{
    look();
    return open_count;
}

const struct sg_submission *peer_call(uint32_t skip)
{
    assert_true(skip < peer_open());
    return &open_call[skip];
}

void peer_fail(uint32_t skip, enum sg_status status)
{
    fake_complete(
        &(struct sg_completion){.user_data = peer_call(skip)->user_data, .result = status});
    forget(skip);
}

void peer_answer_with(uint32_t skip, const void *reply, uint32_t length,
                      const struct sg_handle *handle, uint32_t count)
{
    const struct sg_message *message = &peer_call(skip)->message;
    struct sg_ring *ring = sg_own_ring();

    assert_true(length <= message->receive_length && count <= message->receive_caps_count);
    memcpy(sg_ring_at(ring, message->receive_offset), reply, length);
    if (count != 0)
        memcpy(sg_ring_at(ring, message->receive_caps_offset), handle, count * sizeof *handle);
    fake_complete(&(struct sg_completion){.user_data = peer_call(skip)->user_data,
                                          .result = (int32_t)length,
                                          .caps = (uint8_t)count,
                                          .offset = message->receive_offset});
    forget(skip);
}

void peer_answer(uint32_t skip, const void *reply, uint32_t length)
{
    peer_answer_with(skip, reply, length, NULL, 0);
}

struct sg_handle peer_grant(enum sg_type type, uint64_t rights)
{
    struct sg_handle handle = {capability_count, 1};

    assert_true(capability_count < CAPABILITIES_MAX);
    capability[capability_count].is_live = true;
    capability[capability_count].type = type;
    capability[capability_count++].rights = rights;
    return handle;
}

bool peer_has(struct sg_handle handle)
{
    return handle.generation == 1 && handle.index < capability_count &&
           capability[handle.index].is_live;
}

uint32_t peer_granted(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < capability_count; i++)
        count += capability[i].is_live;
    return count;
}

static enum sg_status cancel(uint64_t user_data)
{
    peer_cancels++;
    for (uint32_t i = 0; i < peer_open(); i++) {
        if (open_call[i].user_data != user_data)
            continue;
        peer_fail(i, SG_CANCELLED);
        return SG_OK;
    }
    return SG_NOT_FOUND;
}

static enum sg_status call_object(struct sg_registers *registers)
{
    struct sg_handle handle = sg_handle_from_word(registers->handle);
    uint16_t method = (uint8_t)(registers->operation >> 16);

    if (!peer_has(handle))
        return SG_BAD_HANDLE;
    if (capability[handle.index].type == SG_TYPE_CPU && method == SG_CPU_NOW) {
        registers->handle = peer_now_ns;
        return SG_OK;
    }
    if (method == SG_RELEASE) {
        capability[handle.index].is_live = false;
        return SG_OK;
    }
    assert_int_equal(method, SG_INFO);
    if (!(capability[handle.index].rights & SG_BIT(SG_INFO)))
        return SG_DENIED;
    registers->handle = registers->word[0] == SG_INFO_TYPE ? capability[handle.index].type
                                                           : capability[handle.index].rights;
    return SG_OK;
}

/* A reply of the capability that is none is refused while the caller is there. */
static int32_t take_reply(const struct sg_registers *registers)
{
    struct sg_message message;

    memcpy(&message, registers->word, sizeof message);
    if (registers->operation >> 8 & SG_SUBMIT_ARENA && message.caps_count == 1 &&
        message.send_length == 0) {
        const struct sg_cap_transfer *list = sg_ring_at(sg_own_ring(), message.caps_offset);

        assert_int_equal(list->index | list->generation, 0);
        peer_probes++;
        return peer_reply_result == SG_OK ? SG_BAD_HANDLE : peer_reply_result;
    }
    peer_reply.registers = *registers;
    peer_reply.count++;
    return peer_reply_result;
}

static void invoke(struct sg_registers *registers)
{
    int32_t result = SG_BAD_OPERATION;

    switch (registers->operation & 0xff) {
    case SG_OP_CALL:
        result = call_object(registers);
        break;
    case SG_OP_CANCEL:
        result = cancel(registers->word[0]);
        break;
    case SG_OP_REPLY:
        result = take_reply(registers);
        break;
    default:
        fail_msg("found opcode %u", (unsigned)(registers->operation & 0xff));
    }
    sg_registers_return(registers, result, 0, 0);
}

void peer_begin(void)
{
    fake_kernel.invoke = invoke;
    fake_kernel.wait = look;
    open_count = looked_at = capability_count = 0;
    peer_reply = (struct peer_reply){.count = 0};
    peer_reply_result = SG_OK;
    peer_probes = peer_cancels = 0;
    peer_now_ns = 0;
}
