/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole kernel above arch on the host port, and three hostile processes of three threads, whose
   every pick (which system call, register, ring index, entry, byte) is taken from the input: the
   lives of kernel/arch/host/stress with AFL++ in the place of chance. Before each input the machine
   is put back to where the processes had just been made. After each step the model compares, and the
   walker looks at everything: at each of a replay, at some of those that AFL++ drives. */
#include "fuzz.h"
#include "model.h"

#include "choose.h"
#include "life.h"
#include "population.h"
#include "snapshot.h"
#include "walker.h"

#include <stdlib.h>

#define MACHINES 2u /* of one CPU and of three */
#define MACHINE_FRAMES 3072u
#define STEPS_MAX 120u
#define WALKED_EVERY 16u
#define ENDS_FROM 0xf0u /* first bytes of inputs at whose end everybody dies; */
#define ENDED_EVERY 4u  /* driven by AFL++ only at that of some: it costs as much as many steps */

/* Where the variables of the kernel and of its host port are: see kernel_state.h. */
extern uint64_t __start_kernel_zeroed[], __stop_kernel_zeroed[];
extern uint64_t __start_kernel_filled[], __stop_kernel_filled[];

struct saved {
    uint8_t *memory; /* of all frames that an input can reach */
    struct snapshot *watch;
    void *model;
    uint8_t *model_pages;
    struct snapshot *model_watch;
    struct variables {
        uint64_t *zeroed, *filled; /* what shares its pages with others' variables, */
        uint8_t *pages;            /* and whole pages */
    } variables;
};

static struct saved saved[MACHINES];
static const struct saved *saved_now; /* the machine that an input runs on */
static struct snapshot *variables_watch;
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

/* The kernel's zeroed variables have whole pages to themselves from here on ... */
static uint64_t *pages_start(void)
{
    return (uint64_t *)(((uintptr_t)__start_kernel_zeroed + SNAPSHOT_PAGE - 1) &
                        -(uintptr_t)SNAPSHOT_PAGE);
}

/* ... to here. */
static uint64_t *pages_stop(void)
{
    return (uint64_t *)((uintptr_t)__stop_kernel_zeroed & -(uintptr_t)SNAPSHOT_PAGE);
}

static size_t page_count(void)
{
    return words_between(pages_start(), pages_stop()) * sizeof(uint64_t) / SNAPSHOT_PAGE;
}

static size_t pages_of(size_t size)
{
    return (size + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
}

static uint64_t *save_words(const uint64_t *start, const uint64_t *stop)
{
    uint64_t *copy = malloc(words_between(start, stop) * sizeof(uint64_t));

    FUZZ_EXPECT(copy != NULL, "no memory to save the kernel in");
    copy_words(copy, start, words_between(start, stop));
    return copy;
}

static struct variables save_variables(void)
{
    return (struct variables){
        .zeroed = save_words(__start_kernel_zeroed, __stop_kernel_zeroed),
        .filled = save_words(__start_kernel_filled, __stop_kernel_filled),
        .pages = snapshot_copy(pages_start(), page_count()),
    };
}

/* All but the whole pages. */
static void restore_edges(const struct variables *from)
{
    copy_words(__start_kernel_zeroed, from->zeroed,
               words_between(__start_kernel_zeroed, pages_start()));
    copy_words(pages_stop(), from->zeroed + words_between(__start_kernel_zeroed, pages_stop()),
               words_between(pages_stop(), __stop_kernel_zeroed));
    copy_words(__start_kernel_filled, from->filled,
               words_between(__start_kernel_filled, __stop_kernel_filled));
}

/* The first frame behind all objects: memory from there on is free, and nobody can reach it. */
static uint32_t frames_end(void)
{
    return fixture.untyped_head + fixture.next;
}

/* Whether a frame holds nothing that counts, now and when it was saved: scrubbed before any use. */
static bool is_rubbish(size_t number)
{
    const uint8_t *table =
        saved_now->memory + ((const uint8_t *)machine.frames.table - host_memory);
    const struct frame *now = &machine.frames.table[number],
                       *then = &((const struct frame *)table)[number];

    return now->role == FRAME_FREE && then->role == FRAME_FREE && now->flags & FRAME_DIRTY &&
           then->flags & FRAME_DIRTY;
}

static void restore(struct saved *from)
{
    restore_edges(&from->variables);
    snapshot_restore(variables_watch, from->variables.pages, NULL);
    saved_now = from;
    snapshot_restore(from->watch, from->memory, is_rubbish);
    snapshot_restore(from->model_watch, from->model_pages, NULL);
    model_start(from->model);
}

void fuzz_start(void)
{
    static const uint8_t zero[4096];
    static struct variables unused;
    const uint8_t *copies[MACHINES];
    size_t model_size;

    unused = save_variables();
    for (uint32_t i = 0; i < MACHINES; i++) {
        restore_edges(&unused);
        snapshot_put_back(pages_start(), unused.pages, page_count());
        input = zero;
        input_left = sizeof(zero);
        life_start(MACHINE_FRAMES, i == 0 ? 1 : 3);
        walker_check();
        host.is_walked = true;
        host.is_untouched = snapshot_is_untouched;
        saved[i].variables = save_variables();
        saved[i].memory = snapshot_copy(host_memory, frames_end());
        saved[i].model = model_make(&model_size);
        saved[i].watch = snapshot_watch(host_memory, frames_end(), NULL, 0);
        saved[i].model_pages = snapshot_copy(saved[i].model, pages_of(model_size));
        saved[i].model_watch = snapshot_watch(saved[i].model, pages_of(model_size), NULL, 0);
        copies[i] = saved[i].variables.pages;
    }
    variables_watch = snapshot_watch(pages_start(), page_count(), copies, MACHINES);
}

/* Whether the walker looks after this step: a replay's always. Driven by AFL++, which goes on with what
   is new in the queue's inputs, after the last step and every few before it; which ones differs with the
   length of an input. What the walker finds torn stays so until somebody stumbles over it, so that it is
   found at the last step at the latest; what mends itself in between is left to other inputs, and to the
   replay of all of the queue that scripts/fuzz ends with. */
static bool is_walked(size_t size)
{
    return fuzz_is_replay || input_left == 0 || stress.step == STEPS_MAX ||
           (stress.step + size) % WALKED_EVERY == 0;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return;
    restore(&saved[bytes[0] % MACHINES]);
    input = bytes + 1;
    input_left = size - 1;
    for (stress.step = 1; stress.step <= STEPS_MAX && input_left != 0; stress.step++) {
        life_step();
        model_check();
        if (is_walked(size)) {
            walker_check();
            life_check();
        }
    }
    if (bytes[0] >= ENDS_FROM && (fuzz_is_replay || size % ENDED_EVERY == 0))
        life_end();
}
