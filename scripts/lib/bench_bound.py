# SPDX-License-Identifier: BSD-2-Clause
"""The longest runs of the kernel with interrupts off: no interrupt is served, and no other thread
runs, for so many instructions.

A plugin of QEMU's measures them while images run on one processor: the guest tests, and
services/bench/worst, which asks for the most that each operation does.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import re
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import attach
import guest
import image
import paths
import qemu
from bench_histogram import KERNEL, LINKER_NAMES, TRAP_STUB_BYTES, plain
from elftools.elf.elffile import ELFFile

PLUGIN = paths.TOP / "scripts/lib/bench_bound.c"
EXPECTED = paths.TOP / "kernel/bench/bound.txt"
LIMIT = 20000
TIMEOUT_S = 120
WORST = "bench-worst"
DONE = re.compile(rb"(bench:?|checks) ([^\r\n]*)\r*\n")
EXCEPTIONS = {0: "divide error", 3: "breakpoint", 6: "invalid instruction", 13: "protection fault",
              14: "page fault"}  # fmt: skip
FIRST_INTERRUPT = 32
PARTS_SHOWN = 6  # functions of a run


class Functions:
    """The kernel's functions by address."""

    def __init__(self, kernel: Path) -> None:
        with open(kernel, "rb") as file:
            elf = ELFFile(file)
            code = {i for i, s in enumerate(elf.iter_sections()) if s["sh_flags"] & 4}
            symbols = [s for s in elf.get_section_by_name(".symtab").iter_symbols()
                       if s["st_shndx"] in code and s.name]  # fmt: skip
        self._names = {s["st_value"]: plain(s.name) for s in symbols if s.name not in LINKER_NAMES}
        self._starts = sorted(self._names)
        self._addresses = {name: address for address, name in self._names.items()}

    def starts(self) -> list[int]:
        return self._starts

    def address(self, name: str) -> int:
        return self._addresses[name]

    def name(self, address: int) -> str:
        """The function an address is in."""
        place = bisect.bisect_right(self._starts, address) - 1
        return self._names[self._starts[place]] if place >= 0 else f"{address:#x}"

    def entry(self, address: int) -> str:
        """What had the kernel begin here."""
        traps, end = self.address("trap_stubs"), self.address("trap_ignore")
        if address == self.address("entry_syscall"):
            return "system call"
        if traps <= address < end:
            vector = (address - traps) // TRAP_STUB_BYTES
            kind = "exception" if vector < FIRST_INTERRUPT else "interrupt"
            return EXCEPTIONS.get(vector, f"{kind} {vector}")
        return {"idle": "idle"}.get(self.name(address), f"after {self.name(address)}")


@dataclasses.dataclass
class Run:
    """The longest run of a kind."""

    entry: str
    count: int
    path: list[str]  # the function that most of it was in, after its callers
    parts: list[tuple[str, int]]  # instructions by function, the most first
    image: str

    @property
    def kind(self) -> tuple[str, str]:
        return self.entry, self.path[-1]


def read(file: Path, functions: Functions, name: str) -> Iterator[Run]:
    """The runs that the plugin wrote."""
    lines = file.read_text().splitlines()
    if lines[-1:] != ["end"]:
        raise SystemExit(f"{file}: found no end: the machine was killed")
    run = None
    for line in lines:
        what, *words = line.split()
        if what == "part":
            run.parts.append((functions.name(int(words[0], 16)), int(words[1])))
        elif what == "path":
            run.path[:0] = [functions.name(int(word, 16) - 1) for word in words]
        if what in ("run", "end"):
            if run is not None:
                run.parts.sort(key=lambda part: -part[1])
                yield run
            if what == "run":
                run = Run(functions.entry(int(words[0], 16)), int(words[2]),
                          [functions.name(int(words[1], 16))], [], name)  # fmt: skip


def plugin_arguments(folder: Path, functions: Functions) -> list[str]:
    """Has QEMU measure, and write to `runs` in the folder."""
    (folder / "functions").write_text("".join(f"{a:x}\n" for a in functions.starts()))
    values = {
        "functions": folder / "functions",
        "output": folder / "runs",
        "start": f"{functions.address('arch_start'):#x}",
        "syscall": f"{functions.address('entry_syscall'):#x}",
        "traps": f"{functions.address('trap_stubs'):#x}",
        "traps_end": f"{functions.address('trap_ignore'):#x}",
    }
    settings = "".join(f",{key}={value}" for key, value in values.items())
    return ["-plugin", f"{attach.build_plugin(PLUGIN, folder)}{settings}"]


