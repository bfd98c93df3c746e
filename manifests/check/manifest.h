/* SPDX-License-Identifier: BSD-2-Clause */
/* A decoded manifest: the schema's messages in arrays of fixed size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifest.pb.h"

/* As in manifest.options. */
#define MANIFEST_PROCESSES_MAX 48u
#define MANIFEST_MODULES_MAX 60u
#define MANIFEST_INTERFACES_MAX 48u

struct manifest {
    uint32_t version;
    signet_manifest_v1_Machine machine;
    uint32_t process_count;
    uint32_t module_count;
    uint32_t interface_count;
    signet_manifest_v1_Process process[MANIFEST_PROCESSES_MAX];
    signet_manifest_v1_Module module[MANIFEST_MODULES_MAX];
    signet_manifest_v1_Interface interface[MANIFEST_INTERFACES_MAX];
};

/* Decodes the encoded form; false when it is damaged or something in it exceeds its bound. */
bool manifest_decode(const uint8_t *bytes, size_t size, struct manifest *manifest);
