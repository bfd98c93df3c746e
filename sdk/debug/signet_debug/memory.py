# SPDX-License-Identifier: BSD-2-Clause
"""Physical memory of a machine, from the file QEMU keeps it in or from a dump, and address spaces
over it: what the page tables of x86-64 make of an address."""

from __future__ import annotations

import dataclasses
import mmap
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

PAGE = 4096
PRESENT, LARGE = 1, 1 << 7
TABLE_ADDRESS = 0x000FFFFFFFFFF000
LEVELS = (39, 30, 21, 12)  # the bit at which each level's index begins
# Where QEMU's q35 splits memory that does not fit below the devices' addresses.
Q35_SPLIT_FROM, Q35_LOW, Q35_HIGH = 0xB0000000, 0x80000000, 1 << 32


class Unreadable(Exception):
    """No memory is there; the message says where."""


@dataclasses.dataclass(frozen=True)
class Range:
    """Physical addresses [start, start + size) lie at an offset of a buffer."""

    start: int
    size: int
    offset: int


class Physical:
    """Ranges of physical memory in one mapped file."""

    def __init__(self, path: Path, ranges: Iterable[Range], is_writable: bool = False) -> None:
        access = mmap.ACCESS_WRITE if is_writable else mmap.ACCESS_READ
        with open(path, "r+b" if is_writable else "rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=access)
        self._ranges = tuple(ranges)

    def pieces(self, address: int, size: int) -> Iterator[slice]:
        """Where in the buffer a range of addresses lies."""
        while size > 0:
            found = next((r for r in self._ranges if r.start <= address < r.start + r.size), None)
            if found is None:
                raise Unreadable(f"physical address {address:#x}: found no memory there")
            count = min(size, found.start + found.size - address)
            place = found.offset + address - found.start
            if place + count > len(self._bytes):
                raise Unreadable(f"physical address {address:#x}: found the file's end before it")
            yield slice(place, place + count)
            address, size = address + count, size - count

    def read(self, address: int, size: int) -> bytes:
        return b"".join(self._bytes[piece] for piece in self.pieces(address, size))

    def write(self, address: int, data: bytes) -> None:
        for piece in list(self.pieces(address, len(data))):
            count = piece.stop - piece.start
            self._bytes[piece], data = data[:count], data[count:]

    def word(self, address: int) -> int:
        return struct.unpack("<Q", self.read(address, 8))[0]


def q35_ranges(size: int) -> list[Range]:
    """Where QEMU's q35 machine puts the bytes of its memory backend."""
    low = Q35_LOW if size >= Q35_SPLIT_FROM else size
    high = [Range(Q35_HIGH, size - low, low)] if size > low else []
    return [Range(0, low, 0), *high]


class AddressSpace:
    """Memory as a page-table root shows it."""

    def __init__(self, physical: Physical, root: int) -> None:
        self.physical = physical
        self.root = root & TABLE_ADDRESS

    def translate(self, address: int) -> int:
        """The physical address behind a virtual one."""
        table = self.root
        for shift in LEVELS:
            entry = self.physical.word(table + (address >> shift & 511) * 8)
            if not entry & PRESENT:
                raise Unreadable(f"address {address:#x}: found it not mapped")
            table = entry & TABLE_ADDRESS
            if shift == LEVELS[-1] or (entry & LARGE and shift < LEVELS[0]):
                within = (1 << shift) - 1
                return (table & ~within) | (address & within)
        raise AssertionError("the last level returns")

    def pieces(self, address: int, size: int) -> Iterator[tuple[int, int]]:
        """Physical address and size of each page's part of a range."""
        while size > 0:
            count = min(size, PAGE - address % PAGE)
            yield self.translate(address), count
            address, size = address + count, size - count

    def read(self, address: int, size: int) -> bytes:
        return b"".join(self.physical.read(*piece) for piece in self.pieces(address, size))

    def write(self, address: int, data: bytes) -> None:
        for physical, count in list(self.pieces(address, len(data))):
            self.physical.write(physical, data[:count])
            data = data[count:]
