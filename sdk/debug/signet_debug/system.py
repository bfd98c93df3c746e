# SPDX-License-Identifier: BSD-2-Clause
"""The processes of a machine: which threads are whose, by the tables of the first process, init.

Init alone knows names; the kernel has none. What init does not know of is named by its frame.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from elftools.elf.elffile import ELFFile

from signet_debug.dwarf import Enumeration, Missing, Program
from signet_debug.kernel import Kernel
from signet_debug.memory import AddressSpace, Physical, Unreadable
from signet_debug.value import Value, address_of, load, text

KERNEL, INIT = "kernel.elf", "init"
FIRST_PROCESS = 2
UNNAMED = 1 << 20  # processes that init does not know, by their address space's frame
SUPERVISOR = ("supervisor", "signet.supervisor.v1.Supervisor")
FAULTS = ("faults", "")  # struct sg_fault, no protobuf
LIFECYCLE = ("lifecycle", "signet.lifecycle.v1.Lifecycle")


@dataclasses.dataclass
class Process:
    """One process: number 0 is init, others are numbered as in the manifest, from 1."""

    name: str
    number: int
    module: str  # the file of its program, e.g. kv.elf
    aspace: int = 0  # head frame of its address space; 0 while it does not run
    cspace: int = 0  # and of its capability table
    record: int = 0  # and of the memory in which it describes its threads
    # Name and interface of what it serves, by the endpoint's frame.
    services: dict[int, tuple[str, str]] = dataclasses.field(default_factory=dict)


def process_id(process: Process) -> int:
    """gdb's number of a process; 1 is the kernel."""
    return FIRST_PROCESS + process.number if process.number >= 0 else UNNAMED - process.number


