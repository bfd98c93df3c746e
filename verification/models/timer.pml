/* SPDX-License-Identifier: BSD-2-Clause */
/* One-shot timers of two CPUs, each idle or busy with a thread that never waits, and two threads that
   sleep until their deadlines and then compete where they live. One deadline is served an interrupt. A
   timer may run out too early. The second CPU may be kept for the thread that it runs. Each step is one
   hold of the kernel lock; an interrupt is noted in one and acted upon in the next.

   Properties:
     ends         every deadline is served and everybody woken runs
     truly_armed  a timer that counts as armed is counting, or has run out

   Bounds: 2 CPUs, 2 deadlines, 5 ticks.

   Stands for:
     kernel/object/machine.c: keep_time, deadline_arm
     kernel/object/machine.h: cpu_alert
     kernel/syscall/entry.c: kernel_timer, kernel_next, leave, kernel_leave
     kernel/syscall/schedule.h: schedule_goes_on
     kernel/syscall/schedule.c: schedule, nudge_others, may_nudge, program_timer
     kernel/object/compete.c: sched_enqueue
     kernel/object/compete.h: is_unarmed
     kernel/object/choose.c: sched_choose
     kernel/object/sched.h: sched_next_event_ns
     kernel/object/cpu.c: keep, open_up
     kernel/arch/x86_64/time.c: arch_timer_arm, time_interrupt
     kernel/arch/x86_64/entry.S: idle */

#include "property.h"
hidden byte truly_armed;

#define END 5 /* time stands still, and what is due later is due then */
#define NEVER 255
#define SLICE 2
#define NUDGE 1
#define KEPT 1

#define BIT(cpu) (1 << (cpu))
#define AT(time) ((time) < END -> (time) : END)
#define FIRST (deadline[0] < deadline[1] -> deadline[0] : deadline[1])

byte now;
byte deadline[2] = NEVER; /* of the sleeping threads */
bool is_waiting[2];       /* woken, and ready at its CPU */
byte home[2];             /* that CPU */
byte served;

byte timekeeper;
bool is_kept; /* CPU 1 */

bool is_busy[2];
byte run_since[2];
byte armed[2] = NEVER; /* cpu.armed_ns */
bool reschedule[2], timer_stale[2], has_alerted[2], is_nudged[2];
byte alerted[2];

byte area_deadline[2] = NEVER; /* hardware: */
bool is_counting[2], is_timer_pending[2], is_nudge_pending[2];

#define WAITS_AT(cpu) (is_waiting[0] && home[0] == (cpu) || is_waiting[1] && home[1] == (cpu))

inline alert(cpu)
{
    if
    :: cpu != me -> alerted[me] = alerted[me] | BIT(cpu); has_alerted[me] = true
    :: else
    fi
}

inline wake(t)
{
    deadline[t] = NEVER;
    home[t] = (is_kept -> 0 : home[t]);
    if
    :: !is_busy[home[t]] -> reschedule[home[t]] = true
    :: is_busy[home[t]] && !WAITS_AT(home[t]) -> timer_stale[home[t]] = true
    :: else
    fi;
    is_waiting[t] = true;
    alert(home[t])
}

/* Makes a CPU the timekeeper, if it is open to all. */
inline keep_time(cpu)
{
    timekeeper = (is_kept && cpu == KEPT -> 0 : cpu);
    timer_stale[timekeeper] = true;
    alert(timekeeper)
}

inline arm(t)
{
    select_time(t);
    if
    :: FIRST == deadline[t] -> keep_time(me)
    :: else
    fi
}

inline select_time(t)
{
    if
    :: deadline[t] = AT(now + 1)
    :: deadline[t] = AT(now + 3)
    fi;
    if
    :: home[t] = 1
    :: home[t] = 0
    fi
}

inline nudge_other()
{
    other = 1 - me;
    later = 0;
    if
    :: alerted[me] && (reschedule[other] || timer_stale[other]) && !is_nudged[other] ->
        if
        :: is_nudged[other] = true; is_nudge_pending[other] = true
        :: !reschedule[other] && is_busy[other] -> later = BIT(other) /* may_nudge */
        fi
    :: else
    fi;
    alerted[me] = later;
    has_alerted[me] = false;
    timer_stale[me] = timer_stale[me] || later != 0;
    later = 0;
    other = 0
}

