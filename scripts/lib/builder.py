# SPDX-License-Identifier: BSD-2-Clause
"""Runs the superbuild and shows what it does, but nothing when there is nothing to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import paths

# What cmake and ninja print although nothing was built.
NOISE = re.compile(
    r"^\s*$|no work to do|^-- "
    r"|^\[\d+/\d+\] (Performing|Completed|Creating directories|No .* step for)"
    r"|globbed|Re-running CMake|^Preset CMake variables|^  (CMAKE_BUILD_TYPE|SIGNET_)"
)
PROJECT = re.compile(r"^\[\d+/\d+\] (?:Performing|Completed|No) .*'(\S+)'")
STEP = re.compile(r"^\[(\d+/\d+)\] (?:Building|Linking) .* (?:\S*/)?(\S+)$")


def readable(line: str, project: str) -> str:
    """A line of ninja's as people want it: project, how far, which file."""
    step = STEP.match(line)
    if not step:
        return line
    return f"{'host' if ' host/' in line else project:<14} {step[1]:>8}  {step[2]}\n"


def show(command: list[str | Path]) -> int:
    """Runs a command in the project's folder and passes on the lines that say something."""
    project = "host"
    with subprocess.Popen(
        command, cwd=paths.PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    ) as process:  # fmt: skip
        for line in process.stdout:
            started = PROJECT.match(line)
            if started:
                project = started[1]
            if not NOISE.search(line):
                print(readable(line, project), end="", file=sys.stderr, flush=True)
    return process.returncode


def build(preset: str, targets: list[str]) -> None:
    """Configures the preset when it is new and builds the targets."""
    steps: list[list[str | Path]] = []
    if not (paths.PROJECT / "build" / preset / "build.ninja").is_file():
        steps.append(["cmake", "--preset", preset])
    if not paths.IN_TREE:
        targets = ["all"]  # another project has no target for each part of a system
    jobs = os.environ.get("SIGNET_JOBS", str(os.cpu_count() or 1))
    steps.append(["cmake", "--build", "--preset", preset, "-j", jobs, "--target", *targets])
    for step in steps:
        if show(step) != 0:
            raise SystemExit(f"the {preset} build failed; its messages are above")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"building {name}", file=sys.stderr, flush=True)
        began = time.monotonic()
        build(name, ["all"])
        print(f"built {name} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
