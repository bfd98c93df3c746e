# SPDX-License-Identifier: BSD-2-Clause
"""Files, functions, tests, cases and commits that a page names in backticks: whether they exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

SPAN = re.compile(r"`([\w./@-]+/[\w./@-]+|proof_status|sdk-outside)(?:: ([\w, ]+))?`")
TEST = re.compile(r"(?:unit|boot|smp|tree|fuzz|model|proof|stress|manifest|debug|bench)/|"
                  r"(?:proof_status|sdk-outside)$")
REGISTERED = re.compile(r"^add_test\(\[=\[(.*?)\]=\]", re.MULTILINE)
BELOW = re.compile(r'^\s*subdirs\("(.*?)"\)', re.MULTILINE)
LITERAL = re.compile(r"add_test\(NAME ([\w/-]+)[\s)]")
TEST_SOURCES = ("kernel/*/test/*_test.c", "kernel/arch/host/*_test.c", "sdk/**/*_test.*", "services/*/test/*_test.c",
                "drivers/*/*/test/*_test.c", "manifests/check/test/*_test.c", "ci/boot/*.py", "ci/debug/*.py",
                "ci/check-*")


def registered(folder: Path) -> set[str]:
    """Every test that a build folder and what it includes registers."""
    found: set[str] = set()
    for name in ("CTestTestfile.cmake", "service_tests.cmake"):
        path = folder / name
        if path.is_file():
            text = path.read_text()
            found |= set(REGISTERED.findall(text))
            for below in BELOW.findall(text):
                found |= registered(folder / below)
    return found


class Tree:
    """What there is to refer to."""

    def __init__(self, top: Path, build: Path) -> None:
        self.top = top
        # The other preset's tests stand in the file that adds them.
        self.tests = registered(build) | set(LITERAL.findall((top / "scripts/cmake/SignetTests.cmake").read_text()))
        self.sources = [path for pattern in TEST_SOURCES for path in top.glob(pattern)]

    def has_test(self, name: str) -> bool:
        """Whether ctest has a test of that name, or of that name with firmware and preset."""
        return name in self.tests or any(test.startswith(f"{name}-") for test in self.tests)

    def has_case(self, test: str, case: str) -> bool:
        """Whether a source named like the test defines a function of that name."""
        own = [path for path in self.sources
               if test.endswith(path.stem.removesuffix("_test").removeprefix("check-"))]
        return any(defines(path, case) for path in own)

    def faults(self, page: str, text: str) -> list[str]:
        """What a page names and does not exist."""
        said: list[str] = []
        for name, inside in SPAN.findall(text):
            parts = inside.replace(",", " ").split()
            if TEST.match(name):
                if not self.has_test(name):
                    said.append(f"{page}: found `{name}`, expected a test that ctest has")
                said += [f"{page}: `{name}` has no case {one}" for one in parts if not self.has_case(name, one)]
            elif (self.top / name).exists():
                said += [f"{page}: {name} defines no {one}" for one in parts if not defines(self.top / name, one)]
            else:
                said.append(f"{page}: found `{name}`, expected a file or folder of the tree, or a test")
        return said


def defines(path: Path, name: str) -> bool:
    """Whether a file defines a function or label of that name."""
    lines = rf"^(?!\s|#).*\b{name}\(|^{name}:|^\s*def {name}\("
    return re.search(lines, path.read_text(), re.MULTILINE) is not None


def tests_in(text: str) -> list[str]:
    return [name for name, _ in SPAN.findall(text) if TEST.match(name)]


def files_in(text: str) -> list[str]:
    return [name for name, _ in SPAN.findall(text) if not TEST.match(name)]


def git(top: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The tree may belong to another user, as in continuous integration.
    command = ["git", "-c", f"safe.directory={top}", "-C", str(top), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def has_history(top: Path) -> bool:
    """Whether the tree comes with all its commits."""
    return git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == "false"


def is_past(top: Path, commit: str) -> bool:
    """Whether a commit is one that led here."""
    return git(top, "merge-base", "--is-ancestor", commit, "HEAD").returncode == 0
