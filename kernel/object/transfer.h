/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities travelling with a message, all or nothing: (1) every source is validated, (2) every
   destination slot reserved, (3) the caller delivers the bytes, (4) commit. Until (4) both cspaces
   are as they were but for reservations, which transfer_rollback undoes. */
#pragma once

#include "abi/ring.h"
#include "object/capability.h"

struct transfer_item {
    struct capability capability; /* as it will stand in the destination */
    uint32_t source_slot;
    uint32_t destination_slot;
    bool is_move;
};

struct transfer {
    struct cspace *source;
    struct cspace *destination;
    uint32_t count;
    struct transfer_item item[SG_MESSAGE_CAPS_MAX];
};

/* (1) and (2), from a private copy of the sender's list: SG_OK, or SG_BAD_HANDLE, SG_BAD_TYPE,
   SG_DENIED, SG_BAD_ARGUMENT (unknown mode, one slot moved twice), SG_NO_SLOT. */
MUST_USE enum sg_status transfer_prepare(struct transfer *transfer,
                                         const struct sg_cap_transfer *list);

/* Gives the reservations back. */
void transfer_rollback(struct transfer *transfer);

/* (4) Fills the reserved slots, empties moved ones and writes the new handles. */
void transfer_commit(struct transfer *transfer, struct sg_handle *handle);
