/* SPDX-License-Identifier: BSD-2-Clause */
#include "worker.h"

#include "report.h"

#include <signet/startup.h>
#include <string.h>

#define STACK_PAGES 4u
#define PATIENCE_NS UINT64_C(60000000000)
#define OPCODES ((UINT64_C(1) << SG_OP_COUNT) - 1)

/* The user_data of its fault message and of the answer to that. */
static uint64_t receive_of(const struct worker *worker)
{
    return (uintptr_t)&worker->fault;
}

static uint64_t answer_of(const struct worker *worker)
{
    return (uintptr_t)&worker->arena;
}

struct worker worker_make(struct worker_shape shape)
{
    struct worker worker = {
        .thread = own_create(SG_TYPE_THREAD, 0, 0, 0),
        .sched = own_create(SG_TYPE_SCHED, 0, 0, 0),
        .ring_object = own_create(SG_TYPE_RING, shape.submissions, shape.completions,
                                  shape.pages | OPCODES << 32),
        .cspace = own_create(SG_TYPE_CSPACE, shape.slots, 0, 0),
        .faults = own_create(SG_TYPE_ENDPOINT, 0, 0, 0),
    };
    struct sg_ring_geometry geometry = {shape.submissions, shape.completions, shape.pages};

    report_step("worker/mint", sg_endpoint_mint(worker.faults.handle, WORKER_BADGE, SG_RIGHTS_ALL,
                                                &worker.fault_client));
    report_step("worker/ring", sg_map(worker.ring_object.handle, 0, shape.pages,
                                      SG_MAP_READ | SG_MAP_WRITE, &worker.ring_memory));
    report_step("worker/ring", sg_ring_init(&worker.ring, worker.ring_memory, geometry));
    report_step("worker/stack",
                sg_map_new(STACK_PAGES, SG_MAP_READ | SG_MAP_WRITE, (void **)&worker.stack));
    report_step("worker/arena", sg_ring_buffer(sg_own_ring(), sizeof *worker.fault, &worker.arena,
                                               (void **)&worker.fault));
    return worker;
}

struct sg_thread_binding worker_parts(const struct worker *worker, struct sg_handle aspace)
{
    return (struct sg_thread_binding){sg_handle_is_none(aspace) ? sg_self()->aspace : aspace,
                                      worker->cspace.handle, worker->ring_object.handle,
                                      worker->sched.handle, worker->fault_client};
}

struct worker worker_open(struct worker_shape shape)
{
    struct worker worker = worker_make(shape);
    struct sg_thread_binding parts = worker_parts(&worker, shape.aspace);

    report_step("worker/bind", sg_thread_bind(worker.thread.handle, &parts));
    return worker;
}

void worker_close(struct worker *worker)
{
    report_step("worker/thread", own_bury(&worker->thread));
    report_step("worker/sched", own_bury(&worker->sched));
    (void)sg_unmap(worker->ring_memory);
    report_step("worker/ring", own_bury(&worker->ring_object));
    report_step("worker/cspace", own_bury(&worker->cspace));
    (void)sg_release(worker->fault_client);
    report_step("worker/faults", own_bury(&worker->faults));
    (void)own_taken(receive_of(worker)); /* a receive that was posted has ended with it */
    (void)sg_unmap(worker->stack);
    sg_ring_buffer_free(sg_own_ring(), worker->arena, sizeof *worker->fault);
}

enum sg_status worker_start_on(const struct worker *worker, uint64_t entry, uint64_t argument,
                               uint64_t stack)
{
    return sg_thread_start(worker->thread.handle, entry, stack, argument, 0);
}

enum sg_status worker_start(const struct worker *worker, void (*entry)(uint64_t), uint64_t argument)
{
    uint64_t top = (uintptr_t)worker->stack + STACK_PAGES * SG_PAGE_SIZE;

    return worker_start_on(worker, (uintptr_t)entry, argument, top - sizeof(uint64_t));
}

struct sg_completion worker_wait(struct worker *worker)
{
    struct sg_submission entry = own_call(worker->faults.handle, 0);
    uint64_t deadline_ns = own_now_ns() + PATIENCE_NS;
    struct sg_completion found;

    memset(worker->fault, 0, sizeof *worker->fault);
    entry.opcode = SG_OP_RECV;
    entry.message.receive_offset = worker->arena;
    entry.message.receive_length = sizeof *worker->fault;
    own_submit(entry, receive_of(worker));
    for (;;) {
        found = own_taken(receive_of(worker));
        if (found.result != OWN_PENDING ||
            sg_ring_enter(sg_own_ring(), 1, deadline_ns) == SG_TIMED_OUT)
            return found;
    }
}

void worker_answer(struct worker *worker, uint32_t token, enum sg_fault_reply reply)
{
    struct sg_submission entry = {.opcode = SG_OP_REPLY, .method = (uint16_t)reply, .token = token};

    own_submit(entry, answer_of(worker));
    (void)own_taken(answer_of(worker));
}

uint64_t worker_run(struct worker *worker, const char *name, void (*entry)(uint64_t),
                    uint64_t argument)
{
    struct sg_completion end;

    report_step(name, worker_start(worker, entry, argument));
    end = worker_wait(worker);
    if (end.result != sizeof *worker->fault || worker->fault->cause != SG_FAULT_EXIT)
        report_equal(name, SG_FAULT_EXIT, end.result < 0 ? UINT64_MAX : worker->fault->cause);
    if (end.result >= 0 && end.result != OWN_PENDING)
        worker_answer(worker, end.token, SG_FAULT_STOP);
    return worker->fault->code;
}

struct sg_handle worker_give(const struct worker *worker, struct sg_handle handle, uint64_t rights)
{
    struct sg_handle given = SG_HANDLE_NONE;

    report_step("worker/give", sg_copy(handle, rights, worker->cspace.handle, &given));
    return given;
}
