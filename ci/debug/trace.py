#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the kernel records: a trace of a service's crash and of a call, and the shell's `trace`."""

import bisect
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import paths  # noqa: E402
from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

TIMEOUT_S = 120
PUT = 'call kv.put {key: "name" value: "signet"}'


def trace(
    system: System, manifest: str, commands: str, *options: str
) -> tuple[list[str], list[dict]]:
    """Records a run; its lines of text, and the entries of the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace.json"
        done = subprocess.run(
            ["/usr/bin/python3", paths.TOP / "scripts/lib/trace.py", "--no-build",
             "--build", system.build, manifest, "-o", file, "--text", "--batch", commands,
             *options],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S,
            check=False,
        )  # fmt: skip
        expect(f"status of trace, which said\n{done.stdout}{done.stderr}", done.returncode, 0)
        entries = json.loads(file.read_text())["traceEvents"]
    lines = done.stdout.splitlines()
    expect("lost", done.stderr.splitlines()[-1], f"scripts/trace: {len(lines)} events, 0 lost")
    return lines, entries


def kinds(lines: list[str], process: str) -> list[str]:
    """The kinds of a process's events, and what is said of them."""
    pattern = re.compile(rf"^ +[\d.]+ ms +cpu \d+ +{process} +(.*)")
    return [re.sub(" +", " ", found[1]) for line in lines if (found := pattern.match(line))]


def check_crash(system: System) -> None:
    """A service's fault, what init is told of it, and that its end takes everything away."""
    lines, entries = trace(system, "crashloop", "call clock.sleep {duration_ns: 300000000}")
    told = kinds(lines, "crash-page")
    fault = told.index("fault page, 0x7000dead0000")
    expect("it ran", told[fault - 1].partition(" ")[0], "switch")
    called = re.fullmatch(r"call (\w+) init\.faults", told[fault + 1])
    expect(f"the fault's call in {told[fault:]}", bool(called), True)
    expect_in("init takes it", told[fault + 2], f"receive {called[1]} by init:")
    expect("a restart", told.count("fault page, 0x7000dead0000") > 1, True)
    init = " ".join(kinds(lines, "init"))
    for what in ("revoke cspace", "destroy thread", "destroy aspace", "destroy memory"):
        expect_in("its end", init, f"{what} 0x")
    shown = {name_of(entries, one["pid"]) for one in entries
             if one["ph"] == "i" and one["name"] == "fault page, 0x7000dead0000"}  # fmt: skip
    expect("in the picture", shown, {"crash-page"})


def name_of(entries: list[dict], process: int) -> str:
    """The name of a process in the trace."""
    return next(e["args"]["name"] for e in entries
                if e["name"] == "process_name" and e["pid"] == process)  # fmt: skip


def check_devices(system: System) -> None:
    """Who got which device, from the beginning."""
    lines, _entries = trace(system, "demo", "ps")
    init = kinds(lines, "init")
    for device in ("ioport", "irq"):
        gave = [re.sub("0x[0-9a-f]+", "it", line) for line in init
                if re.match(rf"\w+ {device} ", line)]  # fmt: skip
        way = [f"acquire {device} it by init", f"acquire {device} it by console",
               f"release {device} it by init"]  # fmt: skip
        expect(f"the way of the {device}", gave, way)
    expect_in("an interrupt", "\n".join(lines), " irq      line 4")


def check_picture(system: System) -> None:
    """A call from shell to kv: slices, and arrows between what is there."""
    lines, entries = trace(system, "demo", PUT)
    expect_in("the call", "\n".join(kinds(lines, "shell")), " kv.kv.Put")
    by_phase = grouped(entries)
    expect("phases", set(by_phase), set("MXibesf"))
    put = [e for e in by_phase["b"] if e["name"] == "kv.kv.Put"]
    expect("calls of kv", [name_of(entries, e["pid"]) for e in put], ["shell"])
    ends = [e for e in by_phase["e"] if e["id"] == put[0]["id"]]
    expect("its end", [e["args"]["end"] for e in ends], ["replied"])
    way = [(name_of(entries, e["pid"]), e["ph"]) for e in by_phase["s"] + by_phase["f"]
           if e["name"] == "kv.kv.Put"]  # fmt: skip
    expect("its arrows", sorted(way), [("kv", "f"), ("kv", "s"), ("shell", "f"), ("shell", "s")])
    expect_slices(by_phase["X"])
    expect_arrows(by_phase)


def check_all_cpus(system: System) -> None:
    """Each processor has its track, and a thread is on one of them at a time."""
    commands = "; ".join([PUT] * 10)
    lines, entries = trace(system, "demo", commands, "--cpus", "4")
    cpus = {line.split()[3] for line in lines}
    expect(f"several of {sorted(cpus)}", len(cpus) > 1, True)
    tracks = {e["args"]["name"] for e in entries if e["name"] == "thread_name"}
    expect("their tracks", {f"processor {cpu}" for cpu in cpus} - tracks, set())
    by_phase = grouped(entries)
    expect_slices(by_phase["X"])
    expect_arrows(by_phase)


def grouped(entries: list[dict]) -> dict[str, list[dict]]:
    by_phase = defaultdict(list)
    for one in entries:
        by_phase[one["ph"]].append(one)
    return by_phase


def expect_slices(slices: list[dict]) -> None:
    """A thread, or a processor, has one slice at a time."""
    end: dict[tuple[int, int], float] = {}
    for one in slices:
        track = one["pid"], one["tid"]
        expect("begins after the last", one["ts"] >= end.get(track, 0) - 0.001, True)
        end[track] = one["ts"] + one["dur"]


def expect_arrows(by_phase: dict[str, list[dict]]) -> None:
    """Every arrow begins where a thread runs, and ends there or at what the thread does next."""
    ends = {one["id"] for one in by_phase["f"]}
    expect("an end for each", sorted(one["id"] for one in by_phase["s"]), sorted(ends))
    tracks = defaultdict(list)
    for one in by_phase["X"]:
        tracks[one["pid"], one["tid"]].append((one["ts"], one["ts"] + one["dur"]))
    for one in by_phase["s"] + by_phase["f"]:
        slices = tracks[one["pid"], one["tid"]]
        place = bisect.bisect_right(slices, (one["ts"], float("inf"))) - 1
        inside = place >= 0 and one["ts"] <= slices[place][1] + 0.001
        later = place + 1 < len(slices)
        is_next = one["ph"] == "f" and "bp" not in one
        expect(f"{one} is where its thread runs: {slices}", inside or is_next and later, True)


def check_shell(system: System) -> None:
    """Devices are recorded in any case; the rest while it is on."""
    with system.boot() as session:
        session.wait_for_prompt()
        before = run_command(session, "trace")
        expect_in("devices", before, " acquire ")
        expect("no call", " call " in before, False)
        run_command(session, "trace on")
        run_command(session, PUT)
        run_command(session, "trace off")
        lines = run_command(session, "trace 2048").splitlines()
        again = run_command(session, "trace 3").splitlines()
        refused = [session.run(f"trace {what}") for what in ("0", "2049", "up", "3x")]
    calls = [line for line in lines if re.search(r" shell +call ", line)]
    expect(f"calls of the shell in {lines}", len(calls) > 2, True)
    expect("nothing since", again[1:], lines[-3:])
    for succeeded, output in refused:
        expect("refused", (succeeded, "expected on, off or 1 to 2048" in output), (False, True))


if __name__ == "__main__":
    run_tests(globals())
