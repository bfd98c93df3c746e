# SPDX-License-Identifier: BSD-2-Clause
"""Serves gdb: each process of the machine is one of gdb's, with its own program and symbols.

gdb's side of the protocol is told in its manual, "Remote Serial Protocol"; multiprocess extensions
are always used.
"""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Callable
from xml.sax.saxutils import escape as escape_text
from xml.sax.saxutils import quoteattr

from signet_debug.dwarf import Missing
from signet_debug.kernel import Damaged
from signet_debug.live import Event, LiveTarget, Why
from signet_debug.memory import Unreadable
from signet_debug.messages import Interfaces
from signet_debug.remote import INTERRUPT, Closed, Link, escape
from signet_debug.report import Reporter
from signet_debug.target import KERNEL, Id, Target

FEATURES = (
    b"PacketSize=4000;multiprocess+;vContSupported+;QStartNoAckMode+"
    b";qXfer:threads:read+;qXfer:exec-file:read+"
)
ERROR, NONE = b"E01", b""
THREAD = re.compile(r"p(-?[0-9a-f]+)(?:\.(-?[0-9a-f]+))?$")
POINT = re.compile(r"[zZ]([0-4]),([0-9a-f]+),([0-9a-f]+)")
MEMORY = re.compile(r"[mM]([0-9a-f]+),([0-9a-f]+)")
XFER = re.compile(r"qXfer:(threads|exec-file):read:([^:]*):([0-9a-f]+),([0-9a-f]+)")


def parse_id(text: str) -> Id:
    """A thread as gdb names it; a missing part is any (0)."""
    found = THREAD.match(text)
    if not found:
        return Id(0, 0)
    return Id(int(found[1], 16), int(found[2] or "0", 16))