def wait(session: guest.Guest, name: str) -> None:
    """Waits until the image has done what it does."""
    try:
        match = session.wait_for(DONE, "what it found")
        if match[2] != b"done" and not match[2].endswith(b"failed 0"):
            raise guest.GuestError(match[0].decode().strip())
        with contextlib.suppress(guest.Ended):
            session.end()
    except guest.GuestError as error:
        raise SystemExit(f"{session.tail()}\nscripts/bench bound: {name}: {error}") from None


def measure(name: str, build: Path, exact: Callable[[Path], list[str]]) -> list[Run]:
    """Boots an image and waits for what it says at its end; `exact` is the machine that counts time by
    instructions. Guest tests have deadlines, so their machine has the host's time."""
    functions = Functions(build / "bin" / KERNEL)
    iso = image.make(paths.manifest_path(name), build)
    command = exact(iso) if name == WORST else qemu.Machine(iso).command("stdio")
    with tempfile.TemporaryDirectory(prefix="signet-") as folder:
        arguments = command + plugin_arguments(Path(folder), functions)
        with guest.Guest(arguments, TIMEOUT_S) as session:
            wait(session, name)
        return list(read(Path(folder) / "runs", functions, name))


def longest(runs: list[Run]) -> list[Run]:
    """The longest of each kind, the longest first."""
    best: dict[tuple[str, str], Run] = {}
    for run in sorted(runs, key=lambda run: run.count):
        best[run.kind] = run
    return sorted(best.values(), key=lambda run: (-run.count, run.kind))


def shown(runs: list[Run]) -> list[Run]:
    """Of each entry the longest, and whatever is over the limit."""
    first = {run.entry: run for run in reversed(runs)}
    return [run for run in runs if run.count > LIMIT or first[run.entry] is run]


def lines(run: Run) -> Iterator[str]:
    """A run as text."""
    parts = ", ".join(f"{name} {count}" for name, count in run.parts[:PARTS_SHOWN])
    yield f"{run.count} {run.entry}: {run.path[-1]}"
    yield from textwrap.wrap("by " + " > ".join(run.path), 118, initial_indent="  ",
                             subsequent_indent="    ", break_long_words=False)  # fmt: skip
    yield from textwrap.wrap(f"of {run.image}: {parts}", 118, initial_indent="  ",
                             subsequent_indent="    ")  # fmt: skip


def write_expected(runs: list[Run]) -> None:
    body = "".join(f"{line}\n" for run in shown(runs) for line in lines(run))
    EXPECTED.write_text(
        "# SPDX-License-Identifier: BSD-2-Clause\n"
        "# The longest runs of the kernel with interrupts off, in instructions, by what began them and by\n"
        f"# the function most of each is in: of each entry the longest. scripts/bench bound fails when one\n"
        f"# is over {LIMIT}. Written by scripts/bench bound --update.\n"
        + body
    )


def faults(runs: list[Run]) -> list[str]:
    """Each run that is longer than it may be.

    Seen to fail: with a limit of 17,000."""
    return [
        f"{run.entry}: {run.path[-1]}: found {run.count} instructions with interrupts off, expected at most {LIMIT}"
        for run in runs
        if run.count > LIMIT
    ]


def names() -> list[str]:
    """What is booted: the generator of the worst, and the guest tests."""
    tests = (paths.TOP / "manifests").glob("test-*.textproto")
    return [WORST, *sorted(path.stem for path in tests)]


def run(build: Path, exact: Callable[[Path], list[str]], chosen: list[str], is_update: bool) -> int:
    """Measures, prints, compares with what is committed or commits it."""
    runs = longest([one for name in chosen or names() for one in measure(name, build, exact)])
    print("\n".join(line for one in shown(runs) for line in lines(one)))
    if is_update:
        write_expected(runs)
        return 0
    problems = faults(runs)
    for problem in problems:
        print(f"scripts/bench bound: {problem}", file=sys.stderr)
    return 1 if problems else 0
