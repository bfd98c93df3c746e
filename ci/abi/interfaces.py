# SPDX-License-Identifier: BSD-2-Clause
"""What the interface definitions of the SDK say: services, methods, messages, fields and their bounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor

from items import Items

KINDS = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in descriptor_pb2.FieldDescriptorProto.Type.items()
}
LABELS = {1: "optional", 2: "required", 3: "repeated"}


class Definitions:
    """Every .proto file of a folder, compiled, with the bounds that .options files give."""

    def __init__(self, sdk: Path) -> None:
        share = sdk / "share/signet/sdk"
        self.folder = share / "interfaces"
        self.names = sorted(
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*.proto")
        )
        sys.path.insert(0, str(share / "plugin"))
        from signet_plugin import bounds, schema

        self.bounds = bounds.Bounds
        self.nanopb = schema.load()
        self.pool = self.compile()

    def compile(self) -> descriptor_pool.DescriptorPool:
        """All files in one pool of their own."""
        command = ["protoc", f"--proto_path={self.folder}", "--include_imports"]
        compiled = subprocess.run(
            [*command, "--descriptor_set_out=/dev/stdout", *self.names],
            stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
        if compiled.returncode != 0:
            raise SystemExit("interfaces: found definitions that protoc refuses, see above")
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(compiled.stdout).file:
            pool.Add(file)
        return pool

    def files(self) -> list[FileDescriptor]:
        return [self.pool.FindFileByName(name) for name in self.names]

    def options(self, descriptor: Any, kind: str) -> str:
        """The SDK's own options of a method or field, as text."""
        name = f"google.protobuf.{kind}Options"
        factory = message_factory.MessageFactory(self.pool)
        own = factory.GetPrototype(self.pool.FindMessageTypeByName(name))
        options = own.FromString(descriptor.GetOptions().SerializeToString())
        return text_format.MessageToString(
            options, as_one_line=True, descriptor_pool=self.pool
        ).strip()


def add_enumeration(items: Items, enumeration: Any) -> None:
    for value in enumeration.values:
        items.add("value", f"{enumeration.full_name}.{value.name}", number=value.number)


def type_name(field: FieldDescriptor) -> str:
    named = field.message_type or field.enum_type
    return named.full_name if named else KINDS[field.type]


def add_message(items: Items, message: Descriptor, definitions: Definitions, bounds: Any) -> None:
    items.add("message", message.full_name)
    for field in message.fields:
        inline = definitions.nanopb.descriptor.FieldOptions.FromString(
            field.GetOptions().SerializeToString()
        )
        bound = text_format.MessageToString(bounds.of(field.full_name, inline), as_one_line=True)
        facts = {"number": field.number, "type": type_name(field), "label": LABELS[field.label]}
        if bound.strip():
            facts["bound"] = bound.strip()
        if options := definitions.options(field, "Field"):
            facts["options"] = options
        items.add("member", field.full_name, **facts)
    for nested in message.nested_types:
        add_message(items, nested, definitions, bounds)
    for enumeration in message.enum_types:
        add_enumeration(items, enumeration)


def add_service(items: Items, service: Any, definitions: Definitions) -> None:
    items.add("service", service.full_name)
    for method in service.methods:
        items.add(
            "method",
            method.full_name,
            options=definitions.options(method, "Method"),
            request=method.input_type.full_name,
            reply=method.output_type.full_name,
        )


def collect(items: Items, sdk: Path) -> None:
    """Everything the interfaces of an installed SDK define."""
    definitions = Definitions(sdk)
    for file in definitions.files():
        bounds = definitions.bounds.read(file.name, [definitions.folder], definitions.nanopb)
        for message in file.message_types_by_name.values():
            add_message(items, message, definitions, bounds)
        for enumeration in file.enum_types_by_name.values():
            add_enumeration(items, enumeration)
        for service in file.services_by_name.values():
            add_service(items, service, definitions)
