/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/syscall.h>

#include "scale.h"

#define STEPS 1000u /* of a CPU-bound thread between two looks at the flag */
#define BATCH 32u
#define METHOD_WORK 1u
#define METHOD_END 2u

static const struct sg_queue_geometry geometry = {.place_bytes = 64, .place_count = 256};

static bool is_over(void)
{
    return atomic_load_explicit(&load_is_over, memory_order_relaxed);
}

static void add(struct pair *pair, uint64_t count)
{
    uint64_t done = atomic_load_explicit(&pair->done, memory_order_relaxed);

    atomic_store_explicit(&pair->done, done + count, memory_order_relaxed);
}

/* --- never in the kernel ---------------------------------------------------------------------------- */

static enum sg_status nothing(struct pair *pair)
{
    (void)pair;
    return SG_OK;
}

static int compute(void *context)
{
    while (!is_over()) {
        for (volatile uint32_t i = 0; i < STEPS; i++)
            ;
        add(context, STEPS);
    }
    return 0;
}

static void clear_nothing(struct pair *pair)
{
    (void)pair;
}

const struct load load_cpu = {"cpu", nothing, {compute, NULL}, clear_nothing};

/* --- nearly always in the kernel: calls by registers ---------------------------------------------------- */

static enum sg_status prepare_call(struct pair *pair)
{
    enum sg_status status = sg_owned_create(SG_TYPE_ENDPOINT, (uint64_t[3]){0}, &pair->endpoint);

    return status == SG_OK
               ? sg_endpoint_mint(pair->endpoint.handle, 1, SG_RIGHTS_ALL, &pair->client)
               : status;
}

/* One call and its answer; the answer's status. */
static int call_once(struct sg_handle client, uint32_t method)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_CALL, 0, method, 8),
                                     .handle = sg_handle_word(client)};

    sg_invoke(&registers);
    return sg_registers_result(&registers);
}

static int call(void *context)
{
    struct pair *pair = context;

    while (!is_over() && call_once(pair->client, METHOD_WORK) >= 0)
        add(pair, 1);
    return call_once(pair->client, METHOD_END);
}

static int serve(void *context)
{
    const struct pair *pair = context;
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_RECV, 0, 0, 0),
                                     .handle = sg_handle_word(pair->endpoint.handle)};

    do {
        sg_invoke(&registers);
        bool is_end = sg_registers_method(&registers) == METHOD_END;
        registers = (struct sg_registers){
            .operation = sg_operation_word(SG_OP_REPLY, is_end ? 0 : SG_SUBMIT_REARM, 0, 8),
            .handle = is_end ? 0 : sg_handle_word(pair->endpoint.handle),
            .token = (uint32_t)registers.token};
    } while (registers.handle != 0);
    sg_invoke(&registers);
    return 0;
}

static void clear_call(struct pair *pair)
{
    (void)sg_owned_destroy(&pair->endpoint);
    (void)sg_release(pair->client);
}

const struct load load_call = {"call", prepare_call, {call, serve}, clear_call};

/* --- in between: batches of messages through a shared queue ----------------------------------------------- */

static enum sg_status prepare_queue(struct pair *pair)
{
    return sg_queue_create(geometry, &pair->source);
}

/* The last batch wakes the consumer, who looks whether it was. */
static int produce(void *context)
{
    struct pair *pair = context;
    struct sg_queue queue;
    bool is_last = false;
    enum sg_status status = sg_queue_open(&queue, SG_QUEUE_PRODUCER, &pair->source.parts, geometry);

    while (status == SG_OK && !is_last) {
        status = sg_queue_wait(&queue, BATCH, SG_FOREVER);
        is_last = is_over();
        atomic_store(&pair->is_last, is_last);
        if (status == SG_OK)
            status = sg_queue_advance(&queue, BATCH);
    }
    (void)sg_queue_close(&queue);
    return status;
}

static int consume(void *context)
{
    struct pair *pair = context;
    struct sg_queue queue;
    uint32_t count = 0;
    enum sg_status status = sg_queue_open(&queue, SG_QUEUE_CONSUMER, &pair->source.parts, geometry);

    while (status == SG_OK && !atomic_load(&pair->is_last)) {
        status = sg_queue_wait(&queue, 1, SG_FOREVER);
        if (status == SG_OK)
            status = sg_queue_available(&queue, &count);
        if (status == SG_OK)
            status = sg_queue_advance(&queue, count);
        add(pair, count);
    }
    (void)sg_queue_close(&queue);
    return status;
}

static void clear_queue(struct pair *pair)
{
    (void)sg_queue_destroy(&pair->source);
}

const struct load load_queue = {"queue", prepare_queue, {produce, consume}, clear_queue};
