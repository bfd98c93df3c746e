/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/ring.h>
#include <signet/syscall.h>
#include <string.h>

#include "bench.h"

struct sg_cap_transfer offer(struct sg_handle handle)
{
    return (struct sg_cap_transfer){.index = handle.index,
                                    .generation = handle.generation,
                                    .rights = SG_RIGHTS_ALL,
                                    .mode = SG_TRANSFER_COPY};
}

int64_t introduce(struct sg_handle peer, const struct sg_cap_transfer *list, uint32_t count)
{
    struct sg_message message = {.caps_count = count};
    struct sg_registers registers = {.operation =
                                         sg_operation_word(SG_OP_CALL, SG_SUBMIT_ARENA, 0, 0),
                                     .handle = sg_handle_word(peer),
                                     .deadline_ns = SG_FOREVER};
    void *sent;
    enum sg_status status =
        sg_ring_buffer(sg_own_ring(), count * sizeof(*list), &message.caps_offset, &sent);

    if (status != SG_OK)
        return status;
    memcpy(sent, list, count * sizeof(*list));
    memcpy(registers.word, &message, sizeof(message));
    sg_invoke(&registers);
    return sg_registers_result(&registers);
}
