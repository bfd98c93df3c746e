/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring and its user, who writes anything into shared memory at any time: the kernel lock is nothing to
   him, so each load of shared memory yields any value, and the next load of the same place another.

   Properties:
     bounded  a batch takes at most a ringful
     room     completions owed and unread never exceed the queue, so a post finds room
     checked  what is carried out is the entry that was checked

   Bounds: 2 entries, 2 completions, indices that wrap at 8; operations without end.

   Stands for:
     kernel/core/ring.h: ring_pending, ring_unread, ring_reserve, ring_take, ring_post
     kernel/core/shared.h: shared_load, shared_fetch
     kernel/core/index.h: index_lead, index_place
     kernel/syscall/enter.c: drain, consume */

#include "property.h"
hidden byte bounded, room, checked;

#define ENTRIES 2
#define COMPLETIONS 2
#define INDICES 8 /* stands for 2^32: indices run free and wrap */

#define LEAD(tail, head) ((INDICES + (tail) - (head)) % INDICES)
#define NEXT(index) (((index) + 1) % INDICES)

byte submit_head, complete_tail, complete_head, in_flight;

#define UNREAD LEAD(complete_tail, complete_head)
#define HAS_ROOM (in_flight + UNREAD < COMPLETIONS)

#define LOAD_INDEX(into) select(into : 0 .. INDICES - 1)
#define LOAD_ENTRY(into) if :: into = true :: into = false fi

inline post()
{
    d_step {
        in_flight--;
        complete_tail = NEXT(complete_tail);
        HOLDS(room, UNREAD != 0 && in_flight + UNREAD <= COMPLETIONS)
    }
}

/* is_reserved: whether there is room; is_believed: whether what the user says can be. */
inline reserve()
{
    is_reserved = HAS_ROOM;
    if
    :: is_reserved
    :: else ->
        LOAD_INDEX(found);
        is_believed = LEAD(complete_tail, found) <= UNREAD;
        if
        :: is_believed ->
            complete_head = found;
            is_reserved = HAS_ROOM
        :: else
        fi
    fi;
    in_flight = in_flight + is_reserved
}

active proctype kernel()
{
    byte found, pending, taken;
    bool is_reserved, is_believed, is_bad, is_bad_used;

end:
    do
    :: in_flight != 0 -> post() /* of an operation that had waited */
    :: d_step { taken = 0; is_believed = true; is_bad_used = false }
        LOAD_INDEX(found);
        pending = LEAD(found, submit_head);
        if
        :: pending > ENTRIES -> is_believed = false
        :: else
        fi;
        do
        :: taken < pending && is_believed ->
            reserve();
            if
            :: is_reserved && is_believed
            :: else -> break /* the entry stays in the queue */
            fi;
            LOAD_ENTRY(is_bad);
            d_step {
                submit_head = NEXT(submit_head);
                taken++;
                HOLDS(bounded, taken <= ENTRIES)
            }
            if
            :: is_bad -> post()
            :: else ->
                is_bad_used = is_bad; /* the copy */
                HOLDS(checked, !is_bad_used);
                if
                :: post()
                :: skip /* it waits */
                fi
            fi
        :: else -> break
        od
    od
}
