#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A killed service comes back and nothing is lost; one that keeps failing harms nobody else."""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import guest  # noqa: E402
from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

KILLS = 5


def free_memory(session: guest.Guest) -> str:
    """The line of `mem` that tells what is free."""
    match = re.search(r".*free.*", run_command(session, "mem"))
    return match[0] if match else ""


def check_restart(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        run_command(session, 'call kv.put {key: "a" value: "1"}')
        run_command(session, "kill kv")
        run_command(session, 'call kv.get {key: "a"}')
        before = free_memory(session)
        for _ in range(KILLS):
            run_command(session, "kill kv")
            answer = run_command(session, 'call kv.get {key: "a"}')
            expect_in("a fresh store", answer, "found: false")
        run_command(session, 'call kv.put {key: "a" value: "2"}')
        expect_in("kv.get", run_command(session, 'call kv.get {key: "a"}'), "2")
        expect("free memory", free_memory(session), before)


def wait_for_log(session: guest.Guest, line: str) -> None:
    """Reads the end of the log until it has the line."""
    while line not in run_command(session, "log 5"):
        pass


def check_kill_under_load(system: System) -> None:
    """A kill ends the one call that kv holds, once; the next is answered by the new kv.

    On one CPU it always holds one (restart.textproto); on more it may be killed between two calls.
    """
    with system.boot("restart") as session:
        session.wait_for_prompt()
        wait_for_log(session, "answered, servers gone so far: 0")
        before = run_command(session, "mem")
        for number in range(1, KILLS + 1):
            run_command(session, "kill kv")
            wait_for_log(session, f"(failure {number} of")
            if system.cpus == 1:
                wait_for_log(session, f"answered, servers gone so far: {number}")
            while run_command(session, "mem") != before:
                pass
        log = run_command(session, "log 40")
        answers = [int(n) for n in re.findall(r"server gone in a call, answers so far: (\d+)", log)]
        print(f"    {len(answers)} calls ended by {KILLS} kills, after so many answers: {answers}")
        expect("no more calls ended than kills", len(answers) <= KILLS, True)
        if system.cpus == 1:
            expect("calls ended by kills", len(answers), KILLS)
            expect("answers between kills", sorted(set(answers)), answers)


def check_restart_by_hand(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        run_command(session, "restart clock")
        expect_in("clock.now", run_command(session, "call clock.now"), "monotonic_ns")


def wait_for_record(session: guest.Guest, process: str) -> str:
    """What `crash` tells, once the process has ended for the first time."""
    while True:
        succeeded, output = session.run(f"crash {process}")
        if succeeded:
            return output
        expect_in(f"crash {process}", output, "it never ended")


def check_crash_loop(system: System) -> None:
    with system.boot("crashloop") as session:
        session.wait_for_prompt()
        for _ in range(20):
            run_command(session, "call clock.now")
        expect_in("ps", run_command(session, "ps"), "crash-page")
        run_command(session, 'call kv.put {key: "a" value: "1"}')
        expect_in("crash", wait_for_record(session, "crash-page"), "page")


def check_crashes_name_their_thread(system: System) -> None:
    with system.boot("crashloop") as session:
        session.wait_for_prompt()
        for process, cause, thread in (
            ("crash-stack", "stack overflow", "main"),
            ("crash-thread", "stack overflow", "deep"),
            ("crash-leap", "stack overflow", "wide"),
            ("crash-divide", "arithmetic fault", "main"),
        ):
            record = wait_for_record(session, process)
            expect_in(f"crash {process}", record, f"{process}: {cause}")
            expect_in(f"crash {process}", record, f"thread {thread}")
        # exit() in a thread is the process's.
        expect_in("crash-leaver", wait_for_record(session, "crash-leaver"), "exit, code 0x2b")


if __name__ == "__main__":
    run_tests(globals())
