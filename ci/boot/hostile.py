#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A process that attacks the kernel and other processes in every way it can, and what is left then."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

from boot_test import System, run_guest_tests, run_tests  # noqa: E402


def check_attacks(system: System) -> None:
    run_guest_tests(system, "hostile")


if __name__ == "__main__":
    run_tests(globals())
