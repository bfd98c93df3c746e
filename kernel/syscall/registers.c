/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/registers.h"

#include "object/endpoint.h"
#include "syscall/invoke.h"

/* Waits for the thread's operation, if it still has to be waited for. */
static void wait(struct thread *thread, uint64_t deadline_ns)
{
    if (thread->op.state == OP_IDLE || thread->state != SG_THREAD_READY)
        return; /* completed on the way, or no longer its own master */
    if (deadline_ns == SG_FOREVER && thread->op.state == OP_RECEIVING)
        endpoint_prefer(&thread->op);
    if (deadline_ns != SG_FOREVER && thread_has_lent(thread))
        thread->op.peer->flags |= OP_TIMED;
    if (UNLIKELY(thread->short_slot_count == 0))
        thread_choose_way(thread); /* the short way gives it what it waits for without a look at it */
    thread_wait(thread, WAIT_REGISTER, deadline_ns);
    if (deadline_ns != SG_FOREVER && deadline_ns <= arch_now_ns())
        thread_time_out(thread);
}

void registers_finish(const struct invocation *invocation, enum sg_status status,
                      uint64_t deadline_ns)
{
    if (status == STATUS_PENDING)
        wait(invocation->thread, deadline_ns);
    else
        thread_set_value(invocation->thread, status, invocation->value);
}

void registers_invoke(struct thread *thread)
{
    const struct arch_context *context = &thread->context;
    uint32_t operation = (uint32_t)context->operation;
    uint32_t flags = operation >> 8 & 0xff;
    uint64_t time_ns = context->deadline;
    struct invocation invocation = {
        .thread = thread,
        .handle = sg_handle_from_word(context->handle),
        .argument = context->word,
        .token = (uint8_t)operation == SG_OP_REPLY ? (uint32_t)context->token : 0,
        .register_length = operation >> 24,
        .method = operation >> 16 & 0xff,
        .opcode = (uint8_t)operation,
        .flags = (uint8_t)(flags & ~(uint32_t)(SG_CALL_UNTIL | SG_CALL_RELATIVE))};

    enum sg_status status = invocation_check(
        operation, invocation.token, thread->opcode_mask,
        HEADER_FLAGS(0xff & ~(SG_SUBMIT_ARENA | SG_CALL_UNTIL | SG_CALL_RELATIVE)));

    if (status == SG_OK)
        status = invoke(&invocation);
    registers_finish(&invocation, status, deadline_of(flags, time_ns));
}
