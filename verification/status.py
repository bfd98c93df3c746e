#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes verification/STATUS.md: of each function of the kernel and of the shared queue, whether it is
proved, assumed to meet its contract, or not attempted.

    verification/status.py            write the file
    verification/status.py --check    fail when it is not what would be written

Neither lets a function that is still there lose its proof. A function counts as proved when
verification/goals.json records its module; that these goals hold is what scripts/prove finds out.
"""
import argparse
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from mutants import prove

ROOT = Path(__file__).resolve().parent.parent
STATUS = ROOT / "verification" / "STATUS.md"

FOLDERS = ("kernel/core", "kernel/boot", "kernel/object", "kernel/syscall", "kernel/arch/x86_64",
           "sdk/src/queue")
PROVED, ASSUMED, OPEN = "proved", "assumed", "not attempted"
DECLARATION = re.compile(r"^[A-Za-z][^;{}()#]*?\b(\w+)\([^;{}]*?\)(?:;|\n\{)", re.MULTILINE)
ROW = re.compile(r"^\| `(\S+)` \| proved \| (.*) \|$", re.MULTILINE)

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
# Status of every function

Written by `verification/status.py`; [PROOFS.md](PROOFS.md) says what is proved of them and what is assumed.

"""


def contracted(path: Path) -> list[str]:
    """Functions that the prover sees a contract of and no body."""
    face = path.read_text().partition("#ifdef __FRAMAC__")[2].partition("#else")[0]
    return sorted(set(DECLARATION.findall(face)))


def statuses() -> dict[str, tuple[str, list[str]]]:
    """Status and functions of each file that has any."""
    proved = {path for module in prove.recorded() for path in prove.sources(ROOT, module)}
    found: dict[str, tuple[str, list[str]]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("*.[ch]")):
            name = str(path.relative_to(ROOT))
            assumed = contracted(path)
            functions = assumed or prove.DEFINITION.findall(path.read_text())
            if functions:
                status = ASSUMED if assumed else PROVED if path in proved else OPEN
                found[name] = (status, functions)
    return found


def write(found: dict[str, tuple[str, list[str]]]) -> str:
    """The file's text."""
    lines = ["| status | functions |", "|---|---|"]
    for status in (PROVED, ASSUMED, OPEN):
        lines.append(f"| {status} | {sum(len(f) for s, f in found.values() if s == status)} |")
    lines += ["", "| file | status | functions |", "|---|---|---|"]
    lines += [f"| `{name}` | {status} | {', '.join(functions)} |"
              for name, (status, functions) in found.items()]
    return HEAD + "\n".join(lines) + "\n"


def lost(found: dict[str, tuple[str, list[str]]]) -> list[str]:
    """Functions that the file calls proved, that are still there and are not proved."""
    return [f"{name} {function}: found {found[name][0]}, expected proved as before"
            for name, row in ROW.findall(STATUS.read_text()) if found.get(name, (PROVED,))[0] != PROVED
            for function in row.split(", ") if function in found[name][1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail when the file is not current")
    options = parser.parse_args()
    found = statuses()
    text = write(found)
    if faults := lost(found):
        sys.exit("\n".join(faults))
    if options.check and STATUS.read_text() != text:
        sys.exit(f"{STATUS.name}: found another state than the tree's, expected what "
                 "verification/status.py writes")
    if not options.check:
        STATUS.write_text(text)


if __name__ == "__main__":
    main()
