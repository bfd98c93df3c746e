/* SPDX-License-Identifier: BSD-2-Clause */
/* How scheds compete for CPUs, as kernel/object/compete.c and choose.c have it, for affinity.pml and donation.pml.
   Thread t is bound to sched t. All of it happens under the kernel lock: in atomic steps of a CPU `me`.
   Define CPUS and THREADS (3), then include. Order within a class is left open.

   Properties:
     one_cpu      a thread's registers are in one CPU
     allowed_cpu  a sched is chosen only where it may run
     one_queue    a sched that waits or runs is not made to wait again
     one_thread   a sched has one ready thread at a time
     interrupted  who has something to look at has been interrupted
     competes     once all have looked, every ready thread has a sched that waits or runs,
     in_place     it waits only for its equals, or because no idle CPU may take it,
     right        and every CPU runs a ready thread of its sched, or is idle */

#include "property.h"
hidden byte one_cpu, allowed_cpu, one_queue, one_thread, interrupted, competes, in_place, right;

#define NONE 255

byte current[CPUS] = NONE;  /* thread whose registers the CPU has */
byte running[CPUS] = NONE;  /* sched it runs on */
bool reschedule[CPUS], has_moved[CPUS], is_nudged[CPUS];
bool is_interrupted[CPUS];  /* on its way or not yet taken */
byte idle_cpus, alerted;    /* bit n: CPU n */

byte cpu_of[THREADS], runner[THREADS], class[THREADS];
byte allowed[THREADS] = ALL_CPUS;
bool is_queued[THREADS], is_current[THREADS];

bool is_ready[THREADS];
byte works_for[THREADS] = NONE; /* the thread whose call it holds, and whose sched it runs on */
byte lent_to[THREADS] = NONE;   /* the thread that holds its call */
bool may_go_short[THREADS];     /* short_slot_count is not 0 */

bool was_idle;
byte best, next, from; /* of the step that is made; 0 between steps */

#define BIT(cpu) (1 << (cpu))
#define HAS(set, cpu) ((set) >> (cpu) & 1)
#define CALLER(t) (works_for[t] == NONE -> (t) : works_for[t])
#define SCHED(t) (lent_to[t] != NONE -> NONE : CALLER(CALLER(t))) /* thread_sched */
#define RUNS_ON(t, s) ((t) != NONE && is_ready[t] && SCHED(t) == (s))
#define IS_ANYWHERE(t) (current[0] == (t) || current[1] == (t) || current[CPUS - 1] == (t))

inline alert(cpu)
{
    reschedule[cpu] = true;
    if
    :: (cpu) != me -> alerted = alerted | BIT(cpu)
    :: else
    fi
}

inline find_best(s)
{
    best = allowed[s];
    if
    :: (best & idle_cpus) != 0 -> best = best & idle_cpus
    :: else
    fi;
    best = (HAS(best, cpu_of[s]) -> cpu_of[s] : (HAS(best, 0) -> 0 : (HAS(best, 1) -> 1 : 2)))
}

inline enqueue(s, cpu)
{
    HOLDS(one_queue, !is_queued[s] && !is_current[s]);
    cpu_of[s] = cpu;
    is_queued[s] = true;
    idle_cpus = idle_cpus & ~BIT(cpu_of[s]);
    if
    :: running[cpu_of[s]] == NONE || class[s] > class[running[cpu_of[s]]] -> alert(cpu_of[s])
    :: else /* of the same class: the end of the slice, by the timer */
    fi
}

inline sched_ready(s, t)
{
    runner[s] = t;
    if
    :: is_queued[s] && current[cpu_of[s]] != t && !HAS(allowed[s], cpu_of[s]) ->
        is_queued[s] = false /* only the registers of the one before kept it there */
    :: else
    fi;
    if
    :: !is_queued[s] && !is_current[s] ->
        find_best(s);
        best = (current[cpu_of[s]] == t -> cpu_of[s] : best);
        enqueue(s, best);
        best = 0
    :: else
    fi
}

inline sched_block(s)
{
    is_queued[s] = false;
    if
    :: is_current[s] -> alert(cpu_of[s])
    :: else
    fi
}

/* Before the CPU leaves its thread. */
inline let_go()
{
    next = (current[me] == NONE -> NONE : SCHED(current[me]));
    if
    :: next != NONE && is_queued[next] && !HAS(allowed[next], me) ->
        is_queued[next] = false;
        find_best(next);
        enqueue(next, best);
        best = 0
    :: else
    fi;
    next = 0
}

inline put_back()
{
    next = running[me];
    runner[next] = (current[me] != NONE && SCHED(current[me]) == next ->
                    current[me] : runner[next]);
    running[me] = NONE;
    is_current[next] = false;
    if
    :: RUNS_ON(runner[next], next) ->
        find_best(next);
        best = (HAS(allowed[next], me) -> me : best);
        enqueue(next, best);
        best = 0
    :: else
    fi;
    next = 0
}

#define WAITS_HERE(s) (is_queued[s] && cpu_of[s] == me)
#define STAYS(s) (current[cpu_of[s]] == runner[s])
#define TO_STEAL(s) (is_queued[s] && cpu_of[s] != me && HAS(allowed[s], me) && !STAYS(s))
#define IS_BEHIND(s, what) (what(0) && class[0] > class[s] || what(1) && class[1] > class[s] || \
                            what(2) && class[2] > class[s])
#define IS_NEXT(s, what) (what(s) && !IS_BEHIND(s, what))

