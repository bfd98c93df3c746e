/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin of QEMU that counts how often each instruction is executed in the windows that a program
   marks (services/bench/mark.h). For each window it writes a line "window ROW", then one for each
   instruction that was executed: address, count, and the first bytes of its block, by which whoever
   reads it tells programs at the same addresses apart. Counting is a number added in the translated
   code, so it is exact whatever the machine does. For one processor, or several that take turns. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"
#include "plugin_api.h"

#define BYTES_SHOWN 16u

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

static struct block *blocks;
static uint64_t
    begin; /* what was translated before this address was is not of interest: firmware */
static bool has_begun;
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

static void window_begins(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    forget_counts();
    is_counting = true;
}

static void window_ends(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    if (!is_counting)
        return;
    is_counting = false;
    fprintf(output, "window %" PRIu32 "\n", row);
    for (const struct block *block = blocks; block != NULL; block = block->next)
        write_block(block);
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

static void translated(plugin_id id, struct plugin_block *code)
{
    size_t count = qemu_plugin_tb_n_insns(code);

    (void)id;
    has_begun = has_begun || qemu_plugin_tb_vaddr(code) == begin;
    if (!has_begun)
        return;
    struct block *block = calloc(1, sizeof(*block) + count * sizeof(block->instruction[0]));
    if (block == NULL) {
        fprintf(stderr, "counter: found no memory left\n");
        exit(1);
    }
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

int qemu_plugin_install(plugin_id id, const struct plugin_machine *machine, int count,
                        char **arguments)
{
    (void)machine;
    for (int i = 0; i < count; i++) {
        if (strncmp(arguments[i], "output=", 7) == 0)
            output = fopen(arguments[i] + 7, "w");
        else if (strncmp(arguments[i], "begin=", 6) == 0)
            begin = strtoull(arguments[i] + 6, NULL, 0);
    }
    if (output == NULL || begin == 0) {
        fprintf(stderr, "counter: found no output or begin, expected both\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
