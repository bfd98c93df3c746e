/* SPDX-License-Identifier: BSD-2-Clause */
/* Three CPUs that block, wake, preempt and steal, while any of them changes where a sched may run.
   Thread 1 begins as a server that works on thread 0's sched, a loan that any CPU may end; thread 2 is
   of a higher class and stays on the first CPU. Each step is one hold of the kernel lock.

   Properties: those of compete.h

   Bounds: 3 CPUs, 3 threads, 2 classes, 8 events.

   Stands for:
     kernel/object/compete.c: sched_best_cpu, sched_enqueue, sched_ready, sched_reconsider, sched_block,
       sched_take_back, sched_ready_beside
     kernel/object/choose.c: put_back, find_movable, steal, sched_share, sched_let_go, sched_choose,
       sched_runner
     kernel/object/sched.c: sched_set_cpus
     kernel/object/machine.h: cpu_alert
     kernel/syscall/schedule.c: schedule, schedule_switch, nudge_others
     kernel/syscall/schedule.h: schedule_goes_on
     kernel/syscall/entry.c: leave, kernel_leave */

#define CPUS 3
#define ALL_CPUS 7
#define THREADS 3
#define EVENTS 8
#include "compete.h"

byte events;

inline set_cpus(s, cpus)
{
    allowed[s] = cpus;
    if
    :: is_queued[s] -> is_queued[s] = false; sched_ready(s, runner[s])
    :: is_current[s] -> alert(cpu_of[s]) /* to leave it */
    :: else
    fi
}

/* The call of thread 0 ends: it has its sched back, and thread 1 goes on on its own. */
inline end_loan()
{
    lent_to[0] = NONE;
    works_for[1] = NONE;
    runner[0] = 0;
    if
    :: is_current[0] && cpu_of[0] == me -> has_moved[me] = true
    :: is_current[0] && cpu_of[0] != me -> alert(cpu_of[0])
    :: else
    fi;
    if
    :: is_ready[1] ->
        may_go_short[1] = false;
        cpu_of[1] = cpu_of[0];
        sched_ready(1, 1)
    :: else
    fi;
    is_ready[0] = true;
    sched_ready(0, 0)
}

inline wake(t)
{
    is_ready[t] = true;
    next = SCHED(t);
    if
    :: next != NONE -> sched_ready(next, t)
    :: else
    fi;
    next = 0
}

proctype cpu(byte me)
{
    byte which, set;

end:
    do
    :: atomic {
        if
        :: is_interrupted[me] -> is_interrupted[me] = false
        :: events < EVENTS && current[me] != NONE && is_ready[current[me]] ->
            events++;
            if
            :: next = SCHED(current[me]); /* waits */
                is_ready[current[me]] = false;
                sched_block(next);
                next = 0
            :: reschedule[me] = true /* its slice ends */
            :: if
                :: which = 1
                :: skip
                fi;
                if
                :: set = 1
                :: set = 2
                :: set = 6
                :: set = ALL_CPUS
                fi;
                set_cpus(which, set);
                which = 0;
                set = 0
            fi
        :: events < EVENTS -> /* an interrupt, also of an idle CPU */
            events++;
            if
            :: lent_to[0] != NONE -> end_loan()
            :: else
            fi
        :: events < EVENTS ->
            events++;
            if
            :: lent_to[0] == NONE -> which = 0
            :: which = 1
            :: which = 2
            fi;
            if
            :: !is_ready[which] && !IS_ANYWHERE(which) -> wake(which)
            :: else
            fi;
            which = 0
        fi;
        leave()
       }
    od
}

init
{
    atomic {
        class[2] = 1;
        allowed[2] = 1;
        runner[1] = 1;
        runner[2] = 2;
        lent_to[0] = 1;
        works_for[1] = 0;
        is_ready[1] = true;
        current[0] = 1;
        running[0] = 0;
        is_current[0] = true;
        runner[0] = 1;
        idle_cpus = 6;
        run cpu(0);
        run cpu(1);
        run cpu(2)
    }
}
