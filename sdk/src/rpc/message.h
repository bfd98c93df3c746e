/* SPDX-License-Identifier: BSD-2-Clause */
/* A message's struct to bytes and capabilities, and back. What is received is nobody's until
   message_bind said it is what it should be; until then its receiver releases it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "abi/ring.h"
#include "signet/rpc.h"

/* Encodes into at most type->bytes_max bytes; the length, or -1. */
int32_t message_encode(const struct sg_rpc_message *type, const void *message, uint8_t *to);
/* Decodes exactly these bytes; capability fields are empty until they are bound. */
bool message_decode(const struct sg_rpc_message *type, const uint8_t *from, uint32_t length,
                    void *message);

/* Lists the capabilities that are there; returns how many. */
uint32_t message_list(const struct sg_rpc_message *type, const void *message,
                      struct sg_cap_transfer *list);
/* Gives the capabilities received to the fields that announce one: false when there are more or
   fewer, or one is of another type or has fewer rights than the field says. */
bool message_bind(const struct sg_rpc_message *type, void *message, const struct sg_handle *handle,
                  uint32_t count);

/* Bytes of the list that type's capabilities need. */
static inline uint32_t message_list_bytes(const struct sg_rpc_message *type)
{
    return type->capability_count * (uint32_t)sizeof(struct sg_cap_transfer);
}

/* Releases what the list moves: given away, whatever came of the message. The handle of what has
   left already is stale. */
void message_release_moved(const struct sg_cap_transfer *list, uint32_t count);
/* Releases what nobody took. */
void message_release(const struct sg_handle *handle, uint32_t count);
