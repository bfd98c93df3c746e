# SPDX-License-Identifier: BSD-2-Clause
"""A value of a program in memory. Members of structures are attributes, and nothing else is; what
can be asked of a value besides is a function of this module.

A scalar reads as an int or bool, an enumeration as an int (name it with Program.enum), a pointer as
the value it points to or None, an array as a sequence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Protocol

from signet_debug.dwarf import Array, Enumeration, Field, Integer, Opaque, Pointer, Structure, Type


class Memory(Protocol):
    def read(self, address: int, size: int) -> bytes: ...


@dataclasses.dataclass(frozen=True)
class Value:
    """A structure or array at an address."""

    _memory: Memory
    _type: Type
    _address: int

    def __getattr__(self, name: str) -> object:
        field = field_of(self, name)
        return load(self._memory, field.type, self._address + field.offset)

    def __getitem__(self, index: int) -> object:
        assert isinstance(self._type, Array)
        if not 0 <= index < self._type.count:
            raise IndexError(index)
        element = self._type.element
        return load(self._memory, element, self._address + index * element.size)

    def __len__(self) -> int:
        assert isinstance(self._type, Array)
        return self._type.count

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[object]:
        return (self[i] for i in range(len(self)))


def load(memory: Memory, type_: Type, address: int) -> object:
    """The value of a type at an address."""
    if isinstance(type_, Integer | Enumeration):
        is_signed = isinstance(type_, Enumeration) or type_.is_signed
        number = int.from_bytes(memory.read(address, type_.size), "little", signed=is_signed)
        return bool(number) if isinstance(type_, Integer) and type_.is_bool else number
    if isinstance(type_, Pointer):
        target = int.from_bytes(memory.read(address, 8), "little")
        return Value(memory, type_.target, target) if target else None
    assert isinstance(type_, Array | Structure | Opaque)
    return Value(memory, type_, address)


def field_of(value: Value, name: str) -> Field:
    fields = value._type.fields if isinstance(value._type, Structure) else {}
    if name not in fields:
        kind = getattr(value._type, "name", "") or type(value._type).__name__
        raise AttributeError(f"{kind}: found no member {name}")
    return fields[name]


def address_of(value: Value | None) -> int:
    """Where a value is; 0 for none."""
    return value._address if value is not None else 0


def element(first: Value, index: int) -> Value:
    """The value `index` places further on, for a pointer to the first of several."""
    return Value(first._memory, first._type, first._address + index * first._type.size)


def raw(value: Value) -> bytes:
    """All bytes of a value."""
    return value._memory.read(value._address, value._type.size)


def text(characters: Value) -> str:
    """An array of characters up to its first zero byte."""
    return raw(characters).split(b"\0")[0].decode(errors="replace")
