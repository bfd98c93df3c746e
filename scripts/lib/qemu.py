# SPDX-License-Identifier: BSD-2-Clause
"""The QEMU command line of a Signet machine, and what its exit status means."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

# A guest writes v to the debug-exit port and QEMU ends with (v << 1) | 1.
PANIC = 33
REFUSED = 35
FIRMWARE = ("bios", "uefi")
UEFI_IMAGE = Path("/usr/share/ovmf/OVMF.fd")


def fits(cpus: int) -> bool:
    """Whether guest CPUs can run at the same time, each in a thread of its own.

    Threads that have to share a CPU of the host make a guest CPU spin for a lock that another one
    holds and cannot give back; taking turns is faster then.
    """
    return 1 < cpus <= len(os.sched_getaffinity(0))


@dataclasses.dataclass
class Machine:
    """One emulated machine and the image it boots."""

    image: Path
    firmware: str = "bios"
    memory_mib: int = 256
    cpus: int = 1
    is_parallel: bool = True  # CPUs run at the same time, if they fit; else they take turns
    ns_per_instruction_log2: int | None = None  # time is a count of instructions; None: the host's
    may_reboot: bool = False  # else a reset ends QEMU
    extra: list[str] = dataclasses.field(default_factory=list)

    def command(self, serial: str) -> list[str]:
        """The command line; serial is QEMU's own description of where the console goes."""
        firmware = ["-bios", str(UEFI_IMAGE)] if self.firmware == "uefi" else []
        shift = self.ns_per_instruction_log2
        count = [] if shift is None else ["-icount", f"shift={shift},sleep=off"]
        threads = "multi" if self.is_parallel and fits(self.cpus) else "single"
        return [
            "qemu-system-x86_64",
            *("-M", "q35", "-accel", f"tcg,thread={threads}", "-cpu", "max"),
            *count,
            *("-m", str(self.memory_mib), "-smp", str(self.cpus)),
            *("-display", "none", "-nodefaults", "-monitor", "none"),
            *([] if self.may_reboot else ["-no-reboot"]),
            *("-device", "isa-debug-exit,iobase=0xf4,iosize=4"),
            *("-drive", f"file={self.image},format=raw,media=cdrom,readonly=on"),
            *("-serial", serial),
            *firmware,
            *self.extra,
        ]


def explain(status: int) -> str:
    """A sentence about the way QEMU ended."""
    if status == 0:
        return "the machine was switched off"
    if status == PANIC:
        return "the kernel panicked"
    if status == REFUSED:
        return "init refused to start the system"
    if status < 0:
        return f"QEMU was ended by signal {-status}"
    if status & 1:
        return f"the guest stopped the machine with status {status >> 1:#x}"
    return f"QEMU ended with status {status}"
