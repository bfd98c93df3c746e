/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in a manifest, and what they stand for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "manifest.h"

#define MANIFEST_INIT UINT32_MAX /* as a provider's process: init itself */
#define MANIFEST_INIT_NAME "init"
#define MANIFEST_SUPERVISOR_NAME "supervisor"
#define MANIFEST_SUPERVISOR_INTERFACE "signet.supervisor.v1.Supervisor"
#define MANIFEST_DESCRIBE 55u /* the method every server answers */

/* What a need's provider names. */
struct manifest_provider {
    uint32_t process;      /* index, or MANIFEST_INIT */
    uint32_t provide;      /* index in that process; 0 for init */
    const char *interface; /* its name */
};

/* Index of the process of this name. */
bool manifest_process_find(const struct manifest *manifest, const char *name, uint32_t *index);

/* Index of the module of this name. */
bool manifest_module_find(const struct manifest *manifest, const char *name, uint32_t *index);

/* Index of the interface of this name. */
bool manifest_interface_find(const struct manifest *manifest, const char *name, uint32_t *index);

/* Splits "process.provided-name" and finds both; false when either is unknown. */
bool manifest_provider_find(const struct manifest *manifest, const char *provider,
                            struct manifest_provider *found);

/* The rights mask of every method of an interface, DESCRIBE included. */
uint64_t manifest_interface_rights(const signet_manifest_v1_Interface *interface);

/* The name of the method behind a rights bit, or 0. */
const char *manifest_method_name(const signet_manifest_v1_Interface *interface, uint32_t number);
