# SPDX-License-Identifier: BSD-2-Clause
"""Reads what protoc hands over. Every rule that makes protoc fail is in here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from . import capability, schema
from .bounds import Bounds
from .capability import Capability
from .comments import Comments
from .model import (
    FIELD_HEADER,
    LABEL_REPEATED,
    METHOD_LAST,
    TYPE_BYTES,
    TYPE_ENUM,
    TYPE_GROUP,
    TYPE_MESSAGE,
    TYPE_STRING,
    Field,
    Interface,
    Message,
    Method,
    Refusal,
    Service,
)

PLACE = re.compile(r"^(?:.*/)?([a-z0-9_]+)/(v[1-9][0-9]*)/[^/]+\.proto$")


def unknown(options: Any, number: int) -> list[Any]:
    """The values of an option that protoc leaves as an unknown field of known number."""
    return [each.data for each in options.UnknownFields() if each.field_number == number]


class Reader:
    """Everything protoc handed over, by full name."""

    def __init__(self, request: Any, definitions: schema.Definitions) -> None:
        self.definitions = definitions
        self.declared: dict[str, tuple[Any, Bounds, str]] = {}
        self.enumerations: dict[str, Any] = {}
        self.service_numbers: dict[str, dict[str, int]] = {}
        self.messages: dict[str, Message] = {}
        folders = [Path(word[2:]) for word in request.parameter.split(",") if word[:2] == "-I"]
        for file in request.proto_file:
            bounds = Bounds.read(file.name, folders or [Path(".")], definitions)
            self.enter(file.package, file, bounds, file.name)
            for each in file.service:
                name = f"{file.package}.{each.name}".lstrip(".")
                self.service_numbers[name] = self.numbers(name, each)

    def enter(self, scope: str, container: Any, bounds: Bounds, source: str) -> None:
        nested = "nested_type" if hasattr(container, "nested_type") else "message_type"
        for message in getattr(container, nested):
            name = f"{scope}.{message.name}".lstrip(".")
            self.declared[name] = (message, bounds, source)
            self.enter(name, message, bounds, source)
        for enumeration in container.enum_type:
            self.enumerations[f"{scope}.{enumeration.name}".lstrip(".")] = enumeration

    def numbers(self, service: str, descriptor: Any) -> dict[str, int]:
        """The stable number of each method."""
        taken: dict[int, str] = {}
        for method in descriptor.method:
            where = f"{service}.{method.name}"
            found = unknown(method.options, self.definitions.method_number)
            if not found:
                raise Refusal(f"{where}: no number, expected (signet.method) = 0 .. {METHOD_LAST}")
            if found[-1] > METHOD_LAST:
                raise Refusal(f"{where}: number {found[-1]}, expected 0 .. {METHOD_LAST}")
            if found[-1] in taken:
                other = taken[found[-1]]
                raise Refusal(f"{where}: number {found[-1]} is {other}'s, expected its own")
            taken[found[-1]] = method.name
        return {name: number for number, name in taken.items()}

    def permitted(self, where: str, kind: str, grant: Any) -> int:
        """The rights mask of what an option permits."""
        known = dict(capability.OPERATIONS[kind])
        if kind == "Client":
            if grant.interface not in self.service_numbers:
                raise Refusal(
                    f"{where}: interface \"{grant.interface}\", expected a service of this file or"
                    " of one it imports"
                )
            known = self.service_numbers[grant.interface] | {"DESCRIBE": capability.DESCRIBE}
        elif grant.interface:
            raise Refusal(f"{where}: an interface of a {kind}, expected none: it is no Client")
        known |= capability.GENERIC
        for name in grant.permit:
            if name not in known:
                raise Refusal(f"{where}: permits \"{name}\", expected {', '.join(known)}")
        if not grant.permit:
            raise Refusal(f"{where}: permits nothing, expected one of {', '.join(known)}")
        return sum(1 << number for number in {known[name] for name in grant.permit}) | (
            1 << capability.INFO
        )

    def capability(self, where: str, descriptor: Any, result: Field) -> Capability | None:
        """The option of a field that is a capability; such a type and the option go together."""
        data = unknown(descriptor.options, self.definitions.capability_number)
        kind = capability.kind_of(result.type_name)
        if kind is None and not data:
            return None
        if kind is None:
            raise Refusal(f"{where}: (signet.capability) of no capability, expected a type of"
                          " signet/capability.proto")
        if not data:
            raise Refusal(f"{where}: a {kind} without (signet.capability), expected what it permits")
        if result.max_count or result.oneof:
            raise Refusal(f"{where}: a capability that is repeated or in a oneof, expected one field")
        grant = self.definitions.grant()
        for part in data:
            grant.MergeFromString(part)
        mode = capability.MODES[grant.mode]
        rights = self.permitted(where, kind, grant)
        return Capability(kind, mode, rights, list(grant.permit), grant.interface)

    def bound(self, where: str, descriptor: Any, options: Any, result: Field) -> None:
        """How much a field may hold; without a bound it is refused."""
        if descriptor.type in (TYPE_STRING, TYPE_BYTES):
            result.max_size = options.max_size
            if options.HasField("max_length"):
                result.max_size = options.max_length + 1
            if result.max_size == 0:
                raise Refusal(f"{where}: unbounded, expected max_size in the .options file")
            if descriptor.type == TYPE_STRING:
                result.max_size -= 1  # the terminating zero does not travel
        if descriptor.label == LABEL_REPEATED:
            result.max_count = options.max_count
            if result.max_count == 0:
                raise Refusal(f"{where}: unbounded, expected max_count in the .options file")

    def field(self, message: str, descriptor: Any, container: Any) -> Field | None:
        _, bounds, source = self.declared[message]
        where = f"{source}: {message}.{descriptor.name}"
        options = bounds.of(f"{message}.{descriptor.name}", descriptor.options)
        nanopb = self.definitions.nanopb
        if options.type == nanopb.FT_IGNORE:
            return None
        if options.type in (nanopb.FT_CALLBACK, nanopb.FT_POINTER):
            raise Refusal(f"{where}: a callback or pointer field, expected static storage")
        if descriptor.type == TYPE_GROUP:
            raise Refusal(f"{where}: a group, expected a message")
        if descriptor.number == FIELD_HEADER:
            raise Refusal(f"{where}: number {FIELD_HEADER}, expected another: it is the header's")
        result = Field(descriptor.name, descriptor.number, descriptor.type)
        result.type_name = descriptor.type_name.lstrip(".")
        if descriptor.HasField("oneof_index") and not descriptor.proto3_optional:
            result.oneof = container.oneof_decl[descriptor.oneof_index].name
        self.bound(where, descriptor, options, result)
        result.capability = self.capability(where, descriptor, result)
        return result

    def message(self, name: str) -> Message:
        """A message with its fields checked."""
        if name not in self.messages:
            descriptor, _, source = self.declared[name]
            fields = [self.field(name, each, descriptor) for each in descriptor.field]
            message = Message(name, [each for each in fields if each])
            if len(message.capabilities) > capability.MOST:
                raise Refusal(f"{source}: {name}: {len(message.capabilities)} capabilities,"
                              f" expected at most {capability.MOST}")
            self.messages[name] = message
        return self.messages[name]

    def reach(self, service: Service, name: str, path: tuple[str, ...]) -> Message:
        """Adds a message and all it contains."""
        if name in path:
            raise Refusal(f"{name}: contains itself, expected a bounded message")
        message = self.message(name)
        if path and message.capabilities:
            raise Refusal(f"{name}.{message.capabilities[0].name}: a capability inside {path[-1]},"
                          " expected it in a request or reply itself")
        if message in service.messages:
            return message
        service.messages.append(message)
        for each in message.fields:
            if each.kind == TYPE_MESSAGE:
                self.reach(service, each.type_name, (*path, name))
            known = [enumeration for enumeration, _ in service.enumerations]
            if each.kind == TYPE_ENUM and each.type_name not in known:
                service.enumerations.append((each.type_name, self.enumerations[each.type_name]))
        return message

    def service(self, package: str, descriptor: Any) -> Service:
        name = f"{package}.{descriptor.name}".lstrip(".")
        service = Service(name, [])
        for each in descriptor.method:
            if each.client_streaming or each.server_streaming:
                raise Refusal(f"{name}.{each.name}: streams, expected one request and one reply")
            service.methods.append(
                Method(
                    each.name,
                    self.service_numbers[name][each.name],
                    self.reach(service, each.input_type.lstrip("."), ()),
                    self.reach(service, each.output_type.lstrip("."), ()),
                )
            )
        check_names(service)
        return service

    def interface(self, file: Any) -> Interface:
        for name, (_, _, source) in self.declared.items():
            if source == file.name:
                self.message(name)
        services = [self.service(file.package, each) for each in file.service]
        stem = file.name.removesuffix(".proto")
        return Interface(stem, file.name, file.package, services, Comments(file))


def check_names(service: Service) -> None:
    """Within what manifests and the startup block can say."""
    for what, name, longest in (
        ("interface", service.name, 47),
        *(("method", method.name, 31) for method in service.methods),
    ):
        if len(name) > longest:
            raise Refusal(f"{name}: {what} name of {len(name)} letters, expected at most {longest}")


def check_place(file: Any) -> None:
    """One folder an interface and major version, and the package says the same."""
    place = PLACE.match(file.name)
    if not place:
        raise Refusal(f"{file.name}: its folder, expected NAME/vN/*.proto")
    name, version = place.groups()
    if not f".{file.package}".endswith(f".{name}.{version}"):
        raise Refusal(f"{file.name}: package {file.package}, expected one ending in {name}.{version}")


def read(request: Any, definitions: schema.Definitions) -> list[Interface]:
    """The interfaces of the files to generate."""
    reader = Reader(request, definitions)
    interfaces = []
    for file in request.proto_file:
        if file.name in request.file_to_generate:
            check_place(file)
            interfaces.append(reader.interface(file))
    return interfaces
