/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/invoke.h"

#include "object/endpoint.h"
#include "object/generic.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/thread.h"

/* Fills a record in for an operation with a message, and checks that message against its arena or
   the registers. */
static enum sg_status describe(const struct invocation *invocation, struct op *op)
{
    op->method = invocation->method;
    if (invocation->ring != NULL || invocation->flags & SG_SUBMIT_ARENA) {
        op->flags = OP_ARENA;
        __builtin_memcpy(&op->message, invocation->argument, sizeof(op->message));
        return message_check(&op->message, invocation->thread->ring->arena_size);
    }
    op->flags = 0;
    op->message = (struct sg_message){.send_length = invocation->register_length};
    return invocation->register_length <= SG_REGISTER_BYTES ? SG_OK : SG_TOO_BIG;
}

/* Gives the record of an operation that did not wait back; passes its status on. */
static enum sg_status settle(const struct invocation *invocation, struct op *op,
                             enum sg_status status)
{
    if (status != STATUS_PENDING && invocation->ring != NULL)
        ring_give_record(op);
    return status;
}

/* Has a described operation go to an endpoint, which calls or receives there. */
static enum sg_status meet(const struct invocation *invocation, struct op *op,
                           enum sg_status (*to)(uint32_t endpoint, struct op *op))
{
    const struct target *target = &invocation->target;

    op->badge = target->slot->badge;
    op_set_authority(op, target->slot->object, target->slot->epoch, target->slot->flags);
    return settle(invocation, op, to(target->object, op));
}

/* Has an operation with a message go to its target, in a record of its own. */
static enum sg_status send(const struct invocation *invocation,
                           enum sg_status (*to)(uint32_t endpoint, struct op *op))
{
    struct op *op = invocation_record(invocation);

    if (op == NULL)
        return SG_LIMIT;
    enum sg_status status = describe(invocation, op);
    return status == SG_OK ? meet(invocation, op, to) : settle(invocation, op, status);
}

enum sg_status invoke_object(struct invocation *invocation)
{
    const struct object_type *type = &object_types[invocation->target.slot->type];

    machine.current_object = invocation->target.object;
    if (invocation->method >= SG_GENERIC_FIRST)
        return generic_call(invocation);
    return type->call != NULL ? type->call(invocation) : SG_BAD_OPERATION;
}

enum sg_status invoke_target(struct invocation *invocation)
{
    machine.current_object = invocation->target.object;
    if (invocation->target.slot->type == SG_TYPE_CLIENT && invocation->method < SG_GENERIC_FIRST)
        return send(invocation, endpoint_send);
    return invoke_object(invocation);
}

static enum sg_status call(struct invocation *invocation)
{
    struct cspace *cspace = thread_cspace(invocation->thread);
    struct target *target = &invocation->target;

    if (invocation->method > 63)
        return SG_BAD_OPERATION;
    if (sg_handle_word(invocation->handle) == 0)
        return thread_call_self(invocation);
    if (invocation->method == SG_RELEASE)
        return generic_release(cspace, invocation->handle);
    enum sg_status status = capability_resolve(cspace, invocation->handle, target);
    if (status != SG_OK)
        return invocation->method == SG_DESTROY ? generic_resume_destroy(cspace, invocation->handle)
                                                : status;
    if (!(target->slot->rights >> invocation->method & 1))
        return SG_DENIED;
    return invoke_target(invocation);
}

/* Finds the endpoint an operation receives on, and checks that this thread may receive one more call:
   a register receiver owes at most one reply, `owed` being the one it is about to give. */
static enum sg_status find_endpoint(struct invocation *invocation, const struct op *owed)
{
    const struct thread *thread = invocation->thread;
    struct target *target = &invocation->target;
    enum sg_status status = capability_resolve(thread_cspace(thread), invocation->handle, target);

    if (status != SG_OK)
        return status;
    if (target->slot->type != SG_TYPE_ENDPOINT)
        return SG_BAD_TYPE;
    if (!(target->slot->rights & SG_BIT(SG_ENDPOINT_RECV)))
        return SG_DENIED;
    if (invocation->ring == NULL && thread->held.state == OP_HELD && owed != &thread->held)
        return SG_LIMIT;
    return SG_OK;
}

static enum sg_status receive(struct invocation *invocation)
{
    enum sg_status status = find_endpoint(invocation, NULL);

    return status == SG_OK ? send(invocation, endpoint_receive) : status;
}

/* Receives with the message that a reply was described with. */
static enum sg_status receive_again(const struct invocation *invocation, const struct op *described)
{
    struct op *op = invocation_record(invocation);

    if (op == NULL)
        return SG_LIMIT;
    op->method = described->method;
    op->flags = described->flags;
    op->message = described->message;
    return meet(invocation, op, endpoint_receive);
}

/* Answers a call, then receives if the entry says so; both are checked before either is done. A
   caller that went away does not keep a server from receiving. */
static enum sg_status reply(struct invocation *invocation)
{
    bool rearms = invocation->flags & SG_SUBMIT_REARM;
    struct op *held = op_by_token(invocation->thread, invocation->token);
    struct op answer; /* no more of it than a message needs */

    if (held == NULL)
        return SG_BAD_TOKEN;
    answer.ring = invocation->ring;
    answer.thread = invocation->thread;
    enum sg_status status = describe(invocation, &answer);
    if (status == SG_OK && rearms)
        status = find_endpoint(invocation, held);
    if (status != SG_OK)
        return status;
    status = endpoint_reply(held, &answer);
    if (!rearms)
        return status;
    return status == SG_OK || status == SG_PEER_GONE ? receive_again(invocation, &answer) : status;
}

/* WAIT and WAKE: (byte offset, expected value or count) on a memory. */
static enum sg_status futex(struct invocation *invocation, uint32_t operation)
{
    enum sg_status status =
        capability_require(thread_cspace(invocation->thread), sg_handle_word(invocation->handle),
                           SG_TYPE_MEMORY, operation, &invocation->target.object);

    if (status != SG_OK)
        return status;
    return operation == SG_MEMORY_WAKE ? memory_wake(invocation) : memory_wait(invocation);
}

enum sg_status invoke(struct invocation *invocation)
{
    switch ((enum sg_opcode)invocation->opcode) {
    case SG_OP_CALL:
        return call(invocation);
    case SG_OP_RECV:
        return receive(invocation);
    case SG_OP_REPLY:
        return reply(invocation);
    case SG_OP_CANCEL:
        return ring_cancel(invocation->thread->ring, invocation->argument[0]);
    case SG_OP_WAIT:
        return futex(invocation, SG_MEMORY_WAIT);
    case SG_OP_WAKE:
        return futex(invocation, SG_MEMORY_WAKE);
    case SG_OP_NOP:
        return SG_OK;
    default:
        return SG_BAD_OPERATION;
    }
}
