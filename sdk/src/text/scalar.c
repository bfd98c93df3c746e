/* SPDX-License-Identifier: BSD-2-Clause */
#include "scalar.h"

#include <errno.h>
#include <inttypes.h>
#include <pb_encode.h>
#include <stdlib.h>
#include <string.h>

const char scalar_no_room[] = "a shorter message";

pb_wire_type_t scalar_wire_type(uint8_t kind)
{
    switch ((enum sg_schema_kind)kind) {
    case SG_SCHEMA_DOUBLE:
    case SG_SCHEMA_FIXED64:
    case SG_SCHEMA_SFIXED64:
        return PB_WT_64BIT;
    case SG_SCHEMA_FLOAT:
    case SG_SCHEMA_FIXED32:
    case SG_SCHEMA_SFIXED32:
        return PB_WT_32BIT;
    case SG_SCHEMA_STRING:
    case SG_SCHEMA_BYTES:
    case SG_SCHEMA_MESSAGE:
        return PB_WT_STRING;
    case SG_SCHEMA_INT64:
    case SG_SCHEMA_UINT64:
    case SG_SCHEMA_INT32:
    case SG_SCHEMA_BOOL:
    case SG_SCHEMA_UINT32:
    case SG_SCHEMA_ENUM:
    case SG_SCHEMA_SINT32:
    case SG_SCHEMA_SINT64:
        break;
    }
    return PB_WT_VARINT;
}

static bool read_unsigned(const struct scan *scan, uint64_t most, uint64_t *number)
{
    char *end;

    if (scan->kind != SCAN_NUMBER || scan->word[0] == '-')
        return false;
    errno = 0;
    *number = strtoull(scan->word, &end, 0);
    return errno == 0 && *end == 0 && *number <= most;
}

static bool read_signed(const struct scan *scan, int64_t least, int64_t most, int64_t *number)
{
    char *end;

    if (scan->kind != SCAN_NUMBER)
        return false;
    errno = 0;
    *number = strtoll(scan->word, &end, 0);
    return errno == 0 && *end == 0 && *number >= least && *number <= most;
}

static const char *put_unsigned(const struct sg_schema_field *field, const struct scan *scan,
                                pb_ostream_t *stream)
{
    bool is_wide = field->kind == SG_SCHEMA_UINT64 || field->kind == SG_SCHEMA_FIXED64;
    uint64_t number;
    uint32_t narrow;
    bool ok;

    if (!read_unsigned(scan, is_wide ? UINT64_MAX : UINT32_MAX, &number))
        return is_wide ? "a number from 0 to 18446744073709551615"
                       : "a number from 0 to 4294967295";
    narrow = (uint32_t)number;
    if (field->kind == SG_SCHEMA_FIXED64)
        ok = pb_encode_fixed64(stream, &number);
    else if (field->kind == SG_SCHEMA_FIXED32)
        ok = pb_encode_fixed32(stream, &narrow);
    else
        ok = pb_encode_varint(stream, number);
    return ok ? NULL : scalar_no_room;
}

static bool is_wide_signed(uint8_t kind)
{
    return kind == SG_SCHEMA_INT64 || kind == SG_SCHEMA_SINT64 || kind == SG_SCHEMA_SFIXED64;
}

static const char *put_signed(const struct sg_schema_field *field, const struct scan *scan,
                              pb_ostream_t *stream)
{
    bool is_wide = is_wide_signed(field->kind), ok;
    int64_t number;
    int32_t narrow;

    if (!read_signed(scan, is_wide ? INT64_MIN : INT32_MIN, is_wide ? INT64_MAX : INT32_MAX,
                     &number))
        return is_wide ? "a number of 64 bits" : "a number from -2147483648 to 2147483647";
    narrow = (int32_t)number;
    if (field->kind == SG_SCHEMA_SINT32 || field->kind == SG_SCHEMA_SINT64)
        ok = pb_encode_svarint(stream, number);
    else if (field->kind == SG_SCHEMA_SFIXED64)
        ok = pb_encode_fixed64(stream, &number);
    else if (field->kind == SG_SCHEMA_SFIXED32)
        ok = pb_encode_fixed32(stream, &narrow);
    else
        ok = pb_encode_varint(stream, (uint64_t)number);
    return ok ? NULL : scalar_no_room;
}

