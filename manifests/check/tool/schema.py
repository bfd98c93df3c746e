# SPDX-License-Identifier: BSD-2-Clause
"""The manifest's schema on the host: text to message by stock protoc, with errors that name the line."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from positions import line_of, positions

SCHEMA = Path(__file__).resolve().parents[2] / "schema"
PACKAGE = "signet.manifest.v1"
FIELD_BOUND = re.compile(r"^([\w.]+)\s+(.*)$")


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong, ready to be printed."""

    line: int
    text: str


@dataclass
class Source:
    """A manifest as written: its message, where its fields stand, and what is wrong with it so far.

    Lines are counted over all its files, as if they were one.
    """

    files: list[tuple[int, Path]]  # the line each begins at, in order
    message: Message
    lines: dict[str, int]
    findings: list[Finding] = field(default_factory=list)

    def place(self, line: int) -> str:
        """FILE:LINE, the line counted in that file."""
        first, path = [file for file in self.files if file[0] <= line][-1]
        return f"{path}:{line - first + 1}"

    def report(self, path: str, thing: str, found: str, expected: str) -> None:
        text = f"{thing}: found {found}, expected {expected}"
        self.findings.append(Finding(line_of(self.lines, path), printable(text)))


class Schema:
    """The compiled schema: message classes and the bounds of every field."""

    def __init__(self) -> None:
        compiled = subprocess.run(
            ["protoc", f"--proto_path={SCHEMA}", "--descriptor_set_out=/dev/stdout", "manifest.proto"],
            capture_output=True, check=True,
        )  # fmt: skip
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(compiled.stdout).file:
            pool.Add(file)
        self.pool = pool
        self.manifest: Descriptor = pool.FindMessageTypeByName(f"{PACKAGE}.Manifest")
        self.manifest_class = message_factory.MessageFactory(pool).GetPrototype(self.manifest)
        self.bounds = read_bounds(SCHEMA / "manifest.options")

    def read(self, paths: list[Path]) -> Source:
        """Parses the files of a manifest; its findings are not empty when the text is not one."""
        files: list[tuple[int, Path]] = []
        text = ""
        for path in paths:
            files.append((text.count("\n") + 1, path))
            text += read_text(path)
        encoded = subprocess.run(
            ["protoc", f"--proto_path={SCHEMA}", f"--encode={PACKAGE}.Manifest", "manifest.proto"],
            input=text.encode(), capture_output=True, check=False,
        )  # fmt: skip
        lines = positions(text, self.manifest)
        if encoded.returncode:
            errors = self.syntax_errors(encoded.stderr.decode(errors="replace"), text.count("\n"))
            return Source(files, self.manifest_class(), lines, errors)
        source = Source(files, self.manifest_class.FromString(encoded.stdout), lines)
        self.check_bounds(source, source.message, "")
        return source

    def syntax_errors(self, output: str, last: int) -> list[Finding]:
        """protoc's errors in this project's words; the end of the text is on its last line."""
        findings = []
        for line in output.splitlines():
            match = re.match(r"input:(\d+):\d+: (.*)$", line)
            if match:
                findings.append(Finding(min(int(match[1]), last), printable(self.explain(match[2]))))
        return findings or [Finding(1, f"manifest: found {output.strip()!r}, expected {PACKAGE} text")]

    def explain(self, error: str) -> str:
        if match := re.match(r'Message type "([\w.]+)" has no field named "([^"]*)"', error):
            names = ", ".join(self.pool.FindMessageTypeByName(match[1]).fields_by_name)
            kind = match[1].rpartition(".")[2].lower()
            return f'{kind}: found field "{match[2]}", expected one of {names}'
        if match := re.match(r'Unknown enumeration value of "([^"]*)" for field "(\w+)"', error):
            return f'{match[2]}: found "{match[1]}", expected one of {self.enum_names(match[2])}'
        if match := re.match(r'Non-repeated field "(\w+)" is specified multiple times', error):
            return f"{match[1]}: found it again, expected it once"
        if match := re.match(r"Expected (.*), (?:got|found):? ?(.*?)\.?$", error):
            found = "the end of the text" if match[2] in ("", '""') else match[2]
            return f"manifest: found {found}, expected {match[1]}"
        return f"manifest: found an error ({error.rstrip('.')}), expected {PACKAGE} text"

    def enum_names(self, field_name: str) -> str:
        for message in self.pool.FindFileByName("manifest.proto").message_types_by_name.values():
            known = message.fields_by_name.get(field_name)
            if known is not None and known.enum_type is not None:
                return ", ".join(known.enum_type.values_by_name)
        return "its values"

    def check_bounds(self, source: Source, message: Message, prefix: str) -> None:
        """What does not fit its field in init is refused here, where the line is known."""
        for descriptor, value in message.ListFields():
            is_list = descriptor.label == FieldDescriptor.LABEL_REPEATED
            bound = self.bounds.get(descriptor.full_name, {})
            path = prefix + descriptor.name
            if is_list and len(value) > bound.get("max_count", len(value)):
                first_too_many = f"{path}[{bound['max_count']}]"
                expected = f"at most {bound['max_count']}"
                source.report(first_too_many, descriptor.name, f"{len(value)} of them", expected)
            for index, element in enumerate(value if is_list else [value]):
                element_path = f"{path}[{index}]" if is_list else path
                if descriptor.message_type is not None:
                    self.check_bounds(source, element, element_path + ".")
                elif isinstance(element, str):
                    self.check_string(source, descriptor, element, element_path)

    def check_string(
        self, source: Source, descriptor: FieldDescriptor, text: str, path: str
    ) -> None:
        size = self.bounds.get(descriptor.full_name, {}).get("max_size", 1 << 30)
        length = len(text.encode())
        if length >= size:
            expected = f"at most {size - 1}"
            source.report(path, descriptor.name, f'"{text}" of {length} bytes', expected)
        if any(ord(character) < 32 for character in text):
            source.report(path, descriptor.name, f"{text!r}", "no control characters")


def printable(text: str) -> str:
    """A text with what a terminal would not show, or obey, written out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def read_text(path: Path) -> str:
    """The text of a file, its last line ended."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        message = f"{path}: found no readable file ({error.strerror}), expected a manifest"
        raise SystemExit(message) from None
    return text if text.endswith("\n") else text + "\n"


def read_bounds(path: Path) -> dict[str, dict[str, int]]:
    bounds: dict[str, dict[str, int]] = {}
    for line in path.read_text().splitlines():
        match = FIELD_BOUND.match(line)
        if match:
            pairs = re.findall(r"(max_size|max_count):(\d+)", match[2])
            bounds[match[1]] = {key: int(value) for key, value in pairs}
    return bounds
