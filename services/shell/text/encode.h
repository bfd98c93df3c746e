/* SPDX-License-Identifier: BSD-2-Clause */
/* Message text into the bytes of a message, by the schema its server gave: name: value pairs,
   nested messages and lists in brackets, as in protobuf's text format. */
#pragma once

#include "text/schema.h"

#define ENCODE_ERROR_MAX 240u

struct encode_result {
    size_t length;
    char error[ENCODE_ERROR_MAX]; /* what was found and what was expected */
};

/* Writes the message the text describes; the text may stand in braces. False: result->error says
   why. */
bool encode_text(const struct schema *schema, uint16_t message, const char *text, uint8_t *bytes,
                 size_t capacity, struct encode_result *result);
