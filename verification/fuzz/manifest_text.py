#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Feeds manifests as text to the host's checker: what scripts/manifest-check does with a file, in this process.

    manifest_text.py FOLDER                                     replays a corpus
    manifest_text.py FOLDER --minutes M | --executions N        mutates it, tokens and bytes

The parser is stock protoc, so there is no AFL++ here: what gets a kind of answer that no input had before joins
those that are mutated. Checked of each text:

- The checker comes to an end, and not by an exception.
- What is refused has a line of the text, in one printable line that says what was found and expected.
- What is accepted is accepted again when the message is written as text by somebody else, as the same message.
- Lines before a text move what is said of it by as many lines, and change nothing else.

An input that breaks one is written to --findings and ends the run with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "manifests/check/tool"))

import checker  # noqa: E402
import interfaces  # noqa: E402
import manifest_check  # noqa: E402
import paths  # noqa: E402
from google.protobuf import text_format  # noqa: E402
from positions import Scanner  # noqa: E402
from schema import Schema  # noqa: E402

SECONDS_MAX = 20  # for one text
TEXT_BYTES_MAX = 65536
MOVED = "\n# moved\n\n"
ENDS_OF_LINE = re.compile(rb"\r\n|\r|\n")
FINDING = re.compile(r"(.+?): found (.+), expected .+", re.DOTALL)
ODD = [b"0", b"-1", b"18446744073709551616", b"0x7fffffffffffffff", b"1e9", b".5", b"-nan", b"true", b"T", b"\"\"",
       b"'a'",
       b"\"\\x00\\377\\u20ac\"", b"\"a\" 'b'", b"\"\\\n\"", b"{", b"}", b"<", b">", b"[", b"]", b":", b",", b";",
       b"#", b"\"", b"[a.b]", b"[type.googleapis.com/a.B]", b"\0", b"\r", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"/",
       b"\n\n", b"name", b"module", b"interface", b"rights: 1", b"methods: [\"Get\", \"Get\"]"]  # fmt: skip


Answer = tuple[list[tuple[int, str]], bytes, str]  # findings with lines, message, message as text


class Broken(Exception):
    """What an oracle found."""


def times_out(*_: object) -> None:
    raise Broken(f"no answer after {SECONDS_MAX} s")


class Boundary:
    """The checker with what never changes read once, and the oracles around it."""

    def __init__(self, program: Path, folder: Path) -> None:
        schema, table = Schema(), interfaces.load(paths.interface_folders())
        manifest_check.Schema = lambda: schema
        manifest_check.interfaces.load = lambda _: table
        self.program = program
        self.file = folder / "fuzzed.textproto"
        signal.signal(signal.SIGALRM, times_out)

    def answer(self, text: bytes) -> Answer:
        """What is wrong with a text; or its message as bytes and, as it was written, as text."""
        self.file.write_bytes(text)
        try:
            source = manifest_check.load([self.file], [], self.program)
        except SystemExit as error:
            raise Broken(f"ended: {error}") from None
        except Exception as error:  # whatever it is
            last = traceback.extract_tb(error.__traceback__)[-1]
            raise Broken(f"{type(error).__name__} in {last.name}: {str(error)[:200]}") from None
        findings = sorted({(finding.line, finding.text) for finding in source.findings})
        message = type(source.message)()
        message.CopyFrom(source.message)
        for name in ("module", "interface"):
            message.ClearField(name)
        for process in message.process:
            for need in process.need:
                need.ClearField("rights")
        written = "" if findings else text_format.MessageToString(message)
        return findings, message.SerializeToString(deterministic=True), written

    @staticmethod
    def expect_moved(moved: Answer, findings: list[tuple[int, str]], encoded: bytes) -> None:
        """What is said of no field stands at the first line wherever the text begins."""
        by = MOVED.count("\n")
        expected = {(line + by, said) for line, said in findings}
        at_first = {(1, said) for line, said in findings if line == 1}
        found = set(moved[0])
        if not found <= expected | at_first or len(found) != len(findings) or moved[1] != encoded:
            raise Broken(f"expected the same {by} lines on, found {findings[:3]} and {moved[0][:3]}")

    def feed(self, text: bytes) -> frozenset[str]:
        """Feeds one text and looks at the answer; what kind it is."""
        signal.alarm(SECONDS_MAX)
        try:
            findings, encoded, written = self.answer(text)
            lines = max(1, len(ENDS_OF_LINE.split(text)) - bool(ENDS_OF_LINE.search(text[-1:])))
            for line, said in findings:
                if not 1 <= line <= lines:
                    raise Broken(f"expected a line of 1 to {lines}, found {line}: {said!r}")
                if not FINDING.fullmatch(said) or not said.isprintable():
                    raise Broken(f"expected what was found and expected in one line, found {said!r}")
            if not findings:
                again = self.answer(written.encode())
                if again[0] or again[1] != encoded:
                    raise Broken(f"accepted, and not as its message is written: {again[0]}")
            self.expect_moved(self.answer(MOVED.encode() + text), findings, encoded)
        finally:
            signal.alarm(0)
        return frozenset(kind_of(said) for _, said in findings) or frozenset(["accepted"])


def kind_of(said: str) -> str:
    """A finding without what is the input's own."""
    return re.sub(r'"[^"]*"|\d+', "*", said)[:120]


def tokens_of(text: bytes) -> list[bytes]:
    return [token.encode() for _, token, _ in Scanner.split(text.decode(errors="replace"))]


