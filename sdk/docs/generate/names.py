# SPDX-License-Identifier: BSD-2-Clause
"""The names that the hand-written pages use: each must be one of the headers'."""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"\b(?:sg|SG)_[A-Za-z0-9_]*[A-Za-z0-9]\b")
PREFIX = re.compile(r"\b(?:sg|SG)_[A-Za-z0-9_]*\*")  # sg_queue_*: all that begin so


def unknown(folder: Path, known: set[str]) -> list[str]:
    """File and name of each that no header declares."""
    found = []
    for page in sorted(folder.rglob("*.md")):
        text = PREFIX.sub("", page.read_text())
        for name in sorted(set(NAME.findall(text)) - known):
            found.append(f"{page.relative_to(folder)}: found {name}, expected a declared name")
    return found
