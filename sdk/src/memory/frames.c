/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/frames.h"

#include <string.h>

static uint32_t range_end(const struct sg_frame_range *range)
{
    return range->first + range->count;
}

static void remove_range(struct sg_frames *frames, uint32_t index)
{
    frames->range_count--;
    memmove(&frames->range[index], &frames->range[index + 1],
            (frames->range_count - index) * sizeof frames->range[0]);
}

static void insert_range(struct sg_frames *frames, uint32_t index, struct sg_frame_range range)
{
    memmove(&frames->range[index + 1], &frames->range[index],
            (frames->range_count - index) * sizeof frames->range[0]);
    frames->range[index] = range;
    frames->range_count++;
}

void sg_frames_init(struct sg_frames *frames, struct sg_handle untyped, uint32_t frame_count,
                    uint32_t first_free)
{
    *frames = (struct sg_frames){.untyped = untyped, .frame_count = frame_count};
    if (first_free >= frame_count)
        return;
    frames->range[0] = (struct sg_frame_range){first_free, frame_count - first_free};
    frames->range_count = 1;
    frames->free_count = frame_count - first_free;
}

enum sg_status sg_frames_take(struct sg_frames *frames, uint32_t count, uint32_t *offset)
{
    if (count == 0)
        return SG_BAD_ARGUMENT;
    for (uint32_t i = 0; i < frames->range_count; i++) {
        struct sg_frame_range *range = &frames->range[i];
        if (range->count < count)
            continue;
        *offset = range->first;
        range->first += count;
        range->count -= count;
        if (range->count == 0)
            remove_range(frames, i);
        frames->free_count -= count;
        return SG_OK;
    }
    return SG_NO_FRAMES;
}

/* Index of the first free range that starts at or above `offset`. */
static uint32_t find_above(const struct sg_frames *frames, uint32_t offset)
{
    uint32_t index = 0;

    while (index < frames->range_count && frames->range[index].first < offset)
        index++;
    return index;
}

enum sg_status sg_frames_give(struct sg_frames *frames, uint32_t offset, uint32_t count)
{
    if (count == 0 || offset > frames->frame_count || count > frames->frame_count - offset)
        return SG_BAD_ARGUMENT;
    uint32_t index = find_above(frames, offset);
    struct sg_frame_range *below = index > 0 ? &frames->range[index - 1] : NULL;
    struct sg_frame_range *above = index < frames->range_count ? &frames->range[index] : NULL;
    if ((below && range_end(below) > offset) || (above && above->first < offset + count))
        return SG_BAD_ARGUMENT;
    int joins_below = below && range_end(below) == offset;
    int joins_above = above && above->first == offset + count;
    if (joins_below && joins_above) {
        below->count += count + above->count;
        remove_range(frames, index);
    } else if (joins_below) {
        below->count += count;
    } else if (joins_above) {
        above->first = offset;
        above->count += count;
    } else if (frames->range_count < SG_FRAME_RANGES_MAX) {
        insert_range(frames, index, (struct sg_frame_range){offset, count});
    } else {
        return SG_LIMIT;
    }
    frames->free_count += count;
    return SG_OK;
}
