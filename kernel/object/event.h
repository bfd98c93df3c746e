/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written into the event ring. Off, an event costs one test of a byte; nothing is recorded on
   the short way of a system call, which threads do not take while anything but devices is recorded. */
#pragma once

#include "abi/event.h"
#include "object/machine.h"
#include "object/op.h"

/* Writes an event of the thread that this CPU works for. It leaves its caller's registers alone, so
   that a function which may record is as good as one which does not. */
/*@ assigns machine.event_next; */
__attribute__((preserve_most, cold)) void event_record(enum sg_event_kind kind, uint32_t object,
                                                       uint64_t value);

/* Chooses what is recorded, besides SG_EVENTS_ALWAYS, from here on. */
void event_choose(uint32_t mask);

/* Whether threads may take the short way. */
static inline bool event_allows_short_way(void)
{
    return !(machine.event_mask & ~SG_EVENTS_ALWAYS);
}

/* Records an event if its kind is wanted. A macro: what it would say is not computed otherwise. */
#define EVENT(kind, object, value)                       \
    do {                                                 \
        if (UNLIKELY(machine.event_mask & 1u << (kind))) \
            event_record(kind, object, value);           \
    } while (0)

/* Whether a capability of that type is one to a device. */
static inline bool event_is_device(uint8_t type)
{
    return type >= SG_TYPE_IRQ;
}

/* Records what became of a cspace's capability if it is one to a device. */
/*@ requires kind < SG_EVENT_COUNT;
    assigns machine.event_next;
*/
static inline void event_device(enum sg_event_kind kind, const struct cspace *cspace, uint8_t type,
                                uint32_t object)
{
    if (UNLIKELY(event_is_device(type)))
        EVENT(kind, object, arch_pointer_frame(cspace) | (uint64_t)type << 32);
}

/* The frame of the thread whose operation it is, 0 when it has gone. */
uint32_t event_owner(const struct op *op);

/* A number that is a call's own while it is in flight. */
static inline uint32_t event_call(const struct op *op)
{
    return (uint32_t)((uintptr_t)op >> 4);
}
