/* SPDX-License-Identifier: BSD-2-Clause */
/* Two walks: the first over the wire, to know that the bytes are well-formed to their end, the
   second over the fields of the interface, each collecting its own values from the wire. */
#include "signet/text.h"

#include "text/scalar.h"

#include <inttypes.h>
#include <pb_decode.h>
#include <stdio.h>
#include <string.h>

struct value {
    uint32_t number; /* of its field */
    pb_wire_type_t wire;
    uint64_t bits;         /* varint, 32 and 64 bit */
    const uint8_t *inside; /* string */
    size_t length;
};

static bool read_fixed(pb_istream_t *stream, struct value *value)
{
    uint32_t narrow = 0;
    bool ok;

    if (value->wire == PB_WT_64BIT)
        return pb_decode_fixed64(stream, &value->bits);
    ok = pb_decode_fixed32(stream, &narrow);
    value->bits = narrow;
    return ok;
}

static bool read_value(pb_istream_t *stream, struct value *value)
{
    uint64_t length = 0;

    switch (value->wire) {
    case PB_WT_VARINT:
        return pb_decode_varint(stream, &value->bits);
    case PB_WT_64BIT:
    case PB_WT_32BIT:
        return read_fixed(stream, value);
    case PB_WT_STRING:
        if (!pb_decode_varint(stream, &length) || length > stream->bytes_left)
            return false;
        value->inside = stream->state;
        value->length = (size_t)length;
        return pb_read(stream, NULL, value->length);
    case PB_WT_PACKED:
        break;
    }
    return false;
}

/* Reads the next field; false at the end (ok stays) or when the bytes are malformed (ok becomes
   false). */
static bool next_value(pb_istream_t *stream, struct value *value, bool *ok)
{
    bool is_end = false;

    *value = (struct value){0};
    if (!pb_decode_tag(stream, &value->wire, &value->number, &is_end)) {
        *ok = is_end;
        return false;
    }
    *ok = read_value(stream, value);
    return *ok;
}

static bool is_well_formed(const uint8_t *bytes, size_t length)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes, length);
    struct value value;
    bool ok = true;

    while (next_value(&stream, &value, &ok))
        continue;
    return ok;
}

static void put(const struct sg_text_output *show, const char *text)
{
    show->write(show->self, text, strlen(text));
}

static void put_indent(const struct sg_text_output *show, uint32_t depth)
{
    while (depth-- > 0)
        put(show, "  ");
}

/* The escape of a byte that does not stand for itself; false when it does. */
static bool escape_of(uint8_t kind, uint8_t byte, char escape[8])
{
    if (byte == '"' || byte == '\\')
        snprintf(escape, 8, "\\%c", byte);
    else if (byte == '\n')
        snprintf(escape, 8, "\\n");
    else if (byte < 0x20 || byte == 0x7f || (byte > 0x7f && kind == SG_SCHEMA_BYTES))
        snprintf(escape, 8, "\\%03o", byte);
    else
        return false;
    return true;
}

/* Strings keep their UTF-8; the sink sees to it that nothing odd reaches a terminal. */
static void put_quoted(const struct sg_text_output *show, uint8_t kind, const struct value *value)
{
    size_t shown = 0;
    char escape[8];

    put(show, "\"");
    for (size_t i = 0; i < value->length; i++) {
        if (!escape_of(kind, value->inside[i], escape))
            continue;
        show->write(show->self, (const char *)value->inside + shown, i - shown);
        put(show, escape);
        shown = i + 1;
    }
    if (shown < value->length)
        show->write(show->self, (const char *)value->inside + shown, value->length - shown);
    put(show, "\"");
}

static void put_enum(const struct sg_text_output *show, const struct sg_schema_field *field,
                     int32_t number)
{
    const char *name = sg_schema_value_name(show->schema, field->type, number);
    char text[16];

    snprintf(text, sizeof text, "%" PRId32, number);
    put(show, name != NULL ? name : text);
}

static void put_float(const struct sg_text_output *show, uint8_t kind, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    char text[40];
    double number;
    float narrow;

    memcpy(&number, &bits, sizeof number);
    memcpy(&narrow, &low, sizeof narrow);
    snprintf(text, sizeof text, "%.9g", kind == SG_SCHEMA_DOUBLE ? number : (double)narrow);
    put(show, text);
}

static int64_t unfold(uint64_t bits)
{
    return (int64_t)(bits >> 1 ^ (0 - (bits & 1)));
}

