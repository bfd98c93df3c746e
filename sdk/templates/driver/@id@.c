/* SPDX-License-Identifier: BSD-2-Clause */
#include "@id@.h"

#include "@id@/v1/@id@.rpc.h"

#include <signet/log.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <stddef.h>

#define INDEX_PORT 0x70u
#define DATA_PORT 0x71u
#define REGISTER_COUNT 128u
#define STATUS_B 11u
#define STATUS_C 12u         /* why it interrupted; reading lets it interrupt again */
#define EVERY_SECOND 0x10u   /* in status B */

static enum sg_status read_register(const struct @id@ *state, uint32_t index, uint32_t *value)
{
    enum sg_status status = sg_ioport_out(state->ports, INDEX_PORT, 1, index);

    return status == SG_OK ? sg_ioport_in(state->ports, DATA_PORT, 1, value) : status;
}

static enum sg_status write_register(const struct @id@ *state, uint32_t index, uint32_t value)
{
    enum sg_status status = sg_ioport_out(state->ports, INDEX_PORT, 1, index);

    return status == SG_OK ? sg_ioport_out(state->ports, DATA_PORT, 1, value) : status;
}

enum sg_rpc_status @id@_v1_@Name@_Read_handle(void *self, struct sg_call *call,
    const @id@_v1_ReadRequest *request,
    @id@_v1_ReadReply *reply)
{
    (void)call;
    if (request->index >= REGISTER_COUNT) {
        reply->result = @id@_v1_Result_NO_REGISTER;
        return SG_RPC_OK;
    }
    return read_register(self, request->index, &reply->value) == SG_OK ? SG_RPC_OK
                                                                        : SG_RPC_INTERNAL;
}

/* The answer follows when the device interrupts. */
enum sg_rpc_status @id@_v1_@Name@_Wait_handle(void *self, struct sg_call *call,
    const @id@_v1_WaitRequest *request,
    @id@_v1_WaitReply *reply)
{
    struct @id@ *state = self;

    (void)request;
    if (state->waiting_count == @ID@_WAITING_MAX) {
        reply->result = @id@_v1_Result_TOO_MANY_WAITING;
        return SG_RPC_OK;
    }
    state->waiting[state->waiting_count++] = sg_call_hold(call);
    return SG_RPC_LATER;
}

/* A client that left before its answer is none of the driver's business. */
static void answer_waiting(struct @id@ *state)
{
    const @id@_v1_WaitReply reply = {.interrupts = state->interrupts};

    for (uint32_t i = 0; i < state->waiting_count; i++)
        (void)@id@_v1_@Name@_Wait_reply(&state->waiting[i], SG_RPC_OK, &reply);
    state->waiting_count = 0;
}

static void interrupted(struct sg_watch *watch, uint64_t count)
{
    struct @id@ *state = (struct @id@ *)((char *)watch - offsetof(struct @id@, watch));
    uint32_t cause;

    state->interrupts += count;
    (void)read_register(state, STATUS_C, &cause);
    (void)sg_irq_ack(watch->handle);
    answer_waiting(state);
}

static void line_lost(struct sg_watch *watch, enum sg_status status)
{
    sg_log(SG_LOG_ERROR, "capability interrupt: %s", sg_status_text(status));
    sg_loop_stop(watch->loop);
}

/* The line is waited for before the device may raise it. */
static enum sg_status start_device(struct @id@ *state)
{
    uint32_t value;
    enum sg_status status = sg_loop_irq(state->loop, sg_capability("interrupt"), &state->watch);

    if (status == SG_OK)
        status = sg_irq_ack(state->watch.handle);
    if (status == SG_OK)
        status = read_register(state, STATUS_B, &value);
    if (status == SG_OK)
        status = write_register(state, STATUS_B, value | EVERY_SECOND);
    return status == SG_OK ? read_register(state, STATUS_C, &value) : status;
}

enum sg_status start_@id@(struct @id@ *state, struct sg_loop *loop)
{
    *state = (struct @id@){.loop = loop, .ports = sg_capability("registers")};
    state->watch.ready = interrupted;
    state->watch.failed = line_lost;
    enum sg_status status = start_device(state);
    if (status != SG_OK)
        return status;
    return sg_loop_serve(loop, sg_provided("@name@"), &@id@_v1_@Name@_interface,
                         state);
}
