#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures the release build in guest instructions and prints the figures beside other kernels'.

Guest time is an instruction count (-icount shift=0,sleep=off), so every run gives the same figures.
Exits 1 when a figure is higher than the one committed in kernel/bench/expected.txt, or is missing,
or when kernel/bench/histogram does not explain one that misses its target. Figures of two processors
are of processors that take turns: what both do, one after the other.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import bench_bound as bound  # noqa: E402
import bench_chart as chart  # noqa: E402
import bench_histogram as histogram  # noqa: E402
import builder  # noqa: E402
import guest  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import scale  # noqa: E402
from bench_rows import ROWS, Row  # noqa: E402

EXPECTED = paths.TOP / "kernel/bench/expected.txt"
TIMEOUT_S = 300
CPU = (
    "Skylake-Client,+pdpe1gb,-pcid,-x2apic,-tsc-deadline,-hle,-invpcid,-rtm,-rdseed"
    ",-3dnowprefetch,-xsavec"
)
# Ten rounds of the two-instruction loop take this many ticks when a tick is one instruction.
CALIBRATED = 20
FIGURE = re.compile(rb"bench ([a-z0-9_]+) ([0-9]+)(?: of ([0-9]+))?\r*\n|bench done\r*\n")


def command(iso: Path, cpus: int = 1) -> list[str]:
    """QEMU with the flags of every peer's figure, and its clock, which interrupts, by instructions too."""
    return [
        *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single"),
        *("-icount", "shift=0,sleep=off", "-cpu", CPU, "-m", "512", "-smp", str(cpus)),
        *("-rtc", "base=2026-01-01,clock=vm"),
        *("-no-reboot", "-serial", "stdio", "-display", "none", "-nodefaults"),
        *("-drive", f"file={iso},format=raw,media=cdrom,readonly=on"),
    ]


def text_bytes(kernel: Path) -> int:
    """The size of the kernel's code, from its section table."""
    tool = ["llvm-size-14", "-A", kernel]
    listing = subprocess.run(tool, capture_output=True, text=True, check=True).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", listing, re.MULTILINE))


@dataclasses.dataclass(frozen=True)
class Figure:
    """What was measured of a row; how much of it is the kernel's, where that has a meaning."""

    value: int
    kernel: int | None = None


# What an image reports of a row: its figure, and of how many operations each sample was, if any.
Reported = dict[str, tuple[int, int | None]]


def collect(arguments: list[str]) -> Reported:
    """Boots the bench image and collects what it reports, in the order it comes."""
    reported: Reported = {}
    with guest.Guest(arguments, TIMEOUT_S) as session:
        try:
            while (match := session.wait_for(FIGURE, "the next figure"))[1]:
                count = int(match[3]) if match[3] else None
                reported[match[1].decode()] = (int(match[2]), count)
            session.end()
        except guest.GuestError as error:
            raise SystemExit(f"{session.tail()}\nscripts/bench: {error}") from None
    return reported


@dataclasses.dataclass(frozen=True)
class Measured:
    """Every figure of a build, and for what was counted where its instructions are."""

    figures: dict[str, Figure]
    histograms: dict[str, histogram.Histogram]


def boot(manifest: str, cpus: int, build: Path, images: histogram.Images) -> Measured:
    """Boots an image of the bench, with every instruction counted."""
    with tempfile.TemporaryDirectory(prefix="signet-") as name:
        folder = Path(name)
        iso = image.make(paths.manifest_path(manifest), build)
        reported = collect(command(iso, cpus) + histogram.plugin_arguments(folder, images))
        rows = [(row, value, count) for row, (value, count) in reported.items() if count]
        found = histogram.read(folder / "windows", images, rows)
    figures = {row: Figure(value) for row, (value, _count) in reported.items()}
    figures |= {row: Figure(one.figure, round(one.total(True))) for row, one in found.items()}
    return Measured(figures, found)


def measure(build: Path) -> Measured:
    """All figures of a build."""
    images = histogram.Images(build / "bin")
    pair = boot("bench-cpus", 2, build, images)
    single = boot("bench", 1, build, images)
    figures = pair.figures | single.figures
    figures["spawn_entries"] = Figure(round(single.histograms["spawn"].entries))
    figures["kernel_text"] = Figure(text_bytes(build / "bin" / histogram.KERNEL))
    return Measured(figures, pair.histograms | single.histograms)


def read_expected() -> dict[str, Figure]:
    lines = EXPECTED.read_text().splitlines() if EXPECTED.is_file() else []
    words = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: Figure(*(int(number) for number in numbers)) for name, *numbers in words}


def values(figures: dict[str, Figure]) -> dict[str, int]:
    return {name: figure.value for name, figure in figures.items()}


def write_expected(figures: dict[str, Figure]) -> None:
    body = ""
    for name, figure in sorted(figures.items()):
        body += f"{name} {figure.value}{'' if figure.kernel is None else f' {figure.kernel}'}\n"
    EXPECTED.parent.mkdir(parents=True, exist_ok=True)
    EXPECTED.write_text(
        "# SPDX-License-Identifier: BSD-2-Clause\n"
        "# What scripts/bench measured, and how much of it is the kernel's; it fails when one grows.\n"
        "# Written by scripts/bench --update.\n"
        + body
    )


