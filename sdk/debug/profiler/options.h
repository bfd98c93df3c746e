/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plugin is told: NAME=VALUE each. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct number_option {
    const char *name;
    uint64_t *value;
};

/* Takes an argument that is one of these numbers; false for any other. */
static inline bool read_number(const struct number_option *options, size_t count,
                               const char *argument)
{
    const char *value = strchr(argument, '=');

    for (size_t i = 0; i < count && value != NULL; i++) {
        size_t length = (size_t)(value - argument);

        if (strlen(options[i].name) == length && !memcmp(argument, options[i].name, length)) {
            *options[i].value = strtoull(value + 1, NULL, 0);
            return true;
        }
    }
    return false;
}
