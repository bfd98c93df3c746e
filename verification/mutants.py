#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the proofs mean something: each of these bugs must leave a goal unproved.

    verification/mutants.py            all of them
    verification/mutants.py ring       those of these modules

A contract that a wrong program also meets is too weak to be worth proving. Every mutant is proved
afresh (nothing recorded is used), so a run takes minutes.
"""
import importlib.machinery
import importlib.util
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "prove"
LOADER = importlib.machinery.SourceFileLoader("prove", str(SCRIPT))
prove = importlib.util.module_from_spec(importlib.util.spec_from_loader("prove", LOADER))
sys.modules["prove"] = prove
LOADER.exec_module(prove)

TIMEOUT_SECONDS = 5

# module, function whose proof must fail, old text (its first occurrence), new text
MUTANTS = [
    ("pool", "pool_take", "pool->free_count--;", ""),
    ("pool", "pool_give", "pool->rank[other] = place;", ""),
    ("pool", "pool_give", "pool->order[place] = other;", ""),
    ("pool", "pool_is_free", "pool->rank[index] < pool", "pool->rank[index] <= pool"),
    ("pool", "pool_init", "rank[i] = (uint16_t)(count - 1 - i);", "rank[i] = (uint16_t)i;"),
    ("cspace", "cspace_find", "if (handle.index >= cspace->slot_count)", "if (false)"),
    ("cspace", "cspace_find", "slot->generation != handle.generation || ", ""),
    ("cspace", "cspace_find", "slot->type >= SLOT_RETIRED", "slot->type > SLOT_RETIRED"),
    ("cspace", "cspace_clear", "    slot->generation++;\n", ""),
    ("cspace", "cspace_clear", "if (slot->generation == UINT32_MAX)", "if (false)"),
    ("cspace", "cspace_reserve", "cspace->slot[taken].type = SLOT_RESERVED;", ""),
    ("cspace", "cspace_rollback", "cspace->slot[index].type = SLOT_EMPTY;", ""),
    ("cspace", "cspace_commit", "    slot->badge = capability->badge;\n", ""),
    ("cspace", "slot_wipe", "    slot->rights = 0;\n", ""),
    ("cspace", "rights_attenuate", "held & mask", "held | mask"),
    ("cspace", "cspace_read", "    capability->badge = slot->badge;\n", ""),
    ("cspace", "cspace_init", "        slot[i].generation = 1;\n", ""),
    ("list", "list_push", "last->next = link;", ""),
    ("list", "list_remove", "prev->next = next;", ""),
    ("list", "list_init", "    link->prev = link;\n", ""),
    ("list", "list_is_empty", "return first == head;", "return first != head;"),
    ("run_queue", "turns_push", "turns->count++;", ""),
    ("run_queue", "turns_place", "if (turn < turns->now)", "if (false)"),
    ("run_queue", "turns_first", "turns->now = turn;", ""),
    ("run_queue", "run_queue_class", "if (queue->class[SG_CLASS_REALTIME].count != 0)", "if (false)"),
    ("run_queue", "class_mask", "UINT32_C(1) << class", "UINT32_C(1) << (class + 1)"),
    ("run_queue", "run_queue_push_front", "list_push(queue->class[class].next, link)",
     "list_push(&queue->class[class], link)"),
    ("run_queue", "run_queue_init", "&queue->class[i]", "&queue->class[0]"),
    ("time", "time_by_weight", "*rest = (uint32_t)(left % weight);", "*rest = 0;"),
    ("message", "range_fits", "offset <= arena_size - length", "offset + length <= arena_size"),
    ("message", "range_fits", "length <= arena_size && ", ""),
    ("message", "message_check", "message->send_length > SG_MESSAGE_MAX || ", ""),
    ("message", "message_check", "sizeof(struct sg_cap_transfer)", "sizeof(struct sg_handle)"),
    ("message", "message_check", "message->caps_offset % 8 != 0 || ", ""),
    ("time", "time_add", "a <= UINT64_MAX - b ? a + b", "a < UINT64_MAX - b ? a + b"),
    ("time", "time_scale", "ticks_high * high >= HALF", "false"),
    ("time", "time_scale", "ticks_low * low / HALF", "0"),
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
    ("ring", "ring_reserve", "            return SG_LIMIT;", "            return SG_OK;"),
    ("ring", "ring_reserve", "    ring->in_flight++;\n", ""),
    ("ring", "ring_take", "    ring->submit_head = index_advance(head, 1);\n", ""),
    ("ring", "ring_post", "    ring->in_flight--;\n", ""),
    ("ring", "ring_init", "    ring->complete_head = 0;\n", ""),
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
    ("frames", "frames_add_root", "        appear(frames, first + i);\n", ""),
    ("frames", "frames_add_root", "i < extent", "i <= extent"),
    ("frames", "frames_check", "offset > extent - count", "offset > extent"),
    ("frames", "frames_check", " || frame->owner != untyped", ""),
    ("frames", "frames_check", "if (count == 0 || ", "if ("),
    ("frames", "frames_next_dirty", "return first + i;", "return first + i + 1;"),
    ("frames", "frames_set_clean", "? FRAME_DYING : 0", "? 0 : FRAME_DYING"),
    ("frames", "frames_claim", "        append(frames, head, head + i);\n", ""),
    ("frames", "frames_claim", "i < count", "i <= count"),
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
]


def plant(tree: Path, module: str, old: str, new: str) -> None:
    """Copies the sources and puts the bug into the code, not into a contract."""
    for folder in ("abi", "core"):
        shutil.copytree(prove.ROOT / "kernel" / folder, tree / "kernel" / folder)
    for suffix in (".c", ".h"):
        path = tree / prove.CORE / (module + suffix)
        if path.exists() and old in path.read_text():
            path.write_text(path.read_text().replace(old, new, 1))
            return
    sys.exit(f"{module}: nothing reads {old!r}")


def survives(module: str, function: str, old: str, new: str) -> bool:
    """Whether every goal of the function is still proved."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        plant(tree, module, old, new)
        prove.unpack(module, tree / "session")
        report = tree / "report.json"
        done = prove.frama_c(
            [word for word in prove.FRAMA_C if word not in ("-kernel-warn-key", "*=error")]
            + [str(prove.source_of(tree, module, tree)), "-wp", "-wp-rte", "-wp-split",
               "-wp-fct", function, "-wp-session", str(tree / "session"), "-wp-cache", "none",
               "-wp-prover", "script,cvc4,z3", "-wp-timeout", str(TIMEOUT_SECONDS),
               "-wp-par", "2", "-wp-report-json", str(report)], tree)
        if not report.exists():
            sys.exit(f"{done.stdout}\n{module} {function}: Frama-C wrote no report")
        return not prove.unproved(json.loads(report.read_text()))


def main() -> None:
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or mutant[0] in sys.argv[1:]]
    survivors = 0
    for number, mutant in enumerate(chosen, 1):
        lives = survives(*mutant)
        survivors += lives
        print(f"[{number}/{len(chosen)}] {'SURVIVED' if lives else 'killed'} {mutant[0]} "
              f"{mutant[1]}: {mutant[2]!r} -> {mutant[3]!r}", flush=True)
    if survivors:
        sys.exit(f"{survivors} mutants survived")


if __name__ == "__main__":
    main()