static void put_number(const struct sg_text_output *show, uint8_t kind, uint64_t bits)
{
    bool is_signed = kind == SG_SCHEMA_INT64 || kind == SG_SCHEMA_INT32 ||
                     kind == SG_SCHEMA_SFIXED64 || kind == SG_SCHEMA_SFIXED32 ||
                     kind == SG_SCHEMA_SINT32 || kind == SG_SCHEMA_SINT64;
    char text[24];

    if (kind == SG_SCHEMA_SINT32 || kind == SG_SCHEMA_SINT64)
        bits = (uint64_t)unfold(bits);
    if (kind == SG_SCHEMA_SFIXED32)
        bits = (uint64_t)(int64_t)(int32_t)bits;
    if (is_signed)
        snprintf(text, sizeof text, "%" PRId64, (int64_t)bits);
    else
        snprintf(text, sizeof text, "%" PRIu64, bits);
    put(show, text);
}

static void put_scalar(const struct sg_text_output *show, const struct sg_schema_field *field,
                       const struct value *value)
{
    switch ((enum sg_schema_kind)field->kind) {
    case SG_SCHEMA_STRING:
    case SG_SCHEMA_BYTES:
        put_quoted(show, field->kind, value);
        break;
    case SG_SCHEMA_BOOL:
        put(show, value->bits != 0 ? "true" : "false");
        break;
    case SG_SCHEMA_ENUM:
        put_enum(show, field, (int32_t)value->bits);
        break;
    case SG_SCHEMA_DOUBLE:
    case SG_SCHEMA_FLOAT:
        put_float(show, field->kind, value->bits);
        break;
    default:
        put_number(show, field->kind, value->bits);
        break;
    }
}

static bool show_fields(const struct sg_text_output *show, uint16_t message,
                        const struct value *body, uint32_t depth);

static bool show_value(const struct sg_text_output *show, const struct sg_schema_field *field,
                       const struct value *value, uint32_t depth)
{
    bool ok;

    put_indent(show, depth);
    put(show, field->name);
    if (field->capability != 0) {
        put(show, ": ");
        put(show, show->schema->message[field->type].name);
        put(show, "\n");
        return true;
    }
    if (field->kind != SG_SCHEMA_MESSAGE) {
        put(show, ": ");
        put_scalar(show, field, value);
        put(show, "\n");
        return true;
    }
    put(show, " {\n");
    ok = show_fields(show, field->type, value, depth + 1);
    put_indent(show, depth);
    put(show, "}\n");
    return ok;
}

/* Numbers in a list lie packed in one string. */
static bool show_packed(const struct sg_text_output *show, const struct sg_schema_field *field,
                        const struct value *packed, uint32_t depth)
{
    pb_istream_t stream = pb_istream_from_buffer(packed->inside, packed->length);
    struct value value = {.wire = scalar_wire_type(field->kind)};

    while (stream.bytes_left > 0) {
        if (!read_value(&stream, &value) || !show_value(show, field, &value, depth))
            return false;
    }
    return true;
}

static bool show_element(const struct sg_text_output *show, const struct sg_schema_field *field,
                         const struct value *value, uint32_t depth)
{
    pb_wire_type_t wire = scalar_wire_type(field->kind);

    if (value->wire == wire)
        return show_value(show, field, value, depth);
    return value->wire == PB_WT_STRING && field->max_count > 0 &&
           show_packed(show, field, value, depth);
}

/* Shows every value of a list, or the last one of a field that is no list. */
static bool show_field(const struct sg_text_output *show, const struct sg_schema_field *field,
                       const struct value *body, uint32_t depth)
{
    pb_istream_t stream = pb_istream_from_buffer(body->inside, body->length);
    struct value value, last = {.wire = scalar_wire_type(field->kind)};
    bool is_there = field->kind != SG_SCHEMA_MESSAGE, ok = true;

    while (next_value(&stream, &value, &ok)) {
        if (value.number != field->number)
            continue;
        if (field->max_count > 0 && !show_element(show, field, &value, depth))
            return false;
        last = value;
        is_there = true;
    }
    if (field->max_count > 0 || !is_there)
        return ok;
    return ok && show_element(show, field, &last, depth);
}

static bool show_fields(const struct sg_text_output *show, uint16_t message,
                        const struct value *body, uint32_t depth)
{
    const struct sg_schema_message *type = &show->schema->message[message];

    if (depth > SG_SCHEMA_DEPTH_MAX || !is_well_formed(body->inside, body->length))
        return false;
    for (uint16_t i = 0; i < type->field_count; i++)
        if (!show_field(show, &show->schema->field[type->first_field + i], body, depth))
            return false;
    return true;
}

bool sg_text_show(const struct sg_text_output *show, uint16_t message, const uint8_t *bytes,
                  size_t length)
{
    struct value body = {.inside = bytes, .length = length};

    return show_fields(show, message, &body, 0);
}

bool sg_text_enum(const struct sg_schema_field *field, const uint8_t *bytes, size_t length,
                  int32_t *number)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes, length);
    struct value value;
    bool ok = true;

    *number = 0;
    while (next_value(&stream, &value, &ok))
        if (value.number == field->number)
            *number = (int32_t)value.bits;
    return ok;
}
