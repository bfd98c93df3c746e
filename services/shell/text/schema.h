/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface as a server describes it: its methods, messages, fields and enums in bounded tables.
   Every index held in a table is in range and every name ends with 0 inside the pool: what builds a
   schema (schema_* below) refuses anything else, so what reads one checks nothing again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEMA_NAMES 6144u
#define SCHEMA_METHODS 56u
#define SCHEMA_MESSAGES 64u
#define SCHEMA_FIELDS 320u
#define SCHEMA_ENUMS 16u
#define SCHEMA_VALUES 128u
#define SCHEMA_DEPTH_MAX 8u /* messages within messages, when they are written and shown */

/* Values as in google.protobuf.FieldDescriptorProto.Type. */
enum schema_kind {
    SCHEMA_DOUBLE = 1,
    SCHEMA_FLOAT = 2,
    SCHEMA_INT64 = 3,
    SCHEMA_UINT64 = 4,
    SCHEMA_INT32 = 5,
    SCHEMA_FIXED64 = 6,
    SCHEMA_FIXED32 = 7,
    SCHEMA_BOOL = 8,
    SCHEMA_STRING = 9,
    SCHEMA_MESSAGE = 11,
    SCHEMA_BYTES = 12,
    SCHEMA_UINT32 = 13,
    SCHEMA_ENUM = 14,
    SCHEMA_SFIXED32 = 15,
    SCHEMA_SFIXED64 = 16,
    SCHEMA_SINT32 = 17,
    SCHEMA_SINT64 = 18,
};

struct schema_method {
    const char *name;
    uint16_t number;
    uint16_t request; /* message indices */
    uint16_t reply;
};

struct schema_field {
    const char *name;
    uint32_t number;
    uint32_t max_size;  /* string, bytes: most bytes of a value */
    uint32_t max_count; /* repeated: most elements; 0: not repeated */
    uint16_t type;      /* message or enum index, else 0 */
    uint8_t kind;       /* enum schema_kind */
};

struct schema_message {
    const char *name;
    uint16_t first_field;
    uint16_t field_count;
};

struct schema_value {
    const char *name;
    int32_t number;
};

struct schema_enum {
    const char *name;
    uint16_t first_value;
    uint16_t value_count;
};

struct schema {
    const char *name; /* of the interface */
    struct schema_method method[SCHEMA_METHODS];
    struct schema_message message[SCHEMA_MESSAGES];
    struct schema_field field[SCHEMA_FIELDS];
    struct schema_enum enumeration[SCHEMA_ENUMS];
    struct schema_value value[SCHEMA_VALUES];
    uint16_t methods, messages, fields, enums, values;
    uint16_t names_used;
    char names[SCHEMA_NAMES];
};

/* Reads the descriptor a server gives of itself (signet.reflect.v1.Interface). False: it is not
   well-formed or larger than a schema can be. */
bool schema_read(struct schema *schema, const uint8_t *descriptor, size_t length);

/* The method of this name, upper and lower case alike; NULL when there is none. */
const struct schema_method *schema_find_method(const struct schema *schema, const char *name);

/* The field of this name; NULL when the message has none. */
const struct schema_field *schema_find_field(const struct schema *schema, uint16_t message,
                                             const char *name);

/* The name of an enum's value; NULL when it has none. */
const char *schema_value_name(const struct schema *schema, uint16_t enumeration, int32_t number);

/* The number of an enum's value; false when no value has this name. */
bool schema_value_number(const struct schema *schema, uint16_t enumeration, const char *name,
                         int32_t *number);
