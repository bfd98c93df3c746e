/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring takes what is well-formed, completes each entry once, and refuses the rest. */
#include "checks.h"
#include "own.h"
#include "raw.h"
#include "report.h"
#include "worker.h"

#include <signet/syscall.h>

static int result_of(struct sg_submission submission)
{
    own_submit(submission, 77);
    return own_taken(77).result;
}

static void entries(void)
{
    struct sg_submission entry = {.opcode = SG_OP_NOP};

    own_submit(entry, UINT64_C(0x123456789abcdef0));
    report_status("ring/a nop completes", SG_OK, own_taken(UINT64_C(0x123456789abcdef0)).result);
    report_equal("ring/and once", OWN_PENDING,
                 (uint64_t)own_taken(UINT64_C(0x123456789abcdef0)).result);
    entry.opcode = SG_OP_COUNT;
    report_status("ring/no such opcode", SG_BAD_OPERATION, result_of(entry));
    entry.opcode = SG_OP_ENTER;
    report_status("ring/enter is no entry", SG_BAD_OPERATION, result_of(entry));
    entry = (struct sg_submission){.opcode = SG_OP_NOP, .flags = 0x80};
    report_status("ring/an unknown flag", SG_BAD_ARGUMENT, result_of(entry));
    entry = own_call((struct sg_handle){5, 99}, 0);
    report_status("ring/a handle that is none", SG_BAD_HANDLE, result_of(entry));
    entry = own_call(SG_HANDLE_NONE, 64);
    report_status("ring/no such method", SG_BAD_OPERATION, result_of(entry));
    entry = (struct sg_submission){.opcode = SG_OP_CANCEL, .argument = {12345}};
    report_status("ring/cancel what is not there", SG_NOT_FOUND, result_of(entry));
    entry = (struct sg_submission){.opcode = SG_OP_REPLY, .token = 0xdead};
    report_status("ring/reply to nobody", SG_BAD_TOKEN, result_of(entry));
}

/* More entries than the ring is long, in one go after the other. */
static void batches(void)
{
    struct sg_ring *ring = sg_own_ring();
    struct sg_submission entry = {.opcode = SG_OP_NOP, .user_data = 5};
    struct sg_completion completion;
    uint32_t done = 0;

    for (uint32_t round = 0; round < 40; round++) {
        for (uint32_t i = 0; i < ring->submission_count; i++)
            (void)sg_ring_submit(ring, &entry);
        (void)sg_ring_enter(ring, 0, 0);
        while (sg_ring_next(ring, &completion) == SG_OK)
            done += completion.user_data == 5 && completion.result == SG_OK;
    }
    report_equal("ring/every entry of full batches", 40 * (uint64_t)ring->submission_count, done);
}

/* Indices are written past the library: nothing but the call's own failure may follow. */
static void hostile_indices(void)
{
    volatile struct sg_ring_indices *indices = sg_own_ring()->indices;
    uint32_t tail = indices->submit_tail, head = indices->complete_head;

    indices->submit_tail = tail + 100000;
    report_status("ring/more submissions than entries", SG_BAD_RING, sg_enter(1, 0, 0, 0).status);
    indices->submit_tail = tail - 1;
    report_status("ring/a tail before its head", SG_BAD_RING, sg_enter(1, 0, 0, 0).status);
    indices->submit_tail = tail;
    indices->complete_head = head + 3;
    report_status("ring/more completions read than written", SG_BAD_RING,
                  sg_enter(0, 1, 0, SG_CALL_UNTIL).status);
    indices->complete_head = head;
    report_status("ring/wait for more than fit", SG_BAD_ARGUMENT, sg_enter(0, 100000, 0, 0).status);
    report_status("ring/an unknown flag of enter", SG_BAD_ARGUMENT, sg_enter(0, 0, 0, 1).status);
    report_status("ring/poll", SG_TIMED_OUT, sg_enter(0, 1, 0, SG_CALL_UNTIL).status);
}

