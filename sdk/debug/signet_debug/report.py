# SPDX-License-Identifier: BSD-2-Clause
"""A machine's state in words: threads, capabilities, rings. Each report is a list of lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from signet_debug import wait
from signet_debug.dwarf import Missing
from signet_debug.events import EventReader
from signet_debug.kernel import Capability, Damaged
from signet_debug.memory import Unreadable
from signet_debug.messages import Interfaces
from signet_debug.registers import of_context
from signet_debug.system import Process, System, process_id
from signet_debug.timeline import Timeline
from signet_debug.value import Value, address_of, element

GENERIC_FIRST = 56
SHOWN_REGISTERS = (
    ("rip", "rsp", "eflags"),
    ("rax", "rbx", "rcx", "rdx"),
    ("rsi", "rdi", "rbp", "r8"),
    ("r9", "r10", "r11", "r12"),
    ("r13", "r14", "r15"),
)


@dataclasses.dataclass
class Reporter:
    """A system and the interfaces of its services."""

    system: System
    interfaces: Interfaces
    # Backtraces, by the threads' names in gdb's protocol, if somebody has made them.
    frames: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    @property
    def reports(self) -> dict[str, Callable[[str], Iterator[str]]]:
        """Every report by name; its argument is a process's name, or empty for all."""
        return {
            "cpus": self.cpus,
            "threads": self.threads,
            "caps": self.caps,
            "rings": self.rings,
            "events": self.events,
        }

    def run(self, name: str, process: str = "") -> list[str]:
        """The lines of a report; what cannot be read says so and ends it."""
        lines: list[str] = []
        try:
            if process and self.system.named(process) is None:
                names = ", ".join(p.name for p in self.system.processes)
                return [f"{process}: found no such process, expected one of: {names}"]
            lines.extend(self.reports[name](process))
        except (Unreadable, Missing, Damaged) as error:
            lines.append(f"{name}: {error}")
        return lines

    def _threads_of(self, process: str) -> Iterator[tuple[int, Value, Process]]:
        for frame, thread in self.system.kernel.threads():
            owner = self.system.process_of(thread)
            if process in ("", owner.name):
                yield frame, thread, owner

    # --- processors and threads

    def cpus(self, _process: str) -> Iterator[str]:
        """Every processor, and the thread it works for."""
        for number, cpu in enumerate(self.system.kernel.cpus(), 1):
            works = wait.thread_name(self.system, cpu.current) if cpu.current else "nobody"
            yield f"processor {number}: works for {works}"
            yield from self._frames(f"p1.{number:x}")

    def _frames(self, name: str) -> Iterator[str]:
        yield from (f"    {line}" for line in self.frames.get(name, []))

    def threads(self, process: str) -> Iterator[str]:
        """Every thread: what it does, where, and its registers."""
        kernel = self.system.kernel
        for frame, thread, owner in self._threads_of(process):
            context = thread.context
            yield f"thread {wait.thread_name(self.system, thread)}: {self._state(thread)}"
            yield f"    {wait.describe(self.system, thread)}"
            yield f"    at {self.place(owner, context.rip)}"
            yield from self._registers(thread)
            yield from self._frames(f"p{process_id(owner):x}.{frame:x}")

    def _state(self, thread: Value) -> str:
        kernel = self.system.kernel
        state = kernel.name_of("sg_thread_state", thread.state, "SG_THREAD_")
        sched = thread.home
        if sched is None:
            return state
        kind = kernel.name_of("sg_class", getattr(sched, "class"), "SG_CLASS_").lower()
        flags = kernel.flags_of("op_flag", thread.op.flags)
        lent = ", its time lent to whom it calls" if "OP_LENT" in flags else ""
        return f"{state}, class {kind}, {sched.consumed_ns / 1e6:.1f} ms{lent}"

    def _registers(self, thread: Value) -> Iterator[str]:
        values = of_context(thread)
        running = self.system.kernel.name_of("sg_thread_state", thread.state) == "SG_THREAD_READY"
        if running and address_of(thread) in self.system.kernel.running():
            yield "    (as it was when it last entered the kernel)"
        for row in SHOWN_REGISTERS:
            shown = [f"{name:<6} {values[name]:#018x}" for name in row if name in values]
            if shown:
                yield "    " + "  ".join(shown)

    def place(self, process: Process, address: int) -> str:
        """An address of a program as function and distance."""
        try:
            found = self.system.programs.program(process.module).function_at(address)
        except Missing:
            found = None
        return f"{address:#x} {found[0]}+{found[1]:#x}" if found else f"{address:#x}"

    # --- capabilities

    def caps(self, process: str) -> Iterator[str]:
        """The capabilities of each process: the whole graph of authority."""
        seen: set[int] = set()
        for _frame, thread, owner in self._threads_of(process):
            if address_of(thread.cspace) in seen:
                continue
            seen.add(address_of(thread.cspace))
            cspace = thread.cspace.cspace
            found = list(self.system.kernel.capabilities(cspace))
            yield f"{owner.name}: {len(found)} of {cspace.slot_count} slots"
            for capability in found:
                yield "    " + self.capability(capability)

    def capability(self, capability: Capability) -> str:
        """One capability in a line."""
        kernel = self.system.kernel
        name = kernel.type_name(capability.type).lower()
        rights = " ".join(self.rights(capability)) or "no rights"
        dead = "" if capability.is_live else " (dead)"
        leased = " by lease" if capability.is_leased else ""
        badge = f" badge {capability.badge}" if capability.badge else ""
        what = self.object_name(capability) if capability.is_live else "?"
        return f"{capability.index:>4}  {name:<12} {what:<24}{badge}{leased}{dead}  {rights}"

    def object_name(self, capability: Capability) -> str:
        """What a capability is of, in people's words."""
        kernel = self.system.kernel
        kind, frame = kernel.type_name(capability.type), capability.object
        if kind in ("ENDPOINT", "CLIENT"):
            return wait.endpoint_name(self.system, frame)
        body = kernel.body(kernel.object(frame))
        if kind == "IOPORT":
            return f"ports {body.first:#x}..{body.first + body.count - 1:#x}"
        if kind == "IRQ":
            return f"line {body.line}"
        if kind == "MEMORY":
            return f"{frame:#x} of {body.page_count} pages"
        if kind == "UNTYPED":
            descriptor = kernel.frame(frame)
            return f"{frame:#x}, {descriptor.used} of {descriptor.extent} frames used"
        if kind == "THREAD":
            return wait.thread_name(self.system, body)
        return f"{frame:#x}"

    def rights(self, capability: Capability) -> list[str]:
        """The operations a capability permits, by name."""
        generic = self._operations("sg_generic_operation", capability.rights)
        return [*self.own_rights(capability), *generic]

    def own_rights(self, capability: Capability) -> list[str]:
        """The same without what every type has."""
        kind = self.system.kernel.type_name(capability.type)
        mask = capability.rights & (1 << GENERIC_FIRST) - 1
        if kind != "CLIENT":
            return self._operations(f"sg_{kind.lower()}_operation", mask)
        known = self.system.endpoints.get(capability.object)
        return self.interfaces.rights(known[2], mask) if known else [f"{mask:#x}"] * bool(mask)

    def _operations(self, enumeration: str, mask: int) -> list[str]:
        try:
            names = self.system.enum(enumeration).names
        except Missing:
            return [f"{mask:#x}"] if mask else []
        found = {number: text for number, text in sorted(names.items()) if mask >> number & 1}
        kept = [text for text in found.values() if not text.endswith("_FIRST")]
        return [text.rpartition("_")[2] for text in kept]

    # --- rings

    def rings(self, process: str) -> Iterator[str]:
        """Every ring: its queues, and each operation in flight with its message."""
        for _frame, thread, _owner in self._threads_of(process):
            ring, name = thread.ring, wait.thread_name(self.system, thread)
            queues = ring.queues
            yield (
                f"ring of {name}: {queues.submission_count} submissions, "
                f"{queues.completion_count} completions, arena {ring.arena_size} bytes"
            )
            yield from ("    " + line for line in self._queue(thread))
            for op in self.system.kernel.operations(thread):
                yield "    in flight: " + self.operation(op)

    def _queue(self, thread: Value) -> Iterator[str]:
        queues = thread.ring.queues
        pending = queues.indices.submit_tail - queues.submit_head & 0xFFFFFFFF
        unread = queues.complete_tail - queues.indices.complete_head & 0xFFFFFFFF
        if pending > queues.submission_count or unread > queues.completion_count:
            yield f"indices: found {pending} submitted, {unread} unread: more than there can be"
            return
        for i in range(pending):
            at = (queues.submit_head + i) % queues.submission_count
            yield "submitted: " + self._submission(thread, element(queues.submission, at))
        for i in range(unread):
            at = (queues.indices.complete_head + i) % queues.completion_count
            yield "unread: " + self._completion(element(queues.completion, at))

    def _submission(self, thread: Value, entry: Value) -> str:
        kernel = self.system.kernel
        opcode = kernel.name_of("sg_opcode", entry.opcode, "SG_OP_")
        found = kernel.find(thread.cspace.cspace, entry.handle_index, entry.handle_generation)
        what = self.object_name(found) if found and found.is_live else "a dead handle"
        return f"{opcode} on {what}, method {entry.method}, user data {entry.user_data:#x}"

    def _completion(self, entry: Value) -> str:
        kernel = self.system.kernel
        names = self.system.enum("sg_status").names
        result = names.get(entry.result, str(entry.result)) if entry.result < 0 else entry.result
        return (
            f"result {result}, method {entry.method}, badge {entry.badge}, "
            f"user data {entry.user_data:#x}"
        )

    def operation(self, op: Value) -> str:
        """An operation in flight, with the message of a call."""
        kernel = self.system.kernel
        text = wait.describe_op(self.system, op)
        state = kernel.op_state(op)
        if state == "HELD" and op.peer is not None:
            return f"{text}: {self.message(op.peer)}"
        if state in ("CALLING", "DELIVERED"):
            return f"{text}: {self.message(op)}"
        return text

    def message(self, op: Value) -> str:
        """The call of an operation, decoded by its endpoint's interface."""
        if "OP_FAULT" in self.system.kernel.flags_of("op_flag", op.flags):
            return wait.describe_fault(self.system.kernel, op.thread)
        call = wait.call_of(self.system, op)
        known = self.system.endpoints.get(call.endpoint)
        interface = known[2] if known else ""
        name = self.interfaces.method_name(interface, call.method)
        return f"{name} {self.interfaces.request(interface, call.method, call.data)}"

    # --- events

    def events(self, process: str) -> Iterator[str]:
        """The last of the kernel's events, the newest at the end."""
        timeline = Timeline(self.system, self.interfaces)
        found = list(EventReader(self.system.kernel).read())
        shown = [e for e in found if process in ("", timeline.process(e))]
        yield f"{len(found)} events in the ring, {len(shown)} of them shown"
        yield from timeline.text(shown)

    # --- calls

    def chain(self, thread: Value) -> Iterator[tuple[Value, str]]:
        """A thread and the servers its call has come to, each with the call it makes, or ""."""
        for hop, op in wait.chain(self.system, thread):
            if op is None:
                yield hop, ""
                continue
            endpoint = wait.endpoint_name(self.system, wait.call_of(self.system, op).endpoint)
            yield hop, f"{endpoint}.{self.message(op)}"
