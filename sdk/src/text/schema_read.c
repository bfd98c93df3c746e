/* SPDX-License-Identifier: BSD-2-Clause */
/* signet.reflect.v1.Interface into tables. The bytes come from a server and are not trusted: all
   counts, lengths and indices are checked here. */
#include "signet/schema.h"

#include "abi/object.h"

#include <ctype.h>
#include <pb_decode.h>
#include <string.h>

struct item {
    uint32_t tag;
    pb_wire_type_t wire;
    uint64_t number;     /* wire type varint */
    pb_istream_t inside; /* wire type string */
};

/* Reads the next item of a message; false at its end or when it is malformed. */
static bool next_item(pb_istream_t *stream, struct item *item, bool *is_well_formed)
{
    bool is_end = false;

    if (!pb_decode_tag(stream, &item->wire, &item->tag, &is_end)) {
        *is_well_formed = *is_well_formed && is_end;
        return false;
    }
    if (item->wire == PB_WT_VARINT) {
        item->inside = (pb_istream_t){0};
        *is_well_formed = *is_well_formed && pb_decode_varint(stream, &item->number);
    } else if (item->wire == PB_WT_STRING) {
        item->number = 0;
        *is_well_formed = *is_well_formed && pb_make_string_substream(stream, &item->inside);
    } else {
        *is_well_formed = false;
    }
    return *is_well_formed;
}

/* Goes past an item whose inside was read as far as anybody wanted. */
static void finish_item(pb_istream_t *stream, struct item *item, bool *is_well_formed)
{
    if (item->wire == PB_WT_STRING)
        *is_well_formed = pb_close_string_substream(stream, &item->inside) && *is_well_formed;
}

/* Names are shown and typed: letters, digits, '_' and '.'. */
static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '.')
            return false;
    return true;
}

static bool read_name(struct sg_schema *schema, pb_istream_t *stream, const char **name)
{
    size_t length = stream->bytes_left;
    char *slot = schema->names + schema->names_used;

    if (length >= SG_SCHEMA_NAMES - (size_t)schema->names_used)
        return false;
    if (!pb_read(stream, (pb_byte_t *)slot, length) || !is_name(slot, length))
        return false;
    slot[length] = 0;
    schema->names_used = (uint16_t)(schema->names_used + length + 1);
    *name = slot;
    return true;
}

static bool read_u16(const struct item *item, uint16_t *number)
{
    *number = (uint16_t)item->number;
    return item->wire == PB_WT_VARINT && item->number <= UINT16_MAX;
}

static bool read_u32(const struct item *item, uint32_t *number)
{
    *number = (uint32_t)item->number;
    return item->wire == PB_WT_VARINT && item->number <= UINT32_MAX;
}

/* A part of a table entry, by tag; unknown tags are passed over. */
typedef bool read_part(struct sg_schema *schema, struct item *item, void *entry);

static bool read_entry(struct sg_schema *schema, pb_istream_t *stream, read_part *part, void *entry)
{
    struct item item;
    bool ok = true;

    while (next_item(stream, &item, &ok)) {
        ok = part(schema, &item, entry);
        finish_item(stream, &item, &ok);
        if (!ok)
            return false;
    }
    return ok;
}

static bool method_part(struct sg_schema *schema, struct item *item, void *entry)
{
    struct sg_schema_method *method = entry;

    switch (item->tag) {
    case 1:
        return read_name(schema, &item->inside, &method->name);
    case 2:
        return read_u16(item, &method->number);
    case 3:
        return read_u16(item, &method->request);
    case 4:
        return read_u16(item, &method->reply);
    default:
        return true;
    }
}

static bool field_part(struct sg_schema *schema, struct item *item, void *entry)
{
    struct sg_schema_field *field = entry;
    uint32_t kind = 0;
    bool ok;

    switch (item->tag) {
    case 1:
        return read_name(schema, &item->inside, &field->name);
    case 2:
        return read_u32(item, &field->number);
    case 3:
        ok = read_u32(item, &kind) && kind <= SG_SCHEMA_SINT64;
        field->kind = (uint8_t)kind;
        return ok;
    case 4:
        return read_u32(item, &field->max_size);
    case 5:
        return read_u32(item, &field->max_count);
    case 6:
        return read_u16(item, &field->type);
    case 7:
        ok = read_u32(item, &kind) && kind < SG_TYPE_COUNT;
        field->capability = (uint8_t)kind;
        return ok;
    default:
        return true;
    }
}

