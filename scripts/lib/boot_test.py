# SPDX-License-Identifier: BSD-2-Clause
"""What boot tests share: their options, a machine of the build under test, and checks that explain.

A test is a program ci/boot/NAME.py with functions check_*(system); run_tests() calls each of them
and prints one line a check.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import grub
import guest
import image
import paths
import qemu

BOOT_TIMEOUT_S = 60
TURNS_TIMEOUT_S = 180  # of CPUs that take turns: one that never idles has each of the others wait


class System:
    """The build, firmware and number of CPUs under test.

    CPUs take turns unless is_parallel: other tests run beside most of these (qemu.fits).
    """

    def __init__(
        self, build: Path, firmware: str, cpus: int = 1, is_parallel: bool = False
    ) -> None:
        self.build = build
        self.firmware = firmware
        self.cpus = cpus
        self.is_parallel = is_parallel

    def boot(self, manifest: str = "demo", **machine: int) -> guest.Guest:
        """Boots the image of a manifest."""
        return self.boot_image(image.make(paths.manifest_path(manifest), self.build), **machine)

    def boot_image(self, iso: Path, **machine: int) -> guest.Guest:
        """Boots an image that a test made itself."""
        options = {"cpus": self.cpus, "is_parallel": self.is_parallel, **machine}
        timeout_s = BOOT_TIMEOUT_S if options["cpus"] == 1 else TURNS_TIMEOUT_S
        return guest.Guest(qemu.Machine(iso, self.firmware, **options).command("stdio"), timeout_s)

    def boot_altered(
        self,
        before: Callable[[Path], None] = lambda modules: None,
        after: Callable[[Path], None] = lambda boot: None,
    ) -> guest.Guest:
        """Boots the demo with its programs altered before sealing, or its boot files after it."""
        with tempfile.TemporaryDirectory() as folder:
            modules, stage = Path(folder) / "modules", Path(folder) / "stage"
            modules.mkdir()
            with image.locked(self.build):
                for program in image.strip_programs(self.build).glob("*.elf"):
                    shutil.copyfile(program, modules / program.name)
            before(modules)
            image.stage_files(paths.manifest_path("demo"), self.build, modules, stage / "boot")
            after(stage / "boot")
            iso = Path(folder) / "altered.iso"
            grub.write_iso(stage, iso)
            session = self.boot_image(iso)
            session.wait_for(rb".", "the first output")
            return session


def expect(what: str, found: object, expected: object) -> None:
    """Fails the check, naming the thing, what was found and what was expected."""
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def expect_in(what: str, text: str, part: str) -> None:
    """Fails the check unless the text contains the part."""
    if part not in text:
        raise AssertionError(f"{what}: found {text!r}, expected it to contain {part!r}")


def run_command(session: guest.Guest, command: str) -> str:
    """Runs a shell command that must succeed; what it printed."""
    succeeded, output = session.run(command)
    if not succeeded:
        raise AssertionError(f"'{command}': found failure ({output.strip()}), expected success")
    return output


def run_guest_tests(system: System, name: str, **machine: int) -> None:
    """Boots one manifest and relays the checks its test service prints."""
    with system.boot(name, **machine) as session:
        while True:
            line = session.wait_for(rb"(ok|not ok|note|checks) ([^\r\n]*)\r*\n", f"a check of {name}")
            print(f"    {line[1].decode()} {line[2].decode()}")
            if line[1] == b"checks":
                break
        count, _, failed = line[2].split()
        expect("checks run", int(count) > 0, True)
        expect("checks failed", int(failed), 0)
        expect("exit status", session.wait_for_end(), 0)


def run_tests(checks: dict[str, object]) -> None:
    """Runs every check_* of a test program; exits 1 when one failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--firmware", choices=qemu.FIRMWARE, default="bios")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    parser.add_argument("--parallel", action="store_true", help="CPUs run at the same time")
    paths.add_build_options(parser)
    options = parser.parse_args()
    system = System(paths.build_folder(options), options.firmware, options.cpus, options.parallel)
    failures = 0
    for name, check in list(checks.items()):
        if not name.startswith("check_"):
            continue
        try:
            check(system)
            print(f"ok {name}", flush=True)
        except (AssertionError, guest.GuestError) as error:
            failures += 1
            print(f"FAILED {name}: {error}", flush=True)
            show_transcript(error)
    sys.exit(1 if failures else 0)


def show_transcript(error: BaseException) -> None:
    """Prints what the guest of a failed check said last."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, guest.Guest):
                print(value.tail())
                return
