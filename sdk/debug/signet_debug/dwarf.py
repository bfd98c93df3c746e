# SPDX-License-Identifier: BSD-2-Clause
"""Types, variables and functions of an ELF program, as its DWARF and symbol table give them."""

from __future__ import annotations

import bisect
import dataclasses
from pathlib import Path

from elftools.dwarf.die import DIE
from elftools.dwarf.dwarf_expr import DWARFExprParser
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

BOOLEAN, SIGNED = 0x02, (0x05, 0x06)  # DW_ATE_*
LAST_NAME = chr(0x10FFFF)  # sorts behind every symbol
TRANSPARENT = ("typedef", "const_type", "volatile_type", "restrict_type", "atomic_type")


@dataclasses.dataclass(frozen=True)
class Integer:
    size: int
    is_signed: bool = False
    is_bool: bool = False


@dataclasses.dataclass(frozen=True)
class Enumeration:
    name: str
    size: int
    names: dict[int, str] = dataclasses.field(hash=False)


@dataclasses.dataclass(frozen=True)
class Array:
    element: "Type"
    count: int

    @property
    def size(self) -> int:
        return self.element.size * self.count


@dataclasses.dataclass
class Field:
    """A member of a structure."""

    type: "Type"
    offset: int


@dataclasses.dataclass
class Structure:
    """A struct or union; members of an anonymous one stand in their parent. Bit fields, of which
    there are none in Signet, are left out."""

    name: str
    size: int
    fields: dict[str, Field]


@dataclasses.dataclass
class Opaque:
    """What is not looked into: code, void, incomplete structures."""

    name: str = "void"
    size: int = 0


class Pointer:
    """A pointer; its target is found out when somebody follows it."""

    size = 8

    def __init__(self, program: "Program", die: DIE) -> None:
        self._program, self._die = program, die

    @property
    def target(self) -> "Type":
        return self._program.type_of(self._die)


Type = Integer | Enumeration | Array | Structure | Opaque | Pointer


class Missing(Exception):
    """A program has no such name; the message says which."""


def text_of(die: DIE, attribute: str = "DW_AT_name") -> str:
    found = die.attributes.get(attribute)
    return found.value.decode() if found else ""


def number_of(die: DIE, attribute: str) -> int:
    found = die.attributes.get(attribute)
    return found.value if found and isinstance(found.value, int) else 0


