#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the proofs mean something: each of these bugs must leave a goal unproved.

    verification/mutants.py               all of them, an hour or more
    verification/mutants.py ring frames   those of these modules
    verification/mutants.py --check       only that each can be planted in the tree as it is (a test)
    verification/mutants.py --sabotage    breaks one bound and runs scripts/prove, which must fail

A contract that a wrong program also meets is too weak to be worth proving. Every function has a bug
here. Goals that the bug leaves as they are come from what is recorded; the others are tried anew.
"""
import argparse
import importlib.machinery
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "prove"
LOADER = importlib.machinery.SourceFileLoader("prove", str(SCRIPT))
prove = importlib.util.module_from_spec(importlib.util.spec_from_loader("prove", LOADER))
sys.modules["prove"] = prove
LOADER.exec_module(prove)

TIMEOUT_SECONDS = 5

# The bound that --sabotage breaks.
SABOTAGE = ("message", "range_fits", "(uint64_t)offset + length <= arena_size", "offset <= arena_size")

# module, function whose proof must fail, old text (the first in its body), new text
MUTANTS = [
    ("pool", "pool_take", "    pool->free_count--;\n", ""),
    ("pool", "pool_take_any", "    (void)pool_has(pool);\n", ""),
    ("pool", "pool_has", "    pool_grow(pool);\n", ""),
    ("pool", "pool_grow", "if (new == pool->limit)", "if (false)"),
    ("pool", "pool_grow", "pool->rank[new] = (uint16_t)new;", ""),
    ("pool", "pool_grow", "pool->count = new + 1;", ""),
    ("pool", "pool_left", "pool->limit - (pool->count", "pool->count - (pool->count"),
    ("pool", "pool_give", "pool->rank[other] = place;", ""),
    ("pool", "pool_give", "pool->order[place] = other;", ""),
    ("pool", "pool_is_free", "pool->rank[index] < pool", "pool->rank[index] <= pool"),
    ("pool", "pool_init", "pool->free_count = 0;", "pool->free_count = limit;"),
    ("cspace", "cspace_find", "if (handle.index >= cspace->slot_count)", "if (false)"),
    ("cspace", "cspace_find", "slot->generation != handle.generation || ", ""),
    ("cspace", "cspace_find", "slot->type >= SLOT_RETIRED", "slot->type > SLOT_RETIRED"),
    ("cspace", "cspace_commit", "    slot->generation = handle.generation;\n", ""),
    ("cspace", "cspace_clear", "if (slot->generation == UINT32_MAX)", "if (false)"),
    ("cspace", "cspace_reserve", "if (!has_free)", "if (false)"),
    ("cspace", "cspace_reserve", "    *index = taken;\n", "    *index = taken + 1;\n"),
    ("cspace", "cspace_take", "cspace->slot[taken].type = SLOT_RESERVED;", ""),
    ("cspace", "cspace_rollback", "cspace->slot[index].type = SLOT_EMPTY;", ""),
    ("cspace", "cspace_commit", "    slot->badge = capability->badge;\n", ""),
    ("cspace", "slot_wipe", "    slot->rights = 0;\n", ""),
    ("cspace", "rights_attenuate", "held & mask", "held | mask"),
    ("cspace", "cspace_read", "    capability->badge = slot->badge;\n", ""),
    ("cspace", "cspace_init", "cspace->slot_count = slot_count;", "cspace->slot_count = slot_count + 1;"),
    ("list", "list_push", "last->next = link;", ""),
    ("list", "list_remove", "prev->next = next;", ""),
    ("list", "list_init", "    link->prev = link;\n", ""),
    ("list", "list_is_empty", "return first == head;", "return first != head;"),
    ("run_queue", "turns_push", "turns->count++;", ""),
    ("run_queue", "turns_place", "if (turn < turns->now)", "if (false)"),
    ("run_queue", "turns_first", "turns->now = turn;", ""),
    ("run_queue", "run_queue_class", "if (queue->class[SG_CLASS_REALTIME].count != 0)", "if (false)"),
    ("run_queue", "turns_push_front", "list_push(turns->list[place].next, link)",
     "list_push(&turns->list[place], link)"),
    ("run_queue", "turns_remove", "    turns->count--;\n", ""),
    ("run_queue", "turns_list", "turn % TURNS", "turn / TURNS % TURNS"),
    ("run_queue", "turns_init", "    turns->now = 0;\n", ""),
    ("run_queue", "run_queue_init", "turns_init(&queue->class[3])", "turns_init(&queue->class[2])"),
    ("message", "range_fits", "(uint64_t)offset + length", "offset + length"),
    ("message", "range_fits", "offset + length <= arena_size", "length <= arena_size"),
    ("message", "message_check", "message->send_length > SG_MESSAGE_MAX || ", ""),
    ("message", "message_check", "sizeof(struct sg_cap_transfer)", "sizeof(struct sg_handle)"),
    ("message", "message_check", "message->caps_offset % 8 != 0 || ", ""),
    ("time", "time_add", "a <= UINT64_MAX - b ? a + b", "true ? a + b"),
    ("time", "time_by_weight", "    *rest = (uint32_t)(left % weight);\n", ""),
    ("time", "time_slice_ns", "length == 0 ? 1 : length", "length"),
    ("time", "time_subtract", "a > b ? a - b : 0", "a - b"),
    ("time", "multiply", "a <= UINT64_MAX / b ? a * b", "true ? a * b"),
    ("index", "index_place", "index & (count - 1)", "index & count"),
    ("index", "index_lead", "tail + INDEX_WRAP - head", "tail + INDEX_WRAP - head + 1"),
    ("index", "index_is_between", "<= index_lead(limit, before)", "< index_lead(limit, before)"),
    ("index", "index_advance", "(uint64_t)index + count", "(uint64_t)index + 1"),
    ("ring", "ring_pending", "if (pending > ring->submission_count)", "if (false)"),
    ("ring", "ring_unread", "if (unread > index_lead(ring->complete_tail, ring->complete_head))",
     "if (unread > ring->completion_count)"),
    ("ring", "minimum", "a < b ? a : b", "a < b ? b : a"),
    ("ring", "ring_place", "index_place(ring->complete_tail, ring->completion_count)",
     "index_place(ring->complete_head, ring->completion_count)"),
    ("ring", "ring_next", "            return SG_LIMIT;", "            return SG_OK;"),
    ("ring", "ring_next", "minimum(wanted, ring->completion_count - taken)", "wanted"),
    ("ring", "ring_next", "minimum(count, ring->submission_count - first)", "count"),
    ("ring", "ring_next", "minimum(count, ring->completion_count - place)", "count"),
    ("ring", "ring_answered", "index_advance(ring->complete_tail, count)",
     "index_advance(ring->complete_tail, 1)"),
    ("ring", "ring_take", "    ring->in_flight++;\n", ""),
    ("ring", "ring_take", "    ring->submit_head = index_advance(ring->submit_head, 1);\n", ""),
    ("ring", "ring_post", "    ring->in_flight--;\n", ""),
    ("ring", "ring_publish", "    shared_store(&indices->submit_head, ring->submit_head);\n",
     "    ring->submit_head++;\n"),
    ("ring", "ring_init", ".submission_count = submission_count", ".submission_count = completion_count"),
    ("timers", "timers_first", "return timers->order[0];", "return timers->order[timers->armed - 1];"),
    ("timers", "exchange", "timers->rank[timer_b] = a;", ""),
    ("timers", "rise", "> deadline_at(timers, place)", "< deadline_at(timers, place)"),
    ("timers", "earlier_child", "        child++;\n", "        ;\n"),
    ("timers", "sink", "        place = child;\n", "        return;\n"),
    ("timers", "timers_cancel", "    else\n        sink(timers, place);\n", ""),
    ("timers", "timers_is_armed", "rank[timer] < timers->armed", "rank[timer] <= timers->armed"),
    ("timers", "timers_init", "        rank[i] = i;\n", ""),
    ("timers", "deadline_at", "timers->deadline[timers->order[place]]", "timers->deadline[place]"),
    ("timers", "timers_arm", "    rise(timers, place);\n", ""),
    ("frames", "set_head", "    frame->count = 1;\n", ""),
    ("frames", "set_body", "    frame->role = FRAME_BODY;\n", ""),
    ("frames", "set_idle", "    frame->flags = flags;\n", ""),
    ("frames", "make", "set_head(&frames->table[head], head, type)",
     "set_head(&frames->table[head], head, 0)"),
    ("frames", "unmake", "? FRAME_DIRTY : 0);", "? 0 : FRAME_DIRTY);"),
    ("frames", "append", "set_body(&frames->table[body], head)",
     "set_body(&frames->table[body], body)"),
    ("frames", "append", "    frames->table[head].count++;\n", ""),
    ("frames", "detach", "FRAME_FREE, FRAME_DIRTY", "FRAME_FREE, 0"),
    ("frames", "detach", "    frames->table[head].count--;\n", ""),
    ("frames", "adopt", ".owner = child;", ".owner = 0;"),
    ("frames", "shorten", "    untyped->extent--;\n", ""),
    ("frames", "return_to", "    frame->owner = owner;\n", ""),
    ("frames", "return_to", "        frame->role = FRAME_ABSENT;\n", "        ;\n"),
    ("frames", "shed", "    shorten(&frames->table[child]);\n", ""),
    ("frames", "charge", "count <= frame->extent - frame->used", "true"),
    ("frames", "refund", "if (frame->used > 1)", "if (frame->used > 0)"),
    ("frames", "appear", "role = FRAME_FREE", "role = FRAME_HEAD"),
    ("frames", "fill", "        table[f].owner = owner;\n", ""),
    ("frames", "frames_init", "    fill(frames, first + extent, frames->count, FRAME_NONE, FRAME_ABSENT);\n", ""),
    ("frames", "frames_init", "    frames->table[first].extent = extent;\n", ""),
    ("frames", "frames_add_root", "        appear(frames, first + i);\n", ""),
    ("frames", "frames_add_root", "i < extent", "i <= extent"),
    ("frames", "frames_check", "offset > extent - count", "offset > extent"),
    ("frames", "frames_check", " || frame->owner != untyped", ""),
    ("frames", "frames_check", "if (count == 0 || ", "if ("),
    ("frames", "frames_next_dirty", "return first + i;", "return first + i + 1;"),
    ("frames", "frames_set_clean", "? FRAME_DYING : 0", "? 0 : FRAME_DYING"),
    ("frames", "frames_claim", "    charge(frames, untyped, 1);\n", ""),
    ("frames", "frames_extend", "        append(frames, head, end + i);\n", "        ;\n"),
    ("frames", "frames_extend", "i < count", "i <= count"),
    ("frames", "frames_set_type", "type = type", "type = 0"),
    ("frames", "frames_grant", "end < owner_end && ", ""),
    ("frames", "frames_grant", " &&\n           frames->table[end].owner == owner", ""),
    ("frames", "frames_kill", "    frames->table[head].epoch++;\n", ""),
    ("frames", "frames_kill", "FRAME_DYING | FRAME_DIRTY", "FRAME_DIRTY"),
    ("frames", "frames_release_body", "count - 1;", "count;"),
    ("frames", "frames_release_head", " || frames->table[head].epoch == UINT32_MAX", ""),
    ("frames", "frames_release_head", "owner == FRAME_NONE || ", ""),
    ("frames", "frames_ungrant", "extent - 1;", "extent;"),
    ("frames", "frames_ungrant", "    else if (owner != FRAME_NONE)\n", "    else\n"),
    ("frames", "frames_is_live", "epoch == epoch", "epoch >= epoch"),
    ("little_endian", "read_le32", "read_le16(p + 2)", "read_le16(p + 1)"),
    ("little_endian", "read_le16", "0x100u", "0x10u"),
    ("little_endian", "read_le64", "read_le32(p + 4)", "read_le32(p + 3)"),
    ("elf64", "check_segment", "segment->offset > size || ", ""),
    ("elf64", "check_segment", "segment->memory_size > SG_USER_END - segment->address",
     "segment->address + segment->memory_size > SG_USER_END"),
    ("elf64", "check_segment", "if (segment->writable && segment->executable)", "if (false)"),
    ("elf64", "check_segment", "if (segment->address < SG_USER_BASE)", "if (false)"),
    ("elf64", "read_segments", "if (ELF64_FIRST_PAGE(*segment) < pages_end)",
     "if (segment->address < pages_end)"),
    ("elf64", "read_segments", "if (image->segment_count == ELF64_SEGMENTS_MAX)", "if (false)"),
    ("elf64", "read_note", "if (offset > size || ", "if ("),
    ("elf64", "elf64_validate", "entries * ENTRY_SIZE > size - table", "false"),
    ("elf64", "elf64_validate", "entry_ok(image) ? ELF64_OK : ELF64_BAD_ENTRY", "ELF64_OK"),
    ("elf64", "elf64_find_note", "descriptor > end - at || ", ""),
    ("elf64", "check_header", "read_le16(file + 18) != MACHINE_X86_64", "false"),
    ("elf64", "read_segment", "return check_segment(segment, size);", "return ELF64_OK;"),
    ("elf64", "entry_ok", "segment->executable && ", ""),
    ("elf64", "bytes_equal", "a[i] != b[i]", "a[0] != b[0]"),
    ("elf64", "padded", "+ 3) / 4", "+ 2) / 4"),
    ("pte", "pte_index", "% TABLE_ENTRIES", "% (2 * TABLE_ENTRIES)"),
    ("pte", "pte_user_page", "entry + (PTE_WRITE | PTE_NO_EXECUTE)", "entry + PTE_WRITE"),
    ("pte", "pte_user_page", "permissions & SG_MAP_EXECUTE ?", "true ?"),
    ("pte", "pte_user_page", "PTE_PRESENT | PTE_USER | PTE_USED",
     "PTE_PRESENT | PTE_USER | PTE_USED | PTE_GLOBAL"),
    ("pte", "pte_user_table", "PTE_PRESENT | PTE_WRITE | PTE_USER", "PTE_PRESENT | PTE_WRITE"),
    ("pte", "pte_frame", "entry / PAGE_SIZE", "entry / 2 / PAGE_SIZE"),
    ("pte", "pte_kernel_page", "PTE_PRESENT | PTE_GLOBAL | PTE_USED",
     "PTE_PRESENT | PTE_USER | PTE_GLOBAL | PTE_USED"),
    ("pte", "pte_kernel_page", "entry + (PTE_WRITE | PTE_NO_EXECUTE);", "entry + PTE_WRITE;"),
    ("pte", "pte_kernel_table", "PTE_PRESENT | PTE_WRITE", "PTE_PRESENT | PTE_WRITE | PTE_USER"),
    ("handle", "sg_handle_from_word", "word % UINT64_C(0x100000000)", "word % UINT64_C(0x80000000)"),
    ("choose", "pass", "passed_ns < most_ns ? passed_ns : most_ns", "passed_ns"),
    ("choose", "pass", "time_by_weight(ran_ns, sched->weight", "time_by_weight(ran_ns, SG_WEIGHT_DEFAULT"),
    ("choose", "charge", "(sched->turns->now + 2) * SLICE_NS", "(sched->turns->now + 3) * SLICE_NS"),
    ("choose", "charge", "if (UNLIKELY(sched->budget_left_ns != 0))", "if (true)"),
    ("choose", "charge", "    cpu->run_since_ns = now_ns;\n", ""),
    ("choose", "charge", "time_subtract(sched->slice_left_ns, ran_ns)", "sched->slice_left_ns - ran_ns"),
    ("compete", "cpus_for", "open != 0 ? open : sched->cpus", "open"),
    ("compete", "may_run_on", ">> cpu->number & 1", ">> cpu->number"),
    ("compete", "begin_period", "next_ns > now_ns ? next_ns :", "true ? next_ns :"),
    ("compete", "begin_period", "    sched->budget_left_ns = sched->budget_ns;\n", ""),
    ("compete", "sched_class_now", "if (sched->budget_left_ns > 0)", "if (sched->budget_ns > 0)"),
    ("compete", "sched_class_now", " || sched->budget_ns == 0", ""),
    ("compete", "sched_change_clock", "time_subtract(sched->virtual_ns, sched->turns->now * SLICE_NS)",
     "sched->virtual_ns"),
    ("compete", "sched_change_clock", "time_add(turns->now * SLICE_NS, ahead_ns)", "ahead_ns"),
    ("compete", "turn_of", "is_behind && turn <= turns->now", "is_behind && turn < turns->now"),
    ("compete", "turn_of", "if (now > turns->now)", "if (now != 0)"),
    ("sched", "sched_next_event_ns", " &&\n        sched->budget_left_ns < left_ns", ""),
    ("sched", "sched_next_event_ns", "    if (sched->turns->count != 0)\n", ""),
    ("compete", "is_unarmed", " || cpu->kept_for != NULL", ""),
    ("compete", "is_unarmed", "sched_next_event_ns(cpu) < cpu->armed_ns", "false"),
    ("sched", "sched_cpu", "cpus[sched->cpu]", "cpus[0]"),
    ("sched", "sched_consumed_ns", "sched->is_current ?", "true ?"),
    ("sched", "sched_consumed_ns", "time_add(sched->consumed_ns, time_subtract(arch_now_ns(), since_ns))",
     "sched->consumed_ns + arch_now_ns()"),
    ("thread", "thread_has_lent", "thread->op.flags", "thread->held.flags"),
    ("thread", "thread_sched", "    if (thread_has_lent(thread))\n        return NULL;\n", ""),
    ("thread", "thread_sched", "thread = thread->held.peer->thread;", "thread = thread->op.peer->thread;"),
    ("transfer", "check_mode", "        if (capability->type != SG_TYPE_LEASE)\n            return SG_BAD_TYPE;\n", ""),
    ("transfer", "check_mode", "SG_BIT(SG_MOVE)", "SG_BIT(SG_COPY)"),
    ("transfer", "moves_twice", "(is_move || transfer->item[i].is_move)", "is_move"),
    ("transfer", "moves_twice", "i < transfer->count", "i + 1 < transfer->count"),
    ("notification", "notification_count", "    notification->count++;\n", ""),
    ("notification", "notification_take", "    notification->count = 0;\n", ""),
    ("ioport", "holds", "first - range->first <= range->count - count", "first - range->first <= range->count"),
    ("ioport", "holds", "first >= range->first &&\n           ", ""),
    ("ranges", "range_overlaps", "b.start < a.end", "b.start <= a.end"),
    ("invoke", "invocation_check", " || UNLIKELY(token != 0)", ""),
    ("invoke", "invocation_check", "    if (UNLIKELY(opcode >= SG_OP_COUNT))\n        return SG_BAD_OPERATION;\n", ""),
    ("invoke", "invocation_check", "    if (opcode != SG_OP_REPLY)", "    if (opcode == SG_OP_REPLY)"),
    ("invoke", "invocation_check", "|| !(header & reserved)", "|| true"),
    ("invoke", "invocation_is_nop", " && token == 0", ""),
    ("registers", "deadline_of", "time_add(arch_now_ns(), time_ns)", "arch_now_ns() + time_ns"),
    ("registers", "deadline_of", "? time_ns : SG_FOREVER", "? time_ns : time_ns"),
    ("lease", "lease_derived", "rights_attenuate(lease->target.rights, rights)", "rights"),
    ("lease", "lease_derived", ".epoch = machine.frames.table[head].epoch,", ""),
    ("capability", "follow", "if (!frames_is_live(&machine.frames, head, epoch))", "if (false)"),
    ("capability", "follow", "epoch = target->epoch;", ""),
    ("capability", "follow", "depth <= SG_LEASE_DEPTH_MAX", "depth < SG_LEASE_DEPTH_MAX"),
    ("capability", "capability_follow", "capability->flags, object", "0, object"),
    ("capability", "capability_resolve", "if (!frames_is_live(&machine.frames, slot->object, slot->epoch))",
     "if (false)"),
    ("capability", "capability_resolve", "if (index == cspace->slot_count)", "if (false)"),
    ("capability", "capability_require", "if (target.slot->type != type)", "if (false)"),
    ("capability", "capability_require", "if (!(target.slot->rights >> operation & 1))", "if (false)"),
    ("capability", "capability_to", "SG_RIGHTS_ALL >> 2", "SG_RIGHTS_ALL"),
    ("capability", "capability_in", ".epoch = slot->epoch,", ""),
    ("acpi", "acpi_checksum_is_good", "i < length", "i <= length"),
    ("acpi", "text_is", "bytes[i] != text[i]", "bytes[0] != text[0]"),
    ("acpi", "acpi_read_root", "size_bytes < RSDP_OLD_BYTES || ", ""),
    ("acpi", "acpi_read_root", "size_bytes >= RSDP_NEW_BYTES && ", ""),
    ("acpi", "acpi_table_length", "claimed > ACPI_TABLE_MAX", "false"),
    ("acpi", "add_cpu", " || interrupts->cpu_id[i] == id", ""),
    ("acpi", "add_cpu", "if (interrupts->cpu_count == SG_BOOT_CPUS_MAX)", "if (false)"),
    ("acpi", "add_ioapic", "if (interrupts->ioapic_count == ACPI_IOAPICS_MAX)", "if (false)"),
    ("acpi", "add_override", "if (entry[3] >= ACPI_ISA_LINES)", "if (false)"),
    ("acpi", "add_override", "flags % 4", "flags % 8"),
    ("acpi", "least_bytes", "return 16;", "return 2;"),
    ("acpi", "read_entry", "length < least_bytes(entry[0])", "false"),
    ("acpi", "acpi_read_madt", "entry_length > length - offset", "false"),
    ("acpi", "acpi_read_madt", "entry_length < 2 || ", ""),
    ("acpi", "acpi_read_fadt", "length >= FADT_BYTES_WITH_WIDE_DSDT && ", ""),
    ("acpi", "read_soft_off", "offset + 1 >= left", "offset >= left"),
    ("acpi", "acpi_find_soft_off", "i < length && length - i >= 8", "i < length"),
    ("queue", "is_queue_size", "if (count == size)", "if (count >= size)"),
    ("queue", "sg_queue_pages", " || geometry.place_bytes == 0", ""),
    ("queue", "sg_queue_pages", "pages <= SG_MAP_PAGES_MAX ?", "true ?"),
    ("queue", "sg_queue_open_at", "queue->ahead = geometry.place_count", "queue->ahead = 1"),
    ("queue", "sg_queue_open_at", "(uint8_t *)memory + SG_QUEUE_PLACES_AT", "(uint8_t *)memory"),
    ("queue", "available", "queue->seen, queue->ahead", "queue->seen, queue->place_count"),
    ("queue", "sg_queue_available", "if (!index_is_between(found, queue->seen, limit))", "if (false)"),
    ("queue", "sg_queue_available", "queue->place_count - queue->ahead", "queue->place_count"),
    ("queue", "sg_queue_at", "index_place(index_advance(queue->index, nth), queue->place_count)",
     "index_advance(queue->index, nth)"),
    ("queue", "sg_queue_advance", "if (count > available(queue))", "if (false)"),
    ("queue", "sg_queue_arm", "&queue->own->wake", "&queue->own->index"),
    ("queue", "sg_queue_wait", "count >= least", "count <= least"),
    ("queue_message", "room", " - SG_QUEUE_LENGTH_BYTES", ""),
    ("queue_message", "sg_queue_put", "if (length > room(queue))", "if (false)"),
    ("queue_message", "sg_queue_take", "if (found > room(queue))", "if (false)"),
    ("queue_message", "sg_queue_take", "if (found > capacity)", "if (false)"),
    ("queue_message", "sg_queue_send", "status = sg_queue_wait(queue, 1, deadline_ns)", "status = SG_OK"),
    ("queue_message", "sg_queue_receive", "status = sg_queue_wait(queue, 1, deadline_ns)", "status = SG_OK"),
    ("queue_places", "copy", "words -= BLOCK_WORDS", "words -= 1"),
    ("queue_places", "excess", "? number - limit", "? limit"),
    ("queue_places", "words_of", "words * places", "words * places + 1"),
    ("queue_places", "cut", "queue->place_count - place)", "queue->place_count)"),
    ("queue_places", "next_span", "cut(queue, wanted, available, span)", "cut(queue, available, wanted, span)"),
    ("queue_places", "sg_queue_write", "messages, span.first_words", "messages, span.first_words + span.rest_words"),
    ("queue_places", "sg_queue_read", "next, span.first_words", "next, span.first_words + span.rest_words"),
    ("ranges", "delete_at", "ranges->count--;", "ranges->count++;"),
    ("ranges", "insert_at", "if (ranges->count == BOOT_RANGES_MAX)", "if (false)"),
    ("ranges", "insert_at", "    ranges->range[index] = range;\n", ""),
    ("ranges", "ranges_add", "if (added.start >= added.end)", "if (false)"),
    ("ranges", "ranges_remove", "if (removed.end < old.end)", "if (removed.end <= old.end)"),
    ("ranges", "ranges_to_pages", "range->end - range->start <= missing", "false"),
]


def find(tree: Path, module: str, function: str, text: str) -> tuple[Path, int] | None:
    """Where the text stands in the body of a function."""
    for path in prove.sources(tree, module):
        source = path.read_text()
        for definition in prove.DEFINITION.finditer(source):
            body = definition.end()
            at = source.find(text, body, source.index("\n}", body) + 1)
            if definition.group(1) == function and at >= 0:
                return path, at
    return None


def check_list() -> None:
    """Every bug can be planted, and every function has one."""
    faults = [f"{module} {function}: nothing in it reads {old!r}"
              for module, function, old, _ in MUTANTS + [SABOTAGE]
              if find(prove.ROOT, module, function, old) is None]
    planted = {mutant[:2] for mutant in MUTANTS}
    faults += [f"{module} {function}: no bug is planted here" for module in prove.modules()
               for function in prove.functions(prove.ROOT, module)
               if (module, function) not in planted]
    if faults:
        sys.exit("\n".join(faults))


def plant(tree: Path, module: str, function: str, old: str, new: str) -> None:
    """Puts the bug into a copy of the code, not into a contract."""
    path, at = find(tree, module, function, old)
    source = path.read_text()
    path.write_text(source[:at] + new + source[at + len(old):])


def unproved(module: str, function: str, old: str, new: str) -> list[str]:
    """The goals of the function that its bug leaves unproved."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for folder in ("kernel", "sdk/include", "sdk/src/queue", "verification/prover"):
            shutil.copytree(prove.ROOT / folder, tree / folder)
        plant(tree, module, function, old, new)
        prove.unpack(module, tree / "session")
        report = tree / "report.json"
        done = prove.frama_c(
            prove.arguments(module) + [prove.generate(tree), str(prove.source_of(tree, module, tree))] + prove.WP
            + ["-wp-fct", function, "-wp-session", str(tree / "session"), "-wp-cache", "update",
               "-wp-prover", "script,cvc4,z3", "-wp-timeout", str(TIMEOUT_SECONDS),
               "-wp-par", "1", "-wp-report-json", str(report)], tree)
        if not report.exists():
            sys.exit(f"{done.stdout}\n{module} {function}: Frama-C wrote no report")
        return prove.unproved(json.loads(report.read_text()))


