# SPDX-License-Identifier: BSD-2-Clause
"""Interface definitions (.proto files with services): the numbers behind method names."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

DESCRIBE = 55  # every server answers it; never declared
METHOD_OPTION = "signet.method"


def load(folders: Iterable[Path]) -> dict[str, dict[str, int]]:
    """Maps "package.Service" to its methods and their numbers, over all folders."""
    folders = list(folders)
    files = {
        str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*.proto")
    }
    return load_files(folders, sorted(files)) if files else {}


def load_files(folders: list[Path], files: list[str]) -> dict[str, dict[str, int]]:
    compiled = subprocess.run(
        ["protoc", *(f"--proto_path={folder}" for folder in folders), "--include_imports",
         "--descriptor_set_out=/dev/stdout", *files],
        capture_output=True, check=False,
    )  # fmt: skip
    if compiled.returncode:
        raise SystemExit(compiled.stderr.decode(errors="replace"))
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(compiled.stdout).file:
        pool.Add(file)
    found: dict[str, dict[str, int]] = {}
    for name in files:
        for service in pool.FindFileByName(name).services_by_name.values():
            found[service.full_name] = numbers(pool, service)
    return found


def numbers(pool: descriptor_pool.DescriptorPool, service) -> dict[str, int]:
    """The method numbers of one service, as its options state them."""
    factory = message_factory.MessageFactory(pool)
    options_class = factory.GetPrototype(
        pool.FindMessageTypeByName("google.protobuf.MethodOptions")
    )
    option = pool.FindExtensionByName(METHOD_OPTION)
    methods = {}
    for method in service.methods:
        options = options_class.FromString(method.GetOptions().SerializeToString())
        methods[method.name] = options.Extensions[option]
    return methods
