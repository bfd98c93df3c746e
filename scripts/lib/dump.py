#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads a dump of a machine's memory: processors, threads with registers and backtraces, what they
wait for, capabilities, rings with decoded messages, the kernel's last events.

`run --dump FILE` writes one when the kernel panics, or with --dump-on when a process faults; `!dump
FILE` in its --batch whenever you like; so does QEMU's monitor (dump-guest-memory FILE). The programs
must be those that the machine ran: they say how its memory is to be read.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import attach  # noqa: E402
import paths  # noqa: E402
from signet_debug import messages  # noqa: E402
from signet_debug.dead import DeadTarget  # noqa: E402
from signet_debug.dumpfile import Dump, NoDump  # noqa: E402
from signet_debug.dwarf import Missing  # noqa: E402
from signet_debug.graph import Graph  # noqa: E402
from signet_debug.memory import Unreadable  # noqa: E402
from signet_debug.report import Reporter  # noqa: E402

SECTIONS = ("cpus", "threads", "caps", "rings", "events")


def backtraces(target: DeadTarget) -> dict[str, list[str]]:
    """The frames of every thread, by its name in gdb's protocol."""
    arguments = ["-batch", "-ex", "signet backtraces"]
    done = attach.gdb(target, arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found: dict[str, list[str]] = {}
    frames: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("@ "):
            frames = found.setdefault(line[2:], [])
        elif line.startswith("#"):
            frames.append(line)
    return found


def print_report(target: DeadTarget, reporter: Reporter, options: argparse.Namespace) -> None:
    """Prints the sections asked for."""
    if options.backtraces:
        reporter.frames = backtraces(target)
    for section in options.section or SECTIONS:
        print(f"== {section}")
        print("\n".join(reporter.run(section, options.process)), end="\n\n")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=paths.program("dump"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("dump", type=Path, metavar="FILE", help="what QEMU wrote")
    parser.add_argument("--section", action="append", choices=SECTIONS, help="only these")
    parser.add_argument("--process", default="", metavar="NAME", help="only of this process")
    parser.add_argument("--no-backtraces", dest="backtraces", action="store_false",
                        help="do not have gdb unwind the threads' stacks")  # fmt: skip
    parser.add_argument("--dot", action="store_true", help="the capability graph, for Graphviz")
    parser.add_argument("--gdb", action="store_true", help="look at it with gdb instead")
    parser.add_argument("--ex", action="append", default=[], metavar="COMMAND",
                        help="for gdb, which ends after the last of them")  # fmt: skip
    parser.add_argument("--interfaces", type=Path, action="append", default=[], metavar="FOLDER",
                        help="more interfaces to decode messages by")  # fmt: skip
    paths.add_build_options(parser)
    return parser.parse_args()


def interfaces(options: argparse.Namespace) -> messages.Interfaces:
    return messages.Interfaces([*paths.interface_folders(), *options.interfaces])


def main() -> int:
    options = parse()
    try:
        target = DeadTarget(attach.programs(paths.build_folder(options)), Dump(options.dump))
        reporter = Reporter(target.system, interfaces(options))
    except (NoDump, Missing, Unreadable) as error:
        raise SystemExit(f"{paths.program('dump')}: {error}") from None
    if options.gdb or options.ex:
        batch = ["-batch"] if options.ex else []
        words = [word for command in options.ex for word in ("-ex", command)]
        return attach.gdb(target, [*batch, *words]).returncode
    if options.dot:
        print("\n".join(Graph(reporter).lines()))
    else:
        print_report(target, reporter, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
