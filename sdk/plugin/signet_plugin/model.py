# SPDX-License-Identifier: BSD-2-Clause
"""What an interface definition says: its services, and every message they speak."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .capability import Capability
from .comments import Comments

METHOD_LAST = 54  # 55 is DESCRIBE, 56 and up are the kernel's
FIELD_HEADER = 2047  # the header in front of a request
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
    oneof: str = ""  # the name of the oneof it is a part of
    capability: Capability | None = None


@dataclass
class Message:
    name: str  # "signet.kv.v1.PutRequest"
    fields: list[Field]

    @property
    def capabilities(self) -> list[Field]:
        """In the order in which they travel."""
        found = [each for each in self.fields if each.capability]
        return sorted(found, key=lambda each: each.number)


@dataclass
class Method:
    name: str
    number: int
    request: Message
    reply: Message


@dataclass
class Service:
    name: str  # "signet.kv.v1.Kv"
    methods: list[Method]
    messages: list[Message] = field(default_factory=list)  # all that its methods reach
    enumerations: list[Any] = field(default_factory=list)  # (full name, descriptor)

    @property
    def rights(self) -> int:
        """Every method and DESCRIBE."""
        return sum(1 << method.number for method in self.methods) | 1 << 55


@dataclass
class Interface:
    stem: str  # "kv/v1/kv"
    source: str
    package: str
    services: list[Service]
    comments: Comments


def identifier(name: str) -> str:
    """Nanopb's C name of a full protobuf name."""
    return name.replace(".", "_")


def short(name: str) -> str:
    """A full name without its package and scopes."""
    return name.rsplit(".", 1)[-1]
