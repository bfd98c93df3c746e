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
        self._holders = {process.cspace: process.name for process in system.processes}
        self._at_end = {
            frame: (system.process_of(thread).number, system.label_of(thread))
            for frame, thread in system.kernel.threads()
        }
        self._threads = dict(self._at_end)  # at the event that is looked at

    # --- names

    def process(self, event: Event) -> str:
        if event.thread == 0:
            return "-"
        return self._names.get(event.process, f"process {event.process}")

    def _followed(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, each with what is known of threads by then: frames are used again."""
        self._threads = dict(self._at_end)
        for event in events:
            if event.thread and self._threads.get(event.thread, (None,))[0] != event.process:
                self._threads[event.thread] = (event.process, self.process(event))
            yield event

    def thread(self, frame: int) -> str:
        """process:frame of a thread, or of one that is gone its frame."""
        known = self._threads.get(frame)
        return f"{known[1]}:{frame:#x}" if known else f"thread {frame:#x}"

    def call_name(self, event: Event) -> str:
        """endpoint.Method of a CALL."""
        known = self._system.endpoints.get(event.object)
        interface = known[2] if known else ""
        if known and not interface:
            return endpoint_name(self._system, event.object)
        method = self._interfaces.method_name(interface, event.rest)
        return f"{endpoint_name(self._system, event.object)}.{method}"

    def detail(self, event: Event) -> str:
        """What an event says besides who and when."""
        kernel = self._system.kernel
        if event.kind == "CALL":
            return f"{event.call:x} {self.call_name(event)}"
        if event.kind == "RECEIVE":
            return f"{event.call:x} by {self.thread(event.object)}"
        if event.kind == "REPLY":
            return f"{event.call:x}"
        if event.kind == "END":
            return f"{event.call:x} of {self.thread(event.object)}: {self._end(event)}"
        if event.kind == "FAULT":
            cause = kernel.name_of("sg_fault_cause", event.object, "SG_FAULT_").lower()
            return f"{cause}, {event.value:#x}"
        if event.kind == "IRQ":
            return f"line {event.value}"
        if event.kind in ("ACQUIRE", "RELEASE"):
            who = self._holders.get(event.call, f"table {event.call:#x}")
            return f"{kernel.type_name(event.rest).lower()} {event.object:#x} by {who}"
        if event.kind in ("REVOKE", "DESTROY"):
            return f"{kernel.type_name(event.value).lower()} {event.object:#x}"
        if event.kind == "SWITCH":
            return self.thread(event.thread) if event.thread else "nobody"
        return self.thread(event.object)

    def _end(self, event: Event) -> str:
        """How a call ended."""
        if event.kind == "REPLY":
            return "replied"
        status = event.rest - (1 << 32) if event.rest >> 31 else event.rest
        return self._system.enum("sg_status").names.get(status, str(status))

    def text(self, events: Iterable[Event]) -> Iterator[str]:
        """A line for each event."""
        for event in self._followed(events):
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
        names = {(e.process, e.thread): self.thread(e.thread)
                 for e in self._followed(events) if e.thread}  # fmt: skip
        yield metadata("process_name", KERNEL, 0, KERNEL_NAME)
        for cpu in sorted({event.cpu for event in events}):
            yield metadata("thread_name", KERNEL, cpu, f"processor {cpu + 1}")
        for process in sorted({process for process, _thread in names}):
            yield metadata("process_name", process, 0, self._names.get(process, "?"))
        for (process, thread), name in sorted(names.items()):
            yield metadata("thread_name", process, thread, name)

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
        last = {(e.process, e.thread): e.sequence for e in events if e.kind == "SWITCH"}
        for event in self._followed(events):
            if event.kind == "CALL":
                flying[event.call] = call = Call(event, self.call_name(event))
                yield self._half("b", call, event)
            elif event.kind == "RECEIVE" and (call := flying.get(event.call)) is not None:
                process = self._threads.get(event.object, (KERNEL,))[0]
                # Who takes a call that was waiting does so as it runs; others run next.
                if event.thread == event.object:
                    yield from arrow(call, call.event, event, (process, event.object), {"bp": "e"})
                elif last.get((process, event.object), -1) > event.sequence:
                    yield from arrow(call, call.event, event, (process, event.object), {})
            elif event.kind in ("REPLY", "END") and (call := flying.pop(event.call, None)):
                yield self._half("e", call, event)
                caller = call.event.process, call.event.thread
                is_other = event.thread not in (0, call.event.thread)
                if is_other and last.get(caller, -1) > event.sequence:
                    yield from arrow(call, event, event, caller, {})

    def _half(self, phase: str, call: Call, event: Event) -> dict[str, object]:
        made = entry(phase, call.name, event, call.event.process, call.event.thread)
        made |= {"cat": "call", "id": call.event.sequence}
        return made if phase == "b" else made | {"args": {"end": self._end(event)}}

    def _instants(self, events: list[Event]) -> Iterator[dict[str, object]]:
        for event in self._followed(events):
            if event.kind in INSTANTS:
                place = (event.process, event.thread) if event.thread else (KERNEL, event.cpu)
                name = f"{event.kind.lower()} {self.detail(event)}"
                yield entry("i", name, event, *place) | {"s": "t"}


def entry(phase: str, name: str, event: Event, process: int, thread: int) -> dict[str, object]:
    return {
        "ph": phase, "name": name, "pid": process, "tid": thread, "ts": event.time_ns / 1000,
    }  # fmt: skip


def arrow(
    call: Call, start: Event, end: Event, to: tuple[int, int], binding: dict[str, str]
) -> Iterator[dict[str, object]]:
    """An arrow from the thread of an event to another, from caller to receiver or back."""
    common = {"cat": "arrow", "id": 2 * call.event.sequence + (start is end)}
    yield entry("s", call.name, start, start.process, start.thread) | common
    yield entry("f", call.name, end, *to) | common | binding


def metadata(kind: str, process: int, thread: int, name: str) -> dict[str, object]:
    return {
        "ph": "M", "name": kind, "pid": process, "tid": thread, "ts": 0, "args": {"name": name},
    }  # fmt: skip
