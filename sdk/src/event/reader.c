/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/event.h"

#include <string.h>

#include "abi/object.h"
#include "signet/frames.h"

/* How far the kernel has come. */
static uint32_t written(const struct sg_event_reader *reader)
{
    return __atomic_load_n(&reader->ring->next, __ATOMIC_ACQUIRE);
}

static uint32_t places(uint32_t count)
{
    return count < SG_EVENT_PLACES ? count : SG_EVENT_PLACES;
}

void sg_event_last(struct sg_event_reader *reader, uint32_t count)
{
    uint32_t end = written(reader);

    /* A ring that has not gone round yet has no more events than it has sequences. */
    reader->next = end - places(count < end ? count : end);
}

void sg_event_begin(struct sg_event_reader *reader, const struct sg_event_ring *ring)
{
    *reader = (struct sg_event_reader){.ring = ring};
    sg_event_last(reader, SG_EVENT_PLACES);
}

enum sg_status sg_event_open(struct sg_event_reader *reader, struct sg_handle memory)
{
    void *ring;
    enum sg_status status = sg_map(memory, 0, SG_EVENT_PAGES, SG_MAP_READ, &ring);

    if (status == SG_OK)
        sg_event_begin(reader, ring);
    return status;
}

void sg_event_close(struct sg_event_reader *reader)
{
    (void)sg_unmap((void *)(uintptr_t)reader->ring);
    reader->ring = NULL;
}

/* Copies a place; false when the kernel wrote to it meanwhile, or has written over the event. */
static bool copy(const struct sg_event_reader *reader, struct sg_event *event)
{
    const struct sg_event *place =
        (const struct sg_event *)((const uint8_t *)reader->ring + SG_EVENTS_AT) +
        reader->next % SG_EVENT_PLACES;

    if (__atomic_load_n(&place->sequence, __ATOMIC_ACQUIRE) != reader->next)
        return false;
    memcpy(event, place, sizeof *event);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&place->sequence, __ATOMIC_RELAXED) == reader->next;
}

bool sg_event_next(struct sg_event_reader *reader, struct sg_event *event)
{
    for (;;) {
        uint32_t ahead = written(reader) - reader->next;

        if (ahead == 0)
            return false;
        if (ahead > SG_EVENT_PLACES) { /* written over while nobody looked */
            reader->lost += ahead - SG_EVENT_PLACES;
            reader->next += ahead - SG_EVENT_PLACES;
        }
        bool is_whole = copy(reader, event);
        reader->next++;
        if (is_whole)
            return true;
        reader->lost++;
    }
}

const char *sg_event_name(uint8_t kind)
{
    static const char *const names[SG_EVENT_COUNT] = {
        [SG_EVENT_NONE] = "none",       [SG_EVENT_ACQUIRE] = "acquire",
        [SG_EVENT_RELEASE] = "release", [SG_EVENT_REVOKE] = "revoke",
        [SG_EVENT_SWITCH] = "switch",   [SG_EVENT_CALL] = "call",
        [SG_EVENT_RECEIVE] = "receive", [SG_EVENT_REPLY] = "reply",
        [SG_EVENT_END] = "end",         [SG_EVENT_FAULT] = "fault",
        [SG_EVENT_IRQ] = "irq",         [SG_EVENT_DESTROY] = "destroy",
        [SG_EVENT_BUDGET] = "budget",
    };

    return kind < SG_EVENT_COUNT ? names[kind] : "unknown";
}
