/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread 0 calls thread 1, which calls thread 2, on two CPUs. Calls lend the caller's sched, the short
   way without the scheduler where it may be taken, and end by a reply, at any CPU by a time-out, or with
   a server that is stopped. Each step is one hold of the kernel lock.

   Properties: those of compete.h, and
     short_way  the short way is taken only by a thread that runs on the sched its CPU has, to one
                that goes on on it

   Bounds: 2 CPUs, 3 threads, a chain of 2 calls, 11 events.

   Stands for:
     kernel/object/op.c: op_lend, take_back, op_release, op_drop, op_abandon
     kernel/object/thread.h: thread_sched, thread_has_lent
     kernel/object/thread.c: thread_wake, thread_wait, thread_stop, thread_choose_way
     kernel/object/compete.c: sched_ready, sched_block, sched_take_back, sched_ready_beside
     kernel/object/choose.c: sched_runner
     kernel/syscall/exchange.c: exchange_call, exchange_reply
     kernel/syscall/schedule.c: schedule, schedule_switch */

#define CPUS 2
#define ALL_CPUS 3
#define THREADS 3
#define EVENTS 11
#include "compete.h"
hidden byte short_way;

byte events;
bool is_receiving[THREADS];
bool is_calling[THREADS]; /* queued at who is called, the next thread */

inline lend(client, server)
{
    lent_to[client] = server;
    works_for[server] = client
}

/* The call of `client` ends: who works at the end of the chain goes on on its own chain's sched. */
inline take_back(client)
{
    worker = lent_to[client];
    works_for[worker] = NONE;
    lent_to[client] = NONE;
    next = SCHED(client);
    runner[next] = client;
    if
    :: is_current[next] && cpu_of[next] == me ->
        has_moved[me] = true
    :: is_current[next] && cpu_of[next] != me -> alert(cpu_of[next])
    :: else
    fi;
    worker = (lent_to[worker] != NONE -> lent_to[worker] : worker);
    if
    :: is_ready[worker] ->
        may_go_short[worker] = false;
        from = SCHED(worker);
        if
        :: !is_queued[from] && !is_current[from] -> cpu_of[from] = cpu_of[next]
        :: else
        fi;
        sched_ready(from, worker);
        from = 0
    :: else
    fi;
    next = 0;
    worker = 0
}

/* The short way: the rest of what the scheduler would do must be true already. */
inline exchange(to)
{
    HOLDS(short_way, is_current[running[me]] && SCHED(to) == running[me]);
    current[me] = to
}

/* What the thread that the CPU runs does: sets what is to end, block and wake. */
inline act()
{
    if
    :: self < 2 && is_receiving[self + 1] -> /* call */
        is_receiving[self + 1] = false;
        is_ready[self] = false;
        lend(self, self + 1);
        if
        :: may_go_short[self] -> is_ready[self + 1] = true; exchange(self + 1)
        :: else -> to_wake = self + 1
        fi
    :: self < 2 && !is_receiving[self + 1] -> /* it has to queue */
        is_calling[self] = true;
        is_ready[self] = false;
        to_block = SCHED(self)
    :: self > 0 && works_for[self] == NONE && is_calling[self - 1] -> /* receive finds a call */
        is_calling[self - 1] = false;
        to_block = self;
        lend(self - 1, self);
        to_wake = self
    :: self > 0 && works_for[self] == NONE && !is_calling[self - 1] -> /* receive waits */
        is_receiving[self] = true;
        is_ready[self] = false;
        to_block = SCHED(self)
    :: self > 0 && works_for[self] != NONE && may_go_short[self] && !is_calling[self - 1] ->
        is_receiving[self] = true; /* reply, and receive again */
        is_ready[self] = false;
        lent_to[self - 1] = NONE;
        works_for[self] = NONE;
        is_ready[self - 1] = true;
        exchange(self - 1)
    :: self > 0 && works_for[self] != NONE -> /* reply */
        to_end = self - 1;
        to_wake = self - 1
    :: is_ready[self] = false; /* waits for something else */
        to_block = SCHED(self)
    :: reschedule[me] = true
    fi
}

/* What an interrupt, also of an idle CPU, or a thread that has the right to does to another. */
inline meddle()
{
    if
    :: lent_to[who] != NONE -> to_end = who; to_wake = who /* a time-out */
    :: is_calling[who] -> is_calling[who] = false; to_wake = who
    :: !is_ready[who] && lent_to[who] == NONE && !is_calling[who] && !is_receiving[who] &&
       !IS_ANYWHERE(who) -> to_wake = who
    :: is_ready[who] && current[me] != who -> /* stops it; wakes as START */
        is_ready[who] = false;
        may_go_short[who] = false;
        to_block = SCHED(who)
    :: else
    fi
}

proctype cpu(byte me)
{
    byte self, worker, who, to_end = NONE, to_block = NONE, to_wake = NONE;

end:
    do
    :: atomic {
        if
        :: is_interrupted[me] -> is_interrupted[me] = false
        :: events < EVENTS && current[me] != NONE && is_ready[current[me]] ->
            events++;
            self = current[me];
            act();
            self = 0
        :: events < EVENTS ->
            events++;
            if
            :: who = 1
            :: who = 2
            :: skip
            fi;
            meddle();
            who = 0
        fi;
        if
        :: to_block != NONE -> sched_block(to_block); to_block = NONE
        :: else
        fi;
        if
        :: to_end != NONE -> take_back(to_end); to_end = NONE
        :: else
        fi;
        if
        :: to_wake != NONE ->
            is_ready[to_wake] = true;
            next = SCHED(to_wake);
            sched_ready(next, to_wake);
            next = 0;
            to_wake = NONE
        :: else
        fi;
        leave()
       }
    od
}

init
{
    atomic {
        allowed[1] = 2; /* its loan may end on a CPU that its own sched may not use */
        runner[1] = 1;
        runner[2] = 2;
        is_receiving[1] = true;
        is_receiving[2] = true;
        is_ready[0] = true;
        current[0] = 0;
        running[0] = 0;
        is_current[0] = true;
        may_go_short[0] = true;
        idle_cpus = 2;
        run cpu(0);
        run cpu(1)
    }
}
