# SPDX-License-Identifier: BSD-2-Clause
"""Packets of gdb's remote protocol over a stream socket, for either end of it."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path

CONNECT_S = 10
INTERRUPT = b"\x03"
ESCAPE, ESCAPE_XOR = 0x7D, 0x20
ESCAPED = b"#$}*"
RUN_LENGTH = ord("*")


class Closed(Exception):
    """The other end has gone."""


def checksum(data: bytes) -> bytes:
    return b"%02x" % (sum(data) & 0xFF)


def escape(data: bytes) -> bytes:
    """Binary data as a packet may carry it."""
    out = bytearray()
    for byte in data:
        out += bytes((ESCAPE, byte ^ ESCAPE_XOR)) if byte in ESCAPED else bytes((byte,))
    return bytes(out)


def unescape(data: bytes) -> bytes:
    """The opposite of escape, with runs of a byte written out."""
    out, i = bytearray(), 0
    while i < len(data):
        if data[i] == ESCAPE:
            out.append(data[i + 1] ^ ESCAPE_XOR)
            i += 2
        elif data[i] == RUN_LENGTH and out:
            out += out[-1:] * (data[i + 1] - 29)
            i += 2
        else:
            out.append(data[i])
            i += 1
    return bytes(out)


class Link:
    """One connection. Packets are acknowledged until both ends have agreed not to."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._unread = b""
        self.acknowledges = True

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, payload: bytes) -> None:
        """Sends one packet."""
        self.send_raw(b"$" + payload + b"#" + checksum(payload))

    def send_raw(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Closed(str(error)) from None

    def _take(self) -> bytes | None:
        """A whole packet of what was read, an interrupt, or None."""
        self._unread = self._unread.lstrip(b"+-")
        if self._unread.startswith(INTERRUPT):
            self._unread = self._unread[1:]
            return INTERRUPT
        end = self._unread.find(b"#")
        if end < 0 or len(self._unread) < end + 3:
            return None
        payload = self._unread[self._unread.find(b"$") + 1 : end]
        self._unread = self._unread[end + 3 :]
        if self.acknowledges:
            self.send_raw(b"+")
        return payload

    def receive(self, timeout_s: float | None = None) -> bytes | None:
        """The next packet's payload, INTERRUPT, or None when the time is up."""
        while (packet := self._take()) is None:
            if not select.select([self._socket], [], [], timeout_s)[0]:
                return None
            try:
                data = self._socket.recv(65536)
            except OSError as error:
                raise Closed(str(error)) from None
            if not data:
                raise Closed("the connection was closed")
            self._unread += data
        return packet

    def ask(self, payload: bytes) -> bytes:
        """Sends a packet and waits for the answer."""
        self.send(payload)
        answer = self.receive()
        assert answer is not None
        return answer


def connect(path: Path) -> socket.socket:
    """Connects to a socket that may be about to appear."""
    end = time.monotonic() + CONNECT_S
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection
        except OSError:
            connection.close()
            if time.monotonic() > end:
                raise Closed(f"{path}: found nobody listening after {CONNECT_S} s") from None
            time.sleep(0.02)
