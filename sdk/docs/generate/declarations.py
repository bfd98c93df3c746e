# SPDX-License-Identifier: BSD-2-Clause
"""Headers as pages: every declaration with the comment that stands at it, in the headers' order."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from clang.cindex import Cursor, CursorKind, TranslationUnit
from headers import RECORDS, Headers, is_value

# What stands before a declaration and says nothing about how it is called.
UNTOLD = re.compile(
    r"\b(?:SG_MUST_USE|static inline|_Noreturn)\b\s*"
    r"|__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)\s*"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IDENTIFIER = re.compile(r"\b(?:sg_[a-z0-9_]+|SG_[A-Z0-9_]+)\b")
HOST_KIT = "share/signet/sdk/host/include"
OPAQUE = "What is in it is the library's own."
SHARED = re.compile(r"[^(,]*,")  # one type, several members
TAGS = ("struct", "union", "enum")
FUNCTION_MACRO = re.compile(r"#define (\w+\([^)]*\))")
INDENTED = re.compile(r"^ {4,}\S")


@dataclasses.dataclass
class Item:
    """One declaration of a page, and those inside it."""

    directive: str  # of Sphinx's C domain
    text: str  # what stands behind the directive
    name: str
    comment: str
    inside: list["Item"] = dataclasses.field(default_factory=list)


def comment_text(raw: str | None) -> str:
    """A comment without its marks; lines that stand further in are kept as they are."""
    if not raw:
        return ""
    lines = raw.strip().removeprefix("/*").removesuffix("*/").splitlines()
    first, rest = lines[0].strip(), lines[1:]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(line[margin:].rstrip() for line in rest)]).strip()


class Source:
    """The text of a header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text()
        self.bytes = self.text.encode()

    def of(self, cursor: Cursor) -> str:
        """A declaration as it is written, on one line, without body and comments."""
        extent = cursor.extent
        raw = self.bytes[extent.start.offset : extent.end.offset].decode()
        return " ".join(UNTOLD.sub("", COMMENT.sub("", raw).partition("{")[0]).split())

    def introduction(self) -> str:
        """The comment that follows the licence."""
        comments = COMMENT.findall(self.text.partition("#pragma once")[0])
        return comment_text(comments[1]) if len(comments) > 1 else ""

    def comment_before(self, line: int) -> str:
        """The comment that ends on the line above."""
        above = "\n".join(self.text.splitlines()[: line - 1])
        found = COMMENT.findall(above) if above.rstrip("\n").endswith("*/") else []
        return comment_text(found[-1]) if found and above.endswith(found[-1]) else ""

    def comment_on(self, line: int) -> str:
        """The comment that follows something on a line, to its end."""
        here = "\n".join(self.text.splitlines()[line - 1 :])
        found = COMMENT.search(here)
        return comment_text(found[0]) if found and "\n" not in here[: found.start()] else ""


def fields(source: Source, record: Cursor) -> Iterator[Item]:
    """The members of a structure; those of nameless ones in it stand with the others."""
    for cursor in record.get_children():
        if cursor.kind == CursorKind.FIELD_DECL and cursor.spelling:
            text = member_text(source, cursor)
            yield Item("member", text, cursor.spelling, comment_text(cursor.raw_comment))
        elif cursor.kind in RECORDS and cursor.is_anonymous():
            yield from fields(source, cursor)


def member_text(source: Source, cursor: Cursor) -> str:
    """A member's declaration; one that shares its type with others gets it back."""
    text = source.of(cursor)
    return f"{cursor.type.spelling} {cursor.spelling}" if SHARED.match(text) else text


def record_item(source: Source, cursor: Cursor) -> Item:
    kind, name = RECORDS[cursor.kind], cursor.spelling
    comment = comment_text(cursor.raw_comment)
    return Item(kind, name, name, comment, list(fields(source, cursor)))


