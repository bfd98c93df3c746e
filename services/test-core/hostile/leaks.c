/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever the kernel hands out is looked at for what it may not hold: addresses of the kernel, the
   secret that the bystander has in every register and page, what a frame held before, and bytes beside
   what was asked for. Seen to fail: vector state that is kept when another process runs, frames that are
   handed out unscrubbed, r10 not cleared on the way back, and a message copied in whole words. */
#include "attacks.h"
#include "own.h"
#include "raw.h"
#include "report.h"
#include "talk.h"
#include "worker.h"

#include <signet/frames.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <string.h>

#define OWN UINT64_C(0x0117011701170117)
#define CALLS 400u
#define POISON 0xa7
#define PAUSE_NS 150000u

/* What a system call may give back: named outputs, one's own payload, and where it was called. */
static uint64_t foreign_registers(const struct raw *raw, const uint64_t *before)
{
    uint64_t found = raw_leaks(raw->word, RAW_REGISTERS);

    found += raw_leaks(raw->vector, RAW_VECTOR_USED / sizeof(uint64_t));
    found += raw->word[RAW_R10] != 0;
    for (uint32_t i = RAW_R8; i < RAW_REGISTERS; i++)
        found += i != RAW_R10 && i != RAW_R11 && raw->word[i] != before[i];
    return found + (raw->word[RAW_RBX] != before[RAW_RBX]) +
           (raw->word[RAW_RBP] != before[RAW_RBP]);
}

/* Four calls by turns: an entry to the ring that waits, so that others run; nothing; a yield; and a wait
   that ends by its time. */
static uint64_t one_call(uint32_t number, struct sg_handle silence)
{
    static struct raw raw;
    uint64_t before[RAW_REGISTERS];

    raw_fill(&raw, OWN);
    raw.word[RAW_RSI] = PAUSE_NS;
    raw.word[RAW_RDI] = UINT64_C(1) << 32;
    raw.word[RAW_RAX] = SG_OP_ENTER | SG_CALL_RELATIVE << 8;
    if (number % 4 == 1)
        raw.word[RAW_RAX] = sg_operation_word(SG_OP_NOP, 0, 0, 0);
    if (number % 4 == 2) {
        raw.word[RAW_RAX] = sg_operation_word(SG_OP_CALL, 0, SG_THREAD_YIELD, 0);
        raw.word[RAW_RDI] = 0;
    }
    if (number % 4 == 3) {
        raw.word[RAW_RAX] =
            sg_operation_word(SG_OP_CALL, SG_CALL_RELATIVE, SG_NOTIFICATION_WAIT, 0);
        raw.word[RAW_RDI] = sg_handle_word(silence);
    }
    memcpy(before, raw.word, sizeof before);
    raw_call(&raw);
    return foreign_registers(&raw, before);
}

static void registers_of_calls(void)
{
    struct sg_owned silence = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t found = 0;

    for (uint32_t i = 0; i < CALLS; i++)
        found += one_call(i, silence.handle);
    report_none("leaks/foreign in registers after a call", found, CALLS);
    (void)sg_owned_destroy(&silence);
}

/* A thread that had the secret in its registers is destroyed; the next one in its frame shows its. */
static void registers_of_a_new_thread(void)
{
    static uint64_t shown[RAW_REGISTERS];
    const struct worker_shape shape = {.slots = 1, .submissions = 1, .completions = 1, .pages = 1};
    uint64_t found = 0, others = 0;

    for (uint32_t i = 0; i < 8; i++) {
        struct worker worker = worker_open(shape);

        report_step("leaks/start", worker_start(&worker, raw_fault, RAW_SECRET));
        (void)worker_wait(&worker);
        worker_close(&worker);
        worker = worker_open(shape);
        (void)worker_run(&worker, "leaks/runs", raw_show, (uintptr_t)shown);
        found += raw_leaks(shown, RAW_REGISTERS) + raw_leaks(&worker.fault->rip, 18);
        for (uint32_t n = 0; n < RAW_REGISTERS; n++)
            others += n != RAW_RDI && n != RAW_RCX && n != RAW_R11 && shown[n] != 0;
        worker_close(&worker);
    }
    report_none("leaks/foreign in registers of a new thread", found, 8 * RAW_REGISTERS);
    report_none("leaks/registers that a new thread begins with but 0", others, 8 * RAW_REGISTERS);
}

/* Frames that were kernel objects full of the secret and of kernel addresses, as pages. */
static void make_dirty(void)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 256, .submissions = 16, .completions = 64, .pages = 4});
    uint32_t words = worker.ring.arena_bytes / sizeof(uint64_t);

    for (uint32_t i = 0; i < 255; i++)
        (void)worker_give(&worker, worker.faults.handle, SG_RIGHTS_ALL);
    for (uint32_t i = 0; i < words; i++)
        ((uint64_t *)(void *)worker.ring.arena)[i] = RAW_SECRET;
    report_step("leaks/start", worker_start(&worker, raw_fault, RAW_SECRET));
    (void)worker_wait(&worker);
    worker_close(&worker);
}

