#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A machine without its first process stops with a cause, a symbolised backtrace and a status."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import qemu  # noqa: E402
from boot_test import System, expect, run_tests  # noqa: E402


def expect_panic(system: System, cause: bytes, *lines: bytes, after: Callable[[Path], None]) -> None:
    """Boots an altered demo; the kernel must say the cause and the lines, and stop."""
    with system.boot_altered(after=after) as session:
        session.wait_for(rb"panic: " + cause, "the cause")
        for line in lines:
            session.wait_for(line, "more about the panic")
        expect("exit status", session.wait_for_end(), qemu.PANIC)


def check_init_exits(system: System) -> None:
    """A program that is no supervisor finds nothing to serve, and exits."""
    expect_panic(
        system,
        b"init exited",
        rb"thread: frame \d+ type 6",
        rb"object: frame \d+ type 6",
        rb"thread_raise_fault",
        after=lambda boot: shutil.copyfile(boot / "kv.elf", boot / "init.elf"),
    )


def check_no_program(system: System) -> None:
    expect_panic(
        system,
        b"boot: module init: not an executable this kernel loads",
        rb"init_process_create|kernel_boot",
        after=lambda boot: (boot / "init.elf").write_bytes(b"no program\n" * 500),
    )


if __name__ == "__main__":
    run_tests(globals())
