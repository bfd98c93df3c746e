/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin of QEMU that samples call stacks: every `period` instructions, the addresses that return
   into the callers of what runs. Calls and returns are followed as they are executed, so no program
   needs frame pointers, and the same run gives the same samples.

   A program's stack is kept for each thread (the pointer `current` of the kernel's struct cpu, read
   in the machine's memory); the kernel's for each processor, where it begins anew with each entry
   from a program. A block of instructions that an exception leaves half-way is not noticed as such:
   a call or return at its end is believed only if what runs next is in the same half of the
   addresses and is not the beginning of a trap. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "options.h"
#include "plugin_api.h"

#define CPUS_MAX 16u
#define STACKS 4096u /* places of threads in the table, by hash */
#define SAMPLES 65536u

int qemu_plugin_version = PLUGIN_VERSION;

struct block {
    uint64_t start;
    uint64_t next; /* the address after it */
    uint32_t count;
    enum block_end end;
};

struct sample {
    struct sample *next;
    uint64_t count;
    uint64_t thread;
    uint32_t kernel_depth; /* of the addresses, so many are the kernel's */
    uint32_t depth;
    uint64_t address[]; /* innermost first */
};

struct processor {
    const struct block *previous;
    uint64_t executed;
    uint64_t due;
    struct stack kernel;
};

/* What the profiler was told. */
static struct {
    uint64_t period;
    uint64_t begin;            /* sampling starts when this address is executed */
    uint64_t traps, traps_end; /* where the kernel's trap entries lie */
    uint64_t entry;            /* the first instruction of every program */
    uint64_t current;          /* offset of the first processor's `current` in the memory */
    uint64_t stride;           /* to the next processor's */
    const char *output;
} option;

static const uint8_t *memory;
static uint64_t memory_size;
static bool has_begun;
static struct processor processor[CPUS_MAX];
static struct stack *thread_stack[STACKS];
static struct sample *samples[SAMPLES];

