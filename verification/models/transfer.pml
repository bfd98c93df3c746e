/* SPDX-License-Identifier: BSD-2-Clause */
/* Two threads of one process, each on its CPU, send the same two capabilities away, the list of them
   being in memory that a third thread writes to at any time. The receivers share a table, which others
   fill and empty. Capability 1 may not be moved.

   Properties:
     one_place     a capability is in one place
     all_or_none   a message takes along all that it names, or nothing
     no_slot_lost  nobody keeps a reserved slot
     checked       what is moved is what was checked

   Bounds: 2 messages of 2 capabilities each out of 3, one of which may not be moved; 3 slots.

   Stands for:
     kernel/object/message_copy.c: message_copy, prepare_caps
     kernel/object/transfer.c: transfer_prepare, validate, moves_twice, reserve, transfer_rollback,
       transfer_commit
     kernel/core/cspace.h: cspace_reserve, cspace_rollback, cspace_commit, cspace_clear
     kernel/syscall/lock.h: kernel_lock, kernel_unlock */

#include "property.h"
hidden byte one_place, all_or_none, no_slot_lost, checked;

#define CAPS 3
#define PINNED 1 /* without the MOVE right */
#define SLOTS 3

#define EMPTY 255
#define RESERVED 254
#define OTHER 253

bool is_in_source[CAPS] = true;
byte slot[SLOTS] = EMPTY; /* of the receivers: a capability, RESERVED or EMPTY */
bool is_locked;

#define IN_SLOTS(cap) ((slot[0] == (cap)) + (slot[1] == (cap)) + (slot[2] == (cap)))
#define PLACES(cap) (is_in_source[cap] + IN_SLOTS(cap))

#define LOCK() atomic { !is_locked -> is_locked = true }
#define UNLOCK() atomic { look(); is_locked = false }

/* What holds whenever the lock is free. */
inline look()
{
    HOLDS(one_place, PLACES(0) == 1 && PLACES(1) == 1 && PLACES(2) == 1);
    HOLDS(no_slot_lost, slot[0] != RESERVED && slot[1] != RESERVED && slot[2] != RESERVED)
}

/* Memory that others write: any value at each load. */
#define LOAD_NAME(into) if :: into = 0 :: into = 1 :: into = 2 fi

inline reserve(into)
{
    if
    :: slot[0] == EMPTY -> into = 0
    :: slot[1] == EMPTY -> into = 1
    :: slot[2] == EMPTY -> into = 2
    :: else -> into = SLOTS
    fi;
    if
    :: into < SLOTS -> slot[into] = RESERVED
    :: else
    fi
}

inline give(which)
{
    if
    :: slot[which] < CAPS -> is_in_source[slot[which]] = true
    :: else
    fi;
    slot[which] = EMPTY
}

inline move(which)
{
    HOLDS(checked, name[which] != PINNED);
    slot[place[which]] = name[which];
    is_in_source[name[which]] = false;
    moved++
}

proctype sender()
{
    byte name[2], place[2], moved;
    bool is_sound;

    LOCK();
    LOAD_NAME(name[0]);
    LOAD_NAME(name[1]);
    is_sound = is_in_source[name[0]] && is_in_source[name[1]] &&
               name[0] != PINNED && name[1] != PINNED &&
               name[0] != name[1];
    if
    :: !is_sound -> goto refused
    :: else
    fi;
    reserve(place[0]);
    if
    :: place[0] == SLOTS -> goto refused
    :: else
    fi;
    reserve(place[1]);
    if
    :: place[1] == SLOTS ->
        slot[place[0]] = EMPTY; /* transfer_rollback */
        goto refused
    :: else
    fi;
    move(0); /* transfer_commit: nothing fails from here on */
    move(1);
refused:
    HOLDS(all_or_none, moved == 0 || moved == 2);
    UNLOCK()
}

/* Slots of the receivers are used for something else, what they got is sent back. */
active proctype receiver()
{
end:
    do
    :: atomic {
        !is_locked ->
        if
        :: slot[0] == EMPTY -> slot[0] = OTHER
        :: slot[1] == EMPTY -> slot[1] = OTHER
        :: slot[2] == EMPTY -> slot[2] = OTHER
        :: slot[0] != EMPTY && slot[0] != RESERVED -> give(0)
        :: slot[1] != EMPTY && slot[1] != RESERVED -> give(1)
        :: slot[2] != EMPTY && slot[2] != RESERVED -> give(2)
        fi
       }
    od
}

init
{
    atomic { run sender(); run sender() }
    _nr_pr == 2;
    LOCK();
    look();
    UNLOCK()
}
