/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that do not wait. States, and what leaves them:

     IDLE       sg_async_start                            -> IN_FLIGHT
     IN_FLIGHT  its completion                            -> IDLE
                sg_async_cancel, its deadline, its task   -> CANCELLED if the kernel had it,
                                                             WITHDRAWN if it was still in the queue
     CANCELLED  its completion, the reply's if that was first -> IDLE
     WITHDRAWN  the completion of the NOP in its place    -> IDLE */
#include "signet/async.h"

#include "rpc/trip.h"
#include "server/task.h"

static struct sg_async *of_timer(struct sg_timer *timer)
{
    return (struct sg_async *)((char *)timer - offsetof(struct sg_async, timer));
}

static void stop(struct sg_async *async, enum sg_status cause)
{
    if (async->state != SG_ASYNC_IN_FLIGHT)
        return;
    async->cause = cause;
    async->state = sg_ring_cancel(async->call.loop->ring, (uintptr_t)&async->operation)
                       ? SG_ASYNC_WITHDRAWN
                       : SG_ASYNC_CANCELLED;
}

void sg_async_cancel(struct sg_async *async)
{
    stop(async, SG_CANCELLED);
}

static void expire(struct sg_timer *timer)
{
    stop(of_timer(timer), SG_TIMED_OUT);
}

/* What the kernel said, or the reason for which it was stopped. */
static int32_t outcome(const struct sg_async *async, const struct sg_completion *completion)
{
    if (async->state == SG_ASYNC_WITHDRAWN ||
        (async->state == SG_ASYNC_CANCELLED && completion->result == SG_CANCELLED))
        return async->cause;
    return completion->result;
}

static void completed(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct sg_async *async = (struct sg_async *)operation;
    struct trip_end end = {async->buffer, outcome(async, completion), completion->caps};

    sg_loop_timer_cancel(async->call.loop, &async->timer);
    task_remove(async);
    async->result = trip_end(async->call.loop->ring, async->call.method, end, async->call.reply);
    async->state = SG_ASYNC_IDLE;
    if (async->batch != NULL)
        async->batch->in_flight--;
    async->call.finish(async);
}

_Static_assert(offsetof(struct sg_async, operation) == 0, "an operation is its call");

/* The lesser of its own deadline and its task's. */
static uint64_t deadline_of(const struct sg_async *async)
{
    uint64_t own_ns = async->deadline_ns != 0 ? async->deadline_ns : SG_FOREVER;
    uint64_t task_ns = async->task != NULL ? async->task->call.deadline_ns : SG_FOREVER;

    return own_ns < task_ns ? own_ns : task_ns;
}

static enum sg_status submit(struct sg_async *async, struct sg_handle service, uint64_t deadline_ns,
                             const void *request)
{
    struct sg_submission entry = {.opcode = SG_OP_CALL,
                                  .method = async->call.method->number,
                                  .handle_index = service.index,
                                  .handle_generation = service.generation};
    struct sg_ring *ring = async->call.loop->ring;
    enum sg_status status =
        trip_begin(ring, async->call.method, deadline_ns, request, &entry.message);

    if (status != SG_OK)
        return status;
    async->buffer = entry.message.send_offset;
    status = sg_loop_submit(async->call.loop, &entry, &async->operation);
    if (status != SG_OK)
        trip_drop(ring, async->call.method, async->buffer);
    return status;
}

static void follow(struct sg_async *async, uint64_t deadline_ns)
{
    async->state = SG_ASYNC_IN_FLIGHT;
    if (async->batch != NULL)
        async->batch->in_flight++;
    task_add(async);
    if (deadline_ns != SG_FOREVER) {
        async->timer.fire = expire;
        sg_loop_timer(async->call.loop, deadline_ns, &async->timer);
    }
}

enum sg_status sg_async_start(struct sg_async *async, const struct sg_async_call *call,
                              struct sg_handle service, const void *request)
{
    uint64_t deadline_ns;
    enum sg_status status;

    if (async->state != SG_ASYNC_IDLE)
        return SG_BUSY;
    if (async->task != NULL && async->task->call.token == 0)
        return SG_PEER_GONE;
    async->call = *call;
    deadline_ns = deadline_of(async);
    async->operation.done = completed;
    status = submit(async, service, deadline_ns, request);
    if (status == SG_OK)
        follow(async, deadline_ns);
    return status;
}