def print_table(figures: dict[str, Figure], expected: dict[str, Figure]) -> None:
    layout = "{:<46}{:>9}{:>9}{:>9}{:>10}{:>9}  {:<12}{:<14}{}"
    print(layout.format("", "signet", "kernel", "programs", "expected", "target", "NOVA", "seL4", "Linux"))
    known = {row.name for row in ROWS}
    for row in (*ROWS, *(Row(name, name) for name in sorted(figures) if name not in known)):
        found, wanted = figures.get(row.name), expected.get(row.name)
        split = (found.kernel, found.value - found.kernel) if found and found.kernel is not None else ("", "")
        print(layout.format(row.what, found.value if found else "unmeasured", *split,
                            wanted.value if wanted else "-", row.target or "-", *row.peers))  # fmt: skip


def unexplained(expected: dict[str, Figure]) -> list[str]:
    """Each figure that misses its target and whose committed histogram is not of that figure."""
    found = []
    for row in ROWS:
        value = expected[row.name].value if row.name in expected else 0
        if not row.target or value <= row.target:
            continue
        file = histogram.FOLDER / f"{row.name}.txt"
        first = file.read_text().partition(";")[0] if file.is_file() else "no such file"
        if first != histogram.title(row.name, value, row.target):
            found.append(f"{file.relative_to(paths.TOP)}: found {first}, expected it to be of "
                         f"{value} instructions: scripts/bench --update")  # fmt: skip
    return found


def faults(figures: dict[str, Figure], expected: dict[str, Figure]) -> list[str]:
    """A tick that is no instruction, and each committed figure that grew or was not measured.

    Seen to fail: with a figure and a kernel's part lowered in expected.txt, and a row renamed there."""
    unit = figures.get("calibration")
    slack = {row.name: 1 + row.slack for row in ROWS}
    found = []
    if unit is None or unit.value != CALIBRATED:
        found.append(f"calibration: found {unit}, expected {CALIBRATED}")
    for name, wanted in sorted(expected.items()):
        figure = figures.get(name)
        most = int(wanted.value * slack.get(name, 1))
        if figure is None or figure.value > most:
            found.append(f"{name}: found {figure.value if figure else 'no figure'}, expected at most {most}")
        elif wanted.kernel is not None:
            most = int(wanted.kernel * slack.get(name, 1))
            if figure.kernel is None or figure.kernel > most:
                found.append(f"{name}: found {figure.kernel} in the kernel, expected at most {most}")
    return found


def text_of(name: str, found: histogram.Histogram) -> str:
    target = next((row.target for row in ROWS if row.name == name), None)
    return "\n".join(histogram.lines(name, found, target)) + "\n"


def write_histograms(found: dict[str, histogram.Histogram]) -> None:
    """Commits the histograms of the rows that miss their target, and of no others."""
    histogram.FOLDER.mkdir(parents=True, exist_ok=True)
    for row in ROWS:
        file = histogram.FOLDER / f"{row.name}.txt"
        if row.name in found and row.target and found[row.name].figure > row.target:
            file.write_text(text_of(row.name, found[row.name]))
        else:
            file.unlink(missing_ok=True)


def print_histograms(found: dict[str, histogram.Histogram], names: list[str]) -> int:
    """Prints the named ones, or all; 1 when there is no such row."""
    if unknown := sorted(set(names) - set(found)):
        print(f"scripts/bench --histogram: found no row {', '.join(unknown)}, expected of: "
              f"{', '.join(found)}", file=sys.stderr)  # fmt: skip
        return 1
    print("\n".join(text_of(name, found[name]) for name in names or found), end="")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", choices=("figures", "bound", "scale"), default="figures",
                        help="bound: the longest runs of the kernel with interrupts off; "
                        "scale: throughput on 1, 2 and 4 CPUs at the same time")  # fmt: skip
    parser.add_argument("image", nargs="*",
                        help=f"bound: these manifests only, of {', '.join(bound.names())}")  # fmt: skip
    parser.add_argument("--histogram", nargs="*", metavar="ROW",
                        help="which functions the instructions of these rows are in; of all")  # fmt: skip
    parser.add_argument("--chart", action="store_true",
                        help="only draw the committed figures beside other kernels', into "
                        f"{chart.FILE.relative_to(paths.TOP)}")  # fmt: skip
    parser.add_argument("--update", action="store_true", help="commit these figures as expected, the "
                        "histograms of the rows that miss their target, and the chart; bound: the runs")  # fmt: skip
    paths.add_build_options(parser)
    parser.set_defaults(preset="release")
    return parser.parse_args()


def main() -> int:
    options = parse()
    if options.chart:
        chart.write(values(read_expected()))
        return 0
    build = paths.build_folder(options)
    if not options.no_build:
        builder.build(options.preset, ["system"])
    if options.what == "scale":
        return scale.run(build)
    if options.what == "bound":
        return bound.run(build, command, options.image, options.update)
    measured = measure(build)
    if options.histogram is not None:
        return print_histograms(measured.histograms, options.histogram)
    figures, expected = measured.figures, read_expected()
    print_table(figures, expected)
    if options.update:
        write_expected(figures)
        write_histograms(measured.histograms)
        chart.write(values(figures))
        return 0
    problems = faults(figures, expected) + unexplained(expected) + chart.faults(values(expected))
    for problem in problems:
        print(f"scripts/bench: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
