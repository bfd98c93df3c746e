/* SPDX-License-Identifier: BSD-2-Clause */
#include "thread/thread.h"

#include <stdlib.h>
#include <string.h>

#include "abi/object.h"
#include "files.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "start/process.h"
#include "start/tls.h"
#include "sync/park.h"
#include "thread/record.h"

#define RING_SUBMISSIONS 16u
#define RING_COMPLETIONS 32u
#define RING_PAGES 4u
#define PAGE_KIB 4u

static struct sg_thread first;
static _Thread_local struct sg_thread *self = &first;

/* Bit n: a thread has index n. */
static uint64_t indices = 1;
static struct sg_mutex indices_mutex;

uint32_t sg_thread_number(void)
{
    return self->index;
}

struct sg_handle sg_thread_sched(const struct sg_thread *thread)
{
    return thread->sched.handle;
}

static enum sg_status take_index(uint32_t *index)
{
    enum sg_status status = SG_LIMIT;

    sg_mutex_lock(&indices_mutex);
    uint64_t free = ~indices & ((UINT64_C(1) << SG_THREADS_MAX) - 1);
    if (free != 0) {
        *index = (uint32_t)__builtin_ctzll(free);
        indices |= UINT64_C(1) << *index;
        status = SG_OK;
    }
    sg_mutex_unlock(&indices_mutex);
    return status;
}

static void give_index(uint32_t index)
{
    sg_mutex_lock(&indices_mutex);
    indices &= ~(UINT64_C(1) << index);
    sg_mutex_unlock(&indices_mutex);
}

static uint32_t value_or(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

/* Maps the stack and what lies above it; the struct is the thread's own from here on. */
static enum sg_status make_stack(const struct sg_thread_options *options, struct sg_thread **thread)
{
    uint32_t stack_kib = value_or(options->stack_kib, SG_THREAD_STACK_KIB);
    size_t above = sizeof **thread + tls_bytes();
    uint32_t stack_pages = (stack_kib + PAGE_KIB - 1) / PAGE_KIB;
    uint32_t above_pages = (uint32_t)((above + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE);
    void *mapping;
    enum sg_status status = SG_BAD_ARGUMENT;

    if (stack_kib / PAGE_KIB < SG_MAP_PAGES_MAX)
        status = sg_map_new(stack_pages + above_pages, SG_MAP_READ | SG_MAP_WRITE, &mapping);
    if (status != SG_OK)
        return status;
    uint8_t *high = (uint8_t *)mapping + (uint64_t)stack_pages * SG_PAGE_SIZE;
    *thread = (struct sg_thread *)high;
    (*thread)->mapping = mapping;
    (*thread)->stack_high = (uintptr_t)high;
    (*thread)->thread_pointer = tls_prepare(high + sizeof **thread);
    return SG_OK;
}

static enum sg_status make_ring(const struct sg_thread_options *options, struct sg_thread *thread)
{
    struct sg_ring_geometry geometry = {value_or(options->ring_submissions, RING_SUBMISSIONS),
                                        value_or(options->ring_completions, RING_COMPLETIONS),
                                        value_or(options->ring_pages, RING_PAGES)};
    uint64_t opcodes = (UINT64_C(1) << SG_OP_COUNT) - 1;
    const uint64_t parameter[3] = {geometry.submissions, geometry.completions,
                                   geometry.pages | opcodes << 32};
    enum sg_status status = SG_BAD_ARGUMENT;

    if (geometry.completions <= SG_RING_COMPLETIONS_MAX && geometry.pages <= SG_RING_PAGES_MAX)
        status = sg_owned_create(SG_TYPE_RING, parameter, &thread->ring_object);
    if (status == SG_OK)
        status = sg_map(thread->ring_object.handle, 0, geometry.pages, SG_MAP_READ | SG_MAP_WRITE,
                        &thread->ring_memory);
    if (status == SG_OK)
        status = sg_ring_init(&thread->ring, thread->ring_memory, geometry);
    return status;
}

static enum sg_status make_objects(const struct sg_thread_options *options,
                                   struct sg_thread *thread)
{
    const uint64_t nothing[3] = {0, 0, 0};
    enum sg_status status = make_ring(options, thread);

    if (status == SG_OK)
        status = sg_owned_create(SG_TYPE_THREAD, nothing, &thread->thread);
    if (status == SG_OK)
        status = sg_owned_create(SG_TYPE_SCHED, nothing, &thread->sched);
    if (status != SG_OK)
        return status;
    struct sg_thread_binding binding = {sg_self()->aspace, sg_self()->cspace,
                                        thread->ring_object.handle, thread->sched.handle,
                                        process_fault_client()};
    return sg_thread_bind(thread->thread.handle, &binding);
}

/* Whatever was made of it. The thread goes first: it may be about to stop, still on its stack. */
static enum sg_status take_apart(struct sg_thread *thread)
{
    uint32_t index = thread->index;
    enum sg_status status = sg_owned_destroy(&thread->thread);

    if (status != SG_OK)
        return status; /* it may still run */
    (void)sg_owned_destroy(&thread->sched);
    if (thread->ring_memory != NULL)
        (void)sg_unmap(thread->ring_memory);
    (void)sg_owned_destroy(&thread->ring_object);
    record_clear(index);
    status = sg_unmap(thread->mapping);
    give_index(index);
    return status;
}

static _Noreturn void enter(struct sg_thread *thread)
{
    self = thread;
    process_set_ring(&thread->ring);
    sg_thread_leave(thread->function(thread->argument));
}

static enum sg_status start(struct sg_thread *thread, const char *name)
{
    record_set(thread->index, name, (uintptr_t)thread->mapping, thread->stack_high);
    /* As after a call: the place of the return address holds 0, where backtraces end. */
    return sg_thread_start(thread->thread.handle, (uintptr_t)enter,
                           thread->stack_high - sizeof(uint64_t), (uintptr_t)thread,
                           thread->thread_pointer);
}

enum sg_status sg_thread_create(const struct sg_thread_options *options,
                                int (*function)(void *argument), void *argument,
                                struct sg_thread **thread)
{
    struct sg_thread *made;
    uint32_t index;
    enum sg_status status = take_index(&index);

    if (status != SG_OK)
        return status;
    status = park_begin();
    if (status == SG_OK)
        status = make_stack(options, &made);
    if (status != SG_OK) {
        give_index(index);
        return status;
    }
    made->index = index;
    made->function = function;
    made->argument = argument;
    status = make_objects(options, made);
    if (status == SG_OK)
        status = start(made, options->name != NULL ? options->name : "thread");
    if (status != SG_OK) {
        (void)take_apart(made);
        return status;
    }
    *thread = made;
    return SG_OK;
}

_Noreturn void sg_thread_leave(int result)
{
    struct sg_thread *thread = self;
    struct sg_handle own = thread->thread.handle;

    if (thread == &first)
        exit(result);
    files_flush();
    thread->result = result;
    __atomic_store_n(&thread->has_ended, 1, __ATOMIC_SEQ_CST);
    park_wake(__atomic_exchange_n(&thread->joiner.set, 0, __ATOMIC_SEQ_CST));
    for (;;)
        (void)sg_thread_stop(own);
}

enum sg_status sg_thread_join(struct sg_thread *thread, int *result)
{
    for (;;) {
        uint32_t ticket = park_ticket();
        __atomic_fetch_or(&thread->joiner.set, park_bit(), __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&thread->has_ended, __ATOMIC_SEQ_CST))
            break;
        (void)park(ticket, SG_FOREVER);
    }
    *result = thread->result;
    return take_apart(thread);
}
