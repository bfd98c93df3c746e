#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes a software bill of materials (SPDX 2.3, JSON): programs with their hashes, the libraries linked into
each, the archives these were built from, and the Debian packages that built it all.

Beside each image, IMAGE.spdx.json is about the files in it; the SDK has share/doc/signet/signet.spdx.json about
itself. What is linked is found in the programs, by the names that libraries define. The same files built by the
same packages give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
import paths  # noqa: E402

CREATED = "2026-01-01T00:00:00Z"  # as the files of an image
INSTALLED = "share/doc/signet/signet.spdx.json"
DOCUMENT, ROOT = "SPDXRef-DOCUMENT", "SPDXRef-Root"
NONE = "NOASSERTION"
KERNEL = "kernel.elf"  # has no library
SHIPPED = ("lib/libsignet.a", "sysroot/lib/*.a", "share/signet/system/bin/*.elf")


@dataclass(frozen=True)
class Library:
    """A library as programs get it, and the component it is of."""

    file: str  # in the SDK's sysroot
    component: str
    licence: str


LIBRARIES = (
    Library("libc.a", "picolibc", NONE),  # many licences, all beside the SDK's own
    Library("libnanopb.a", "nanopb", "Zlib"),
    Library("libsodium.a", "libsodium", "ISC"),
    Library("libbuiltins.a", "compiler-rt", "Apache-2.0 WITH LLVM-exception"),
)
COMPILER_RT = "libclang-rt-14-dev"  # the Debian package that brings it
GRUB = ("grub-pc-bin", "grub-efi-amd64-bin")  # of which images have parts
DPKG = Path("/var/lib/dpkg/info")


@dataclass
class Parts:
    """Packages of a document, and how elements of it relate: (element, relation, element)."""

    packages: list[dict] = field(default_factory=list)
    relations: list[tuple[str, str, str]] = field(default_factory=list)


def identifier(kind: str, name: str) -> str:
    """SPDX permits letters, digits, '.' and '-'."""
    return f"SPDXRef-{kind}-" + "".join(c if c.isalnum() or c == "." else "-" for c in name)


def package(key: str, name: str, **further: object) -> dict:
    return {"SPDXID": key, "name": name, "downloadLocation": NONE, "filesAnalyzed": False,
            "licenseConcluded": NONE, "licenseDeclared": NONE, "copyrightText": NONE, **further}


def reference(kind: str, name: str, version: str, qualifiers: str) -> list[dict]:
    locator = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?{qualifiers}"
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator,
             "comment": kind}]


def locked_parts() -> Parts:
    """The libraries, and the archives that the lock pins."""
    sys.path.append(str(paths.TOP / "sdk/third_party"))
    import lock

    parts = Parts()
    sources = {source.name: source for source in lock.read(paths.TOP / "sdk/third_party/lock")}
    for library in LIBRARIES:
        key = identifier("Library", library.component)
        source = sources.get(library.component)
        further: dict = {"licenseDeclared": library.licence}
        if source:
            further["versionInfo"] = source.version
            further["externalRefs"] = reference("source", source.name, source.version,
                                                f"arch=source&distro={source.suite}")
        parts.packages.append(package(key, library.component, **further))
        for file in source.files if source else ():
            archive = identifier("Archive", file.name)
            parts.packages.append(package(archive, file.name, packageFileName=file.name, checksums=[
                {"algorithm": "SHA256", "checksumValue": file.sha256}]))
            parts.relations.append((key, "GENERATED_FROM", archive))
    return parts


def sums_digest(name: str, architecture: str) -> str:
    """Names the content of an installed Debian package, of which no archive is left: by the sums dpkg keeps."""
    places = [DPKG / f"{name}.md5sums", DPKG / f"{name}:{architecture}.md5sums"]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise SystemExit(f"sbom: Debian package {name}: found no sums of its files in {DPKG}")
    return hashlib.sha256(found.read_bytes()).hexdigest()


def tool_parts() -> Parts:
    """The Debian packages that are needed to build, as they are installed here."""
    setup = [paths.TOP / "scripts/setup", "--list"]
    names = subprocess.run(setup, capture_output=True, text=True, check=True).stdout.split()
    form = "${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n"
    query = ["dpkg-query", "-W", "-f", form, *names]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {row[0]: row for row in (line.split("\t") for line in shown.splitlines()) if row[3] == "installed"}
    parts = Parts()
    for name in sorted(names):
        if name not in installed:
            raise SystemExit(f"sbom: Debian package {name}: found none installed, expected it (scripts/setup)")
        _, version, architecture, _ = installed[name]
        key = identifier("Tool", name)
        parts.packages.append(package(
            key, name, versionInfo=version, comment=f"SHA-256 of its files' sums: {sums_digest(name, architecture)}",
            externalRefs=reference("as installed where it was built", name, version,
                                   f"arch={architecture}&distro=bookworm")))
        parts.relations.append((key, "BUILD_TOOL_OF", ROOT))
    parts.relations.append((identifier("Library", "compiler-rt"), "GENERATED_FROM", identifier("Tool", COMPILER_RT)))
    return parts