/* Takes all memory there is, in pieces as large as they come, and looks for anything but 0. */
static void frames_of_all_memory(void)
{
    static struct sg_owned piece[SG_FRAME_RANGES_MAX];
    uint64_t pages = 0, other = 0;
    uint32_t count = 0;

    make_dirty();
    for (uint32_t size = 256; size != 0; size /= 2) {
        const uint64_t parameter[3] = {size, 0, 0};

        while (count < SG_FRAME_RANGES_MAX &&
               sg_owned_create(SG_TYPE_MEMORY, parameter, &piece[count]) == SG_OK) {
            const uint64_t *word = NULL;

            report_step("leaks/map",
                        sg_map(piece[count].handle, 0, size, SG_MAP_READ, (void **)&word));
            for (uint32_t i = 0; i < size * SG_PAGE_SIZE / sizeof *word; i++)
                other += word[i] != 0;
            (void)sg_unmap((void *)(uintptr_t)word);
            pages += size;
            count++;
        }
    }
    while (count != 0)
        (void)sg_owned_destroy(&piece[--count]);
    report_none("leaks/words that are not 0 in new memory", other, pages * 512);
}

/* The shared part of a ring, made from such frames: nothing but 0, its own header's frames included. */
static void frames_of_a_ring(void)
{
    struct sg_owned ring;
    uint64_t *word = NULL;
    uint64_t other = 0;

    make_dirty();
    ring = own_create(SG_TYPE_RING, 16, 64, 8);
    report_step("leaks/map", sg_map(ring.handle, 0, 8, SG_MAP_READ, (void **)&word));
    for (uint32_t i = 0; i < 8 * 512; i++)
        other += word[i] != 0;
    report_none("leaks/words that are not 0 in a new ring", other, 8 * 512);
    (void)sg_unmap(word);
    (void)sg_owned_destroy(&ring);
}

/* What an entry does not name of its completion is 0, and no other place of the queue changes. */
static void completions(void)
{
    struct sg_completion found = {.result = 0}, none = {.user_data = OWN};
    const struct sg_submission entries[] = {
        {.opcode = SG_OP_NOP, .user_data = OWN},
        {.opcode = SG_OP_CALL, .method = SG_THREAD_YIELD, .user_data = OWN},
        {.opcode = SG_OP_CALL, .handle_index = 99, .user_data = OWN},
        {.opcode = SG_OP_CANCEL, .argument = {99}, .user_data = OWN},
    };
    struct sg_ring *ring = sg_own_ring();
    uint64_t other = 0, tried = 0;

    for (uint32_t i = 0; i < 4; i++) {
        uint32_t tail = ring->indices->complete_tail;
        uint32_t mask = ring->completion_count - 1;

        memset(ring->completion, POISON, ring->completion_count * sizeof *ring->completion);
        (void)sg_ring_submit(ring, &entries[i]);
        (void)sg_ring_enter(ring, 1, SG_FOREVER);
        for (uint32_t n = 1; n <= mask; n++)
            for (uint32_t byte = 0; byte < sizeof found; byte++, tried++)
                other += ((uint8_t *)&ring->completion[(tail + n) & mask])[byte] != POISON;
        (void)sg_ring_next(ring, &found);
        none.result = found.result;
        other += memcmp(&found, &none, sizeof found) != 0;
    }
    report_none("leaks/bytes of completions that mean nothing", other, tried);
}

/* Messages of every length: as many bytes change as were sent. */
static void messages(void)
{
    static const uint32_t lengths[] = {0, 1, 7, 8, 9, 63, 64, 65, 127, 200, 511, 512};
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    uint64_t other = 0, tried = 0;

    memset(talk.request, 1, TALK_BYTES);
    memset(talk.answer, 2, TALK_BYTES);
    for (uint32_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct sg_completion received;

        memset(talk.received, POISON, TALK_BYTES);
        memset(talk.reply, POISON, TALK_BYTES);
        talk_call(&talk, 0, lengths[i], 0);
        received = talk_receive(&talk, TALK_BYTES, 0);
        (void)talk_reply(&talk, received.token, lengths[i]);
        (void)own_taken(TALK_CALL);
        for (uint32_t byte = 0; byte < TALK_BYTES; byte++, tried += 2) {
            other += talk.received[byte] != (byte < lengths[i] ? 1 : POISON);
            other += talk.reply[byte] != (byte < lengths[i] ? 2 : POISON);
        }
    }
    report_none("leaks/bytes beside messages", other, tried);
    talk_close(&talk);
}

void attack_leaks(void)
{
    registers_of_calls();
    registers_of_a_new_thread();
    frames_of_all_memory();
    frames_of_a_ring();
    completions();
    messages();
}
