# SPDX-License-Identifier: BSD-2-Clause
"""Takes dumps of a running machine: when the kernel panics, when a process faults, when asked.

A kernel that panics tells the machine (pvpanic) before it says anything on the console; QEMU then
stands still until the dump is written. A process that faults is waited for as a debugger would.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import attach
import paths
import qemu
import qmp
from signet_debug.events import record_everything
from signet_debug.live import SIGTRAP, Event, LiveTarget, Why
from signet_debug.remote import Closed


def take(monitor: qmp.Monitor, file: Path) -> None:
    """Writes the whole memory and every processor's registers to a file."""
    file = file.resolve()
    file.unlink(missing_ok=True)
    monitor.execute("dump-guest-memory", paging=False, protocol=f"file:{file}")
    file.chmod(0o644)
    # Most of a machine's memory is zeroes, which need no room on the disk.
    subprocess.run(["fallocate", "--dig-holes", file], check=False, stderr=subprocess.DEVNULL)
    report(f"wrote {file}; {paths.program('dump')} {file} reads it")


def report(text: str) -> None:
    print(f"dump: {text}", file=sys.stderr, flush=True)


class Dumper:
    """What takes the dumps of one machine."""

    def __init__(self, machine: qemu.Machine, folder: Path) -> None:
        self._machine, self._folder = machine, folder
        self._monitor = self._add_monitor("monitor")

    def _add_monitor(self, name: str) -> Path:
        path = self._folder / name
        self._machine.extra += ["-qmp", f"unix:{path},server=on,wait=off"]
        return path

    def take(self, file: Path) -> None:
        """Dumps the machine as it runs."""
        with contextlib.closing(qmp.Monitor(self._monitor)) as monitor:
            take(monitor, file)

    def at_panic(self, file: Path) -> None:
        """Dumps the machine when its kernel panics, which then goes on to its end."""
        path = self._add_monitor("panic")
        self._machine.extra += ["-device", "pvpanic", "-action", "panic=pause"]

        def wait() -> None:
            with contextlib.suppress(qmp.QmpError, Closed):
                monitor = qmp.Monitor(path)
                monitor.wait_for("GUEST_PANICKED")
                report("the kernel panicked")
                take(monitor, file)
                monitor.execute("cont")

        threading.Thread(target=wait, daemon=True).start()

    def at_fault(self, file: Path, process: str, found: attach.Watched, build: Path) -> None:
        """Dumps the machine at the first fault of a process, before its supervisor acts on it."""

        def wait() -> None:
            with contextlib.suppress(qmp.QmpError, Closed):
                programs, (physical, stub) = attach.programs(build), found.connect()
                target = LiveTarget(programs, physical, stub)
                event: Event | None = target.begin()
                record_everything(programs, physical)  # what led to the fault is in the dump
                while event is None or not is_fault(target, event, process):
                    if event is not None and event.why is Why.ENDED:
                        return
                    target.resume()
                    event = target.event(is_interrupt=False, timeout_s=None)
                report(f"{process} faulted")
                target.finish_fault()
                self.take(file)
                target.release()

        threading.Thread(target=wait, daemon=True).start()


def is_fault(target: LiveTarget, event: Event, process: str) -> bool:
    """Whether it is the process that brings the machine to a stop."""
    if event.why is not Why.TRAP or event.signal == SIGTRAP:
        return False
    thread = target.thread(event.id)
    return thread is not None and target.system.process_of(thread).name == process


@contextlib.contextmanager
def dumper(machine: qemu.Machine) -> Iterator[Dumper]:
    """Prepares a machine that is about to start."""
    with tempfile.TemporaryDirectory(prefix="signet-") as folder:
        yield Dumper(machine, Path(folder))
