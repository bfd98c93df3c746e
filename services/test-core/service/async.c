/* SPDX-License-Identifier: BSD-2-Clause */
#include "own.h"
#include "report.h"
#include "services.h"

#include <pb_decode.h>
#include <signet/rpc.h>
#include <string.h>

#define REPLY_BYTES 300u
#define PATIENCE_NS UINT64_C(20000000000)

void async_call(struct sg_handle service, uint16_t method, const void *request, uint32_t length,
                uint64_t user_data)
{
    struct sg_submission entry = own_call(service, method);
    uint32_t sent = 0, reply = 0;
    void *bytes = NULL, *unused;

    if (sg_ring_buffer(sg_own_ring(), length + 1, &sent, &bytes) != SG_OK ||
        sg_ring_buffer(sg_own_ring(), REPLY_BYTES, &reply, &unused) != SG_OK) {
        report_status("an arena buffer", SG_OK, SG_LIMIT);
        return;
    }
    memcpy(bytes, request, length);
    entry.message.send_offset = sent;
    entry.message.send_length = length;
    entry.message.receive_offset = reply;
    entry.message.receive_length = REPLY_BYTES;
    own_submit(entry, user_data);
}

/* The first field of these replies is `result`, which is left out when it is 0. */
static int64_t first_number(const struct sg_completion *completion)
{
    const uint8_t *bytes = sg_ring_at(sg_own_ring(), completion->offset);
    uint32_t length = (uint32_t)completion->result - SG_RPC_ENVELOPE_BYTES;
    pb_istream_t stream = pb_istream_from_buffer(bytes + SG_RPC_ENVELOPE_BYTES, length);
    pb_wire_type_t wire;
    uint64_t number = 0;
    uint32_t tag;
    bool is_end;

    if (pb_decode_tag(&stream, &wire, &tag, &is_end) && tag == 1 && wire == PB_WT_VARINT)
        (void)pb_decode_varint(&stream, &number);
    return (int64_t)number;
}

int64_t async_result(uint64_t user_data)
{
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;
    struct sg_completion completion = own_taken(user_data);

    while (completion.result == OWN_PENDING && own_now_ns() < until_ns) {
        (void)sg_ring_enter(sg_own_ring(), 1, until_ns);
        completion = own_taken(user_data);
    }
    if (completion.result < (int32_t)SG_RPC_ENVELOPE_BYTES || completion.result == OWN_PENDING)
        return completion.result;
    return first_number(&completion);
}