def enumeration_item(source: Source, cursor: Cursor) -> Item:
    inside = [
        Item("enumerator", f"{each.spelling}", each.spelling,
             f"{each.enum_value}. {comment_text(each.raw_comment)}".strip())
        for each in cursor.get_children()
    ]  # fmt: skip
    return Item("enum", cursor.spelling, cursor.spelling, comment_text(cursor.raw_comment), inside)


def macro_item(source: Source, cursor: Cursor) -> Item | None:
    """A constant, or a macro with parameters."""
    line = cursor.extent.start.line
    written = source.text.splitlines()[line - 1]
    comment = source.comment_on(line) or source.comment_before(line)
    if is_value(cursor):
        value = " ".join(token.spelling for token in list(cursor.get_tokens())[1:])
        about = f"`{value}` {comment}" if value else comment
        return Item("macro", cursor.spelling, cursor.spelling, about) if value else None
    found = FUNCTION_MACRO.match(written)
    return Item("macro", found[1], cursor.spelling, comment) if found else None


def item_of(source: Source, cursor: Cursor) -> Item | None:
    if cursor.kind in RECORDS and cursor.is_definition() and cursor.spelling:
        return record_item(source, cursor)
    if cursor.kind == CursorKind.ENUM_DECL and cursor.spelling:
        return enumeration_item(source, cursor)
    if cursor.kind == CursorKind.MACRO_DEFINITION:
        return macro_item(source, cursor)
    comment = comment_text(cursor.raw_comment)
    if cursor.kind == CursorKind.FUNCTION_DECL:
        return Item("function", source.of(cursor).rstrip(";"), cursor.spelling, comment)
    if cursor.kind == CursorKind.TYPEDEF_DECL:
        text = source.of(cursor).removeprefix("typedef ").rstrip(";")
        return Item("type", text, cursor.spelling, comment)
    if cursor.kind == CursorKind.VAR_DECL:
        return Item("var", source.of(cursor).rstrip(";"), cursor.spelling, comment)
    return None


def share_comments(items: list[Item]) -> None:
    """A declaration without a comment of its own right below another belongs to that one's."""
    for before, item in zip(items, items[1:]):
        if not item.comment and item.directive == before.directive == "function":
            item.comment = before.comment


def is_generated(file: Path) -> bool:
    """Whether a header is Nanopb's, of a definition that has a page of its own."""
    return file.name.endswith(".pb.h")


