# SPDX-License-Identifier: BSD-2-Clause
"""How throughput grows with CPUs that run at the same time, each in a thread of QEMU's.

Figures are of wall-clock time on this host: only their ratios, from one boot, mean anything, and only
while nothing else runs. A guest has as many CPUs as the host, at most 4.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from pathlib import Path

import guest
import image
import paths
import qemu

TIMEOUT_S = 120
FIGURE = re.compile(rb"bench (\w+?)_(\d) (\d+)\r?\n|bench (done)\r?\n|bench: ([^\r\n]*)\r?\n")


@dataclasses.dataclass(frozen=True)
class Load:
    """What is done on each CPU, and how much of what one CPU does two have to do together at least.

    The bound is below what a quiet host was seen to reach, by a quarter or more: other work on the host
    takes from two CPUs what it does not from one. The target is what is meant."""

    what: str
    least: float
    target: float | None = None


LOADS = {
    "cpu": Load("never in the kernel", 1.4, 1.95),
    "call": Load("calls in pairs", 0.3, 1.8),
    "queue": Load("batches through a queue", 1.0),
}


def measure(iso: Path, cpus: int) -> dict[tuple[str, int], int]:
    """Operations a second and CPU, by load and number of CPUs."""
    figures: dict[tuple[str, int], int] = {}
    command = qemu.Machine(iso, cpus=cpus).command("stdio")
    with guest.Guest(command, TIMEOUT_S) as session:
        try:
            while not (match := session.wait_for(FIGURE, "the next figure"))[4]:
                if match[5]:
                    raise SystemExit(f"scripts/bench scale: {match[5].decode()}")
                figures[match[1].decode(), int(match[2])] = int(match[3])
        except guest.GuestError as error:
            raise SystemExit(f"{session.tail()}\nscripts/bench scale: {error}") from None
    return figures


def times(figures: dict[tuple[str, int], int], load: str, count: int) -> float | None:
    """What so many CPUs do together, in terms of what one does."""
    one, many = figures.get((load, 1)), figures.get((load, count))
    return many * count / one if one and many else None


def faults(figures: dict[tuple[str, int], int]) -> list[str]:
    """Each load of which two CPUs do less than they have to. Seen to fail: on a host with much else to do."""
    found = []
    for name, load in LOADS.items():
        ratio = times(figures, name, 2)
        if ratio is None or ratio < load.least:
            shown = "no figure" if ratio is None else f"{ratio:.2f}"
            found.append(f"{load.what}: found {shown} times one CPU's work on two, expected {load.least} "
                         "or more on a quiet host")  # fmt: skip
    return found


def run(build: Path) -> int:
    """Boots the load, prints the table; 1 when CPUs do less together than they have to."""
    cpus = min(4, len(os.sched_getaffinity(0)))
    if cpus == 1:
        print("scripts/bench scale: found one CPU in this host, expected two or more", file=sys.stderr)
        return 1
    figures = measure(image.make(paths.manifest_path("bench-scale"), build), cpus)
    print(f"{'operations a second and CPU':<28}{'1 CPU':>12}{'2 CPUs':>12}{'4 CPUs':>12}"
          f"{'2 to 1':>9}{'4 to 1':>9}{'least':>8}{'target':>8}")
    for name, load in LOADS.items():
        cells = "".join(f"{figures.get((name, count)) or '-':>12}" for count in (1, 2, 4))
        for count in (2, 4):
            ratio = times(figures, name, count)
            cells += f"{'-':>9}" if ratio is None else f"{ratio:>8.2f}x"
        print(f"{load.what:<28}{cells}{load.least:>7}x{f'{load.target}x' if load.target else '-':>8}")
    problems = faults(figures)
    for problem in problems:
        print(f"scripts/bench scale: {problem}", file=sys.stderr)
    return 1 if problems else 0
