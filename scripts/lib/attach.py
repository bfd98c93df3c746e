# SPDX-License-Identifier: BSD-2-Clause
"""What tools that look into a machine share: a machine whose memory is a file and whose processors
can be stopped, and gdb on a target, told where everything is."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import paths
import qemu

DEBUG = paths.TOP / "sdk/debug"
sys.path.append(str(DEBUG))
from signet_debug.gdbserver import Server  # noqa: E402
from signet_debug.memory import Physical, q35_ranges  # noqa: E402
from signet_debug.messages import Interfaces  # noqa: E402
from signet_debug.stub import Stub  # noqa: E402
from signet_debug.system import Programs  # noqa: E402
from signet_debug.target import Target  # noqa: E402

PTY = re.compile(r"char device redirected to (/dev/pts/\d+)")
THIRD_PARTY = paths.PROJECT / "build/cache/third_party/source"


@dataclasses.dataclass(frozen=True)
class Watched:
    """A machine's memory and the socket of QEMU's gdb stub."""

    memory: Path
    socket: Path
    size: int

    def connect(self) -> tuple[Physical, Stub]:
        """The memory, and a connection that stops and runs the machine."""
        stub = Stub(self.socket)
        return Physical(self.memory, q35_ranges(self.size), is_writable=True), stub


def memory_arguments(file: Path, size: int) -> list[str]:
    """Has a file be a machine's memory."""
    backend = f"memory-backend-file,id=ram,size={size},mem-path={file},share=on"
    return ["-object", backend, "-machine", "memory-backend=ram"]


def build_plugin(source: Path, folder: Path, *headers: Path) -> Path:
    """Compiles a plugin of QEMU's, which takes less time than looking whether it has to be; its
    headers are also in these folders."""
    plugin = folder / f"{source.stem}.so"
    flags = ["-std=gnu17", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden"]
    flags += [f"-I{path}" for path in (DEBUG / "profiler", *headers)]
    subprocess.run(["clang-14", *flags, "-o", plugin, source], check=True)
    return plugin


@contextlib.contextmanager
def watched(machine: qemu.Machine) -> Iterator[Watched]:
    """Prepares a machine that is about to start and will stand still until it is told to run."""
    with tempfile.TemporaryDirectory(prefix="signet-") as folder:
        found = Watched(Path(folder) / "memory", Path(folder) / "stub", machine.memory_mib << 20)
        machine.extra += [
            *memory_arguments(found.memory, found.size),
            *("-S", "-gdb", f"unix:{found.socket},server=on,wait=off"),
        ]
        yield found


@dataclasses.dataclass(frozen=True)
class Attached:
    """A machine that stands before its first instruction."""

    physical: Physical
    stub: Stub
    console: str  # the name of its console's terminal


@contextlib.contextmanager
def attached(machine: qemu.Machine) -> Iterator[Attached]:
    """Starts a machine stopped; ends it with the context."""
    with watched(machine) as found:
        # In a session of its own: an interrupt typed at gdb is not meant for QEMU.
        with subprocess.Popen(
            machine.command("pty"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                console = PTY.search(process.stdout.readline())
                physical, stub = found.connect()
                yield Attached(physical, stub, console[1] if console else "")
                stub.close()
            finally:
                process.kill()


def programs(build: Path) -> Programs:
    """The programs of a build, with their symbols."""
    return Programs(paths.program_folders(build))


def interfaces() -> Interfaces:
    return Interfaces(paths.interface_folders())


def source_folders() -> list[Path]:
    """Where the sources are: programs name them from the folder above their project's."""
    drivers = sorted((paths.TOP / "drivers").glob("*/"))
    folders = [paths.TOP, paths.TOP / "services", *drivers, paths.PROJECT.parent]
    return [folder for folder in folders if folder.is_dir()]


def gdb(
    target: Target, arguments: list[str], console: str = "", **streams: int
) -> subprocess.CompletedProcess[str]:
    """Runs gdb on a target, with these arguments after the ones that set it up."""
    with tempfile.TemporaryDirectory(prefix="signet-") as folder:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{folder}/gdb")
        listener.listen(1)
        threading.Thread(target=serve, args=(target, listener), daemon=True).start()
        command = [
            *("gdb", "-q", "-iex", "set pagination off", "-iex", "set confirm off"),
            *("-x", str(DEBUG / "gdb/signet.py")),
            *("-ex", f"directory {':'.join(str(path) for path in source_folders())}"),
            *("-ex", f"set substitute-path /third_party {THIRD_PARTY}"),
            *("-ex", f"target extended-remote {folder}/gdb"),
            *arguments,
        ]
        environment = os.environ | {"SIGNET_CONSOLE": console}
        # Interrupts typed at the terminal are gdb's; who ends this ends the machine with it.
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        return subprocess.run(command, env=environment, check=False, text=True, **streams)


def serve(target: Target, listener: socket.socket) -> None:
    """Serves the one gdb that comes."""
    connection, _ = listener.accept()
    Server(target, interfaces(), connection).run()
