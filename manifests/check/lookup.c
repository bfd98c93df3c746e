/* SPDX-License-Identifier: BSD-2-Clause */
#include "lookup.h"

#include <string.h>

bool manifest_process_find(const struct manifest *manifest, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        if (strcmp(manifest->process[i].name, name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool manifest_module_find(const struct manifest *manifest, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < manifest->module_count; i++) {
        if (strcmp(manifest->module[i].name, name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool manifest_interface_find(const struct manifest *manifest, const char *name, uint32_t *index)
{
    for (uint32_t i = 0; i < manifest->interface_count; i++) {
        if (strcmp(manifest->interface[i].name, name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool provide_find(const signet_manifest_v1_Process *process, const char *name,
                         uint32_t *index)
{
    for (uint32_t i = 0; i < process->provide_count; i++) {
        if (strcmp(process->provide[i].name, name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool manifest_provider_find(const struct manifest *manifest, const char *provider,
                            struct manifest_provider *found)
{
    struct manifest_provider result = {MANIFEST_INIT, 0, MANIFEST_SUPERVISOR_INTERFACE};
    char process[sizeof manifest->process[0].name];
    const char *dot = strchr(provider, '.');
    if (!dot || (size_t)(dot - provider) >= sizeof process)
        return false;
    memcpy(process, provider, (size_t)(dot - provider));
    process[dot - provider] = '\0';
    if (strcmp(process, MANIFEST_INIT_NAME) == 0) {
        if (strcmp(dot + 1, MANIFEST_SUPERVISOR_NAME) != 0)
            return false;
    } else {
        if (!manifest_process_find(manifest, process, &result.process) ||
            !provide_find(&manifest->process[result.process], dot + 1, &result.provide))
            return false;
        result.interface = manifest->process[result.process].provide[result.provide].interface;
    }
    *found = result;
    return true;
}

uint64_t manifest_interface_rights(const signet_manifest_v1_Interface *interface)
{
    uint64_t rights = UINT64_C(1) << MANIFEST_DESCRIBE;
    for (uint32_t i = 0; i < interface->method_count; i++) {
        if (interface->method[i].number < MANIFEST_DESCRIBE)
            rights |= UINT64_C(1) << interface->method[i].number;
    }
    return rights;
}

const char *manifest_method_name(const signet_manifest_v1_Interface *interface, uint32_t number)
{
    for (uint32_t i = 0; i < interface->method_count; i++) {
        if (interface->method[i].number == number)
            return interface->method[i].name;
    }
    return number == MANIFEST_DESCRIBE ? "DESCRIBE" : 0;
}
