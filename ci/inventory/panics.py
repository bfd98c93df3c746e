# SPDX-License-Identifier: BSD-2-Clause
"""Where the kernel that runs on the machine stops itself, and the list that says why no input makes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

KERNEL = "kernel"
APART = {"test", "host", "bench"}  # folders of what does not run on the machine
KINDS = ("Unreachable", "Boot", "Init", "Hardware", "End")
REASON_WORDS = 6  # fewer say nothing

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
DEFINITION = re.compile(r"^[A-Za-z][^;{}()#]*?\b(\w+)\([^;{}]*?\)\n\{", re.MULTILINE)
CALL = re.compile(r"\b(?:ASSERT|assert|assert_failed|arch_panic|panic_exception|panic_refuse|abort|exit|"
                  r"__builtin_trap|__builtin_unreachable|__asm__ volatile(?=\(\"[^\"]*\b(?:hlt|ud2)\b))\s*\(")
DECLARED = re.compile(r"^(?:#define ASSERT\(|(?:NORETURN |static )*void )")
LABEL = re.compile(r"^([A-Za-z_]\w*):", re.MULTILINE)
INSTRUCTION = re.compile(r"^[ \t]*(?:\d+:)?[ \t]*(hlt|ud2|j\w+ refuse)\b", re.MULTILINE)

Place = tuple[str, str, str]  # file, function or label, text


def sources(top: Path) -> dict[str, str]:
    """The files of the kernel that runs on the machine, and what is in them."""
    files = (path.relative_to(top) for path in sorted((top / KERNEL).rglob("*.[chS]")))
    return {str(path): (top / path).read_text() for path in files if not APART & set(path.parts)}


def argument_end(text: str, opened: int) -> int:
    """One past the parenthesis that closes the one at `opened`; those in strings do not count."""
    depth = 0
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|[()]', text[opened:]):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return opened + found.end()
    raise SystemExit(f"found no end of {text[opened:opened + 40]!r}, expected ')'")


def places_of_c(text: str) -> Iterator[tuple[str, str]]:
    """Function and text of each place in a C file."""
    functions = [(found.start(), found[1]) for found in DEFINITION.finditer(text)]
    for found in CALL.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()] + found[0]
        if DECLARED.match(line):
            continue
        inside = [name for start, name in functions if start < found.start()]
        whole = text[found.start() : argument_end(text, found.end() - 1)]
        yield (inside[-1] if inside else ""), " ".join(whole.split())


def places_of_assembly(text: str) -> Iterator[tuple[str, str]]:
    """Label and instruction of each place in an assembly file."""
    labels = [(found.start(), found[1]) for found in LABEL.finditer(text)]
    for found in INSTRUCTION.finditer(text):
        above = [name for start, name in labels if start < found.start()]
        yield above[-1], " ".join(found[1].split())


def places_of(name: str, text: str) -> list[Place]:
    """Every place of a file at which the kernel stops."""
    text = COMMENT.sub("", text)
    found = places_of_assembly(text) if name.endswith(".S") else places_of_c(text)
    return [(name, function, place) for function, place in found]


def listed(text: str) -> list[tuple[Place, str]]:
    """The entries of the list, and the reason each gives."""
    entries: list[tuple[Place, str]] = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0].strip("` ")
        for item in re.findall(r"^- `(.*?)`: `(.*?)`\n((?:  .*\n?)*)", part, re.MULTILINE):
            entries.append(((name, item[0], item[1]), " ".join(item[2].split())))
    return entries


def faults(found: list[Place], text: str) -> list[str]:
    """How the list differs from the places found."""
    entries = listed(text)
    there, written = Counter(found), Counter(place for place, _ in entries)
    said = [f"{place[0]} {place[1]}: found `{place[2]}`, which the list does not have"
            for place in (there - written).elements()]
    said += [f"{place[0]} {place[1]}: the list has `{place[2]}`, which the kernel does not"
             for place in (written - there).elements()]
    for place, reason in entries:
        kind, _, rest = reason.partition(":")
        if kind not in KINDS or len(rest.split()) < REASON_WORDS:
            said.append(f"{place[0]} {place[1]}: found reason {reason!r}, expected one of "
                        f"{', '.join(KINDS)}, a colon and why")
    return said


def check(kernel: dict[str, str], text: str) -> tuple[int, list[str]]:
    """How many places the kernel's files have, and what is wrong with the list."""
    found = [place for name, source in kernel.items() for place in places_of(name, source)]
    return len(found), faults(found, text)
