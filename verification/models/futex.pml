/* SPDX-License-Identifier: BSD-2-Clause */
/* Two threads that sleep at words of a memory, one that changes a word and wakes, and one that
   destroys the memory. Words are written outside the kernel lock, on CPUs with store buffers; taking
   the lock is a locked instruction.

   Properties:
     ends      nobody sleeps on although his word has changed and a wake followed, or the memory is gone
     changed   who stops waiting finds his word changed, or the memory gone
     own_word  who is woken waited at the word that was woken
     gone      nobody waits at what is destroyed

   Bounds: 2 who wait at a word each, 1 who wakes, 1 destruction, store buffers of 2.

   Stands for:
     kernel/object/memory.c: memory_wait, memory_wake, memory_dismantle
     kernel/syscall/lock.h: kernel_lock, kernel_unlock
     kernel/syscall/invoke.c: futex
     kernel/object/destroy.c: object_destroy */

#include "property.h"
hidden byte changed, own_word, gone;

#define CPUS 3
#define VARIABLES 2
#define BUFFER 2
#include "tso.h"

#define WAKER 2
#define DESTROYER 3
#define NOBODY 255

mtype = { AWAKE, WAITING, WOKEN, PEER_GONE };
mtype state[2] = AWAKE;
byte waits_at[2]; /* which word */

byte lock_holder = NOBODY;
bool is_destroyed;

#define LOCK(who) atomic { lock_holder == NOBODY && buffer[who].length == 0 -> lock_holder = who }
#define UNLOCK() lock_holder = NOBODY

/* Waits at word `who` until it is no longer 0. */
proctype waiter(byte who)
{
    byte place, value;

    do
    :: LOAD(who, who, value);
        if
        :: value != 0 -> break
        :: else
        fi;
        LOCK(who);
        LOAD(who, who, value);
        if
        :: is_destroyed -> UNLOCK(); break
        :: else ->
            if
            :: value == 0 ->
                HOLDS(gone, !is_destroyed);
                waits_at[who] = who;
                state[who] = WAITING
            :: else
            fi
        fi;
        UNLOCK();
        state[who] != WAITING;
        if
        :: state[who] == PEER_GONE -> break
        :: else -> state[who] = AWAKE
        fi
    od;
    HOLDS(changed, is_destroyed || memory[who] != 0)
}

inline wake(who)
{
    if
    :: state[who] == WAITING && waits_at[who] == word ->
        HOLDS(own_word, memory[who] != 0);
        state[who] = WOKEN
    :: else
    fi
}

active proctype waker()
{
    byte word;

    do
    :: word == 2 -> break
    :: else ->
        STORE(WAKER, word, 1);
        LOCK(WAKER);
        if
        :: is_destroyed /* the handle is dead */
        :: else ->
            wake(0);
            wake(1)
        fi;
        UNLOCK();
        word++
    od
}

/* May come at any time, or never: then the waker's waking must do. */
active proctype destroyer()
{
    if
    :: skip
    :: atomic {
        lock_holder == NOBODY -> lock_holder = DESTROYER;
        is_destroyed = true;
        if
        :: state[0] == WAITING -> state[0] = PEER_GONE
        :: else
        fi;
        if
        :: state[1] == WAITING -> state[1] = PEER_GONE
        :: else
        fi;
        HOLDS(gone, state[0] != WAITING && state[1] != WAITING);
        UNLOCK()
       }
    fi
}

init { atomic { run waiter(0); run waiter(1) } }
