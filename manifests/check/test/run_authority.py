#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the authority report of authority.textproto, as text and as a graph, with what it must be."""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
AUTHORITY = HERE.parents[2] / "scripts/authority"


def differences(expected: Path, checker: Path, form: list[str]) -> list[str]:
    command = [AUTHORITY, "--checker", checker, *form, HERE / "authority.textproto"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    got = result.stdout + result.stderr
    return list(
        difflib.unified_diff(
            expected.read_text().splitlines(), got.splitlines(), expected.name, "got", lineterm=""
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checker", type=Path, required=True)
    options = parser.parse_args()
    found = differences(HERE / "authority.txt", options.checker, [])
    found += differences(HERE / "authority.dot", options.checker, ["--dot"])
    print("\n".join(found) or "both forms as expected")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