class Mutator:
    """Makes texts of texts."""

    def __init__(self, texts: list[bytes], seed: int) -> None:
        self.chance = random.Random(seed)
        self.texts = texts
        self.words = sorted({token for text in texts for token in tokens_of(text)} | set(ODD))

    def block(self, tokens: list[bytes]) -> tuple[int, int]:
        """A range of tokens: often from a name to the end of its braces."""
        start = self.chance.randrange(len(tokens))
        depth = 0
        for end in range(start, min(start + 200, len(tokens))):
            depth += (tokens[end] in (b"{", b"<", b"[")) - (tokens[end] in (b"}", b">", b"]"))
            if depth < 0 or (depth == 0 and tokens[end] in (b"}", b">", b"]")):
                return start, end + 1
        return start, min(len(tokens), start + self.chance.randrange(1, 8))

    def change(self, tokens: list[bytes]) -> list[bytes]:
        """One change of structure."""
        start, end = self.block(tokens)
        other = tokens_of(self.chance.choice(self.texts)) or [b""]
        first, last = self.block(other)
        match self.chance.randrange(7):
            case 0:
                return tokens[:start] + tokens[end:]
            case 1:
                return tokens[:end] + tokens[start:end] * self.chance.choice([1, 2, 40]) + tokens[end:]
            case 2:
                return tokens[:start] + other[first:last] + tokens[end:]
            case 3:
                return tokens[:start] + other[first:last] + tokens[start:]
            case 4:
                return tokens[:start] + [self.chance.choice(self.words)] + tokens[start + 1 :]
            case 5:
                return tokens[:start] + [self.chance.choice(self.words)] + tokens[start:]
            case _:
                depth = self.chance.choice([2, 60, 120, 3000])
                opening, closing = self.chance.choice([(b"process {", b"}"), (b"need <", b">"), (b"[", b"]")])
                return tokens[:start] + [opening] * depth + tokens[start:end] + [closing] * depth + tokens[end:]

    def bytes_changed(self, text: bytes) -> bytes:
        """A few bytes that are others, more, or fewer."""
        changed = bytearray(text)
        for _ in range(self.chance.randrange(1, 5)):
            place = self.chance.randrange(len(changed) + 1)
            changed[place : place + self.chance.randrange(3)] = self.chance.choice(
                [self.chance.randbytes(self.chance.randrange(3)), self.chance.choice(ODD)])  # fmt: skip
        return bytes(changed)

    def make(self) -> bytes:
        text = self.chance.choice(self.texts)
        if self.chance.randrange(4) != 0:
            tokens = tokens_of(text) or [b""]
            for _ in range(self.chance.randrange(1, 4)):
                tokens = self.change(tokens) or [b""]
            text = self.chance.choice([b" ", b"\n"]).join(tokens)
        if self.chance.randrange(3) == 0:
            text = self.bytes_changed(text)
        return text[:TEXT_BYTES_MAX]


def mutated(options: argparse.Namespace, texts: list[bytes]) -> Iterator[bytes]:
    """Texts until there are enough; those that the caller adds are mutated too."""
    mutator = Mutator(texts, options.seed)
    end = time.monotonic() + 60 * options.minutes
    done = 0
    while done < options.executions if options.executions else time.monotonic() < end:
        done += 1
        yield mutator.make()


def keep(folder: Path, name: str, text: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}{hashlib.sha256(text).hexdigest()[:12]}").write_bytes(text)


def fuzz(boundary: Boundary, options: argparse.Namespace, texts: list[bytes]) -> int:
    """Mutates the corpus to the limit; how many findings there were."""
    kinds = {kind for text in texts for kind in boundary.feed(text)}
    broken: set[str] = set()
    started, done = time.monotonic(), 0
    for done, text in enumerate(mutated(options, texts), 1):
        try:
            answer = boundary.feed(text)
        except Broken as error:
            if kind_of(str(error)) not in broken:
                print(f"broken: {error}", flush=True)
                keep(options.findings, "crash-", text)
            broken.add(kind_of(str(error)))
            continue
        if not answer <= kinds:
            kinds |= answer
            texts.append(text)
            keep(options.queue, "", text)
    print(f"{done} executions, {time.monotonic() - started:.0f} seconds, {len(texts)} inputs, {len(broken)} findings")
    return len(broken)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the corpus")
    parser.add_argument("--checker", type=Path, help="the built program with the rules")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--executions", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queue", type=Path, help="where new inputs go", default=ROOT / "build/fuzz-work/text/queue")
    parser.add_argument("--findings", type=Path, help="where what breaks an oracle goes", default=Path("."))
    return parser.parse_args()


def main() -> int:
    options = parse()
    files = sorted(path for path in options.folder.iterdir() if not path.name.startswith("."))
    if not files:
        sys.exit(f"{options.folder}: expected a folder of inputs, found none")
    with tempfile.TemporaryDirectory() as folder:
        boundary = Boundary(options.checker or checker.find_program(), Path(folder))
        if options.minutes or options.executions:
            return 1 if fuzz(boundary, options, [path.read_bytes() for path in files]) else 0
        for path in files:
            print(f"{path}: {path.stat().st_size} bytes", flush=True)
            try:
                boundary.feed(path.read_bytes())
            except Broken as error:
                print(f"broken: {error}")
                return 1
    print(f"{len(files)} inputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