class Program:
    """An ELF file with symbols and debug information."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._elf = ELFFile(open(path, "rb"))  # open as long as the program is in use
        self.entry: int = self._elf.header.e_entry
        if not self._elf.has_dwarf_info():
            raise Missing(f"{path}: found no debug information, expected the unstripped program")
        self._dwarf = self._elf.get_dwarf_info()
        self._symbols: dict[str, int] = {}
        self._functions: list[tuple[int, str, int]] = []  # address, name, size
        self._read_symbols()
        self._types: dict[int, Type] = {}
        self._units = iter(self._dwarf.iter_CUs())
        self._named: dict[tuple[str, str], DIE] = {}

    def _read_symbols(self) -> None:
        table = self._elf.get_section_by_name(".symtab")
        for symbol in table.iter_symbols() if table else ():
            address, kind = symbol["st_value"], symbol["st_info"]
            if not symbol.name:
                continue
            self._symbols[symbol.name] = address
            # Functions in assembly may have no type and no size: their labels are global.
            is_label = kind["type"] == "STT_NOTYPE" and kind["bind"] == "STB_GLOBAL"
            if kind["type"] == "STT_FUNC" or (is_label and self._is_code(symbol["st_shndx"])):
                self._functions.append((address, symbol.name, symbol["st_size"]))
        self._functions.sort()

    def _is_code(self, section: int | str) -> bool:
        if not isinstance(section, int):
            return False
        return bool(self._elf.get_section(section)["sh_flags"] & SH_FLAGS.SHF_EXECINSTR)

    def load_segments(self) -> list[tuple[int, int, int]]:
        """Virtual address, physical address and size in memory of each segment."""
        segments = self._elf.iter_segments("PT_LOAD")
        return [(s["p_vaddr"], s["p_paddr"], s["p_memsz"]) for s in segments]

    def file_segments(self) -> list[tuple[int, int, int]]:
        """Address, place in the file and length of what the file holds of each segment."""
        segments = self._elf.iter_segments("PT_LOAD")
        return [(s["p_vaddr"], s["p_offset"], s["p_filesz"]) for s in segments]

    def address(self, symbol: str) -> int:
        """The address of a symbol."""
        if symbol not in self._symbols:
            raise Missing(f"{self.path.name}: found no symbol {symbol}")
        return self._symbols[symbol]

    def function_at(self, address: int) -> tuple[str, int] | None:
        """Name of the function an address lies in, and how far."""
        place = bisect.bisect_right(self._functions, (address, LAST_NAME)) - 1
        if place < 0:
            return None
        start = self._functions[place][0]
        first = bisect.bisect_left(self._functions, (start, ""))
        _start, name, size = self._functions[first]
        return (name, address - start) if size == 0 or address < start + size else None

    def struct(self, name: str) -> Structure:
        """The structure `struct name`."""
        found = self._type(self._find("structure_type", name))
        assert isinstance(found, Structure)
        return found

    def enum(self, name: str) -> Enumeration:
        """The enumeration `enum name`."""
        found = self._type(self._find("enumeration_type", name))
        assert isinstance(found, Enumeration)
        return found

    def variable(self, name: str) -> tuple[int, Type]:
        """Address and type of a variable that has a fixed place."""
        die = self._find("variable", name)
        location = die.attributes["DW_AT_location"].value
        operation = DWARFExprParser(die.cu.structs).parse_expr(location)[0]
        if operation.op_name == "DW_OP_addrx":
            return self._indexed_address(die, operation.args[0]), self.type_of(die)
        return operation.args[0], self.type_of(die)

    def _indexed_address(self, die: DIE, index: int) -> int:
        """DWARF 5 keeps addresses in a table of the unit."""
        base = die.cu.get_top_DIE().attributes["DW_AT_addr_base"].value
        stream = self._dwarf.debug_addr_sec.stream
        stream.seek(base + 8 * index)
        return int.from_bytes(stream.read(8), "little")

    def _find(self, tag: str, name: str) -> DIE:
        """The first definition of a name; reads on in the debug information until it is there."""
        while (tag, name) not in self._named:
            unit = next(self._units, None)
            if unit is None:
                raise Missing(f"{self.path.name}: found no {tag.removesuffix('_type')} {name}")
            self._index(unit)
        return self._named[tag, name]

    def _index(self, unit: object) -> None:
        for die in unit.get_top_DIE().iter_children():
            tag = die.tag.removeprefix("DW_TAG_") if isinstance(die.tag, str) else ""
            wanted = tag in ("structure_type", "enumeration_type") or (
                tag == "variable" and "DW_AT_location" in die.attributes
            )
            if wanted and "DW_AT_declaration" not in die.attributes:
                self._named.setdefault((tag, text_of(die)), die)

    def type_of(self, die: DIE) -> Type:
        """The type a DIE names; void when it names none."""
        if "DW_AT_type" not in die.attributes:
            return Opaque()
        return self._type(die.get_DIE_from_attribute("DW_AT_type"))

    def _type(self, die: DIE) -> Type:
        if die.offset not in self._types:
            self._types[die.offset] = self._make(die)
        return self._types[die.offset]

    def _make(self, die: DIE) -> Type:
        tag = die.tag.removeprefix("DW_TAG_")
        if tag in TRANSPARENT:
            return self.type_of(die)
        if tag == "base_type":
            kind = number_of(die, "DW_AT_encoding")
            return Integer(number_of(die, "DW_AT_byte_size"), kind in SIGNED, kind == BOOLEAN)
        if tag == "pointer_type":
            return Pointer(self, die)
        if tag == "enumeration_type":
            members = {number_of(c, "DW_AT_const_value"): text_of(c) for c in die.iter_children()}
            return Enumeration(text_of(die), number_of(die, "DW_AT_byte_size"), members)
        if tag == "array_type":
            return self._array(die)
        if tag in ("structure_type", "union_type"):
            return self._structure(die)
        return Opaque(text_of(die) or tag)

    def _array(self, die: DIE) -> Type:
        made = self.type_of(die)
        for dimension in reversed(list(die.iter_children())):
            last = dimension.attributes.get("DW_AT_upper_bound")
            count = number_of(dimension, "DW_AT_count") or (last.value + 1 if last else 0)
            made = Array(made, count)
        return made

    def _structure(self, die: DIE) -> Type:
        if "DW_AT_declaration" in die.attributes:
            return self._definition(die)
        made = Structure(text_of(die), number_of(die, "DW_AT_byte_size"), {})
        self._types[die.offset] = made  # it may hold pointers to itself
        for member in die.iter_children():
            if member.tag == "DW_TAG_member":
                self._add_member(made, member)
        return made

    def _definition(self, die: DIE) -> Type:
        """A structure that this unit only declares, as another defines it."""
        try:
            return self._type(self._find("structure_type", text_of(die)))
        except Missing:
            return Opaque(f"struct {text_of(die)}")

    def _add_member(self, made: Structure, member: DIE) -> None:
        offset = number_of(member, "DW_AT_data_member_location")
        type_, name = self.type_of(member), text_of(member)
        if not name and isinstance(type_, Structure):
            for inner, field in type_.fields.items():
                made.fields[inner] = dataclasses.replace(field, offset=offset + field.offset)
            return
        if "DW_AT_bit_size" not in member.attributes:
            made.fields[name] = Field(type_, offset)
