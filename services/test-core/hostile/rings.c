/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring that a second thread of another process writes all over while its own thread works, and rings
   destroyed under threads that use them. Seen to fail: a tail that is believed
   however far it is ahead. */
#include "attacks.h"
#include "child.h"
#include "raw.h"
#include "report.h"
#include "worker.h"

#include <signet/frames.h>
#include <signet/syscall.h>
#include <string.h>

#define ROUNDS 2500u
#define CLAIMS 200u
#define CLAIMED_MAX (UINT32_C(1) << 31)
#define WORKED_ALONE 16u /* rounds, after which the other process has the CPU for a while */
#define SLOTS 16u
#define FRAMES 48u /* that the thread may spend */
#define SUBMISSIONS 16u
#define COMPLETIONS 32u
#define PAGES 2u

static struct {
    struct sg_ring *ring;
    uint32_t tail, head; /* as the kernel tells in registers, which nobody scribbles on */
    uint64_t random;
    volatile uint32_t rounds;
    uint64_t refused, accepted, odd;
} scribbled;

/* An entry that may well be carried out: small numbers everywhere. */
static void write_entry(struct sg_submission *place)
{
    uint64_t random = attack_random(&scribbled.random);
    struct sg_submission entry = {.opcode = (uint8_t)(random % SG_OP_COUNT),
                                  .flags = (uint8_t)(random >> 8 & 1),
                                  .method = (uint16_t)(random >> 16 & 7),
                                  .handle_index = (uint32_t)(random >> 24) % SLOTS,
                                  .handle_generation = 1 + (uint32_t)(random >> 32) % 3,
                                  .token = (uint32_t)(random >> 40) & 3,
                                  .user_data = random >> 60};

    if (random >> 44 & 1)
        entry.method = SG_GENERIC_FIRST + (uint16_t)(random >> 45 & 7);
    for (uint32_t i = 0; i < 5; i++)
        entry.argument[i] = attack_random(&scribbled.random) & (i < 2 ? 63 : 0xff0fff);
    *place = entry;
}

static void enter(uint32_t count)
{
    struct sg_enter_result result = sg_enter(count, 0, 0, SG_CALL_UNTIL);

    scribbled.accepted += result.status == SG_OK;
    scribbled.refused += result.status == SG_BAD_RING;
    scribbled.odd += result.status != SG_OK && result.status != SG_BAD_RING;
    scribbled.tail += result.consumed;
    if (result.status == SG_OK)
        scribbled.head += result.unread;
}

static void enter_once(void)
{
    struct sg_ring *ring = scribbled.ring;
    uint32_t count = (uint32_t)attack_random(&scribbled.random) % (SUBMISSIONS + 1);

    for (uint32_t i = 0; i < count; i++)
        write_entry(&ring->submission[(scribbled.tail + i) % SUBMISSIONS]);
    ring->indices->complete_head = scribbled.head;
    ring->indices->submit_tail = scribbled.tail + count;
    enter(count);
}

static void work_on_scribbled(uint64_t rounds)
{
    while (scribbled.rounds < rounds) {
        if (++scribbled.rounds % WORKED_ALONE == 0) {
            sg_thread_yield();
            enter(SUBMISSIONS);
        }
        enter_once();
    }
    sg_thread_exit(0);
}

/* One capability of each kind, and memory to spend. */
static struct sg_handle give_all(const struct worker *worker, const struct sg_owned *endpoint,
                                 const struct sg_owned *memory, uint32_t *offset)
{
    struct sg_handle child = SG_HANDLE_NONE, client = SG_HANDLE_NONE;

    report_step("rings/frames", sg_frames_take(sg_own_frames(), FRAMES, offset));
    report_step("rings/split", sg_untyped_split(sg_own_frames()->untyped, *offset, &child));
    report_step("rings/grant", sg_untyped_grant(sg_own_frames()->untyped, child, FRAMES - 1));
    report_step("rings/mint", sg_endpoint_mint(endpoint->handle, 3, SG_RIGHTS_ALL, &client));
    (void)worker_give(worker, child, SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY));
    (void)worker_give(worker, endpoint->handle, SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY));
    (void)worker_give(worker, memory->handle, SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY));
    (void)worker_give(worker, client, SG_RIGHTS_ALL);
    (void)worker_give(worker, worker->cspace.handle, SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY));
    (void)sg_release(client);
    return child;
}

