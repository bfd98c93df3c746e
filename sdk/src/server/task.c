/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel tells a server that a caller has left only when it answers. So the loop asks: with a
   reply that names a capability which is none. While the caller is there that is refused and the
   call stays open; when it has left, the kernel says so and forgets the call. */
#include "server/task.h"

#include <string.h>

#include "abi/object.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "signet/syscall.h"

struct sg_held_call sg_call_hold(struct sg_call *call)
{
    call->is_held = true;
    call->loop->held_count++;
    return (struct sg_held_call){.badge = call->badge,
                                 .deadline_ns = call->deadline_ns,
                                 .loop = call->loop,
                                 .token = call->token,
                                 .method = call->method};
}

void held_end(struct sg_held_call *held)
{
    held->token = 0;
    held->loop->held_count--;
    held->loop->answered++;
}

void held_leave_task(struct sg_held_call *held)
{
    struct sg_task **link = &held->loop->tasks;

    if (held->task == NULL)
        return;
    while (*link != held->task)
        link = &(*link)->next;
    *link = held->task->next;
    held->task = NULL;
}

void task_add(struct sg_async *async)
{
    if (async->task == NULL)
        return;
    async->next = async->task->nested;
    async->task->nested = async;
}

void task_remove(struct sg_async *async)
{
    struct sg_async **link;

    if (async->task == NULL)
        return;
    for (link = &async->task->nested; *link != async; link = &(*link)->next)
        continue;
    *link = async->next;
}

static void ask(struct sg_held_call *held)
{
    struct sg_message message = {.caps_offset = held->loop->probe_buffer, .caps_count = 1};
    struct sg_registers registers = {
        .operation = sg_operation_word(SG_OP_REPLY, SG_SUBMIT_ARENA, 0, 0), .token = held->token};

    memcpy(registers.word, &message, sizeof message);
    sg_invoke(&registers);
    if (sg_registers_result(&registers) == SG_PEER_GONE)
        held_end(held);
}

static struct sg_task *first_abandoned(const struct sg_loop *loop)
{
    struct sg_task *task = loop->tasks;

    while (task != NULL && task->call.token != 0)
        task = task->next;
    return task;
}

static void set_probe(struct sg_loop *loop)
{
    uint64_t now_ns;

    if (!loop->probe.is_set && sg_cpu_now(loop->clock, &now_ns) == SG_OK)
        sg_loop_timer(loop, now_ns + SG_TASK_PROBE_NS, &loop->probe);
}

/* All are asked before any callback, which may end other tasks. */
static void probe(struct sg_timer *timer)
{
    struct sg_loop *loop = (struct sg_loop *)((char *)timer - offsetof(struct sg_loop, probe));
    struct sg_task *task;

    for (task = loop->tasks; task != NULL; task = task->next)
        if (task->call.token != 0)
            ask(&task->call);
    while ((task = first_abandoned(loop)) != NULL) {
        held_leave_task(&task->call);
        for (struct sg_async *async = task->nested; async != NULL; async = async->next)
            sg_async_cancel(async);
        if (task->gone != NULL)
            task->gone(task);
    }
    if (loop->tasks != NULL)
        set_probe(loop);
}

/* The list with which callers are asked for: its one capability is none. */
static bool has_probe_buffer(struct sg_loop *loop)
{
    void *list;

    if (loop->can_probe)
        return true;
    if (sg_ring_buffer(loop->ring, sizeof(struct sg_cap_transfer), &loop->probe_buffer, &list) !=
        SG_OK)
        return false;
    memset(list, 0, sizeof(struct sg_cap_transfer));
    loop->probe.fire = probe;
    loop->can_probe = true;
    return true;
}

void sg_task_begin(struct sg_task *task, struct sg_call *call)
{
    struct sg_loop *loop = call->loop;

    task->call = sg_call_hold(call);
    task->call.task = task;
    task->nested = NULL;
    task->next = loop->tasks;
    loop->tasks = task;
    if (!sg_handle_is_none(loop->clock) && has_probe_buffer(loop))
        set_probe(loop);
}

uint64_t sg_remaining_ns(uint64_t deadline_ns)
{
    uint64_t now_ns;

    if (deadline_ns == SG_FOREVER || sg_handle_is_none(sg_self()->cpu) ||
        sg_cpu_now(sg_self()->cpu, &now_ns) != SG_OK)
        return SG_FOREVER;
    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}
