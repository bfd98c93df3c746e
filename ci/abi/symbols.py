# SPDX-License-Identifier: BSD-2-Clause
"""The functions and data that the SDK's libraries define for programs to link with."""

from __future__ import annotations

import subprocess
from pathlib import Path

from items import Items

# Names that begin with an underscore are an implementation's own, those of libsignet.a without its
# prefixes are shared between its files.
OWN = {"libsignet.a": ("sg_", "signet_")}


def defined(library: Path) -> set[str]:
    """The external names a library defines."""
    command = ["llvm-nm-14", "--extern-only", "--defined-only", "--format=just-symbols", library]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = (line.split() for line in listed.splitlines())
    return {line[0] for line in words if len(line) == 1 and not line[0].endswith(":")}


def collect(items: Items, sdk: Path) -> None:
    """Every public name of every library of an installed SDK."""
    for library in sorted([*sdk.glob("lib/*.a"), *sdk.glob("sysroot/lib/*.a")]):
        if library.name == "libbuiltins.a":
            continue  # the compiler's, which decides itself what it calls
        prefixes = OWN.get(library.name)
        for name in sorted(defined(library)):
            if name.startswith(prefixes) if prefixes else not name.startswith("_"):
                items.add("symbol", f"{library.name}:{name}")
