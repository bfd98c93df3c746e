/* SPDX-License-Identifier: BSD-2-Clause */
/* An address space: page tables from its own frames, and a record of every region mapped in it.
   Regions never overlap because a mapping only ever fills empty page-table entries. */
#pragma once

#include "object/object.h"

struct region {
    struct link link; /* in the memory's or ring's mappings */
    struct aspace *aspace;
    uint64_t address;
    uint32_t page_count;
    uint32_t number; /* in its aspace */
    uint64_t reserved[2];
};

_Static_assert(sizeof(struct region) <= 64, "abi/object.h: sg_object_frames");

struct aspace {
    struct page_tables tables;
    struct pool regions;
    struct region *region;
    struct link threads; /* bound to it, by thread.in_aspace */
};

_Static_assert(sizeof(struct aspace) <= 256, "abi/object.h: sg_object_frames");

static inline struct aspace *aspace_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status aspace_check(const struct cspace *cspace,
                                     struct create_parameters *parameters);
void aspace_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status aspace_call(struct invocation *invocation);
MUST_USE bool aspace_dismantle(uint32_t head);

/* What is to be mapped where. */
struct mapping {
    uint64_t address;
    uint32_t first_frame;
    uint32_t page_count;
    uint32_t permissions; /* enum sg_permission */
};

/* Maps frames at an unused range and records the region in a list: SG_OK with its number,
   SG_BAD_ARGUMENT, SG_EXISTS, SG_NO_FRAMES (page tables) or SG_LIMIT (regions). For boot: what is called by
   this name is unmapped with boot's code (kernel.ld); aspace_call has its own. */
MUST_USE enum sg_status aspace_map(struct aspace *aspace, const struct mapping *mapping,
                                   struct link *mappings, uint64_t *number);

/* Unmaps a region and forgets it; arch_flush must follow. */
void region_unmap(struct region *region);
