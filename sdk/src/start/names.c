/* SPDX-License-Identifier: BSD-2-Clause */
/* What the manifest granted, by the names it used. The first process has no names. */
#include <stddef.h>
#include <string.h>

#include "signet/startup.h"

struct sg_handle sg_capability(const char *name)
{
    const struct sg_startup *block = sg_startup_block();

    for (uint32_t i = 0; block != NULL && i < block->capability_count; i++) {
        if (strncmp(block->capability[i].name, name, SG_NAME_MAX) == 0)
            return block->capability[i].handle;
    }
    return SG_HANDLE_NONE;
}

struct sg_handle sg_provided(const char *name)
{
    const struct sg_startup *block = sg_startup_block();

    for (uint32_t i = 0; block != NULL && i < block->service_count; i++) {
        if (strncmp(block->service[i].name, name, SG_NAME_MAX) == 0)
            return block->service[i].endpoint;
    }
    return SG_HANDLE_NONE;
}

const char *sg_argument(const char *key)
{
    const struct sg_startup *block = sg_startup_block();

    for (uint32_t i = 0; block != NULL && i < block->argument_count; i++) {
        if (strncmp(block->argument[i].key, key, SG_NAME_MAX) == 0)
            return block->argument[i].value;
    }
    return NULL;
}
