#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""gdb on a booted system: breakpoints of one process, steps, calls followed into their server, a
service's crash, and how the kernel's values look."""

import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import paths  # noqa: E402
from boot_test import System, expect, expect_in, run_tests  # noqa: E402

TIMEOUT_S = 120
PUT = 'call kv.put {key: "name" value: "signet"}'


def debug(system: System, *commands: str, options: tuple[str, ...] = ()) -> str:
    """A gdb session of these commands; everything it and the guest printed."""
    done = subprocess.run(
        [
            "/usr/bin/python3", paths.TOP / "scripts/lib/debug.py", "--no-build", "--batch",
            "--build", system.build, *options,
            *(word for command in commands for word in ("--ex", command)),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    expect(f"status of gdb, which said\n{done.stdout}", done.returncode, 0)
    return done.stdout


def check_breakpoint_before_start(system: System) -> None:
    """kv does not run yet, and others have a main at the same address."""
    output = debug(system, "break kv/main.c:main", "continue", "backtrace")
    expect_in("before it starts", output, "Breakpoint 1 (kv/main.c:main) pending")
    expect_in("at its start", output, '"kv" hit Breakpoint 1, main () at ./kv/main.c')
    stops = re.findall(r'Thread \S+ "(\S+)" hit', output)
    expect("processes that stopped", stops, ["kv"])


def check_call_into_server(system: System) -> None:
    """A breakpoint in the server; its caller's backtrace goes on through the call."""
    output = debug(
        system, "break store_put", f"signet type {PUT}", "continue",
        'python [t for i in gdb.inferiors() for t in i.threads() if t.name == "shell"][0].switch()',
        "signet backtrace", "signet rings kv",
        options=("kv",),
    )  # fmt: skip
    expect_in("the server", output, '"kv" hit Breakpoint')
    chain = re.search(r'"shell":\n(.*?)calls (.*?), which is held by:\n(.*)', output, re.DOTALL)
    expect("a chain of calls", bool(chain), True)
    expect_in("the caller's frames", chain[1], "command_call")
    expect("the call", chain[2], 'kv.kv.Put {key: "name" value: "signet"}')
    expect_in("the server's frames", chain[3], "store_put")
    expect_in("kv's ring", output, 'Put {key: "name" value: "signet"}')


def check_steps(system: System) -> None:
    """By lines over a call that enters the kernel, and by instructions through the entry itself."""
    output = debug(
        system, *["next"] * 4, 'break sg_invoke if $_process("clock")', "continue", "delete",
        *["stepi"] * 26, "backtrace",
        options=("clock",),
    )  # fmt: skip
    before, _, after = output.partition("hit Breakpoint")
    expect_in("a line with a call", before, "sg_cpu_now(")
    expect_in("the line after it", before.partition("sg_cpu_now(")[2], "if (status != SG_OK)")
    through = re.search(r"^\d+\t +syscall\n\d+\t +pop r11$", after, re.MULTILINE)
    expect(f"the instruction after a system call in\n{after}", bool(through), True)
    expect_in("who called", after, "in main () at ./clock/main.c")


def check_restarts(system: System) -> None:
    """A breakpoint outlives the process, and is for one of six processes of the same program."""
    output = debug(
        system, "handle SIGSEGV SIGILL SIGFPE nostop noprint", "signet start crash-page",
        'break crash/main.c:main if $_process("crash-page")', "continue", "continue", "continue",
        options=("--manifest", "crashloop"),
    )  # fmt: skip
    stops = re.findall(r'^Thread \S+ (?:"(\S+)" )?(?:hit|received)', output, re.MULTILINE)
    expect("processes that stopped", stops, ["crash-page"] * 4)


def check_crash(system: System) -> None:
    """A service that faults stops gdb at the line, with its registers."""
    output = debug(
        system, "handle SIGILL SIGFPE nostop",
        'python while gdb.selected_thread().name != "crash-page": gdb.execute("continue")',
        "backtrace", "up", "print cause", "signet threads crash-page",
        options=("--manifest", "crashloop"),
    )  # fmt: skip
    crash = re.search(r'"crash-page" received signal SIGSEGV.*', output, re.DOTALL)
    expect(f"a crash in\n{output}", bool(crash), True)
    expect_in("the line", crash[0], "*(volatile uint8_t *)UNMAPPED = 1;")
    expect_in("who called", crash[0], "in main () at ./crash/main.c")
    expect_in("a variable of the caller", crash[0], '"page"')
    expect_in("the thread", crash[0], "touch_unmapped+")


def check_values(system: System) -> None:
    """Kernel objects by the printers; a fault on its way to its supervisor."""
    output = debug(
        system, "handle SIGSEGV SIGILL SIGFPE nostop noprint",
        "break endpoint_send if caller->thread != 0", "continue",
        "print *caller", "print *caller->thread", "print caller->thread->cspace->cspace",
        "print *caller->thread->ring", "print *caller->thread->home",
        "print machine.frames.table[caller->object]", "print machine.first->ring->queues",
        "signet backtrace",
        options=("--manifest", "crashloop"),
    )  # fmt: skip
    for what, pattern in (
        ("an operation", r"\$1 = IDLE \(registers, flags \S+, method \d+\)"),
        ("a thread", r"\$2 = READY, waits for NONE, rip 0x4[0-9a-f]+"),
        ("a capability table", r"\[0\] = CSPACE of object 0x[0-9a-f]+ epoch \d+"),
        ("a ring", r"\$4 = \d+ of \d+ submitted, \d+ of \d+ unread, \d+ owed"),
        ("a sched", r"\$5 = [A-Z]+, weight \d+, ran \d+ ns"),
        ("a frame", r"\$6 = HEAD of ENDPOINT, 1 frames"),
        ("queues", r"\$7 = \d+ of 128 submitted"),
        ("who the kernel works for", r"executes for:\nThread \S+ \"\S+\":"),
    ):
        expect(f"{what} in\n{output}", bool(re.search(pattern, output)), True)


def check_machine_ends(system: System) -> None:
    output = debug(system, "signet type shutdown", "continue", options=("kv",))
    expect_in("the end", output, "exited normally")


def check_panic(system: System) -> None:
    """The kernel's panic is a stop, not the end: here that of init, led astray."""
    output = debug(
        system, "break init/main.c:main", "continue", "set $rip = 0", "continue", "continue", "bt"
    )
    expect_in("the cause", output, '"init" received signal SIGSEGV')
    expect_in("the panic", output, '"kernel" received signal SIGABRT')
    expect_in("its backtrace", output, "thread_raise_fault")


if __name__ == "__main__":
    run_tests(globals())
