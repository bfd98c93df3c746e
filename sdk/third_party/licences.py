#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Copies the licences of what is linked into programs: the locked libraries' and the compiler's."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import fetch  # noqa: E402

LOCK = Path(__file__).with_name("lock")
# Source package and the files of it that state the licence of the parts that are used.
STATED_IN = {
    "picolibc": ["COPYING.picolibc", "COPYING.NEWLIB"],
    "nanopb": ["LICENSE.txt"],
    "libsodium": ["LICENSE"],
}
COMPILER = Path("/usr/share/doc/libclang-rt-14-dev/copyright")


def copy(cache: Path, folder: Path) -> None:
    """Writes every licence as PACKAGE.FILE; the sources are fetched if they are not there."""
    third_party = cache / "third_party"
    fetch.fetch(LOCK, third_party, allow_newer=False)
    folder.mkdir(parents=True, exist_ok=True)
    for package, names in STATED_IN.items():
        for name in names:
            shutil.copyfile(third_party / "source" / package / name, folder / f"{package}.{name}")
    shutil.copyfile(COMPILER, folder / "compiler-rt.copyright")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where fetched sources are")
    parser.add_argument("folder", type=Path, help="where the licences go")
    options = parser.parse_args()
    copy(options.cache.resolve(), options.folder)


if __name__ == "__main__":
    main()
