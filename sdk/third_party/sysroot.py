#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the target's sysroot of third-party libraries, once for each lock and recipe.

The result is <cache>/sysroot-<hash>, with <cache>/sysroot pointing at it. When that folder is
complete already, nothing is fetched, built or written.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import fetch  # noqa: E402

HERE = Path(__file__).resolve().parent
TOOLCHAIN = HERE.parent / "cmake/signet-toolchain.cmake"
INGREDIENTS = [HERE / "lock", HERE / "CMakeLists.txt", TOOLCHAIN]


def recipe_hash() -> str:
    """Names the sysroot by everything that decides its bytes."""
    digest = hashlib.sha256()
    for path in INGREDIENTS:
        digest.update(path.read_bytes())
    compiler = subprocess.run(["clang-14", "--version"], capture_output=True, check=True)
    digest.update(compiler.stdout.splitlines()[0])
    return digest.hexdigest()[:16]


def point(link: Path, target: Path) -> None:
    """Makes the stable name point at the sysroot, without a moment when it is missing."""
    if link.is_symlink() and os.readlink(link) == target.name:
        return
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)


def build(cache: Path, sysroot: Path, allow_newer: bool) -> None:
    """Fetches, builds and installs every library into a new folder, then names it sysroot."""
    third_party = cache / "third_party"
    fetch.fetch(HERE / "lock", third_party, allow_newer)
    work = third_party / "build"
    fresh = sysroot.with_name(f".{sysroot.name}.partial")
    for folder in (work, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    configure = [
        "cmake", "-S", HERE, "-B", work, "-G", "Ninja",
        f"-DCMAKE_TOOLCHAIN_FILE={TOOLCHAIN}", "-DCMAKE_BUILD_TYPE=Release",
        f"-DCMAKE_INSTALL_PREFIX={fresh}", f"-DSIGNET_SOURCES={third_party / 'source'}",
    ]  # fmt: skip
    log = third_party / "build.log"
    with open(log, "w") as output:
        for name, command in (
            ("configuring", configure),
            ("building picolibc, nanopb, libsodium (once)", ["cmake", "--build", work]),
            ("installing", ["cmake", "--install", work]),
        ):
            print(f"third-party: {name}", flush=True)
            if subprocess.run(command, stdout=output, stderr=output, check=False).returncode:
                sys.stderr.write("".join(log.read_text().splitlines(keepends=True)[-30:]))
                raise SystemExit(f"third-party: {name} failed; the whole log is {log}")
    shutil.rmtree(sysroot, ignore_errors=True)
    (fresh / "complete").touch()
    fresh.rename(sysroot)
    shutil.rmtree(work)
    print(f"third-party: {sysroot.name} is ready", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder that holds the sysroots")
    parser.add_argument("--print", action="store_true", help="only print the sysroot's path")
    parser.add_argument(
        "--allow-newer-debian",
        action="store_true",
        default=os.environ.get("SIGNET_ALLOW_NEWER_DEBIAN") == "1",
        help="accept a newer Debian revision when the pinned one is gone (upstream stays pinned)",
    )
    options = parser.parse_args()
    cache = options.cache.resolve()
    sysroot = cache / f"sysroot-{recipe_hash()}"
    if options.print:
        print(sysroot)
        return
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (sysroot / "complete").is_file():
            build(cache, sysroot, options.allow_newer_debian)
        point(cache / "sysroot", sysroot)


if __name__ == "__main__":
    main()
