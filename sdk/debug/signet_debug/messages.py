# SPDX-License-Identifier: BSD-2-Clause
"""The messages of interfaces, as text: what stock protoc makes of the .proto files."""

from __future__ import annotations

import dataclasses
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError

METHOD_OPTION = "signet.method"
DESCRIBE = 55  # every server answers it; never declared


@dataclasses.dataclass(frozen=True)
class Method:
    """One method of an interface."""

    name: str
    request: Descriptor
    reply: Descriptor


def compile_protos(folders: list[Path], files: list[str]) -> bytes:
    """The descriptor set of files and all they import."""
    with tempfile.NamedTemporaryFile() as made:
        command = [
            "protoc", *(f"--proto_path={folder}" for folder in folders),
            "--include_imports", f"--descriptor_set_out={made.name}", *files,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"protoc: {done.stderr.strip()}")
        return Path(made.name).read_bytes()


class Interfaces:
    """Every interface of some folders, by the full name of its service."""

    def __init__(self, folders: Iterable[Path]) -> None:
        folders = [folder for folder in folders if folder.is_dir()]
        files = sorted({str(p.relative_to(f)) for f in folders for p in f.rglob("*.proto")})
        self._pool = descriptor_pool.DescriptorPool()
        self._factory = message_factory.MessageFactory(self._pool)
        self._services: dict[str, dict[int, Method]] = {}
        if not files:
            return
        compiled = descriptor_pb2.FileDescriptorSet.FromString(compile_protos(folders, files))
        for file in compiled.file:
            self._pool.Add(file)
        for file in files:
            for service in self._pool.FindFileByName(file).services_by_name.values():
                self._services[service.full_name] = dict(self._methods(service))

    def _methods(self, service: object) -> Iterable[tuple[int, Method]]:
        options_type = self._pool.FindMessageTypeByName("google.protobuf.MethodOptions")
        number = self._pool.FindExtensionByName(METHOD_OPTION)
        for method in service.methods:
            data = method.GetOptions().SerializeToString()
            options = self._factory.GetPrototype(options_type).FromString(data)
            made = Method(method.name, method.input_type, method.output_type)
            yield options.Extensions[number], made

    def method_name(self, interface: str, number: int) -> str:
        if number == DESCRIBE:
            return "DESCRIBE"
        known = self._services.get(interface, {}).get(number)
        return known.name if known else f"method {number}"

    def rights(self, interface: str, mask: int) -> list[str]:
        """The methods whose bits a rights mask has."""
        known = [*self._services.get(interface, {}), DESCRIBE]
        return [self.method_name(interface, n) for n in sorted(known) if mask >> n & 1]

    def request(self, interface: str, number: int, data: bytes) -> str:
        """A request as text on one line; its bytes when the interface is not known."""
        method = self._services.get(interface, {}).get(number)
        if method is None:
            return data.hex(" ")
        return self._text(method.request, data)

    def _text(self, type_: Descriptor, data: bytes) -> str:
        try:
            message = self._factory.GetPrototype(type_).FromString(data)
        except DecodeError:
            return f"no {type_.name}: {data.hex(' ')}"
        return "{" + text_format.MessageToString(message, as_one_line=True) + "}"
