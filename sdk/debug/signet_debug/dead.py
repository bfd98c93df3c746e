# SPDX-License-Identifier: BSD-2-Clause
"""A machine of which only a dump is left."""

from __future__ import annotations

from signet_debug.dumpfile import Dump
from signet_debug.system import Programs
from signet_debug.target import Target


class DeadTarget(Target):
    """A dump, for a debugger to look at; it cannot run."""

    def __init__(self, programs: Programs, dump: Dump) -> None:
        super().__init__(programs, dump.physical)
        self._cpus = dump.cpus
        self.cpu_count = len(dump.cpus)

    def cpu_registers(self, cpu: int) -> dict[str, int]:
        return self._cpus[cpu]
