# SPDX-License-Identifier: BSD-2-Clause
"""NAME.md: an interface as its comments explain it, for people."""

from __future__ import annotations

from typing import Any

from .capability import kind_of
from .model import (
    TYPE_BYTES,
    TYPE_ENUM,
    TYPE_MESSAGE,
    TYPE_STRING,
    Field,
    Interface,
    Message,
    Service,
    identifier,
    short,
)

# By google.protobuf.FieldDescriptorProto.Type.
KINDS = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32",
    8: "bool", 9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64",
    17: "sint32", 18: "sint64",
}  # fmt: skip


def cell(text: str) -> str:
    """A text in one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def anchor(name: str) -> str:
    return short(name).lower()


def type_text(field: Field) -> str:
    """What a field holds, and how much of it at most."""
    if field.capability:
        granted = f" of `{field.capability.interface}`" if field.capability.interface else ""
        permit = ", ".join(field.capability.permit)
        return f"{field.capability.kind}{granted}, by {field.capability.mode}, permits {permit}"
    text = KINDS.get(field.kind, short(field.type_name))
    if field.kind in (TYPE_MESSAGE, TYPE_ENUM):
        text = f"[{text}](#{anchor(field.type_name)})"
    if field.kind in (TYPE_STRING, TYPE_BYTES):
        text += f", at most {field.max_size} bytes"
    if field.max_count:
        text = f"list of at most {field.max_count}: {text}"
    return f"{text}; one of `{field.oneof}`" if field.oneof else text


def fields(interface: Interface, message: Message) -> list[str]:
    if not message.fields:
        return ["No fields."]
    rows = ["| field | number | type | |", "|---|---|---|---|"]
    for field in message.fields:
        about = cell(interface.comments.of(f"{message.name}.{field.name}"))
        rows.append(f"| `{field.name}` | {field.number} | {type_text(field)} | {about} |")
    return rows


def values(interface: Interface, name: str, enumeration: Any) -> list[str]:
    rows = ["| value | number | |", "|---|---|---|"]
    for value in enumeration.value:
        about = cell(interface.comments.of(f"{name}.{value.name}"))
        rows.append(f"| `{value.name}` | {value.number} | {about} |")
    return rows


def methods(interface: Interface, service: Service) -> list[str]:
    lines = []
    for method in service.methods:
        request, reply = method.request.name, method.reply.name
        lines += [
            f"### {short(service.name)}.{method.name}",
            "",
            *paragraph(interface.comments.of(f"{service.name}.{method.name}")),
            f"[{short(request)}](#{anchor(request)}) → [{short(reply)}](#{anchor(reply)});"
            f" rights bit {method.number}: `{identifier(service.name)}_{method.name}_RIGHT`",
            "",
        ]
    return lines


def paragraph(text: str) -> list[str]:
    return [text, ""] if text else []


def section(title: str, text: str, rows: list[str]) -> list[str]:
    return [f"### {title}", "", *paragraph(text), *rows, ""]


def write(interface: Interface) -> str:
    """The whole document."""
    about = interface.comments.of
    lines = [f"# {interface.package}", "", *paragraph(about(""))]
    messages = {each.name: each for service in interface.services for each in service.messages}
    enumerations = dict(pair for service in interface.services for pair in service.enumerations)
    for service in interface.services:
        lines += [f"## Service {short(service.name)}", "", *paragraph(about(service.name))]
        lines += [f"`{service.name}`, header `{interface.stem}.rpc.h`", ""]
        lines += methods(interface, service)
    lines += ["## Messages", ""]
    for message in (each for each in messages.values() if not kind_of(each.name)):
        lines += section(short(message.name), about(message.name), fields(interface, message))
    if enumerations:
        lines += ["## Enumerations", ""]
    for name, enumeration in enumerations.items():
        lines += section(short(name), about(name), values(interface, name, enumeration))
    return "\n".join(lines).rstrip() + "\n"
