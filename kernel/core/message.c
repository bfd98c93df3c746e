/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/message.h"

#include "abi/handle.h"

enum sg_status message_check(const struct sg_message *message, uint32_t arena_size)
{
    if (message->send_length > SG_MESSAGE_MAX || message->receive_length > SG_MESSAGE_MAX ||
        message->caps_count > SG_MESSAGE_CAPS_MAX ||
        message->receive_caps_count > SG_MESSAGE_CAPS_MAX)
        return SG_TOO_BIG;
    if (message->caps_offset % 8 != 0 || message->receive_caps_offset % 8 != 0 ||
        message->reserved != 0)
        return SG_BAD_ARGUMENT;
    if (!range_fits(message->send_offset, message->send_length, arena_size) ||
        !range_fits(message->receive_offset, message->receive_length, arena_size) ||
        !range_fits(message->caps_offset,
                    message->caps_count * (uint32_t)sizeof(struct sg_cap_transfer), arena_size) ||
        !range_fits(message->receive_caps_offset,
                    message->receive_caps_count * (uint32_t)sizeof(struct sg_handle), arena_size))
        return SG_BAD_ARGUMENT;
    return SG_OK;
}
