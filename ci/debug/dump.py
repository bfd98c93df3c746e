#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Dumps of a machine: of a service's crash, of a system at work, of a kernel that panicked; and
what scripts/dump reads out of them."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import grub  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402
from boot_test import System, expect, expect_in, run_tests  # noqa: E402

TIMEOUT_S = 120
# Long after the services of crashloop have crashed, also where they are stopped to be looked at.
UNTIL_IT_CRASHES = "call clock.sleep {duration_ns: 5000000000}"


def tool(system: System, name: str, *arguments: object, status: int = 0) -> str:
    """Runs one of scripts/ on the build under test; what it printed."""
    done = subprocess.run(
        ["/usr/bin/python3", paths.TOP / f"scripts/lib/{name}.py", "--no-build",
         "--build", system.build, *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    expect(f"status of {name}, which said\n{done.stdout}", done.returncode, status)
    return done.stdout


def check_service_crash(system: System) -> None:
    """The dump of a service's fault says who, where, why, and who called whom."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crash.dump"
        commands = f"{UNTIL_IT_CRASHES}; shutdown"
        tool(system, "run", "crashloop", "--dump", file, "--dump-on", "crash-page",
             "--batch", commands)  # fmt: skip
        report = tool(system, "dump", file, "--process", "crash-page")
        session = tool(system, "dump", file, "--ex", "info threads", "--ex", "signet threads kv")
    thread = re.search(r"^thread crash-page:.*?\n\n", report, re.MULTILINE | re.DOTALL)
    expect(f"a thread in\n{report}", bool(thread), True)
    expect_in("its state", thread[0], "FAULTED")
    expect_in("the cause", thread[0], "faulted: page at 0x7000dead0000, code 0x6, rip 0x")
    expect_in("the place", thread[0], "touch_unmapped+0x")
    expect_in("a frame", thread[0], "in main () at ./crash/main.c")
    registers = dict(re.findall(r"\b(r\w\w?) +(0x[0-9a-f]{16})", thread[0]))
    expect("the address in a register", registers["rax"], "0x00007000dead0000")
    expect_in("its capabilities", report, "client       init.faults")
    expect_in("its message to init", report, "calls init.faults")
    events = report.partition("== events")[2]
    last = [line.split()[5] for line in events.strip().splitlines()[-4:]]
    expect("its last events", last, ["switch", "fault", "call", "receive"])
    expect_in("gdb on the dump", session, '"crash-page" (faulted: page')
    expect_in("a report in gdb", session, "thread kv:")


def check_thread_crash(system: System) -> None:
    """A further thread goes by its own name, also when it has run over the end of its stack."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crash.dump"
        tool(system, "run", "crashloop", "--dump", file, "--dump-on", "crash-thread",
             "--batch", f"{UNTIL_IT_CRASHES}; shutdown")  # fmt: skip
        report = tool(system, "dump", file, "--process", "crash-thread")
    threads = re.findall(r"^thread (\S+):0x\w+: (\w+)", report, re.MULTILINE)
    expect("threads", sorted(name for name, _ in threads), ["crash-thread", "crash-thread/deep"])
    faulted = [name for name, state in threads if state == "FAULTED"]
    expect("who faulted", faulted, ["crash-thread/deep"])


def check_running_system(system: System) -> None:
    """A dump taken between two commands: what everybody waits for, rings, authority."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.dump"
        put = 'call kv.put {key: "name" value: "signet"}'
        tool(system, "run", "demo", "--batch", f"{put}; !dump {file}; shutdown")
        report = tool(system, "dump", file)
        graph = tool(system, "dump", file, "--dot")
        with open(file, "r+b") as cut:
            cut.truncate(file.stat().st_size // 2)
        expect_in("half of it", tool(system, "dump", file, status=1), "the file's end")
    for name in ("init", "log", "console", "clock", "kv", "shell"):
        expect_in("threads", report, f"thread {name}:")
    expect_in("a call in flight", report, "calls console.console")
    expect_in("its message, decoded", report, "owes a reply to shell:0x")
    expect_in("its message, decoded", report, ": Read {}")
    expect_in("kv's memory", report, "in main () at ./kv/main.c")
    shell = re.search(r"^shell: .*?\n(?=\S)", report, re.MULTILINE | re.DOTALL)[0]
    expect_in("a capability", shell, "Put Get Delete List Usage DESCRIBE")
    expect_in("a device", report, "ports 0x3f8..0x3ff")
    methods = "Put Get Delete List Usage DESCRIBE"
    events = report.partition("== events")[2]
    expect_in("a device given", events, "acquire  irq")
    expect("others are not recorded", " switch " in events, False)
    expect_in("the graph", graph, f'"shell" -> "kv" [label="kv: {methods}"]')
    expect_in("the graph", graph, '"console" -> "irq line 4" [label="WAIT ACK"]')
    expect("no client of kv but shell", len(re.findall(r'-> "kv"', graph)), 1)


def check_panic(system: System) -> None:
    """The kernel's panic is dumped before it stops the machine, which then ends as ever."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage, iso, file = folder / "stage", folder / "panic.iso", folder / "panic.dump"
        image.stage_files(paths.manifest_path("demo"), system.build,
                          image.strip_programs(system.build), stage / "boot")  # fmt: skip
        shutil.copyfile(stage / "boot/kv.elf", stage / "boot/init.elf")
        grub.write_iso(stage, iso)
        tool(system, "run", "--image", iso, "--dump", file, "--batch", "ps", status=qemu.PANIC)
        report = tool(system, "dump", file)
    cpus = report.partition("== threads")[0]
    expect_in("the panic", cpus, "arch_panic (cause=")
    expect_in("its cause", cpus, '"init exited"')
    expect_in("the thread that brought it about", report, "thread init:")


def check_no_dump(system: System) -> None:
    with tempfile.NamedTemporaryFile() as file:
        output = tool(system, "dump", file.name, status=1)
    expect_in("an empty file", output, "expected a dump of guest memory")


if __name__ == "__main__":
    run_tests(globals())
