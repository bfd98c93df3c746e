#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the inventories or the kernel wrong in one way after the other: ci/check-inventory must say so."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / "scripts/lib"))

import pages  # noqa: E402
import panics  # noqa: E402
import paths  # noqa: E402
import references  # noqa: E402

IOAPIC, BOOT = "kernel/arch/x86_64/ioapic.c", "kernel/arch/x86_64/boot.S"
CONDITION = "ASSERT(pin < LINES_MAX && routes[pin].is_open && routes[pin].line == line)"


@dataclass(frozen=True)
class Case:
    """A change of a page, or of a file of the kernel, and part of what must be said about it."""

    what: str
    name: str
    old: str
    new: str
    expected: str


CASES = (
    Case("an assertion that is not listed", IOAPIC, "    set_mask(route, PIN_MASKED);\n    route->is_open",
         "    ASSERT(route->line ==\n           line);\n    route->is_open",
         "arch_irq_close: found `ASSERT(route->line == line)`, which the list does not have"),
    Case("one more of a listed kind", BOOT, "    ud2\n", "    ud2\n    ud2\n",
         "boot_long: found `ud2`, which the list does not have"),
    Case("a listed assertion is gone", IOAPIC, f"    {CONDITION};\n", "",
         "open_route: the list has `ASSERT(pin"),
    Case("a listed assertion changed", IOAPIC, "routes[pin].line == line)", "true)", "open_route: the list has"),
    Case("an assertion in a comment is none", IOAPIC, CONDITION, f"/* {CONDITION} */ (void)0",
         "open_route: the list has"),
    Case("a reason is empty", "panics.md", "  End: of every panic and refusal, for a machine without the exit port.\n",
         "", "stop: found reason ''"),
    Case("a reason says nothing", "panics.md",
         "  End: of every panic and refusal, for a machine without the exit port.", "  End: it ends.",
         "stop: found reason 'End: it ends.'"),
    Case("a boundary without attack", "boundaries.md", "- Attacked: `fuzz/terminal`", "- Shown: `fuzz/terminal`",
         "Terminal to shell: found a boundary that is not both"),
    Case("a function that is not there", "boundaries.md", "firmware.c: read_table`", "firmware.c: read_tables`",
         "firmware.c defines no read_tables"),
    Case("a file that is not there", "boundaries.md", "`kernel/boot/ranges.c:", "`kernel/boot/range.c:",
         "found `kernel/boot/range.c`, expected a file"),
    Case("a test that is not there", "boundaries.md", "`fuzz/terminal`", "`fuzz/terminals`",
         "found `fuzz/terminals`, expected a test"),
    Case("a case that is not there", "findings.md", ": serves_a_crowd`", ": serves_crowds`",
         "has no case serves_crowds"),
    Case("an attacker at no boundary", "attackers.md", "| Terminal to shell |", "| Terminal to kernel |",
         "found boundary 'Terminal to kernel'"),
    Case("a finding without weakness", "findings.md", "- Weakness: CWE-416", "- Weakness: 416",
         "found weakness '416'"),
    Case("a finding whose commit is not there", "findings.md", "- Mended: f77a8eb", "- Mended: 0123456789",
         "found commit '0123456789'"),
    Case("a finding that no test holds", "findings.md", "- Held by: `tree/paths`", "- Held by: care",
         "found no test that holds it"),
    Case("a mistake without answer", "lessons.md", "   Ours: `proof_status`, ", "   Ours we hope: ",
         "mistake 18: found neither"),
    Case("a mistake left out", "lessons.md", "22. Queued work", "Queued work", "found 21, expected 22"),
)  # fmt: skip


def changed(text: str, case: Case) -> str:
    if case.old not in text:
        raise SystemExit(f"{case.what}: found no {case.old!r} in {case.name}, expected it there")
    return text.replace(case.old, case.new, 1)


def faults(case: Case, tree: references.Tree) -> list[str]:
    """What the check says about a case."""
    texts, kernel = pages.read(), panics.sources(TOP)
    files = texts if case.name in texts else kernel
    files[case.name] = changed(files[case.name], case)
    return pages.check_all(texts, kernel, tree)[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    paths.add_build_options(parser)
    tree = references.Tree(TOP, paths.build_folder(parser.parse_args()))
    failed = 0
    for case in CASES:
        if "commit" in case.what and not references.has_history(TOP):
            continue
        found = faults(case, tree)
        is_seen = any(case.expected in fault for fault in found)
        failed += not is_seen
        print(f"{'ok' if is_seen else 'FAILED'}  {case.what}: {found or 'nothing'}")
    print(f"{len(CASES)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
