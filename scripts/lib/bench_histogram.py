# SPDX-License-Identifier: BSD-2-Clause
"""Which functions the instructions of a row of scripts/bench are in, kernel and programs apart.

The bench image runs once more with a plugin of QEMU's that counts every instruction in the windows
the bench marks. Of a row's windows the one is taken whose sum is nearest to the figure that the bench
itself reported; a sum that is not that figure is an error: then one of the two counts wrongly.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import subprocess
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import attach
import paths
from elftools.elf.elffile import ELFFile

FOLDER = paths.TOP / "kernel/bench/histogram"
PLUGIN = paths.TOP / "scripts/lib/bench_counter.c"
MARKS = paths.TOP / "services/bench"  # the folder of mark.h
KERNEL, INIT = "kernel.elf", "init.elf"
KERNEL_HALF = 1 << 63
TRAP_STUB_BYTES = 16
# Between the two ways of counting: a window is a little longer than what is timed, and so may an operation be.
SLACK, SLACK_EACH = 8, 3
LEFT_OUT = frozenset({"wait_ticks"})  # how long the kernel waits to measure its clocks says nothing
SPANS = ("boot", "spawn")  # from the kernel's first instruction, and from init's start of a process
SPAN_BYTES = 4
LEAST_SHOWN = 1  # instructions an operation
# Where the linker's name for an address comes before the function's.
LINKER_NAMES = {"text_start": "entry_syscall"}

# (address, count, address of the block, first bytes of the block)
Executed = tuple[int, int, int, bytes]


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """A function of a program, and the function the compiler put it into."""

    program: str
    function: str
    inside: str


@dataclasses.dataclass
class Histogram:
    """Instructions an operation of one row, by place."""

    figure: int
    count: int  # operations
    entries: float  # system calls, faults and interrupts
    each: dict[Place, float]

    def total(self, is_kernel: bool) -> float:
        return sum(n for place, n in self.each.items() if (place.program == KERNEL) == is_kernel)


class Image:
    """The code of a program."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, "rb") as file:
            elf = ELFFile(file)
            loads = [s for s in elf.iter_segments() if s["p_type"] == "PT_LOAD"]
            self._segments = [(s["p_vaddr"], s.data()) for s in loads]
            self._symbols = {s.name: s["st_value"] for s in
                             elf.get_section_by_name(".symtab").iter_symbols()}  # fmt: skip

    def address(self, symbol: str) -> int:
        return self._symbols[symbol]

    def code(self, address: int, size: int) -> bytes:
        """What is at an address."""
        for start, data in self._segments:
            if start <= address < start + len(data):
                return data[address - start :][:size]
        raise SystemExit(f"{self.path.name}: found nothing at {address:#x}")

    def place(self, symbol: str, offset: int = 0) -> str:
        """A function for the plugin: where it is, lower than linked by the offset, and its code."""
        address = self.address(symbol)
        return f"{address - offset:x}:{self.code(address, SPAN_BYTES).hex()}"

    def has(self, address: int, code: bytes) -> bool:
        """Whether these bytes are at this address."""
        for start, data in self._segments:
            if start <= address < start + len(data):
                return data[address - start :][: len(code)] == code
        return False

    def names(self, addresses: list[int]) -> dict[int, list[str]]:
        """For each address the function it was written in, and those that was inlined into."""
        tool = ["llvm-symbolizer-14", f"--obj={self.path}", "--inlines", "--output-style=JSON"]
        asked = "".join(f"{address:#x}\n" for address in addresses)
        answer = subprocess.run(tool, input=asked, capture_output=True, text=True, check=True)
        found = {}
        for address, line in zip(addresses, answer.stdout.splitlines(), strict=True):
            names = [plain(one["FunctionName"]) for one in json.loads(line)["Symbol"]]
            found[address] = [name or f"{address:#x}" for name in names]
        return found


def plain(name: str) -> str:
    """A function's name as its source has it."""
    return LINKER_NAMES.get(name, name.removeprefix("__regcall3__"))


class Images:
    """The programs that an executed block may be of."""

    def __init__(self, folder: Path) -> None:
        self.kernel = Image(folder / KERNEL)
        self.init = Image(folder / INIT)
        others = sorted(folder.glob("*.elf"), key=lambda path: ("bench" not in path.name, path))
        self._others = [Image(path) for path in others if path.name != KERNEL]

    def address(self, symbol: str) -> int:
        """The address of a symbol of the kernel."""
        return self.kernel.address(symbol)

    def is_entry(self, address: int) -> bool:
        """Whether this is the first instruction of a way into the kernel."""
        traps, end = self.address("trap_stubs"), self.address("trap_ignore")
        in_stub = traps <= address < end and (address - traps) % TRAP_STUB_BYTES == 0
        return in_stub or address == self.address("entry_syscall")

    def of(self, address: int, code: bytes) -> tuple[Image | None, int]:
        """The program with this code at this address, of several the bench's own; and how far its
        addresses are from those: the kernel begins where it was loaded."""
        if address & KERNEL_HALF:
            return self.kernel, 0
        offset = self.address("IMAGE_OFFSET")
        if self.kernel.has(address + offset, code):
            return self.kernel, offset
        return next((image for image in self._others if image.has(address, code)), None), 0

    def by_place(self, executed: Iterable[Executed]) -> dict[Place, int]:
        """How many instructions were executed at each place, but for what is left out."""
        counts: dict[Image | None, collections.Counter[int]] = collections.defaultdict(
            collections.Counter
        )
        for address, count, block, code in executed:
            image, offset = self.of(block, code)
            counts[image][address + offset] += count
        places: collections.Counter[Place] = collections.Counter()
        for image, addresses in counts.items():
            names = image.names(list(addresses)) if image else {}
            for address, count in addresses.items():
                program = image.path.name if image else "unknown"
                chain = names.get(address, [f"{address:#x}"])
                if LEFT_OUT.isdisjoint(chain):
                    places[Place(program, chain[0], chain[-1])] += count
        return places


