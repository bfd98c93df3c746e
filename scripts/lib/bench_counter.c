/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin of QEMU that counts how often each instruction is executed in windows: those that a program
   marks (services/bench/mark.h), and spans from one instruction to another. For
   each it writes a line "window NAME", the name of a marked one being the number of its row; then a line
   for each instruction that was executed: address, count, address of its block and that block's first
   bytes, by which whoever reads it tells programs at the same addresses apart. Counting is a number added
   in the translated code, so it is exact whatever the machine does. For one processor, or several that
   take turns. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "mark.h"
#include "plugin_api.h"

#define BYTES_SHOWN 16u
#define SPANS_MAX 4u
#define PLACE_BYTES 4u

int qemu_plugin_version = PLUGIN_VERSION;

/* A translated block; it may be translated again, and each time is one more. */
struct block {
    struct block *next;
    uint64_t address;
    size_t count;
    uint8_t bytes[BYTES_SHOWN];
    size_t byte_count;
    struct {
        uint64_t address;
        uint64_t executed;
    } instruction[];
};

/* The first instruction of a function. */
struct place {
    uint64_t address;
    uint8_t bytes[PLACE_BYTES]; /* of the code there */
};

/* A window from one place to the other. */
struct span {
    char *name;
    struct place from, to;
};

static struct block *blocks;
static struct span span[SPANS_MAX];
static uint32_t span_count;
static const struct span *open_span;
static bool has_begun; /* a span has: what was translated before is the firmware's */
static bool is_counting;
static uint32_t row;
static FILE *output;

static void forget_counts(void)
{
    for (struct block *block = blocks; block != NULL; block = block->next)
        for (size_t i = 0; i < block->count; i++)
            block->instruction[i].executed = 0;
}

static void write_block(const struct block *block)
{
    for (size_t i = 0; i < block->count; i++) {
        if (block->instruction[i].executed == 0)
            continue;
        fprintf(output, "%" PRIx64 " %" PRIu64 " %" PRIx64 " ", block->instruction[i].address,
                block->instruction[i].executed, block->address);
        for (size_t n = 0; n < block->byte_count; n++)
            fprintf(output, "%02x", block->bytes[n]);
        fputc('\n', output);
    }
}

static void write_counts(void)
{
    for (const struct block *block = blocks; block != NULL; block = block->next)
        write_block(block);
}

static void window_begins(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    forget_counts();
    is_counting = true;
    open_span = NULL;
}

static void window_ends(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    if (!is_counting)
        return;
    is_counting = false;
    fprintf(output, "window %" PRIu32 "\n", row);
    write_counts();
}

static void span_begins(unsigned cpu, void *data)
{
    (void)cpu;
    forget_counts();
    open_span = data;
}

static void span_ends(unsigned cpu, void *data)
{
    (void)cpu;
    if (open_span != data)
        return;
    fprintf(output, "window %s\n", open_span->name);
    open_span = NULL;
    write_counts();
}

static void row_ends(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    row++;
}

/* The number of a mark, 0 when the instruction is none. */
static uint32_t mark_of(const struct plugin_instruction *instruction)
{
    static const uint8_t opcode[] = {0x0f, 0x1f, 0x84, 0x00};
    const uint8_t *code = qemu_plugin_insn_data(instruction);
    uint32_t number = 0;

    if (qemu_plugin_insn_size(instruction) == sizeof opcode + sizeof number &&
        memcmp(code, opcode, sizeof opcode) == 0)
        memcpy(&number, code + sizeof opcode, sizeof number);
    return number;
}

static void watch_mark(struct plugin_instruction *instruction)
{
    plugin_executed *callback = NULL;

    switch (mark_of(instruction)) {
    case MARK_BEGIN:
        callback = window_begins;
        break;
    case MARK_END:
        callback = window_ends;
        break;
    case MARK_ROW:
        callback = row_ends;
        break;
    default:
        return;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, callback, PLUGIN_NO_REGISTERS, NULL);
}

