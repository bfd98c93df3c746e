# SPDX-License-Identifier: BSD-2-Clause
"""The bytes of signet.reflect.v1.Interface for a service."""

from __future__ import annotations

from . import schema
from .model import TYPE_ENUM, TYPE_MESSAGE, Field, Service, short

CHUNK_MAX = 1024  # SG_DESCRIBE_BYTES_MAX


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
            )
    for name, enumeration in service.enumerations:
        entry = interface.enumeration.add(name=short(name))
        for value in enumeration.value:
            entry.value.add(name=value.name, number=value.number)
    return interface.SerializeToString(deterministic=True)
