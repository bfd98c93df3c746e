# SPDX-License-Identifier: BSD-2-Clause
"""Where things are in the tree and in a build folder."""

from __future__ import annotations

import argparse
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PRESETS = ("dev", "release")


def manifest_path(name: str) -> Path:
    """A manifest by its name in manifests/ or by its path."""
    known = TOP / "manifests" / f"{name}.textproto"
    path = known if known.is_file() else Path(name)
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in (TOP / "manifests").glob("*.textproto")))
        raise SystemExit(f"manifest {name}: found no such file, expected a path or one of: {names}")
    return path.resolve()


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """The options by which every tool names its build: --preset, --build and --no-build."""
    parser.add_argument("--preset", choices=PRESETS, default="dev", help="default dev")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--no-build", action="store_true", help="use what is built already")


def build_folder(options: argparse.Namespace) -> Path:
    """The build folder that the options name."""
    return options.build.resolve() if options.build else TOP / "build" / options.preset
