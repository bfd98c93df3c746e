# SPDX-License-Identifier: BSD-2-Clause
"""What the profiler's plugin wrote, with names: which process, which functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from signet_debug.dwarf import Missing, Program
from signet_debug.flame import Frame, Node
from signet_debug.memory import Physical
from signet_debug.system import KERNEL, Process, Programs, System
from signet_debug.value import address_of

NOBODY = "nobody"  # start-up, and a processor with nothing to run


def physical_of(program: Program, address: int) -> int:
    """Where the loader put an address of the kernel's image."""
    for virtual, physical, size in program.load_segments():
        if virtual <= address < virtual + size:
            return physical + address - virtual
    raise Missing(f"{program.path.name}: found no segment with {address:#x}")


def kernel_root(program: Program, physical: Physical) -> int:
    """Page tables that map the kernel, by its own note of them: for when no register is left."""
    address, type_ = program.variable("areas")
    place = address + type_.element.fields["kernel_root"].offset
    return physical.word(physical_of(program, place))


def plugin_options(programs: Programs) -> dict[str, int]:
    """What the plugin has to know of the kernel."""
    program = programs.program(KERNEL)
    cpus, type_ = program.variable("cpus")
    cpu = type_.element
    return {
        "begin": program.address("arch_start"),
        "traps": program.address("trap_stubs"),
        "traps_end": program.address("trap_ignore"),
        "entry": min(programs.entries()),
        "current": physical_of(program, cpus + cpu.fields["current"].offset),
        "stride": cpu.size,
    }


class Samples:
    """The samples of a machine that has ended, of which the memory is left."""

    def __init__(self, programs: Programs, physical: Physical) -> None:
        self._programs = programs
        root = kernel_root(programs.program(KERNEL), physical)
        self._system = System(programs, physical, root)
        kernel = self._system.kernel
        self._owners = {address_of(t): self._system.process_of(t) for _f, t in kernel.threads()}

    def tree(self, file: Path) -> Node:
        """All samples of a file as one tree."""
        root = Node(Frame("all"))
        for line in file.read_text().splitlines():
            count, thread, kernel_depth, *addresses = (int(word, 0) for word in line.split())
            root.add(self._stack(thread, kernel_depth, addresses), count)
        return root

    def _stack(self, thread: int, kernel_depth: int, addresses: list[int]) -> list[Frame]:
        """Process, then functions, outermost first. Return addresses lie behind their call."""
        process = self._owners.get(thread)
        name = process.name if process else NOBODY if thread == 0 else "ended"
        calls = [addresses[0], *(address - 1 for address in addresses[1:])]
        frames = list(self._frames(process, kernel_depth, calls))
        return [Frame(name, is_kernel=thread == 0), *reversed(frames)]

    def _frames(
        self, process: Process | None, kernel_depth: int, addresses: list[int]
    ) -> Iterator[Frame]:
        for place, address in enumerate(addresses):
            is_kernel = place < kernel_depth
            module = KERNEL if is_kernel else process.module if process else ""
            yield Frame(self._name(module, address), is_kernel)

    def _name(self, module: str, address: int) -> str:
        try:
            found = self._programs.program(module).function_at(address)
        except Missing:
            found = None
        return found[0] if found else f"{address:#x}"
