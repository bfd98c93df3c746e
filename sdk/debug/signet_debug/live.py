# SPDX-License-Identifier: BSD-2-Clause
"""A machine that QEMU runs: breakpoints of one process in a machine of many.

QEMU stops at an address in whatever address space. A stop that concerns nobody is stepped over and
the machine goes on; what is left are

  - a breakpoint or watchpoint set in the process that came there,
  - the first instruction of a process: the debugger may now set breakpoints in it,
  - a fault of a program, before its supervisor hears of it,
  - a panic of the kernel, before it stops the machine.
"""

from __future__ import annotations

import dataclasses
import enum

from signet_debug import registers
from signet_debug.memory import Physical, Unreadable
from signet_debug.stub import Stop, Stub
from signet_debug.system import KERNEL as KERNEL_FILE
from signet_debug.system import Programs
from signet_debug.target import KERNEL, Id, Target
from signet_debug.value import Value, address_of

SYSCALL = b"\x0f\x05"
BREAK_KINDS = "01"
SIGTRAP = 5
# gdb's numbers of signals, by enum sg_fault_cause; an exit is none.
FAULT_SIGNALS = {
    "PAGE": 11, "INSTRUCTION": 4, "PROTECTION": 11, "ARITHMETIC": 8, "DEBUG": 5, "OTHER": 10,
}  # fmt: skip
PANIC_SIGNAL = 6
FAULT_FUNCTION = "thread_raise_fault"  # its first argument is the thread
PANIC_FUNCTIONS = ("arch_panic", "panic_exception", "assert_failed")
FIRST_C_FUNCTION = "arch_start"


class Why(enum.Enum):
    """What a stop is to the debugger."""

    TRAP = "trap"
    BIRTH = "birth"
    ENDED = "ended"


@dataclasses.dataclass(frozen=True)
class Event:
    """A stop that somebody wants to know of."""

    why: Why
    id: Id = Id(KERNEL, 1)
    signal: int = SIGTRAP
    watch: tuple[bytes, int] | None = None
    status: int = 0


