/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/loop.h"

#include <stddef.h>

#include "server/receiver.h"
#include "server/step.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "signet/syscall.h"

void sg_loop_init(struct sg_loop *loop, struct sg_ring *ring)
{
    *loop = (struct sg_loop){.ring = ring, .clock = sg_self()->cpu};
}

void sg_loop_stop(struct sg_loop *loop)
{
    loop->stopping = true;
}

void sg_loop_finish(struct sg_loop *loop)
{
    loop->is_finishing = true;
    receivers_withdraw(loop, SG_HANDLE_NONE);
}

enum sg_status sg_loop_submit(struct sg_loop *loop, struct sg_submission *submission,
                              struct sg_operation *operation)
{
    submission->user_data = (uintptr_t)operation;
    enum sg_status status = sg_ring_submit(loop->ring, submission);

    if (status == SG_OK)
        loop->in_flight++;
    return status;
}

void sg_loop_timer_cancel(struct sg_loop *loop, struct sg_timer *timer)
{
    for (struct sg_timer **link = &loop->timers; *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            break;
        }
    }
    timer->is_set = false;
}

void sg_loop_timer(struct sg_loop *loop, uint64_t deadline_ns, struct sg_timer *timer)
{
    struct sg_timer **link = &loop->timers;

    if (timer->is_set)
        sg_loop_timer_cancel(loop, timer);
    while (*link != NULL && (*link)->deadline_ns <= deadline_ns)
        link = &(*link)->next;
    timer->deadline_ns = deadline_ns;
    timer->is_set = true;
    timer->next = *link;
    *link = timer;
}

/* Fires as many timers as are due now, so that one that is set again cannot keep the loop here. */
static void fire_timers(struct sg_loop *loop, uint64_t now_ns)
{
    uint32_t due = 0;

    for (struct sg_timer *timer = loop->timers; timer && timer->deadline_ns <= now_ns;
         timer = timer->next)
        due++;
    for (; due != 0 && loop->timers && loop->timers->deadline_ns <= now_ns; due--) {
        struct sg_timer *timer = loop->timers;
        loop->timers = timer->next;
        timer->is_set = false;
        timer->fire(timer);
    }
}

static void complete_all(struct sg_loop *loop)
{
    struct sg_completion completion;

    /* At most a queue's worth: what callbacks cause comes with the next step. */
    for (uint32_t i = 0; i < loop->ring->completion_count && !loop->stopping; i++) {
        if (sg_ring_next(loop->ring, &completion) != SG_OK)
            return;
        struct sg_operation *operation = (struct sg_operation *)(uintptr_t)completion.user_data;
        loop->in_flight--;
        if (operation != NULL)
            operation->done(operation, &completion);
    }
}

enum sg_status loop_step(struct sg_loop *loop, uint32_t wait, uint64_t deadline_ns)
{
    uint64_t timer_ns = loop->timers != NULL ? loop->timers->deadline_ns : SG_FOREVER;
    uint64_t until_ns = timer_ns < deadline_ns ? timer_ns : deadline_ns;
    uint64_t now_ns = 0;

    if (loop->unposted != 0)
        receivers_post(loop);
    enum sg_status status = sg_ring_enter(loop->ring, wait, until_ns);
    if (status == SG_TIMED_OUT)
        now_ns = until_ns;
    else if (status != SG_OK)
        return status;
    else if (timer_ns != SG_FOREVER && !sg_handle_is_none(loop->clock))
        (void)sg_cpu_now(loop->clock, &now_ns);
    complete_all(loop);
    fire_timers(loop, now_ns);
    return status == SG_TIMED_OUT && until_ns != timer_ns ? SG_TIMED_OUT : SG_OK;
}

enum sg_status sg_loop_step(struct sg_loop *loop, uint64_t deadline_ns)
{
    return loop_step(loop, 1, deadline_ns);
}

enum sg_status sg_loop_run(struct sg_loop *loop)
{
    loop->stopping = false;
    loop->status = SG_OK;
    while (!loop->stopping && (!loop->is_finishing || receivers_posted(loop))) {
        enum sg_status status = sg_loop_step(loop, SG_FOREVER);
        if (status != SG_OK)
            return status;
    }
    /* The last answers are still in the queue. */
    (void)sg_ring_enter(loop->ring, 0, 0);
    return loop->status;
}
