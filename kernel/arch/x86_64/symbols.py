#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fills the kernel image's table of function names (symbols.c) from its own ELF symbol table."""

import struct
import sys
from pathlib import Path

FUNCTION = 2
NO_TYPE = 0
SYMBOL = struct.Struct("<IBBHQQ")
SECTION = struct.Struct("<IIQQQQIIQQ")


class Image:
    """The parts of an ELF64 file this needs."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        start, count = struct.unpack_from("<Q", data, 0x28)[0], struct.unpack_from("<H", data, 0x3C)[0]
        self.sections = [SECTION.unpack_from(data, start + i * SECTION.size) for i in range(count)]

    def symbols(self) -> list[tuple[str, int, int, int, int]]:
        """Name, type, section index, address and size of every symbol."""
        result = []
        for section in self.sections:
            if section[1] != 2:
                continue
            names = self.sections[section[6]][4]
            for offset in range(section[4], section[4] + section[5], SYMBOL.size):
                name, info, _, index, value, size = SYMBOL.unpack_from(self.data, offset)
                end = self.data.index(0, names + name)
                text = self.data[names + name:end].decode()
                result.append((text, info & 15, index, value, size))
        return result

    def file_offset(self, address: int) -> int:
        """Where the byte at an address lies in the file."""
        for section in self.sections:
            if section[1] == 1 and section[3] <= address < section[3] + section[5]:
                return section[4] + address - section[3]
        raise SystemExit(f"symbols: no section holds address {address:#x}")


def make_table(functions: dict[int, str]) -> bytes:
    """The table as symbols.c reads it."""
    offsets = sorted(functions)
    names = b"".join(functions[offset].encode() + b"\0" for offset in offsets)
    return struct.pack(f"<{len(offsets) + 1}I", len(offsets), *offsets) + names


def main() -> None:
    path = Path(sys.argv[1])
    image = Image(bytearray(path.read_bytes()))
    symbols = image.symbols()
    by_name = {symbol[0]: symbol for symbol in symbols}
    code_start, text_end = by_name["code_start"][3], by_name["text_end"][3]
    functions = {address - code_start: name for name, kind, _, address, _ in symbols
                 if kind in (FUNCTION, NO_TYPE) and code_start <= address < text_end
                 and name not in ("", "code_start", "text_start", "rodata_start", "vector")}
    space = by_name["symbols_space"]
    table = make_table(functions)
    if len(table) > space[4]:
        raise SystemExit(f"symbols: found {len(table)} bytes of names, expected at most {space[4]}:"
                         " raise SPACE_WORDS in symbols.c")
    offset = image.file_offset(space[3])
    image.data[offset:offset + len(table)] = table
    path.write_bytes(image.data)


if __name__ == "__main__":
    main()
