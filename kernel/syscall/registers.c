/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/registers.h"

#include "core/time.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "syscall/invoke.h"

#define RELATIVE ((uint64_t)SG_CALL_RELATIVE << 8)

/* The operation as if it had been submitted. */
static void decode(const struct arch_context *context, struct sg_submission *entry)
{
    struct sg_handle handle = sg_handle_from_word(context->handle);

    entry->opcode = (uint8_t)context->operation;
    entry->flags = (uint8_t)(context->operation >> 8 & ~(uint64_t)SG_CALL_RELATIVE);
    entry->method = (uint16_t)(context->operation >> 16);
    entry->handle_index = handle.index;
    entry->handle_generation = handle.generation;
    entry->token = entry->opcode == SG_OP_REPLY ? (uint32_t)context->token : 0;
    entry->user_data = 0;
    for (uint32_t i = 0; i < 5; i++)
        entry->argument[i] = context->word[i];
}

/* Waits for the thread's operation, if it still has to be waited for. */
static void wait(struct thread *thread, uint64_t operation, uint64_t deadline_ns)
{
    if (thread->op.state == OP_IDLE || thread->state != SG_THREAD_READY)
        return; /* completed on the way, or no longer its own master */
    if (deadline_ns != SG_FOREVER && operation & RELATIVE)
        deadline_ns = time_add(arch_now_ns(), deadline_ns);
    if (deadline_ns == SG_FOREVER && thread->op.state == OP_RECEIVING)
        endpoint_prefer(&thread->op);
    thread_wait(thread, WAIT_REGISTER, deadline_ns);
    if (deadline_ns != SG_FOREVER && deadline_ns <= arch_now_ns())
        thread_time_out(thread);
}

void registers_invoke(struct thread *thread)
{
    uint64_t operation = thread->context.operation;
    uint64_t deadline_ns = thread->context.deadline;
    struct sg_submission entry;
    struct request request = {
        .thread = thread, .entry = &entry, .register_length = operation >> 32 & 0xffff};

    decode(&thread->context, &entry);
    enum sg_status status = operation >> 48 == 0 ? invoke(&request) : SG_BAD_ARGUMENT;
    if (status == STATUS_PENDING) {
        wait(thread, operation, deadline_ns);
        return;
    }
    struct sg_completion completion = {.result = status, .badge = request.value};
    thread_set_result(thread, &completion);
}
