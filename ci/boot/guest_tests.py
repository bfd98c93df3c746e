#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests that run as services: each manifests/test-*.textproto boots one, which prints its checks.

Its last line is `checks N failed M`, then it ends the machine, with status 0 when nothing failed.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import paths  # noqa: E402
from boot_test import System, expect, run_tests  # noqa: E402


def run_manifest(system: System, name: str) -> None:
    """Boots one manifest and relays the checks its test service prints."""
    with system.boot(name) as session:
        while True:
            line = session.wait_for(rb"(ok|not ok|note|checks) ([^\r\n]*)\r*\n", f"a check of {name}")
            print(f"    {line[1].decode()} {line[2].decode()}")
            if line[1] == b"checks":
                break
        count, _, failed = line[2].split()
        expect("checks run", int(count) > 0, True)
        expect("checks failed", int(failed), 0)
        expect("exit status", session.wait_for_end(), 0)


def check_manifests(system: System) -> None:
    names = sorted(path.stem for path in (paths.TOP / "manifests").glob("test-*.textproto"))
    expect("test manifests found", bool(names), True)
    for name in names:
        run_manifest(system, name)


if __name__ == "__main__":
    run_tests(globals())