/* Runs until all rounds are done: what it carries out may be its own exit. */
static void run_rounds(struct worker *worker)
{
    while (scribbled.rounds < ROUNDS) {
        struct sg_completion end;

        report_step("rings/start", worker_start(worker, work_on_scribbled, ROUNDS));
        end = worker_wait(worker);
        if (end.result < 0 || end.result == OWN_PENDING) {
            report_status("rings/it ends", SG_OK, end.result);
            return;
        }
        if (worker->fault->cause != SG_FAULT_EXIT) {
            report_equal("rings/by its exit", SG_FAULT_EXIT, worker->fault->cause);
            return;
        }
        worker_answer(worker, end.token, SG_FAULT_STOP);
    }
}

/* Alone with a new ring: tails and heads that cannot be. */
static void claim_too_much(uint64_t argument)
{
    struct sg_ring_indices *indices = ((struct sg_ring *)(uintptr_t)argument)->indices;
    uint64_t accepted = 0;

    for (uint32_t i = 0; i < CLAIMS; i++) {
        uint32_t far = COMPLETIONS + 1 + (uint32_t)attack_random(&scribbled.random) % CLAIMED_MAX;

        indices->submit_tail = i % 2 == 0 ? far : -far;
        accepted += sg_enter(SUBMISSIONS, 0, 0, SG_CALL_UNTIL).status != SG_BAD_RING;
        indices->submit_tail = 0;
        indices->complete_head = far;
        accepted += sg_enter(0, 1, 0, SG_CALL_UNTIL).status != SG_BAD_RING;
        indices->complete_head = 0;
    }
    sg_thread_exit(accepted);
}

static void indices_of_a_quiet_ring(void)
{
    struct worker worker = worker_open((struct worker_shape){
        .slots = 1, .submissions = SUBMISSIONS, .completions = COMPLETIONS, .pages = PAGES});

    report_none("rings/indices that claim too much, accepted",
                worker_run(&worker, "rings/runs", claim_too_much, (uintptr_t)&worker.ring),
                2 * CLAIMS);
    worker_close(&worker);
}

static void scribbled_ring(void)
{
    struct sg_owned endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    struct worker worker = worker_open((struct worker_shape){
        .slots = SLOTS, .submissions = SUBMISSIONS, .completions = COMPLETIONS, .pages = PAGES});
    uint32_t offset = 0;
    struct sg_handle child = give_all(&worker, &endpoint, &memory, &offset);
    struct child other = child_open(worker.ring_object.handle, 0, PAGES);

    scribbled.ring = &worker.ring;
    scribbled.random = UINT64_C(0x5c21bb1e);
    child_start(&other);
    run_rounds(&worker);
    report_count("rings/work done while another process scribbles", ROUNDS, scribbled.rounds);
    report_none("rings/and told in an unknown way", scribbled.odd, scribbled.rounds);
    report_equal("rings/entries were taken, and refused", 3,
                 (scribbled.accepted != 0) | (uint64_t)(scribbled.refused != 0) << 1);
    report_note("rings: %u entered, %u refused for their indices", (uint32_t)scribbled.accepted,
                (uint32_t)scribbled.refused);
    child_close(&other);
    worker_close(&worker);
    report_step("rings/spent", sg_destroy(child));
    (void)sg_release(child);
    report_step("rings/frames", sg_frames_give(sg_own_frames(), offset, FRAMES));
    (void)sg_owned_destroy(&memory);
    (void)sg_owned_destroy(&endpoint);
}

#define HELD_CALL UINT64_C(0x4e1d)

static struct {
    struct sg_handle endpoint;
    volatile uint32_t received;
} victim;

/* Receives on its ring what it never answers, and waits for more in the kernel. */
static void hold_and_wait(uint64_t argument)
{
    struct sg_ring *ring = (struct sg_ring *)(uintptr_t)argument;
    struct sg_submission receive = own_call(victim.endpoint, SG_ENDPOINT_RECV);

    receive.opcode = SG_OP_RECV;
    receive.message.receive_length = 64;
    (void)sg_ring_submit(ring, &receive);
    (void)sg_ring_enter(ring, 1, SG_FOREVER);
    victim.received++;
    (void)sg_ring_submit(ring, &receive);
    (void)sg_ring_enter(ring, 2, SG_FOREVER);
    sg_thread_exit(1);
}

static void touch_for_ever(uint64_t argument)
{
    for (;;) {
        ++*(volatile uint32_t *)(uintptr_t)argument;
        __builtin_ia32_pause();
    }
}

