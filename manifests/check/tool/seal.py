# SPDX-License-Identifier: BSD-2-Clause
"""Fills in what a manifest's source leaves to the tools: rights masks, interfaces, modules."""

from __future__ import annotations

import hashlib
from pathlib import Path

from google.protobuf.message import Message

from interfaces import DESCRIBE
from schema import Source

SUPERVISOR = ("init.supervisor", "signet.supervisor.v1.Supervisor")


def refuse_sealed_fields(source: Source) -> None:
    """A source must not carry what only the tools may write."""
    manifest = source.message
    for name in ("module", "interface"):
        if getattr(manifest, name):
            source.report(f"{name}[0]", name, "it in the source", "it to be filled in by the tools")
    for p, process in enumerate(manifest.process):
        for n, need in enumerate(process.need):
            if need.rights:
                path = f"process[{p}].need[{n}].rights"
                source.report(path, named("need", need, process), "rights", "methods by name")


def named(kind: str, entry: Message, process: Message) -> str:
    return f'{kind} "{entry.name}" of process "{process.name}"'


def provider_interfaces(manifest: Message) -> dict[str, str]:
    """Maps "process.provided-name" to its interface, the supervisor's own included."""
    providers = dict([SUPERVISOR])
    for process in manifest.process:
        for provide in process.provide:
            providers.setdefault(f"{process.name}.{provide.name}", provide.interface)
    return providers


def resolve(source: Source, interfaces: dict[str, dict[str, int]]) -> None:
    """Writes the interface table and turns method names into rights masks."""
    manifest = source.message
    providers = provider_interfaces(manifest)
    for name in sorted(set(providers.values()) & set(interfaces)):
        entry = manifest.interface.add(name=name)
        for method, number in sorted(interfaces[name].items(), key=lambda item: item[1]):
            entry.method.add(name=method, number=number)
    for p, process in enumerate(manifest.process):
        for n, need in enumerate(process.need):
            known = interfaces.get(providers.get(need.provider, ""))
            if known is not None:
                path = f"process[{p}].need[{n}]"
                need.rights = rights(source, need, named("need", need, process), path, known)


def rights(source: Source, need: Message, thing: str, path: str, known: dict[str, int]) -> int:
    methods = {**known, "DESCRIBE": DESCRIBE}
    if need.all:
        if need.methods:
            source.report(f"{path}.all", thing, "methods and all: true", "one of the two")
        return sum(1 << number for number in methods.values())
    mask = 0
    for m, name in enumerate(need.methods):
        if name not in methods:
            expected = "one of " + " ".join(methods)
            source.report(f"{path}.methods[{m}]", thing, f'method "{name}"', expected)
            mask |= 1 << DESCRIBE  # reported; not also "no method"
        else:
            mask |= 1 << methods[name]
    return mask


def add_modules(source: Source, folder: Path) -> None:
    """Lists each distinct module with the size and hash of its file."""
    manifest = source.message
    done: set[str] = set()
    for p, process in enumerate(manifest.process):
        if process.module in done:
            continue
        done.add(process.module)
        path = folder / process.module
        if not path.is_file():
            thing = f'process "{process.name}"'
            found, expected = f"no file {process.module}", f"it in {folder}"
            source.report(f"process[{p}].module", thing, found, expected)
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).digest()
        manifest.module.add(name=process.module, sha256=digest, size_bytes=len(content))


def sealed_bytes(manifest: Message) -> bytes:
    """The form init reads: masks instead of method names."""
    sealed = type(manifest)()
    sealed.CopyFrom(manifest)
    for process in sealed.process:
        for need in process.need:
            need.ClearField("methods")
            need.ClearField("all")
    return sealed.SerializeToString(deterministic=True)