static bool message_part(struct sg_schema *schema, struct item *item, void *entry)
{
    struct sg_schema_message *message = entry;
    struct sg_schema_field *field;

    if (item->tag == 1)
        return read_name(schema, &item->inside, &message->name);
    if (item->tag != 2)
        return true;
    if (schema->fields == SG_SCHEMA_FIELDS)
        return false;
    message->field_count++;
    field = &schema->field[schema->fields++];
    *field = (struct sg_schema_field){.name = ""};
    return read_entry(schema, &item->inside, field_part, field);
}

static bool value_part(struct sg_schema *schema, struct item *item, void *entry)
{
    struct sg_schema_value *value = entry;

    if (item->tag == 1)
        return read_name(schema, &item->inside, &value->name);
    if (item->tag == 2)
        value->number = (int32_t)item->number;
    return item->tag != 2 || item->wire == PB_WT_VARINT;
}

static bool enum_part(struct sg_schema *schema, struct item *item, void *entry)
{
    struct sg_schema_enum *enumeration = entry;
    struct sg_schema_value *value;

    if (item->tag == 1)
        return read_name(schema, &item->inside, &enumeration->name);
    if (item->tag != 2)
        return true;
    if (schema->values == SG_SCHEMA_VALUES)
        return false;
    enumeration->value_count++;
    value = &schema->value[schema->values++];
    *value = (struct sg_schema_value){.name = ""};
    return read_entry(schema, &item->inside, value_part, value);
}

static bool read_method(struct sg_schema *schema, pb_istream_t *stream)
{
    struct sg_schema_method *method = &schema->method[schema->methods];

    if (schema->methods == SG_SCHEMA_METHODS)
        return false;
    schema->methods++;
    *method = (struct sg_schema_method){.name = ""};
    return read_entry(schema, stream, method_part, method);
}

static bool read_message(struct sg_schema *schema, pb_istream_t *stream)
{
    struct sg_schema_message *message = &schema->message[schema->messages];

    if (schema->messages == SG_SCHEMA_MESSAGES)
        return false;
    schema->messages++;
    *message = (struct sg_schema_message){.name = "", .first_field = schema->fields};
    return read_entry(schema, stream, message_part, message);
}

static bool read_enum(struct sg_schema *schema, pb_istream_t *stream)
{
    struct sg_schema_enum *enumeration = &schema->enumeration[schema->enums];

    if (schema->enums == SG_SCHEMA_ENUMS)
        return false;
    schema->enums++;
    *enumeration = (struct sg_schema_enum){.name = "", .first_value = schema->values};
    return read_entry(schema, stream, enum_part, enumeration);
}

static bool interface_part(struct sg_schema *schema, struct item *item, void *entry)
{
    (void)entry;
    switch (item->tag) {
    case 1:
        return read_name(schema, &item->inside, &schema->name);
    case 2:
        return read_method(schema, &item->inside);
    case 3:
        return read_message(schema, &item->inside);
    case 4:
        return read_enum(schema, &item->inside);
    default:
        return true;
    }
}

static bool field_is_allowed(const struct sg_schema *schema, const struct sg_schema_field *field)
{
    if (field->capability != 0 && field->kind != SG_SCHEMA_MESSAGE)
        return false;
    if (field->kind == SG_SCHEMA_MESSAGE)
        return field->type < schema->messages;
    if (field->kind == SG_SCHEMA_ENUM)
        return field->type < schema->enums;
    return field->kind != 0 && field->kind != 10; /* none, group */
}

static bool indices_are_allowed(const struct sg_schema *schema)
{
    for (uint16_t i = 0; i < schema->methods; i++)
        if (schema->method[i].request >= schema->messages ||
            schema->method[i].reply >= schema->messages)
            return false;
    for (uint16_t i = 0; i < schema->fields; i++)
        if (!field_is_allowed(schema, &schema->field[i]))
            return false;
    return true;
}

bool sg_schema_read(struct sg_schema *schema, const uint8_t *descriptor, size_t length)
{
    pb_istream_t stream = pb_istream_from_buffer(descriptor, length);

    memset(schema, 0, sizeof *schema);
    schema->name = "";
    return read_entry(schema, &stream, interface_part, NULL) && indices_are_allowed(schema);
}
