#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A process that fills every table to its limit, and what is left then."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

from boot_test import System, run_guest_tests, run_tests  # noqa: E402


def check_limits(system: System) -> None:
    run_guest_tests(system, "exhaustion")


if __name__ == "__main__":
    run_tests(globals())
