#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the archive of the SDK: what `cmake --install` installs, in one folder, in one .tar.xz.

The same files give the same bytes: order, times, owners and modes are fixed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import builder  # noqa: E402
import paths  # noqa: E402

TIME = 1767225600  # 2026-01-01, as the files of an image


def install(build: Path, prefix: Path) -> None:
    """Installs a build under a prefix."""
    command = ["cmake", "--install", build, "--prefix", prefix]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}{done.stderr}package: {build} could not be installed")


def fixed(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file as it is in everybody's archive, whoever made it."""
    member.mtime = TIME
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def write_archive(folder: Path, archive: Path) -> None:
    """Packs a folder; the archive appears whole or not at all."""
    fresh = archive.with_name(f".{archive.name}.partial")
    with tarfile.open(fresh, "w:xz", format=tarfile.PAX_FORMAT, preset=6) as packed:
        packed.add(folder, folder.name, recursive=False, filter=fixed)
        for path in sorted(folder.rglob("*")):
            packed.add(path, path.relative_to(folder.parent), recursive=False, filter=fixed)
    fresh.rename(archive)


def make(build: Path) -> Path:
    """Makes the archive of a build, in its folder package/; its path."""
    name = f"signet-sdk-{paths.version()}"
    output = build / "package"
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output) as stage:
        install(build, Path(stage) / name)
        write_archive(Path(stage) / name, output / f"{name}.tar.xz")
    return output / f"{name}.tar.xz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    paths.add_build_options(parser)
    parser.set_defaults(preset="release")
    options = parser.parse_args()
    if not options.no_build:
        builder.build(options.preset, ["system"])
    archive = make(paths.build_folder(options))
    print(f"package: {archive} ({archive.stat().st_size / 2**20:.1f} MiB)", file=sys.stderr)


if __name__ == "__main__":
    main()
