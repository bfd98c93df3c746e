/* SPDX-License-Identifier: BSD-2-Clause */
#include "lifecycle.h"

#include <signet/object.h>

#include "init.h"
#include "lifecycle/v1/lifecycle.rpc.h"
#include "lookup.h"
#include "report.h"
#include "supervise.h"

#define NS_PER_MS UINT64_C(1000000)
#define PINGS \
    2u /* in the time of the watchdog: one that is sent late and answered late is in time */

_Static_assert(MANIFEST_PROCESSES_MAX <= 64, "a bit for each process");

static void ask(struct process *process);

static struct process *of_async(struct sg_async *async)
{
    return (struct process *)((char *)async - offsetof(struct process, lifecycle.async));
}

static struct process *of_ping_timer(struct sg_timer *timer)
{
    return (struct process *)((char *)timer - offsetof(struct process, lifecycle.ping_timer));
}

static uint64_t ping_period_ns(const struct process *process)
{
    return process->shape.watchdog_ms * NS_PER_MS / PINGS;
}

static void ping_due(struct sg_timer *timer)
{
    struct process *process = of_ping_timer(timer);
    process->lifecycle.is_ping_due = true;
    ask(process);
}

/* Any answer is a sign of life: the next is wanted in half the time of the watchdog. */
static void set_ping(struct process *process)
{
    struct sg_loop *loop = &process->init->loop;
    process->lifecycle.ping_timer.fire = ping_due;
    if (ping_period_ns(process) != 0)
        sg_loop_timer(loop, init_now_ns(process->init) + ping_period_ns(process),
                      &process->lifecycle.ping_timer);
}

/* The newest instance of a process that has ended. */
static uint32_t gone_instance(const struct process *process)
{
    return process_is_alive(process) ? process->instance_number - 1 : process->instance_number;
}

/* What to ask next; false when nothing is due. */
static bool choose(struct lifecycle *lifecycle)
{
    if (!lifecycle->is_begun)
        lifecycle->request = LIFECYCLE_START;
    else if (!lifecycle->is_open || lifecycle->is_stopping)
        return false;
    else if (lifecycle->is_stop_due)
        lifecycle->request = LIFECYCLE_STOP;
    else if (lifecycle->is_level_due)
        lifecycle->request = LIFECYCLE_LEVEL;
    else if (lifecycle->gone_due != 0)
        lifecycle->request = LIFECYCLE_GONE;
    else if (lifecycle->is_ping_due)
        lifecycle->request = LIFECYCLE_PING;
    else
        return false;
    return true;
}

/* A call's method, its request, and how long the answer may take (0: as long as it likes). */
struct question {
    const struct sg_rpc_method *method;
    union {
        signet_lifecycle_v1_StartRequest start;
        signet_lifecycle_v1_StopRequest stop;
        signet_lifecycle_v1_SetLogLevelRequest level;
        signet_lifecycle_v1_ClientGoneRequest gone;
        signet_lifecycle_v1_PingRequest ping;
    } request;
    uint64_t patience_ns;
};

static void tell_gone(struct process *process, struct question *question)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    lifecycle->gone_index = (uint32_t)__builtin_ctzll(lifecycle->gone_due);
    const struct process *client = &process->init->process[lifecycle->gone_index];
    lifecycle->gone_instance = gone_instance(client);
    question->method = &signet_lifecycle_v1_Lifecycle_ClientGone_method;
    question->request.gone = (signet_lifecycle_v1_ClientGoneRequest){
        .process = client->number, .instance = lifecycle->gone_instance};
}

static void fill(struct process *process, struct question *question)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    *question = (struct question){.patience_ns = ping_period_ns(process)};
    switch (lifecycle->request) {
    case LIFECYCLE_START:
        question->method = &signet_lifecycle_v1_Lifecycle_Start_method;
        question->patience_ns = process->shape.ready_ms * NS_PER_MS;
        lifecycle->is_begun = true;
        break;
    case LIFECYCLE_STOP:
        question->method = &signet_lifecycle_v1_Lifecycle_Stop_method;
        lifecycle->is_stop_due = false;
        lifecycle->is_stopping = true;
        break;
    case LIFECYCLE_LEVEL:
        question->method = &signet_lifecycle_v1_Lifecycle_SetLogLevel_method;
        question->request.level.level = (signet_lifecycle_v1_Level)process->log_level;
        lifecycle->is_level_due = false;
        break;
    case LIFECYCLE_GONE:
        tell_gone(process, question);
        break;
    case LIFECYCLE_PING:
        question->method = &signet_lifecycle_v1_Lifecycle_Ping_method;
        lifecycle->is_ping_due = false;
        break;
    }
}

/* Whether init itself came so late that the process had less than half of its time: then it was the
   machine that stood still. */
