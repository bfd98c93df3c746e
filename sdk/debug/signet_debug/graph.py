# SPDX-License-Identifier: BSD-2-Clause
"""Who can do what to whom on a machine, for Graphviz: processes are boxes, and an arrow from one of
them is a capability it holds. What a process itself is made of is left out unless others hold it."""

from __future__ import annotations

from collections.abc import Iterator

from signet_debug.kernel import Capability
from signet_debug.report import Reporter
from signet_debug.system import Process
from signet_debug.value import address_of

DEVICES = ("IOPORT", "IRQ", "IRQ_CONTROL", "CPU")


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Graph:
    """The capabilities of every process but init, which holds them all."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._system = reporter.system
        self._held = list(self._read())
        self._holders: dict[tuple[int, int], set[str]] = {}
        for process, capability in self._held:
            thing = (capability.object, capability.type)
            self._holders.setdefault(thing, set()).add(process.name)

    def _read(self) -> Iterator[tuple[Process, Capability]]:
        seen: set[int] = set()
        for _frame, thread in self._system.kernel.threads():
            process, cspace = self._system.process_of(thread), thread.cspace
            if process.number == 0 or address_of(cspace) in seen:
                continue
            seen.add(address_of(cspace))
            for capability in self._system.kernel.capabilities(cspace.cspace):
                if capability.is_live:
                    yield process, capability

    def lines(self) -> Iterator[str]:
        """The graph in the language of dot."""
        yield "digraph authority {"
        yield "    rankdir=LR; node [shape=box, fontname=sans]; edge [fontname=sans, fontsize=10];"
        for process in self._system.processes:
            yield f"    {quote(process.name)};"
        lines = (line for held in self._held for line in self._draw(*held))
        yield from sorted(dict.fromkeys(lines))
        yield "}"

    def _draw(self, process: Process, capability: Capability) -> list[str]:
        """Arrow and object of a capability; nothing for one that only names its object."""
        kind = self._system.kernel.type_name(capability.type)
        rights = " ".join(self._reporter.own_rights(capability))
        if not rights:
            return []
        if kind == "CLIENT":
            known = self._system.endpoints.get(capability.object)
            to = known[0].name if known else f"endpoint {capability.object:#x}"
            return [self._arrow(process, to, f"{known[1]}: {rights}" if known else rights)]
        is_shared = len(self._holders[capability.object, capability.type]) > 1
        if kind in DEVICES or is_shared:
            name = f"{kind.lower()} {self._reporter.object_name(capability)}"
            shape = f"    {quote(name)} [shape=ellipse];"
            return [shape, self._arrow(process, name, rights)]
        return []

    def _arrow(self, process: Process, to: str, rights: str) -> str:
        return f"    {quote(process.name)} -> {quote(to)} [label={quote(rights)}];"
