# SPDX-License-Identifier: BSD-2-Clause
"""Two folders that should hold the same bytes: which file is the first that does not, and where."""

from __future__ import annotations

import tarfile
from pathlib import Path

CHUNK = 1 << 20


def first_difference(one: Path, other: Path) -> int | None:
    """The first offset at which two files differ, the end of the shorter one counted; None when nowhere."""
    offset = 0
    with open(one, "rb") as left, open(other, "rb") as right:
        while True:
            a, b = left.read(CHUNK), right.read(CHUNK)
            if a != b:
                return offset + next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            if not a:
                return None
            offset += len(a)


def first_member(one: Path, other: Path) -> str:
    """The first member in which two archives differ, by name, head or bytes."""
    with tarfile.open(one) as left, tarfile.open(other) as right:
        for a, b in zip(left, right):
            if a.name != b.name or a.get_info() != b.get_info():
                return f"{a.name} against {b.name}"
            if a.isfile() and left.extractfile(a).read() != right.extractfile(b).read():
                return a.name
    return "none: packed differently, or one has more"


def files_of(folder: Path, patterns: tuple[str, ...]) -> set[str]:
    return {str(path.relative_to(folder)) for pattern in patterns for path in folder.glob(pattern) if path.is_file()}


def differences(one: Path, other: Path, patterns: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The files of two folders that match, and what is wrong with each that is not the same in both."""
    names = sorted(files_of(one, patterns) | files_of(other, patterns))
    said = []
    for name in names:
        if not (one / name).is_file() or not (other / name).is_file():
            said.append(f"{name}: found in one folder only")
        elif (offset := first_difference(one / name, other / name)) is not None:
            inside = f", in it {first_member(one / name, other / name)}" if ".tar." in name else ""
            said.append(f"{name}: found the first difference at offset {offset}{inside}")
    return names, said
