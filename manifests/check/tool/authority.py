# SPDX-License-Identifier: BSD-2-Clause
"""Prints who can do what in the image a manifest describes, as text or as a Graphviz graph."""

from __future__ import annotations

import argparse
from pathlib import Path

from google.protobuf.message import Message

import checker
import manifest_check
import seal
from interfaces import DESCRIBE

UNPROTECTED = "UNPROTECTED DMA: without an IOMMU every driver here that masters the bus can write all memory"
INIT_HOLDS = "all memory, every processor, all I/O ports, all interrupt lines, every endpoint"


class Graph:
    """The grants of a checked manifest, by process."""

    def __init__(self, manifest: Message, order: list[str]) -> None:
        self.manifest = manifest
        self.order = order
        self.providers = seal.provider_interfaces(manifest)
        self.names = {
            entry.name: {method.number: method.name for method in entry.method}
            for entry in manifest.interface
        }

    def methods(self, need: Message) -> list[str]:
        """Names of the methods a need permits."""
        known = {**self.names.get(self.providers[need.provider], {}), DESCRIBE: "DESCRIBE"}
        return [known[number] for number in sorted(known) if need.rights >> number & 1]

    def callers(self, process: str) -> list[tuple[str, Message]]:
        """Who can call into a process, and by which need."""
        return [
            (other.name, need)
            for other in self.manifest.process
            for need in other.need
            if need.provider.partition(".")[0] == process
        ]

    def quota_kib(self) -> int:
        return sum(process.memory_kib for process in self.manifest.process)


def sched_text(process: Message) -> str:
    if not process.HasField("sched"):
        return "NORMAL, weight 100"
    sched = process.sched
    kind = sched.DESCRIPTOR.fields_by_name["class"].enum_type.values_by_number
    name = kind[getattr(sched, "class")].name if sched.HasField("class") else "NORMAL"
    text = f"{name}, weight {sched.weight or 100}"
    if sched.period_us:
        text += f", {sched.budget_us} us in every {sched.period_us} us"
    return text


def restart_text(process: Message) -> str:
    policy = process.restart.DESCRIPTOR.fields_by_name["policy"].enum_type.values_by_number
    text = policy[process.restart.policy].name
    if process.restart.limit:
        text += f", {process.restart.limit} in a row, back-off {process.restart.backoff_ms} ms"
    return text


def device_texts(process: Message) -> list[str]:
    ports = [
        f"ports 0x{port.first:x}..0x{port.first + port.count - 1:x} as {port.name}"
        for port in process.ioport
    ]
    triggers = ("edge", "level high", "level low")
    lines = [f"irq {irq.line} ({triggers[irq.trigger]}) as {irq.name}" for irq in process.irq]
    operations = ("PLACE", "NOW", "RECORD", "PIN", "KEEP", "SHARE")
    cpus = [
        f"cpu {cpu.number} {' '.join(operations[number] for number in cpu.operation)} as {cpu.name}"
        for cpu in process.cpu
    ]
    return ports + lines + cpus


def rows(graph: Graph, process: Message) -> list[tuple[str, str]]:
    """What the report says about one process: label and text."""
    result = [
        ("memory", f"{process.memory_kib} KiB, {process.cspace_slots or 64} slots"),
        ("time", sched_text(process)),
        ("restart", restart_text(process)),
    ]
    for provide in process.provide:
        result.append(("provides", f"{provide.name}: {provide.interface}"))
    for need in process.need:
        methods = " ".join(graph.methods(need))
        result.append(("calls", f"{need.provider} as {need.name}: {methods}"))
    result += [("device", text) for text in device_texts(process)]
    for caller, need in graph.callers(process.name):
        result.append(("called by", f"{caller}: {' '.join(graph.methods(need))}"))
    return result


def print_text(graph: Graph, title: str) -> None:
    manifest = graph.manifest
    if manifest.machine.unprotected_dma:
        print(UNPROTECTED)
    print(
        f"{title}: {len(manifest.process)} processes, {graph.quota_kib()} KiB of quotas in a "
        f"machine of {manifest.machine.memory_mib} MiB"
    )
    print(f"start order: {' '.join(graph.order)}")
    print("\n0 init")
    print(f"    {'holds':<11}{INIT_HOLDS}")
    for caller, need in graph.callers("init"):
        print(f"    {'called by':<11}{caller}: {' '.join(graph.methods(need))}")
    for number, process in enumerate(manifest.process, 1):
        print(f"\n{number} {process.name} ({process.module})")
        for label, text in rows(graph, process):
            print(f"    {label:<11}{text}")


def print_dot(graph: Graph) -> None:
    print("digraph authority {\n    rankdir=LR;\n    node [shape=box, fontname=monospace];")
    print('    "init" [shape=doubleoctagon];')
    for process in graph.manifest.process:
        print(f'    "{process.name}" [label="{process.name}\\n{process.memory_kib} KiB"];')
        for index, text in enumerate(device_texts(process)):
            device = f"{process.name}.device{index}"
            print(f'    "{device}" [label="{text.rpartition(" as ")[0]}", shape=hexagon];')
            print(f'    "{process.name}" -> "{device}";')
    for process in graph.manifest.process:
        for need in process.need:
            target = need.provider.partition(".")[0]
            label = "\\n".join(graph.methods(need))
            print(f'    "{process.name}" -> "{target}" [label="{label}"];')
    print("}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="authority", description=__doc__)
    manifest_check.common_arguments(parser)
    parser.add_argument("--dot", action="store_true", help="as a Graphviz graph")
    options = parser.parse_args()
    program = options.checker or checker.find_program()
    source = manifest_check.load(options.manifest, options.interfaces, program)
    manifest_check.refuse(source)
    graph = Graph(source.message, checker.start_order(source, program))
    if options.dot:
        print_dot(graph)
    else:
        print_text(graph, options.manifest[0].name)
