/* SPDX-License-Identifier: BSD-2-Clause */
/* Three CPUs that change between two address spaces, unmap pages of the first and map them anew. A CPU
   may fill its TLB at any time from tables that it has loaded, also while it is in the kernel; loading
   tables empties it. Interrupts are off from the wait for the lock to the next user instruction.

   Properties:
     forgotten  a frame is used again only when no TLB leads to it
     ends       nobody waits for ever for a CPU that waits for the lock

   Bounds: 3 CPUs, 2 pages, 5 passages through the kernel.

   Stands for:
     kernel/arch/x86_64/flush.c: flush_ask, ask_others, add, root_of, arch_flush, flush_serve
     kernel/arch/x86_64/entry.S: relax
     kernel/object/aspace.c: call_unmap, region_unmap
     kernel/object/memory.c: memory_dismantle
     kernel/syscall/lock.h: kernel_lock
     kernel/syscall/schedule.c: schedule_switch */

#include "property.h"
hidden byte forgotten;

#define CPUS 3
#define PAGES 2
#define NOBODY 255

typedef pages { bool page[PAGES] }

bool is_mapped[PAGES]; /* in the first space */
pages tlb[CPUS];
bool current[CPUS];    /* the kernel's belief: this CPU runs in the first space */
bool root[CPUS];       /* what its CR3 says */

pages mailbox[CPUS];
bool is_asked[CPUS];   /* not told yet */
bit asked[CPUS], done[CPUS];

byte lock_holder = NOBODY;
bool has_interrupts_off[CPUS];

inline forget(who)
{
    d_step {
        tlb[who].page[0] = tlb[who].page[0] && !mailbox[who].page[0];
        tlb[who].page[1] = tlb[who].page[1] && !mailbox[who].page[1]
    }
}

inline serve(who)
{
    forget(who);
    done[who] = asked[who]
}

/* The interrupt of another CPU: served at once, or where the lock is waited for. */
#define MAY_SERVE(who) (lock_holder != who && !is_leaving[who])
bool is_leaving[CPUS]; /* past the lock, not yet in user mode */

active [CPUS] proctype mailman()
{
end:
    do
    :: atomic { asked[_pid] != done[_pid] && MAY_SERVE(_pid) -> skip }
        serve(_pid)
    od
}

/* Hardware: walks tables whenever it likes. */
active proctype walker()
{
end:
    do
    :: d_step { root[0] && is_mapped[0] && !tlb[0].page[0] -> tlb[0].page[0] = true }
    :: d_step { root[1] && is_mapped[0] && !tlb[1].page[0] -> tlb[1].page[0] = true }
    :: d_step { root[2] && is_mapped[0] && !tlb[2].page[0] -> tlb[2].page[0] = true }
    :: d_step { root[0] && is_mapped[1] && !tlb[0].page[1] -> tlb[0].page[1] = true }
    :: d_step { root[1] && is_mapped[1] && !tlb[1].page[1] -> tlb[1].page[1] = true }
    :: d_step { root[2] && is_mapped[1] && !tlb[2].page[1] -> tlb[2].page[1] = true }
    od
}

#define IS_FORGOTTEN(p) (is_mapped[p] || !tlb[0].page[p] && !tlb[1].page[p] && !tlb[2].page[p])

inline load_root(me)
{
    d_step {
        root[me] = current[me];
        tlb[me].page[0] = false;
        tlb[me].page[1] = false
    }
}

inline ask(me, other, unmapped)
{
    if
    :: other != me && current[other] ->
        if
        :: !is_asked[other] -> mailbox[other].page[1 - unmapped] = false
        :: else
        fi;
        mailbox[other].page[unmapped] = true;
        is_asked[other] = true
    :: else
    fi
}

inline unmap(me, unmapped)
{
    is_mapped[unmapped] = false; /* (1) */
    d_step {
        tlb[me].page[unmapped] = false;
        ask(me, 0, unmapped); /* (2) */
        ask(me, 1, unmapped);
        ask(me, 2, unmapped)
    }
}

inline tell(other)
{
    d_step {
        if
        :: is_asked[other] -> asked[other] = 1 - asked[other]
        :: else
        fi
    }
}

inline await(other)
{
    !is_asked[other] || done[other] == asked[other];
    is_asked[other] = false
}

inline flush()
{
    tell(0); /* (3) */
    tell(1);
    tell(2);
    await(0); /* (5) */
    await(1);
    await(2)
}

proctype cpu(byte me; byte rounds)
{
    do
    :: rounds == 0 -> break
    :: else ->
        rounds--;
        has_interrupts_off[me] = true;
        atomic { lock_holder == NOBODY -> lock_holder = me }
        if
        :: current[me] = !current[me];
            load_root(me)
        :: d_step { is_mapped[0] = true; is_mapped[1] = true }
        :: unmap(me, 0);
            if
            :: unmap(me, 1)
            :: skip
            fi;
            flush();
            d_step {
                HOLDS(forgotten, IS_FORGOTTEN(0));
                HOLDS(forgotten, IS_FORGOTTEN(1))
            }
        fi;
        atomic {
            is_leaving[me] = true;
            if
            :: lock_holder == me -> lock_holder = NOBODY
            :: else
            fi
        }
        atomic { has_interrupts_off[me] = false; is_leaving[me] = false }
    od
}

init
{
    atomic { run cpu(0, 2); run cpu(1, 2); run cpu(2, 1) }
}
