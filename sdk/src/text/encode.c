/* SPDX-License-Identifier: BSD-2-Clause */
/* A nested message goes through its text twice, once to learn its size and once to write it, as
   Nanopb itself does; the depth is bounded, and so is the line. */
#include "signet/text.h"

#include "text/scalar.h"
#include "text/scan.h"

#include <pb_encode.h>
#include <stdio.h>
#include <string.h>

struct encoder {
    const struct sg_schema *schema;
    struct scan scan;
    char *error;
    uint32_t depth;
};

static bool write_fields(struct encoder *encoder, pb_ostream_t *stream, uint16_t message, char end);

/* Says "WHERE: found X, expected Y". */
static bool refuse(struct encoder *encoder, const char *where, const char *expected)
{
    char found[64];

    snprintf(encoder->error, SG_TEXT_ERROR_MAX, "%.64s: found %s, expected %s", where,
             scan_describe(&encoder->scan, found, sizeof found), expected);
    return false;
}

static bool refuse_field(struct encoder *encoder, uint16_t message)
{
    const struct sg_schema_message *type = &encoder->schema->message[message];
    char expected[160] = "no field";
    size_t used = 0;

    for (uint16_t i = 0; i < type->field_count && used < sizeof expected; i++)
        used +=
            (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", i == 0 ? "" : ", ",
                             encoder->schema->field[type->first_field + i].name);
    return refuse(encoder, type->name, expected);
}

static bool write_nested(struct encoder *encoder, pb_ostream_t *stream,
                         const struct sg_schema_field *field)
{
    pb_ostream_t sizing = PB_OSTREAM_SIZING;
    char end = scan_is_mark(&encoder->scan, '<') ? '>' : '}';
    struct scan before;

    if (!scan_skip_mark(&encoder->scan, '{') && !scan_skip_mark(&encoder->scan, '<'))
        return refuse(encoder, field->name, "'{'");
    if (encoder->depth == SG_SCHEMA_DEPTH_MAX)
        return refuse(encoder, field->name, "no deeper message");
    encoder->depth++;
    before = encoder->scan;
    if (!write_fields(encoder, &sizing, field->type, end))
        return false;
    encoder->scan = before;
    if (!pb_encode_varint(stream, sizing.bytes_written) ||
        !write_fields(encoder, stream, field->type, end))
        return false;
    encoder->depth--;
    return scan_skip_mark(&encoder->scan, end);
}

static bool is_too_long(const struct encoder *encoder, const struct sg_schema_field *field)
{
    return (field->kind == SG_SCHEMA_STRING || field->kind == SG_SCHEMA_BYTES) &&
           encoder->scan.kind == SCAN_STRING && encoder->scan.length > field->max_size;
}

static bool write_value(struct encoder *encoder, pb_ostream_t *stream,
                        const struct sg_schema_field *field)
{
    const char *expected;
    char limit[32];

    if (field->capability != 0)
        return refuse(encoder, field->name, "no capability: text cannot hold one");
    if (is_too_long(encoder, field)) {
        snprintf(limit, sizeof limit, "at most %u", (unsigned int)field->max_size);
        return refuse(encoder, field->name, limit);
    }
    if (!pb_encode_tag(stream, scalar_wire_type(field->kind), field->number))
        return false;
    if (field->kind == SG_SCHEMA_MESSAGE)
        return write_nested(encoder, stream, field);
    expected = scalar_write(encoder->schema, field, &encoder->scan, stream);
    if (expected == scalar_no_room)
        return false;
    if (expected != NULL)
        return refuse(encoder, field->name, expected);
    scan_next(&encoder->scan);
    return true;
}

static bool write_list(struct encoder *encoder, pb_ostream_t *stream,
                       const struct sg_schema_field *field, uint32_t *count)
{
    if (scan_skip_mark(&encoder->scan, ']'))
        return true;
    do {
        if (++*count > field->max_count)
            return refuse(encoder, field->name, "no further element");
        if (!write_value(encoder, stream, field))
            return false;
    } while (scan_skip_mark(&encoder->scan, ','));
    return scan_skip_mark(&encoder->scan, ']') || refuse(encoder, field->name, "',' or ']'");
}

/* Reads what follows a field's name; `count` is how many values the field had before. */
static bool write_field(struct encoder *encoder, pb_ostream_t *stream,
                        const struct sg_schema_field *field, uint32_t *count)
{
    bool has_colon = scan_skip_mark(&encoder->scan, ':');

    if (!has_colon && field->kind != SG_SCHEMA_MESSAGE)
        return refuse(encoder, field->name, "':'");
    if (field->max_count > 0 && scan_skip_mark(&encoder->scan, '['))
        return write_list(encoder, stream, field, count);
    if (++*count > (field->max_count > 0 ? field->max_count : 1))
        return refuse(encoder, field->name,
                      field->max_count > 0 ? "no further element" : "this field once");
    return write_value(encoder, stream, field);
}

/* Reads fields up to the mark `end`, or to the end of the text when it is 0. */
static bool write_fields(struct encoder *encoder, pb_ostream_t *stream, uint16_t message, char end)
{
    const struct sg_schema_message *type = &encoder->schema->message[message];
    struct scan *scan = &encoder->scan;
    uint32_t count[64] = {0};

    while (scan->kind == SCAN_NAME) {
        const struct sg_schema_field *field =
            sg_schema_find_field(encoder->schema, message, scan->word);
        size_t place;

        if (field == NULL)
            return refuse_field(encoder, message);
        place = (size_t)(field - &encoder->schema->field[type->first_field]);
        scan_next(scan);
        if (!write_field(encoder, stream, field, &count[place % 64]))
            return false;
        if (!scan_skip_mark(scan, ','))
            scan_skip_mark(scan, ';');
    }
    if (end == 0 ? scan->kind == SCAN_END : scan_is_mark(scan, end))
        return true;
    if (scan->kind == SCAN_END)
        return refuse(encoder, type->name, end == '}' ? "'}'" : "'>'");
    return refuse_field(encoder, message);
}

static bool write_message(struct encoder *encoder, pb_ostream_t *stream, uint16_t message)
{
    if (!scan_skip_mark(&encoder->scan, '{'))
        return write_fields(encoder, stream, message, 0);
    if (!write_fields(encoder, stream, message, '}'))
        return false;
    scan_next(&encoder->scan);
    return encoder->scan.kind == SCAN_END ||
           refuse(encoder, encoder->schema->message[message].name, "the end");
}

bool sg_text_encode(const struct sg_schema *schema, uint16_t message, const char *text,
                    uint8_t *bytes, size_t capacity, struct sg_text_encoded *result)
{
    struct encoder encoder = {.schema = schema, .error = result->error};
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, capacity);

    result->length = 0;
    result->error[0] = 0;
    scan_start(&encoder.scan, text);
    if (!write_message(&encoder, &stream, message)) {
        if (result->error[0] == 0)
            snprintf(result->error, sizeof result->error, "%.64s: found more than %u bytes",
                     schema->message[message].name, (unsigned int)capacity);
        return false;
    }
    result->length = stream.bytes_written;
    return true;
}