class Pages:
    """All headers of an SDK, as pages."""

    def __init__(self, sdk: Path) -> None:
        headers = Headers(sdk)
        headers.flags += ["-fparse-all-comments", f"-I{sdk / HOST_KIT}"]
        headers.add(sdk / HOST_KIT / "signet/test.h")
        unit = headers.parse(options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        self._sources = {str(file): Source(file) for file in headers.files}
        self._items: dict[str, list[tuple[int, Item]]] = {name: [] for name in self._sources}
        cursors = list(headers.own(unit))
        self._defined = {c.spelling for c in cursors if c.kind in RECORDS and c.is_definition()}
        for cursor in cursors:
            self._add(cursor)
        self._functions = {
            item.name for items in self._items.values() for _line, item in items
            if item.directive == "function"
        }  # fmt: skip
        self.kinds = {
            each.name: each.directive
            for items in self._items.values()
            for _line, item in items
            for each in (item, *item.inside)
            if each.directive != "member"
        }

    def _add(self, cursor: Cursor) -> None:
        file = str(cursor.location.file)
        item = item_of(self._sources[file], cursor)
        if item is None and cursor.kind in RECORDS and self._is_opaque(cursor):
            item = Item(RECORDS[cursor.kind], cursor.spelling, cursor.spelling, OPAQUE)
        known = {each.name for _line, each in self._items[file]}
        if item is not None and item.name not in known:
            self._items[file].append((cursor.extent.start.line, item))

    def _is_opaque(self, cursor: Cursor) -> bool:
        """Whether a structure is declared here first and defined nowhere."""
        name = cursor.spelling
        if not name.startswith("sg_") or name in self._defined:
            return False
        self._defined.add(name)
        return True

    def names(self, folder: str) -> list[str]:
        """The headers of a folder, e.g. signet."""
        files = [Path(name) for name in self._sources]
        return [f.name for f in files if f.parent.name == folder and not is_generated(f)]

    def names_declared(self) -> set[str]:
        """Every name of the headers, members apart."""
        return set(self.kinds)

    def item(self, folder: str, header: str, name: str) -> Item:
        """One declaration of a header."""
        file = next(n for n in self._sources if n.endswith(f"/{folder}/{header}"))
        return next(item for _line, item in self._items[file] if item.name == name)

    def write(self, folder: str, header: str) -> str:
        """The page of a header."""
        name = next(n for n in self._sources if n.endswith(f"/{folder}/{header}"))
        items = [item for _line, item in sorted(self._items[name], key=lambda pair: pair[0])]
        share_comments(items)
        lines = [f"# {folder}/{header}", "", f"`#include <{folder}/{header}>`", ""]
        lines += self.prose(self._sources[name].introduction())
        for item in items:
            lines += ["", *self.directive(item, 1 if not item.inside else 2)]
        return "\n".join(lines) + "\n"

    def directive(self, item: Item, depth: int) -> Iterator[str]:
        """A declaration in MyST; one with others in it has the longer fence."""
        if item.directive in TAGS and item.name in self._functions:
            yield from self._plain(item)  # Sphinx has one name for both, and the function gets it
            return
        fence = "`" * (2 + depth)
        yield f"{fence}{{c:{item.directive}}} {item.text}"
        yield ""
        yield from self.prose(item.comment)
        for each in item.inside:
            yield ""
            yield from self.directive(each, depth - 1)
        yield fence

    def _plain(self, item: Item) -> Iterator[str]:
        """A tag without an entry in the index; what is in it has one if it is a constant."""
        yield f"**{item.directive} {item.text}**"
        yield ""
        yield from self.prose(item.comment)
        for each in item.inside:
            yield ""
            if each.directive == "enumerator":
                yield from self.directive(each, 1)
            else:
                yield f"- `{each.text}` {' '.join(self.prose(each.comment))}"

    def prose(self, text: str) -> list[str]:
        """A comment as Markdown: what stands further in as it is, names as links."""
        out: list[str] = []
        for block in re.split(r"\n\s*\n", text):
            out += [*self._block(block.splitlines()), ""]
        return out[:-1] if out else []

    def _block(self, lines: list[str]) -> Iterable[str]:
        """Lines of prose, and between them tables that the writer laid out by hand."""
        is_laid_out = False
        for line in lines:
            if bool(INDENTED.match(line)) != is_laid_out:
                is_laid_out = not is_laid_out
                yield "```text" if is_laid_out else "```"
                if is_laid_out is False:
                    yield ""
            yield line if is_laid_out else self.link(line.strip())
        if is_laid_out:
            yield "```"

    def link(self, line: str) -> str:
        """Escapes a line and makes links of the names that have a place in these pages."""
        parts = re.split(r"(`[^`]*`)", line)
        return "".join(
            self._code(part) if part.startswith("`")
            else IDENTIFIER.sub(lambda found: self._code(f"`{found[0]}`"), escape(part))
            for part in parts
        )  # fmt: skip

    def _code(self, part: str) -> str:
        """A piece of code; a link when it is the name of a declaration."""
        name = part.strip("`")
        kind = self.kinds.get(name)
        if kind is None:
            return part
        role = {"function": "func", "enumerator": "enumerator"}.get(kind, kind)
        return f"{{c:{role}}}`{name}`"


def escape(text: str) -> str:
    """What Markdown would take for a mark."""
    return re.sub(r"([*<\[\]|{}])", r"\\\1", text)
