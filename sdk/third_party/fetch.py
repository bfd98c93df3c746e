#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fetches the locked third-party sources from Debian, verifies, unpacks and patches them.

Nothing is unpacked whose SHA-256 is not the lock's. The apt state is private to the cache folder, so
the system's own lists and sources stay as they are; the mirror is the one its apt already uses.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import lock  # noqa: E402

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def mirrors() -> dict[str, str]:
    """The machine's own mirrors: {'main': URI, 'security': URI} (the second may be missing)."""
    command = ["apt-get", "update", "--print-uris"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for uri, suite in re.findall(r"'(\S+?)/dists/([a-z]+(?:-security)?)/InRelease'", text):
        if "debian" in uri:
            found.setdefault("security" if suite.endswith("-security") else "main", uri)
    if "main" not in found:
        raise SystemExit("third-party: found no Debian mirror in the machine's apt sources")
    return found


def write_source(file, uri: str, suites: str) -> None:
    file.write(
        f"Types: deb-src\nURIs: {uri}\nSuites: {suites}\nComponents: main\n"
        f"Signed-By: {KEYRING}\n\n"
    )


def private_apt(root: Path, suites: set[str]) -> dict[str, str]:
    """Prepares a private apt state below root; returns the environment that selects it."""
    for folder in ("lists/partial", "cache/archives/partial", "sources.list.d", "preferences.d"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    found = mirrors()
    with open(root / "sources.list.d/source.sources", "w") as file:
        for suite in sorted(suites):
            write_source(file, found["main"], f"{suite} {suite}-updates")
            if "security" in found:
                write_source(file, found["security"], f"{suite}-security")
    configuration = root / "apt.conf"
    configuration.write_text(
        'Dir::Etc::sourcelist "/dev/null";\n'
        f'Dir::Etc::sourceparts "{root}/sources.list.d";\n'
        f'Dir::Etc::preferencesparts "{root}/preferences.d";\n'
        f'Dir::State::lists "{root}/lists";\n'
        f'Dir::Cache "{root}/cache";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
        'APT::Sandbox::User "";\n'
    )
    return {**os.environ, "APT_CONFIG": str(configuration)}


def download(package: lock.Package, files: Path, environment: dict[str, str], log: Path) -> None:
    """Downloads what apt has of the package: its pinned version or else the suite's newest."""
    wanted = [f"{package.name}={package.version}"] + [
        f"{package.name}/{package.suite}{suffix}" for suffix in ("-security", "-updates", "")
    ]
    with open(log, "w") as output:
        for what in wanted:
            with tempfile.TemporaryDirectory(dir=files.parent) as folder:
                # A mirror may lack single files, which apt reports as failure; the hash judges.
                subprocess.run(
                    ["apt-get", "-q", "source", "--download-only", what],
                    cwd=folder, env=environment, stdout=output, stderr=output, check=False,
                )  # fmt: skip
                arrived = list(Path(folder).iterdir())
                for file in arrived:
                    shutil.move(str(file), files / file.name)
            if arrived:
                return


def patches_of(package: lock.Package, files: Path, allow_newer: bool) -> Path:
    """The Debian patch archive to use; a newer revision only when that is allowed."""
    pinned = package.file("debian")
    if pinned.is_in(files):
        return files / pinned.name
    known = files.glob(f"{package.name}_*.debian.tar.*")
    newer = sorted(known, key=lambda path: path.stat().st_mtime)
    if allow_newer and newer:
        warning = f"third-party: warning: {pinned.name} is gone; using {newer[-1].name}"
        print(warning, file=sys.stderr)
        return newer[-1]
    raise SystemExit(
        f"third-party: {pinned.name}: missing or wrong SHA-256, expected {pinned.sha256}; found "
        f"{', '.join(path.name for path in newer) or 'no other revision'} (--allow-newer-debian)"
    )


def unpack(package: lock.Package, files: Path, target: Path, allow_newer: bool) -> None:
    """Unpacks the verified upstream archive and applies Debian's patch series."""
    upstream = package.file("upstream")
    if not upstream.is_in(files):
        raise SystemExit(
            f"third-party: {upstream.name}: missing or wrong SHA-256, expected {upstream.sha256}"
        )
    debian = patches_of(package, files, allow_newer)
    stamp = target.with_name(f".{target.name}.unpacked")
    state = f"{upstream.sha256} {debian.name}\n"
    if target.is_dir() and stamp.is_file() and stamp.read_text() == state:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    subprocess.run(
        ["tar", "-xf", files / upstream.name, "-C", target, "--strip-components=1"], check=True
    )
    subprocess.run(["tar", "-xf", debian, "-C", target], check=True)
    series = target / "debian/patches/series"
    for line in series.read_text().splitlines() if series.is_file() else []:
        name = line.split("#")[0].split()
        if name:
            with open(target / "debian/patches" / name[0]) as patch:
                subprocess.run(["patch", "-s", "-p1"], cwd=target, stdin=patch, check=True)
    stamp.write_text(state)
    print(f"third-party: {package.name} {package.version} verified and patched", flush=True)


def fetch(lock_path: Path, cache: Path, allow_newer: bool) -> None:
    """Brings cache/source/<package> to what the lock says."""
    packages = lock.read(lock_path)
    files = cache / "files"
    files.mkdir(parents=True, exist_ok=True)
    needed = [
        package
        for package in packages
        if not all(file.is_in(files) for file in package.files if file.role() != "dsc")
    ]
    if needed:
        print("third-party: reading the source indexes", flush=True)
        environment = private_apt(cache / "apt", {package.suite for package in packages})
        subprocess.run(["apt-get", "-qq", "update"], env=environment, check=False)
        for package in needed:
            print(f"third-party: fetching {package.name} {package.version}", flush=True)
            download(package, files, environment, cache / f"{package.name}.log")
    for package in packages:
        unpack(package, files, cache / "source" / package.name, allow_newer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", type=Path, default=Path(__file__).with_name("lock"))
    parser.add_argument("--cache", type=Path, required=True, help="where files and sources go")
    parser.add_argument(
        "--allow-newer-debian",
        action="store_true",
        default=os.environ.get("SIGNET_ALLOW_NEWER_DEBIAN") == "1",
        help="accept a newer Debian revision when the pinned one is gone (upstream stays pinned)",
    )
    options = parser.parse_args()
    fetch(options.lock, options.cache.resolve(), options.allow_newer_debian)


if __name__ == "__main__":
    main()
