# SPDX-License-Identifier: BSD-2-Clause
"""What the headers of the SDK declare, as the compiler itself sees it.

Structs that cross a boundary are laid down byte by byte: all of abi/, those whose size a static
assertion fixes, and those that these contain. Of the others, which a program and its library share, only
the fields' names and types.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from clang.cindex import Cursor, CursorKind, Diagnostic, Index, TranslationUnit

from items import Items

RECORDS = {CursorKind.STRUCT_DECL: "struct", CursorKind.UNION_DECL: "union"}
FLAGS = [
    *("--target=x86_64-unknown-elf", "-std=c17", "-ffreestanding", "-nostdlibinc"),
    "-w", "-ferror-limit=0",
]  # fmt: skip
VERSION = ("SG_ABI_MAJOR", "SG_ABI_MINOR")  # what this is all about
SOURCE = "all.c"


class Headers:
    """The headers of one SDK."""

    def __init__(self, sdk: Path) -> None:
        include = sdk / "include"
        self.files = sorted([*include.glob("abi/*.h"), *include.glob("signet/*.h")])
        resources = subprocess.run(
            ["clang-14", "-print-resource-dir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.flags = [
            *(*FLAGS, f"-I{include}", f"-I{include / 'interfaces'}"),
            *(f"-isystem{sdk / 'sysroot/include'}", f"-isystem{resources}/include"),
        ]

    def add(self, file: Path) -> None:
        """Takes one more header in."""
        self.files.append(file)

    @property
    def text(self) -> str:
        return "".join(f'#include "{file}"\n' for file in self.files)

    def parse(self, text: str = "", options: int = 0) -> TranslationUnit:
        """All headers, and a text after them; ends the program when a header has an error."""
        sources = [(SOURCE, self.text + text)]
        unit = Index.create().parse(SOURCE, self.flags, sources, options)
        errors = [each for each in unit.diagnostics if each.severity >= Diagnostic.Error]
        if errors and not text:
            raise SystemExit("headers: " + "\n".join(str(each) for each in errors))
        return unit

    def own(self, unit: TranslationUnit) -> Iterator[Cursor]:
        """The cursors that stand in these headers."""
        names = {str(file) for file in self.files}
        for cursor in unit.cursor.get_children():
            if cursor.location.file and str(cursor.location.file) in names:
                yield cursor


def record_fields(record: Cursor) -> Iterator[Cursor]:
    """The fields of a record, those of nameless records in it included."""
    for cursor in record.get_children():
        if cursor.kind == CursorKind.FIELD_DECL:
            yield cursor
        elif cursor.kind in RECORDS and cursor.is_anonymous():
            yield from record_fields(cursor)


def add_record(items: Items, record: Cursor, name: str, is_laid_down: bool) -> None:
    kind = f"{RECORDS[record.kind]} {name}"
    size = {"size": record.type.get_size(), "align": record.type.get_align()}
    items.add("record", kind, **(size if is_laid_down else {}))
    for member in record_fields(record):
        if not member.spelling:
            continue
        facts: dict[str, object] = {"type": member.type.spelling.replace(" *", "*")}
        if is_laid_down:
            facts["offset"] = record.type.get_offset(member.spelling) // 8
        items.add("field", f"{kind}.{member.spelling}", **facts)


def asserted_sizes(cursor: Cursor) -> set[str]:
    """Names of the records whose size a static assertion states."""
    words = [token.spelling for token in cursor.get_tokens()]
    return {words[i + 3] for i in range(len(words) - 3) if words[i] == "sizeof" and "==" in words}


def laid_down(cursors: list[Cursor], records: dict[str, Cursor]) -> set[str]:
    """Names of the records whose layout is the ABI's."""
    names = {name for name, record in records.items() if "/abi/" in str(record.location.file)}
    for cursor in cursors:
        if cursor.kind == CursorKind.STATIC_ASSERT:
            names |= asserted_sizes(cursor)
    waiting = sorted(names)
    while waiting:
        for member in record_fields(records[waiting.pop()]):
            kind = member.type
            while kind.get_array_size() >= 0:
                kind = kind.element_type
            inside = kind.get_declaration().spelling
            if inside in records and inside not in names:
                names.add(inside)
                waiting.append(inside)
    return names


def add_declarations(items: Items, headers: Headers) -> None:
    cursors = list(headers.own(headers.parse()))
    records = {
        cursor.spelling: cursor
        for cursor in cursors
        if cursor.kind in RECORDS and cursor.is_definition() and cursor.spelling
    }
    fixed = laid_down(cursors, records)
    for name, record in records.items():
        add_record(items, record, name, name in fixed)
    for cursor in cursors:
        if cursor.kind == CursorKind.ENUM_DECL:
            for each in cursor.get_children():
                items.add("enumerator", each.spelling, value=each.enum_value, of=cursor.spelling)
        elif cursor.kind == CursorKind.FUNCTION_DECL:
            items.add("function", cursor.spelling, type=cursor.type.spelling.replace(" *", "*"))
        elif cursor.kind == CursorKind.TYPEDEF_DECL:
            spelling = cursor.underlying_typedef_type.spelling.replace(" *", "*")
            items.add("type", cursor.spelling, type=spelling)


def is_value(cursor: Cursor) -> bool:
    """Whether a macro has a value and no parameters."""
    tokens = list(cursor.get_tokens())
    if len(tokens) < 2 or cursor.spelling in VERSION:
        return False
    touches = tokens[0].extent.end.offset == tokens[1].extent.start.offset
    return not (touches and tokens[1].spelling == "(")


def add_constants(items: Items, headers: Headers) -> None:
    """The values of macros, each the value of an enumerator on a line of its own.

    Of one whose value is no integer constant, which is an error in its line, the text.
    """
    unit = headers.parse(options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
    macros = [
        cursor
        for cursor in headers.own(unit)
        if cursor.kind == CursorKind.MACRO_DEFINITION and is_value(cursor)
    ]
    probe = headers.parse("".join(f"enum {{ probe_{m.spelling} = {m.spelling} }};\n" for m in macros))
    first = len(headers.files) + 1
    faulty = {
        each.location.line - first
        for each in probe.diagnostics
        if each.severity >= Diagnostic.Error and str(each.location.file) == SOURCE
    }
    values = [
        next(cursor.get_children()).enum_value
        for cursor in probe.cursor.get_children()
        if str(cursor.location.file) == SOURCE
    ]
    for index, (macro, value) in enumerate(zip(macros, values, strict=True)):
        text = " ".join(token.spelling for token in list(macro.get_tokens())[1:])
        items.add("constant", macro.spelling, value=text if index in faulty else value)


def collect(items: Items, sdk: Path) -> None:
    """Everything the headers of an installed SDK declare."""
    headers = Headers(sdk)
    add_declarations(items, headers)
    add_constants(items, headers)
