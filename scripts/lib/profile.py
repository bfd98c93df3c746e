#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image and samples what it spends its instructions on: which process, which function,
called by whom, in the kernel and in programs. Prints a table and draws a flame graph.

Time is counted in guest instructions, from the kernel's first one to the end of the machine, so the
load of the host changes nothing: two runs of an image without input differ in a sample or two (the
firmware leaves the clock at another tick). --batch runs commands at the shell's prompt; without it
the image runs until it ends or --timeout.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import attach  # noqa: E402
import guest  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402
import run  # noqa: E402
from signet_debug import flame  # noqa: E402
from signet_debug.memory import Physical, q35_ranges  # noqa: E402
from signet_debug.samples import Samples, plugin_options  # noqa: E402

SOURCE = attach.DEBUG / "profiler/profiler.c"


def watch(machine: qemu.Machine, folder: Path, options: argparse.Namespace) -> None:
    """Has the machine's instructions counted, and sampled by the plugin."""
    memory = folder / "memory"
    values = plugin_options(attach.programs(paths.build_folder(options)))
    values |= {"period": options.period}
    settings = "".join(f",{name}={value}" for name, value in values.items())
    machine.extra += [
        *("-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"),
        *attach.memory_arguments(memory, machine.memory_mib << 20),
        *("-plugin", f"{attach.build_plugin(SOURCE, folder)},memory={memory},output={folder}/samples{settings}"),
    ]


def drive(session: guest.Guest, options: argparse.Namespace) -> None:
    """Runs the commands, or waits until the machine ends by itself or time is up."""
    try:
        run.drive_to_end(session, options.batch)
    except guest.Late:
        session.end()


def profile(machine: qemu.Machine, options: argparse.Namespace) -> flame.Node:
    """Runs the machine; its samples."""
    with tempfile.TemporaryDirectory(prefix="signet-") as name:
        folder = Path(name)
        watch(machine, folder, options)
        with guest.Guest(machine.command("stdio"), options.timeout) as session:
            drive(session, options)
            if not (folder / "samples").is_file():
                raise SystemExit(f"{session.tail()}\n{paths.program('profile')}: found no samples")
        size = machine.memory_mib << 20
        physical = Physical(folder / "memory", q35_ranges(size))
        programs = attach.programs(paths.build_folder(options))
        return Samples(programs, physical).tree(folder / "samples")


def only(root: flame.Node, process: str | None) -> flame.Node:
    """The samples of one process, or all."""
    if process is None:
        return root
    found = [node for node in root.calls.values() if node.frame.name == process]
    if not found:
        names = ", ".join(sorted(node.frame.name for node in root.calls.values()))
        raise SystemExit(f"process {process}: found no sample of it, expected one of: {names}")
    return flame.Node(root.frame, found[0].total, 0, {found[0].frame: found[0]})


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=paths.program("profile"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", nargs="*", default=["demo"],
                        help="name or path (default demo); several are one manifest")  # fmt: skip
    parser.add_argument("--image", type=Path, metavar="ISO", help="boot this one, build nothing")
    parser.add_argument("--batch", metavar="'A; B; C'", help="run these shell commands, then stop")
    parser.add_argument("-o", "--output", type=Path, metavar="SVG", help="flame graph")
    parser.add_argument("--process", metavar="NAME", help="of this process only")
    parser.add_argument("--period", type=int, default=10007, metavar="N",
                        help="instructions from sample to sample, default 10007")  # fmt: skip
    parser.add_argument("--functions", type=int, default=10, metavar="N",
                        help="functions shown of each process, default 10")  # fmt: skip
    parser.add_argument("--timeout", type=float, default=120, metavar="S", help="default 120")
    parser.add_argument("--memory", type=int, default=256, metavar="MIB", help="default 256")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    paths.add_build_options(parser)
    options = parser.parse_args()
    if options.period < 1:
        parser.error(f"--period: found {options.period}, expected 1 or more")
    return options


def main() -> int:
    options = parse()
    iso = run.find_image(options)
    machine = qemu.Machine(iso, "bios", options.memory, options.cpus)
    root = only(profile(machine, options), options.process)
    print("\n".join(flame.table(root, options.functions)))
    if options.output:
        title = f"{iso.stem}: {root.total} samples, one in {options.period} instructions"
        options.output.write_text("\n".join(flame.svg(root, title)) + "\n")
        print(f"{paths.program('profile')}: drew {options.output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
