# SPDX-License-Identifier: BSD-2-Clause
"""A program of a few lines, for tests of what reads its debug information."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

from signet_debug import dwarf


def compiled(test: type[unittest.TestCase], source: str, *options: object) -> dwarf.Program:
    """The program of a source; it is there as long as the class of tests runs."""
    folder = tempfile.TemporaryDirectory()
    test.addClassCleanup(folder.cleanup)
    file, target = Path(folder.name) / "a.c", Path(folder.name) / "a.elf"
    file.write_text(source)
    subprocess.run(
        ["clang-14", "-g", "-nostdlib", "-static", "-fuse-ld=lld", "-Wl,-e,0", *options,
         "-o", target, file],
        check=True,
    )  # fmt: skip
    return dwarf.Program(target)
