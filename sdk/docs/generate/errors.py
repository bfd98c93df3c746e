# SPDX-License-Identifier: BSD-2-Clause
"""The page of errors: what the headers say of each, and the cause and cure that errors.toml gives.

Every error of the headers must have its entry, and every entry its error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from declarations import Item, Pages

# The enumerations whose values are errors, and what their values are on a page of their own.
ENUMERATIONS = {
    "sg_status": ("abi", "status.h", "Transport: the kernel did not carry an operation out"),
    "sg_rpc_status": ("signet", "rpc.h", "Calls: the server could not take or answer the message"),
    "sg_fault_cause": ("abi", "ring.h", "Faults: a thread came to an end it did not choose"),
}
NO_ERROR = ("SG_OK", "SG_RPC_OK", "SG_STATUS_LAST")
HEAD = """\
# Errors

An operation fails in one of three layers, and each has its own place: the kernel did not carry it
out (`enum sg_status`); the message travelled and the server could not take or answer it
(`enum sg_rpc_status`); or the server's own answer says no, in a field of the reply that its
interface explains. A thread that does what it may not is stopped with a fault, which its supervisor
is told.

`sg_status_name` and `sg_status_text`, and `sg_result_name` and `sg_result_text` for calls, turn a
value into its name and its sentence.
"""


class BadEntries(Exception):
    """errors.toml and the headers do not match; the message says where."""


def read_entries(file: Path) -> dict[str, dict[str, str]]:
    """Cause and cure of each error, by its name."""
    entries = tomllib.loads(file.read_text())
    for name, entry in entries.items():
        missing = [key for key in ("cause", "cure") if not entry.get(key, "").strip()]
        if missing or len(entry) != 2:
            raise BadEntries(f"{file.name}: {name}: found {sorted(entry)}, expected cause and cure")
    return entries


def errors_of(pages: Pages, enumeration: str) -> list[Item]:
    folder, header, _title = ENUMERATIONS[enumeration]
    found = pages.item(folder, header, enumeration)
    return [each for each in found.inside if each.name not in NO_ERROR]


def check(pages: Pages, entries: dict[str, dict[str, str]]) -> None:
    """Ends with what is missing, or too much."""
    names = {each.name for one in ENUMERATIONS for each in errors_of(pages, one)}
    known = set(entries)
    faults = [f"{name}: found no entry, expected its cause and cure" for name in names - known]
    faults += [f"{name}: found an entry, expected such an error" for name in known - names]
    if faults:
        raise BadEntries("errors.toml: " + "; ".join(sorted(faults)))


def write(pages: Pages, file: Path) -> str:
    """The whole page."""
    entries = read_entries(file)
    check(pages, entries)
    lines = [HEAD]
    for enumeration, (_folder, _header, title) in ENUMERATIONS.items():
        lines += [f"## {title}", ""]
        for error in errors_of(pages, enumeration):
            lines += [*section(pages, error, entries[error.name]), ""]
    return "\n".join(lines)


def section(pages: Pages, error: Item, entry: dict[str, str]) -> Iterator[str]:
    number, _, about = error.comment.partition(". ")
    yield f"### {error.name}"
    yield ""
    yield f"{number}. " + " ".join(pages.prose(about[:1].upper() + about[1:] + "."))
    yield ""
    for key in ("cause", "cure"):
        text = " ".join(entry[key].split())
        yield f"**{key.capitalize()}.** {pages.link(text)}"
        yield ""