class Server:
    """One gdb that looks at one target."""

    def __init__(
        self, target: Target, interfaces: Interfaces, connection: socket.socket
    ) -> None:
        self._target = target
        self._interfaces = interfaces
        self._link = Link(connection)
        self._general = Id(KERNEL, 1)  # whose registers and memory gdb asks for
        self._stop = Event(Why.TRAP)  # why the machine does not run
        self._known: set[int] = {KERNEL}  # processes gdb was told of
        self._awaited = ""  # a process at whose first instruction gdb stops
        self._is_interrupting = False
        self._is_over = False  # the machine has ended
        self._exits: list[bytes] = []  # reports of processes that ended with the machine
        self._handlers: dict[str, Callable[[str], bytes]] = {
            "?": lambda _: self._report(self._stop),
            "H": self._select,
            "g": lambda _: self._target.packet(self._general) or ERROR,
            "p": lambda _: NONE,
            "P": self._write_register,
            "m": self._read_memory,
            "M": self._write_memory,
            "X": lambda _: NONE,
            "z": self._point,
            "Z": self._point,
            "D": lambda _: b"OK",  # what gdb leaves goes when gdb goes
            "v": lambda text: b"OK" if text.startswith("vKill") else NONE,
            "T": lambda text: b"OK" if self._target.exists(parse_id(text[1:])) else ERROR,
            "q": self._query,
        }

    @property
    def _live(self) -> LiveTarget | None:
        return self._target if isinstance(self._target, LiveTarget) else None

    def run(self) -> None:
        """Serves until gdb leaves."""
        try:
            while self._serve(self._link.receive()):
                pass
        except Closed:
            pass
        finally:
            self._link.close()

    def _serve(self, packet: bytes | None) -> bool:
        text = (packet or b"").decode("latin-1")
        if packet == INTERRUPT:
            return True
        if text.startswith("vCont;"):
            self._continue(text.removeprefix("vCont;").split(";"))
            return True
        if text == "QStartNoAckMode":
            self._link.send(b"OK")
            self._link.acknowledges = False
            return True
        self._link.send(self._answer(text))
        return True

    def _answer(self, text: str) -> bytes:
        if text == "vCont?":
            return b"vCont;c;C;s;S"
        handler = self._handlers.get(text[:1])
        if handler is None:
            return NONE
        if self._is_over and text[:1] not in "?DHv":
            return ERROR
        try:
            return handler(text)
        except (Unreadable, Missing, Damaged):
            return ERROR

    # --- control

    def _continue(self, actions: list[str]) -> None:
        """Runs the machine, or one thread for an instruction, until gdb has to know something."""
        if self._exits:
            self._link.send(self._exits.pop(0))
            return
        if self._live is None:
            self._link.send(b"E.a dump does not run")
            return
        self._is_interrupting = False
        step = next((action for action in actions if action[:1] in "sS"), None)
        if step is not None:
            event = self._live.step(parse_id(step.partition(":")[2]))
        else:
            self._live.resume()
            event = None
        while event is None:
            event = self._wait()
        self._stop = event
        self._link.send(self._report(event))

    def _wait(self) -> Event | None:
        """The machine runs: passes an interrupt on, or takes a stop in."""
        ready = select.select([self._link, self._live.stub], [], [])[0]
        if self._link in ready and self._link.receive(0) == INTERRUPT:
            self._is_interrupting = True
            self._live.stub.interrupt()
        if self._live.stub in ready:
            return self._live.event(self._is_interrupting)
        return None

    def _report(self, event: Event) -> bytes:
        if event.why is Why.ENDED:
            return self._report_end(event.status)
        self._general = event.id
        self._known.add(event.id.process)
        if event.why is Why.BIRTH:
            return self._report_birth(event)
        parts = f"T{event.signal:02x}thread:{event.id};"
        if event.watch is not None:
            parts += f"{event.watch[0].decode()}:{event.watch[1]:x};"
        return parts.encode()

    def _report_birth(self, event: Event) -> bytes:
        """gdb goes on by itself after it was told of new code, unless this is what it waits for."""
        thread = self._target.thread(event.id)
        if thread is not None and self._target.system.process_of(thread).name == self._awaited:
            self._awaited = ""
            return f"T00thread:{event.id};".encode()
        return f"T05thread:{event.id};library:;".encode()

    def _report_end(self, status: int) -> bytes:
        """Every process ends with the machine; gdb is told of one at a time."""
        reports = [f"W{status & 0xFF:02x};process:{p:x}".encode() for p in sorted(self._known)]
        self._is_over = True
        self._known.clear()
        self._exits = reports[1:]
        return reports[0] if reports else f"W{status & 0xFF:02x}".encode()

    # --- state

    def _select(self, text: str) -> bytes:
        if text.startswith("Hg"):
            id_ = parse_id(text[2:])
            if id_.process > 0:
                self._general = id_
        return b"OK"

    def _write_register(self, text: str) -> bytes:
        """Only what is on a processor has registers that can be changed."""
        if self._live is None:
            return ERROR
        cpu = max(0, self._general.thread - 1)
        if self._general.process != KERNEL:
            thread = self._target.thread(self._general)
            cpu = self._target.cpu_of(thread) if thread is not None else None
        return ERROR if cpu is None else self._live.write_register(cpu, text)

    def _read_memory(self, text: str) -> bytes:
        address, size = (int(part, 16) for part in MEMORY.match(text).groups())
        space = self._target.space(self._general)
        return space.read(address, size).hex().encode() if space else ERROR

    def _write_memory(self, text: str) -> bytes:
        address, _size = (int(part, 16) for part in MEMORY.match(text).groups())
        space = self._target.space(self._general)
        if space is None or self._live is None:
            return ERROR
        space.write(address, bytes.fromhex(text.partition(":")[2]))
        return b"OK"

    def _point(self, text: str) -> bytes:
        if self._live is None:
            return ERROR
        kind, address, size = POINT.match(text).groups()
        place = (kind, self._general.process, int(address, 16), int(size, 16))
        if text.startswith("Z"):
            return self._live.set_point(*place)
        self._live.clear_point(*place)
        return b"OK"

    def _query(self, text: str) -> bytes:
        if text.startswith("qSupported"):
            return FEATURES
        if text.startswith("qAttached"):
            return b"1"
        if text == "qC":
            return f"QC{self._stop.id}".encode()
        if text.startswith("qRcmd,"):
            return self._monitor(text)
        found = XFER.match(text)
        if not found:
            return NONE
        document = self._document(found[1], found[2])
        offset, size = int(found[3], 16), int(found[4], 16)
        more = b"m" if offset + size < len(document) else b"l"
        return more + escape(document[offset : offset + size])

    def _monitor(self, text: str) -> bytes:
        """`monitor signet WHAT [OF]` is answered here, the rest by QEMU's monitor."""
        words = bytes.fromhex(text.removeprefix("qRcmd,")).decode(errors="replace").split()
        if words[:1] == ["signet"]:
            self._print(self._tell(*words[1:3]))
            return b"OK"
        return self._ask_qemu(text) if self._live is not None else NONE

    def _ask_qemu(self, text: str) -> bytes:
        """The monitor's text comes in packets of output, then OK."""
        answer = self._live.stub.ask(text.encode())
        while answer.startswith(b"O") and answer != b"OK":
            self._link.send(answer)
            answer = self._live.stub.answer()
        return answer

    def _print(self, lines: list[str]) -> None:
        for line in lines:
            self._link.send(b"O" + f"{line}\n".encode().hex().encode())

    def _tell(self, what: str = "", of: str = "") -> list[str]:
        """A report on the machine, or the way of a thread's call: in each line a thread's id and
        what it calls."""
        reporter = Reporter(self._target.system, self._interfaces)
        if what in reporter.reports:
            return reporter.run(what, of)
        if what == "await":
            self._awaited = of
            return []
        if what == "chain":
            thread = self._target.behind(parse_id(of))
            hops = reporter.chain(thread) if thread is not None else ()
            return [f"{self._target.id_of(hop)} {call}" for hop, call in hops]
        return [f"{what}: found no such report, expected one of: {', '.join(reporter.reports)}"]

    def _document(self, kind: str, annex: str) -> bytes:
        if kind == "exec-file":
            return self._target.program_path(int(annex, 16))
        # A process is in gdb's list from its first instruction on: one that turned up unannounced
        # would take the place of the event that gdb is being told of.
        lines = [
            f'<thread id="{id_}" name={quoteattr(name)}>{escape_text(what)}</thread>'
            for id_, name, what in self._target.threads()
            if self._live is None or id_.process in self._known
        ]
        return ("<threads>" + "".join(lines) + "</threads>").encode()

