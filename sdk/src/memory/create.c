/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects made from frames that the allocator chooses. */
#include "memory/lock.h"
#include "signet/frames.h"
#include "signet/object.h"

static enum sg_status take(struct sg_frames *frames, uint32_t count, uint32_t *offset)
{
    memory_lock();
    enum sg_status status = sg_frames_take(frames, count, offset);
    memory_unlock();
    return status;
}

static enum sg_status give(struct sg_frames *frames, uint32_t offset, uint32_t count)
{
    memory_lock();
    enum sg_status status = sg_frames_give(frames, offset, count);
    memory_unlock();
    return status;
}

enum sg_status sg_object_create(struct sg_frames *frames, enum sg_type type,
                                const uint64_t parameter[3], struct sg_handle *object,
                                uint32_t *offset)
{
    uint32_t count = sg_object_frames(type, parameter[0], parameter[1], parameter[2]);
    uint32_t first;
    enum sg_status status = take(frames, count, &first);

    if (status != SG_OK)
        return status;
    status = sg_untyped_create(frames->untyped, type, first, parameter, object);
    if (status != SG_OK) {
        (void)give(frames, first, count);
        return status;
    }
    *offset = first;
    return SG_OK;
}

enum sg_status sg_memory_create(struct sg_frames *frames, uint32_t pages, struct sg_handle *memory,
                                uint32_t *offset)
{
    const uint64_t parameter[3] = {pages, 0, 0};

    if (pages == 0 || pages > SG_MEMORY_PAGES_MAX)
        return SG_BAD_ARGUMENT;
    return sg_object_create(frames, SG_TYPE_MEMORY, parameter, memory, offset);
}

enum sg_status sg_object_destroy(struct sg_frames *frames, struct sg_handle object, uint32_t offset,
                                 uint32_t count)
{
    enum sg_status status = sg_destroy(object);

    if (status != SG_OK)
        return status;
    (void)sg_release(object);
    return give(frames, offset, count);
}

enum sg_status sg_owned_create(enum sg_type type, const uint64_t parameter[3],
                               struct sg_owned *owned)
{
    struct sg_owned made = {.frame_count =
                                sg_object_frames(type, parameter[0], parameter[1], parameter[2])};
    enum sg_status status =
        sg_object_create(sg_own_frames(), type, parameter, &made.handle, &made.offset);

    if (status == SG_OK)
        *owned = made;
    return status;
}

enum sg_status sg_owned_destroy(struct sg_owned *owned)
{
    uint32_t frame_count = owned->frame_count;

    owned->frame_count = 0;
    return frame_count == 0
               ? SG_OK
               : sg_object_destroy(sg_own_frames(), owned->handle, owned->offset, frame_count);
}
