# SPDX-License-Identifier: BSD-2-Clause
"""Where things are, in the tree and in an installed SDK.

The tools are the same files in both. In the tree they work on the tree; installed, in share/signet of
the SDK, on the project in the current folder. Either keeps its builds in build/PRESET: programs in
bin/, images in image/, the key that signs them in keys/.
"""

from __future__ import annotations

import argparse
from pathlib import Path

# The tree, or an installed SDK's share/signet, which holds the same folders at the same places.
TOP = Path(__file__).resolve().parents[2]
IN_TREE = (TOP / "CMakePresets.json").is_file()
PROJECT = TOP if IN_TREE else Path.cwd()
PRESETS = ("dev", "release")


def version() -> str:
    """The version of the SDK."""
    return (TOP / "sdk/VERSION").read_text().strip()


def program(name: str) -> str:
    """What people call a tool by."""
    return f"scripts/{name}" if IN_TREE else f"signet-{name}"


def manifest_path(name: str) -> Path:
    """A manifest by its path, or by its name in the manifests/ of the project or the SDK."""
    known = [folder / "manifests" / f"{name}.textproto" for folder in (PROJECT, TOP)]
    path = next((path for path in known if path.is_file()), Path(name))
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in (TOP / "manifests").glob("*.textproto")))
        raise SystemExit(f"manifest {name}: found no such file, expected a path or one of: {names}")
    return path.resolve()


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """The options by which every tool names its build: --preset, --build and --no-build."""
    parser.add_argument("--preset", choices=PRESETS, default="dev", help="default %(default)s")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--no-build", action="store_true", help="use what is built already")


def build_folder(options: argparse.Namespace) -> Path:
    """The build folder that the options name."""
    return options.build.resolve() if options.build else PROJECT / "build" / options.preset


def sdk_folder(build: Path) -> Path:
    """The SDK that a build is made with: its own in the tree, else the one these tools are of."""
    return build / "sdk" if IN_TREE else TOP.parents[1]


def manifest_rules(build: Path) -> Path:
    """The program that holds the rules of manifests."""
    return sdk_folder(build) / "libexec/signet/manifest-check"


def program_folders(build: Path) -> list[Path]:
    """Where the programs of an image come from: what the build made, then what the SDK brings."""
    return [build / "bin", TOP / "system/bin"]


def interface_folders() -> list[Path]:
    """Where interfaces are defined: the SDK's, those that services keep for themselves, or the
    project's."""
    own = [PROJECT / "interfaces", *PROJECT.glob("services/*/interfaces")]
    own += PROJECT.glob("drivers/*/*/interfaces")
    return [TOP / "sdk/interfaces", *sorted(folder for folder in own if folder.is_dir())]


def key_file(build: Path) -> Path:
    """The key that signs a build's images unless they are given another."""
    return build / "keys/development.pem"
