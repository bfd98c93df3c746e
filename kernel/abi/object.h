/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability types, and for each its operations. Operation n is permitted by rights bit n; arguments
   are sg_submission.argument[0..4] (invoke: payload words 0..4); the value comes back in `badge`.
   A handle is passed and returned in its word form. New capabilities land in the caller's cspace. */
#pragma once

#include <stdint.h>

#define SG_PAGE_SIZE 4096u
#define SG_BIT(operation) (UINT64_C(1) << (operation))

enum sg_type {
    SG_TYPE_NONE = 0,
    SG_TYPE_UNTYPED = 1,
    SG_TYPE_CSPACE = 2,
    SG_TYPE_LEASE = 3,
    SG_TYPE_MEMORY = 4,
    SG_TYPE_ASPACE = 5,
    SG_TYPE_THREAD = 6,
    SG_TYPE_SCHED = 7,
    SG_TYPE_CPU = 8,
    SG_TYPE_RING = 9,
    SG_TYPE_ENDPOINT = 10,     /* the server's side: receive and mint */
    SG_TYPE_CLIENT = 11,       /* the client's side of the same object: badge and method mask */
    SG_TYPE_NOTIFICATION = 12,
    SG_TYPE_IRQ = 13,
    SG_TYPE_IOPORT = 14,
    SG_TYPE_IRQ_CONTROL = 15,  /* authority to create irq objects; one, in bootinfo */
    SG_TYPE_COUNT = 16,
};

/* Generic operations, on every type; never delivered to a server. */
enum sg_generic_operation {
    SG_COPY = 56,    /* (rights mask, cspace or 0 for one's own) -> handle in that cspace */
    SG_MOVE = 57,    /* (rights mask, cspace or 0) -> handle there; the source is emptied */
    SG_LEASE = 58,   /* (rights mask, untyped, frame offset) -> lease on this capability */
    SG_DESTROY = 59, /* () -> SG_AGAIN until the object is gone and its frames are free and scrubbed;
                        every capability to it is dead after the first step */
    SG_INFO = 60,    /* (enum sg_info) -> value */
    SG_RELEASE = 61, /* () empties this slot; always permitted, the bit is always set */
    SG_GENERIC_FIRST = 56,
};
#define SG_METHOD_MAX 55u
#define SG_RIGHTS_ALL UINT64_MAX
#define SG_RIGHTS_GENERIC (UINT64_C(0x3f) << 56) /* bits 62 and 63 are reserved, never set */

/* What SG_INFO returns, by selector. */
enum sg_info {
    SG_INFO_TYPE = 0,            /* enum sg_type */
    SG_INFO_RIGHTS = 1,          /* the mask of this capability */
    SG_INFO_BADGE = 2,           /* client: the badge */
    SG_INFO_FRAMES = 3,          /* frames the object owns (untyped: its whole range) */
    SG_INFO_FREE = 4,            /* untyped: frames free; cspace: slots free */
    SG_INFO_STATE = 5,           /* thread: enum sg_thread_state; endpoint: 1 if a server waits */
    SG_INFO_CPU_NS = 6,          /* sched: time consumed */
    SG_INFO_CLASS = 7,           /* sched: enum sg_class */
    SG_INFO_PAGES = 8,           /* memory, ring (shared part): pages that can be mapped */
    SG_INFO_COUNT = 9,           /* cspace: slots; aspace: regions; ring: operations in flight;
                                    notification: counter; irq: line; cpu: number */
    SG_INFO_NOW_NS = 10,         /* cpu: monotonic time since boot */
    SG_INFO_PERIODS = 11,        /* sched: realtime periods begun */
    SG_INFO_DEPLETIONS = 12,     /* sched: those whose budget was used up */
    SG_INFO_INTERRUPTS = 13,     /* cpu: interrupts it has taken */
    SG_INFO_NUDGES = 14,         /* cpu: those by which others had it look for work */
    SG_INFO_STOLEN = 15,         /* cpu: threads it took over from others when it had none */
};

