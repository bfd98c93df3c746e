/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface as a server describes it: its methods, messages, fields and enums in bounded tables.
   Every index held in a table is in range and every name ends with 0 inside the pool: what builds a
   schema (sg_schema_read) refuses anything else, so what reads one checks nothing again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SG_SCHEMA_NAMES 6144u
#define SG_SCHEMA_METHODS 56u
#define SG_SCHEMA_MESSAGES 64u
#define SG_SCHEMA_FIELDS 320u
#define SG_SCHEMA_ENUMS 16u
#define SG_SCHEMA_VALUES 128u
#define SG_SCHEMA_DEPTH_MAX 8u /* messages within messages, when they are written and shown */

/* Values as in google.protobuf.FieldDescriptorProto.Type. */
enum sg_schema_kind {
    SG_SCHEMA_DOUBLE = 1,
    SG_SCHEMA_FLOAT = 2,
    SG_SCHEMA_INT64 = 3,
    SG_SCHEMA_UINT64 = 4,
    SG_SCHEMA_INT32 = 5,
    SG_SCHEMA_FIXED64 = 6,
    SG_SCHEMA_FIXED32 = 7,
    SG_SCHEMA_BOOL = 8,
    SG_SCHEMA_STRING = 9,
    SG_SCHEMA_MESSAGE = 11,
    SG_SCHEMA_BYTES = 12,
    SG_SCHEMA_UINT32 = 13,
    SG_SCHEMA_ENUM = 14,
    SG_SCHEMA_SFIXED32 = 15,
    SG_SCHEMA_SFIXED64 = 16,
    SG_SCHEMA_SINT32 = 17,
    SG_SCHEMA_SINT64 = 18,
};

struct sg_schema_method {
    const char *name;
    uint16_t number;
    uint16_t request; /* message indices */
    uint16_t reply;
};

struct sg_schema_field {
    const char *name;
    uint32_t number;
    uint32_t max_size;  /* string, bytes: most bytes of a value */
    uint32_t max_count; /* repeated: most elements; 0: not repeated */
    uint16_t type;      /* message or enum index, else 0 */
    uint8_t kind;       /* enum sg_schema_kind */
    uint8_t capability; /* enum sg_type of a field that is one, its kind then a message; else 0 */
};

struct sg_schema_message {
    const char *name;
    uint16_t first_field;
    uint16_t field_count;
};

struct sg_schema_value {
    const char *name;
    int32_t number;
};

struct sg_schema_enum {
    const char *name;
    uint16_t first_value;
    uint16_t value_count;
};

struct sg_schema {
    const char *name; /* of the interface */
    struct sg_schema_method method[SG_SCHEMA_METHODS];
    struct sg_schema_message message[SG_SCHEMA_MESSAGES];
    struct sg_schema_field field[SG_SCHEMA_FIELDS];
    struct sg_schema_enum enumeration[SG_SCHEMA_ENUMS];
    struct sg_schema_value value[SG_SCHEMA_VALUES];
    uint16_t methods, messages, fields, enums, values;
    uint16_t names_used;
    char names[SG_SCHEMA_NAMES];
};

/* Reads the descriptor a server gives of itself (signet.reflect.v1.Interface). False: it is not
   well-formed or larger than a schema can be. */
bool sg_schema_read(struct sg_schema *schema, const uint8_t *descriptor, size_t length);

/* The method of this name, upper and lower case alike; NULL when there is none. */
const struct sg_schema_method *sg_schema_find_method(const struct sg_schema *schema,
                                                     const char *name);

/* The field of this name; NULL when the message has none. */
const struct sg_schema_field *sg_schema_find_field(const struct sg_schema *schema, uint16_t message,
                                                   const char *name);

/* The name of an enum's value; NULL when it has none. */
const char *sg_schema_value_name(const struct sg_schema *schema, uint16_t enumeration,
                                 int32_t number);

/* The number of an enum's value; false when no value has this name. */
bool sg_schema_value_number(const struct sg_schema *schema, uint16_t enumeration, const char *name,
                            int32_t *number);
