#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a project from a template: a service, or a driver of a class of devices.

It builds, boots and passes its own tests untouched. In the tree it goes to services/NAME or
drivers/CLASS/NAME; made by an installed SDK it is a project of its own, in a folder NAME.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import paths  # noqa: E402

TEMPLATES = paths.TOP / "sdk/templates"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME_MOST = 19  # NAME.elf is the name of a boot module, which has 23 letters at most
NAME_RULE = "lower-case letters, digits and single dashes between them, the first a letter"
TOKEN = re.compile(r"@([A-Za-z]+)@")
TRY = {
    "service": '`call {name}.greet {{name: "world"}}`',
    "driver": "`call {name}.read {{index: 10}}`",
}

# Words that mean something else where the name would stand.
RESERVED = {
    "C": "auto break case char const continue default do double else enum extern float for goto if "
    "inline int long main register restrict return short signed sizeof static struct switch "
    "typedef union unsigned void volatile while bool true false",
    "interface definitions": "message service rpc package import option oneof map reserved syntax "
    "repeated optional stream returns google signet sg",
    "the build": "all test install clean help package kernel sdk system image run debug host",
    "every system": "init log console shell process",
    "the template's files": "interfaces build",
}


@dataclasses.dataclass(frozen=True)
class Request:
    """What is to be made, and where."""

    kind: str
    name: str
    device_class: str
    folder: Path

    def words(self) -> dict[str, str]:
        """What each @token@ of a template stands for."""
        identifier = self.name.replace("-", "_")
        inside = self.folder.relative_to(paths.TOP) if paths.IN_TREE else self.folder
        return {
            "name": self.name,
            "id": identifier,
            "ID": identifier.upper(),
            "Name": "".join(part.capitalize() for part in self.name.split("-")),
            "kind": self.kind,
            "class": self.device_class,
            "version": ".".join(paths.version().split(".")[:2]),
            "sdk": str(paths.TOP.parents[1]) if not paths.IN_TREE else "",
            "folder": str(inside),
            "top": "/".join([".."] * len(inside.parts)),
            "try": TRY[self.kind].format(name=self.name),
        }


def refuse(what: str, found: str, expected: str) -> None:
    raise SystemExit(f"{paths.program('new')}: {what}: found {found!r}, expected {expected}")


def check_word(what: str, word: str, most: int) -> None:
    """Ends the program unless the word can be part of paths and identifiers."""
    if not NAME.fullmatch(word):
        refuse(what, word, NAME_RULE)
    if len(word) > most:
        refuse(what, word, f"at most {most} letters")


def check_name(name: str) -> None:
    """Ends the program unless a project may have that name."""
    check_word("name", name, NAME_MOST)
    for meaning, words in RESERVED.items():
        if name in words.split():
            refuse("name", name, f"another: this one means something to {meaning}")
    for folder in (paths.TOP.parents[1] / "sysroot", paths.PROJECT / "build/cache/sysroot"):
        if (folder / "include" / f"{name.replace('-', '_')}.h").is_file():
            refuse("name", name, f"another: it would hide <{name}.h> of the C library")
    stock = [file.stem for file in (paths.TOP / "system/bin").glob("*.elf")]
    if name in stock:
        refuse("name", name, f"another than the SDK's own programs ({', '.join(sorted(stock))})")


def check_place(request: Request) -> None:
    """Ends the program unless the project can be made there."""
    if request.folder.exists() or request.folder.is_symlink():
        refuse("folder", str(request.folder), "nothing of that name yet")
    if not paths.IN_TREE:
        return
    taken = [*paths.TOP.glob("services/*/"), *paths.TOP.glob("drivers/*/*/")]
    for folder in taken:
        if folder.name == request.name:
            refuse("name", request.name, f"another than that of {folder.relative_to(paths.TOP)}")


def fill(text: str, words: dict[str, str]) -> str:
    """Replaces each @token@; an unknown one is a fault of the template."""
    return TOKEN.sub(lambda match: words[match[1]], text)


def copy(template: Path, folder: Path, words: dict[str, str]) -> None:
    """Writes every file of a template, its path and content filled in."""
    for source in sorted(path for path in template.rglob("*") if path.is_file()):
        target = folder / fill(str(source.relative_to(template)), words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(fill(source.read_text(encoding="utf-8"), words), encoding="utf-8")


def make(request: Request) -> None:
    """Makes the whole project, or nothing."""
    request.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=request.folder.parent, prefix=".new-") as stage:
        whole = Path(stage) / request.name
        for part in ("common", request.kind, "tree" if paths.IN_TREE else "project"):
            copy(TEMPLATES / part, whole, request.words())
        shutil.move(whole, request.folder)


def place(options: argparse.Namespace) -> Path:
    """Where the project goes."""
    if options.into is not None:
        return options.into.resolve() / options.name
    if not paths.IN_TREE:
        return Path.cwd() / options.name
    if options.kind == "service":
        return paths.TOP / "services" / options.name
    return paths.TOP / "drivers" / options.device_class / options.name


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=paths.program("new"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="service|driver")
    for kind, words in (("service", "name"), ("driver", "name class")):
        make_kind = kinds.add_parser(kind, help=f"new {kind} {words.upper()}")
        make_kind.add_argument("name", help=NAME_RULE)
        if kind == "driver":
            make_kind.add_argument("device_class", metavar="class", help="e.g. serial, block")
        if not paths.IN_TREE:
            make_kind.add_argument("--into", type=Path, metavar="DIR", help="default: here")
    parser.set_defaults(device_class="", into=None)
    return parser.parse_args()


def main() -> None:
    options = parse()
    check_name(options.name)
    if options.kind == "driver":
        check_word("class", options.device_class, NAME_MOST)
    request = Request(options.kind, options.name, options.device_class, place(options))
    check_place(request)
    make(request)
    print(f"made {request.folder}")
    if paths.IN_TREE:
        print(f"next: scripts/test {options.name}")
    else:
        print(f"next: cd {request.folder}")
        print("      cmake --preset dev && cmake --build --preset dev && ctest --preset dev")


if __name__ == "__main__":
    main()
