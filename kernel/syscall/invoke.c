/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/invoke.h"

#include "object/endpoint.h"
#include "object/generic.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/thread.h"

static struct sg_handle entry_handle(const struct sg_submission *entry)
{
    return (struct sg_handle){entry->handle_index, entry->handle_generation};
}

static bool in_arena(const struct request *request)
{
    return request->ring != NULL || request->entry->flags & SG_SUBMIT_ARENA;
}

/* Checks the message of an entry against the arena it names, or that a register message is one. */
static enum sg_status check_message(const struct request *request)
{
    if (in_arena(request))
        return message_check(&request->entry->message, request->thread->ring->arena_size);
    return request->register_length <= SG_REGISTER_BYTES ? SG_OK : SG_TOO_BIG;
}

/* Fills a record in for an operation with a message. */
static void describe(const struct request *request, struct op *op)
{
    op->user_data = request->entry->user_data;
    op->method = request->entry->method;
    if (in_arena(request)) {
        op->flags = OP_ARENA;
        op->message = request->entry->message;
    } else {
        op->flags = 0;
        op->message = (struct sg_message){.send_length = request->register_length};
    }
}

/* The record a waiting operation is kept in, or NULL. */
static struct op *take_record(const struct request *request)
{
    struct op *op = request->ring != NULL ? ring_take_record(request->ring) : &request->thread->op;

    if (op != NULL) {
        op->flags = 0;
        op->user_data = request->entry->user_data;
    }
    return op;
}

/* Gives the record of an operation that did not wait back; passes its status on. */
static enum sg_status settle(const struct request *request, struct op *op, enum sg_status status)
{
    if (status != STATUS_PENDING && request->ring != NULL)
        ring_give_record(op);
    return status;
}

static enum sg_status call_server(struct request *request, const struct target *target)
{
    enum sg_status status = check_message(request);

    if (status != SG_OK)
        return status;
    struct op *op = take_record(request);
    if (op == NULL)
        return SG_LIMIT;
    describe(request, op);
    op->badge = target->capability.badge;
    op->object = target->capability.object;
    op->epoch = target->capability.epoch;
    op->slot_flags = target->capability.flags;
    return settle(request, op, endpoint_send(target->object, op));
}

static void set_arguments(struct invocation *invocation, const struct sg_submission *entry)
{
    for (uint32_t i = 0; i < 5; i++)
        invocation->argument[i] = entry->argument[i];
}

static enum sg_status call_object(struct request *request, const struct target *target)
{
    const struct sg_submission *entry = request->entry;
    struct invocation invocation = {
        .thread = request->thread, .target = *target, .method = entry->method};
    const struct object_type *type = &object_types[target->capability.type];
    enum sg_status status;

    set_arguments(&invocation, entry);
    if (entry->method >= SG_GENERIC_FIRST) {
        status = generic_call(&invocation);
    } else if (type->call == NULL) {
        status = SG_BAD_OPERATION;
    } else {
        invocation.op = take_record(request);
        if (invocation.op == NULL)
            return SG_LIMIT;
        status = settle(request, invocation.op, type->call(&invocation));
    }
    request->value = invocation.value;
    return status;
}

static enum sg_status call_self(struct request *request)
{
    struct invocation invocation = {.thread = request->thread, .method = request->entry->method};

    set_arguments(&invocation, request->entry);
    return thread_call_self(&invocation);
}

static enum sg_status call(struct request *request)
{
    const struct sg_submission *entry = request->entry;
    struct cspace *cspace = thread_cspace(request->thread);
    struct sg_handle handle = entry_handle(entry);
    struct target target;

    if (entry->method > 63)
        return SG_BAD_OPERATION;
    if (sg_handle_word(handle) == 0)
        return call_self(request);
    if (entry->method == SG_RELEASE)
        return generic_release(cspace, handle);
    enum sg_status status = capability_resolve(cspace, handle, &target);
    if (status != SG_OK)
        return entry->method == SG_DESTROY ? generic_resume_destroy(cspace, handle) : status;
    if (!(target.capability.rights >> entry->method & 1))
        return SG_DENIED;
    if (target.capability.type == SG_TYPE_CLIENT && entry->method < SG_GENERIC_FIRST)
        return call_server(request, &target);
    return call_object(request, &target);
}

/* Receives on the endpoint the entry names. A register receiver owes at most one reply. */
static enum sg_status receive(struct request *request)
{
    uint32_t endpoint;
    enum sg_status status = check_message(request);

    if (status == SG_OK)
        status = capability_require(thread_cspace(request->thread),
                                    sg_handle_word(entry_handle(request->entry)),
                                    SG_TYPE_ENDPOINT, SG_ENDPOINT_RECV, &endpoint);
    if (status != SG_OK)
        return status;
    if (request->ring == NULL && request->thread->held.state == OP_HELD)
        return SG_LIMIT;
    struct op *op = take_record(request);
    if (op == NULL)
        return SG_LIMIT;
    describe(request, op);
    return settle(request, op, endpoint_receive(endpoint, op));
}

/* Answers a call, then receives if the entry says so. A caller that went away does not keep a server
   from receiving. */
static enum sg_status reply(struct request *request)
{
    struct op *held = op_by_token(request->thread, request->entry->token);
    struct op answer = {.ring = request->ring, .thread = request->thread};
    enum sg_status status = check_message(request);

    if (held == NULL)
        return SG_BAD_TOKEN;
    if (status != SG_OK)
        return status;
    describe(request, &answer);
    status = endpoint_reply(held, &answer);
    if (!(request->entry->flags & SG_SUBMIT_REARM))
        return status;
    return status == SG_OK || status == SG_PEER_GONE ? receive(request) : status;
}

/* WAIT and WAKE: (byte offset, expected value or count) on a memory. */
static enum sg_status futex(struct request *request, uint32_t operation)
{
    struct invocation invocation = {.thread = request->thread};
    enum sg_status status =
        capability_require(thread_cspace(request->thread),
                           sg_handle_word(entry_handle(request->entry)), SG_TYPE_MEMORY,
                           operation, &invocation.target.object);

    if (status != SG_OK)
        return status;
    set_arguments(&invocation, request->entry);
    if (operation == SG_MEMORY_WAKE) {
        status = memory_wake(&invocation);
        request->value = invocation.value;
        return status;
    }
    invocation.op = take_record(request);
    if (invocation.op == NULL)
        return SG_LIMIT;
    return settle(request, invocation.op, memory_wait(&invocation));
}

enum sg_status invoke(struct request *request)
{
    const struct sg_submission *entry = request->entry;

    if (entry->flags & ~SG_SUBMIT_FLAGS || entry->opcode >= SG_OP_COUNT)
        return SG_BAD_ARGUMENT;
    if (!(request->thread->ring->opcode_mask >> entry->opcode & 1))
        return SG_BAD_OPERATION;
    switch ((enum sg_opcode)entry->opcode) {
    case SG_OP_NOP:
        return SG_OK;
    case SG_OP_CALL:
        return call(request);
    case SG_OP_RECV:
        return receive(request);
    case SG_OP_REPLY:
        return reply(request);
    case SG_OP_CANCEL:
        return ring_cancel(request->thread->ring, entry->argument[0]);
    case SG_OP_WAIT:
        return futex(request, SG_MEMORY_WAIT);
    case SG_OP_WAKE:
        return futex(request, SG_MEMORY_WAKE);
    case SG_OP_ENTER:
    case SG_OP_COUNT:
        break;
    }
    return SG_BAD_OPERATION;
}
