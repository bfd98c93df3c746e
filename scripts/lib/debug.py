#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image under gdb, which knows the kernel and every process by name.

The machine stands at the kernel's first C function. With SERVICE, it runs on to that service's
main. `info inferiors` and `info threads` list processes and threads; `help signet` lists what else
there is. What the guest prints appears between gdb's lines and `signet type` types a line, unless
--terminal leaves the console to another terminal.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
import builder  # noqa: E402
import guest  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402

sys.path.append(str(paths.TOP / "sdk/debug"))
from signet_debug.gdbserver import Server  # noqa: E402
from signet_debug.live import LiveTarget, Why  # noqa: E402
from signet_debug.messages import Interfaces  # noqa: E402
from signet_debug.memory import Physical, q35_ranges  # noqa: E402
from signet_debug.stub import Stub  # noqa: E402
from signet_debug.system import Programs  # noqa: E402

GDB_FOLDER = paths.TOP / "sdk/debug/gdb"
PTY = re.compile(r"char device redirected to (/dev/pts/\d+)")


@contextlib.contextmanager
def machine_under(machine: qemu.Machine, folder: Path) -> Iterator[tuple[Physical, Stub, str]]:
    """A stopped machine whose memory is a file: its memory, QEMU's stub, and its console's name."""
    memory, stub = folder / "memory", folder / "stub"
    size = machine.memory_mib << 20
    machine.extra += [
        *("-object", f"memory-backend-file,id=ram,size={size},mem-path={memory},share=on"),
        *("-machine", "memory-backend=ram"),
        *("-S", "-gdb", f"unix:{stub},server=on,wait=off"),
    ]
    # In a session of its own: an interrupt typed at gdb is not meant for QEMU.
    with subprocess.Popen(
        machine.command("pty"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            console = PTY.search(process.stdout.readline())
            connection = Stub(stub)
            yield Physical(memory, q35_ranges(size), True), connection, console[1] if console else ""
            connection.close()
        finally:
            process.kill()


def gdb_command(socket_path: Path, build: Path, options: argparse.Namespace) -> list[str]:
    """gdb, told where everything is."""
    batch = ["-batch"] if options.batch else []
    commands = [word for command in options.ex for word in ("-ex", command)]
    if options.service:
        commands = ["-ex", f"signet start {options.service}", *commands]
    return [
        *("gdb", "-q", *batch),
        *("-iex", "set pagination off", "-iex", "set confirm off"),
        *("-x", str(GDB_FOLDER / "signet.py")),
        # Programs name their sources from the top, services theirs from services/.
        *("-ex", f"directory {paths.TOP}:{paths.TOP / 'services'}:{paths.TOP / 'drivers/serial'}"),
        *("-ex", f"target extended-remote {socket_path}"),
        *commands,
    ]


def show_console(name: str) -> None:
    """Copies what the guest prints, line by line, for as long as the machine lives."""
    terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(terminal)
    with open(terminal, "rb", buffering=0) as lines, contextlib.suppress(OSError):
        rest = b""
        while data := lines.read(4096):
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                text = guest.ESCAPES.sub(b"", line).decode(errors="replace").rstrip("\r")
                print(f"console: {text}", flush=True)


def serve(target: LiveTarget, listener: socket.socket) -> None:
    """Runs the firmware, then serves the one gdb that comes."""
    connection, _ = listener.accept()
    Server(target, Interfaces([paths.TOP / "sdk/interfaces"]), connection).run()


def debug(machine: qemu.Machine, build: Path, options: argparse.Namespace) -> int:
    """Starts the machine and gdb on it; ends the machine with gdb."""
    with tempfile.TemporaryDirectory(prefix="signet-") as name:
        folder = Path(name)
        with machine_under(machine, folder) as (physical, stub, console):
            if options.terminal:
                print(f"console: {console}", file=sys.stderr, flush=True)
            else:
                threading.Thread(target=show_console, args=(console,), daemon=True).start()
            target = LiveTarget(Programs(build / "bin"), physical, stub)
            if target.begin().why is Why.ENDED:
                raise SystemExit("scripts/debug: the machine ended before the kernel began")
            target.watch_births()
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(folder / "gdb"))
            listener.listen(1)
            threading.Thread(target=serve, args=(target, listener), daemon=True).start()
            environment = os.environ | {
                "SIGNET_BUILD": str(build),
                "SIGNET_MEMORY": str(folder / "memory"),
                "SIGNET_CONSOLE": console,
            }
            # Interrupts typed at the terminal are gdb's; who ends this ends the machine with it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
            command = gdb_command(folder / "gdb", build, options)
            return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        prog=paths.program("debug"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("service", nargs="?", help="run to the main function of this process")
    parser.add_argument("--manifest", default="demo", help="name or path (default demo)")
    parser.add_argument("--firmware", choices=qemu.FIRMWARE, default="bios", help="default bios")
    parser.add_argument("--memory", type=int, default=256, metavar="MIB", help="default 256")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    parser.add_argument("--terminal", action="store_true", help="leave the console's terminal alone")
    parser.add_argument("--ex", action="append", default=[], metavar="COMMAND", help="for gdb")
    parser.add_argument("--batch", action="store_true", help="end after the commands of --ex")
    paths.add_build_options(parser)
    options = parser.parse_args()
    manifest = paths.manifest_path(options.manifest)
    build = paths.build_folder(options)
    if not options.no_build:
        builder.build(options.preset, ["system"])
    iso = image.make(manifest, build)
    machine = qemu.Machine(iso, options.firmware, options.memory, options.cpus)
    return debug(machine, build, options)


if __name__ == "__main__":
    sys.exit(main())
