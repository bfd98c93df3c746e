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
import sys
import threading
import tty

sys.dont_write_bytecode = True
import attach  # noqa: E402
import builder  # noqa: E402
import guest  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402
from signet_debug.live import LiveTarget, Why  # noqa: E402


def show_console(name: str) -> None:
    """Copies what the guest prints, line by line, for as long as the machine lives."""
    terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(terminal)
    with open(terminal, "rb", buffering=0) as lines, contextlib.suppress(OSError):
        rest = b""
        while data := lines.read(4096):
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                text = guest.ESCAPES.sub(b"", line).decode(errors="replace").strip("\r")
                print(f"console: {text}", flush=True)


def debug(machine: qemu.Machine, options: argparse.Namespace) -> int:
    """Starts the machine and gdb on it; ends the machine with gdb."""
    with attach.attached(machine) as found:
        if options.terminal:
            print(f"console: {found.console}", file=sys.stderr, flush=True)
        else:
            threading.Thread(target=show_console, args=(found.console,), daemon=True).start()
        programs = attach.programs(paths.build_folder(options))
        target = LiveTarget(programs, found.physical, found.stub)
        if target.begin().why is Why.ENDED:
            raise SystemExit("debug: the machine ended before the kernel began")
        target.watch_births()
        commands = [f"signet start {options.service}"] * bool(options.service) + options.ex
        arguments = ["-batch"] * options.batch
        arguments += [word for command in commands for word in ("-ex", command)]
        return attach.gdb(target, arguments, found.console).returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        prog=paths.program("debug"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("service", nargs="?", help="run to the main function of this process")
    parser.add_argument("--manifest", action="append", metavar="NAME",
                        help="name or path (default demo); several are one manifest")  # fmt: skip
    parser.add_argument("--firmware", choices=qemu.FIRMWARE, default="bios", help="default bios")
    parser.add_argument("--memory", type=int, default=256, metavar="MIB", help="default 256")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    parser.add_argument("--terminal", action="store_true", help="leave the console alone")
    parser.add_argument("--ex", action="append", default=[], metavar="COMMAND", help="for gdb")
    parser.add_argument("--batch", action="store_true", help="end after the commands of --ex")
    paths.add_build_options(parser)
    options = parser.parse_args()
    manifest = tuple(paths.manifest_path(name) for name in options.manifest or ["demo"])
    build = paths.build_folder(options)
    if not options.no_build:
        builder.build(options.preset, ["system"])
    iso = image.make_recipe(image.Recipe(manifest, build))
    return debug(qemu.Machine(iso, options.firmware, options.memory, options.cpus), options)


if __name__ == "__main__":
    sys.exit(main())
