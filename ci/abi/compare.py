# SPDX-License-Identifier: BSD-2-Clause
"""What changed between two states of the ABI, and whether programs of the older still work."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from items import Item, Items

RESERVED = re.compile(r"\.(reserved|pad)[0-9]*$")
LAYOUT = ("offset", "size", "align")  # to promise where a field lies takes nothing away
COUNTS = re.compile(r"_(COUNT|LAST)$")  # these say how much there is, and grow with it


@dataclass
class Changes:
    """What must not be, and what may."""

    broken: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def takes_reserved(items: Items, old: Item) -> bool:
    """Whether another field of the same type now stands where a reserved one was."""
    record = old.name.rpartition(".")[0]
    return "offset" in old.facts and any(
        item.name.rpartition(".")[0] == record and item.facts == old.facts
        for item in items.of_kind("field")
    )


def may_change(old: Item, new: Item) -> bool:
    """Whether the change of a value is only that there is more of something."""
    if old.kind not in ("constant", "enumerator") or not COUNTS.search(old.name):
        return False
    before, after = int(old.facts["value"]), int(new.facts["value"])
    return abs(after) >= abs(before) and before * after >= 0


def compare(old: Items, new: Items) -> Changes:
    """Every difference, by name."""
    changes = Changes()
    for key, item in old.by_key.items():
        now = new.by_key.get(key)
        if now is None:
            if not (RESERVED.search(item.name) and takes_reserved(new, item)):
                changes.broken.append(f"{item.kind} {item.name}: found none, expected it to stay")
        elif not may_change(item, now):
            changes.broken += [
                f"{item.kind} {item.name}: {fact}: found {now.facts.get(fact, 'none')}, "
                f"expected {item.facts.get(fact, 'none')}"
                for fact in {**item.facts, **now.facts}
                if item.facts.get(fact) != now.facts.get(fact)
                and (fact in item.facts or fact not in LAYOUT)
            ]
    changes.added = [
        f"{item.kind} {item.name}" for key, item in new.by_key.items() if key not in old.by_key
    ]
    return changes
