#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The profiler on a booted system: who took how much, called by whom, in every run alike."""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import paths  # noqa: E402
from boot_test import System, expect, expect_in, run_tests  # noqa: E402

TIMEOUT_S = 200
SVG = "{http://www.w3.org/2000/svg}"


def profile(system: System, svg: Path, *arguments: str) -> str:
    """Profiles an image; the table."""
    done = subprocess.run(
        ["/usr/bin/python3", paths.TOP / "scripts/lib/profile.py", "--no-build",
         "--build", system.build, "-o", svg, *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    expect(f"status of profile, which said\n{done.stdout}{done.stderr}", done.returncode, 0)
    return done.stdout


def boxes(svg: Path) -> dict[str, tuple[float, float, float]]:
    """Left edge, width and height above the bottom of each function's widest box."""
    root = xml.parse(svg).getroot()
    found: dict[str, tuple[float, float, float]] = {}
    for group in root.iter(f"{SVG}g"):
        name = group.find(f"{SVG}title").text.partition(":")[0]
        box = group.find(f"{SVG}rect").attrib
        left, width, top = (float(box[key]) for key in ("x", "width", "y"))
        if width > found.get(name, (0, 0, 0))[1]:
            found[name] = (left, width, float(root.attrib["height"]) - top)
    return found


def check_who_took_what(system: System) -> None:
    """init hashes every module, which is most of a short run; the graph shows who called that."""
    with tempfile.TemporaryDirectory() as folder:
        svg = Path(folder) / "demo.svg"
        commands = 'call kv.put {key: "a" value: "b"}; ps'
        output = profile(system, svg, "demo", "--batch", commands)
        found = boxes(svg)
    counts = totals(output)
    for name in ("init", "log", "console", "kv", "shell"):
        expect(f"{name} among {sorted(counts)}", name in counts, True)
    expect("init took more than all others", counts["init"] > sum(counts.values()) / 2, True)
    init = re.search(r"^init:.*?(?:\n\n|\Z)", output, re.MULTILINE | re.DOTALL)[0]
    expect_in("what init does most", init.splitlines()[1], "SHA256_Transform")
    called, caller = found["SHA256_Transform"], found["crypto_hash_sha256"]
    left, right = caller[0], caller[0] + caller[1]
    is_within = left - 0.1 <= called[0] and called[0] + called[1] <= right + 0.1
    expect("it stands on its caller", (is_within, called[2] > caller[2]), (True, True))
    kernel = [name for name in found if name.endswith("(kernel)")]
    expect("functions of the kernel", len(kernel) > 10, True)


def totals(table: str) -> dict[str, int]:
    """Samples of each process."""
    head = table.partition("\n\n")[0]
    rows = re.findall(r"^ +(\d+) .*  (\S+)$", head, re.MULTILINE)
    return {name: int(count) for count, name in rows}


def check_same_again(system: System) -> None:
    """An image that needs no input: the same samples but for one or two, whatever the host does."""
    with tempfile.TemporaryDirectory() as folder:
        svg = Path(folder) / "test.svg"
        first, second = (totals(profile(system, svg, "test-core")) for _ in range(2))
    expect("processes", sorted(second), sorted(first))
    expect("samples of the tested process", first["test-core"] > 50, True)
    most = sum(first.values()) / 100
    for name, count in first.items():
        close = abs(second[name] - count) <= most
        expect(f"{name}: {second[name]} and {count} samples are within {most:.0f}", close, True)


def check_one_process(system: System) -> None:
    with tempfile.TemporaryDirectory() as folder:
        svg = Path(folder) / "init.svg"
        output = profile(system, svg, "demo", "--batch", "ps", "--process", "init")
    expect("processes", list(totals(output)), ["init"])


if __name__ == "__main__":
    run_tests(globals())
