/* SPDX-License-Identifier: BSD-2-Clause */
#include "supervise.h"

#include <stddef.h>

#include <signet/object.h>

#include "crash.h"
#include "report.h"

#define NS_PER_MS 1000000u

static struct process *of_restart_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, restart_timer));
}

static struct process *of_end_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, end_timer));
}

static void restart_due(struct sg_timer *timer)
{
    struct process *process = of_restart_timer(timer);
    process->fortune.restarts++;
    (void)process_start(process);
}

static void restart_after(struct process *process, uint64_t delay_ns)
{
    process->state = signet_supervisor_v1_State_BACKING_OFF;
    process->restart_timer.fire = restart_due;
    sg_loop_timer(&process->init->loop, init_now_ns(process->init) + delay_ns,
                  &process->restart_timer);
    report(signet_log_v1_Level_INFO, "%s starts again in %u ms (failure %u of %u)",
           process->entry->name, (unsigned)(delay_ns / NS_PER_MS),
           (unsigned)process->fortune.failures, (unsigned)process->entry->restart.limit);
}

/* After the instance is gone: what its policy says. */
static void follow_policy(struct process *process)
{
    struct ending ending = {process->crash.time_ns, crash_is_failure(&process->crash)};
    uint64_t delay_ns;
    switch (backoff_decide(&process->entry->restart, &process->fortune, ending, &delay_ns)) {
    case VERDICT_RESTART:
        restart_after(process, delay_ns);
        break;
    case VERDICT_ENDED:
        process->state = signet_supervisor_v1_State_ENDED;
        break;
    case VERDICT_FAILED:
        process->state = signet_supervisor_v1_State_FAILED;
        if (process->fortune.failures > 0)
            report(signet_log_v1_Level_ERROR, "%s stays ended after %u failures in a row",
                   process->entry->name, (unsigned)process->fortune.failures);
        break;
    }
}

static void take_apart(struct process *process)
{
    sg_loop_timer_cancel(&process->init->loop, &process->end_timer);
    process_destroy(process);
    process->state = signet_supervisor_v1_State_ENDED;
}

void supervise_kill(struct process *process)
{
    crash_record_kill(process);
    take_apart(process);
    crash_report(process);
    follow_policy(process);
}

bool supervise_restart(struct process *process)
{
    if (process->state == signet_supervisor_v1_State_RUNNING) {
        crash_record_kill(process);
        take_apart(process);
    }
    sg_loop_timer_cancel(&process->init->loop, &process->restart_timer);
    process->fortune.failures = 0;
    process->fortune.restarts++;
    report(signet_log_v1_Level_INFO, "%s started again on request", process->entry->name);
    return process_start(process);
}

static void end_by_fault(struct sg_timer *timer)
{
    struct process *process = of_end_timer(timer);
    take_apart(process);
    crash_report(process);
    follow_policy(process);
}

static void end_by_kill(struct sg_timer *timer)
{
    supervise_kill(of_end_timer(timer));
}

static void end_by_restart(struct sg_timer *timer)
{
    (void)supervise_restart(of_end_timer(timer));
}

/* Answers are submitted when the loop enters the kernel again, and timers fire after that; one a
   little later than now is therefore behind the answer being made. */
static void end_later(struct process *process, void (*fire)(struct sg_timer *timer))
{
    process->end_timer.fire = fire;
    sg_loop_timer(&process->init->loop, init_now_ns(process->init) + 1, &process->end_timer);
}

void supervise_end_later(struct process *process, enum end_kind kind)
{
    end_later(process, kind == END_KILLED ? end_by_kill : end_by_restart);
}

/* The number was minted by init; a process that is already being ended is not ended twice. */
static enum sg_fault_reply faulted(struct sg_fault_watch *watch, uint64_t badge,
                                   const struct sg_fault *fault)
{
    struct init *init = (struct init *)((char *)watch - offsetof(struct init, faults));
    if (badge == 0 || badge > init->manifest->process_count)
        return SG_FAULT_STOP;
    struct process *process = &init->process[badge - 1];
    if (process->state == signet_supervisor_v1_State_RUNNING) {
        crash_record_fault(process, fault);
        end_later(process, end_by_fault);
    }
    return SG_FAULT_STOP;
}

enum sg_status supervise_begin(struct init *init)
{
    init->faults.fault = faulted;
    return sg_loop_faults(&init->loop, init->fault_endpoint, &init->faults);
}