static void deadlines(void)
{
    uint64_t before = own_now_ns();

    report_status("ring/a deadline", SG_TIMED_OUT,
                  sg_enter(0, 1, 2000000, SG_CALL_RELATIVE).status);
    report_equal("ring/is not early", 1, own_now_ns() - before >= 2000000);
    report_status("ring/a deadline in the past", SG_TIMED_OUT,
                  sg_enter(0, 1, 1, SG_CALL_UNTIL).status);
}

/* Enters with something in every payload register: how many had it still when the call had ended, if it
   ended with that status. */
static uint64_t payload_kept(enum sg_status status, uint64_t counts, uint64_t time_ns,
                             uint32_t flags)
{
    static const enum raw_register payload[] = {RAW_R8,  RAW_R9,  RAW_RBX, RAW_RBP,
                                                RAW_R12, RAW_R13, RAW_R14, RAW_R15};
    static struct raw raw;
    uint64_t kept = 0;

    raw_fill(&raw, 0);
    for (uint32_t i = 0; i < 8; i++)
        raw.word[payload[i]] = UINT64_C(0x0123456789abcdef) * (i + 1);
    raw.word[RAW_RAX] = SG_OP_ENTER | (uint64_t)flags << 8;
    raw.word[RAW_RDI] = counts;
    raw.word[RAW_RSI] = time_ns;
    raw_call(&raw);
    for (uint32_t i = 0; i < 8; i++)
        kept += raw.word[payload[i]] == UINT64_C(0x0123456789abcdef) * (i + 1);
    return (enum sg_status)(int32_t)raw.word[RAW_RAX] == status ? kept : 100;
}

#define WAIT_FOR(count) ((uint64_t)(count) << 32)
#define ALL UINT32_MAX

/* Waits for the fault of a thread that has another value in every register. */
static void payload_over_another(void)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 1, .submissions = 1, .completions = 1, .pages = 1});
    struct sg_submission receive = own_call(worker.faults.handle, 0);

    receive.opcode = SG_OP_RECV;
    receive.message.receive_offset = worker.arena;
    receive.message.receive_length = sizeof *worker.fault;
    receive.user_data = 78;
    report_step("ring/receive", sg_ring_submit(sg_own_ring(), &receive));
    report_step("ring/start", worker_start(&worker, raw_fault, 77));
    report_equal("ring/the payload after another thread ran", 8,
                 payload_kept(SG_OK, ALL | WAIT_FOR(1), 0, 0));
    struct sg_completion fault = own_taken(78);
    report_equal("ring/which faulted", SG_FAULT_INSTRUCTION, worker.fault->cause);
    worker_answer(&worker, fault.token, SG_FAULT_STOP);
    worker_close(&worker);
}

static void payload(void)
{
    struct sg_ring *ring = sg_own_ring();
    struct sg_submission nop = {.opcode = SG_OP_NOP, .user_data = 79};
    struct sg_completion completion;
    uint32_t count = ring->submission_count, done = 0;

    for (uint32_t i = 0; i < count; i++)
        (void)sg_ring_submit(ring, &nop);
    report_equal("ring/the payload after an enter", 8, payload_kept(SG_OK, 1 | WAIT_FOR(1), 0, 0));
    report_equal("ring/after more than a batch", 8,
                 payload_kept(SG_OK, ALL | WAIT_FOR(count), 0, 0));
    while (sg_ring_next(ring, &completion) == SG_OK)
        done += completion.user_data == 79;
    report_equal("ring/of which each completed", count, done);
    report_equal("ring/after one that is refused", 8,
                 payload_kept(SG_BAD_ARGUMENT, WAIT_FOR(100000), 0, 0));
    report_equal("ring/after one that timed out", 8,
                 payload_kept(SG_TIMED_OUT, WAIT_FOR(1), 2000000, SG_CALL_RELATIVE));
    payload_over_another();
}

void check_ring(void)
{
    entries();
    batches();
    hostile_indices();
    deadlines();
    payload();
}