static uint64_t hash(uint64_t seed, uint64_t word)
{
    return (seed ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The thread a processor works for, 0 for none. */
static uint64_t current_of(unsigned cpu)
{
    uint64_t place = option.current + cpu * option.stride;
    uint64_t thread;

    if (place + sizeof(thread) > memory_size)
        return 0;
    memcpy(&thread, memory + place, sizeof(thread));
    return thread;
}

static struct stack *stack_of(uint64_t thread)
{
    uint64_t place = hash(0, thread) % STACKS;

    while (thread_stack[place] != NULL && thread_stack[place]->thread != thread)
        place = (place + 1) % STACKS;
    if (thread_stack[place] == NULL) {
        thread_stack[place] = must(calloc(1, sizeof(struct stack)));
        thread_stack[place]->thread = thread;
    }
    return thread_stack[place];
}

/* Follows the way from the block before to this one. */
static void follow(struct processor *self, struct stack *stack, const struct block *block)
{
    const struct block *previous = self->previous;

    if (previous == NULL || is_kernel(previous->start) != is_kernel(block->start) ||
        (block->start >= option.traps && block->start < option.traps_end))
        return;
    if (previous->end == END_CALL && block->start != previous->next)
        push(stack, previous->next);
    else if (previous->end == END_RETURN)
        pop(stack, block->start);
}

static bool is_sample(const struct sample *sample, const struct sample *other)
{
    return sample->thread == other->thread && sample->depth == other->depth &&
           sample->kernel_depth == other->kernel_depth &&
           memcmp(sample->address, other->address, other->depth * sizeof(other->address[0])) == 0;
}

static void count_sample(const struct sample *found)
{
    size_t size = sizeof(*found) + found->depth * sizeof(found->address[0]);
    uint64_t place = hash(found->thread, found->kernel_depth);

    for (uint32_t i = 0; i < found->depth; i++)
        place = hash(place ^ place >> 32, found->address[i]);
    struct sample **link = &samples[(place ^ place >> 40) % SAMPLES];
    while (*link != NULL && !is_sample(*link, found))
        link = &(*link)->next;
    if (*link == NULL) {
        *link = must(malloc(size));
        memcpy(*link, found, size);
        (*link)->next = NULL;
        (*link)->count = 0;
    }
    (*link)->count += found->count;
}

static void add_stack(struct sample *sample, const struct stack *stack)
{
    for (uint32_t i = stack->depth; i > 0; i--)
        sample->address[sample->depth++] = stack->back[i - 1];
}

static void take_sample(const struct processor *self, const struct block *block, uint64_t thread,
                        uint64_t count)
{
    static union {
        struct sample sample;
        uint8_t space[sizeof(struct sample) + (2 * DEPTH_MAX + 1) * sizeof(uint64_t)];
    } made;
    struct sample *sample = &made.sample;

    *sample = (struct sample){.count = count, .thread = thread};
    sample->address[sample->depth++] = block->start;
    if (is_kernel(block->start)) {
        add_stack(sample, &self->kernel);
        sample->kernel_depth = sample->depth;
    }
    if (thread != 0)
        add_stack(sample, stack_of(thread));
    count_sample(sample);
}

static void executed(unsigned cpu, void *data)
{
    struct processor *self = &processor[cpu % CPUS_MAX];
    const struct block *block = data;

    if (!has_begun && block->start != option.begin)
        return;
    has_begun = true;
    uint64_t thread = current_of(cpu);
    bool in_kernel = is_kernel(block->start);
    struct stack *stack = in_kernel ? &self->kernel : stack_of(thread);
    if (in_kernel && self->previous != NULL && !is_kernel(self->previous->start))
        stack->depth = 0;
    if (block->start == option.entry)
        stack->depth = 0;
    follow(self, stack, block);
    self->previous = block;
    self->executed += block->count;
    if (self->executed >= self->due) {
        uint64_t periods = (self->executed - self->due) / option.period + 1;

        self->due += periods * option.period;
        take_sample(self, block, thread, periods);
    }
}

static void translated(plugin_id id, struct plugin_block *code)
{
    size_t count = qemu_plugin_tb_n_insns(code);
    const struct plugin_instruction *last = qemu_plugin_tb_get_insn(code, count - 1);
    struct block *block = must(malloc(sizeof(*block)));

    (void)id;
    *block = (struct block){
        .start = qemu_plugin_tb_vaddr(code),
        .next = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last),
        .count = (uint32_t)count,
        .end = end_of(qemu_plugin_insn_data(last), qemu_plugin_insn_size(last)),
    };
    qemu_plugin_register_vcpu_tb_exec_cb(code, executed, PLUGIN_NO_REGISTERS, block);
}

/* One sample a line: how often, the thread, how many addresses are the kernel's, the addresses. */
static void ended(plugin_id id, void *data)
{
    FILE *file = fopen(option.output, "w");

    (void)id;
    (void)data;
    if (file == NULL) {
        perror(option.output);
        return;
    }
    for (uint32_t i = 0; i < SAMPLES; i++) {
        for (const struct sample *s = samples[i]; s != NULL; s = s->next) {
            fprintf(file, "%lu %#lx %u", s->count, s->thread, s->kernel_depth);
            for (uint32_t a = 0; a < s->depth; a++)
                fprintf(file, " %#lx", s->address[a]);
            fputc('\n', file);
        }
    }
    fclose(file);
}

static int map_memory(const char *path)
{
    struct stat status;
    int file = open(path, O_RDONLY);

    if (file < 0 || fstat(file, &status) != 0)
        return -1;
    memory_size = (uint64_t)status.st_size;
    void *mapped = mmap(NULL, memory_size, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    memory = mapped;
    return mapped == MAP_FAILED ? -1 : 0;
}

static int read_option(const char *argument)
{
    static const struct number_option numbers[] = {
        {"period", &option.period},       {"begin", &option.begin}, {"traps", &option.traps},
        {"traps_end", &option.traps_end}, {"entry", &option.entry}, {"current", &option.current},
        {"stride", &option.stride},
    };

    if (read_number(numbers, sizeof numbers / sizeof numbers[0], argument))
        return 0;
    if (!strncmp(argument, "memory=", 7))
        return map_memory(argument + 7);
    if (strncmp(argument, "output=", 7) != 0)
        return -1;
    option.output = must(strdup(argument + 7));
    return 0;
}

int qemu_plugin_install(plugin_id id, const struct plugin_machine *machine, int count,
                        char **arguments)
{
    (void)machine;
    for (int i = 0; i < count; i++) {
        if (read_option(arguments[i]) != 0) {
            fprintf(stderr, "profiler: found option %s, which it does not know or cannot use\n",
                    arguments[i]);
            return -1;
        }
    }
    if (option.period == 0 || option.output == NULL || memory == NULL) {
        fprintf(stderr, "profiler: found no period, output or memory, expected all three\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
