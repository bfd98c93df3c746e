/* SPDX-License-Identifier: BSD-2-Clause */
/* Futex words and pages that go while they are waited at and written to. Who waited is told; who writes
   faults, and reaches nothing of what the frames become. Seen to fail: a memory
   destroyed without telling other CPUs, and waiters that are told nothing is wrong. */
#include "attacks.h"
#include "child.h"
#include "raw.h"
#include "report.h"
#include "worker.h"

#include <signet/frames.h>
#include <string.h>

#define ROUNDS 12u
#define PAGES 2u
#define WORD_AT 64u
#define WAITS 4u
#define PATTERN 0x6b

static const struct worker_shape shape = {
    .slots = 8, .submissions = WAITS, .completions = 2 * WAITS, .pages = 1};

static struct {
    struct sg_ring *ring;
    struct sg_handle memory;
} waiter;

static void wait_by_registers(uint64_t argument)
{
    (void)argument;
    sg_thread_exit((uint64_t)-sg_futex_wait(waiter.memory, WORD_AT, 0, SG_FOREVER));
}

/* How many of its waits ended because the memory is gone. */
static void wait_by_ring(uint64_t argument)
{
    struct sg_submission entry = own_call(waiter.memory, 0);
    struct sg_completion completion;
    uint64_t gone = 0;

    (void)argument;
    entry.opcode = SG_OP_WAIT;
    entry.argument[0] = WORD_AT;
    for (uint32_t i = 0; i < WAITS; i++)
        (void)sg_ring_submit(waiter.ring, &entry);
    (void)sg_ring_enter(waiter.ring, WAITS, SG_FOREVER);
    while (sg_ring_next(waiter.ring, &completion) == SG_OK)
        gone += completion.result == SG_PEER_GONE;
    sg_thread_exit(gone);
}

static void wait_until_it_waits(const struct worker *worker)
{
    uint64_t state = 0;

    for (uint32_t i = 0; i < 10000 && state != SG_THREAD_WAITING; i++) {
        own_pause();
        (void)sg_info(worker->thread.handle, SG_INFO_STATE, &state);
    }
    report_equal("memory/it waits", SG_THREAD_WAITING, state);
}

static uint64_t exit_code(struct worker *worker)
{
    struct sg_completion end = worker_wait(worker);
    uint64_t code = end.result < 0 ? UINT64_MAX : worker->fault->code;

    worker_answer(worker, end.token, SG_FAULT_STOP);
    return code;
}

/* Begins with a new memory, in which a worker waits. */
static struct sg_owned begin_wait(struct worker *worker, void (*how)(uint64_t), void **page)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);

    report_step("memory/map", sg_map(memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, page));
    waiter.memory = worker_give(worker, memory.handle, SG_RIGHTS_ALL);
    report_step("memory/start", worker_start(worker, how, 0));
    wait_until_it_waits(worker);
    return memory;
}

static void words(void)
{
    struct worker worker = worker_open(shape);
    struct sg_owned memory;
    uint32_t woken = 0;
    void *page = NULL;

    waiter.ring = &worker.ring;
    memory = begin_wait(&worker, wait_by_registers, &page);
    report_status("memory/a word unmapped under a waiter", SG_OK, sg_unmap(page));
    report_status("memory/is there for who wakes it", SG_OK,
                  sg_futex_wake(memory.handle, WORD_AT, 9, &woken));
    report_count("memory/and wakes it", 1, woken);
    report_count("memory/as nothing else", 0, exit_code(&worker));
    (void)sg_owned_destroy(&memory);
    memory = begin_wait(&worker, wait_by_registers, &page);
    report_status("memory/a word destroyed under a waiter", SG_OK, sg_owned_destroy(&memory));
    report_count("memory/which is told", (uint64_t)-SG_PEER_GONE, exit_code(&worker));
    (void)sg_unmap(page);
    memory = begin_wait(&worker, wait_by_ring, &page);
    report_status("memory/and under several of a ring", SG_OK, sg_owned_destroy(&memory));
    report_count("memory/which are told each", WAITS, exit_code(&worker));
    (void)sg_unmap(page);
    worker_close(&worker);
}

/* The frames of what was destroyed, filled with a pattern that nobody may change any more. */
static struct sg_owned take_frames(uint8_t **page)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, PAGES, 0, 0);

    report_step("memory/map",
                sg_map(memory.handle, 0, PAGES, SG_MAP_READ | SG_MAP_WRITE, (void **)page));
    memset(*page, PATTERN, PAGES * SG_PAGE_SIZE);
    return memory;
}

static uint64_t changed(const uint8_t *page)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < PAGES * SG_PAGE_SIZE; i++)
        count += page[i] != PATTERN;
    return count;
}

static void wait_until_written(const volatile uint32_t *word)
{
    for (uint32_t i = 0; i < 10000 && *word == 0; i++)
        own_pause();
}

/* One round: a memory written to by a thread here or by another process, destroyed and used again. */
static uint64_t destroy_under(struct worker *worker, const struct child *child,
                              struct sg_owned *memory, uint32_t *word)
{
    uint64_t first = (uintptr_t)word, wrong = 0;
    uint32_t offset = memory->offset;
    struct sg_completion fault;
    uint8_t *page = NULL;

    if (child != NULL) {
        first = CHILD_SHARED_AT;
        child_start(child);
    } else {
        report_step("memory/start", worker_start_on(worker, (uintptr_t)raw_scribble, first,
                                                    first + PAGES * SG_PAGE_SIZE));
    }
    wait_until_written(word + 1);
    report_step("memory/destroy", sg_owned_destroy(memory));
    struct sg_owned next = take_frames(&page);
    fault = worker_wait(worker);
    wrong += next.offset != offset || fault.result < 0;
    wrong += worker->fault->cause != SG_FAULT_PAGE || worker->fault->address < first ||
             worker->fault->address >= first + PAGES * SG_PAGE_SIZE;
    worker_answer(worker, fault.token, SG_FAULT_STOP);
    wrong += changed(page);
    (void)sg_unmap(page);
    (void)sg_owned_destroy(&next);
    return wrong;
}

static struct sg_owned new_memory(uint32_t **word)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, PAGES, 0, 0);

    report_step("memory/map",
                sg_map(memory.handle, 0, PAGES, SG_MAP_READ | SG_MAP_WRITE, (void **)word));
    return memory;
}

static void pages_of_a_thread(void)
{
    struct worker worker = worker_open(shape);
    uint64_t wrong = 0;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t *word = NULL;
        struct sg_owned memory = new_memory(&word);

        wrong += destroy_under(&worker, NULL, &memory, word);
        (void)sg_unmap(word);
    }
    report_none("memory/destroyed under a thread that writes, wrong after", wrong, ROUNDS);
    worker_close(&worker);
}

static void pages_of_a_process(void)
{
    uint64_t wrong = 0;

    for (uint32_t i = 0; i < ROUNDS / 4; i++) {
        uint32_t *word = NULL;
        struct sg_owned memory = new_memory(&word);
        struct child child = child_open(memory.handle, 0, PAGES);

        wrong += destroy_under(&child.worker, &child, &memory, word);
        (void)sg_unmap(word);
        child_close(&child);
    }
    report_none("memory/destroyed under a process that writes, wrong after", wrong, ROUNDS / 4);
}

void attack_memory(void)
{
    words();
    pages_of_a_thread();
    pages_of_a_process();
}
