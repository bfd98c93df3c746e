/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory and the bells of a queue: made, offered to the other process, mapped. */
#include "abi/object.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "signet/queue.h"
#include "signet/startup.h"

static uint32_t frames_of(const struct sg_queue_source *source, uint32_t part)
{
    return part == 0 ? sg_object_frames(SG_TYPE_MEMORY, source->pages, 0, 0)
                     : sg_object_frames(SG_TYPE_NOTIFICATION, 0, 0, 0);
}

static struct sg_handle *part_of(struct sg_queue_parts *parts, uint32_t part)
{
    struct sg_handle *const all[SG_QUEUE_PARTS] = {&parts->memory, &parts->filled, &parts->drained};

    return all[part];
}

/* Destroys the first `count` parts. */
static enum sg_status destroy(const struct sg_queue_source *source, uint32_t count)
{
    struct sg_queue_parts parts = source->parts;
    enum sg_status first_failure = SG_OK;

    while (count-- > 0) {
        enum sg_status status = sg_object_destroy(sg_own_frames(), *part_of(&parts, count),
                                                  source->offset[count], frames_of(source, count));
        if (status == SG_OK)
            status = sg_release(*part_of(&parts, count));
        if (first_failure == SG_OK)
            first_failure = status;
    }
    return first_failure;
}

enum sg_status sg_queue_create(struct sg_queue_geometry geometry, struct sg_queue_source *source)
{
    const uint64_t nothing[3] = {0, 0, 0};
    struct sg_queue_source made = {.pages = sg_queue_pages(geometry)};
    enum sg_status status = SG_BAD_ARGUMENT;
    uint32_t count = 0;

    if (made.pages != 0)
        status = sg_memory_create(sg_own_frames(), made.pages, &made.parts.memory, made.offset);
    while (status == SG_OK && ++count < SG_QUEUE_PARTS)
        status = sg_object_create(sg_own_frames(), SG_TYPE_NOTIFICATION, nothing,
                                  part_of(&made.parts, count), &made.offset[count]);
    if (status != SG_OK) {
        (void)destroy(&made, count);
        return status;
    }
    *source = made;
    return SG_OK;
}

enum sg_status sg_queue_destroy(const struct sg_queue_source *source)
{
    return destroy(source, SG_QUEUE_PARTS);
}

static struct sg_cap_transfer copy_of(struct sg_handle handle, uint64_t rights)
{
    return (struct sg_cap_transfer){.index = handle.index,
                                    .generation = handle.generation,
                                    .rights = rights,
                                    .mode = SG_TRANSFER_COPY};
}

void sg_queue_offer(const struct sg_queue_parts *parts, enum sg_queue_end end,
                    struct sg_cap_transfer list[SG_QUEUE_PARTS])
{
    uint64_t ring = SG_BIT(SG_NOTIFICATION_SIGNAL), wait = SG_BIT(SG_NOTIFICATION_WAIT);
    int is_producer = end == SG_QUEUE_PRODUCER;

    list[0] = copy_of(parts->memory, SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_MEMORY_WRITE));
    list[1] = copy_of(parts->filled, is_producer ? ring : wait);
    list[2] = copy_of(parts->drained, is_producer ? wait : ring);
}

enum sg_status sg_queue_open(struct sg_queue *queue, enum sg_queue_end end,
                             const struct sg_queue_parts *parts, struct sg_queue_geometry geometry)
{
    uint32_t pages = sg_queue_pages(geometry);
    void *memory;
    enum sg_status status = SG_BAD_ARGUMENT;

    if (pages != 0)
        status = sg_map(parts->memory, 0, pages, SG_MAP_READ | SG_MAP_WRITE, &memory);
    if (status == SG_OK)
        status = sg_queue_open_at(queue, end, memory, geometry);
    if (status != SG_OK)
        return status;
    queue->wait_bell = end == SG_QUEUE_PRODUCER ? parts->drained : parts->filled;
    queue->ring_bell = end == SG_QUEUE_PRODUCER ? parts->filled : parts->drained;
    return SG_OK;
}

enum sg_status sg_queue_close(struct sg_queue *queue)
{
    return sg_unmap(queue->places - SG_QUEUE_PLACES_AT);
}
