# SPDX-License-Identifier: BSD-2-Clause
"""How throughput grows with CPUs that run at the same time, each in a thread of QEMU's.

Figures are of wall-clock time on this host: only their ratios, from one boot, mean anything, and only
while nothing else runs. A guest has as many CPUs as the host, at most 4.
"""

from __future__ import annotations

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
LOADS = {"cpu": "never in the kernel", "call": "calls in pairs", "queue": "batches through a queue"}


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


def run(build: Path) -> int:
    """Boots the load, prints the table."""
    cpus = min(4, len(os.sched_getaffinity(0)))
    figures = measure(image.make(paths.manifest_path("bench-scale"), build), cpus)
    print(f"{'operations a second and CPU':<28}{'1 CPU':>12}{'2 CPUs':>12}{'4 CPUs':>12}"
          f"{'2 to 1':>9}{'4 to 1':>9}")
    for load, what in LOADS.items():
        rate = {count: figures.get((load, count)) for count in (1, 2, 4)}
        cells = "".join(f"{rate[count] or '-':>12}" for count in (1, 2, 4))
        times = "".join(f"{rate[count] * count / rate[1]:>8.2f}x" if rate[count] and rate[1] else f"{'-':>9}"
                        for count in (2, 4))
        print(f"{what:<28}{cells}{times}")
    if cpus == 1:
        print("scripts/bench scale: found one CPU in this host, expected two or more", file=sys.stderr)
    return 0 if cpus > 1 else 1