def sabotage() -> None:
    """scripts/prove passes in a copy of the tree and fails once a bound is broken there."""
    module, function, old, new = SABOTAGE
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for folder in ("kernel", "scripts", "sdk/cmake", "sdk/include", "sdk/src/queue", "verification"):
            shutil.copytree(prove.ROOT / folder, tree / folder)
        shutil.copy(prove.ROOT / "sdk/VERSION", tree / "sdk")
        command = [tree / "scripts" / "prove", module]
        subprocess.run(command, check=True)
        plant(tree, module, function, old, new)
        print(f"\nbroken in {module} {function}: {old!r} -> {new!r}", flush=True)
        if subprocess.run(command, check=False).returncode == 0:
            sys.exit("scripts/prove passes all the same")
        print("scripts/prove fails, as it must")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="*", help="default: all")
    parser.add_argument("--check", action="store_true", help="plant none")
    parser.add_argument("--sabotage", action="store_true",
                        help="break one bound and run scripts/prove, which must fail")
    parser.add_argument("--jobs", "-j", type=int, default=1, help="bugs at a time")
    options = parser.parse_args()
    check_list()
    if options.check:
        return
    if options.sabotage:
        sabotage()
        return
    chosen = [one for one in MUTANTS if not options.module or one[0] in options.module]
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for number, (mutant, goals) in enumerate(
                zip(chosen, pool.map(lambda one: unproved(*one), chosen)), 1):
            survivors += not goals
            print(f"[{number}/{len(chosen)}] {'killed' if goals else 'SURVIVED'} {mutant[0]} "
                  f"{mutant[1]}: {mutant[2]!r} -> {mutant[3]!r}"
                  + (f" ({len(goals)}: {goals[0]})" if goals else ""), flush=True)
    if survivors:
        sys.exit(f"{survivors} of {len(chosen)} mutants survived")


if __name__ == "__main__":
    main()
