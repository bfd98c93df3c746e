/* SPDX-License-Identifier: BSD-2-Clause */
/* Which frames of one untyped are free, objects made of them, and the process's own mappings. The
   allocator is the holder's book-keeping only: the kernel checks every use of a frame again. Several
   threads may call everything here but sg_frames_*, which have no lock of their own. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "abi/object.h"
#include "signet/status.h"

#define SG_FRAME_RANGES_MAX 128u
#define SG_MAP_GUARD_PAGES 4u /* unmapped below and above every mapping of sg_map */

struct sg_frame_range {
    uint32_t first;
    uint32_t count;
};

/* Free ranges in ascending order, never touching each other. */
struct sg_frames {
    struct sg_handle untyped;
    uint32_t frame_count;
    uint32_t free_count;
    uint32_t range_count;
    struct sg_frame_range range[SG_FRAME_RANGES_MAX];
};

/* Starts with frames [first_free, frame_count) free. */
void sg_frames_init(struct sg_frames *frames, struct sg_handle untyped, uint32_t frame_count,
                    uint32_t first_free);
/* Takes `count` adjacent frames, lowest first; SG_NO_FRAMES when there is no such run. */
SG_MUST_USE enum sg_status sg_frames_take(struct sg_frames *frames, uint32_t count,
                                          uint32_t *offset);
/* Gives frames back; SG_BAD_ARGUMENT when some are free already, SG_LIMIT when the free ranges are
   too many to list (the frames then stay taken). */
SG_MUST_USE enum sg_status sg_frames_give(struct sg_frames *frames, uint32_t offset,
                                          uint32_t count);

/* Takes frames for an object and makes it there. */
SG_MUST_USE enum sg_status sg_object_create(struct sg_frames *frames, enum sg_type type,
                                            const uint64_t parameter[3], struct sg_handle *object,
                                            uint32_t *offset);
/* Makes a memory of `pages` pages. */
SG_MUST_USE enum sg_status sg_memory_create(struct sg_frames *frames, uint32_t pages,
                                            struct sg_handle *memory, uint32_t *offset);
/* Destroys an object made with sg_object_create, empties the slot and gives its `count` frames
   back. */
SG_MUST_USE enum sg_status sg_object_destroy(struct sg_frames *frames, struct sg_handle object,
                                             uint32_t offset, uint32_t count);

/* The allocator over this process's own untyped; malloc draws from it too. */
struct sg_frames *sg_own_frames(void);

/* An object in this process's own memory. */
struct sg_owned {
    struct sg_handle handle;
    uint32_t offset;
    uint32_t frame_count;
};

/* Makes an object there. */
SG_MUST_USE enum sg_status sg_owned_create(enum sg_type type, const uint64_t parameter[3],
                                           struct sg_owned *owned);
/* Destroys it; one that was never made (all zero) is left alone. */
SG_MUST_USE enum sg_status sg_owned_destroy(struct sg_owned *owned);

/* Maps pages of a memory into this process at an address of the library's choice. Running over
   either end of a mapping hits unmapped pages before it hits another mapping. */
SG_MUST_USE enum sg_status sg_map(struct sg_handle memory, uint32_t first_page, uint32_t page_count,
                                  uint32_t permissions, void **address);
/* Makes a zeroed memory of this process's own and maps it. */
SG_MUST_USE enum sg_status sg_map_new(uint32_t page_count, uint32_t permissions, void **address);
/* Undoes sg_map and sg_map_new; the latter's memory is destroyed. */
SG_MUST_USE enum sg_status sg_unmap(void *address);
