# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's machine protocol: commands with answers, and events, one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

from signet_debug.remote import connect


class QmpError(Exception):
    """QEMU refused a command, or is gone; the message says which."""


class Monitor:
    """A connection to QEMU's monitor."""

    def __init__(self, path: Path) -> None:
        self._stream = connect(path).makefile("rw", encoding="utf-8")
        self._events: list[str] = []
        self._read()  # its greeting
        self.execute("qmp_capabilities")

    def close(self) -> None:
        self._stream.close()

    def _read(self) -> dict[str, object]:
        try:
            line = self._stream.readline()
        except (OSError, ValueError):
            line = ""
        if not line:
            raise QmpError("QEMU has ended")
        return json.loads(line)

    def execute(self, command: str, **arguments: object) -> object:
        """Carries a command out; its result."""
        request: dict[str, object] = {"execute": command, "arguments": arguments}
        self._stream.write(json.dumps(request) + "\n")
        self._stream.flush()
        while True:
            answer = self._read()
            if "event" in answer:
                self._events.append(str(answer["event"]))
            elif "error" in answer:
                raise QmpError(f"{command}: {answer['error']['desc']}")
            else:
                return answer["return"]

    def wait_for(self, event: str) -> None:
        """Waits until an event has happened; QmpError when QEMU ends first."""
        while event not in self._events:
            self._events.append(str(self._read().get("event", "")))
        self._events.remove(event)
