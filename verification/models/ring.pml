/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring and its user, who writes anything into shared memory at any time: the kernel lock is nothing to
   him, so each load of shared memory yields any value, and the next load of the same place another.

   Properties:
     bounded  a batch takes at most a ringful
     room     completions owed and unread never exceed the queue, so a post finds room
     checked  what is carried out is the entry that was checked

   Bounds: 2 entries, 2 completions, indices that wrap at 8; operations without end.

   Stands for:
     kernel/core/ring.h: ring_pending, ring_unread, ring_next, ring_answered, ring_take, ring_post
     kernel/core/shared.h: shared_load, shared_fetch
     kernel/core/index.h: index_lead, index_place
     kernel/syscall/enter.c: drain, consume_run, consume */

#include "property.h"
hidden byte bounded, room, checked;

#define ENTRIES 2
#define COMPLETIONS 2
#define INDICES 8 /* stands for 2^32: indices run free and wrap */

#define LEAD(tail, head) ((INDICES + (tail) - (head)) % INDICES)
#define NEXT(index) (((index) + 1) % INDICES)

byte submit_head, complete_tail, complete_head, in_flight;

#define UNREAD LEAD(complete_tail, complete_head)
#define ROOM (COMPLETIONS - (in_flight + UNREAD))

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

/* An entry that needs no more than a look. */
inline answer()
{
    d_step {
        complete_tail = NEXT(complete_tail);
        HOLDS(room, UNREAD != 0 && in_flight + UNREAD <= COMPLETIONS)
    }
}

/* row: how many entries there is room for; is_believed: whether what the user says can be. */
inline next()
{
    row = ROOM;
    if
    :: row != 0
    :: else ->
        LOAD_INDEX(found);
        is_believed = LEAD(complete_tail, found) <= UNREAD;
        if
        :: is_believed ->
            complete_head = found;
            row = ROOM
        :: else
        fi
    fi
}

active proctype kernel()
{
    byte found, pending, taken, row;
    bool is_believed, is_bad, is_bad_used;

end:
    do
    :: in_flight != 0 -> post() /* of an operation that had waited */
    :: d_step { taken = 0; row = 0; is_believed = true; is_bad_used = false }
        LOAD_INDEX(found);
        pending = LEAD(found, submit_head);
        if
        :: pending > ENTRIES -> is_believed = false
        :: else
        fi;
        do
        :: taken < pending && is_believed && row == 0 ->
            next();
            if
            :: row != 0 && is_believed
            :: else -> break /* the entry stays in the queue */
            fi;
            if
            :: row > pending - taken -> row = pending - taken
            :: else
            fi
        :: taken < pending && row != 0 ->
            LOAD_ENTRY(is_bad);
            d_step {
                submit_head = NEXT(submit_head);
                row--;
                taken++;
                HOLDS(bounded, taken <= ENTRIES)
            }
            if
            :: is_bad -> answer()
            :: else ->
                is_bad_used = is_bad; /* the copy */
                HOLDS(checked, !is_bad_used);
                in_flight++;
                if
                :: in_flight > 1 -> post() /* of one that it ends */
                :: skip
                fi;
                if
                :: post()
                :: skip /* it waits */
                fi
            fi
        :: else -> break
        od
    od
}
