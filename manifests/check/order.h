/* SPDX-License-Identifier: BSD-2-Clause */
/* The order in which processes start: providers before those who need them, then `after`, then the
   order of the manifest. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "manifest.h"

struct manifest_order {
    uint32_t count; /* processes that can be started */
    uint32_t process[MANIFEST_PROCESSES_MAX];
};

/* Whether `first` must run before `then`; names that resolve to nothing order nothing. */
bool manifest_starts_before(const struct manifest *manifest, uint32_t first, uint32_t then);

/* The start order; processes in or behind a cycle are left out. */
void manifest_start_order(const struct manifest *manifest, struct manifest_order *order);
