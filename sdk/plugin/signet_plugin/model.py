# SPDX-License-Identifier: BSD-2-Clause
"""What a service definition says, checked: every rule that makes protoc fail is in here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import schema
from .bounds import Bounds

METHOD_LAST = 54  # 55 is DESCRIBE, 56 and up are the kernel's
TYPE_MESSAGE, TYPE_ENUM, TYPE_STRING, TYPE_BYTES, TYPE_GROUP = 11, 14, 9, 12, 10
LABEL_REPEATED = 3


class Refusal(Exception):
    """Why a definition is refused, naming the thing, what was found and what is expected."""


@dataclass
class Field:
    name: str
    number: int
    kind: int
    max_size: int = 0
    max_count: int = 0
    type_name: str = ""


@dataclass
class Message:
    name: str  # "signet.kv.v1.PutRequest"
    fields: list[Field]


@dataclass
class Method:
    name: str
    number: int
    request: str  # full names of messages
    reply: str


@dataclass
class Service:
    name: str  # "signet.kv.v1.Kv"
    methods: list[Method]
    messages: list[Message] = field(default_factory=list)  # all that its methods reach
    enumerations: list[Any] = field(default_factory=list)  # (full name, descriptor)


@dataclass
class Interface:
    stem: str  # "kv/v1/kv"
    source: str
    services: list[Service]


def identifier(name: str) -> str:
    """Nanopb's C name of a full protobuf name."""
    return name.replace(".", "_")


class Reader:
    """Everything protoc handed over, by full name."""

    def __init__(self, request: Any, definitions: schema.Definitions) -> None:
        self.definitions = definitions
        self.messages: dict[str, tuple[Any, Bounds]] = {}
        self.enumerations: dict[str, Any] = {}
        folders = [Path(word[2:]) for word in request.parameter.split(",") if word[:2] == "-I"]
        for file in request.proto_file:
            bounds = Bounds.read(file.name, folders or [Path(".")], definitions)
            self.enter(file.package, file, bounds)

    def enter(self, scope: str, container: Any, bounds: Bounds) -> None:
        nested = "nested_type" if hasattr(container, "nested_type") else "message_type"
        for message in getattr(container, nested):
            name = f"{scope}.{message.name}".lstrip(".")
            self.messages[name] = (message, bounds)
            self.enter(name, message, bounds)
        for enumeration in container.enum_type:
            self.enumerations[f"{scope}.{enumeration.name}".lstrip(".")] = enumeration

    def number(self, service: str, method: Any) -> int:
        """The (signet.method) option; protoc leaves it as an unknown field of known number."""
        wanted = self.definitions.method_number
        found = [u.data for u in method.options.UnknownFields() if u.field_number == wanted]
        where = f"{service}.{method.name}"
        if not found:
            raise Refusal(f"{where}: no number, expected (signet.method) = 0 .. {METHOD_LAST}")
        if found[-1] > METHOD_LAST:
            raise Refusal(f"{where}: number {found[-1]}, expected 0 .. {METHOD_LAST}")
        return found[-1]

    def field(self, message: str, descriptor: Any, bounds: Bounds) -> Field | None:
        where = f"{message}.{descriptor.name}"
        options = bounds.of(where, descriptor.options)
        nanopb = self.definitions.nanopb
        if options.type == nanopb.FT_IGNORE:
            return None
        if options.type in (nanopb.FT_CALLBACK, nanopb.FT_POINTER):
            raise Refusal(f"{where}: a callback or pointer field, expected static storage")
        if descriptor.type == TYPE_GROUP:
            raise Refusal(f"{where}: a group, expected a message")
        result = Field(descriptor.name, descriptor.number, descriptor.type)
        result.type_name = descriptor.type_name.lstrip(".")
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
        return result

    def reach(self, service: Service, name: str, path: tuple[str, ...]) -> None:
        """Adds a message and all it contains."""
        if name in path:
            raise Refusal(f"{name}: contains itself, expected a bounded message")
        if any(known.name == name for known in service.messages):
            return
        descriptor, bounds = self.messages[name]
        fields = [self.field(name, each, bounds) for each in descriptor.field]
        message = Message(name, [each for each in fields if each])
        service.messages.append(message)
        for each in message.fields:
            if each.kind == TYPE_MESSAGE:
                self.reach(service, each.type_name, (*path, name))
            known = [enumeration for enumeration, _ in service.enumerations]
            if each.kind == TYPE_ENUM and each.type_name not in known:
                service.enumerations.append(
                    (each.type_name, self.enumerations[each.type_name])
                )

    def service(self, package: str, descriptor: Any) -> Service:
        name = f"{package}.{descriptor.name}".lstrip(".")
        service = Service(name, [])
        taken: dict[int, str] = {}
        for each in descriptor.method:
            if each.client_streaming or each.server_streaming:
                raise Refusal(f"{name}.{each.name}: streams, expected one request and one reply")
            number = self.number(name, each)
            if number in taken:
                raise Refusal(
                    f"{name}.{each.name}: number {number} is {taken[number]}'s, expected its own"
                )
            taken[number] = each.name
            method = Method(
                each.name, number, each.input_type.lstrip("."), each.output_type.lstrip(".")
            )
            service.methods.append(method)
            for message in (method.request, method.reply):
                self.reach(service, message, ())
        return service


def check_names(service: Service) -> None:
    """Within what manifests and the startup block can say."""
    for what, name, longest in (
        ("interface", service.name, 47),
        *(("method", method.name, 31) for method in service.methods),
    ):
        if len(name) > longest:
            raise Refusal(f"{name}: {what} name of {len(name)} letters, expected at most {longest}")


def read(request: Any, definitions: schema.Definitions) -> list[Interface]:
    """The interfaces of the files to generate; files without a service have none."""
    reader = Reader(request, definitions)
    interfaces = []
    for file in request.proto_file:
        if file.name not in request.file_to_generate or not file.service:
            continue
        services = [reader.service(file.package, each) for each in file.service]
        for service in services:
            check_names(service)
        interfaces.append(Interface(file.name.removesuffix(".proto"), file.name, services))
    return interfaces
