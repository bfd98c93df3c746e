# SPDX-License-Identifier: BSD-2-Clause
"""The lock file: which source files each third-party package consists of, and their SHA-256."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class LockedFile:
    """One file of a source package, as the lock names it."""

    name: str
    sha256: str

    def role(self) -> str:
        """What the file is for: 'dsc', 'debian' (patches) or 'upstream'."""
        if self.name.endswith(".dsc"):
            return "dsc"
        return "debian" if ".debian.tar." in self.name else "upstream"

    def is_in(self, folder: Path) -> bool:
        """True when the folder holds this file with exactly these bytes."""
        path = folder / self.name
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


@dataclasses.dataclass
class Package:
    """One source package: where it comes from and the files it is made of."""

    name: str
    suite: str
    version: str
    files: list[LockedFile]

    def file(self, role: str) -> LockedFile:
        """The package's only file of that role."""
        return next(file for file in self.files if file.role() == role)


def read(path: Path) -> list[Package]:
    """The packages of a lock file, in its order."""
    packages: dict[str, Package] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if len(fields) != 5:
            raise SystemExit(f"{path}:{number}: found {len(fields)} columns, expected 5")
        name, suite, version, file, digest = fields
        package = packages.setdefault(name, Package(name, suite, version, []))
        package.files.append(LockedFile(file, digest))
    return list(packages.values())
