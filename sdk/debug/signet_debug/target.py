# SPDX-License-Identifier: BSD-2-Clause
"""What a debugger looks at: threads of processes, and the processors as threads of the kernel.

gdb's process 1 is the kernel, its thread n the n-th processor. Process p of the manifest is gdb's
process p + 2 (init is 0 there); its threads are named by their frames.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from signet_debug import registers
from signet_debug.dwarf import Missing
from signet_debug.memory import AddressSpace, Physical
from signet_debug.system import KERNEL as KERNEL_FILE
from signet_debug.system import Programs, System, process_id
from signet_debug.value import Value, address_of
from signet_debug.wait import describe

LAYOUT = registers.core_layout()
KERNEL = 1


@dataclasses.dataclass(frozen=True)
class Id:
    """gdb's name of a thread."""

    process: int
    thread: int

    def __str__(self) -> str:
        return f"p{self.process:x}.{self.thread:x}"


class Target:
    """A machine that does not run: its memory, its processors' registers, and what they mean."""

    def __init__(self, programs: Programs, physical: Physical) -> None:
        self.programs = programs
        self.physical = physical
        self._system: System | None = None

    # What kinds of targets differ in.
    cpu_count: int

    def cpu_registers(self, cpu: int) -> dict[str, int]:
        raise NotImplementedError

    @property
    def system(self) -> System:
        """The machine's state as it stands."""
        if self._system is None:
            self._system = System(self.programs, self.physical, self.cpu_registers(0)["cr3"])
        return self._system

    def changed(self) -> None:
        """The machine has run: what was known of it is not."""
        self._system = None

    def current(self, cpu: int) -> Value | None:
        """The thread whose program a processor executes; None while it executes the kernel."""
        if not registers.is_user(self.cpu_registers(cpu)):
            return None
        return list(self.system.kernel.cpus())[cpu].current

    def id_of(self, thread: Value) -> Id:
        frame = self.system.kernel.frame_of(address_of(thread))
        return Id(process_id(self.system.process_of(thread)), frame)

    def id_of_cpu(self, cpu: int) -> Id:
        """Who executes on a processor."""
        thread = self.current(cpu)
        return Id(KERNEL, cpu + 1) if thread is None else self.id_of(thread)

    def threads(self) -> Iterator[tuple[Id, str, str]]:
        """Every thread: its id, whose it is, and what it does."""
        for cpu in range(self.cpu_count):
            yield Id(KERNEL, cpu + 1), "kernel", f"processor {cpu + 1}"
        for _frame, thread in self.system.kernel.threads():
            name = self.system.label_of(thread)
            yield self.id_of(thread), name, describe(self.system, thread)

    def thread(self, id_: Id) -> Value | None:
        """The kernel's structure of a thread of a process."""
        if id_.process == KERNEL:
            return None
        for frame, thread in self.system.kernel.threads():
            wanted = id_.thread in (0, -1) or frame == id_.thread
            if wanted and self.id_of(thread).process == id_.process:
                return thread
        return None

    def behind(self, id_: Id) -> Value | None:
        """A thread of a process, or the one a processor executes for."""
        if id_.process != KERNEL:
            return self.thread(id_)
        return list(self.system.kernel.cpus())[id_.thread - 1].current

    def cpu_of(self, thread: Value) -> int | None:
        """The processor that executes a thread's program."""
        for cpu in range(self.cpu_count):
            if address_of(self.current(cpu)) == address_of(thread):
                return cpu
        return None

    def exists(self, id_: Id) -> bool:
        if id_.process == KERNEL:
            return id_.thread <= self.cpu_count
        return self.thread(id_) is not None

    def space(self, id_: Id) -> AddressSpace | None:
        """The memory that a thread sees."""
        if id_.process == KERNEL:
            return AddressSpace(self.physical, self.cpu_registers(max(0, id_.thread - 1))["cr3"])
        thread = self.thread(id_)
        return self.system.space_of(thread) if thread else None

    def packet(self, id_: Id) -> bytes | None:
        """The registers of a thread, as gdb wants them."""
        if id_.process == KERNEL:
            return LAYOUT.pack(self.cpu_registers(max(0, id_.thread - 1)))
        thread = self.thread(id_)
        if thread is None:
            return None
        cpu = self.cpu_of(thread)
        values = registers.of_context(thread) if cpu is None else self.cpu_registers(cpu)
        return LAYOUT.pack(values)

    def module_of(self, process: int) -> str | None:
        """The program of a process."""
        if process == KERNEL:
            return KERNEL_FILE
        for known in self.system.processes:
            if process_id(known) == process:
                return known.module
        return None

    def program_path(self, process: int) -> bytes:
        """Where gdb finds the program of a process."""
        module = self.module_of(process)
        if module is None:
            raise Missing(f"process {process}: found no such process")
        return str(self.programs.path(module)).encode()
