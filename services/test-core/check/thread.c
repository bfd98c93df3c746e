/* SPDX-License-Identifier: BSD-2-Clause */
/* A second thread in this address space, its faults, and its sched. */
#include "checks.h"
#include "own.h"
#include "report.h"
#include "worker.h"

#include <signet/object.h>
#include <signet/startup.h>

static volatile uint64_t worker_wrote;

/* The worker has no TLS and no ring of the library's: it touches memory and exits, no more. */
static void work(uint64_t argument)
{
    worker_wrote = argument;
    sg_thread_exit(argument + 1);
}

static void work_on_nothing(uint64_t argument)
{
    *(volatile uint8_t *)(uintptr_t)argument = 1;
    sg_thread_exit(0);
}

static void work_on_no_instruction(uint64_t argument)
{
    (void)argument;
    __builtin_trap();
}

static void binding(struct worker *worker)
{
    struct sg_thread_binding parts = worker_parts(worker, SG_HANDLE_NONE);
    struct sg_thread_binding wrong = parts;
    struct sg_owned other = own_create(SG_TYPE_THREAD, 0, 0, 0);

    report_status("thread/start before it is bound", SG_STOPPED, worker_start(worker, work, 1));
    wrong.ring = worker->sched.handle;
    report_status("thread/bind to what is no ring", SG_BAD_TYPE,
                  sg_thread_bind(worker->thread.handle, &wrong));
    wrong = parts;
    wrong.sched = sg_self()->sched;
    report_status("thread/bind without the right", SG_DENIED,
                  sg_thread_bind(worker->thread.handle, &wrong));
    report_status("thread/bind", SG_OK, sg_thread_bind(worker->thread.handle, &parts));
    report_status("thread/bind another to the same", SG_BUSY, sg_thread_bind(other.handle, &parts));
    (void)sg_owned_destroy(&other);
    report_status("thread/bind again", SG_BUSY, sg_thread_bind(worker->thread.handle, &parts));
    report_status("thread/start in the kernel's half", SG_BAD_ARGUMENT,
                  sg_thread_start(worker->thread.handle, UINT64_C(0xffffffff80100000), 0, 0, 0));
}

static void running(struct worker *worker)
{
    struct sg_completion fault;

    report_status("thread/start", SG_OK, worker_start(worker, work, 1000));
    fault = worker_wait(worker);
    report_equal("thread/it ran", 1000, worker_wrote);
    report_equal("thread/its end is told", sizeof *worker->fault, (uint64_t)fault.result);
    report_equal("thread/as a fault message", SG_COMPLETE_FAULT, fault.flags);
    report_equal("thread/by its badge", WORKER_BADGE, fault.badge);
    report_equal("thread/cause exit", SG_FAULT_EXIT, worker->fault->cause);
    report_equal("thread/exit code", 1001, worker->fault->code);
    worker_answer(worker, fault.token, SG_FAULT_STOP);
}

static void faulting(struct worker *worker)
{
    static const struct {
        const char *cause, *address;
        void (*entry)(uint64_t);
        uint64_t argument, expected_cause, expected_address;
    } table[] = {
        {"thread/a page that is not there", "thread/its address", work_on_nothing, 0x1000,
         SG_FAULT_PAGE, 0x1000},
        {"thread/a page of the kernel", "thread/its address too", work_on_nothing,
         UINT64_C(0xffffffff80100000), SG_FAULT_PAGE, UINT64_C(0xffffffff80100000)},
        {"thread/an address that is none", "thread/has no address", work_on_nothing,
         UINT64_C(0x8000000000000000), SG_FAULT_PROTECTION, 0},
        {"thread/no such instruction", "thread/has none either", work_on_no_instruction, 0,
         SG_FAULT_INSTRUCTION, 0},
    };

    for (uint32_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sg_completion fault;

        (void)worker_start(worker, table[i].entry, table[i].argument);
        fault = worker_wait(worker);
        report_equal(table[i].cause, table[i].expected_cause, worker->fault->cause);
        report_equal(table[i].address, table[i].expected_address, worker->fault->address);
        worker_answer(worker, fault.token, SG_FAULT_STOP);
    }
}

void check_thread(void)
{
    uint64_t before = own_free_frames();
    struct worker worker = worker_make(
        (struct worker_shape){.slots = 8, .submissions = 4, .completions = 4, .pages = 2});

    binding(&worker);
    running(&worker);
    faulting(&worker);
    worker_close(&worker);
    report_equal("thread/it is gone", 0, worker.thread.frame_count);
    report_equal("thread/nothing is lost", before, own_free_frames());
}

void check_sched(void)
{
    struct sg_owned sched = own_create(SG_TYPE_SCHED, 0, 0, 0);
    uint64_t class = 99;

    (void)sg_info(sched.handle, SG_INFO_CLASS, &class);
    report_equal("sched/a new one is normal", SG_CLASS_NORMAL, class);
    report_status("sched/raise the class", SG_DENIED,
                  sg_sched_lower(sched.handle, SG_CLASS_REALTIME, SG_WEIGHT_DEFAULT));
    report_status("sched/raise the weight", SG_DENIED,
                  sg_sched_lower(sched.handle, SG_CLASS_NORMAL, SG_WEIGHT_DEFAULT + 1));
    report_status("sched/an unknown class", SG_BAD_ARGUMENT,
                  sg_sched_lower(sched.handle, (enum sg_class)7, SG_WEIGHT_DEFAULT));
    report_status("sched/a weight of nothing", SG_BAD_ARGUMENT,
                  sg_sched_lower(sched.handle, SG_CLASS_NORMAL, 0));
    report_status("sched/lower", SG_OK, sg_sched_lower(sched.handle, SG_CLASS_IDLE, 10));
    (void)sg_info(sched.handle, SG_INFO_CLASS, &class);
    report_equal("sched/it is lower", SG_CLASS_IDLE, class);
    report_status("sched/and cannot go back", SG_DENIED,
                  sg_sched_lower(sched.handle, SG_CLASS_NORMAL, 10));
    (void)sg_owned_destroy(&sched);
}
