#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image stopped at its first instruction, with gdb and symbols of kernel and init.

The guest's console is a pseudo-terminal; its name is printed, open it with e.g. `screen NAME`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
import builder  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402


def debug(machine: qemu.Machine, build: Path, gdb_arguments: list[str]) -> int:
    """Starts the machine stopped and gdb on it; ends the machine with gdb."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/gdb"
        machine.extra += ["-S", "-gdb", f"unix:{socket},server=on,wait=off"]
        with subprocess.Popen(machine.command("pty"), stdin=subprocess.DEVNULL) as guest:
            gdb = [
                *("gdb", "-q", str(build / "bin/kernel.elf")),
                *("-ex", f"add-symbol-file {build / 'bin/init.elf'}"),
                *("-ex", "set confirm off", "-ex", "set architecture i386:x86-64"),
                *("-iex", "set pagination off"),
                # Programs name their sources from the top, services theirs from services/.
                *("-ex", f"directory {paths.TOP}:{paths.TOP / 'services'}"),
                *("-ex", f"target remote {socket}"),
                *gdb_arguments,
            ]
            while not Path(socket).exists() and guest.poll() is None:
                time.sleep(0.05)
            try:
                return subprocess.run(gdb, check=False).returncode
            finally:
                guest.kill()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog=paths.program("debug"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", nargs="?", default="demo", help="name or path (default demo)")
    parser.add_argument("--firmware", choices=qemu.FIRMWARE, default="bios", help="default bios")
    parser.add_argument("--ex", action="append", default=[], metavar="COMMAND", help="for gdb")
    paths.add_build_options(parser)
    options = parser.parse_args()
    manifest = paths.manifest_path(options.manifest)
    build = paths.build_folder(options)
    if not options.no_build:
        builder.build(options.preset, ["system"])
    machine = qemu.Machine(image.make(manifest, build), options.firmware)
    commands = [word for command in options.ex for word in ("-ex", command)]
    return debug(machine, build, commands)


if __name__ == "__main__":
    sys.exit(main())