def known_parts() -> Parts:
    """What everything is built from: known in the tree; an SDK keeps it in its own document."""
    if paths.IN_TREE:
        locked, tools = locked_parts(), tool_parts()
        return Parts(locked.packages + tools.packages, locked.relations + tools.relations)
    document = json.loads((paths.TOP.parents[1] / INSTALLED).read_text())
    packages = [one for one in document["packages"] if one["SPDXID"] != ROOT]
    keys = {one["SPDXID"] for one in packages}
    relations = [(one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"])
                 for one in document["relationships"] if one["spdxElementId"] in keys]
    return Parts(packages, relations)


def symbols(file: Path, *options: str) -> set[str]:
    """The names that a program or library defines."""
    command = ["llvm-nm-14", "--defined-only", "--format=just-symbols", *options, file]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return {line for line in shown.splitlines() if line and not line.endswith(":")}


def library_symbols(sysroot: Path) -> dict[str, set[str]]:
    """What each library of a sysroot defines, by its component; none may be unknown."""
    known = {library.file: library.component for library in LIBRARIES}
    for path in sorted((sysroot / "lib").glob("*.a")):
        if path.name not in known:
            raise SystemExit(f"sbom: {path.name}: found no such library, expected one of {', '.join(known)}")
    return {one.component: symbols(sysroot / "lib" / one.file, "--extern-only") for one in LIBRARIES}


def file_entry(name: str, path: Path) -> dict:
    content = path.read_bytes()
    return {"SPDXID": identifier("File", name), "fileName": f"./{name}", "copyrightText": NONE,
            "licenseConcluded": NONE, "checksums": [
                {"algorithm": algorithm.upper(), "checksumValue": hashlib.new(algorithm, content).hexdigest()}
                for algorithm in ("sha1", "sha256")]}


def document(root: dict, files: list[tuple[str, Path]], sysroot: Path, sources: tuple[str, ...] = ()) -> str:
    """The document about a package that consists of files and of parts of Debian packages."""
    parts = known_parts()
    defined = library_symbols(sysroot)
    relations = [(DOCUMENT, "DESCRIBES", ROOT), *parts.relations]
    relations += [(ROOT, "GENERATED_FROM", identifier("Tool", source)) for source in sources]
    entries = []
    for name, path in sorted(files):
        entry = file_entry(name, path)
        entries.append(entry)
        relations.append((ROOT, "CONTAINS", entry["SPDXID"]))
        own = symbols(path) if path.suffix == ".elf" and path.name != KERNEL else set()
        relations += [(entry["SPDXID"], "STATIC_LINK", identifier("Library", component))
                      for component, names in defined.items() if own & names]
    content = {
        "packages": [root, *parts.packages],
        "files": entries,
        "relationships": [{"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other}
                          for one, how, other in relations],
    }
    name = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content))
    head = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": DOCUMENT, "name": root["name"],
        "documentNamespace": f"urn:uuid:{name}",
        "creationInfo": {"created": CREATED, "creators": [f"Tool: signet-sbom-{paths.version()}"]},
    }  # fmt: skip
    return json.dumps({**head, **content}, indent=1) + "\n"


def root_package(name: str, purpose: str, **further: object) -> dict:
    own = {"versionInfo": paths.version(), "licenseDeclared": "BSD-2-Clause", "primaryPackagePurpose": purpose}
    return package(ROOT, name, **{**own, **further})


def write_image(iso: Path, boot: Path, build: Path) -> None:
    """Writes the document of an image beside it; boot is the folder that the image has as /boot."""
    digest = hashlib.sha256(iso.read_bytes()).hexdigest()
    root = root_package(iso.stem, "OPERATING-SYSTEM", packageFileName=iso.name, checksums=[
        {"algorithm": "SHA256", "checksumValue": digest}])
    files = [(f"boot/{path.relative_to(boot)}", path) for path in boot.rglob("*") if path.is_file()]
    iso.with_suffix(".spdx.json").write_text(document(root, files, paths.sdk_folder(build) / "sysroot", GRUB))


def write_sdk(prefix: Path) -> Path:
    """Writes the document of an installed SDK into it."""
    target = prefix / INSTALLED
    files = [path for place in SHIPPED for path in prefix.glob(place)]
    named = [(str(path.relative_to(prefix)), path) for path in files]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(document(root_package("signet-sdk", "FRAMEWORK"), named, prefix / "sysroot"))
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", type=Path, help="folder of an installed SDK, which gets its document")
    print(write_sdk(parser.parse_args().prefix.resolve()))


if __name__ == "__main__":
    main()
