/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota.h"

#include "init.h"

static bool is_own(const struct sg_boot_untyped *untyped)
{
    struct sg_handle own = sg_self()->untyped;
    return untyped->handle.index == own.index && untyped->handle.generation == own.generation;
}

/* The book-keeping of one boot untyped; the library keeps that of the one it allocates from. */
static struct sg_frames *frames_of(struct init *init, uint32_t index)
{
    return is_own(&init->boot->untyped[index]) ? sg_own_frames() : &init->frames[index];
}

void quota_init(struct init *init)
{
    for (uint32_t i = 0; i < init->boot->untyped_count; i++) {
        const struct sg_boot_untyped *untyped = &init->boot->untyped[i];
        if (!is_own(untyped))
            sg_frames_init(&init->frames[i], untyped->handle, untyped->frame_count,
                           untyped->frame_used);
    }
}

enum sg_status quota_place(struct init *init, uint32_t frame_count, struct quota *quota)
{
    for (uint32_t i = 0; i < init->boot->untyped_count; i++) {
        uint32_t offset;
        if (sg_frames_take(frames_of(init, i), frame_count, &offset) != SG_OK)
            continue;
        *quota = (struct quota){init->boot->untyped[i].handle, offset, frame_count};
        return SG_OK;
    }
    return SG_NO_FRAMES;
}
