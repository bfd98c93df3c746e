/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a message as text, by the schema its server gave. Every field is shown, also one
   whose value is zero, in the order of the interface; lists and nested messages only when they are
   there. */
#pragma once

#include "text/schema.h"

/* Where text goes. */
struct show {
    const struct schema *schema;
    void (*write)(void *self, const char *bytes, size_t count);
    void *self;
};

/* Shows a message, a field a line; false when the bytes are no such message. */
bool show_message(const struct show *show, uint16_t message, const uint8_t *bytes, size_t length);

/* Reads the number of a field of kind enum; false when the bytes are no such message. An absent
   field is 0. */
bool show_enum_of(const struct schema_field *field, const uint8_t *bytes, size_t length,
                  int32_t *number);
