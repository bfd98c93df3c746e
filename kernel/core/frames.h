/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame table: one descriptor a physical page, and the whole truth about memory. Every frame is
   in exactly one role. A head's bodies are the count - 1 frames right after it, and name it. */
#pragma once

#include "core/base.h"

enum frame_role {
    FRAME_ABSENT = 0, /* not memory, the kernel's own, or retired because its epochs are used up */
    FRAME_FREE = 1,   /* may be claimed from the untyped `owner` */
    FRAME_HEAD = 2,   /* first frame of an object */
    FRAME_BODY = 3,   /* another frame of the object `head` */
};

enum frame_flag {
    FRAME_DIRTY = 1 << 0, /* free and not scrubbed since its last use */
    FRAME_DYING = 1 << 1, /* head of an object being destroyed */
};

struct frame {
    uint32_t epoch;  /* of the object whose head this is; bumped by its destruction */
    uint32_t owner;  /* head of the untyped this frame was or is to be claimed from */
    uint32_t head;   /* body: its object; head: itself */
    uint32_t count;  /* head: frames of the object */
    uint32_t extent; /* head of an untyped: frames of its range, this one included */
    uint32_t used;   /* head of an untyped: frames of its range that are not free, this one included */
    uint8_t role;    /* enum frame_role */
    uint8_t type;    /* head: enum sg_type */
    uint8_t flags;   /* enum frame_flag */
    uint8_t reserved;
    uint32_t entries; /* page table: entries present */
};

_Static_assert(sizeof(struct frame) == 32, "two descriptors a cache line");

struct frames {
    struct frame *table;
    uint32_t count;
};

/* Makes [first, first + extent) a root untyped whose other frames are free and dirty. All must be
   ABSENT with epoch below the last. */
void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent);

/* Whether [untyped + offset, + count) lies in the untyped's range and is free: SG_OK, SG_NO_FRAMES,
   or SG_BAD_ARGUMENT for an empty or out-of-range request. */
MUST_USE enum sg_status frames_check(const struct frames *frames, uint32_t untyped,
                                     uint32_t offset, uint32_t count);

/* The first dirty frame of [first, first + count), or first + count. */
MUST_USE uint32_t frames_next_dirty(const struct frames *frames, uint32_t first, uint32_t count);

/* Says that a free frame, or one of an object, has been scrubbed. */
void frames_set_clean(struct frames *frames, uint32_t frame);

/* Makes checked, clean frames an object of a type (an untyped has one frame and extent 1). */
void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint32_t count,
                  uint8_t type);

/* Moves up to count (at most SG_GRANT_MAX) free frames right after the child's end from its owner to
   it; returns how many: stops at the first that is not free or past the owner's range. */
MUST_USE uint32_t frames_grant(struct frames *frames, uint32_t child, uint32_t count);

/* Starts the destruction of an object: every capability to it is dead from here on. */
void frames_kill(struct frames *frames, uint32_t head);

/* Frees the last body of a dying object with more than one frame: it becomes dirty. Returns it. */
uint32_t frames_release_body(struct frames *frames, uint32_t head);

/* Frees the head of a dying object of one frame (untyped: extent 1). A head whose epochs are used up
   becomes ABSENT instead. */
void frames_release_head(struct frames *frames, uint32_t head);

/* Shrinks a dying untyped by its last frame, which must be free, back to its owner. */
void frames_ungrant(struct frames *frames, uint32_t child);

/* Whether an object of this epoch still lives. */
static inline bool frames_is_live(const struct frames *frames, uint32_t object, uint32_t epoch)
{
    return frames->table[object].epoch == epoch;
}
