#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes verification/STATUS.md: of each function of the kernel, of the shared queue and of the check of
manifests, whether it is proved, assumed to meet its contract, or not attempted.

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

FOLDERS = ("kernel/abi", "kernel/core", "kernel/boot", "kernel/object", "kernel/syscall", "kernel/arch/x86_64",
           "sdk/src/queue", "manifests/check")
PROVED, ASSUMED, OPEN = "proved", "assumed", "not attempted"
DECLARATION = re.compile(r"^[A-Za-z][^;{}()#]*?\b(\w+)\([^;{}]*?\)(?:;|\n\{)", re.MULTILINE)
# A contract right above a function, whatever attributes that begins with.
CONTRACT = re.compile(r"/\*@(?:(?!\*/).)*\*/\n(?:__attribute__\(\(.*?\)\) )?"
                      r"[A-Za-z][^;{}()#]*?\b(\w+)\([^;{}]*?\)(?:;|\n\{)", re.DOTALL)
ROW = re.compile(r"^\| `(\S+)` \| proved \| (.*) \|$", re.MULTILINE)

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
# Status of every function

Written by `verification/status.py`; [PROOFS.md](PROOFS.md) says what is proved of them and what is assumed.

"""


def faces(path: Path) -> list[str]:
    """Functions that the prover sees a contract of and no body."""
    face = path.read_text().partition("#ifdef __FRAMAC__")[2].partition("#else")[0]
    return sorted(set(DECLARATION.findall(face)))


def statuses() -> list[tuple[str, str, list[str]]]:
    """File, status and functions, in this order; a file has a row for each status."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.[ch]"))]
    files += [path for module in prove.SDK for path in prove.sources(ROOT, module) if path not in files]
    proved = {(path, name) for module in prove.recorded() for path in prove.sources(ROOT, module)
              for name in prove.functions(ROOT, module)}
    promised = {path: set(CONTRACT.findall(path.read_text())) for path in files}
    anywhere = {name for path in files if path.suffix == ".h" for name in promised[path]}
    found: list[tuple[str, str, list[str]]] = []
    for path in files:
        assumed = faces(path)
        of: dict[str, list[str]] = {PROVED: [], ASSUMED: [], OPEN: []}
        for name in assumed or prove.DEFINITION.findall(path.read_text()):
            is_assumed = name in assumed or name in promised[path] | anywhere
            of[PROVED if (path, name) in proved else ASSUMED if is_assumed else OPEN].append(name)
        found += [(str(path.relative_to(ROOT)), status, names) for status, names in of.items() if names]
    return found


def write(found: list[tuple[str, str, list[str]]]) -> str:
    """The file's text."""
    lines = ["| status | functions |", "|---|---|"]
    for status in (PROVED, ASSUMED, OPEN):
        lines.append(f"| {status} | {sum(len(names) for _, one, names in found if one == status)} |")
    lines += ["", "| file | status | functions |", "|---|---|---|"]
    lines += [f"| `{name}` | {status} | {', '.join(functions)} |" for name, status, functions in found]
    return HEAD + "\n".join(lines) + "\n"


def lost(found: list[tuple[str, str, list[str]]]) -> list[str]:
    """Functions that the file calls proved, that are still there and are not proved."""
    now = {(path, name): status for path, status, names in found for name in names}
    return [f"{path} {name}: found {now[path, name]}, expected proved as before"
            for path, row in ROW.findall(STATUS.read_text()) for name in row.split(", ")
            if now.get((path, name), PROVED) != PROVED]


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
