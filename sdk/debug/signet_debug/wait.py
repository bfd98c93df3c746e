# SPDX-License-Identifier: BSD-2-Clause
"""What a thread does or waits for, in words, and the way of a call from thread to thread."""

from __future__ import annotations

import dataclasses

from signet_debug.kernel import Kernel
from signet_debug.system import System
from signet_debug.value import Value, address_of

HOPS_MOST = 64  # of a chain of calls


@dataclasses.dataclass(frozen=True)
class Call:
    """A call in flight: to which endpoint, which method, and where its bytes are."""

    endpoint: int  # frame; 0 when the capability is gone
    method: int
    data: bytes


def thread_name(system: System, thread: Value | None) -> str:
    """A thread as people know it."""
    if thread is None:
        return "nobody"
    return f"{system.label_of(thread)}:{system.kernel.frame_of(address_of(thread)):#x}"


def endpoint_name(system: System, frame: int) -> str:
    """process.service, or the frame of an endpoint that no manifest names."""
    known = system.endpoints.get(frame)
    return f"{known[0].name}.{known[1]}" if known else f"endpoint {frame:#x}"


def describe(system: System, thread: Value) -> str:
    """What a thread does, in a line."""
    kernel = system.kernel
    state = kernel.name_of("sg_thread_state", thread.state, "SG_THREAD_").lower()
    wait = kernel.name_of("thread_wait", thread.wait, "WAIT_")
    if wait == "REGISTER":
        return describe_op(system, thread.op)
    if wait == "ENTER":
        pending = [describe_op(system, op) for op in kernel.operations(thread)]
        what = ", ".join(counted(pending)) or "nothing"
        return f"waits for {thread.enter.counts >> 32} completions: {what}"
    if wait == "FAULT":
        return f"faulted: {describe_fault(kernel, thread)}"
    if address_of(thread) in kernel.running():
        return "runs"
    return state


def counted(lines: list[str]) -> list[str]:
    """Equal lines once, with their number."""
    return [
        line if lines.count(line) == 1 else f"{lines.count(line)} x {line}"
        for line in dict.fromkeys(lines)
    ]


def describe_fault(kernel: Kernel, thread: Value) -> str:
    cause = kernel.name_of("sg_fault_cause", thread.fault.cause, "SG_FAULT_").lower()
    fault = thread.fault
    return f"{cause} at {fault.address:#x}, code {fault.code:#x}, rip {fault.rip:#x}"


def describe_op(system: System, op: Value) -> str:
    """What an operation waits for."""
    kernel = system.kernel
    state = kernel.op_state(op)
    if state in ("CALLING", "DELIVERED"):
        return describe_call(system, op, state)
    if state == "RECEIVING":
        return f"receives on {endpoint_name(system, op.object)}"
    if state == "HELD":
        peer = op.peer
        caller = kernel.op_thread(peer) if peer is not None else None
        return f"owes a reply to {thread_name(system, caller)}"
    if state == "WAITING":
        return describe_waiting(system, op)
    return state.lower()


def describe_call(system: System, op: Value, state: str) -> str:
    call = call_of(system, op)
    name = f"{endpoint_name(system, call.endpoint)} method {call.method}"
    if state == "CALLING":
        return f"calls {name}, not received yet"
    return f"calls {name}, held by {thread_name(system, holder_of(system, op))}"


def describe_waiting(system: System, op: Value) -> str:
    found = system.kernel.waiting.get(address_of(op))
    return f"waits for {found}" if found else "waits"


def holder_of(system: System, op: Value) -> Value | None:
    """The thread that holds a delivered call."""
    return system.kernel.op_thread(op.peer) if op.peer is not None else None


def call_of(system: System, op: Value) -> Call:
    """The call an operation makes. One by registers is described by them alone: the short way of
    the kernel fills no record in."""
    kernel = system.kernel
    if op.ring is None and "OP_FAULT" not in kernel.flags_of("op_flag", op.flags):
        return register_call(system, op.thread)
    data = arena_bytes(system, op) if op.ring is not None else b""
    return Call(kernel.follow(op.object, op.epoch, bool(op.slot_flags)) or 0, op.method, data)


def register_call(system: System, thread: Value) -> Call:
    """The call in a thread's registers (kernel/abi/ring.h, invoke)."""
    given = system.invoked(thread)
    operation, handle = given.operation, given.handle
    method, length = operation >> 16 & 0xFF, operation >> 24 & 0xFF
    cspace, index, generation = thread.cspace.cspace, handle & 0xFFFFFFFF, handle >> 32
    found = system.kernel.find(cspace, index, generation)
    words = b"".join(word.to_bytes(8, "little") for word in given.word)
    flags = system.kernel.flags_of("sg_submission_flag", operation >> 8 & 0x3F)
    data = arena_bytes(system, thread.op) if "SG_SUBMIT_ARENA" in flags else words[:length]
    return Call(found.object if found else 0, method, data)


def arena_bytes(system: System, op: Value) -> bytes:
    """The message of an operation that lies in its ring's arena."""
    ring = op.ring if op.ring is not None else op.thread.ring
    message = op.message
    offset, length = message.send_offset, message.send_length
    if offset + length > ring.arena_size:
        return b""
    return system.kernel.memory.read(address_of(ring.arena) + offset, length)


def delivered(system: System, thread: Value) -> Value | None:
    """The thread's call that some server holds; the one it waits for first."""
    operations = system.kernel.operations(thread)
    return next((op for op in operations if system.kernel.op_state(op) == "DELIVERED"), None)


def chain(system: System, thread: Value) -> list[tuple[Value, Value | None]]:
    """From a thread to the server that holds its call, and on: each with the operation that leads
    to the next."""
    found: list[tuple[Value, Value | None]] = []
    seen: set[int] = set()
    current: Value | None = thread
    while current is not None and address_of(current) not in seen and len(found) < HOPS_MOST:
        seen.add(address_of(current))
        op = delivered(system, current)
        found.append((current, op))
        current = holder_of(system, op) if op is not None else None
    return found
