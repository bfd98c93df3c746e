# SPDX-License-Identifier: BSD-2-Clause
"""Checks a manifest and, given the modules of an image, writes the sealed form init reads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import checker
import interfaces
import paths
import seal
from schema import Schema, Source


def load(files: list[Path], folders: list[Path], program: Path) -> Source:
    """Reads, resolves and checks the source form; look at its findings before using it."""
    source = Schema().read(files)
    if not source.findings:
        seal.refuse_sealed_fields(source)
    if not source.findings:
        seal.resolve(source, interfaces.load([*paths.interface_folders(), *folders]))
        checker.check(source, program, "source")
    return source


def refuse(source: Source) -> None:
    """Prints every finding with its line and ends the program when there are any."""
    for finding in sorted(set(source.findings)):
        print(f"{source.place(finding.line)}: {finding.text}", file=sys.stderr)
    if source.findings:
        raise SystemExit(1)


def common_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("manifest", type=paths.manifest_path, nargs="+",
                        help="a .textproto file, or a name like demo; several are one manifest")
    parser.add_argument("--interfaces", type=Path, action="append", default=[], metavar="DIR",
                        help="further folder of interface definitions")  # fmt: skip
    parser.add_argument("--checker", type=Path, help="the built program with the rules")


def main() -> None:
    parser = argparse.ArgumentParser(prog="manifest-check", description=__doc__)
    common_arguments(parser)
    parser.add_argument("--modules-dir", type=Path, metavar="DIR", help="where the ELF files are")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the sealed form goes")
    options = parser.parse_args()
    if (options.out is None) != (options.modules_dir is None):
        parser.error("--modules-dir and --out belong together")
    program = options.checker or checker.find_program()
    source = load(options.manifest, options.interfaces, program)
    refuse(source)
    if options.out is None:
        return
    seal.add_modules(source, options.modules_dir)
    refuse(source)
    checker.check(source, program, "sealed")
    refuse(source)
    options.out.write_bytes(seal.sealed_bytes(source.message))