class LiveTarget(Target):
    """A running machine. It runs between resume() and event()."""

    def __init__(self, programs: Programs, physical: Physical, stub: Stub) -> None:
        super().__init__(programs, physical)
        self.stub = stub
        self.cpu_count = stub.cpus
        self._points: dict[tuple[str, int, int], set[int]] = {}  # kind, address, size: processes
        self._internal: dict[int, str] = {}  # addresses that this module watches, and why
        self._wanted: tuple[int, int] | None = None  # thread and address that a step runs to
        self._stepping: int | None = None  # the thread that is to make one step once it is there

    def cpu_registers(self, cpu: int) -> dict[str, int]:
        return self.stub.registers(cpu)

    def write_register(self, cpu: int, packet: str) -> bytes:
        return self.stub.write_register(cpu, packet.encode())

    # --- points

    def begin(self) -> Event:
        """Runs the firmware, up to the kernel's first C function."""
        kernel = self.programs.program(KERNEL_FILE)
        entry = kernel.address(FIRST_C_FUNCTION)
        self.stub.set_point("1", entry, 1)
        self.stub.go()
        stop = self.stub.stopped()
        self.stub.clear_point("1", entry, 1)
        self.watch_internally(kernel.address(FAULT_FUNCTION), "fault")
        for name in PANIC_FUNCTIONS:
            self.watch_internally(kernel.address(name), "panic")
        ended = stop.exit_status is not None
        return Event(Why.ENDED if ended else Why.TRAP, status=stop.exit_status or 0)

    def watch_internally(self, address: int, why: str) -> None:
        if address not in self._internal:
            self._internal[address] = why
            self.stub.set_point("0", address, 1)

    def watch_births(self) -> None:
        """Watches the entry points of all programs of the build."""
        for address in self.programs.entries():
            self.watch_internally(address, "birth")

    def set_point(self, kind: str, process: int, address: int, size: int) -> bytes:
        owners = self._points.setdefault((kind, address, size), set())
        owners.add(process)
        if len(owners) == 1 and not self._is_internal(kind, address):
            return self.stub.set_point(kind, address, size)
        return b"OK"

    def clear_point(self, kind: str, process: int, address: int, size: int) -> None:
        """Forgets a point of a process; process 0 is any."""
        key = (kind, address, size)
        owners = self._points.get(key, set())
        owners.difference_update(set(owners) if process == 0 else {process})
        if key in self._points and not owners:
            del self._points[key]
            if not self._is_internal(kind, address):
                self.stub.clear_point(kind, address, size)

    def _is_internal(self, kind: str, address: int) -> bool:
        return kind == "0" and address in self._internal

    def _is_point(self, address: int) -> bool:
        kinds = (place for kind, place, _size in self._points if kind in BREAK_KINDS)
        return address in self._internal or address in kinds

    # --- running

    def resume(self) -> None:
        """Lets the machine run; each processor leaves a breakpoint it stands at."""
        for cpu in range(self.cpu_count):
            if self._is_point(self.cpu_registers(cpu)["rip"]):
                self.stub.step(cpu)
        self.changed()
        self.stub.go()

    def step(self, id_: Id) -> Event | None:
        """One instruction of a thread. None: it waits for something first, so the machine runs."""
        if id_.process == KERNEL:
            self.changed()
            return self._stepped(self.stub.step(max(0, id_.thread - 1)))
        thread = self.thread(id_)
        if thread is None:
            return Event(Why.TRAP)
        cpu = self.cpu_of(thread)
        if cpu is None:
            self._stepping = address_of(thread)
            self._run_to(thread, thread.context.rip)
            return None
        return self._step_program(thread, cpu)

    def _step_program(self, thread: Value, cpu: int) -> Event | None:
        """One instruction of a thread that is on a processor; a system call counts as one."""
        before = self.cpu_registers(cpu)
        is_call = self._code(thread, before["rip"]) == SYSCALL
        stop = self.stub.step(cpu)
        self.changed()
        if stop.exit_status is not None or registers.is_user(self.cpu_registers(cpu)):
            return self._stepped(stop)
        if is_call:
            self._run_to(thread, before["rip"] + len(SYSCALL))
        else:
            self.resume()  # a fault: it is reported when the kernel raises it
        return None

    def _code(self, thread: Value, address: int) -> bytes:
        try:
            return self.system.space_of(thread).read(address, len(SYSCALL))
        except Unreadable:
            return b""

    def _stepped(self, stop: Stop) -> Event:
        if stop.exit_status is not None:
            return Event(Why.ENDED, status=stop.exit_status)
        return Event(Why.TRAP, self.id_of_cpu(stop.cpu))

    def _run_to(self, thread: Value, address: int) -> None:
        self._wanted = (address_of(thread), address)
        self.stub.set_point("1", address, 1)
        self.resume()

    def _arrive(self) -> None:
        if self._wanted is not None:
            address = self._wanted[1]
            self._wanted = None
            if ("1", address, 1) not in self._points:
                self.stub.clear_point("1", address, 1)

    def finish_fault(self) -> None:
        """Runs a fault that is about to be raised on to where its supervisor has been told."""
        entry = self.programs.program(KERNEL_FILE).address(FAULT_FUNCTION)
        for cpu in range(self.cpu_count):
            values = self.cpu_registers(cpu)
            if values["rip"] == entry:
                back = int.from_bytes(self.system.kernel.memory.read(values["rsp"], 8), "little")
                self.stub.set_point("1", back, 1)
                self.resume()
                self.stub.stopped()
                self.stub.clear_point("1", back, 1)
                self.changed()

    def release(self) -> None:
        """Lets the machine run unwatched."""
        for address in self._internal:
            self.stub.clear_point("0", address, 1)
        self.resume()

    def event(self, is_interrupt: bool, timeout_s: float | None = 0) -> Event | None:
        """What a stop is about that QEMU reports; None: it concerned nobody, the machine runs."""
        stop = self.stub.poll(timeout_s)
        if stop is None:
            return None
        self.changed()
        if stop.exit_status is not None:
            return Event(Why.ENDED, status=stop.exit_status)
        found = self._judge(stop)
        if found is None and is_interrupt:
            found = Event(Why.TRAP, self.id_of_cpu(stop.cpu), signal=2)
        if found is None:
            self.resume()
            return None
        return self._finish(found)

    def _finish(self, found: Event) -> Event | None:
        """Ends a step that waited for its thread; perhaps its one instruction is still to come."""
        stepping, self._stepping = self._stepping, None
        was_wanted, _ = self._wanted is not None, self._arrive()
        if was_wanted and stepping is not None and found.signal == SIGTRAP:
            thread = self.thread(found.id)
            cpu = self.cpu_of(thread) if thread is not None else None
            if cpu is not None and address_of(thread) == stepping:
                return self._step_program(thread, cpu)
        return found

    def _judge(self, stop: Stop) -> Event | None:
        """Whether a stop is one of those that the debugger is told of."""
        if stop.watch is not None:
            return self._judge_watch(stop)
        values = self.cpu_registers(stop.cpu)
        if not registers.is_user(values):
            return self._judge_kernel(stop, values)
        thread = self.current(stop.cpu)
        if thread is None:
            return None
        id_, address = self.id_of(thread), values["rip"]
        if self._wanted == (address_of(thread), address) or self._has_point(id_.process, address):
            return Event(Why.TRAP, id_)
        if self._internal.get(address) == "birth":
            return Event(Why.BIRTH, id_)
        return None

    def _has_point(self, process: int, address: int) -> bool:
        return any(
            process in owners
            for (kind, place, _size), owners in self._points.items()
            if place == address and kind in BREAK_KINDS
        )

    def _judge_kernel(self, stop: Stop, values: dict[str, int]) -> Event | None:
        id_ = Id(KERNEL, stop.cpu + 1)
        if self._has_point(KERNEL, values["rip"]):
            return Event(Why.TRAP, id_)
        why = self._internal.get(values["rip"])
        if why == "panic":
            return Event(Why.TRAP, id_, PANIC_SIGNAL)
        if why == "fault":
            return self._judge_fault(values["rdi"])
        return None

    def _judge_fault(self, pointer: int) -> Event | None:
        thread = self.system.kernel.value("thread", pointer)
        cause = self.system.kernel.name_of("sg_fault_cause", thread.fault.cause, "SG_FAULT_")
        signal = FAULT_SIGNALS.get(cause)
        return Event(Why.TRAP, self.id_of(thread), signal) if signal else None

    def _judge_watch(self, stop: Stop) -> Event | None:
        id_, (_kind, address) = self.id_of_cpu(stop.cpu), stop.watch
        for (kind, place, size), owners in self._points.items():
            hit = kind not in BREAK_KINDS and place <= address < place + size
            if hit and id_.process in owners:
                return Event(Why.TRAP, id_, watch=stop.watch)
        return None
