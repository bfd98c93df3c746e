# SPDX-License-Identifier: BSD-2-Clause
"""What each page of verification/inventory has to say, and whether it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import panics
import references

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "verification/inventory"
MISTAKES = 22


def sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Title of each section of a page, and what its list says under which word."""
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        items = re.findall(r"^- (\w[\w ]*): ((?:.*\n)(?:  .*\n)*)", body, re.MULTILINE)
        yield title.strip(), {word: " ".join(said.split()) for word, said in items}


def check_boundaries(text: str) -> tuple[str, list[str]]:
    said = []
    count = open_count = 0
    for title, items in sections(text):
        count += 1
        where, how = items.get("Enforced", ""), items.get("Attacked", "")
        if not where and not how and items.get("Not claimed"):
            open_count += 1
        elif not references.files_in(where) or not references.tests_in(how):
            said.append(f"{title}: found a boundary that is not both enforced and attacked, expected files, "
                        "functions and tests, or nothing but a non-claim")
    return f"{count} boundaries, {open_count} of them non-claims", said


def check_attackers(text: str, boundaries: str) -> tuple[str, list[str]]:
    known = {title for title, _ in sections(boundaries)}
    rows = [row.split(" | ") for row in re.findall(r"^\| (.*) \|$", text.partition("\n## ")[0], re.MULTILINE)][1:]
    said = [f"{row[0]}: found boundary {name!r}, which there is not"
            for row in rows for name in row[-1].split(", ") if name != "none" and name not in known]
    return f"{len(rows)} attackers", said


def check_findings(text: str, is_past: Callable[[str], bool]) -> tuple[str, list[str]]:
    said = []
    found = list(sections(text))
    for title, items in found:
        weakness = items.get("Weakness", "")
        if not re.fullmatch(r"CWE-\d+(?:, CWE-\d+)*|none fits", weakness):
            said.append(f"{title}: found weakness {weakness!r}, expected CWE numbers or 'none fits'")
        commit = items.get("Mended", "")
        if not re.fullmatch(r"[0-9a-f]{7,40}", commit) or not is_past(commit):
            said.append(f"{title}: found commit {commit!r}, expected one that led here")
        if not references.tests_in(items.get("Held by", "")):
            said.append(f"{title}: found no test that holds it")
    return f"{len(found)} findings", said


def check_lessons(text: str) -> tuple[str, list[str]]:
    items = re.findall(r"^(\d+)\. ((?:.*\n)(?:    ?.*\n)*)", text, re.MULTILINE)
    said = []
    for number, words in items:
        ours, _, answer = words.partition("   Ours: ")
        if not (references.tests_in(answer) if answer else re.search(r"Not applicable: \w+ \w+", ours)):
            said.append(f"mistake {number}: found neither a test nor why it is not applicable")
    if [int(number) for number, _ in items] != list(range(1, MISTAKES + 1)):
        said.append(f"mistakes: found {len(items)}, expected {MISTAKES} in order")
    return f"{len(items)} mistakes of others", said


def check_all(texts: dict[str, str], kernel: dict[str, str], tree: references.Tree) -> tuple[list[str], list[str]]:
    """What there is, and what is wrong with it: the pages, the kernel's files, and what they may refer to."""
    has_history = references.has_history(TOP)
    count, faults = panics.check(kernel, texts["panics.md"])
    parts = [
        (f"{count} places where the kernel stops", faults),
        check_boundaries(texts["boundaries.md"]),
        check_attackers(texts["attackers.md"], texts["boundaries.md"]),
        check_findings(texts["findings.md"], lambda commit: not has_history or references.is_past(TOP, commit)),
        check_lessons(texts["lessons.md"]),
    ]
    named = [fault for page, text in texts.items() for fault in tree.faults(page, text)]
    if not has_history:
        parts[3] = (f"{parts[3][0]} (their commits not looked for: no history here)", parts[3][1])
    return [summary for summary, _ in parts], [fault for _, faults in parts for fault in faults] + named


def read() -> dict[str, str]:
    """The pages' texts by their names."""
    return {path.name: path.read_text() for path in sorted(FOLDER.glob("*.md"))}
