#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the figures of verification/README.md, each counted in the tree, between the marks there.

    verification/figures.py            write them
    verification/figures.py --check    fail when they are not what would be written

That the proofs, models, inputs and tests counted here pass is what the command beside each finds out.
Seen to fail: with a goal less in goals.json, and with a mark taken out of the page.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import mutants  # noqa: E402
import status  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VERIFICATION = ROOT / "verification"
PAGE = VERIFICATION / "README.md"
BLOCK = re.compile(r"(<!-- figures: .*? -->\n).*(<!-- end of figures -->)", re.DOTALL)
TEST_FOLDERS = ("kernel", "sdk", "services", "drivers", "manifests")


def planted(path: str) -> int:
    """How many bugs a table of them has."""
    spec = importlib.util.spec_from_file_location("table", VERIFICATION / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return len(module.MUTANTS)


def properties() -> int:
    """Properties that the models and their parts state."""
    files = [path for end in ("pml", "h") for path in (VERIFICATION / "models").glob(f"*.{end}")]
    sections = (re.search(r"^   Properties:.*\n((?:     .*\n)*)", path.read_text(), re.M) for path in files)
    return sum(len(re.findall(r"^     \S", found[1], re.M)) for found in sections if found)


def unit_tests() -> int:
    """Tests that run on the host under sanitizers."""
    files = (path for folder in TEST_FOLDERS for path in (ROOT / folder).rglob("*_test.c"))
    return sum(len(re.findall(r"\bcmocka_unit_test\w*\(", path.read_text())) for path in files)


def rows() -> list[tuple[str, str, str]]:
    """What there is, how much, and the command that checks it."""
    goals = json.loads((VERIFICATION / "goals.json").read_text())
    functions = {one: 0 for one in (status.PROVED, status.ASSUMED, status.OPEN)}
    for state, names in status.statuses().values():
        functions[state] += len(names)
    models = len(list((VERIFICATION / "models").glob("*.pml")))
    corpora = [path for path in (VERIFICATION / "fuzz/corpus").iterdir() if path.is_dir()]
    inputs = sum(len(list(path.iterdir())) for path in corpora)
    return [
        ("functions proved, of those of the kernel and the SDK's queue",
         f"{functions[status.PROVED]} of {sum(functions.values())}", "scripts/prove"),
        ("functions whose contract is assumed", f"{functions[status.ASSUMED]}", "verification/status.py"),
        ("proof goals, in how many modules", f"{sum(goals.values()):,} in {len(goals)}", "scripts/prove"),
        ("bugs that must break a proof", f"{len(mutants.MUTANTS)}", "scripts/verify --sabotage proof"),
        ("properties, in how many models", f"{properties()} in {models}", "scripts/models"),
        ("bugs that must break a property", f"{planted('models/mutants.py')}", "scripts/models --sabotage"),
        ("inputs kept, for how many fuzz targets", f"{inputs:,} for {len(corpora)}", "scripts/fuzz --replay"),
        ("bugs that must end a replay", f"{planted('fuzz/mutants.py')}", "scripts/verify --sabotage fuzz"),
        ("unit tests", f"{unit_tests()}", "scripts/test unit/"),
    ]  # fmt: skip


def page() -> str:
    """The page with the figures of now."""
    lines = ["| what | how much | checked by |", "|---|---|---|"]
    lines += [f"| {what} | {figure} | `{command}` |" for what, figure, command in rows()]
    text, count = BLOCK.subn(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], PAGE.read_text())
    if count != 1:
        raise SystemExit(f"{PAGE.name}: found {count} marked blocks of figures, expected 1")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="verification/figures.py", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="fail when the page is not current")
    options = parser.parse_args()
    text = page()
    if not options.check:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        sys.exit(f"{PAGE.name}: found other figures than the tree's, expected what verification/figures.py "
                 "writes")


if __name__ == "__main__":
    main()
