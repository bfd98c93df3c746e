# SPDX-License-Identifier: BSD-2-Clause
"""What programs rely on, as items: one line of text each, so that a review sees what changed.

A line is KIND  NAME  KEY=VALUE  KEY=VALUE, with two spaces between its parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

GAP = "  "
HEAD = """\
# SPDX-License-Identifier: BSD-2-Clause
# What programs may rely on in version {version}: written by ci/check-abi --update, for a release.
"""


@dataclass(frozen=True)
class Item:
    """One thing programs rely on."""

    kind: str
    name: str
    facts: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        facts = (f"{key}={' '.join(value.split())}" for key, value in self.facts.items())
        return GAP.join([self.kind, self.name, *facts])


class Items:
    """All of them, by kind and name."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], Item] = {}

    def add(self, kind: str, name: str, **facts: object) -> None:
        self.put(Item(kind, name, {key: str(value) for key, value in facts.items()}))

    def put(self, item: Item) -> None:
        self.by_key[item.kind, item.name] = item

    def of_kind(self, kind: str) -> list[Item]:
        return [item for item in self.by_key.values() if item.kind == kind]

    def write(self, path: Path, version: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = sorted(item.line() for item in self.by_key.values())
        path.write_text(HEAD.format(version=version) + "\n".join(lines) + "\n")


def read(path: Path) -> Items:
    """Reads what write() wrote."""
    items = Items()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        parts = re.split(GAP, line)
        facts = dict(part.split("=", 1) for part in parts[2:] if "=" in part)
        if len(parts) < 2 or len(facts) != len(parts) - 2:
            raise SystemExit(f"{path}:{number}: found {line!r}, expected KIND  NAME  KEY=VALUE...")
        items.put(Item(parts[0], parts[1], facts))
    return items
