#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the pages of the manual that are made from the sources: declarations, interfaces, manifest
grammar, errors, tools."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(__file__).resolve().parents[3]
sys.path += [str(TOP / "ci/abi"), str(TOP / "sdk/plugin")]

import errors  # noqa: E402
import interfaces  # noqa: E402
import manifest  # noqa: E402
import names  # noqa: E402
import tools  # noqa: E402
from declarations import Pages  # noqa: E402

GROUPS = {
    "sdk": ("signet", "SDK reference", "The library's headers, as `#include <signet/...>`."),
    "kernel": ("abi", "Kernel reference", "The contract of kernel and programs: what the library"
               " itself is written against, and what never changes its meaning."),
}  # fmt: skip

INTERFACES = """\
The interfaces that ship with the SDK. A project's own get the same page, beside the code that is
generated for them: `interfaces/NAME/vN/NAME.md` in the build folder."""


def contents(title: str, about: str, pages: list[str]) -> str:
    """The first page of a part: its pages, in order."""
    lines = "\n".join(pages)
    return f"# {title}\n\n{about}\n\n```{{toctree}}\n:maxdepth: 1\n\n{lines}\n```\n"


def write_headers(pages: Pages, output: Path) -> None:
    for group, (folder, title, about) in GROUPS.items():
        target = output / group
        target.mkdir(parents=True, exist_ok=True)
        headers = pages.names(folder)
        for header in headers:
            (target / f"{header}.md").write_text(pages.write(folder, header))
        (target / "index.md").write_text(contents(title, about, headers))


def write_interfaces(output: Path) -> None:
    target = output / "interfaces"
    target.mkdir(parents=True, exist_ok=True)
    made = interfaces.write(TOP / "sdk/interfaces", TOP / "sdk/plugin/protoc-gen-signet", target)
    (target / "index.md").write_text(contents("Interface reference", INTERFACES, made))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", type=Path, required=True, help="an installed SDK")
    parser.add_argument("--output", type=Path, required=True, help="the folder to write to")
    options = parser.parse_args()
    sdk = options.sdk.resolve()
    pages = Pages(sdk)
    try:
        error_page = errors.write(pages, TOP / "sdk/docs/errors.toml")
    except errors.BadEntries as error:
        raise SystemExit(f"manual: {error}") from None
    faults = names.unknown(TOP / "sdk/docs", pages.names_declared())
    if faults:
        raise SystemExit("manual: " + "\n".join(faults))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "errors.md").write_text(error_page)
    write_headers(pages, options.output)
    write_interfaces(options.output)
    grammar = manifest.Grammar(TOP / "manifests/schema").write()
    (options.output / "manifest.md").write_text(grammar)
    (options.output / "tools.md").write_text(tools.write(sdk / "bin"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