class Programs:
    """The unstripped programs of a build, read once each."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._read: dict[str, Program] = {}

    def path(self, module: str) -> Path:
        """The file of a program, in the first folder that has it."""
        found = next((f / module for f in self._folders if (f / module).is_file()), None)
        if found is None or not module:
            places = ", ".join(str(folder) for folder in self._folders)
            raise Missing(f"{module or 'a program'}: found no such file, expected it in {places}")
        return found

    def entries(self) -> set[int]:
        """The addresses of the first instructions of all programs but the kernel."""
        every = {path.name for folder in self._folders for path in folder.glob("*.elf")} - {KERNEL}
        return {self._entry(self.path(module)) for module in every}

    def _entry(self, path: Path) -> int:
        with open(path, "rb") as file:
            return ELFFile(file).header.e_entry

    def program(self, module: str) -> Program:
        """The program of a module, with its symbols."""
        if module not in self._read:
            self._read[module] = Program(self.path(module))
        return self._read[module]


class System:
    """The kernel of a machine, and its processes."""

    def __init__(self, programs: Programs, physical: Physical, root: int) -> None:
        self.programs = programs
        self.kernel = Kernel(programs.program(KERNEL), physical, root)
        self.processes = self._read_processes()
        self._by_aspace = {p.aspace: p for p in self.processes if p.aspace}
        # Process, name and interface of each endpoint that a process serves, by its frame.
        self.endpoints = {
            frame: (process, *service)
            for process in self.processes
            for frame, service in process.services.items()
        }

    def enum(self, name: str) -> Enumeration:
        """An enumeration of the ABI: debug information has only those that a program uses."""
        try:
            return self.kernel.program.enum(name)
        except Missing:
            return self.programs.program(f"{INIT}.elf").enum(name)

    def space_of(self, thread: Value) -> AddressSpace:
        """The memory a thread sees."""
        return AddressSpace(self.kernel.memory.physical, thread.context.root_physical)

    def invoked(self, thread: Value) -> Value:
        """The registers with which a thread made its system call: operation, handle, word. On its
        short way the kernel keeps none of them, but the SDK's sg_invoke has its caller's copy on
        top of the stack."""
        module, space = self.process_of(thread).module, self.space_of(thread)
        try:
            program = self.programs.program(module)
            function = program.function_at(thread.context.rip)
            if function is not None and function[0] == "sg_invoke":
                place = int.from_bytes(space.read(thread.context.rsp, 8), "little")
                return Value(space, program.struct("sg_registers"), place)
        except (Missing, Unreadable):
            pass  # a program that makes its system calls itself
        return thread.context

    def process_of(self, thread: Value) -> Process:
        """Whose thread it is."""
        frame = self.kernel.frame_of(address_of(thread.aspace)) if thread.aspace else 0
        return self._by_aspace.get(frame) or Process(f"aspace-{frame:#x}", -frame, "", frame)

    def label_of(self, thread: Value) -> str:
        """The name of its process, and, of a further thread, its own: kv, kv/worker."""
        process = self.process_of(thread)
        own = self._own_name(process, thread) if process.record else ""
        return f"{process.name}/{own}" if own else process.name

    def _own_name(self, process: Process, thread: Value) -> str:
        """What the process calls the thread with this stack, but its first one: the stack that ends
        next above, since a thread may have run over the low end."""
        structure = self.programs.program(f"{INIT}.elf").struct("sg_process_record")
        place = self.kernel.pages_of(process.record)
        told = Value(self.kernel.memory, structure, place).thread
        above = [i for i in range(len(told)) if told[i].stack_high >= thread.context.rsp]
        found = min(above, key=lambda i: told[i].stack_high, default=0)
        return text(told[found].name) if found else ""

    def named(self, name: str) -> Process | None:
        return next((process for process in self.processes if process.name == name), None)

    def _read_processes(self) -> list[Process]:
        first = self.kernel.machine.first
        if first is None or first.aspace is None:
            return []
        init = Process(INIT, 0, f"{INIT}.elf", self._frame_at(first.aspace))
        init.cspace = self._frame_at(first.cspace)
        try:
            return [init, *self._read_init(first, init)]
        except (Unreadable, Missing):
            return [init]  # not that far yet, or another supervisor than ours

    def _read_init(self, first: Value, init: Process) -> list[Process]:
        """Init's own table of processes."""
        address, type_ = self.programs.program(init.module).variable("init")
        state = load(self.space_of(first), type_, address)
        if state.manifest is None:
            return []
        self._add_service(first, init, state.supervisor_endpoint, SUPERVISOR)
        self._add_service(first, init, state.fault_endpoint, FAULTS)
        return [
            self._read_process(first, state.process[i])
            for i in range(min(state.manifest.process_count, len(state.process)))
            if state.process[i].entry is not None
        ]

    def _read_process(self, first: Value, entry: Value) -> Process:
        line = entry.entry
        process = Process(text(line.name), entry.number, text(line.module))
        thread = self._object(first, entry.instance.thread)
        if thread:
            parts = self.kernel.value("thread", self.kernel.pointer_of(thread))
            process.aspace = self._frame_at(parts.aspace)
            process.cspace = self._frame_at(parts.cspace)
            process.record = self._object(first, entry.instance.record)
            self._add_service(first, process, entry.instance.lifecycle, LIFECYCLE)
        for i in range(line.provide_count):
            provide = line.provide[i]
            service = (text(provide.name), text(provide.interface))
            self._add_service(first, process, entry.endpoint[i], service)
        return process

    def _add_service(
        self, first: Value, process: Process, handle: Value, service: tuple[str, str]
    ) -> None:
        endpoint = self._object(first, handle)
        if endpoint:
            process.services[endpoint] = service

    def _frame_at(self, pointer: Value | None) -> int:
        return self.kernel.frame_of(address_of(pointer)) if pointer is not None else 0

    def _object(self, first: Value, handle: Value) -> int:
        """The object a handle of init names; 0 when it is dead or none."""
        found = self.kernel.find(first.cspace.cspace, handle.index, handle.generation)
        return found.object if found else 0
