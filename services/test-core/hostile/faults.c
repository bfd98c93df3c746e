/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that do nothing but fault, in every way, with odd flags, or with nobody to tell. The supervisor
   is told what happened and of no other register than theirs. Seen to fail: a fault message whose r10 is
   another register, and a trap flag that goes on in the kernel, which ends the machine. */
#include "aftermath.h"
#include "attacks.h"
#include "raw.h"
#include "report.h"
#include "worker.h"

#include <signet/startup.h>

#define STORMS 3u
#define FAULTS 400u
#define PATTERN UINT64_C(0x7a57e7a57e7a57e7)
#define FAULTS_OF_ONE 64u
#define INVALID_OPCODE 6u /* the exception's number */

static const struct worker_shape shape = {
    .slots = 1, .submissions = 1, .completions = 1, .pages = 1};

static uint64_t wrong_registers(const struct sg_fault *fault)
{
    const uint64_t *word = &fault->rax;
    uint64_t wrong = 0;

    for (uint32_t i = 0; i < 15; i++)
        wrong += word[i] != PATTERN;
    return wrong + (fault->reserved != 0) + (fault->code != INVALID_OPCODE) + (fault->address != 0);
}

/* Each faults again as soon as it runs on. */
static void storm(void)
{
    struct worker worker[STORMS];
    uint64_t wrong = 0, told = 0;

    for (uint32_t i = 0; i < STORMS; i++) {
        worker[i] = worker_open(shape);
        report_step("faults/start", worker_start(&worker[i], raw_fault, PATTERN));
    }
    for (uint32_t i = 0; i < STORMS * FAULTS; i++) {
        struct sg_completion fault = worker_wait(&worker[i % STORMS]);

        told += fault.result == sizeof(struct sg_fault) && fault.flags == SG_COMPLETE_FAULT;
        wrong += worker[i % STORMS].fault->cause != SG_FAULT_INSTRUCTION;
        wrong += wrong_registers(worker[i % STORMS].fault);
        worker_answer(&worker[i % STORMS], fault.token, SG_FAULT_RESUME);
    }
    report_count("faults/told in a storm", STORMS * FAULTS, told);
    report_none("faults/told wrong", wrong, told);
    for (uint32_t i = 0; i < STORMS; i++)
        worker_close(&worker[i]);
}

/* How it ends when everything it faults at is let pass: its faults, the exit left out. */
static uint32_t faults_until_exit(struct worker *worker)
{
    for (uint32_t faults = 0;; faults++) {
        struct sg_completion end = worker_wait(worker);

        if (end.result != sizeof *worker->fault)
            return UINT32_MAX;
        worker_answer(worker, end.token,
                      worker->fault->cause == SG_FAULT_EXIT || faults == FAULTS_OF_ONE
                          ? SG_FAULT_STOP
                          : SG_FAULT_RESUME);
        if (worker->fault->cause == SG_FAULT_EXIT || faults == FAULTS_OF_ONE)
            return faults;
    }
}

/* Into the kernel with the flags that are a danger there: trap, direction, alignment, nested. */
static void flags(void)
{
    static const uint64_t odd[] = {0x400, 0x40000, 0x4000, 0x200000, 0x244c00, 0x8d5};
    struct worker worker = worker_open(shape);
    uint64_t ended = 0;

    for (uint32_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        report_step("faults/start", worker_start(&worker, raw_flags, odd[i]));
        ended += faults_until_exit(&worker) == 0;
    }
    report_count("faults/odd flags through a system call", sizeof odd / sizeof odd[0], ended);
    report_step("faults/start", worker_start(&worker, raw_flags, 0x100));
    report_equal("faults/single steps are told", 1, faults_until_exit(&worker) - 1 < 16);
    report_equal("faults/as that", SG_FAULT_EXIT, worker.fault->cause);
    worker_close(&worker);
}

/* A stack pointer that is none, an entry point without code, the last address of all. */
static void places(void)
{
    static const struct {
        uint64_t entry, stack, cause;
    } table[] = {
        {0x1000, 0, SG_FAULT_PAGE},
        {SG_USER_END - 1, SG_USER_END, SG_FAULT_PAGE},
        {0, 8, SG_FAULT_PAGE},
    };
    struct worker worker = worker_open(shape);
    uint64_t told = 0;

    for (uint32_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sg_completion fault;

        report_step("faults/start",
                    worker_start_on(&worker, table[i].entry, PATTERN, table[i].stack));
        fault = worker_wait(&worker);
        told += fault.result >= 0 && worker.fault->cause == table[i].cause &&
                worker.fault->rip == table[i].entry && worker.fault->rsp == table[i].stack;
        worker_answer(&worker, fault.token, SG_FAULT_STOP);
    }
    report_count("faults/where nothing can run", sizeof table / sizeof table[0], told);
    worker_close(&worker);
}

/* Nobody is told; the thread stops, and may be started again. */
static void nobody_to_tell(void)
{
    struct worker worker = worker_make(shape);
    struct sg_thread_binding parts = worker_parts(&worker, SG_HANDLE_NONE);
    uint64_t state = SG_THREAD_READY, stopped = 0;

    parts.fault = SG_HANDLE_NONE;
    report_step("faults/bind", sg_thread_bind(worker.thread.handle, &parts));
    for (uint32_t i = 0; i < 20; i++) {
        report_step("faults/start", worker_start(&worker, raw_fault, PATTERN));
        for (uint32_t n = 0; n < 10000; n++) {
            (void)sg_info(worker.thread.handle, SG_INFO_STATE, &state);
            if (state == SG_THREAD_STOPPED)
                break;
            own_pause();
        }
        stopped += state == SG_THREAD_STOPPED;
    }
    report_count("faults/with nobody to tell, it stops", 20, stopped);
    worker_close(&worker);
}

void attack_faults(void)
{
    storm();
    flags();
    places();
    nobody_to_tell();
}
