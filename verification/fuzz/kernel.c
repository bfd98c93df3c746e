/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole kernel above arch on the host port, and three hostile processes of three threads, whose
   every pick (which system call, register, ring index, entry, byte) is taken from the input: the
   lives of kernel/arch/host/stress with AFL++ in the place of chance. Before each input the machine
   is put back to where the processes had just been made. After each step the walker and the model
   look at everything. */
#include "fuzz.h"
#include "model.h"

#include "choose.h"
#include "life.h"
#include "population.h"
#include "walker.h"

#include <stdlib.h>

#define MACHINES 2u /* of one CPU and of three */
#define MACHINE_FRAMES 3072u
#define STEPS_MAX 120u
#define ENDS_FROM 0xf0u /* first bytes of inputs at whose end everybody dies */

/* Where the variables of the kernel and of its host port are: see kernel_state.h. */
extern uint64_t __start_kernel_zeroed[], __stop_kernel_zeroed[];
extern uint64_t __start_kernel_filled[], __stop_kernel_filled[];

struct saved {
    uint8_t *memory;
    uint64_t *zeroed;
    uint64_t *filled;
};

static struct saved saved[MACHINES];
static const uint8_t *input;
static size_t input_left;

/* A number below a bound out of the next bytes; without any left, the largest. */
uint32_t pick(uint32_t below)
{
    uint32_t size = below <= 0x100 ? 1 : below <= 0x10000 ? 2 : 4;
    uint32_t value = 0;

    if (input_left < size) {
        input_left = 0;
        return below - 1;
    }
    for (uint32_t i = 0; i < size; i++)
        value |= (uint32_t)input[i] << 8 * i;
    input += size;
    input_left -= size;
    return value % below;
}

/* Copies what lies between red zones too, which memcpy would report. */
__attribute__((no_sanitize("address", "undefined"))) static void
copy_words(uint64_t *to, const uint64_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((volatile uint64_t *)to)[i] = from[i];
}

static size_t words_between(const uint64_t *start, const uint64_t *stop)
{
    return (size_t)((uintptr_t)stop - (uintptr_t)start) / sizeof(uint64_t);
}

static uint64_t *save_words(const uint64_t *start, const uint64_t *stop)
{
    uint64_t *copy = malloc(words_between(start, stop) * sizeof(uint64_t));

    FUZZ_EXPECT(copy != NULL, "no memory to save the kernel in");
    copy_words(copy, start, words_between(start, stop));
    return copy;
}

static void save_variables(struct saved *to)
{
    to->zeroed = save_words(__start_kernel_zeroed, __stop_kernel_zeroed);
    to->filled = save_words(__start_kernel_filled, __stop_kernel_filled);
}

/* The first frame behind all objects: memory from there on is free, and nobody can reach it. */
static uint32_t frames_end(void)
{
    return fixture.untyped_head + fixture.next;
}

static void save_memory(struct saved *to)
{
    to->memory = malloc(frames_end() * PAGE_SIZE);
    FUZZ_EXPECT(to->memory != NULL, "no memory to save a machine in");
    memcpy(to->memory, host_memory, frames_end() * PAGE_SIZE);
}

/* Whether a frame holds nothing that counts, now and when it was saved: scrubbed before any use. */
static bool is_rubbish(const struct frame *now, const struct frame *then)
{
    return now->role == FRAME_FREE && then->role == FRAME_FREE && now->flags & FRAME_DIRTY &&
           then->flags & FRAME_DIRTY;
}

/* The variables are restored. Memory before the frame table never changes. */
static void restore_memory(const struct saved *from)
{
    uint32_t first = arch_pointer_frame(machine.frames.table);
    const struct frame *then = (const struct frame *)(from->memory + first * PAGE_SIZE);

    for (uint32_t i = frames_end() - 1; i >= first; i--)
        if (!is_rubbish(&machine.frames.table[i], &then[i]))
            memcpy(arch_frame_pointer(i), from->memory + i * PAGE_SIZE, PAGE_SIZE);
}

static void restore_variables(const struct saved *from)
{
    copy_words(__start_kernel_zeroed, from->zeroed,
               words_between(__start_kernel_zeroed, __stop_kernel_zeroed));
    copy_words(__start_kernel_filled, from->filled,
               words_between(__start_kernel_filled, __stop_kernel_filled));
}

void fuzz_start(void)
{
    static const uint8_t zero[4096];
    static struct saved unused;

    save_variables(&unused);
    for (uint32_t i = 0; i < MACHINES; i++) {
        restore_variables(&unused);
        input = zero;
        input_left = sizeof(zero);
        life_start(MACHINE_FRAMES, i == 0 ? 1 : 3);
        host.is_walked = true;
        save_variables(&saved[i]);
        save_memory(&saved[i]);
    }
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return;
    const struct saved *machine_chosen = &saved[bytes[0] % MACHINES];
    restore_variables(machine_chosen);
    restore_memory(machine_chosen);
    input = bytes + 1;
    input_left = size - 1;
    model_start();
    for (stress.step = 1; stress.step <= STEPS_MAX && input_left != 0; stress.step++) {
        life_step();
        walker_check();
        model_check();
    }
    if (bytes[0] >= ENDS_FROM)
        life_end();
}
