# SPDX-License-Identifier: BSD-2-Clause
"""A memory dump as QEMU writes it (dump-guest-memory): an ELF core with physical addresses, and a
note for each processor's registers."""

from __future__ import annotations

import struct
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from signet_debug.memory import Physical, Range

QEMU_NOTE = "QEMU"
# QEMU's note: version, size, rax rbx rcx rdx rsi rdi rsp rbp r8..r15 rip rflags, ten segments of
# 24 bytes (cs first), cr0..cr4.
QEMU_REGISTERS = (
    *("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp"),
    *("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "eflags"),
)
CPU_STATE = struct.Struct("<II18Q")
SEGMENTS = (("cs", 0), ("ss", 5))
SEGMENT = struct.Struct("<IIIIQ")
CONTROL = struct.Struct("<5Q")


class NoDump(Exception):
    """The file is no dump of a machine; the message says why."""


class Dump:
    """A dump file: physical memory and the registers of each processor, by gdb's names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                elf = ELFFile(file)
                ranges = [
                    Range(s["p_paddr"], s["p_filesz"], s["p_offset"])
                    for s in elf.iter_segments("PT_LOAD")
                ]
                self.cpus = [
                    registers(note["n_descdata"])
                    for segment in elf.iter_segments("PT_NOTE")
                    for note in segment.iter_notes()
                    if note["n_name"] == QEMU_NOTE
                ]
        except (ELFError, OSError, ValueError) as error:
            raise NoDump(f"{path}: {error}; expected a dump of guest memory") from None
        if not ranges or not self.cpus:
            raise NoDump(f"{path}: found no memory or no processor in it, expected QEMU's dump")
        self.physical = Physical(path, ranges)

    @property
    def root(self) -> int:
        """Page tables that map the kernel."""
        return self.cpus[0]["cr3"]


def registers(note: bytes | str) -> dict[str, int]:
    """The registers of a processor from QEMU's note."""
    data = note.encode("latin-1") if isinstance(note, str) else note
    _version, _size, *general = CPU_STATE.unpack_from(data)
    found = dict(zip(QEMU_REGISTERS, general))
    for name, place in SEGMENTS:
        found[name] = SEGMENT.unpack_from(data, CPU_STATE.size + place * SEGMENT.size)[0]
    cr0, _cr1, cr2, cr3, cr4 = CONTROL.unpack_from(data, CPU_STATE.size + 10 * SEGMENT.size)
    return found | {"cr0": cr0, "cr2": cr2, "cr3": cr3, "cr4": cr4}
