#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The demo boots to a prompt, its services answer, and it switches the machine off."""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

# init writes 0x11 + n to the debug-exit port for `shutdown n`.
FAILURE_3 = (0x11 + 3) << 1 | 1


def check_commands(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        for name in ("init", "log", "console", "clock", "kv", "shell"):
            expect_in("ps", run_command(session, "ps"), name)
        expect_in("services", run_command(session, "services"), "kv")
        expect_in("caps kv", run_command(session, "caps kv"), "log")
        run_command(session, "mem")
        run_command(session, "log")
        expect_in("clock.now", run_command(session, "call clock.now"), "monotonic_ns")
        expect_in("echo", run_command(session, "echo one  two"), "one")


def check_store(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        run_command(session, 'call kv.put {key: "name" value: "signet"}')
        expect_in("kv.get", run_command(session, 'call kv.get {key: "name"}'), "signet")
        expect_in("kv.get", run_command(session, 'call kv.get {key: "other"}'), "found: false")


def check_metrics(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        for value in ("1", "22", "4444"):
            run_command(session, f'call kv.put {{key: "{value}" value: "{value}"}}')
        run_command(session, 'call kv.get {key: "1"}')
        metrics = run_command(session, "metrics kv")
        for row in (
            r"puts +counter +3\b",
            r"gets +counter +1\b",
            r"entries +gauge +3\b",
            r"value-bytes +histogram +3  mean 2  50% <= 3  90% <= 15",
        ):
            expect(f"{row} in {metrics!r}", bool(re.search(row, metrics)), True)
        top = run_command(session, "top 1")
        for name in ("init", "kv", "shell"):
            expect(f"{name} in {top!r}", bool(re.search(rf"^{name} +\d+\.\d ", top, re.M)), True)
        expect("metrics of nobody", session.run("metrics nobody")[0], False)
        expect("top for no time", session.run("top 0")[0], False)


def check_failure_shows(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        expect("an unknown command succeeded", session.run("nosuch")[0], False)
        expect("a call to nobody succeeded", session.run("call nosuch.method")[0], False)


def check_shutdown(system: System) -> None:
    with system.boot(memory_mib=64) as session:
        session.wait_for_prompt()
        session.send("shutdown\r")
        expect("exit status", session.wait_for_end(), 0)
        expect("printed after the command", session.rest().split(), ["shutdown"])


def check_shutdown_with_status(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        session.send("shutdown 3\r")
        expect("exit status", session.wait_for_end(), FAILURE_3)
        expect("printed after the command", session.rest().split(), ["shutdown", "3"])


def check_reboot(system: System) -> None:
    with system.boot(may_reboot=True) as session:
        session.wait_for_prompt()
        run_command(session, 'call kv.put {key: "name" value: "signet"}')
        boot = run_command(session, "reboot")
        expect_in("reboot", boot, "signet: starting")
        expect_in("kv.get", run_command(session, 'call kv.get {key: "name"}'), "found: false")


if __name__ == "__main__":
    run_tests(globals())
