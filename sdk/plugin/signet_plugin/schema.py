# SPDX-License-Identifier: BSD-2-Clause
"""The messages the plugin itself speaks: protoc's, Nanopb's options, and the SDK's own."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.compiler import plugin_pb2
from proto import nanopb_pb2  # the generator's own schema, part of Debian's nanopb

HERE = Path(__file__).resolve().parent
INTERFACES = HERE.parents[1] / "interfaces"
OWN = ["signet/options.proto", "reflect/v1/reflect.proto"]


@dataclass(frozen=True)
class Definitions:
    """Message classes and extensions, by the names used here."""

    plugin: Any  # google.protobuf.compiler.plugin_pb2
    descriptor: Any  # google.protobuf.descriptor_pb2
    nanopb: Any  # nanopb_pb2
    method_number: int  # field number of (signet.method)
    capability_number: int  # field number of (signet.capability)
    grant: Any  # class of signet.Grant
    interface: Any  # class of signet.reflect.v1.Interface


def compile_own() -> descriptor_pb2.FileDescriptorSet:
    """Compiles the SDK's own definitions, which lie beside the plugin."""
    with tempfile.NamedTemporaryFile() as output:
        subprocess.run(
            ["protoc", f"-I{INTERFACES}", f"--descriptor_set_out={output.name}", *OWN], check=True
        )
        return descriptor_pb2.FileDescriptorSet.FromString(Path(output.name).read_bytes())


@cache
def load() -> Definitions:
    """Loads every definition the plugin needs."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    for file in compile_own().file:
        pool.AddSerializedFile(file.SerializeToString())
    factory = message_factory.MessageFactory(pool)

    def message(name: str) -> Any:
        return factory.GetPrototype(pool.FindMessageTypeByName(name))

    return Definitions(
        plugin=plugin_pb2,
        descriptor=descriptor_pb2,
        nanopb=nanopb_pb2,
        method_number=pool.FindExtensionByName("signet.method").number,
        capability_number=pool.FindExtensionByName("signet.capability").number,
        grant=message("signet.Grant"),
        interface=message("signet.reflect.v1.Interface"),
    )
