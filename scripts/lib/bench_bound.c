/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin of QEMU that measures how long the kernel runs with interrupts off, in instructions: from an
   entry, or from where it turns them off, to `sysretq`, `iretq` or `sti`. Of all such runs it keeps the
   longest of each kind: by where it began and by the function most of it was in. Written at the end, a
   line each:

       run BEGIN FUNCTION INSTRUCTIONS
       path RETURN...            the calls by which that function was first reached
       part FUNCTION INSTRUCTIONS

   A block of translated code counts whole. For one processor: another would spin for the lock. */
#include <inttypes.h>
#include <stdbool.h>

#include "calls.h"
#include "options.h"
#include "plugin_api.h"

#define KINDS_MAX 512u
#define PATH_MAX 24u
#define SHORTEST 100u /* what is shorter is of no interest */
#define TRAP_STUB_BYTES 16u

int qemu_plugin_version = PLUGIN_VERSION;

struct block {
    uint64_t start;
    uint64_t next; /* the address after it */
    uint32_t count;
    uint32_t function;
    enum block_end end;
    bool opens, closes; /* has `sti`; has `cli` */
    bool leaves;        /* has `iretq` or `sysretq` */
    bool is_entry;
};

/* What a run did in one function. */
struct part {
    uint64_t count;
    uint32_t depth; /* of the path by which it was first reached */
    uint64_t path[PATH_MAX];
};

struct kind {
    uint64_t begin;
    uint32_t function;
    uint64_t count;
    uint32_t depth;
    uint64_t path[PATH_MAX];
    uint32_t part_count;
    struct {
        uint32_t function;
        uint64_t count;
    } * part;
};

static struct {
    uint64_t start; /* the kernel's first instruction: what runs before is the firmware */
    uint64_t syscall;
    uint64_t traps, traps_end;
} option;

static FILE *output;
static uint64_t *function_start; /* ascending */
static uint32_t function_count;

static enum { BEFORE_KERNEL, BEFORE_PROGRAMS, RUNNING } stage;
static bool is_off; /* interrupts are, in the kernel */
static uint64_t run_begin;
static uint64_t run_count;
static struct stack calls;
static const struct block *previous;
static struct part *parts; /* by function */
static uint32_t *touched;
static uint32_t touched_count;
static struct kind kinds[KINDS_MAX];
static uint32_t kind_count;

static void run_starts(const struct block *block)
{
    is_off = true;
    run_begin = block->start;
    run_count = 0;
    calls.depth = 0;
    previous = NULL;
    for (uint32_t i = 0; i < touched_count; i++)
        parts[touched[i]].count = 0;
    touched_count = 0;
}

static uint32_t largest_part(void)
{
    uint32_t largest = touched[0];

    for (uint32_t i = 1; i < touched_count; i++)
        if (parts[touched[i]].count > parts[largest].count)
            largest = touched[i];
    return largest;
}

static struct kind *kind_of(uint64_t begin, uint32_t function)
{
    for (uint32_t i = 0; i < kind_count; i++)
        if (kinds[i].begin == begin && kinds[i].function == function)
            return &kinds[i];
    if (kind_count == KINDS_MAX) {
        fprintf(stderr, "bound: found more than %u kinds of runs\n", KINDS_MAX);
        exit(1);
    }
    kinds[kind_count] = (struct kind){.begin = begin, .function = function};
    return &kinds[kind_count++];
}

static void keep(struct kind *kind)
{
    const struct part *part = &parts[kind->function];

    kind->count = run_count;
    kind->depth = part->depth;
    memcpy(kind->path, part->path, part->depth * sizeof(part->path[0]));
    kind->part_count = touched_count;
    kind->part = must(realloc(kind->part, touched_count * sizeof(kind->part[0])));
    for (uint32_t i = 0; i < touched_count; i++) {
        kind->part[i].function = touched[i];
        kind->part[i].count = parts[touched[i]].count;
    }
}

static void run_ends(void)
{
    is_off = false;
    if (run_count < SHORTEST)
        return;
    struct kind *kind = kind_of(run_begin, largest_part());
    if (run_count > kind->count)
        keep(kind);
}

static void add(const struct block *block)
{
    struct part *part = &parts[block->function];

    if (previous != NULL && previous->end == END_CALL && block->start != previous->next)
        push(&calls, previous->next);
    else if (previous != NULL && previous->end == END_RETURN)
        pop(&calls, block->start);
    previous = block;
    run_count += block->count;
    if (part->count == 0) {
        uint32_t skipped = calls.depth > PATH_MAX ? calls.depth - PATH_MAX : 0;

        touched[touched_count++] = block->function;
        part->depth = calls.depth - skipped;
        memcpy(part->path, calls.back + skipped, part->depth * sizeof(part->path[0]));
    }
    part->count += block->count;
}

