#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""init waits for services that become ready, notices those that hang, and stops them gracefully."""

import re
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import guest  # noqa: E402
from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

STOP_MS = 100  # of `stubborn`
WATCHDOG_MS = 200  # of `hang`
LATE_MS = 300  # how late `late`, `hang` and `slow` are


def log_until(session: guest.Guest, line: str) -> str:
    """The log, once it has the line."""
    while line not in (log := run_command(session, "log 400")):
        run_command(session, "call clock.sleep duration_ns: 20000000")
    return log


def time_of(log: str, line: str) -> float:
    """When a line was written first, in seconds since boot."""
    match = re.search(rf"\[ *(\d+\.\d+)\] .*{re.escape(line)}", log)
    if match is None:
        raise AssertionError(f"log: found {log!r}, expected a line with {line!r}")
    return float(match[1])


def wait_for_row(session: guest.Guest, process: str, state: str, last: str) -> None:
    """Waits until `ps` shows a process in that state, having ended so."""
    row = re.compile(rf"^{process} +{state} .* {last}\r?$", re.MULTILINE)
    while not row.search(run_command(session, "ps")):
        run_command(session, "call clock.sleep duration_ns: 20000000")


def check_dependents_wait(system: System) -> None:
    with system.boot("health") as session:
        session.wait_for_prompt()
        log = log_until(session, "starting follower")
        ready, started = time_of(log, "ready now"), time_of(log, "starting follower")
        expect("the dependent started after that", started >= ready, True)


def check_never_ready(system: System) -> None:
    with system.boot("health") as session:
        session.wait_for_prompt()
        log = log_until(session, "orphan starts without never, which has failed")
        expect_in("log", log, "never ended: it did not say in time that it is ready")
        expect_in("log", log, "never stays ended after 1 failures in a row")
        wait_for_row(session, "never", "failed", "not ready")
        wait_for_row(session, "orphan", "running", "-")


def check_watchdog(system: System) -> None:
    with system.boot("health") as session:
        session.wait_for_prompt()
        log = log_until(session, "hang ended: it did not answer in time")
        noticed = time_of(log, "hang ended") - time_of(log, "hanging now")
        print(f"    noticed after {1000 * noticed:.0f} ms")
        # Asked twice in that time; what is more is the load of the machine that runs the emulator.
        expect("noticed too late", noticed < 20 * WATCHDOG_MS / 1000, True)
        wait_for_row(session, "hang", "failed", "no answer")
        # Those that answer are let alone.
        wait_for_row(session, "kv", "running", "-")


def check_stop(system: System) -> None:
    with system.boot("health") as session:
        session.wait_for_prompt()
        run_command(session, "stop kv")
        wait_for_row(session, "kv", "ended", "exit")
        run_command(session, "restart kv")
        run_command(session, 'call kv.put {key: "a" value: "1"}')
        log_until(session, "starting slow")
        wait_for_row(session, "slow", "running", "-")
        run_command(session, "stop slow")
        expect_in("log", log_until(session, "finished"), "finished")
        wait_for_row(session, "slow", "ended", "exit")
        wait_for_row(session, "stubborn", "running", "-")
        succeeded, output = session.run("stop stubborn")
        expect("stopping it succeeded", succeeded, False)
        expect_in("stop stubborn", output, "it did not end by itself")
        wait_for_row(session, "stubborn", "ended", "not stopped")
        succeeded, output = session.run("stop stubborn")
        expect_in("stop stubborn", output, "not running")


def check_restart_loses_no_call(system: System) -> None:
    """A call is answered by the server that stops or by the one that follows."""
    with system.boot("health") as session:
        session.wait_for_prompt()
        for _ in range(5):
            run_command(session, "restart kv")
            answer = run_command(session, 'call kv.put {key: "a" value: "1"}')
            expect_in("kv.put", answer, "revision: 1")


def check_log_level(system: System) -> None:
    with system.boot("health") as session:
        session.wait_for_prompt()
        log = log_until(session, "warning 3")
        expect("lines below the manifest's level", re.findall(r"talker .*(info|debug) \d", log), [])
        run_command(session, "loglevel talker info")
        log = log_until(session, "info ")
        expect("debug lines", re.findall(r"talker .*debug \d", log), [])
        run_command(session, "loglevel talker debug")
        log_until(session, "debug ")
        run_command(session, "loglevel talker error")
        before = run_command(session, "log 400").count(" talker ")
        run_command(session, "call clock.sleep duration_ns: 200000000")
        after = run_command(session, "log 400").count(" talker ")
        expect("lines after half a dozen more were due", after, before)
        expect("a level there is none of", session.run("loglevel talker loud")[0], False)
        expect("a process there is none of", session.run("loglevel nobody info")[0], False)


def check_shutdown_waits(system: System) -> None:
    """Processes end before the machine does: one that takes its time is waited for."""
    with system.boot("health") as session:
        session.wait_for_prompt()
        wait_for_row(session, "slow", "running", "-")
        wait_for_row(session, "stubborn", "running", "-")
        begun = time.monotonic()
        session.send("shutdown\r")
        expect("exit status", session.wait_for_end(), 0)
        waited = time.monotonic() - begun
        print(f"    the machine ended after {1000 * waited:.0f} ms")
        expect("ended before both could", waited >= (LATE_MS + STOP_MS) / 1000, True)


if __name__ == "__main__":
    run_tests(globals())
