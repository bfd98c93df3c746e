#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The shell typed at as a person does: editing, completion, history, Control-C, long pastes, and the death
of the shell or its console under it."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts/lib"))

from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

UP, LEFT, CONTROL_C = "\x1b[A", "\x1b[D", "\x03"
PASTED_LINES = 300


def answer(session: object, keys: str) -> str:
    """Types keys that end in Enter; everything shown up to the next prompt."""
    session.send(keys)
    begin = len(session.transcript)
    session.wait_for_prompt()
    return session.transcript[begin:].decode(errors="replace")


def check_editing(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        expect_in("left", answer(session, f"echo ac{LEFT}b\r"), "\nabc\r\n")
        expect_in("history", answer(session, f"{UP}d\r"), "\nabcd\r\n")
        expect_in("code points", answer(session, "echo é€\x7f!\r"), "\né!\r\n")
        expect_in("a cut word", answer(session, "echo one two\x17three\r"), "\none three\r\n")


def check_completion(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        expect_in("a command", answer(session, "serv\t\r"), "kv.kv")
        expect_in("a process", answer(session, "caps cl\t\r"), "clock.clock")
        expect_in("a method", answer(session, "call clo\tn\t\r"), "monotonic_ns")
        session.send("re\t")
        session.wait_for(rb"reboot\r\nrestart\r\n", "both commands")


def check_interrupt(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        session.send("call clock.sleep duration_ns: 1000000000000\r")
        session.wait_for(rb"duration_ns: 1000000000000\r\n", "the echo")
        session.send(CONTROL_C)
        session.wait_for(rb"call clock.Sleep: interrupted(?=\r\n)", "the end of the call")
        expect("prompt after an interrupt", session.wait_for_prompt(), False)
        session.send(f"half a line{CONTROL_C}")
        session.wait_for(rb"\^C(?=\r\n)", "the dropped line")
        session.wait_for_prompt()
        expect_in("the next command", answer(session, "echo on\r"), "on")


def check_paste(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        session.send("".join(f"echo pasted {i}\r" for i in range(PASTED_LINES)))
        for i in range(PASTED_LINES):
            session.wait_for(rb"\npasted %d\r\n" % i, f"pasted line {i}")


def check_deaths(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        run_command(session, "kill console")
        expect_in("the console is back", run_command(session, "echo here"), "here")
        session.send("kill shell\r")
        session.wait_for(rb"kill shell(?=\r\n)", "the echo")
        session.wait_for_prompt()
        expect_in("the shell is back", run_command(session, "ps"), "killed")


if __name__ == "__main__":
    run_tests(globals())