enum sg_untyped_operation {
    /* (enum sg_type, frame offset, parameter 0, 1, 2) -> handle with all rights. The frames
       [offset, offset + size) must be free in this untyped; SG_AGAIN while they are scrubbed, and while
       those of a large object are claimed: until the same call is done again to its end they are held.
         cspace        0: slot count (1..SG_CSPACE_SLOTS_MAX)
         memory        0: page count (1..SG_MEMORY_PAGES_MAX)
         aspace        0: page-table frames (4..1024)  1: regions (1..1024)
         thread, sched, endpoint, notification: none
         ring          0: submission count, 1: completion count (both powers of two; submissions
                       <= completions <= max), 2: shared pages | opcode mask << 32
         irq           0: irq control, 1: line (GSI), 2: enum sg_irq_trigger
         ioport        0: parent ioport with CARVE, 1: first port, 2: port count
       sg_object_frames() gives the size in frames. */
    SG_UNTYPED_CREATE = 0,
    SG_UNTYPED_SPLIT = 1, /* (frame offset) -> child untyped of one frame, its ledger; SG_LIMIT past
                             SG_UNTYPED_DEPTH_MAX */
    SG_UNTYPED_GRANT = 2, /* (child, count): the frames right after the child's end move to it, at
                             most SG_GRANT_MAX a call -> how many moved */
};

enum sg_cspace_operation {
    SG_CSPACE_ACCEPT = 0, /* be the destination of COPY and MOVE */
    SG_CSPACE_DELETE = 1, /* (handle in that cspace) empties the slot */
    SG_CSPACE_READ = 2,   /* (slot index, enum sg_slot_field) -> value; an empty slot has type 0 */
    SG_CSPACE_BIND = 3,   /* be bound to a thread, which may then use every capability in it */
};

enum sg_slot_field {
    SG_SLOT_TYPE = 0,       /* type | flags << 8 | generation << 32 */
    SG_SLOT_RIGHTS = 1,
    SG_SLOT_BADGE = 2,
    SG_SLOT_LIVE = 3,       /* 1 when the object still exists */
};

enum sg_lease_operation {
    SG_LEASE_DERIVE = 0, /* (rights mask) -> capability of the target's type, dead with the lease */
};

/* READ, WRITE and EXECUTE bound the permissions a mapping may have. */
enum sg_memory_operation {
    SG_MEMORY_READ = 0,
    SG_MEMORY_WRITE = 1,
    SG_MEMORY_EXECUTE = 2,
    SG_MEMORY_WAIT = 3, /* opcode WAIT: (byte offset, expected u32): completes on WAKE */
    SG_MEMORY_WAKE = 4, /* opcode WAKE: (byte offset, count) -> how many woke */
};

enum sg_aspace_operation {
    /* (memory or ring, virtual address, first page | page count << 32, enum sg_permission) ->
       region number. At most SG_MAP_PAGES_MAX pages a region; the range must be unmapped. */
    SG_ASPACE_MAP = 0,
    SG_ASPACE_UNMAP = 1, /* (region number) */
    SG_ASPACE_BIND = 2,  /* be bound to a thread, which may then use all that is mapped in it */
};

enum sg_permission {
    SG_MAP_READ = 1 << 0,
    SG_MAP_WRITE = 1 << 1,
    SG_MAP_EXECUTE = 1 << 2, /* never together with WRITE */
};

enum sg_thread_operation {
    SG_THREAD_BIND = 0,    /* (aspace, cspace, ring, sched, fault client or 0); while stopped. The
                              fault capability is a client of the supervisor's endpoint */
    SG_THREAD_START = 1,   /* (instruction pointer, stack pointer, first argument, TLS base);
                              SG_AGAIN while the CPU that ran it has not let go of it */
    SG_THREAD_STOP = 2,    /* () at the next kernel exit; what it waits for is cancelled */
    SG_THREAD_EXIT = 3,    /* (code) stops it and tells its fault endpoint */
    SG_THREAD_YIELD = 4,
    SG_THREAD_SET_TLS = 5, /* (TLS base) */
};

enum sg_thread_state {
    SG_THREAD_UNBOUND = 0,
    SG_THREAD_STOPPED = 1,
    SG_THREAD_READY = 2,
    SG_THREAD_RUNNING = 3,
    SG_THREAD_WAITING = 4,
    SG_THREAD_FAULTED = 5,
};

/* A new sched is of weight SG_WEIGHT_DEFAULT and class normal, or idle if its maker is. */
enum sg_sched_operation {
    SG_SCHED_LOWER = 0, /* (enum sg_class, weight): neither may rise; nothing left is refilled.
                           Who has a budget does not become interactive, which knows none */
    SG_SCHED_BIND = 1,  /* be bound to a thread, which then runs on it */
};

enum sg_class { SG_CLASS_IDLE = 0, SG_CLASS_NORMAL = 1, SG_CLASS_INTERACTIVE = 2, SG_CLASS_REALTIME = 3 };

