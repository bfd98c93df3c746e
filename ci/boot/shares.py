#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Shares of a CPU by weight, a realtime budget in 10,000 periods, and a CPU kept for one thread, which
nothing interrupts, in time that instructions make.

The host's load has no part in such time, and an instruction takes as long as many do on a real
machine: what the kernel does between two periods weighs the more.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

from boot_test import System, run_guest_tests, run_tests  # noqa: E402

NS_PER_INSTRUCTION_LOG2 = 5


def check_time(system: System) -> None:
    run_guest_tests(system, "shares", ns_per_instruction_log2=NS_PER_INSTRUCTION_LOG2)


def check_alone(system: System) -> None:
    """It sees itself what tells of a CPU that is not kept. Seen to fail without CPU_KEEP, too."""
    run_guest_tests(system, "alone", cpus=3, ns_per_instruction_log2=NS_PER_INSTRUCTION_LOG2)


if __name__ == "__main__":
    run_tests(globals())
