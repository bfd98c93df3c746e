#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the guest's suites see something: each of these bugs must fail a check of the suite it names.

    verification/attacks.py               all of them, some minutes; needs the build in build/dev
    verification/attacks.py exhaustion    those of this suite
    verification/attacks.py --check       only that each can be planted in the tree as it is (a test)

Each bug is planted in a copy of the kernel, which is built and booted with the programs of the build.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "scripts/lib"), str(ROOT / "verification/fuzz")]

import guest  # noqa: E402
import image  # noqa: E402
import mutants  # noqa: E402
import paths  # noqa: E402
from boot_test import System  # noqa: E402

PATIENCE_S = 40
ENDS = "the machine"  # it panics, or stands still


@dataclass(frozen=True)
class Bug:
    suite: str
    seen: str  # a regular expression of the check that fails first, or ENDS
    file: str
    old: str  # there once
    new: str
    cpus: int = 1


BUGS = [
    Bug("hostile", "nobody/", "kernel/object/thread_call.c",
        "uint64_t own = SG_BIT(SG_THREAD_EXIT) |",
        "uint64_t own = SG_BIT(SG_THREAD_START) | SG_BIT(SG_THREAD_EXIT) |"),
    Bug("hostile", "handles/", "kernel/core/cspace.h",
        "    if (slot->generation != handle.generation || slot->type", "    if (slot->type"),
    Bug("hostile", "handles/stale ones of objects before", "kernel/object/capability.c",
        "        if (!frames_is_live(&machine.frames, slot->object, slot->epoch))\n"
        "            return SG_BAD_HANDLE;\n        target", "        target"),
    Bug("hostile", "tokens/", "kernel/object/op.c",
        "return held->state == OP_HELD && op_token(held) == token ? held : NULL;",
        "return (held->ring != NULL || held->state == OP_HELD) && op_token(held) == token ? held : NULL;"),
    Bug("hostile", "tokens/of calls before", "kernel/object/op.h",
        "return held->generation << OP_NUMBER_BITS | held->number", "return held->number"),
    Bug("hostile", "rings/indices that claim too much", "kernel/core/ring.h",
        "    if (pending > ring->submission_count)\n",
        "    if (false)\n"),
    Bug("hostile", "arenas/rights gained", "kernel/object/transfer.c",
        "rights_attenuate(item->capability.rights, wanted->rights | SG_BIT(SG_RELEASE));",
        "wanted->rights & (SG_RIGHTS_ALL >> 2);"),
    # A lease that is gone is followed to what is in its frame now.
    Bug("hostile", ENDS, "kernel/object/capability.c",
        "        if (!frames_is_live(&machine.frames, head, epoch))",
        "        if ((depth == 0 || !(flags & SLOT_LEASED)) &&\n"
        "            !frames_is_live(&machine.frames, head, epoch))"),
    # A queued call that cannot be delivered is forgotten.
    Bug("hostile", ENDS, "kernel/object/endpoint.c",
        "        op_fail(caller, status);\n        cpu_work(", "        op_abandon(caller);\n        cpu_work("),
    Bug("hostile", "faults/told wrong", "kernel/arch/x86_64/switch.c",
        "WORD_OFFSET(1), CONTEXT_R10, ", "WORD_OFFSET(1), CONTEXT_RIP, "),
    Bug("hostile", ENDS, "kernel/object/choose.c",
        "    sched->budget_left_ns = time_subtract(sched->budget_left_ns, ran_ns);\n", ""),
    Bug("hostile", "memory/which is told", "kernel/object/memory.c",
        "struct op, link), SG_PEER_GONE);", "struct op, link), SG_OK);"),
    Bug("hostile", ENDS, "kernel/object/memory.c",
        "    arch_flush();\n    return list_is_empty(&memory->mappings);",
        "    return list_is_empty(&memory->mappings);", cpus=4),
    Bug("hostile", "leaks/foreign in registers after a call", "kernel/arch/x86_64/switch.c",
        "    else if (has_moved)\n", "    else if (false && has_moved)\n"),
    Bug("hostile", "leaks/foreign in registers after a call", "kernel/arch/x86_64/entry.S",
        "    swapgs\n    movl %r10d, %gs\n    sysretq",
        "    swapgs\n    movl %r10d, %gs\n    leaq entry_syscall(%rip), %r10\n    sysretq"),
    Bug("hostile", "leaks/words that are not 0", "kernel/object/untyped.c",
        "PAGE_SIZE / sizeof(uint64_t));\n    frames_set_clean",
        "PAGE_SIZE / sizeof(uint64_t) - 64);\n    frames_set_clean"),
    Bug("hostile", "leaks/bytes beside messages", "kernel/object/message_copy.h",
        "uint32_t words = length / sizeof(uint64_t);",
        "uint32_t words = (length + 7) / sizeof(uint64_t);"),
    Bug("hostile", "nothing wrong at the bystander|time/registers kept", "kernel/arch/x86_64/switch.c",
        "    if (from != NULL && from->is_full)\n", "    if (false)\n"),
    Bug("hostile", ENDS, "kernel/object/notification.h",
        "*count = notification->count;", "*count = notification->count + 1;"),
    # The trap flag goes on in the kernel.
    Bug("hostile", ENDS, "kernel/arch/x86_64/features.c", "UINT64_C(0x3f7fd5)", "UINT64_C(0x3f7ed5)"),
    Bug("exhaustion", "slots/frames that were not spent", "kernel/object/untyped.c",
        "    if (status != SG_OK)\n        return status;\n    status = prepare_frames(claim);",
        "    if (status != SG_OK) {\n        if (prepare_frames(claim) == SG_OK)\n"
        "            frames_claim(&machine.frames, claim->untyped, claim->offset, claim->type);\n"
        "        return status;\n    }\n    status = prepare_frames(claim);"),
    Bug("exhaustion", "records/ledger", "kernel/object/destroy.c",
        "    frames_release_head(&machine.frames, head);\n    frame_scrub(head);\n",
        "    if (frame->type == SG_TYPE_CSPACE)\n        return SG_OK;\n"
        "    frames_release_head(&machine.frames, head);\n    frame_scrub(head);\n"),
    Bug("exhaustion", "untypeds/full", "kernel/object/untyped.c",
        "if (nesting(claim.untyped) == SG_UNTYPED_DEPTH_MAX)", "if (false && nesting(claim.untyped))"),
    Bug("exhaustion", "records/", "kernel/object/ring.c",
        "return pool_has(&ring->records) ? ",
        "return pool_has(&ring->records) && pool_left(&ring->records) != 1 ? "),
    # The newest call is taken first.
    Bug("exhaustion", "queue/some are received", "kernel/object/endpoint.c",
        "list_push(&endpoint->callers, &caller->link);",
        "list_push(endpoint->callers.next, &caller->link);"),
    Bug("exhaustion", ENDS, "kernel/object/endpoint.c", "    return op == NULL;\n",
        "    return true;\n"),
    Bug("exhaustion", "records/ledger", "kernel/object/aspace.c",
        "    pool_give(&aspace->regions, region->number);\n", ""),
    Bug("exhaustion", "regions/ledger", "kernel/arch/x86_64/tables.c",
        "        pool_give(&tables->pool, path[level] - tables->first_frame);\n", ""),
    Bug("exhaustion", ENDS, "kernel/object/capability.c",
        "        if (!frames_is_live(&machine.frames, head, epoch))",
        "        if (depth == 0 && !frames_is_live(&machine.frames, head, epoch))"),
    Bug("exhaustion", "waiters/", "kernel/object/op.c",
        "        memory_at(op->object)->waiter_count--;\n", "        ;\n"),
    Bug("exhaustion", "threads/", "kernel/object/thread.c",
        "    pool_give(&machine.timer_numbers, thread->timer);\n", ""),
    # Pages beyond the page table that is remembered; one that has been given back; tables counted wrongly.
    Bug("test-core", ENDS, "kernel/arch/x86_64/tables.c",
        "           pte_index(address, 0) + count <= TABLE_ENTRIES;", "           count != 0;"),
    Bug("test-core", ENDS, "kernel/arch/x86_64/tables.c",
        "    tables->recent_place = NO_PLACE;\n    for", "    for"),
    Bug("exhaustion", ENDS, "kernel/arch/x86_64/tables.c",
        "missing <= pool_left(&tables->pool) ? SG_OK : SG_NO_FRAMES", "SG_OK"),
    # An enter that does not wait loses one of its thread's registers; one that waits, another.
    Bug("test-core", "ring/the payload after an enter", "kernel/arch/x86_64/entry.S",
        "    pushq %rax\n    pushq %r9\n", "    pushq %rax\n    pushq %r8\n"),
    Bug("test-core", "ring/after ", "kernel/arch/x86_64/entry.S",
        "arch_leave_way:\n", "arch_leave_way:\n    movq %r8, %r9\n"),
]  # fmt: skip


