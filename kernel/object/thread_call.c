/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on threads. */
#include "object/aspace.h"
#include "object/cspace_object.h"
#include "object/ring.h"
#include "object/sched.h"
#include "object/thread.h"

/* What a thread is to be bound to. */
enum part { PART_ASPACE, PART_CSPACE, PART_RING, PART_SCHED, PART_COUNT };

static const struct {
    uint8_t type;
    uint8_t right;
} parts[PART_COUNT] = {
    [PART_ASPACE] = {SG_TYPE_ASPACE, SG_ASPACE_BIND},
    [PART_CSPACE] = {SG_TYPE_CSPACE, SG_CSPACE_BIND},
    [PART_RING] = {SG_TYPE_RING, SG_RING_BIND},
    [PART_SCHED] = {SG_TYPE_SCHED, SG_SCHED_BIND},
};

static enum sg_status find_fault_client(const struct cspace *cspace, uint64_t handle_word,
                                        struct capability *client)
{
    struct target target;

    client->type = SG_TYPE_NONE;
    if (handle_word == 0)
        return SG_OK;
    enum sg_status status = capability_resolve(cspace, sg_handle_from_word(handle_word), &target);
    if (status != SG_OK)
        return status;
    if (target.slot->type != SG_TYPE_CLIENT)
        return SG_BAD_TYPE;
    *client = capability_in(target.slot);
    return SG_OK;
}

/* (aspace, cspace, ring, sched, fault client or 0) */
static enum sg_status call_bind(struct invocation *invocation, struct thread *thread)
{
    const struct cspace *cspace = thread_cspace(invocation->thread);
    struct capability fault_client;
    uint32_t head[PART_COUNT];
    enum sg_status status = SG_OK;

    for (uint32_t i = 0; i < PART_COUNT && status == SG_OK; i++)
        status = capability_require(cspace, invocation->argument[i], parts[i].type, parts[i].right,
                                    &head[i]);
    if (status == SG_OK)
        status = find_fault_client(cspace, invocation->argument[PART_COUNT], &fault_client);
    if (status != SG_OK)
        return status;
    struct ring *ring = ring_at(head[PART_RING]);
    struct sched *sched = sched_at(head[PART_SCHED]);
    if (thread->state != SG_THREAD_UNBOUND || ring->thread != NULL || sched->home != NULL)
        return SG_BUSY;
    if (!pool_has(&machine.timer_numbers))
        return SG_LIMIT;
    thread->fault_client = fault_client;
    thread_bind(thread, aspace_at(head[PART_ASPACE]), cspace_at(head[PART_CSPACE]), ring, sched,
                pool_take(&machine.timer_numbers));
    return SG_OK;
}

static bool is_dying(const void *object)
{
    return machine.frames.table[arch_pointer_frame(object)].flags & FRAME_DYING;
}

/* Whether something a thread is bound to is being destroyed: it will have to leave it. */
static bool has_to_leave(const struct thread *thread)
{
    return is_dying(thread->aspace) || is_dying(thread->cspace) || is_dying(thread->ring) ||
           is_dying(thread->home);
}

/* (instruction pointer, stack pointer, argument, TLS base) */
static enum sg_status call_start(const struct invocation *invocation, struct thread *thread)
{
    const uint64_t *argument = invocation->argument;

    if (thread->state != SG_THREAD_STOPPED)
        return thread->state == SG_THREAD_UNBOUND ? SG_STOPPED : SG_BUSY;
    if (has_to_leave(thread))
        return SG_STOPPED;
    if (thread_is_current(thread))
        return SG_AGAIN; /* stopped, and a CPU has not let go of it yet */
    if (argument[0] >= SG_USER_END || argument[1] > SG_USER_END || argument[3] >= SG_USER_END)
        return SG_BAD_ARGUMENT;
    arch_context_start(&thread->context, argument[0], argument[1], argument[2]);
    arch_context_set_tls(&thread->context, argument[3]);
    thread->state = SG_THREAD_READY;
    sched_ready(thread_sched(thread), thread);
    return SG_OK;
}

static enum sg_status call_exit(struct thread *thread, uint64_t code)
{
    if (thread->state == SG_THREAD_UNBOUND || thread->state == SG_THREAD_STOPPED)
        return SG_STOPPED;
    thread_stop(thread);
    thread->fault = (struct sg_fault){.cause = SG_FAULT_EXIT, .code = code};
    thread_raise_fault(thread);
    return SG_OK;
}

static enum sg_status call_set_tls(struct thread *thread, uint64_t base)
{
    if (base >= SG_USER_END)
        return SG_BAD_ARGUMENT;
    if (thread_is_current(thread) && thread != arch_cpu()->current)
        return SG_BUSY;
    arch_context_set_tls(&thread->context, base);
    return SG_OK;
}

enum sg_status thread_call(struct invocation *invocation)
{
    struct thread *thread = arch_frame_pointer(invocation->target.object);

    switch (invocation->method) {
    case SG_THREAD_BIND:
        return call_bind(invocation, thread);
    case SG_THREAD_START:
        return call_start(invocation, thread);
    case SG_THREAD_STOP:
        thread_stop(thread);
        return SG_OK;
    case SG_THREAD_EXIT:
        return call_exit(thread, invocation->argument[0]);
    case SG_THREAD_YIELD:
        sched_yield(thread);
        return SG_OK;
    case SG_THREAD_SET_TLS:
        return call_set_tls(thread, invocation->argument[0]);
    default:
        return SG_BAD_OPERATION;
    }
}

enum sg_status thread_call_self(struct invocation *invocation)
{
    uint64_t own = SG_BIT(SG_THREAD_EXIT) | SG_BIT(SG_THREAD_YIELD) | SG_BIT(SG_THREAD_SET_TLS);

    if (!(own >> invocation->method & 1))
        return SG_DENIED;
    machine.current_object = invocation->target.object = arch_pointer_frame(invocation->thread);
    return thread_call(invocation);
}
