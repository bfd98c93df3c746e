/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's event ring: a memory that only the kernel writes, and that the holder of its capability
   (in bootinfo) maps or passes on to be read. The oldest events are written over.

       0             struct sg_event_ring
       SG_EVENTS_AT  struct sg_event[SG_EVENT_PLACES]

   Event n lies at place n modulo SG_EVENT_PLACES. Whoever reads copies a place and believes the copy if
   its sequence was n before and after; the last SG_EVENT_PLACES events before `next` are there. What
   happens to capabilities for devices is always recorded; the rest while SG_CPU_RECORD says so, and
   then every call takes the long way through the kernel. */
#pragma once

#include <stdint.h>

#define SG_EVENTS_AT 4096u
#define SG_EVENT_PLACES 2048u
#define SG_EVENT_PAGES 17u

/* Objects are named by the number of their first frame, calls by a number that is theirs while they
   are in flight. `value` is what stands behind the semicolon. */
enum sg_event_kind {
    SG_EVENT_NONE = 0,
    SG_EVENT_ACQUIRE =
        1, /* a cspace got a capability to the device `object`; cspace | type << 32 */
    SG_EVENT_RELEASE = 2,  /* a cspace gave one up; cspace | type << 32 */
    SG_EVENT_REVOKE = 3,   /* the device, lease or cspace `object` is destroyed; its type */
    SG_EVENT_SWITCH = 4,   /* `thread` runs from here on, 0: nobody */
    SG_EVENT_CALL = 5,     /* on the endpoint `object`; call | method << 32 */
    SG_EVENT_RECEIVE = 6,  /* by the thread `object`; call */
    SG_EVENT_REPLY = 7,    /* call */
    SG_EVENT_END = 8,      /* an operation of the thread `object` failed; call | status << 32 */
    SG_EVENT_FAULT = 9,    /* `object` is its enum sg_fault_cause; the address or code */
    SG_EVENT_IRQ = 10,     /* of the irq `object`; its line */
    SG_EVENT_DESTROY = 11, /* `object` is destroyed; its type */
    SG_EVENT_BUDGET = 12,  /* the sched of the thread `object` used its budget up */
    SG_EVENT_COUNT = 13,
};

/* Kinds that are recorded in any case; bit n stands for kind n. */
#define SG_EVENTS_ALWAYS (1u << SG_EVENT_ACQUIRE | 1u << SG_EVENT_RELEASE | 1u << SG_EVENT_REVOKE)
#define SG_EVENTS_ALL ((1u << SG_EVENT_COUNT) - 2)

struct sg_event {
    uint64_t time_ns;
    uint32_t sequence;
    uint8_t kind;
    uint8_t cpu;
    uint16_t process; /* badge of the thread's fault client, which its supervisor chose */
    uint32_t thread;  /* for which the CPU worked; 0: none */
    uint32_t object;
    uint64_t value;
};

struct sg_event_ring {
    uint32_t next; /* the sequence that the next event will have */
    uint32_t recorded;
    uint64_t reserved[7];
};

_Static_assert(sizeof(struct sg_event) == 32, "ABI");
_Static_assert(SG_EVENTS_AT + SG_EVENT_PLACES * sizeof(struct sg_event) == SG_EVENT_PAGES * 4096,
               "ABI");
