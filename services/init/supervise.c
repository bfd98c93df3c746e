/* SPDX-License-Identifier: BSD-2-Clause */
#include "supervise.h"

#include <stddef.h>

#include <signet/object.h>

#include "crash.h"
#include "report.h"
#include "sequence.h"
#include "shutdown.h"
#include "supervisor/v1/supervisor.rpc.h"

#define NS_PER_MS UINT64_C(1000000)

static struct process *of_restart_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, restart_timer));
}

static struct process *of_end_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, end_timer));
}

static struct process *of_stop_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, stop_timer));
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

static void answer_stop(struct process *process)
{
    const signet_supervisor_v1_StopReply reply = {
        .result = crash_is_failure(&process->crash) ? signet_supervisor_v1_Result_ENDED_BY_FORCE
                                                    : signet_supervisor_v1_Result_DONE};
    (void)signet_supervisor_v1_Supervisor_Stop_reply(&process->end_call, SG_RPC_OK, &reply);
}

static void answer_restart(struct process *process)
{
    const signet_supervisor_v1_RestartReply reply = {
        .result = process_is_alive(process) ? signet_supervisor_v1_Result_DONE
                                            : signet_supervisor_v1_Result_CANNOT_START};
    (void)signet_supervisor_v1_Supervisor_Restart_reply(&process->end_call, SG_RPC_OK, &reply);
}

/* Who asked for the end hears what came of it. */
static void answer_end(struct process *process)
{
    enum end_call kind = process->end_call_kind;
    process->end_call_kind = END_CALL_NONE;
    if (kind == END_CALL_STOP)
        answer_stop(process);
    else if (kind == END_CALL_RESTART)
        answer_restart(process);
}

static void follow(struct process *process, enum after_end after)
{
    switch (after) {
    case AFTER_POLICY:
        follow_policy(process);
        break;
    case AFTER_STAY:
        break;
    case AFTER_START:
        process->fortune.restarts++;
        (void)process_start(process);
        break;
    }
}

/* Ends that were asked for are not, if they went well; nor, when all end, those of processes that
   cannot be asked. */
static bool is_worth_telling(const struct process *process, enum after_end after)
{
    if (shutdown_is_under_way(process->init) &&
        process->crash.cause == signet_supervisor_v1_Cause_KILLED)
        return false;
    return after == AFTER_POLICY || crash_is_failure(&process->crash);
}

/* Takes the instance apart, whose end is recorded, and does all that follows. */
static void end(struct process *process)
{
    struct init *init = process->init;
    enum after_end after = process->after;
    sg_loop_timer_cancel(&init->loop, &process->end_timer);
    sg_loop_timer_cancel(&init->loop, &process->stop_timer);
    /* With the machine about to end nothing has to be given back, and who looks at its memory
       afterwards finds everybody there. */
    if (!shutdown_is_under_way(init))
        process_destroy(process);
    process->state = signet_supervisor_v1_State_ENDED;
    if (is_worth_telling(process, after))
        crash_report(process);
    lifecycle_end(process);
    if (shutdown_is_under_way(init))
        shutdown_continue(init);
    else
        follow(process, after);
    answer_end(process);
    sequence_continue(init);
}

void supervise_ready(struct process *process)
{
    if (process->state != signet_supervisor_v1_State_NOT_READY)
        return;
    process->state = signet_supervisor_v1_State_RUNNING;
    sequence_continue(process->init);
}

void supervise_kill(struct process *process)
{
    crash_record_end(process, signet_supervisor_v1_Cause_KILLED);
    end(process);
}

void supervise_fail(struct process *process, signet_supervisor_v1_Cause cause)
{
    crash_record_end(process, cause);
    end(process);
}

static void too_slow(struct sg_timer *timer)
{
    supervise_fail(of_stop_timer(timer), signet_supervisor_v1_Cause_NOT_STOPPED);
}

void supervise_stop(struct process *process, enum after_end after)
{
    process->after = after;
    if (process->state == signet_supervisor_v1_State_STOPPING)
        return;
    if (!lifecycle_stop(process)) {
        supervise_kill(process);
        return;
    }
    process->state = signet_supervisor_v1_State_STOPPING;
    process->stop_timer.fire = too_slow;
    sg_loop_timer(&process->init->loop,
                  init_now_ns(process->init) + process->shape.stop_ms * NS_PER_MS,
                  &process->stop_timer);
}

void supervise_restart(struct process *process)
{
    process->fortune.failures = 0;
    report(signet_log_v1_Level_INFO, "%s starts again on request", process->entry->name);
    if (process_is_alive(process)) {
        supervise_stop(process, AFTER_START);
        return;
    }
    sg_loop_timer_cancel(&process->init->loop, &process->restart_timer);
    follow(process, AFTER_START);
}

static void end_due(struct sg_timer *timer)
{
    end(of_end_timer(timer));
}

/* Answers are submitted when the loop enters the kernel again, and timers fire after that; one a
   little later than now is therefore behind the answer being made. */
static void end_later(struct process *process)
{
    process->end_timer.fire = end_due;
    sg_loop_timer(&process->init->loop, init_now_ns(process->init) + 1, &process->end_timer);
}

void supervise_kill_later(struct process *process)
{
    crash_record_end(process, signet_supervisor_v1_Cause_KILLED);
    end_later(process);
}

/* The number was minted by init; a process that is already being ended is not ended twice. */
static enum sg_fault_reply faulted(struct sg_fault_watch *watch, uint64_t badge,
                                   const struct sg_fault *fault)
{
    struct init *init = (struct init *)((char *)watch - offsetof(struct init, faults));
    if (badge == 0 || badge > init->manifest->process_count)
        return SG_FAULT_STOP;
    struct process *process = &init->process[badge - 1];
    if (process_is_alive(process) && !process->end_timer.is_set) {
        crash_record_fault(process, fault);
        end_later(process);
    }
    return SG_FAULT_STOP;
}

enum sg_status supervise_begin(struct init *init)
{
    init->faults.fault = faulted;
    return sg_loop_faults(&init->loop, init->fault_endpoint, &init->faults);
}
