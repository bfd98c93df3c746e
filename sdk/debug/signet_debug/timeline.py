# SPDX-License-Identifier: BSD-2-Clause
"""Events as a timeline: lines of text, or the trace-event format that Perfetto and Chrome show.

In the picture each process has its threads. A thread's slices say when it ran; a call is a slice on
the caller's thread, from the call to its end, and an arrow leads to who received it and back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from signet_debug.events import Event
from signet_debug.messages import Interfaces
from signet_debug.system import System
from signet_debug.wait import endpoint_name

KERNEL, KERNEL_NAME = 1 << 16, "processors"  # a process for what concerns no thread
INSTANTS = ("FAULT", "IRQ", "DESTROY", "ACQUIRE", "RELEASE", "REVOKE", "BUDGET")


@dataclasses.dataclass
class Call:
    """A call in flight: who made it, when, and its name."""

    event: Event
    name: str


class Timeline:
    """The events of one machine, with names."""

    def __init__(self, system: System, interfaces: Interfaces) -> None:
        self._system = system
        self._interfaces = interfaces
        self._names = {process.number: process.name for process in system.processes}

    # --- names

    def process(self, event: Event) -> str:
        if event.thread == 0:
            return "-"
        return self._names.get(event.process, f"process {event.process}")

    def call_name(self, event: Event) -> str:
        """endpoint.Method of a CALL."""
        known = self._system.endpoints.get(event.object)
        interface = known[2] if known else ""
        method = self._interfaces.method_name(interface, event.rest)
        return f"{endpoint_name(self._system, event.object)}.{method}"

    def detail(self, event: Event) -> str:
        """What an event says besides who and when."""
        kernel = self._system.kernel
        if event.kind == "CALL":
            return f"{event.call:x} {self.call_name(event)}"
        if event.kind == "RECEIVE":
            return f"{event.call:x} by thread {event.object:#x}"
        if event.kind == "REPLY":
            return f"{event.call:x}"
        if event.kind == "END":
            status = event.rest - (1 << 32) if event.rest >> 31 else event.rest
            name = self._system.enum("sg_status").names.get(status, str(status))
            return f"{event.call:x} of thread {event.object:#x}: {name}"
        if event.kind == "FAULT":
            cause = kernel.name_of("sg_fault_cause", event.object, "SG_FAULT_").lower()
            return f"{cause}, {event.value:#x}"
        if event.kind == "IRQ":
            return f"line {event.value}"
        if event.kind in ("ACQUIRE", "RELEASE"):
            return f"{kernel.type_name(event.rest).lower()} {event.object:#x} in {event.call:#x}"
        if event.kind in ("REVOKE", "DESTROY"):
            return f"{kernel.type_name(event.value).lower()} {event.object:#x}"
        if event.kind == "SWITCH":
            return f"thread {event.thread:#x}" if event.thread else "nobody"
        return f"thread {event.object:#x}"

    def text(self, events: Iterable[Event]) -> Iterator[str]:
        """A line for each event."""
        for event in events:
            yield (
                f"{event.time_ns / 1e6:>12.3f} ms  cpu {event.cpu + 1}  "
                f"{self.process(event):<16} {event.kind.lower():<8} {self.detail(event)}"
            )

    # --- the trace-event format

    def trace(self, events: list[Event]) -> dict[str, object]:
        """The whole document; times in it are microseconds."""
        made = [*self._runs(events), *self._calls(events), *self._instants(events)]
        made.sort(key=lambda entry: entry["ts"])
        return {"displayTimeUnit": "ns", "traceEvents": [*self._metadata(events), *made]}

    def _metadata(self, events: list[Event]) -> Iterator[dict[str, object]]:
        threads = sorted({(e.process, e.thread) for e in events if e.thread})
        yield metadata("process_name", KERNEL, 0, KERNEL_NAME)
        for cpu in sorted({event.cpu for event in events}):
            yield metadata("thread_name", KERNEL, cpu, f"processor {cpu + 1}")
        for process in sorted({process for process, _thread in threads}):
            yield metadata("process_name", process, 0, self._names.get(process, "?"))
        for process, thread in threads:
            yield metadata("thread_name", process, thread, f"thread {thread:#x}")

    def _runs(self, events: list[Event]) -> Iterator[dict[str, object]]:
        """When each thread ran: from the switch to it to the next on that processor."""
        running: dict[int, Event] = {}
        last = events[-1].time_ns if events else 0
        for event in events:
            if event.kind == "SWITCH":
                if (before := running.pop(event.cpu, None)) is not None:
                    yield from self._run(before, event.time_ns)
                running[event.cpu] = event
        for event in running.values():
            yield from self._run(event, last)

    def _run(self, event: Event, end_ns: int) -> Iterator[dict[str, object]]:
        if event.thread == 0:
            return
        name, duration = self.process(event), (end_ns - event.time_ns) / 1000
        for process, thread in ((event.process, event.thread), (KERNEL, event.cpu)):
            yield entry("X", "runs" if process != KERNEL else name, event, process, thread) | {
                "dur": duration, "args": {"cpu": event.cpu + 1},
            }  # fmt: skip

    def _calls(self, events: list[Event]) -> Iterator[dict[str, object]]:
        """Calls as slices of their own track on the caller's side, and the arrows."""
        flying: dict[int, Call] = {}
        for event in events:
            if event.kind == "CALL":
                flying[event.call] = call = Call(event, self.call_name(event))
                yield self._half("b", call, event)
                yield arrow("s", call, event, event.process, event.thread)
            elif event.kind == "RECEIVE" and (call := flying.get(event.call)) is not None:
                yield arrow("t", call, event, self._owner(event.object), event.object)
            elif event.kind in ("REPLY", "END") and (call := flying.pop(event.call, None)):
                yield self._half("e", call, event)
                yield arrow("f", call, event, call.event.process, call.event.thread)

    def _half(self, phase: str, call: Call, event: Event) -> dict[str, object]:
        made = entry(phase, call.name, event, call.event.process, call.event.thread)
        how = "" if phase == "b" else self.detail(event)
        return made | {"cat": "call", "id": call.event.sequence, "args": {"end": how} if how else {}}

    def _owner(self, thread: int) -> int:
        """The process of a thread, by its frame."""
        for frame, value in self._system.kernel.threads():
            if frame == thread:
                return self._system.process_of(value).number
        return KERNEL

    def _instants(self, events: list[Event]) -> Iterator[dict[str, object]]:
        for event in events:
            if event.kind in INSTANTS:
                place = (event.process, event.thread) if event.thread else (KERNEL, event.cpu)
                name = f"{event.kind.lower()} {self.detail(event)}"
                yield entry("i", name, event, *place) | {"s": "t"}


def entry(phase: str, name: str, event: Event, process: int, thread: int) -> dict[str, object]:
    return {
        "ph": phase, "name": name, "pid": process, "tid": thread, "ts": event.time_ns / 1000,
    }  # fmt: skip


def arrow(phase: str, call: Call, event: Event, process: int, thread: int) -> dict[str, object]:
    """One end of an arrow, or a place that it passes through."""
    made = entry(phase, call.name, event, process, thread)
    return made | {"cat": "arrow", "id": call.event.sequence, "bp": "e"}


def metadata(kind: str, process: int, thread: int, name: str) -> dict[str, object]:
    return {
        "ph": "M", "name": kind, "pid": process, "tid": thread, "ts": 0, "args": {"name": name},
    }  # fmt: skip