static const char *put_float(const struct sg_schema_field *field, const struct scan *scan,
                             pb_ostream_t *stream)
{
    char *end;
    double number = strtod(scan->word, &end);
    float narrow = (float)number;

    if (scan->kind != SCAN_NUMBER || *end != 0)
        return "a number";
    if (field->kind == SG_SCHEMA_DOUBLE)
        return pb_encode_fixed64(stream, &number) ? NULL : scalar_no_room;
    return pb_encode_fixed32(stream, &narrow) ? NULL : scalar_no_room;
}

static const char *put_bool(const struct scan *scan, pb_ostream_t *stream)
{
    bool is_true = strcmp(scan->word, "true") == 0 || strcmp(scan->word, "1") == 0;
    bool is_false = strcmp(scan->word, "false") == 0 || strcmp(scan->word, "0") == 0;

    if ((scan->kind != SCAN_NAME && scan->kind != SCAN_NUMBER) || (!is_true && !is_false))
        return "true or false";
    return pb_encode_varint(stream, is_true) ? NULL : scalar_no_room;
}

static const char *put_enum(const struct sg_schema *schema, const struct sg_schema_field *field,
                            const struct scan *scan, pb_ostream_t *stream)
{
    int32_t value = 0;
    int64_t number;

    if (scan->kind == SCAN_NAME && sg_schema_value_number(schema, field->type, scan->word, &value))
        return pb_encode_varint(stream, (uint64_t)(int64_t)value) ? NULL : scalar_no_room;
    if (!read_signed(scan, INT32_MIN, INT32_MAX, &number))
        return "the name of a value, or a number";
    return pb_encode_varint(stream, (uint64_t)number) ? NULL : scalar_no_room;
}

static const char *put_string(const struct sg_schema_field *field, const struct scan *scan,
                              pb_ostream_t *stream)
{
    if (scan->kind != SCAN_STRING)
        return "a quoted string";
    if (field->kind == SG_SCHEMA_STRING && memchr(scan->word, 0, scan->length) != NULL)
        return "a string without a zero byte";
    return pb_encode_string(stream, (const pb_byte_t *)scan->word, scan->length) ? NULL
                                                                                 : scalar_no_room;
}

const char *scalar_write(const struct sg_schema *schema, const struct sg_schema_field *field,
                         const struct scan *scan, struct pb_ostream_s *stream)
{
    switch ((enum sg_schema_kind)field->kind) {
    case SG_SCHEMA_UINT64:
    case SG_SCHEMA_UINT32:
    case SG_SCHEMA_FIXED64:
    case SG_SCHEMA_FIXED32:
        return put_unsigned(field, scan, stream);
    case SG_SCHEMA_INT64:
    case SG_SCHEMA_INT32:
    case SG_SCHEMA_SINT32:
    case SG_SCHEMA_SINT64:
    case SG_SCHEMA_SFIXED32:
    case SG_SCHEMA_SFIXED64:
        return put_signed(field, scan, stream);
    case SG_SCHEMA_DOUBLE:
    case SG_SCHEMA_FLOAT:
        return put_float(field, scan, stream);
    case SG_SCHEMA_BOOL:
        return put_bool(scan, stream);
    case SG_SCHEMA_ENUM:
        return put_enum(schema, field, scan, stream);
    case SG_SCHEMA_STRING:
    case SG_SCHEMA_BYTES:
        return put_string(field, scan, stream);
    case SG_SCHEMA_MESSAGE:
        break;
    }
    return "a value";
}