def run(command: list[object], what: str) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}{done.stderr}\n{what}: does not build")


class Copy:
    """The sources of the kernel, and a build folder with a kernel of theirs and the programs of dev."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.kernel = folder / "kernel"
        self.mixed = folder / "mixed"
        self.tree.mkdir()
        mutants.copy_tree(self.tree)
        run(["cmake", "-S", self.tree / "kernel", "-B", self.kernel, "-G", "Ninja",
             "-DCMAKE_BUILD_TYPE=Debug", f"-DSIGNET_VERSION={paths.version()}",
             f"-DCMAKE_TOOLCHAIN_FILE={self.tree}/sdk/cmake/signet-toolchain.cmake",
             f"-DCMAKE_INSTALL_PREFIX={self.mixed}"], "the kernel")  # fmt: skip
        (self.mixed / "bin").mkdir(parents=True)
        for program in (ROOT / "build/dev/bin").glob("*.elf"):
            if program.name != "kernel.elf":
                (self.mixed / "bin" / program.name).symlink_to(program)
        (self.mixed / "sdk").symlink_to(ROOT / "build/dev/sdk")

    def first_failure(self, suite: str, cpus: int) -> str:
        """Builds, boots, and returns the check that failed first, ENDS, or nothing."""
        run(["cmake", "--build", self.kernel, "--target", "install"], "the kernel")
        iso = image.make(paths.manifest_path(suite), self.mixed)
        with System(self.mixed, "bios", cpus).boot_image(iso) as session:
            session.deadline = time.monotonic() + PATIENCE_S
            try:
                line = session.wait_for(rb"(not ok|checks) ([^\r\n]*)\r*\n", "a check")
            except guest.GuestError as error:
                return f"{ENDS}: {error}"
            return line[2].decode() if line[1] == b"not ok" else ""

    def plant(self, bug: Bug) -> str:
        """What is seen of a bug, which is then taken out again."""
        file = self.tree / bug.file
        text = file.read_text()
        file.write_text(text.replace(bug.old, bug.new))
        seen = self.first_failure(bug.suite, bug.cpus)
        file.write_text(text)
        return seen


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="verification/attacks.py", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("suite", nargs="*", help="hostile, exhaustion or test-core; default: all")
    parser.add_argument("--check", action="store_true", help="plant none")
    options = parser.parse_args()
    chosen = [bug for bug in BUGS if not options.suite or bug.suite in options.suite]
    for bug in chosen:
        if (count := (ROOT / bug.file).read_text().count(bug.old)) != 1:
            raise SystemExit(f"{bug.file}: found {bug.old!r} {count} times, expected it once")
    if options.check:
        return
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for suite in sorted({bug.suite for bug in chosen}):
            if seen := copy.first_failure(suite, 1):
                raise SystemExit(f"{suite}: found {seen} before anything is broken, expected no failure")
        for number, bug in enumerate(chosen, 1):
            seen = copy.plant(bug)
            is_caught = re.search(bug.seen, seen) is not None
            survivors += not is_caught
            said = "caught" if is_caught else f"SURVIVED, expected {bug.seen}"
            print(f"[{number}/{len(chosen)}] {said} {bug.suite} {bug.file}: {bug.new!r} ({seen})", flush=True)
    if survivors:
        raise SystemExit(f"{survivors} of {len(chosen)} bugs were not seen where they have to be")


if __name__ == "__main__":
    main()
