/* SPDX-License-Identifier: BSD-2-Clause */
/* To Nanopb a capability is a message without fields. */
#include "signet/capability.pb.h"

#include <stddef.h>

static const uint32_t no_fields[] = {0};
static const pb_msgdesc_t *const no_messages[] = {NULL};

#define SG_CAPABILITY_DEFINE(kind) \
    const pb_msgdesc_t signet_##kind##_msg = {no_fields, no_messages, NULL, NULL, 0, 0, 0};

SG_CAPABILITY_KINDS(SG_CAPABILITY_DEFINE)
