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

/* Notes the capability an operation is done with: it is checked again when the operation runs. */
static void set_authority(struct op *op, const struct target *target)
{
    op->object = target->capability.object;
    op->epoch = target->capability.epoch;
    op->slot_flags = target->capability.flags;
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
    set_authority(op, target);
    return settle(request, op, endpoint_send(target->object, op));
}

static enum sg_status call_object(struct request *request, const struct target *target)
{
    const struct sg_submission *entry = request->entry;
    struct invocation invocation = {.thread = request->thread,
                                    .target = *target,
                                    .method = entry->method,
                                    .argument = entry->argument};
    const struct object_type *type = &object_types[target->capability.type];
    enum sg_status status;

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
    struct invocation invocation = {.thread = request->thread,
                                    .method = request->entry->method,
                                    .argument = request->entry->argument};

    machine.current_object = arch_pointer_frame(request->thread);
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
    machine.current_object = target.object;
    if (target.capability.type == SG_TYPE_CLIENT && entry->method < SG_GENERIC_FIRST)
        return call_server(request, &target);
    return call_object(request, &target);
}

/* Finds the endpoint an entry receives on, and checks that this thread may receive one more call: a
   register receiver owes at most one reply, `owed` being the one it is about to give. */
static enum sg_status find_endpoint(const struct request *request, const struct op *owed,
                                    struct target *target)
{
    const struct thread *thread = request->thread;
    enum sg_status status =
        capability_resolve(thread_cspace(thread), entry_handle(request->entry), target);

    if (status != SG_OK)
        return status;
    if (target->capability.type != SG_TYPE_ENDPOINT)
        return SG_BAD_TYPE;
    if (!(target->capability.rights & SG_BIT(SG_ENDPOINT_RECV)))
        return SG_DENIED;
    if (request->ring == NULL && thread->held.state == OP_HELD && owed != &thread->held)
        return SG_LIMIT;
    return SG_OK;
}

static enum sg_status receive_from(struct request *request, const struct target *target)
{
    struct op *op = take_record(request);

    if (op == NULL)
        return SG_LIMIT;
    describe(request, op);
    set_authority(op, target);
    return settle(request, op, endpoint_receive(target->object, op));
}

static enum sg_status receive(struct request *request)
{
    struct target target;
    enum sg_status status = check_message(request);

    if (status == SG_OK)
        status = find_endpoint(request, NULL, &target);
    return status == SG_OK ? receive_from(request, &target) : status;
}

/* Answers a call, then receives if the entry says so; both are checked before either is done. A
   caller that went away does not keep a server from receiving. */
static enum sg_status reply(struct request *request)
{
    bool rearms = request->entry->flags & SG_SUBMIT_REARM;
    struct op *held = op_by_token(request->thread, request->entry->token);
    struct op answer = {.ring = request->ring, .thread = request->thread};
    struct target target;
    enum sg_status status = check_message(request);

    if (held == NULL)
        return SG_BAD_TOKEN;
    if (status == SG_OK && rearms)
        status = find_endpoint(request, held, &target);
    if (status != SG_OK)
        return status;
    describe(request, &answer);
    status = endpoint_reply(held, &answer);
    if (!rearms)
        return status;
    return status == SG_OK || status == SG_PEER_GONE ? receive_from(request, &target) : status;
}

/* WAIT and WAKE: (byte offset, expected value or count) on a memory. */
static enum sg_status futex(struct request *request, uint32_t operation)
{
    struct invocation invocation = {.thread = request->thread,
                                    .argument = request->entry->argument};
    enum sg_status status = capability_require(
        thread_cspace(request->thread), sg_handle_word(entry_handle(request->entry)),
        SG_TYPE_MEMORY, operation, &invocation.target.object);

    if (status != SG_OK)
        return status;
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

/* Only a reply rearms and has a token, and only the register form says where its message is. */
static bool flags_are_sound(const struct request *request)
{
    const struct sg_submission *entry = request->entry;
    uint8_t allowed = (uint8_t)((entry->opcode == SG_OP_REPLY ? SG_SUBMIT_REARM : 0) |
                                (request->ring == NULL ? SG_SUBMIT_ARENA : 0));

    return !(entry->flags & ~allowed) && (entry->opcode == SG_OP_REPLY || entry->token == 0);
}

enum sg_status invoke(struct request *request)
{
    const struct sg_submission *entry = request->entry;

    if (entry->opcode >= SG_OP_COUNT || !(request->thread->opcode_mask >> entry->opcode & 1))
        return SG_BAD_OPERATION;
    if (!flags_are_sound(request))
        return SG_BAD_ARGUMENT;
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
