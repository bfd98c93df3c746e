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
from boot_test import System, expect, run_guest_tests, run_tests  # noqa: E402


def check_manifests(system: System) -> None:
    names = sorted(path.stem for path in (paths.TOP / "manifests").glob("test-*.textproto"))
    expect("test manifests found", bool(names), True)
    for name in names:
        run_guest_tests(system, name)


if __name__ == "__main__":
    run_tests(globals())