static bool was_held_up(const struct process *process)
{
    const struct lifecycle *lifecycle = &process->lifecycle;
    uint64_t late_ns = init_now_ns(process->init) - lifecycle->async.deadline_ns;
    return late_ns > lifecycle->patience_ns / 2;
}

/* Nothing came in time: ends the process, or asks again. */
static void give_up(struct process *process)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    bool is_start = lifecycle->request == LIFECYCLE_START;
    if (!was_held_up(process))
        supervise_fail(process, is_start ? signet_supervisor_v1_Cause_NOT_READY_IN_TIME
                                         : signet_supervisor_v1_Cause_NO_ANSWER);
    else if (is_start)
        lifecycle->is_begun = false;
    else
        lifecycle->is_ping_due = true;
}

static void opened(struct process *process)
{
    process->lifecycle.is_open = true;
    supervise_ready(process);
}

/* A later instance may have ended since it was sent. */
static void acknowledge_gone(struct process *process)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    const struct process *client = &process->init->process[lifecycle->gone_index];
    if (lifecycle->gone_instance == gone_instance(client))
        lifecycle->gone_due &= ~(UINT64_C(1) << lifecycle->gone_index);
}

static void take_answer(struct process *process)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    struct sg_result result = lifecycle->async.result;
    if (result.transport == SG_TIMED_OUT)
        give_up(process);
    if (result.transport != SG_OK)
        return; /* or it is ending, which is told otherwise */
    if (result.rpc != SG_RPC_OK)
        report(signet_log_v1_Level_WARNING,
               "%s: lifecycle request %u: found %s, expected an answer", process->entry->name,
               (unsigned)lifecycle->request, sg_result_text(result));
    if (lifecycle->request == LIFECYCLE_START)
        opened(process);
    else if (lifecycle->request == LIFECYCLE_GONE)
        acknowledge_gone(process);
    set_ping(process);
}

static void answered(struct sg_async *async)
{
    struct process *process = of_async(async);
    if (process_is_alive(process) && process->lifecycle.asked_instance == process->instance_number)
        take_answer(process);
    ask(process);
}

/* Replies are empty messages: there is nothing in them to keep. */
static union {
    signet_lifecycle_v1_StartReply start;
    signet_lifecycle_v1_StopReply stop;
    signet_lifecycle_v1_SetLogLevelReply level;
    signet_lifecycle_v1_ClientGoneReply gone;
    signet_lifecycle_v1_PingReply ping;
} empty_reply;

static void ask(struct process *process)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    struct question question;
    if (!process_is_alive(process) || sg_async_is_in_flight(&lifecycle->async) ||
        !choose(lifecycle))
        return;
    fill(process, &question);
    const struct sg_async_call call = {&process->init->loop, question.method, &empty_reply,
                                       answered};
    lifecycle->asked_instance = process->instance_number;
    lifecycle->patience_ns = question.patience_ns;
    lifecycle->async.deadline_ns =
        question.patience_ns != 0 ? init_now_ns(process->init) + question.patience_ns : 0;
    enum sg_status status =
        sg_async_start(&lifecycle->async, &call, process->instance.lifecycle, &question.request);
    if (status != SG_OK)
        report(signet_log_v1_Level_ERROR, "%s: not asked: %s", process->entry->name,
               sg_status_text(status));
}

void lifecycle_begin(struct process *process)
{
    struct lifecycle *lifecycle = &process->lifecycle;
    lifecycle->is_begun = lifecycle->is_open = lifecycle->is_stopping = false;
    lifecycle->is_stop_due = lifecycle->is_level_due = lifecycle->is_ping_due = false;
    ask(process);
}

/* Marks the client as gone for every server its manifest entry lets it call. */
static void tell_servers(struct process *client)
{
    struct init *init = client->init;
    for (uint32_t i = 0; i < client->entry->need_count; i++) {
        struct manifest_provider provider;
        if (!manifest_provider_find(init->manifest, client->entry->need[i].provider, &provider) ||
            provider.process == MANIFEST_INIT)
            continue;
        struct process *server = &init->process[provider.process];
        server->lifecycle.gone_due |= UINT64_C(1) << (client->number - 1);
        ask(server);
    }
}

void lifecycle_end(struct process *process)
{
    sg_loop_timer_cancel(&process->init->loop, &process->lifecycle.ping_timer);
    tell_servers(process);
}

bool lifecycle_stop(struct process *process)
{
    bool will_answer = process->lifecycle.is_open || process->shape.ready_ms != 0 ||
                       process->shape.watchdog_ms != 0;
    process->lifecycle.is_stop_due = will_answer;
    ask(process);
    return will_answer;
}

void lifecycle_set_level(struct process *process)
{
    process->lifecycle.is_level_due = true;
    ask(process);
}