static void executed(unsigned cpu, void *data)
{
    const struct block *block = data;

    (void)cpu;
    if (!is_kernel(block->start)) {
        if (stage == BEFORE_PROGRAMS)
            stage = RUNNING;
        is_off = false; /* at a fault of the kernel's own, which ends the machine */
        return;
    }
    if (stage == BEFORE_KERNEL && block->start == option.start)
        stage = BEFORE_PROGRAMS;
    if (stage != RUNNING)
        return;
    if (!is_off && (block->is_entry || block->closes))
        run_starts(block);
    if (!is_off)
        return; /* in a window, or about to sleep */
    add(block);
    if (block->opens || block->leaves)
        run_ends();
}

static uint32_t function_of(uint64_t address)
{
    uint32_t low = 0, high = function_count; /* the last that does not begin behind the address */

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (function_start[middle] <= address)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool is(const uint8_t *byte, size_t size, const char *code)
{
    return size == strlen(code) && memcmp(byte, code, size) == 0;
}

static void describe(struct block *block, const struct plugin_block *code, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct plugin_instruction *instruction = qemu_plugin_tb_get_insn(code, i);
        const uint8_t *byte = qemu_plugin_insn_data(instruction);
        size_t size = qemu_plugin_insn_size(instruction);

        block->opens = block->opens || is(byte, size, "\xfb");
        block->closes = block->closes || is(byte, size, "\xfa");
        block->leaves =
            block->leaves || is(byte, size, "\x48\xcf") || is(byte, size, "\x48\x0f\x07");
    }
}

static void translated(plugin_id id, struct plugin_block *code)
{
    size_t count = qemu_plugin_tb_n_insns(code);
    const struct plugin_instruction *last = qemu_plugin_tb_get_insn(code, count - 1);
    struct block *block = must(calloc(1, sizeof(*block)));
    uint64_t start = qemu_plugin_tb_vaddr(code);

    (void)id;
    block->start = start;
    block->next = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last);
    block->count = (uint32_t)count;
    block->end = end_of(qemu_plugin_insn_data(last), qemu_plugin_insn_size(last));
    if (is_kernel(start)) {
        bool is_trap = start >= option.traps && start < option.traps_end;

        block->function = function_of(start);
        block->is_entry =
            start == option.syscall || (is_trap && (start - option.traps) % TRAP_STUB_BYTES == 0);
        describe(block, code, count);
    }
    qemu_plugin_register_vcpu_tb_exec_cb(code, executed, PLUGIN_NO_REGISTERS, block);
}

static void ended(plugin_id id, void *data)
{
    (void)id;
    (void)data;
    for (uint32_t i = 0; i < kind_count; i++) {
        const struct kind *kind = &kinds[i];

        fprintf(output, "run %" PRIx64 " %" PRIx64 " %" PRIu64 "\npath", kind->begin,
                function_start[kind->function], kind->count);
        for (uint32_t n = 0; n < kind->depth; n++)
            fprintf(output, " %" PRIx64, kind->path[n]);
        fputc('\n', output);
        for (uint32_t n = 0; n < kind->part_count; n++)
            fprintf(output, "part %" PRIx64 " %" PRIu64 "\n",
                    function_start[kind->part[n].function], kind->part[n].count);
    }
    fprintf(output, "end\n");
    fclose(output);
}

/* The addresses at which functions begin, a line each, in order. */
static void read_functions(const char *path)
{
    FILE *file = must(fopen(path, "r"));
    uint64_t address;

    while (fscanf(file, "%" SCNx64, &address) == 1) {
        function_start =
            must(realloc(function_start, (function_count + 1) * sizeof(function_start[0])));
        function_start[function_count++] = address;
    }
    fclose(file);
    parts = must(calloc(function_count, sizeof(parts[0])));
    touched = must(calloc(function_count, sizeof(touched[0])));
}

static int read_option(const char *argument)
{
    static const struct number_option numbers[] = {{"start", &option.start},
                                                   {"syscall", &option.syscall},
                                                   {"traps", &option.traps},
                                                   {"traps_end", &option.traps_end}};

    if (read_number(numbers, sizeof numbers / sizeof numbers[0], argument))
        return 0;
    if (!strncmp(argument, "functions=", 10))
        read_functions(argument + 10);
    else if (!strncmp(argument, "output=", 7))
        output = fopen(argument + 7, "w");
    else
        return -1;
    return 0;
}

int qemu_plugin_install(plugin_id id, const struct plugin_machine *machine, int count,
                        char **arguments)
{
    (void)machine;
    for (int i = 0; i < count; i++) {
        if (read_option(arguments[i]) != 0) {
            fprintf(stderr, "bound: found option %s, which it does not know\n", arguments[i]);
            return -1;
        }
    }
    if (output == NULL || function_count == 0 || option.syscall == 0) {
        fprintf(stderr, "bound: found no output, functions or syscall, expected all three\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