enum sg_cpu_operation {
    SG_CPU_PLACE = 0, /* (sched, class | weight << 32, budget_ns, period_ns): sets them; budget and
                         period are for realtime, else 0. From then on it may run on this CPU too */
    SG_CPU_NOW = 1,   /* () -> monotonic time since boot in ns */
    SG_CPU_RECORD = 2, /* (mask: bit n is enum sg_event_kind n): what the whole machine records */
    SG_CPU_PIN = 3,   /* (sched): it may run on this CPU only, and on those PLACE adds */
    SG_CPU_KEEP = 4,  /* (sched): pins it, and keeps the CPU for it: no other sched that may run
                         elsewhere comes here until SHARE, or until the lease used or the sched is
                         gone. SG_AGAIN while others leave; SG_BUSY if one has to stay. Not the first
                         CPU, which takes the interrupts of devices */
    SG_CPU_SHARE = 5, /* () ends that */
};

enum sg_ring_operation {
    SG_RING_MAP = 0,  /* may be mapped by SG_ASPACE_MAP (read and write, never execute) */
    SG_RING_BIND = 1, /* be bound to a thread, which then submits on it */
};

enum sg_endpoint_operation {
    SG_ENDPOINT_RECV = 0, /* opcode RECV, and REPLY with SG_SUBMIT_REARM */
    SG_ENDPOINT_MINT = 1, /* (badge, rights mask) -> client capability */
};

enum sg_notification_operation {
    SG_NOTIFICATION_SIGNAL = 0, /* () adds 1, or hands 1 to the first waiter */
    SG_NOTIFICATION_WAIT = 1,   /* () -> the counter, which becomes 0; waits while it is 0 */
};

enum sg_irq_operation {
    SG_IRQ_WAIT = 0, /* () -> interrupts since the last WAIT; waits while there was none */
    SG_IRQ_ACK = 1,  /* () lets the line interrupt again */
};

enum sg_irq_trigger { SG_IRQ_EDGE = 0, SG_IRQ_LEVEL_HIGH = 1, SG_IRQ_LEVEL_LOW = 2 };

enum sg_ioport_operation {
    SG_IOPORT_IN = 0,    /* (port, width in bytes) -> value */
    SG_IOPORT_OUT = 1,   /* (port, width in bytes, value) */
    SG_IOPORT_CARVE = 2, /* be the parent of a smaller ioport */
};

enum sg_irq_control_operation { SG_IRQ_CONTROL_CREATE = 0 };

#define SG_CSPACE_SLOTS_MAX 4096u
#define SG_MEMORY_PAGES_MAX 4096u
#define SG_ASPACE_TABLES_MIN 4u
#define SG_ASPACE_TABLES_MAX 1024u
#define SG_ASPACE_REGIONS_MAX 1024u
#define SG_MAP_PAGES_MAX 512u
#define SG_GRANT_MAX 1024u
#define SG_UNTYPED_DEPTH_MAX 16u /* untypeds around an untyped */
#define SG_SCRUB_MAX 16u /* frames scrubbed a step */
#define SG_MEMORY_WAITERS_MAX 64u
#define SG_LEASE_DEPTH_MAX 4u
#define SG_WEIGHT_DEFAULT 100u
#define SG_WEIGHT_MAX 1000u
#define SG_PERIOD_MAX_NS UINT64_C(1000000000)

/* Frames an object takes, by the parameters of SG_UNTYPED_CREATE; 0 for a type that is not created so.
   The parameters must already be within their limits. The kernel uses this very function. */
static inline uint32_t sg_object_frames(uint32_t type, uint64_t parameter0, uint64_t parameter1,
                                        uint64_t parameter2)
{
    switch (type) {
    case SG_TYPE_CSPACE: /* header, slots with their order and rank */
        return (uint32_t)((128 + parameter0 * 36 + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE);
    case SG_TYPE_MEMORY: /* header, pages */
        return (uint32_t)(1 + parameter0);
    case SG_TYPE_ASPACE: /* header, regions and tables with their order and rank; page tables */
        return (uint32_t)((256 + parameter1 * 68 + parameter0 * 4 + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE +
                          parameter0);
    case SG_TYPE_RING: /* header, in-flight records with their order and rank; shared pages */
        return (uint32_t)((256 + parameter1 * 180 + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE +
                          (parameter2 & 0xffffffff));
    case SG_TYPE_THREAD:
    case SG_TYPE_SCHED:
    case SG_TYPE_ENDPOINT:
    case SG_TYPE_NOTIFICATION:
    case SG_TYPE_IRQ:
    case SG_TYPE_IOPORT:
        return 1;
    default:
        return 0;
    }
}

/* Virtual addresses a mapping may use: [SG_USER_BASE, SG_USER_END). */
#define SG_USER_BASE UINT64_C(0x10000)
#define SG_USER_END UINT64_C(0x00007ffffffff000)
