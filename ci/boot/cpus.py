#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every CPU of the machine is started, and a machine with more than the kernel takes still boots."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

from boot_test import System, expect, run_tests  # noqa: E402

KERNEL_MOST = 16


def check_all_cpus_start(system: System) -> None:
    for cpus in (1, 2, 3, 4, 8, KERNEL_MOST, KERNEL_MOST + 2):
        with system.boot(cpus=cpus) as session:
            line = session.wait_for(rb"CPUs (\d+) of (\d+),", "the kernel's banner")
            expect(f"CPUs started of {cpus}", int(line[1]), min(cpus, KERNEL_MOST))
            expect("CPUs found", int(line[2]), cpus)
            session.wait_for_prompt()


if __name__ == "__main__":
    run_tests(globals())
