/* SPDX-License-Identifier: BSD-2-Clause */
/* What of QEMU's plugin interface, version 1, is used here. Debian's QEMU runs plugins and ships no
   header for them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))
#define PLUGIN_VERSION 1

struct plugin_block;
struct plugin_instruction;
struct plugin_machine;

enum plugin_registers { PLUGIN_NO_REGISTERS };
enum plugin_operation { PLUGIN_ADD };

typedef uint64_t plugin_id;
typedef void plugin_translated(plugin_id id, struct plugin_block *block);
typedef void plugin_executed(unsigned cpu, void *data);
typedef void plugin_ended(plugin_id id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, plugin_translated *callback);
void qemu_plugin_register_vcpu_tb_exec_cb(struct plugin_block *block, plugin_executed *callback,
                                          enum plugin_registers registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct plugin_instruction *instruction,
                                            plugin_executed *callback,
                                            enum plugin_registers registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct plugin_instruction *instruction,
                                                enum plugin_operation operation, void *number,
                                                uint64_t operand);
void qemu_plugin_register_atexit_cb(plugin_id id, plugin_ended *callback, void *data);
size_t qemu_plugin_tb_n_insns(const struct plugin_block *block);
uint64_t qemu_plugin_tb_vaddr(const struct plugin_block *block);
struct plugin_instruction *qemu_plugin_tb_get_insn(const struct plugin_block *block, size_t index);
const void *qemu_plugin_insn_data(const struct plugin_instruction *instruction);
size_t qemu_plugin_insn_size(const struct plugin_instruction *instruction);
uint64_t qemu_plugin_insn_vaddr(const struct plugin_instruction *instruction);

/* What a plugin gives. */
PLUGIN_EXPORT extern int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const struct plugin_machine *machine, int count,
                                      char **arguments);
