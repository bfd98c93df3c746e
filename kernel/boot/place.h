/* SPDX-License-Identifier: BSD-2-Clause */
/* Creating objects at boot, one after the other in an untyped, with the same steps and checks as
   SG_UNTYPED_CREATE. Nothing here can fail but for want of memory, which stops the boot. */
#pragma once

#include "object/object.h"

struct aspace;

struct place {
    uint32_t untyped;
    uint32_t next;         /* offset of the next object */
    struct cspace *cspace; /* where capabilities go */
};

/* Creates an object of a type with the parameters of SG_UNTYPED_CREATE; returns its head frame. */
uint32_t place_object(struct place *place, uint8_t type, uint64_t parameter0, uint64_t parameter1,
                      uint64_t parameter2);

/* Claims the next frames, zeroed, as an object of a type. */
uint32_t place_frames(struct place *place, uint8_t type, uint32_t count);

/* Puts a capability into the cspace. */
struct sg_handle place_capability(struct place *place, uint32_t object, uint64_t rights);

/* Maps frames of an object that keeps its mappings in a list. */
void place_map(struct aspace *aspace, uint32_t first_frame, uint64_t address, uint32_t page_count,
               uint32_t permissions, struct link *mappings);
