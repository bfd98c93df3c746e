# SPDX-License-Identifier: BSD-2-Clause
"""The kernel's event ring in a machine's memory, running or dumped (kernel/abi/event.h)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from signet_debug.kernel import Kernel
from signet_debug.memory import Physical
from signet_debug.samples import physical_of
from signet_debug.system import KERNEL, Programs
from signet_debug.value import Value, address_of

PLACES_AT, PLACES = 4096, 2048  # SG_EVENTS_AT, SG_EVENT_PLACES
WRAP = 1 << 32


@dataclasses.dataclass(frozen=True)
class Event:
    """One event; `kind` is its name, e.g. "CALL"."""

    sequence: int
    time_ns: int
    kind: str
    cpu: int
    process: int
    thread: int  # frames
    object: int
    value: int

    @property
    def call(self) -> int:
        """Of a call: its number while it is in flight."""
        return self.value & 0xFFFFFFFF

    @property
    def rest(self) -> int:
        """What stands in the upper half of the value: method, status or type."""
        return self.value >> 32


def record_everything(programs: Programs, physical: Physical) -> None:
    """Has the kernel of a machine record events of all kinds from here on."""
    program = programs.program(KERNEL)
    machine, type_ = program.variable("machine")
    field = type_.fields["event_mask"]
    place = physical_of(program, machine + field.offset)
    physical.write(place, b"\xff" * field.type.size)


class EventReader:
    """Reads events as they come; what was written over before it was read is counted in `lost`."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._names = kernel.program.enum("sg_event_kind").names
        self._structure = kernel.program.struct("sg_event")
        self._next: int | None = None
        self.lost = 0

    @property
    def is_there(self) -> bool:
        return self._kernel.machine.events is not None

    def read(self) -> Iterator[Event]:
        """Every event that is there and was not read yet, oldest first."""
        ring = self._kernel.machine.events
        if ring is None:
            return
        end = ring.next
        if self._next is None:
            self._next = end - min(end, PLACES)
        ahead = (end - self._next) % WRAP
        if ahead > PLACES:
            self.lost += ahead - PLACES
            self._next = (end - PLACES) % WRAP
        while self._next != end:
            event = self._event(ring, self._next)
            if event is None:
                self.lost += 1
            else:
                yield event
            self._next = (self._next + 1) % WRAP

    def _event(self, ring: Value, sequence: int) -> Event | None:
        """A copy of a place; None when it is being written, or has been written over."""
        place = address_of(ring) + PLACES_AT + sequence % PLACES * self._structure.size
        data = self._kernel.memory.read(place, self._structure.size)
        field = {
            name: int.from_bytes(data[f.offset : f.offset + f.type.size], "little")
            for name, f in self._structure.fields.items()
        }
        again = self._kernel.memory.read(place + self._structure.fields["sequence"].offset, 4)
        if field["sequence"] != sequence or int.from_bytes(again, "little") != sequence:
            return None
        kind = self._names.get(field.pop("kind"), "unknown").removeprefix("SG_EVENT_")
        return Event(kind=kind, **field)
