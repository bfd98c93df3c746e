/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/schema.h"

#include <string.h>
#include <strings.h>

const struct sg_schema_method *sg_schema_find_method(const struct sg_schema *schema,
                                                     const char *name)
{
    for (uint16_t i = 0; i < schema->methods; i++)
        if (strcasecmp(schema->method[i].name, name) == 0)
            return &schema->method[i];
    return NULL;
}

const struct sg_schema_field *sg_schema_find_field(const struct sg_schema *schema, uint16_t message,
                                                   const char *name)
{
    const struct sg_schema_message *type = &schema->message[message];

    for (uint16_t i = 0; i < type->field_count; i++)
        if (strcmp(schema->field[type->first_field + i].name, name) == 0)
            return &schema->field[type->first_field + i];
    return NULL;
}

const char *sg_schema_value_name(const struct sg_schema *schema, uint16_t enumeration,
                                 int32_t number)
{
    const struct sg_schema_enum *type = &schema->enumeration[enumeration];

    for (uint16_t i = 0; i < type->value_count; i++)
        if (schema->value[type->first_value + i].number == number)
            return schema->value[type->first_value + i].name;
    return NULL;
}

bool sg_schema_value_number(const struct sg_schema *schema, uint16_t enumeration, const char *name,
                            int32_t *number)
{
    const struct sg_schema_enum *type = &schema->enumeration[enumeration];

    for (uint16_t i = 0; i < type->value_count; i++) {
        if (strcmp(schema->value[type->first_value + i].name, name) != 0)
            continue;
        *number = schema->value[type->first_value + i].number;
        return true;
    }
    return false;
}
