# SPDX-License-Identifier: BSD-2-Clause
"""The grammar of manifests, from its schema: each message with its fields, their bounds, and what
the schema's comments say."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import descriptor_pb2
from signet_plugin.comments import Comments
from signet_plugin.document import KINDS, cell

PACKAGE = "signet.manifest.v1"
SEALED = "(sealed)"
MESSAGE, ENUM, REPEATED = 11, 14, 3
HEAD = """\
# Manifest grammar

A manifest is protobuf text (`.textproto`) of the message `Manifest` below. Several files given to
one tool are one manifest. A field is written `name: value`, a message `name { ... }`; a list repeats
its field. What a table gives no default for may be left out only if the text says so.
"""


def compile_schema(folder: Path) -> descriptor_pb2.FileDescriptorProto:
    with tempfile.NamedTemporaryFile() as made:
        subprocess.run(
            ["protoc", f"-I{folder}", "--include_source_info",
             f"--descriptor_set_out={made.name}", "manifest.proto"],
            check=True,
        )  # fmt: skip
        data = Path(made.name).read_bytes()
    return descriptor_pb2.FileDescriptorSet.FromString(data).file[0]


class Grammar:
    """The schema as a page."""

    def __init__(self, folder: Path) -> None:
        self._file = compile_schema(folder)
        self._comments = Comments(self._file)
        self._bounds = (folder / "manifest.options").read_text()

    def write(self) -> str:
        lines = [HEAD, self._comments.of("").partition("\n\n")[0], ""]
        for message in self._file.message_type:
            about = self._comments.of(f"{PACKAGE}.{message.name}")
            if SEALED not in about:
                lines += [f"## {message.name}", "", about, "", *self._fields(message), ""]
                lines += [line for one in message.enum_type for line in self._enum(message, one)]
        return "\n".join(lines) + "\n"

    def _fields(self, message: descriptor_pb2.DescriptorProto) -> Iterator[str]:
        yield "| field | type | meaning |"
        yield "|---|---|---|"
        for field in message.field:
            about = self._comments.of(f"{PACKAGE}.{message.name}.{field.name}")
            if SEALED not in about:
                yield f"| `{field.name}` | {self._type(message, field)} | {cell(about)} |"

    def _type(
        self, message: descriptor_pb2.DescriptorProto, field: descriptor_pb2.FieldDescriptorProto
    ) -> str:
        name = field.type_name.rpartition(".")[2]
        text = KINDS.get(field.type, f"[{name}](#{name.lower()})")
        text += self._bound(message.name, field.name, "max_size", ", at most {} bytes", 1)
        if field.label == REPEATED:
            most = self._bound(message.name, field.name, "max_count", "at most {} ", 0)
            text = f"list of {most}{text}"
        return text

    def _bound(self, message: str, field: str, key: str, text: str, zero: int) -> str:
        """A bound of manifest.options; sizes of strings count a terminating zero."""
        name = re.escape(f"{PACKAGE}.{message}.{field}")
        found = re.search(rf"^{name}\s.*\b{key}:(\d+)", self._bounds, re.MULTILINE)
        return text.format(int(found[1]) - zero) if found else ""

    def _enum(
        self, message: descriptor_pb2.DescriptorProto, one: descriptor_pb2.EnumDescriptorProto
    ) -> Iterator[str]:
        yield f"### {one.name}"
        yield ""
        yield "| value | meaning |"
        yield "|---|---|"
        for value in one.value:
            about = self._comments.of(f"{PACKAGE}.{message.name}.{one.name}.{value.name}")
            yield f"| `{value.name}` | {cell(about)} |"
        yield ""
