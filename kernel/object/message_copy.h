/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes and capabilities of one message, from its sender to its receiver. */
#pragma once

#include "object/op.h"

/* What a delivery put where; goes into the receiver's completion. */
struct delivery {
    uint32_t length;
    uint32_t offset;
    uint8_t caps;
    uint8_t flags; /* enum sg_completion_flag */
};

/* Copies what `from` sends to where `to` receives, with its capabilities, all or nothing: SG_OK,
   SG_TOO_BIG, or the status of transfer_prepare. */
MUST_USE enum sg_status message_copy(const struct op *from, const struct op *to,
                                     struct delivery *delivery);