def read_windows(file: Path) -> Iterator[tuple[str, list[Executed]]]:
    """The windows that the plugin wrote, each with its name."""
    name, executed = "", []
    for line in file.read_text().splitlines():
        word = line.split()
        if word[0] in ("window", "end"):
            if name:
                yield name, executed
            name, executed = word[1] if word[0] == "window" else "", []
        else:
            executed.append((int(word[0], 16), int(word[1]), int(word[2], 16),
                             bytes.fromhex(word[3])))  # fmt: skip
    if name:
        raise SystemExit(f"{file}: found a window without an end: the machine was killed")


def total(executed: list[Executed]) -> int:
    return sum(count for _address, count, *_ in executed)


def explain(name: str, windows: list[list[Executed]], images: Images, figure: int,
            count: int) -> Histogram:  # fmt: skip
    """The histogram of a row, from that of its windows that is nearest to the figure."""
    chosen = min(windows, key=lambda one: abs(total(one) / count - figure))
    if abs(total(chosen) - figure * count) > SLACK + SLACK_EACH * count:
        raise SystemExit(f"scripts/bench: {name}: found {total(chosen) / count:.1f} instructions an "
                         f"operation by the plugin, expected {figure} as measured")  # fmt: skip
    return split(chosen, images, figure, count)


def split(executed: list[Executed], images: Images, figure: int | None, count: int) -> Histogram:
    """A histogram of one window; without a figure its own sum is that."""
    places = images.by_place(executed)
    entries = sum(n for address, n, *_ in executed if images.is_entry(address)) / count
    each = {place: n / count for place, n in places.items()}
    return Histogram(round(sum(each.values())) if figure is None else figure, count, entries, each)


def read(
    file: Path, images: Images, reported: list[tuple[str, int, int]]
) -> dict[str, Histogram]:
    """A histogram of each row: reported are name, figure and operations of a window, in order. And of
    each span, the first time it was."""
    windows: dict[str, list[list[Executed]]] = collections.defaultdict(list)
    for name, executed in read_windows(file):
        windows[name].append(executed)
    found = {name: split(windows[name][0], images, None, 1) for name in SPANS if windows[name]}
    for row, (name, figure, count) in enumerate(reported):
        found[name] = explain(name, windows[str(row)], images, figure, count)
    return found


def parts(inlined: dict[str, float], function: str) -> str:
    """What of a function's code was written in which other one, the most first."""
    ranked = sorted(inlined.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{'own' if name == function else name} {each:.0f}"
             for name, each in ranked if each >= LEAST_SHOWN]  # fmt: skip
    return ": " + ", ".join(shown) if shown and list(inlined) != [function] else ""


def title(name: str, figure: int, target: int | None) -> str:
    """What a histogram is of."""
    aim = f", target {target}" if target else ""
    return f"{name}: {figure} instructions{aim}"


def lines(name: str, histogram: Histogram, target: int | None) -> Iterator[str]:
    """A histogram as text: functions as they were compiled, and what was inlined into them."""
    yield f"{title(name, histogram.figure, target)}; {histogram.entries:.1f} kernel entries"
    functions: dict[tuple[str, str], dict[str, float]] = collections.defaultdict(dict)
    for place, each in histogram.each.items():
        functions[place.program, place.inside][place.function] = each
    ranked = sorted(functions.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    for is_kernel, what in ((True, "kernel"), (False, "programs")):
        yield f"{histogram.total(is_kernel):>8.1f}  {what}"
        rest = 0.0
        for (program, function), inlined in ranked:
            each = sum(inlined.values())
            if (program == KERNEL) != is_kernel:
                continue
            if each < LEAST_SHOWN:
                rest += each
                continue
            of = "" if is_kernel else f"{program} "
            yield from textwrap.wrap(f"{each:>12.1f}  {of}{function}{parts(inlined, function)}",
                                     118, subsequent_indent=" " * 18)  # fmt: skip
        if rest:
            yield f"{rest:>12.1f}  below {LEAST_SHOWN} each"


def plugin_arguments(folder: Path, images: Images) -> list[str]:
    """Has QEMU count, and write to `windows` in the folder."""
    kernel, init = images.kernel, images.init
    offset = images.address("IMAGE_OFFSET")
    ends = {
        "boot": (kernel.place("boot_entry", offset), init.place("_start")),
        "spawn": (init.place("process_start"), init.place("report_process_started")),
    }
    settings = "".join(f",span={name}/{'/'.join(ends[name])}" for name in SPANS)
    plugin = attach.build_plugin(PLUGIN, folder, MARKS)
    return ["-plugin", f"{plugin},output={folder}/windows{settings}"]
