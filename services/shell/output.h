/* SPDX-License-Identifier: BSD-2-Clause */
/* What the shell shows. Bytes are collected and go to the console in large pieces; a console that
   died is written to again once it is back. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "abi/handle.h"

#define OUTPUT_BYTES 512u

struct output {
    struct sg_handle console;
    size_t used;
    uint8_t bytes[OUTPUT_BYTES];
};

/* Shows formatted text of at most 511 bytes, made safe by plain_text. */
void output_print(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows text of any origin, made safe by plain_text. `self` is the struct output. */
void output_text(void *self, const char *bytes, size_t count);

/* Shows text of any origin on the line where it stands: its line feeds are spelled out too. */
void output_foreign(struct output *output, const char *text);

/* Passes bytes on unchanged: for the line discipline, which knows what it writes. */
void output_raw(void *self, const char *bytes, size_t count);

/* Sends what was collected. */
void output_flush(struct output *output);