inline program_timer()
{
    timer_stale[me] = false;
    due = NEVER;
    due = (is_busy[me] && WAITS_AT(me) -> AT(run_since[me] + SLICE) : NEVER);
    due = (me == timekeeper && FIRST < due -> FIRST : due);
    due = (alerted[me] && AT(now + NUDGE) < due -> AT(now + NUDGE) : due);
    if
    :: due < armed[me] || due > armed[me] && is_kept && me == KEPT ->
        armed[me] = due;
        area_deadline[me] = due;
        is_counting[me] = due != NEVER
    :: else /* too early does no harm */
    fi;
    due = 0
}

/* Who has waited runs, and sleeps or goes: only that it ran matters here. */
inline choose()
{
    if
    :: is_waiting[0] && home[0] == me -> is_waiting[0] = false; served++
    :: is_waiting[1] && home[1] == me -> is_waiting[1] = false; served++
    :: else
    fi;
    run_since[me] = now;
    reschedule[me] = !is_busy[me] && WAITS_AT(me); /* it has gone: the next one's turn */
    timer_stale[me] = true
}

inline leave()
{
    if
    :: reschedule[me] || timer_stale[me] || has_alerted[me] || !is_busy[me] ->
        is_nudged[me] = false;
        do
        :: reschedule[me] -> choose()
        :: else -> break
        od;
        if
        :: has_alerted[me] -> nudge_other()
        :: else
        fi;
        if
        :: timer_stale[me] -> program_timer()
        :: else
        fi;
        HOLDS(truly_armed, armed[me] == NEVER || is_counting[me] || is_timer_pending[me])
    :: else
    fi
}

/* time_interrupt, and kernel_timer when it is time. */
inline timer_interrupt()
{
    is_timer_pending[me] = false;
    if
    :: area_deadline[me] == NEVER
    :: area_deadline[me] != NEVER && now < area_deadline[me] -> is_counting[me] = true
    :: area_deadline[me] <= now ->
        area_deadline[me] = NEVER;
        armed[me] = NEVER;
        timer_stale[me] = true;
        has_alerted[me] = alerted[me] != 0;
        if
        :: deadline[0] <= now && deadline[0] == FIRST -> wake(0)
        :: deadline[1] <= now && deadline[1] == FIRST -> wake(1)
        :: else
        fi;
        reschedule[me] = reschedule[me] ||
                         is_busy[me] && WAITS_AT(me) && run_since[me] + SLICE <= now ||
                         is_busy[me] && WAITS_AT(me) && now == END
    fi
}

proctype cpu(byte me)
{
    byte other, later, due, sleeper = me;
    bool is_noted;

    do
    :: atomic { is_timer_pending[me] && !is_noted -> timer_interrupt(); is_noted = true }
    :: atomic { is_nudge_pending[me] && !is_noted -> is_nudge_pending[me] = false; is_noted = true }
    :: atomic { is_noted -> is_noted = false; leave() }
    :: atomic {
        !is_noted && sleeper < 2 -> /* the CPU's own sleeper goes to sleep, by whatever it runs */
        arm(sleeper);
        sleeper = NEVER;
        leave()
       }
    :: atomic {
        !is_noted && !is_kept && is_busy[KEPT] -> /* what waits there goes elsewhere */
        is_kept = true;
        if
        :: timekeeper == KEPT -> keep_time(KEPT)
        :: else
        fi;
        if
        :: is_waiting[0] && home[0] == KEPT -> is_waiting[0] = false; wake(0)
        :: else
        fi;
        if
        :: is_waiting[1] && home[1] == KEPT -> is_waiting[1] = false; wake(1)
        :: else
        fi;
        reschedule[KEPT] = true;
        alert(KEPT);
        leave()
       }
    :: atomic { served == 2 && !is_noted -> break }
    od
}

active proctype hardware()
{
    if
    :: is_busy[0] = true
    :: skip
    fi;
    if
    :: is_busy[1] = true
    :: skip
    fi;
    atomic { run cpu(0); run cpu(1) }
end:
    do
    :: d_step { is_counting[0] -> is_counting[0] = false; is_timer_pending[0] = true }
    :: d_step { is_counting[1] -> is_counting[1] = false; is_timer_pending[1] = true }
    :: now < END -> now++
    od
}
