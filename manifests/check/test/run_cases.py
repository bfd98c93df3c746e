#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the manifest checker over the cases of cases.txt and compares what it reports, line by line."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECK = HERE.parents[2] / "scripts/manifest-check"
ANNOTATION = re.compile(r"\s*#! (.*)$")


@dataclass
class Case:
    """A manifest and what must be said about it, with line numbers."""

    name: str
    text: str
    expected: list[str]


def read_cases(path: Path) -> list[Case]:
    cases = []
    for part in re.split(r"^=== ", path.read_text(), flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        lines, expected = [], []
        for number, line in enumerate(body.splitlines(), 1):
            if match := ANNOTATION.search(line):
                expected.append(f"{number}: {match[1]}")
            lines.append(ANNOTATION.sub("", line))
        cases.append(Case(name, "\n".join(lines) + "\n", expected))
    return cases


def run(case: Case, folder: Path, checker: Path) -> list[str]:
    """What is wrong with the checker's answer; empty when it is right."""
    manifest = folder / "case.textproto"
    manifest.write_text(case.text)
    result = subprocess.run(
        [CHECK, "--checker", checker, manifest], capture_output=True, text=True, check=False
    )
    reported = [line.removeprefix(f"{manifest}:") for line in result.stderr.splitlines()]
    problems = [f"expected  {line}" for line in case.expected if line not in reported]
    problems += [f"got       {line}" for line in reported if line not in case.expected]
    if result.returncode != (1 if case.expected else 0):
        problems.append(f"got       exit status {result.returncode}")
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checker", type=Path, required=True)
    options = parser.parse_args()
    failures = 0
    cases = read_cases(HERE / "cases.txt")
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            problems = run(case, Path(folder), options.checker)
            print(f"{'FAIL' if problems else 'ok'}  {case.name}")
            for problem in problems:
                print(f"      {problem}")
            failures += bool(problems)
    print(f"{len(cases) - failures} of {len(cases)} cases as expected")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
