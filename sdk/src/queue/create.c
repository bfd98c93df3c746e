/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory and the bells of a queue: made, offered to the other process, mapped. */
#include "abi/object.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "signet/queue.h"
#include "signet/startup.h"

enum sg_status sg_queue_create(struct sg_queue_geometry geometry, struct sg_queue_source *source)
{
    const uint64_t nothing[3] = {0, 0, 0};
    const uint64_t pages[3] = {sg_queue_pages(geometry), 0, 0};
    struct sg_queue_source made = {0};
    enum sg_status status = SG_BAD_ARGUMENT;

    if (pages[0] != 0)
        status = sg_owned_create(SG_TYPE_MEMORY, pages, &made.memory);
    if (status == SG_OK)
        status = sg_owned_create(SG_TYPE_NOTIFICATION, nothing, &made.filled);
    if (status == SG_OK)
        status = sg_owned_create(SG_TYPE_NOTIFICATION, nothing, &made.drained);
    if (status != SG_OK) {
        (void)sg_queue_destroy(&made);
        return status;
    }
    made.parts =
        (struct sg_queue_parts){made.memory.handle, made.filled.handle, made.drained.handle};
    *source = made;
    return SG_OK;
}

enum sg_status sg_queue_destroy(struct sg_queue_source *source)
{
    enum sg_status memory = sg_owned_destroy(&source->memory);
    enum sg_status filled = sg_owned_destroy(&source->filled);
    enum sg_status drained = sg_owned_destroy(&source->drained);

    return memory != SG_OK ? memory : filled != SG_OK ? filled : drained;
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
