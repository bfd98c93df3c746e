/* SPDX-License-Identifier: BSD-2-Clause */
#include "order.h"

#include <string.h>

#include "lookup.h"

bool manifest_starts_before(const struct manifest *manifest, uint32_t first, uint32_t then)
{
    const signet_manifest_v1_Process *process = &manifest->process[then];
    for (uint32_t i = 0; i < process->need_count; i++) {
        struct manifest_provider provider;
        if (manifest_provider_find(manifest, process->need[i].provider, &provider) &&
            provider.process == first)
            return true;
    }
    for (uint32_t i = 0; i < process->after_count; i++) {
        if (strcmp(process->after[i], manifest->process[first].name) == 0)
            return true;
    }
    return false;
}

static bool is_ready(const struct manifest *manifest, const bool *is_started, uint32_t process)
{
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        if (!is_started[i] && manifest_starts_before(manifest, i, process))
            return false;
    }
    return true;
}

void manifest_start_order(const struct manifest *manifest, struct manifest_order *order)
{
    bool is_started[MANIFEST_PROCESSES_MAX] = {false};
    order->count = 0;
    for (uint32_t i = 0; i < manifest->process_count;) {
        if (is_started[i] || !is_ready(manifest, is_started, i)) {
            i++;
            continue;
        }
        is_started[i] = true;
        order->process[order->count++] = i;
        i = 0; /* it may have been what an earlier process waited for */
    }
}
