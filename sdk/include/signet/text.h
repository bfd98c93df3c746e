/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages as protobuf text and back, by the schema of their interface: one's own (struct
   sg_interface has the descriptor) or what a server says of itself. */
#pragma once

#include "signet/schema.h"

/* Where text goes. */
struct sg_text_output {
    const struct sg_schema *schema;
    void (*write)(void *self, const char *bytes, size_t count);
    void *self;
};

/* Shows a message, a field a line; false when the bytes are no such message. Every field is shown,
   also one whose value is zero, in the order of the interface; lists, nested messages and
   capabilities only when they are there. Strings are shown as they are but for their escapes: the
   output sees to what may not reach a terminal. */
bool sg_text_show(const struct sg_text_output *output, uint16_t message, const uint8_t *bytes,
                  size_t length);

/* Reads the number of a field of kind enum; false when the bytes are no such message. An absent
   field is 0. */
bool sg_text_enum(const struct sg_schema_field *field, const uint8_t *bytes, size_t length,
                  int32_t *number);

#define SG_TEXT_ERROR_MAX 240u

struct sg_text_encoded {
    size_t length;
    char error[SG_TEXT_ERROR_MAX]; /* what was found and what was expected */
};

/* Writes the message the text describes: name: value pairs, nested messages and lists in brackets;
   the text may stand in braces. A capability cannot be written. False: result->error says why. */
bool sg_text_encode(const struct sg_schema *schema, uint16_t message, const char *text,
                    uint8_t *bytes, size_t capacity, struct sg_text_encoded *result);
