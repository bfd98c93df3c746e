#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A method taken out of a line of the manifest makes calls of it fail, and changes nothing else."""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import guest  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
from boot_test import System, expect, expect_in, run_command, run_tests  # noqa: E402

NEED = 'need { name: "kv" provider: "kv.kv" all: true }'
PUT_ONLY = 'need { name: "kv" provider: "kv.kv" methods: "Put" }'
PUT_DESCRIBED = 'need { name: "kv" provider: "kv.kv" methods: "Put" methods: "DESCRIBE" }'
DENIED = "SG_DENIED: the capability does not permit this operation"
GET = 'call kv.get {key: "a"}'
PUT = 'call kv.put {key: "a" value: "b"}'
OTHERS = ("init", "log", "console", "clock", "kv")


def write_manifest(folder: str, need: str) -> Path:
    """The demo's manifest with another line for what the shell needs of kv."""
    text = paths.manifest_path("demo").read_text()
    expect("lines that name kv for the shell", text.count(NEED), 1)
    manifest = Path(folder) / "demo.textproto"
    manifest.write_text(text.replace(NEED, need))
    return manifest


def boot(system: System, manifest: Path) -> guest.Guest:
    iso = image.make(manifest, system.build, manifest.with_suffix(".iso"))
    return system.boot_image(iso)


def report(system: System, manifest: Path) -> list[str]:
    """What scripts/authority says, by lines."""
    checker = paths.manifest_rules(system.build)
    command = [paths.TOP / "scripts/authority", "--checker", checker, manifest]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def tables(session: guest.Guest) -> list[str]:
    """The capabilities of every process but the shell."""
    return [run_command(session, f"caps {name}") for name in OTHERS]


def expect_denied(session: guest.Guest, command: str) -> None:
    succeeded, output = session.run(command)
    print(f"    {command}: {output.strip()}")
    expect(f"success of '{command}'", succeeded, False)
    expect_in(command, output, DENIED)


def check_one_method_less(system: System) -> None:
    with system.boot() as session:
        session.wait_for_prompt()
        before = tables(session)
    with tempfile.TemporaryDirectory() as folder:
        with boot(system, write_manifest(folder, PUT_DESCRIBED)) as session:
            session.wait_for_prompt()
            expect_denied(session, GET)
            expect_in("kv.put", run_command(session, PUT), "revision: 1")
            expect_denied(session, GET)
            expect_in("ps", run_command(session, "ps"), "kv")
            expect_in("clock.now", run_command(session, "call clock.now"), "monotonic_ns")
            expect("tables of the other processes", tables(session), before)
            session.send("shutdown\r")
            expect("exit status", session.wait_for_end(), 0)


def check_no_description(system: System) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with boot(system, write_manifest(folder, PUT_ONLY)) as session:
            session.wait_for_prompt()
            expect_denied(session, GET)
            expect_in("clock.now", run_command(session, "call clock.now"), "monotonic_ns")


def check_report(system: System) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cut = report(system, write_manifest(folder, PUT_DESCRIBED))
    whole = report(system, paths.manifest_path("demo"))
    pairs = zip(whole, cut, strict=True)
    changed = [(old.split(), new.split()) for old, new in pairs if old != new]
    lost = [(old[:3], [word for word in old if word not in new]) for old, new in changed]
    methods = ["Get", "Delete", "List", "Usage"]
    expected = [(["called", "by", "shell:"], methods), (["calls", "kv.kv", "as"], methods)]
    expect("lines that changed", lost, expected)


if __name__ == "__main__":
    run_tests(globals())