/* Has an idle CPU come for one that waits at the CPU `from`. */
#define GOES(s, to) (is_queued[s] && cpu_of[s] == from && HAS(allowed[s], to))
#define IS_WANTED(cpu) (HAS(idle_cpus, cpu) && (GOES(0, cpu) || GOES(1, cpu) || GOES(2, cpu)))
inline share()
{
    next = (CPUS > 2 && IS_WANTED(CPUS - 1) -> CPUS - 1 : NONE);
    next = (IS_WANTED(0) -> 0 : (IS_WANTED(1) -> 1 : next));
    if
    :: next != NONE -> idle_cpus = idle_cpus & ~BIT(next);
        alert(next)
    :: else
    fi;
    next = 0
}

inline choose()
{
    let_go();
    was_idle = running[me] == NONE;
    if
    :: !was_idle -> put_back()
    :: else
    fi;
    if
    :: IS_NEXT(0, WAITS_HERE) -> next = 0
    :: IS_NEXT(1, WAITS_HERE) -> next = 1
    :: IS_NEXT(2, WAITS_HERE) -> next = 2
    :: else ->
        if
        :: IS_NEXT(0, TO_STEAL) -> next = 0
        :: IS_NEXT(1, TO_STEAL) -> next = 1
        :: IS_NEXT(2, TO_STEAL) -> next = 2
        :: else -> next = NONE
        fi
    fi;
    reschedule[me] = false;
    running[me] = next;
    if
    :: next == NONE ->
        idle_cpus = idle_cpus | BIT(me);
        current[me] = NONE;
        was_idle = false
    :: else ->
        idle_cpus = idle_cpus & ~BIT(me);
        is_queued[next] = false;
        is_current[next] = true;
        cpu_of[next] = me;
        HOLDS(allowed_cpu, HAS(allowed[next], me));
        current[me] = runner[next]
    fi;
    next = 0
}

inline nudge(cpu)
{
    if
    :: HAS(alerted, cpu) && reschedule[cpu] && !is_nudged[cpu] ->
        is_nudged[cpu] = true;
        is_interrupted[cpu] = true
    :: else
    fi
}

#define IS_QUIET(cpu) (!is_interrupted[cpu] && !reschedule[cpu] && !has_moved[cpu])
#define IS_COMPETING(s) (is_queued[s] || is_current[s])
#define COMPETES(t) (!is_ready[t] || SCHED(t) != NONE && IS_COMPETING(SCHED(t)))
#define SHARE_SCHED(a, b) (is_ready[a] && is_ready[b] && SCHED(a) == SCHED(b))
#define IDLE_SET ((running[0] == NONE) | (running[1] == NONE) << 1 | \
                  (running[CPUS - 1] == NONE) << (CPUS - 1))
#define CLASS_AT(cpu) (running[cpu] == NONE -> 0 : class[running[cpu]] + 1)
/* Runs where it may, or waits for what is at least its equal, and for a higher class only when no CPU
   that it may run on is idle. */
#define IN_PLACE(s) \
    (is_current[s] && HAS(allowed[s], cpu_of[s]) || !is_current[s] && !is_queued[s] || \
     is_queued[s] && (CLASS_AT(cpu_of[s]) == class[s] + 1 || \
                      CLASS_AT(cpu_of[s]) > class[s] + 1 && (allowed[s] & IDLE_SET) == 0))

#define IS_RIGHT(cpu) \
    (running[cpu] == NONE -> current[cpu] == NONE : RUNS_ON(current[cpu], running[cpu]))

/* What holds whenever the lock is free: one thread a sched, no CPU with work and nothing that makes it
   look; and once all have looked, every ready thread competes, where it may. */
inline look()
{
    HOLDS(one_thread, !SHARE_SCHED(0, 1) && !SHARE_SCHED(0, 2) && !SHARE_SCHED(1, 2));
    if
    :: IS_QUIET(0) && IS_QUIET(1) && IS_QUIET(CPUS - 1) ->
        HOLDS(competes, COMPETES(0) && COMPETES(1) && COMPETES(2));
        HOLDS(in_place, IN_PLACE(0) && IN_PLACE(1) && IN_PLACE(2));
        HOLDS(right, IS_RIGHT(0) && IS_RIGHT(1) && IS_RIGHT(CPUS - 1))
    :: else
    fi;
    HOLDS(interrupted, !reschedule[0] || is_interrupted[0]);
    HOLDS(interrupted, !reschedule[1] || is_interrupted[1]);
    HOLDS(interrupted, !reschedule[CPUS - 1] || is_interrupted[CPUS - 1])
}

#define GOES_ON (!reschedule[me] && running[me] != NONE)

/* The way out of the kernel: chooses, unless nothing speaks against going on, and interrupts others. */
inline leave()
{
    if
    :: reschedule[me] || has_moved[me] || alerted != 0 || current[me] == NONE ||
       !is_ready[current[me]] -> /* not schedule_goes_on */
        is_nudged[me] = false;
        if
        :: has_moved[me] -> let_go()
        :: else
        fi;
        has_moved[me] = false;
        if
        :: GOES_ON && RUNS_ON(current[me], running[me])
        :: GOES_ON && !RUNS_ON(current[me], running[me]) &&
           RUNS_ON(runner[running[me]], running[me]) -> current[me] = runner[running[me]]
        :: else -> choose()
        fi;
        from = (was_idle -> 0 : me);
        do
        :: share();
            from++;
            if
            :: !was_idle || from == CPUS -> break
            :: else
            fi
        od;
        from = 0;
        was_idle = false;
        if
        :: current[me] != NONE -> may_go_short[current[me]] = true
        :: else
        fi
    :: else
    fi;
    nudge(0);
    nudge(1);
#if CPUS > 2
    nudge(2);
#endif
    alerted = 0;
    HOLDS(one_cpu, current[0] != current[1] || current[0] == NONE);
#if CPUS > 2
    HOLDS(one_cpu, current[2] == NONE || current[2] != current[0] && current[2] != current[1]);
#endif
    look()
}
