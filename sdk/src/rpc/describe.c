/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server says about its interface comes in parts. */
#include "rpc/wire.h"

struct sg_result sg_rpc_describe(struct sg_handle service, void *descriptor, uint32_t capacity,
                                 uint32_t *length)
{
    static const struct sg_rpc_method method = {.request.bytes_max = sizeof(uint32_t),
                                                .reply.bytes_max = SG_DESCRIBE_BYTES_MAX,
                                                .number = SG_METHOD_DESCRIBE};
    uint32_t total = 0;

    for (;;) {
        uint8_t offset[4], part_bytes[SG_DESCRIBE_BYTES_MAX];
        struct sg_rpc_bytes request = {offset, envelope_write(offset, (int)total)};
        struct sg_rpc_bytes part = {.data = part_bytes};
        struct sg_result result = sg_rpc_within(service, &method, SG_FOREVER, &request, &part);

        if (!sg_succeeded(result))
            return result;
        if (part.length == 0)
            break;
        if (part.length > capacity - total)
            return (struct sg_result){.transport = SG_TOO_BIG};
        for (uint32_t i = 0; i < part.length; i++)
            ((uint8_t *)descriptor)[total++] = part_bytes[i];
    }
    *length = total;
    return (struct sg_result){0};
}