/* A thread waits in the kernel for completions of the ring that goes; it holds a call. */
static void destroyed_under_a_waiter(void)
{
    struct sg_owned endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 8, .submissions = 4, .completions = 4, .pages = 1});
    struct sg_handle client = SG_HANDLE_NONE;
    uint64_t state = 0;

    victim.received = 0;
    report_step("rings/mint", sg_endpoint_mint(endpoint.handle, 1, SG_RIGHTS_ALL, &client));
    victim.endpoint = worker_give(&worker, endpoint.handle, SG_RIGHTS_ALL);
    report_step("rings/start", worker_start(&worker, hold_and_wait, (uintptr_t)&worker.ring));
    own_submit(own_call(client, 0), HELD_CALL);
    for (uint32_t i = 0; i < 10000 && victim.received == 0; i++)
        own_pause();
    report_count("rings/a call is held by it", 1, victim.received);
    report_status("rings/destroyed under who waits", SG_OK, sg_owned_destroy(&worker.ring_object));
    report_status("rings/the call it held ends", SG_PEER_GONE, own_taken(HELD_CALL).result);
    report_step("rings/state", sg_info(worker.thread.handle, SG_INFO_STATE, &state));
    report_equal("rings/its thread has no ring and does not run", SG_THREAD_UNBOUND, state);
    (void)sg_release(client);
    worker_close(&worker);
    (void)sg_owned_destroy(&endpoint);
}

/* A thread writes to the shared pages of the ring that goes. */
static void destroyed_under_a_writer(void)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 8, .submissions = 4, .completions = 4, .pages = 1});
    struct sg_owned ring = own_create(SG_TYPE_RING, 4, 4, 1);
    volatile uint32_t *word = NULL;
    struct sg_completion fault;

    report_step("rings/map", sg_map(ring.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, (void **)&word));
    report_step("rings/start", worker_start(&worker, touch_for_ever, (uintptr_t)word));
    for (uint32_t i = 0; i < 10000 && *word == 0; i++)
        own_pause();
    report_status("rings/destroyed under who writes", SG_OK, sg_owned_destroy(&ring));
    fault = worker_wait(&worker);
    report_equal("rings/which faults", SG_FAULT_PAGE,
                 fault.result < 0 ? UINT64_MAX : worker.fault->cause);
    report_equal("rings/there", (uintptr_t)word, worker.fault->address);
    worker_answer(&worker, fault.token, SG_FAULT_STOP);
    (void)sg_unmap((void *)(uintptr_t)word);
    worker_close(&worker);
}

/* What a thread runs with, destroyed by itself: by registers, or by an entry of its own ring. */
static void destroy_own(uint64_t argument)
{
    struct sg_ring *ring = *(struct sg_ring **)(uintptr_t)argument;
    struct sg_handle part = *(struct sg_handle *)(uintptr_t)(argument + sizeof ring);
    struct sg_submission entry = own_call(part, SG_DESTROY);

    if (ring == NULL)
        for (;;)
            (void)sg_destroy(part);
    (void)sg_ring_submit(ring, &entry);
    (void)sg_ring_enter(ring, 1, SG_FOREVER);
    sg_thread_exit(1);
}

static void destroyed_by_who_uses_it(void)
{
    uint32_t gone = 0;

    for (uint32_t i = 0; i < 8; i++) {
        struct worker worker = worker_open(
            (struct worker_shape){.slots = 8, .submissions = 4, .completions = 4, .pages = 1});
        struct sg_owned *parts[] = {&worker.ring_object, &worker.cspace, &worker.sched,
                                    &worker.thread};
        struct sg_owned *part = parts[i / 2];
        struct {
            struct sg_ring *ring;
            struct sg_handle part;
        } order = {i % 2 == 0 ? NULL : &worker.ring,
                   worker_give(&worker, part->handle, SG_RIGHTS_ALL)};
        uint64_t value;

        report_step("rings/start", worker_start(&worker, destroy_own, (uintptr_t)&order));
        for (uint32_t n = 0; n < 10000 && sg_info(part->handle, SG_INFO_TYPE, &value) == SG_OK; n++)
            own_pause();
        gone += sg_info(part->handle, SG_INFO_TYPE, &value) == SG_BAD_HANDLE;
        own_pause();
        worker_close(&worker);
    }
    report_count("rings/parts that a thread destroyed under itself", 8, gone);
}

void attack_rings(void)
{
    scribbled_ring();
    indices_of_a_quiet_ring();
    destroyed_under_a_waiter();
    destroyed_under_a_writer();
    destroyed_by_who_uses_it();
}