static void add_bytes(struct block *block, const struct plugin_instruction *instruction)
{
    size_t size = qemu_plugin_insn_size(instruction);

    if (size > BYTES_SHOWN - block->byte_count)
        size = BYTES_SHOWN - block->byte_count;
    memcpy(block->bytes + block->byte_count, qemu_plugin_insn_data(instruction), size);
    block->byte_count += size;
}

static bool is_at(const struct block *block, const struct place *place)
{
    return block->address == place->address && !memcmp(block->bytes, place->bytes, PLACE_BYTES);
}

/* Has a span begin or end with a block. */
static void watch_spans(const struct block *block, struct plugin_instruction *first)
{
    for (uint32_t i = 0; i < span_count; i++) {
        if (is_at(block, &span[i].to))
            qemu_plugin_register_vcpu_insn_exec_cb(first, span_ends, PLUGIN_NO_REGISTERS, &span[i]);
        if (is_at(block, &span[i].from))
            qemu_plugin_register_vcpu_insn_exec_cb(first, span_begins, PLUGIN_NO_REGISTERS,
                                                   &span[i]);
    }
}

static void translated(plugin_id id, struct plugin_block *code)
{
    size_t count = qemu_plugin_tb_n_insns(code);

    (void)id;
    has_begun = has_begun || qemu_plugin_tb_vaddr(code) == span[0].from.address;
    if (!has_begun)
        return;
    struct block *block = must(calloc(1, sizeof(*block) + count * sizeof(block->instruction[0])));

    block->address = qemu_plugin_tb_vaddr(code);
    block->count = count;
    for (size_t i = 0; i < count; i++) {
        struct plugin_instruction *instruction = qemu_plugin_tb_get_insn(code, i);

        block->instruction[i].address = qemu_plugin_insn_vaddr(instruction);
        add_bytes(block, instruction);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, PLUGIN_ADD,
                                                   &block->instruction[i].executed, 1);
        watch_mark(instruction);
    }
    watch_spans(block, qemu_plugin_tb_get_insn(code, 0));
    block->next = blocks;
    blocks = block;
}

static void ended(plugin_id id, void *data)
{
    (void)id;
    (void)data;
    fprintf(output, "end\n");
    fclose(output);
}

/* ADDRESS:BYTES, in hexadecimal. */
static int read_place(const char *text, struct place *place)
{
    unsigned byte;
    int used = 0;

    if (text == NULL || sscanf(text, "%" SCNx64 ":%n", &place->address, &used) != 1 || used == 0)
        return -1;
    text += used;
    for (uint32_t i = 0; i < PLACE_BYTES; i++, text += 2) {
        if (sscanf(text, "%2x", &byte) != 1)
            return -1;
        place->bytes[i] = (uint8_t)byte;
    }
    return 0;
}

/* NAME/PLACE/PLACE, the one that begins first before the others. */
static int read_span(char *text)
{
    if (span_count == SPANS_MAX)
        return -1;
    struct span *made = &span[span_count++];
    made->name = strtok(text, "/");
    return read_place(strtok(NULL, "/"), &made->from) || read_place(strtok(NULL, "/"), &made->to);
}

static int read_option(const char *argument)
{
    if (strncmp(argument, "output=", 7) == 0)
        return (output = fopen(argument + 7, "w")) == NULL ? -1 : 0;
    return strncmp(argument, "span=", 5) == 0 ? read_span(must(strdup(argument + 5))) : -1;
}

int qemu_plugin_install(plugin_id id, const struct plugin_machine *machine, int count,
                        char **arguments)
{
    (void)machine;
    for (int i = 0; i < count; i++) {
        if (read_option(arguments[i]) != 0) {
            fprintf(stderr, "counter: found option %s, which it does not know or cannot use\n",
                    arguments[i]);
            return -1;
        }
    }
    if (output == NULL || span_count == 0) {
        fprintf(stderr, "counter: found no output or span, expected both\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
