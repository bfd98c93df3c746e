/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/thread.h"

#include "object/aspace.h"
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/event.h"
#include "object/ring.h"
#include "object/sched.h"

/* What the short way carries out without asking again. */
#define SHORT_OPCODES (1u << SG_OP_NOP | 1u << SG_OP_CALL | 1u << SG_OP_RECV | 1u << SG_OP_REPLY)
#define ABORT_MAX 32u /* operations ended in one step of unbinding */

void thread_create(uint32_t head, UNUSED const struct create_parameters *parameters)
{
    struct thread *thread = arch_frame_pointer(head);

    list_init(&thread->in_aspace);
    list_init(&thread->in_cspace);
    list_init(&thread->op.link);
    list_init(&thread->held.link);
    thread->op.thread = thread;
    thread->held.thread = thread;
    thread->state = SG_THREAD_UNBOUND;
}

void thread_set_result(struct thread *thread, const struct sg_completion *completion)
{
    struct arch_context *context = &thread->context;

    uint32_t length = (uint32_t)completion->result;
    uint32_t in_registers = completion->flags & SG_COMPLETE_REGISTERS ? length : 0;

    context->operation = completion->result < 0
                             ? length
                             : completion->flags | (uint32_t)completion->caps << 8 |
                                   (uint32_t)completion->method << 16 | in_registers << 24;
    context->handle = completion->result < 0 ? 0 : length - in_registers;
    context->deadline = completion->token | (uint64_t)completion->offset << 32;
    context->token = completion->badge;
}

void thread_set_enter_result(struct thread *thread, enum sg_status status)
{
    struct ring_queues *queues = &thread->ring->queues;
    uint32_t unread = 0;

    if (ring_unread(queues, &unread) != SG_OK)
        unread = 0;
    thread_set_value(thread, status,
                     index_lead(queues->submit_head, thread->enter.first) | (uint64_t)unread << 32);
}

static void cancel_deadline(struct thread *thread)
{
    if (thread->has_deadline)
        timers_cancel(&machine.timers, thread->timer);
    thread->has_deadline = false;
}

void thread_wake(struct thread *thread)
{
    if (thread->state != SG_THREAD_WAITING && thread->state != SG_THREAD_FAULTED)
        return;
    cancel_deadline(thread);
    thread->status = THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
    sched_ready(thread_sched(thread), thread);
}

void thread_wait(struct thread *thread, enum thread_wait wait, uint64_t deadline_ns)
{
    thread->state = wait == WAIT_FAULT ? SG_THREAD_FAULTED : SG_THREAD_WAITING;
    thread->wait = (uint8_t)wait;
    if (!thread_has_lent(thread))
        sched_block(thread_sched(thread));
    if (deadline_ns == SG_FOREVER)
        return;
    deadline_arm(thread->timer, deadline_ns);
    thread->has_deadline = true;
}

void thread_time_out(struct thread *thread)
{
    if (thread->wait == WAIT_REGISTER) {
        op_fail(&thread->op, SG_TIMED_OUT);
    } else if (thread->wait == WAIT_ENTER) {
        thread_set_enter_result(thread, SG_TIMED_OUT);
        thread_wake(thread);
    }
}

void thread_stop(struct thread *thread)
{
    if (thread->state == SG_THREAD_UNBOUND)
        return;
    cancel_deadline(thread);
    op_abandon(&thread->op);
    thread->status = THREAD_STATUS(SG_THREAD_STOPPED, WAIT_NONE);
    thread->short_slot_count = 0;
    sched_block(thread_sched(thread));
}

void thread_choose_way(struct thread *thread)
{
    if (event_allows_short_way() && (thread->opcode_mask & SHORT_OPCODES) == SHORT_OPCODES)
        thread->short_slot_count = thread->cspace->cspace.slot_count;
}

void thread_bind(struct thread *thread, struct aspace *aspace, struct cspace_object *cspace,
                 struct ring *ring, struct sched *sched, uint32_t timer)
{
    thread->aspace = aspace;
    thread->cspace = cspace;
    thread->ring = ring;
    thread->opcode_mask = ring->opcode_mask;
    thread->home = sched;
    thread->slot = cspace->cspace.slot;
    thread->timer = timer;
    ring->thread = thread;
    sched->home = thread;
    sched->thread = thread;
    list_push(&aspace->threads, &thread->in_aspace);
    list_push(&cspace->threads, &thread->in_cspace);
    machine.timer_thread[timer] = thread;
    arch_context_set_tables(&thread->context, &aspace->tables);
    thread->state = SG_THREAD_STOPPED;
}

bool thread_is_current(const struct thread *thread)
{
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        if (cpus[i].current == thread)
            return true;
    return false;
}

bool thread_unbind(struct thread *thread)
{
    if (thread->state == SG_THREAD_UNBOUND)
        return true;
    if (thread->state != SG_THREAD_STOPPED)
        thread_stop(thread);
    if (thread->held.state == OP_HELD)
        op_drop(&thread->held, SG_PEER_GONE);
    if (!ring_abort(thread->ring, ABORT_MAX) || thread_is_current(thread))
        return false;
    endpoint_unserve(thread);
    if (thread->home->is_queued)
        sched_block(thread->home);
    thread->home->home = thread->home->thread = thread->ring->thread = NULL;
    list_remove(&thread->in_aspace);
    list_remove(&thread->in_cspace);
    thread->home = NULL;
    thread->slot = NULL;
    thread->short_slot_count = 0;
    thread->ring = NULL;
    thread->aspace = NULL;
    thread->cspace = NULL;
    timers_cancel(&machine.timers, REFILLS_FIRST + thread->timer);
    machine.timer_thread[thread->timer] = NULL;
    pool_give(&machine.timer_numbers, thread->timer);
    thread->state = SG_THREAD_UNBOUND;
    return true;
}

bool threads_leave(struct link *threads, size_t link_offset)
{
    return list_is_empty(threads) ||
           (thread_unbind((struct thread *)((uint8_t *)threads->next - link_offset)) &&
            list_is_empty(threads));
}

bool thread_dismantle(uint32_t head)
{
    return thread_unbind(arch_frame_pointer(head));
}

void thread_raise_fault(struct thread *thread)
{
    const struct capability *client = &thread->fault_client;
    struct op *op = &thread->op;
    uint32_t object;

    EVENT(SG_EVENT_FAULT, thread->fault.cause,
          thread->fault.cause == SG_FAULT_PAGE ? thread->fault.address : thread->fault.code);
    if (thread == machine.first)
        arch_panic(thread->fault.cause == SG_FAULT_EXIT ? "init exited" : "init faulted");
    if (client->type == SG_TYPE_NONE || capability_follow(client, &object) != SG_OK) {
        thread_stop(thread);
        return;
    }
    op->flags = OP_FAULT;
    op->method = 0;
    op->badge = client->badge;
    op_set_authority(op, client->object, client->epoch, client->flags);
    op->message = (struct sg_message){.send_length = sizeof(thread->fault)};
    if (endpoint_send(object, op) == STATUS_PENDING)
        thread_wait(thread, WAIT_FAULT, SG_FOREVER);
    else
        thread_stop(thread);
}

void thread_answer_fault(struct thread *thread, uint16_t method)
{
    if (method == SG_FAULT_RESUME && thread->fault.cause != SG_FAULT_EXIT)
        thread_wake(thread);
    else
        thread_stop(thread);
}
