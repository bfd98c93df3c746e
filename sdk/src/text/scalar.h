/* SPDX-License-Identifier: BSD-2-Clause */
/* Single values: between a word of text, the wire, and text again. */
#pragma once

#include "signet/schema.h"
#include "text/scan.h"

#include <pb.h>

struct pb_ostream_s;

/* How values of this kind (enum sg_schema_kind) lie on the wire. */
pb_wire_type_t scalar_wire_type(uint8_t kind);

/* What scalar_write says when the value was right but the stream is full. */
extern const char scalar_no_room[];

/* Writes the value the current word stands for. NULL when done, else what was expected instead. */
const char *scalar_write(const struct sg_schema *schema, const struct sg_schema_field *field,
                         const struct scan *scan, struct pb_ostream_s *stream);
