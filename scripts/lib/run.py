#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds an image and boots it in QEMU: at your terminal, or with --batch for a list of commands.

At the terminal, Ctrl-A x ends QEMU and Ctrl-A c is its monitor, whose `dump-guest-memory FILE` writes
a dump of the machine, as `!dump FILE` among the commands of --batch does. With --batch the exit status is 0
when every command succeeded and everything expected was printed, 1 when not, 33 after a kernel panic,
35 when init refused to start and 124 when time ran out.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import attach  # noqa: E402
import builder  # noqa: E402
import dumper  # noqa: E402
import guest  # noqa: E402
import image  # noqa: E402
import paths  # noqa: E402
import qemu  # noqa: E402

HOST_COMMAND = "!"
FAILED = 1
TIMED_OUT = 124


def split_commands(text: str) -> list[str]:
    """Splits at semicolons that are outside quotes and braces."""
    commands, current, quote, depth = [], "", "", 0
    for i, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and text[i - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
        elif letter == ";" and depth <= 0:
            commands.append(current)
            current = ""
            continue
        current += letter
    return [command.strip() for command in [*commands, current] if command.strip()]


def explain(problem: str) -> None:
    print(f"{paths.program('run')}: {problem}", file=sys.stderr)


def take_dump(command: str, dumps: dumper.Dumper) -> None:
    """Carries `!dump FILE` out, the one command that is not the guest's."""
    words = command.removeprefix(HOST_COMMAND).split()
    if len(words) != 2 or words[0] != "dump":
        raise SystemExit(f"{paths.program('run')}: found '{command}', expected !dump FILE")
    dumps.take(Path(words[1]))


def drive(
    session: guest.Guest, commands: list[str], printed: list[str], dumps: dumper.Dumper
) -> int:
    """Runs the commands one after the other, adding to what was printed.

    0 when all succeed, else the status to exit with.
    """
    session.wait_for_prompt()
    for command in commands:
        print(f"signet> {command}", flush=True)
        if command.startswith(HOST_COMMAND):
            take_dump(command, dumps)
            continue
        try:
            # The prompt after `reboot` is that of the next boot.
            succeeded, output = session.run(command)
        except guest.Ended as end:
            if command.split()[0] != "shutdown":
                raise
            print("\n".join(session.rest().splitlines()[1:]), flush=True)
            return end.status
        print(output, end="", flush=True)
        printed.append(output)
        if not succeeded:
            explain(f"'{command}' failed")
            return FAILED
    return 0


def drive_to_end(session: guest.Guest, batch: str | None, until: str | None = None) -> None:
    """Runs commands and switches the machine off; or waits for a text, or until it ends by itself."""
    if batch is not None:
        session.wait_for_prompt()
        for command in split_commands(batch):
            if not session.run(command)[0]:
                raise SystemExit(f"{session.tail()}\n'{command}' failed")
        session.send("shutdown\r")
    if until is not None:
        session.wait_for(until.encode())
        return
    session.wait_for_end()


def regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        message = f"found '{text}' ({error}), expected a regular expression"
        raise argparse.ArgumentTypeError(message) from None


def compare(printed: str, expected: list[re.Pattern[str]]) -> int:
    """Looks for each regular expression in what was printed; 0 when all are there."""
    missing = [pattern for pattern in expected if not pattern.search(printed)]
    for pattern in missing:
        explain(f"found nothing in the output above that matches '{pattern.pattern}'")
    return FAILED if missing else 0


def run_batch(
    machine: qemu.Machine, options: argparse.Namespace, dumps: dumper.Dumper
) -> int:
    """Boots the machine, runs the commands at its prompt and ends it."""
    commands, timeout_s = split_commands(options.batch), options.timeout
    machine.may_reboot = "reboot" in commands
    printed: list[str] = []
    with guest.Guest(machine.command("stdio"), timeout_s) as session:
        try:
            status = drive(session, commands, printed, dumps)
            problem = qemu.explain(status) if status not in (0, FAILED) else ""
        except guest.Late as error:
            status, problem = TIMED_OUT, f"{error} ({timeout_s:g} s, --timeout)"
        except guest.Ended as error:
            status, problem = error.status or FAILED, f"{error}: {qemu.explain(error.status)}"
        if problem:
            sys.stdout.flush()
            print(session.tail(), file=sys.stderr)
            explain(problem)
        return status or compare("".join(printed), options.expect)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=paths.program("run"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", nargs="*", default=["demo"],
                        help="name or path (default demo); several are one manifest")  # fmt: skip
    parser.add_argument("--batch", metavar="'A; B; C'", help="run these shell commands, then stop")
    parser.add_argument("--expect", metavar="REGEX", type=regex, action="append", default=[],
                        help="what --batch must print, line by line; may be repeated")  # fmt: skip
    parser.add_argument("--dump", type=Path, metavar="FILE",
                        help="write the machine's memory there when the kernel panics")  # fmt: skip
    parser.add_argument("--dump-on", metavar="PROCESS",
                        help="with --dump: at the first fault of this process instead")  # fmt: skip
    parser.add_argument("--image", type=Path, metavar="ISO", help="boot this one, build nothing")
    parser.add_argument("--timeout", type=float, default=60, metavar="S", help="default 60")
    parser.add_argument("--firmware", choices=qemu.FIRMWARE, default="bios", help="default bios")
    parser.add_argument("--memory", type=int, default=256, metavar="MIB", help="default 256")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="default 1")
    paths.add_build_options(parser)
    options = parser.parse_args()
    if options.dump_on and not options.dump:
        parser.error("--dump-on: found no --dump, expected the file to write")
    return options


def find_image(options: argparse.Namespace) -> Path:
    """The image to boot, made first unless it is named."""
    if options.image is not None:
        if not options.image.is_file():
            raise SystemExit(f"image {options.image}: found no such file, expected a bootable ISO")
        return options.image
    manifest = tuple(paths.manifest_path(name) for name in options.manifest)
    if not options.no_build:
        builder.build(options.preset, ["system"])
    return image.make_recipe(image.Recipe(manifest, paths.build_folder(options)))


def run_terminal(machine: qemu.Machine) -> int:
    """Boots the machine at this terminal, whose interrupts are the guest's."""
    machine.may_reboot = True
    print("Ctrl-A x ends QEMU", file=sys.stderr, flush=True)
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.run(machine.command("mon:stdio"), check=False).returncode


def main() -> int:
    options = parse()
    iso = find_image(options)
    machine = qemu.Machine(iso, options.firmware, options.memory, options.cpus)
    with contextlib.ExitStack() as stack:
        dumps = stack.enter_context(dumper.dumper(machine))
        if options.dump_on:
            watched = stack.enter_context(attach.watched(machine))
            dumps.at_fault(options.dump, options.dump_on, watched, paths.build_folder(options))
        elif options.dump:
            dumps.at_panic(options.dump)
        if options.batch is not None:
            return run_batch(machine, options, dumps)
        return run_terminal(machine)


if __name__ == "__main__":
    sys.exit(main())
