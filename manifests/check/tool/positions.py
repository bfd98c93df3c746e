# SPDX-License-Identifier: BSD-2-Clause
"""Where each field of a protobuf text file stands: field path -> line number.

Works beside protoc, which has already accepted the text: it only has to find fields, not to judge them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor

TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<mark>[{}<>\[\]:,;])
      | (?P<word>[^\s{}<>\[\]:,;\#"']+)
      | (?P<other>.)""",
    re.VERBOSE,
)


class Scanner:
    """Tokens of a text with their lines, one of them in sight."""

    def __init__(self, text: str) -> None:
        self.tokens = self.split(text)
        self.advance()

    @staticmethod
    def split(text: str) -> Iterator[tuple[str, str, int]]:
        line = 1
        for match in TOKEN.finditer(text):
            if match.lastgroup != "skip":
                yield match.lastgroup or "", match.group(), line
            line += match.group().count("\n")
        yield "end", "", line

    def advance(self) -> None:
        self.kind, self.text, self.line = next(self.tokens, ("end", "", 0))

    def accept(self, marks: str) -> bool:
        if self.kind == "mark" and self.text in marks:
            self.advance()
            return True
        return False


def positions(text: str, message: Descriptor) -> dict[str, int]:
    """Maps paths like process[0].need[1].provider to line numbers; "" is the first line."""
    found: dict[str, int] = {"": 1}
    read_fields(Scanner(text), message, "", found)
    return found


def read_fields(scanner: Scanner, message: Descriptor, prefix: str, found: dict[str, int]) -> None:
    counts: dict[str, int] = {}
    while scanner.kind == "word":
        name, line = scanner.text, scanner.line
        scanner.advance()
        field = message.fields_by_name.get(name)
        if field is None:
            return
        scanner.accept(":")
        is_list = scanner.accept("[")
        while True:
            read_value(scanner, field, f"{prefix}{element(field, counts)}", line, found)
            if not is_list or not scanner.accept(","):
                break
            line = scanner.line
        if is_list:
            scanner.accept("]")
        scanner.accept(",;")


def element(field: FieldDescriptor, counts: dict[str, int]) -> str:
    if field.label != FieldDescriptor.LABEL_REPEATED:
        return field.name
    index = counts.get(field.name, 0)
    counts[field.name] = index + 1
    return f"{field.name}[{index}]"


def read_value(
    scanner: Scanner, field: FieldDescriptor, path: str, line: int, found: dict[str, int]
) -> None:
    found[path] = line
    if field.message_type is not None:
        scanner.accept("{<")
        read_fields(scanner, field.message_type, path + ".", found)
        scanner.accept("}>")
        return
    kind = scanner.kind
    scanner.advance()
    while kind == "string" and scanner.kind == "string":
        scanner.advance()


def line_of(found: dict[str, int], path: str) -> int:
    """The line of a field, of its first element, or else of what it would stand in."""
    for candidate in (path, f"{path}[0]"):
        if candidate in found:
            return found[candidate]
    return line_of(found, path.rpartition(".")[0])
