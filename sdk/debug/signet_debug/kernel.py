# SPDX-License-Identifier: BSD-2-Clause
"""The kernel's objects in a machine's memory: frame table, threads, capabilities, operations."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from signet_debug.dwarf import Program
from signet_debug.memory import PAGE, AddressSpace, Physical
from signet_debug.value import Value, address_of, element, load, raw

LIST_MOST = 65536  # entries of a list that is not damaged
# The structure of each type's head frame, by the name in enum sg_type.
STRUCTURES = {
    "CSPACE": "cspace_object",
    "LEASE": "lease",
    "MEMORY": "memory",
    "ASPACE": "aspace",
    "THREAD": "thread",
    "SCHED": "sched",
    "CPU": "cpu_object",
    "RING": "ring",
    "ENDPOINT": "endpoint",
    "NOTIFICATION": "notification",
    "IRQ": "irq",
    "IOPORT": "ioport",
}


class Damaged(Exception):
    """The kernel's data contradicts itself; the message says where."""


@dataclasses.dataclass(frozen=True)
class Object:
    """An object of the machine, by the number of its first frame."""

    frame: int
    type: int  # enum sg_type
    frames: int
    is_dying: bool


@dataclasses.dataclass(frozen=True)
class Capability:
    """What a slot holds."""

    index: int
    generation: int
    type: int  # enum sg_type
    rights: int
    badge: int
    object: int  # head frame, behind any leases; 0 when it is dead
    is_leased: bool
    is_live: bool


