#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the oracles of the fuzz targets see something: each of these bugs must end a replay.

    verification/fuzz/mutants.py                all of them, some minutes
    verification/fuzz/mutants.py kernel elf     those of these targets
    verification/fuzz/mutants.py --check        only that each can be planted in the tree as it is (a test)

Each bug is planted in a copy of the tree; the target is built there and its committed corpus replayed.
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# target, oracle, file, old text (there once), new text
MUTANTS = [
    ("kernel", "model: rights", "kernel/core/cspace.h", "return held & mask;", "return mask & (UINT64_MAX >> 2);"),
    ("kernel", "model: generations", "kernel/core/cspace.h", "    slot->generation = handle.generation;\n", ""),
    ("kernel", "model: completions", "kernel/core/ring.h",
     "ring->complete_tail = index_advance(tail, 1);", "ring->complete_tail = index_advance(tail, 2);"),
    ("kernel", "model: results", "kernel/object/ring.c",
     "    if (LIKELY(thread == NULL || thread->wait != WAIT_ENTER))\n",
     "    if (thread != NULL && thread->state == SG_THREAD_READY)\n"
     "        thread->context.token++;\n"
     "    if (LIKELY(thread == NULL || thread->wait != WAIT_ENTER))\n"),
    ("kernel", "walker: epochs", "kernel/core/frames.h", "frames->table[head].epoch++;",
     "frames->table[head].epoch = 0;"),
    ("kernel", "walker: records", "kernel/object/ring.c", "    pool_give(&op->ring->records, op->number);\n", ""),
    ("elf", "contract", "kernel/core/elf64.c",
     "    if (segment->writable && segment->executable)\n", "    if (false)\n"),
    ("elf", "loader", "sdk/src/elf/load.c", "(uint8_t *)window + (from - low)",
     "(uint8_t *)window"),
    ("boot", "modules", "kernel/boot/multiboot2.c",
     "if (range_overlaps(file->bytes, out->module[i].bytes))", "if (false)"),
    ("boot", "CPUs", "kernel/boot/acpi.c", "is_refused = is_refused || interrupts->cpu_id[i] == id;", ";"),
    ("manifest", "acceptance", "manifests/check/needs.c",
     "else if (need->rights & ~manifest_interface_rights(interface))", "else if (false)"),
    ("manifest-text", "lines", "manifests/check/tool/positions.py",
     'line += match.group().count("\\n")', 'line += match.group().count("\\n") // 2'),
    ("manifest-text", "end of the text", "manifests/check/tool/schema.py", "min(int(match[1]), last)",
     "int(match[1])"),
    ("manifest-text", "printable", "manifests/check/tool/schema.py", "one if one.isprintable() else ",
     "one if True else "),
    ("messages", "round trip", "sdk/src/rpc/message.c",
     "    memset(message, 0, type->struct_bytes);\n", ""),
    ("terminal", "screen", "services/shell/terminal/line.c",
     "columns += !is_continuation(line->text[i]);", "columns++;"),
    ("terminal", "UTF-8", "services/shell/terminal/keys.c", "return second >= 0x90;", "return true;"),
]


def copy_tree(to: Path) -> None:
    """The sources, and the cache of what others wrote."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    (to / "build").mkdir()
    (to / "build/cache").symlink_to(ROOT / "build/cache")


def replay(tree: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Builds a target and replays its corpus; a tree that does not build is an error."""
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    program = "manifest-check" if target == "manifest-text" else f"fuzz_{target}"
    built = subprocess.run(["nice", "-n", "19", "cmake", "--build", tree / "build/dev", "--target",
                            program], check=False, **quiet)
    if built.returncode != 0:
        sys.exit(f"{built.stdout}\n{target} does not build")
    command = [tree / f"build/dev/host/verification/fuzz/{program}"]
    if target == "manifest-text":
        command = [tree / "verification/fuzz/manifest_text.py", "--checker",
                   tree / "build/dev/sdk/libexec/signet/manifest-check"]
    return subprocess.run([*command, tree / "verification/fuzz/corpus" / target], check=False, **quiet)


def check_list() -> None:
    """Ends the program when a bug has no place any more."""
    lost = [(target, oracle, name, (ROOT / name).read_text().count(old)) for target, oracle, name, old, _ in MUTANTS]
    for target, oracle, name, count in lost:
        if count != 1:
            print(f"{name}: expected the text of the bug for {target}, {oracle} once, found it {count} times")
    if any(count != 1 for *_, count in lost):
        sys.exit(1)


def is_killed(tree: Path, mutant: tuple[str, str, str, str, str]) -> str:
    """Plants a bug, replays, takes the bug out; what the oracle said, empty when nothing."""
    target, _, name, old, new = mutant
    text = (tree / name).read_text()
    (tree / name).write_text(text.replace(old, new))
    done = replay(tree, target)
    (tree / name).write_text(text)
    if done.returncode == 0:
        return ""
    said = [line for line in done.stdout.splitlines() if line and not line.startswith(str(tree))]
    return said[0] if said else f"exit {done.returncode}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="*", help="default: all")
    parser.add_argument("--check", action="store_true", help="plant none")
    options = parser.parse_args()
    check_list()
    if options.check:
        return
    chosen = [one for one in MUTANTS if not options.target or one[0] in options.target]
    survivors = 0
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        copy_tree(tree)
        subprocess.run(["cmake", "--preset", "dev"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
        for target in sorted({one[0] for one in chosen}):
            if replay(tree, target).returncode != 0:
                sys.exit(f"{target} fails before anything is broken")
        for number, mutant in enumerate(chosen, 1):
            said = is_killed(tree, mutant)
            survivors += not said
            print(f"[{number}/{len(chosen)}] {'killed' if said else 'SURVIVED'} {mutant[0]} "
                  f"{mutant[1]}: {mutant[3]!r} -> {mutant[4]!r} ({said})", flush=True)
    if survivors:
        sys.exit(f"{survivors} of {len(chosen)} bugs were not seen")


if __name__ == "__main__":
    main()
