# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own gdb stub, which knows processors and addresses and nothing of threads or processes."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from signet_debug import registers
from signet_debug.remote import INTERRUPT, Closed, Link, connect, unescape

STOP = re.compile(rb"T([0-9a-f]{2})")
THREAD = re.compile(rb"thread:p?0*([0-9a-f]+)")
WATCH = re.compile(rb"(r?a?watch):([0-9a-f]+)")
EXIT = re.compile(rb"[WX]([0-9a-f]*)")


@dataclasses.dataclass(frozen=True)
class Stop:
    """Why the machine does not run: where, by which signal; or that it ended, with a status."""

    cpu: int = 0
    signal: int = 0
    watch: tuple[bytes, int] | None = None
    exit_status: int | None = None


class Stub:
    """A connection to a machine that is stopped unless it was told to go on."""

    def __init__(self, path: Path) -> None:
        self._link = Link(connect(path))
        self._link.ask(b"qSupported")
        self._link.ask(b"QStartNoAckMode")
        self._link.acknowledges = False
        self.layout = registers.read_layout(self.document)
        self.cpus = self._count_cpus()

    def fileno(self) -> int:
        return self._link.fileno()

    def close(self) -> None:
        self._link.close()

    def document(self, name: str) -> bytes:
        """A document of the target's description."""
        found, more = b"", True
        while more:
            request = f"qXfer:features:read:{name}:{len(found):x},ff0".encode()
            answer = unescape(self._link.ask(request))
            found, more = found + answer[1:], answer.startswith(b"m")
        return found

    def _count_cpus(self) -> int:
        count, answer = 0, self._link.ask(b"qfThreadInfo")
        while answer.startswith(b"m"):
            count += answer.count(b",") + 1
            answer = self._link.ask(b"qsThreadInfo")
        return count

    def _select(self, cpu: int) -> None:
        self._link.ask(f"Hg{cpu + 1:x}".encode())

    def registers(self, cpu: int) -> dict[str, int]:
        self._select(cpu)
        return self.layout.unpack(self._link.ask(b"g"))

    def write_register(self, cpu: int, packet: bytes) -> bytes:
        """Carries a P packet out."""
        self._select(cpu)
        return self._link.ask(packet)

    def ask(self, packet: bytes) -> bytes:
        """Has QEMU answer a packet that concerns no processor."""
        return self._link.ask(packet)

    def answer(self) -> bytes:
        """One more packet of an answer that has several."""
        return self._link.receive() or b""

    def set_point(self, kind: str, address: int, size: int) -> bytes:
        """Sets a breakpoint (kind 0 or 1) or a watchpoint (2 to 4)."""
        return self._link.ask(f"Z{kind},{address:x},{size:x}".encode())

    def clear_point(self, kind: str, address: int, size: int) -> None:
        self._link.ask(f"z{kind},{address:x},{size:x}".encode())

    def go(self) -> None:
        """Lets every processor run; ask poll() when the socket has something."""
        self._link.send(b"vCont;c")

    def step(self, cpu: int) -> Stop:
        """One instruction of one processor, no interrupt before it."""
        self._link.send(f"vCont;s:{cpu + 1:x}".encode())
        return self.stopped()

    def interrupt(self) -> None:
        self._link.send_raw(INTERRUPT)

    def stopped(self) -> Stop:
        """Waits until the machine has stopped."""
        while (found := self.poll(None)) is None:
            pass
        return found

    def poll(self, timeout_s: float | None = 0) -> Stop | None:
        """Whether the machine has stopped; what can be read may also be a mere acknowledgement."""
        try:
            packet = self._link.receive(timeout_s)
        except Closed:
            return Stop(exit_status=0)
        return parse(packet) if packet else None


def parse(packet: bytes) -> Stop | None:
    """What a packet says about a stop; None when it says nothing."""
    if ended := EXIT.match(packet):
        return Stop(exit_status=int(ended[1] or b"0", 16))
    stop = STOP.match(packet)
    if not stop:
        return None
    thread, watch = THREAD.search(packet), WATCH.search(packet)
    return Stop(
        cpu=int(thread[1], 16) - 1 if thread else 0,
        signal=int(stop[1], 16),
        watch=(watch[1], int(watch[2], 16)) if watch else None,
    )
