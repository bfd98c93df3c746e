#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes what is counted and collected: the figures of verification/README.md, between the marks there, and
verification/inventory/assumptions.md, which is every assumption from where it is stated.

    verification/figures.py            write them
    verification/figures.py --check    fail when they are not what would be written

That the proofs, models, inputs and tests counted here pass is what the command beside each finds out.
Seen to fail: with a goal less in goals.json, with a mark taken out of the page, and with a changed assumption.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import mutants  # noqa: E402
import status  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VERIFICATION = ROOT / "verification"
PAGE = VERIFICATION / "README.md"
INVENTORY = VERIFICATION / "inventory"
ASSUMPTIONS = INVENTORY / "assumptions.md"
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


def entries(name: str, pattern: str) -> int:
    """Entries of an inventory."""
    return len(re.findall(pattern, (INVENTORY / name).read_text(), re.MULTILINE))


def places() -> str:
    """Where the kernel stops, by the first word of the reason."""
    kinds = Counter(re.findall(r"^  (\w+): ", (INVENTORY / "panics.md").read_text(), re.MULTILINE))
    listed = ", ".join(f"{kind.lower()} {count}" for kind, count in kinds.most_common())
    return f"{sum(kinds.values())}: {listed}"


def at_least(count: int, step: int) -> str:
    """A figure that grows every day, rounded down, so that not every test added changes the page."""
    return f"at least {count // step * step:,}"


def rows() -> list[tuple[str, str, str]]:
    """What there is, how much, and the command that checks it."""
    goals = json.loads((VERIFICATION / "goals.json").read_text())
    functions = {one: 0 for one in (status.PROVED, status.ASSUMED, status.OPEN)}
    for _, state, names in status.statuses():
        functions[state] += len(names)
    models = len(list((VERIFICATION / "models").glob("*.pml")))
    corpora = [path for path in (VERIFICATION / "fuzz/corpus").iterdir() if path.is_dir()]
    inputs = sum(len(list(path.iterdir())) for path in corpora)
    return [
        ("functions proved, of those of the kernel, the SDK's queue and the check of manifests",
         f"{functions[status.PROVED]} of {sum(functions.values())}", "scripts/prove"),
        ("functions whose contract is assumed", f"{functions[status.ASSUMED]}", "verification/status.py"),
        ("proof goals, in how many modules", f"{sum(goals.values()):,} in {len(goals)}", "scripts/prove"),
        ("bugs that must break a proof", f"{len(mutants.MUTANTS)}", "scripts/verify --sabotage proof"),
        ("properties, in how many models", f"{properties()} in {models}", "scripts/models"),
        ("bugs that must break a property", f"{planted('models/mutants.py')}", "scripts/models --sabotage"),
        ("inputs kept, for how many fuzz targets", f"{at_least(inputs, 100)} for {len(corpora)}",
         "scripts/fuzz --replay"),
        ("bugs that must end a replay", f"{planted('fuzz/mutants.py')}", "scripts/verify --sabotage fuzz"),
        ("unit tests", at_least(unit_tests(), 20), "scripts/test unit/"),
        ("places where the kernel stops, by what brings them about", places(), "ci/check-inventory"),
        ("trust boundaries; enforced and attacked",
         f"{entries('boundaries.md', '^## ')}; {entries('boundaries.md', '^- Attacked: ')}", "ci/check-inventory"),
        ("findings, each held by a test", f"{entries('findings.md', '^## ')}", "ci/check-inventory"),
        ("assumptions", f"{len(re.findall('^- ', assumptions(), re.MULTILINE))}", "verification/figures.py --check"),
    ]  # fmt: skip


def page() -> str:
    """The page with the figures of now."""
    lines = ["| what | how much | checked by |", "|---|---|---|"]
    lines += [f"| {what} | {figure} | `{command}` |" for what, figure, command in rows()]
    text, count = BLOCK.subn(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], PAGE.read_text())
    if count != 1:
        raise SystemExit(f"{PAGE.name}: found {count} marked blocks of figures, expected 1")
    return text


ASSUMED = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
# Assumptions of proofs, models and fuzz targets

Collected by `verification/figures.py` from where each is stated; change it there.
"""


def stated(page: str) -> str:
    """The section of a page that says what is assumed."""
    found = re.search(r"^## Assumed\n\n(.*?)(?=\n## |\Z)", (VERIFICATION / page).read_text(), re.M | re.S)
    if not found:
        raise SystemExit(f"{page}: found no section Assumed, expected one")
    return found[1].rstrip() + "\n"


def assumptions() -> str:
    """Every assumption, from pages, contracts without a body, and the models' opening comments."""
    functions = [f"- `{path}`: {', '.join(names)}\n"
                 for path, state, names in status.statuses() if state == status.ASSUMED]
    bounds = [f"- {path.stem}: {' '.join(found[1].split())}\n"
              for path in sorted((VERIFICATION / "models").glob("*.pml"))
              if (found := re.search(r"^   Bounds: (.*?)\n\s*\n", path.read_text(), re.M | re.S))]
    parts = (
        ("Proofs", "[PROOFS.md](../PROOFS.md)", stated("PROOFS.md")),
        ("Functions whose contract no proof stands behind", "their headers", "".join(functions)),
        ("Models", "[models](../models/README.md)", stated("models/README.md")),
        ("What models are bounded by", "their opening comments", "".join(bounds)),
        ("Fuzz targets", "[fuzz](../fuzz/README.md)", stated("fuzz/README.md")),
    )
    return ASSUMED + "".join(f"\n## {title}\n\nFrom {where}.\n\n{text}" for title, where, text in parts)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="verification/figures.py", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="fail when the page is not current")
    options = parser.parse_args()
    for path, text in ((ASSUMPTIONS, assumptions()), (PAGE, page())):
        if not options.check:
            path.write_text(text)
        elif not path.is_file() or path.read_text() != text:
            sys.exit(f"{path.relative_to(ROOT)}: found another state than the tree's, expected what "
                     "verification/figures.py writes")


if __name__ == "__main__":
    main()
