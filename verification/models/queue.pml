/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of a shared queue going to sleep and waking each other, on two CPUs with store buffers.
   An end puts or takes one or two places at a time and waits for one or two.

   Properties:
     ends     neither end sleeps through what it waits for: every message arrives
     bounded  an end never finds more places than the queue has

   Bounds: 4 places, 6 messages, indices that wrap at 8, store buffers of 2.

   Stands for:
     sdk/src/queue/queue.c: sg_queue_advance, sg_queue_arm, sg_queue_wait, sg_queue_available
     kernel/core/index.h: index_lead, index_advance
     kernel/object/notification.c: notification_wait, notification_post */

#include "property.h"
hidden byte bounded;

#define CPUS 2
#define VARIABLES 4
#define BUFFER 2
#include "tso.h"

#define PRODUCER 0
#define CONSUMER 1
#define INDEX(end) (end)
#define WAKE(end) (2 + (end))

#define PLACES 4 /* two that wait for two places each never wait for each other */
#define INDICES 8
#define MESSAGES 6
#define LEAD(tail, head) ((INDICES + (tail) - (head)) % INDICES)

bit bell[2]; /* of the notifications, by who waits there: any signals are one wake-up */

/* Places an end may use: `ahead` is PLACES for the producer, 0 for the consumer. */
#define AVAILABLE LEAD((seen + ahead) % INDICES, index)

proctype end_of(byte end; byte ahead)
{
    byte place, index, seen, wake, left, count, least;
    bool does_ring;

    left = MESSAGES;
    do
    :: left == 0 -> break
    :: else ->
        if
        :: least = 1
        :: left >= 2 -> least = 2
        fi;
        LOAD(end, INDEX(1 - end), seen);
        do
        :: AVAILABLE >= least -> break
        :: else ->
            STORE(end, WAKE(end), LEAD((index + least) % INDICES, ahead)); /* (1) */
            FENCE(end); /* (2) */
            LOAD(end, INDEX(1 - end), seen); /* (3) */
            if
            :: AVAILABLE >= least
            :: else ->
                atomic { bell[end] == 1 -> bell[end] = 0 }
            fi
        od;
        if
        :: count = 1
        :: AVAILABLE >= 2 && left >= 2 -> count = 2
        fi;
        d_step {
            index = (index + count) % INDICES; /* sg_queue_advance */
            left = left - count;
            HOLDS(bounded, AVAILABLE <= PLACES)
        }
        STORE(end, INDEX(end), index); /* (a) */
        FENCE(end); /* (b) */
        LOAD(end, WAKE(1 - end), wake); /* (c) */
        does_ring = LEAD(index, wake) < count;
        if
        :: does_ring -> bell[1 - end] = 1
        :: else
        fi;
        d_step { wake = 0; does_ring = false; count = 0; least = 0 }
    od
}

init
{
    atomic {
        run end_of(PRODUCER, PLACES);
        run end_of(CONSUMER, 0)
    }
}
