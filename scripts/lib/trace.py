#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image and records what its kernel does: which thread runs when, calls from beginning to
end, faults, interrupts, and what becomes of capabilities to devices. Writes a trace that Perfetto
(ui.perfetto.dev) and Chrome (chrome://tracing) show, or with --text a line for each event.

Everything is recorded from the kernel's first function on, without the image's doing. --batch runs
commands at the shell's prompt; without it the image runs until it ends or --timeout.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
import attach  # noqa: E402
import guest  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402
import run  # noqa: E402
from signet_debug.events import Event, EventReader, record_everything  # noqa: E402
from signet_debug.live import LiveTarget, Why  # noqa: E402
from signet_debug.memory import Unreadable  # noqa: E402
from signet_debug.samples import kernel_root  # noqa: E402
from signet_debug.system import KERNEL, System  # noqa: E402
from signet_debug.timeline import Timeline  # noqa: E402

POLL_S = 0.002  # far less than the ring takes to go round


class Recorder:
    """Takes events out of a running machine's memory before they are written over."""

    def __init__(self, watched: attach.Watched, build: Path) -> None:
        self._watched, self._programs = watched, attach.programs(build)
        self._physical, self._stub = None, None
        self._ended = threading.Event()
        self._reader: EventReader | None = None
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self.events: list[Event] = []

    def start(self) -> None:
        """Runs the firmware, has everything recorded, and lets the machine go."""
        self._physical, self._stub = self._watched.connect()
        target = LiveTarget(self._programs, self._physical, self._stub)
        if target.begin().why is Why.ENDED:
            raise SystemExit(f"{paths.program('trace')}: the machine ended before the kernel began")
        record_everything(self._programs, self._physical)
        target.release()
        self._thread.start()

    def system(self) -> System:
        """The machine's state as it stands, or as it was left."""
        root = kernel_root(self._programs.program(KERNEL), self._physical)
        return System(self._programs, self._physical, root)

    def _collect(self) -> None:
        while not self._ended.wait(POLL_S):
            self._take()

    def _take(self) -> None:
        with contextlib.suppress(Unreadable):  # page tables are not there from the first moment on
            if self._reader is None:
                self._reader = EventReader(self.system().kernel)
            self.events += self._reader.read()

    def finish(self) -> int:
        """Takes what is left; how many events were lost."""
        self._ended.set()
        self._thread.join()
        self._take()
        return self._reader.lost if self._reader is not None else 0


@contextlib.contextmanager
def recorded(machine: qemu.Machine, options: argparse.Namespace) -> Iterator[Recorder]:
    """A machine that has run, and its recorder."""
    with attach.watched(machine) as watched:
        recorder = Recorder(watched, paths.build_folder(options))
        with guest.Guest(machine.command("stdio"), options.timeout) as session:
            recorder.start()
            with contextlib.suppress(guest.Late):
                run.drive_to_end(session, options.batch, options.until)
            yield recorder


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=paths.program("trace"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", nargs="*", default=["demo"],
                        help="name or path (default demo); several are one manifest")  # fmt: skip
    parser.add_argument("--image", type=Path, metavar="ISO", help="boot this one, build nothing")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON", help="write the trace here")
    parser.add_argument("--text", action="store_true", help="print a line for each event")
    parser.add_argument("--batch", metavar="'A; B; C'", help="run these shell commands, then stop")
    parser.add_argument("--until", metavar="REGEX", help="stop when the console shows this")
    parser.add_argument("--timeout", type=float, default=60, metavar="S", help="default 60")
    parser.add_argument("--memory", type=int, default=256, metavar="MIB", help="default 256")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    paths.add_build_options(parser)
    options = parser.parse_args()
    if options.output is None and not options.text:
        parser.error("found neither --output nor --text, expected one of them")
    return options


def main() -> int:
    options = parse()
    machine = qemu.Machine(run.find_image(options), "bios", options.memory, options.cpus)
    with recorded(machine, options) as recorder:
        lost = recorder.finish()
        timeline = Timeline(recorder.system(), attach.interfaces())
        events = recorder.events
    if options.text:
        print("\n".join(timeline.text(events)), flush=True)
    if options.output is not None:
        options.output.write_text(json.dumps(timeline.trace(events)) + "\n")
    print(f"{paths.program('trace')}: {len(events)} events, {lost} lost", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