class Kernel:
    """The state of the kernel in a machine's memory."""

    def __init__(self, program: Program, physical: Physical, root: int) -> None:
        self.program = program
        self.memory = AddressSpace(physical, root)
        self.machine: Value = self.variable("machine")
        self._types = program.enum("sg_type").names
        self._numbers = {name: number for number, name in self._types.items()}

    def variable(self, name: str) -> Value:
        address, type_ = self.program.variable(name)
        return load(self.memory, type_, address)

    def value(self, structure: str, address: int) -> Value:
        return Value(self.memory, self.program.struct(structure), address)

    def name_of(self, enumeration: str, number: int, prefix: str = "") -> str:
        """The name of a value of an enumeration, without what all of its names begin with."""
        names = self.program.enum(enumeration).names
        return names[number].removeprefix(prefix) if number in names else str(number)

    def flags_of(self, enumeration: str, number: int, prefix: str = "") -> list[str]:
        """The names of the bits that are set."""
        names = self.program.enum(enumeration).names
        return [text.removeprefix(prefix) for bit, text in sorted(names.items()) if number & bit]

    # --- frames and objects

    @property
    def is_booted(self) -> bool:
        """Whether there is a frame table, and so an object."""
        return self.machine.frames.table is not None

    @property
    def direct_map(self) -> int:
        """The virtual address of physical address 0: what is known of one page holds for all."""
        table = address_of(self.machine.frames.table)
        return table - self.memory.translate(table)

    def pointer_of(self, frame: int) -> int:
        return self.direct_map + frame * PAGE

    def pages_of(self, memory: int) -> int:
        """The address of a memory's pages: they follow its head."""
        return self.pointer_of(memory + 1)

    def frame_of(self, pointer: int) -> int:
        return (pointer - self.direct_map) // PAGE

    def type_name(self, type_: int) -> str:
        return self._types.get(type_, str(type_)).removeprefix("SG_TYPE_")

    def type_number(self, name: str) -> int:
        return self._numbers[f"SG_TYPE_{name}"]

    def frame(self, number: int) -> Value:
        """The descriptor of a frame."""
        table = self.machine.frames
        if not 0 <= number < table.count:
            raise Damaged(f"frame {number:#x}: found no such frame, expected one of {table.count}")
        return element(table.table, number)

    def objects(self) -> Iterator[Object]:
        """Every object there is, in the order of frames."""
        if not self.is_booted:
            return
        structure = self.program.struct("frame")
        table = self.machine.frames
        data = self.memory.read(address_of(table.table), table.count * structure.size)
        head = next(
            value for value, name in self.program.enum("frame_role").names.items()
            if name == "FRAME_HEAD"
        )  # fmt: skip
        roles = data[structure.fields["role"].offset :: structure.size]
        frame = roles.find(head)
        while frame >= 0:
            yield self.object(frame)
            frame = roles.find(head, frame + 1)

    def object(self, frame: int) -> Object:
        """The object whose first frame this is."""
        descriptor = self.frame(frame)
        flags = self.flags_of("frame_flag", descriptor.flags)
        return Object(frame, descriptor.type, descriptor.count, "FRAME_DYING" in flags)

    def body(self, thing: Object) -> Value | None:
        """The structure at the beginning of an object; None for a type without one."""
        structure = STRUCTURES.get(self.type_name(thing.type))
        return self.value(structure, self.pointer_of(thing.frame)) if structure else None

    def of_type(self, name: str) -> Iterator[tuple[int, Value]]:
        """Frame and structure of every object of a type."""
        number = self.type_number(name)
        for thing in self.objects():
            if thing.type == number:
                yield thing.frame, self.body(thing)

    def threads(self) -> Iterator[tuple[int, Value]]:
        """Frame and structure of every thread that is bound to a process's parts."""
        if not self.is_booted:
            return
        pointers = raw(self.machine.timer_thread)
        for place in range(0, len(pointers), 8):
            pointer = int.from_bytes(pointers[place : place + 8], "little")
            if pointer:
                yield self.frame_of(pointer), self.value("thread", pointer)

    def cpus(self) -> Iterator[Value]:
        """What each processor runs."""
        count = max(1, self.machine.cpu_count)
        every = self.variable("cpus")
        return (every[i] for i in range(min(count, len(every))))

    def running(self) -> set[int]:
        """Addresses of the threads that are current on a processor."""
        return {address_of(cpu.current) for cpu in self.cpus()} - {0}

    # --- capabilities

    def capabilities(self, cspace: Value) -> Iterator[Capability]:
        """Every capability of a cspace (the kernel's struct cspace), dead ones included."""
        slots = cspace.slot
        for index in range(cspace.slot_count):
            found = self.capability(element(slots, index), index)
            if found is not None:
                yield found

    def capability(self, slot: Value, index: int) -> Capability | None:
        """What a slot holds; None when it is empty, reserved or retired."""
        if not 0 < slot.type < self.type_number("COUNT"):
            return None
        leased = "SLOT_LEASED" in self.flags_of("slot_flag", slot.flags)
        target = self.follow(slot.object, slot.epoch, leased)
        return Capability(
            index, slot.generation, slot.type, slot.rights, slot.badge,
            target or 0, leased, target is not None,
        )  # fmt: skip

    def follow(self, frame: int, epoch: int, is_leased: bool) -> int | None:
        """The object behind a capability's leases, None when it or a lease is dead."""
        for _ in range(LIST_MOST):
            if self.frame(frame).epoch != epoch:
                return None
            if not is_leased:
                return frame
            target = self.value("lease", self.pointer_of(frame)).target
            frame, epoch = target.object, target.epoch
            is_leased = "SLOT_LEASED" in self.flags_of("slot_flag", target.flags)
        raise Damaged(f"lease at frame {frame:#x}: found a loop, expected an object behind it")

    def find(self, cspace: Value, index: int, generation: int) -> Capability | None:
        """The capability a handle of a cspace names."""
        if index >= cspace.slot_count:
            return None
        found = self.capability(element(cspace.slot, index), index)
        return found if found and found.generation == generation else None

    # --- lists and operations

    def entries(self, head: Value, structure: str, member: str) -> Iterator[Value]:
        """The objects on a list, by the member that links them."""
        type_ = self.program.struct(structure)
        offset = type_.fields[member].offset
        link = head.next
        for _ in range(LIST_MOST):
            if link is None or address_of(link) == address_of(head):
                return
            yield Value(self.memory, type_, address_of(link) - offset)
            link = link.next
        raise Damaged(f"list at {address_of(head):#x}: found no end after {LIST_MOST} entries")

    def op_state(self, op: Value) -> str:
        return self.name_of("op_state", op.state, "OP_")

    def op_thread(self, op: Value) -> Value | None:
        """Whose operation it is."""
        return op.thread if op.ring is None else op.ring.thread

    def records(self, ring: Value) -> Iterator[Value]:
        """The operations of a ring that are not idle."""
        for index in range(ring.records.count):
            op = element(ring.record, index)
            if self.op_state(op) != "IDLE":
                yield op

    def operations(self, thread: Value) -> Iterator[Value]:
        """Every operation of a thread that is not over: by registers, then by its ring."""
        for op in (thread.op, thread.held):
            if self.op_state(op) != "IDLE":
                yield op
        if thread.ring is not None:
            yield from self.records(thread.ring)

    @functools.cached_property
    def waiting(self) -> dict[int, str]:
        """What each WAITING operation is queued at, by the operation's address."""
        found = {}
        places = (
            ("NOTIFICATION", "notification {0:#x}", lambda body: body.waiters),
            ("IRQ", "interrupt line {1.line}", lambda body: body.arrived.waiters),
            ("MEMORY", "a word of memory {0:#x}", lambda body: body.waiters),
        )
        for type_, text, waiters in places:
            for frame, body in self.of_type(type_):
                for op in self.entries(waiters(body), "op", "link"):
                    found[address_of(op)] = text.format(frame, body)
        return found
