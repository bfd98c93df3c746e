/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc/message.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <string.h>

#include "abi/object.h"
#include "signet/object.h"

#define SMALL_BYTES 256u

static int32_t copy_out(const struct sg_rpc_message *type, const struct sg_rpc_bytes *bytes,
                        uint8_t *to)
{
    if (bytes->length > type->bytes_max)
        return -1;
    if (bytes->length != 0)
        memcpy(to, bytes->data, bytes->length);
    return (int32_t)bytes->length;
}

int32_t message_encode(const struct sg_rpc_message *type, const void *message, uint8_t *to)
{
    if (type->fields == NULL)
        return copy_out(type, message, to);
    pb_ostream_t stream = pb_ostream_from_buffer(to, type->bytes_max);
    return pb_encode(&stream, type->fields, message) ? (int32_t)stream.bytes_written : -1;
}

static bool copy_in(const struct sg_rpc_message *type, const uint8_t *from, uint32_t length,
                    struct sg_rpc_bytes *bytes)
{
    if (length > type->bytes_max)
        return false;
    if (length != 0)
        memcpy(bytes->data, from, length);
    bytes->length = length;
    return true;
}

bool message_decode(const struct sg_rpc_message *type, const uint8_t *from, uint32_t length,
                    void *message)
{
    if (type->fields == NULL)
        return copy_in(type, from, length, message);
    pb_istream_t stream = pb_istream_from_buffer(from, length);
    if (type->struct_bytes > SMALL_BYTES)
        return pb_decode(&stream, type->fields, message);
    /* Every default is 0: quicker than a walk over the fields. */
    memset(message, 0, type->struct_bytes);
    return pb_decode_ex(&stream, type->fields, message, PB_DECODE_NOINIT);
}

static bool is_there(const struct sg_rpc_capability *field, const void *message)
{
    return *(const bool *)((const uint8_t *)message + field->has_offset);
}

static const struct sg_handle *handle_of(const struct sg_rpc_capability *field, const void *message)
{
    return (const struct sg_handle *)((const uint8_t *)message + field->handle_offset);
}

uint32_t message_list(const struct sg_rpc_message *type, const void *message,
                      struct sg_cap_transfer *list)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < type->capability_count; i++) {
        const struct sg_rpc_capability *field = &type->capability[i];

        if (!is_there(field, message))
            continue;
        list[count++] =
            (struct sg_cap_transfer){.index = handle_of(field, message)->index,
                                     .generation = handle_of(field, message)->generation,
                                     .rights = field->rights,
                                     .mode = field->mode};
    }
    return count;
}

static bool is_as_expected(const struct sg_rpc_capability *field, struct sg_handle handle)
{
    uint64_t type = SG_TYPE_NONE, rights = 0;

    return sg_info(handle, SG_INFO_TYPE, &type) == SG_OK && type == field->type &&
           sg_info(handle, SG_INFO_RIGHTS, &rights) == SG_OK &&
           (rights & field->rights) == field->rights;
}

bool message_bind(const struct sg_rpc_message *type, void *message, const struct sg_handle *handle,
                  uint32_t count)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < type->capability_count; i++) {
        const struct sg_rpc_capability *field = &type->capability[i];

        if (!is_there(field, message))
            continue;
        if (next == count || !is_as_expected(field, handle[next]))
            return false;
        memcpy((uint8_t *)message + field->handle_offset, &handle[next++], sizeof *handle);
    }
    return next == count;
}

void message_release_moved(const struct sg_cap_transfer *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].mode == SG_TRANSFER_MOVE)
            (void)sg_release((struct sg_handle){list[i].index, list[i].generation});
}

void message_release(const struct sg_handle *handle, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!sg_handle_is_none(handle[i]))
            (void)sg_release(handle[i]);
}
