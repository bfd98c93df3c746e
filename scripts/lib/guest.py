# SPDX-License-Identifier: BSD-2-Clause
"""Drives a guest over its serial console: wait for text, send commands, collect what they print.

The prompt is `signet> ` after a command that succeeded and `signet!> ` after one that failed, at
the start of a line. A Guest ends only the process it started.
"""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import time
from types import TracebackType

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1bc|\x07")
PROMPT = re.compile(rb"(?:^|\n)\r?signet(!?)> ")


class GuestError(Exception):
    """The guest did not do what was waited for; the message says what, the transcript the rest."""


class Late(GuestError):
    """The deadline passed first."""


class Ended(GuestError):
    """The guest's process ended first; status is its exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Guest:
    """A running guest; everything it has printed is in `transcript`."""

    def __init__(self, command: list[str], timeout_s: float) -> None:
        self.deadline = time.monotonic() + timeout_s
        self.transcript = b""
        self._unread = b""
        self._process = subprocess.Popen(
            command, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def __enter__(self) -> "Guest":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def end(self) -> None:
        """Has the process end in order, as it does when the machine is switched off."""
        self._process.terminate()
        self.wait_for_end()

    def close(self) -> None:
        """Ends the guest's process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _read(self, what: str) -> None:
        """Takes in more output; raises Late or Ended when there will be none."""
        left = self.deadline - time.monotonic()
        if left <= 0 or not self._selector.select(left):
            raise Late(f"timed out waiting for {what}")
        data = os.read(self._process.stdout.fileno(), 65536)
        if not data:
            status = self._process.wait()
            raise Ended(f"the guest ended with status {status} before {what}", status)
        self.transcript += data
        self._unread = ESCAPES.sub(b"", self._unread + data)

    def wait_for(self, pattern: bytes | re.Pattern[bytes], what: str = "") -> re.Match[bytes]:
        """Waits until the pattern appears in output not yet consumed; consumes it to its end."""
        expression = re.compile(pattern)
        while not (match := expression.search(self._unread)):
            self._read(what or repr(expression.pattern.decode(errors="replace")))
        self._unread = self._unread[match.end() :]
        return match

    def send(self, text: str) -> None:
        """Types the text."""
        try:
            self._process.stdin.write(text.encode())
        except BrokenPipeError:
            status = self._process.wait()
            raise Ended(f"the guest ended with status {status}", status) from None

    def wait_for_prompt(self) -> bool:
        """Waits for the shell's prompt; True when it says that the last command succeeded."""
        return self.wait_for(PROMPT, "the shell's prompt")[1] == b""

    def run(self, command: str) -> tuple[bool, str]:
        """Runs one shell command at the prompt: whether it succeeded, and what it printed."""
        self.send(command + "\r")
        # A line editor may redraw or scroll a long line; its end is there in any case.
        self.wait_for(re.escape(command[-8:].encode()) + rb"\r*\n", f"the echo of '{command}'")
        self._unread = b"\n" + self._unread
        match = self.wait_for(PROMPT, f"the end of '{command}'")
        output = match.string[: match.start()].lstrip(b"\n")
        text = output.replace(b"\r", b"").decode(errors="replace")
        return match[1] == b"", text + "\n" if text else ""

    def wait_for_end(self) -> int:
        """Waits until the guest's process ends; its exit status."""
        try:
            while True:
                self._read("the machine to stop")
        except Ended as end:
            return end.status

    def rest(self) -> str:
        """What was printed since the last text waited for."""
        return self._unread.replace(b"\r", b"").decode(errors="replace")

    def tail(self, lines: int = 40) -> str:
        """The last lines of the whole transcript, for a failure's report."""
        text = ESCAPES.sub(b"", self.transcript).decode(errors="replace")
        shown = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
        return "\n".join(shown[-lines:]).strip("\n")
