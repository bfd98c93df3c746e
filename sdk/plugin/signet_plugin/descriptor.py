# SPDX-License-Identifier: BSD-2-Clause
"""The bytes of signet.reflect.v1.Interface for a service."""

from __future__ import annotations

from typing import Any

from . import schema
from .model import TYPE_ENUM, TYPE_MESSAGE, Field, Refusal, Service, short

CHUNK_MAX = 1024  # SG_DESCRIBE_BYTES_MAX

# What a struct sg_schema holds; a test compares them with signet/schema.h.
LIMITS = {"METHODS": 56, "MESSAGES": 64, "FIELDS": 320, "ENUMS": 16, "VALUES": 128, "NAMES": 6144}


def encode(service: Service, definitions: schema.Definitions) -> bytes:
    """Encodes the descriptor; types are numbered in the order in which methods reach them."""
    types = {message.name: index for index, message in enumerate(service.messages)}
    enumerations = {name: index for index, (name, _) in enumerate(service.enumerations)}

    def index(field: Field) -> int:
        if field.kind == TYPE_MESSAGE:
            return types[field.type_name]
        return enumerations[field.type_name] if field.kind == TYPE_ENUM else 0

    interface = definitions.interface(name=service.name)
    for method in service.methods:
        interface.method.add(
            name=method.name,
            number=method.number,
            request=types[method.request.name],
            reply=types[method.reply.name],
        )
    for message in service.messages:
        entry = interface.type.add(name=short(message.name))
        for field in message.fields:
            entry.field.add(
                name=field.name,
                number=field.number,
                kind=field.kind,
                max_size=field.max_size,
                max_count=field.max_count,
                type=index(field),
                capability=field.capability.type_number if field.capability else 0,
            )
    for name, enumeration in service.enumerations:
        entry = interface.enumeration.add(name=short(name))
        for value in enumeration.value:
            entry.value.add(name=value.name, number=value.number)
    check_limits(interface)
    return interface.SerializeToString(deterministic=True)


def check_limits(interface: Any) -> None:
    """Whoever asks a server for its interface has room for all of it."""
    fields = [field for entry in interface.type for field in entry.field]
    values = [value for entry in interface.enumeration for value in entry.value]
    named = [*interface.method, *interface.type, *interface.enumeration, *fields, *values]
    found = {
        "METHODS": len(interface.method),
        "MESSAGES": len(interface.type),
        "FIELDS": len(fields),
        "ENUMS": len(interface.enumeration),
        "VALUES": len(values),
        "NAMES": sum(len(entry.name) + 1 for entry in [interface, *named]),
    }
    for what, limit in LIMITS.items():
        if found[what] > limit:
            raise Refusal(
                f"{interface.name}: {found[what]} {what.lower()}"
                f"{' in bytes' if what == 'NAMES' else ''}, expected at most {limit}"
            )
