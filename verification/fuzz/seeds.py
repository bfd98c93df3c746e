#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes what a corpus begins with, the same each time:  seeds.py TARGET FOLDER"""
import random
import re
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MENDS = 0x80  # boot.c: checksums are put right


def kernel() -> list[bytes]:
    """Picks at random, for machines of one CPU and of three; at the end of some everybody dies."""
    chance = random.Random(1)
    firsts = [0, 1, 0xF0, 0xF1]
    return [bytes([firsts[number % 4]]) + chance.randbytes(60 + 25 * number) for number in range(32)]


def elf() -> list[bytes]:
    """An executable of code, data and a note, and one without the note."""
    def header(segments: int) -> bytes:
        return struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, 62, 1, 0x400100, 64, 0, 0,
                           64, 56, segments, 0, 0, 0)

    def segment(kind: int, flags: int, offset: int, in_file: int, in_memory: int) -> bytes:
        return struct.pack("<IIQQQQQQ", kind, flags, offset, 0x400000 + offset, 0x400000 + offset,
                           in_file, in_memory, 4096)

    note = struct.pack("<III8sHH", 7, 4, 1, b"Signet\0\0", 1, 0)
    code = segment(1, 5, 0, 0x180, 0x180)
    data = segment(1, 6, 0x1180, 40, 5000)
    files = []
    for segments in ([code, data, segment(4, 4, 0x150, len(note), len(note))], [code]):
        head = header(len(segments)) + b"".join(segments)
        files.append((head.ljust(0x150, b"\0") + note).ljust(0x1180, b"\x90") + b"d" * 40)
    return files


def table(signature: bytes, body: bytes) -> bytes:
    """An ACPI table without its checksum."""
    return signature + struct.pack("<IBB6s8sIII", 36 + len(body), 1, 0, b"SIGNET", b"SIGNET  ", 1, 1,
                                   1) + body


def tag(kind: int, body: bytes) -> bytes:
    """A multiboot2 tag."""
    size = 8 + len(body)
    return (struct.pack("<II", kind, size) + body).ljust((size + 7) // 8 * 8, b"\0")


def boot() -> list[bytes]:
    """One of each: boot information, root pointer, MADT, FADT, DSDT."""
    root = b"RSD PTR " + struct.pack("<B6sBIIQBBH", 0, b"SIGNET", 2, 0x7000, 36, 0x8000, 0, 0, 0)
    memory = struct.pack("<II", 24, 0) + b"".join(
        struct.pack("<QQII", *entry, 0)
        for entry in [(0, 0x9F000, 1), (0x100000, 0x1FF00000, 1), (0x10000000, 0x1800, 2)])
    modules = [tag(3, struct.pack("<II", start, end) + name) for start, end, name in
               [(0x200000, 0x201234, b"init\0"), (0x202000, 0x202001, b"manifest\0")]]
    tags = tag(6, memory) + b"".join(modules) + tag(14, root[:20]) + tag(15, root) + tag(0, b"")
    entries = bytes([0, 8, 0, 7, 1, 0, 0, 0, 9, 16, 0, 0, 44, 1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
                     1, 12, 0, 0, 0, 0, 0xC0, 0xFE, 24, 0, 0, 0, 2, 10, 0, 9, 9, 0, 0, 0, 15, 0,
                     5, 12, 0, 0, 0, 0, 0xE0, 0xFE, 1, 0, 0, 0])
    return [
        bytes([0]) + struct.pack("<II", 8 + len(tags), 0) + tags,
        bytes([MENDS | 1]) + root,
        bytes([MENDS | 2]) + table(b"APIC", struct.pack("<II", 0xFEE00000, 1) + entries),
        bytes([MENDS | 3]) + table(b"FACP", bytes(range(208))),
        bytes([MENDS | 4]) + table(b"DSDT", b"\x14\x08_S5_\x12\x08\x04\x0a\x05\x0a\x05\0\0\0\0\0"),
    ]


def manifest() -> list[bytes]:
    """A server and its client as init gets them, and the tree's manifests as they are written."""
    sealed = """
        version: 1 machine { memory_mib: 64 }
        module { name: "kv.elf" size_bytes: 1000 sha256: "0123456789abcdef0123456789abcdef" }
        interface { name: "test.Kv" method { name: "Put" } method { name: "Get" number: 1 } }
        process { name: "user" module: "kv.elf" memory_kib: 512 after: "kv"
                  need { name: "kv" provider: "kv.kv" rights: 3 } }
        process { name: "kv" module: "kv.elf" memory_kib: 512
                  provide { name: "kv" interface: "test.Kv" } argument { key: "a" value: "b" }
                  irq { name: "i" line: 4 } ioport { name: "p" first: 96 count: 2 } }"""
    texts = [sealed] + [path.read_text() for path in sorted((ROOT / "manifests").glob("*.textproto"))]
    schema = ROOT / "manifests/schema"
    command = ["protoc", f"--proto_path={schema}", "--encode=signet.manifest.v1.Manifest",
               "manifest.proto"]
    return [subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
            for text in texts]


def manifest_text() -> list[bytes]:
    """The tree's manifests that are not long, and the cases of manifests/check/test."""
    texts = [path.read_text() for path in sorted((ROOT / "manifests").glob("*.textproto"))
             if path.stat().st_size < 4000 or path.stem == "demo"]
    cases = (ROOT / "manifests/check/test/cases.txt").read_text()
    for case in re.split(r"^=== .*\n", cases, flags=re.MULTILINE)[1:]:
        texts.append(re.sub(r"\s*#! .*$", "", case, flags=re.MULTILINE))
    return [text.encode() for text in texts]


def messages() -> list[bytes]:
    """Fields of every wire type, for many messages, some behind a header."""
    chance = random.Random(1)
    header = b"\xf9\x7f" + bytes(8)
    fields = [b"\x0a\x03key\x12\x05value", b"\x08\x01\x10\x02\x18\x03", b"\x09" + bytes(8),
              b"\x0a\x04\x0a\x02ab\x0a\x04\x0a\x02cd", b"\x15\0\0\0\0", b""]
    return [bytes([number, chance.randrange(2)]) + (header if number % 4 == 0 else b"")
            + fields[number % len(fields)] for number in range(64)]


def terminal() -> list[bytes]:
    """Keys of every kind."""
    return [b"ps\r", b"one\rtwo\r\x1b[A\x10\x1b[B\x0e", b"abc\x1b[H\x1b[3~\x01\x05\x7f\x08",
            b"abc\x1bOD\x1bOD\x0bx\x15", b"echo one  two\x17\x17\t\x0c", b"a\x1b[1;5Cb\x03\x04",
            "é€😀".encode() + b"\x1b[D\x1b[D\x7f", b"a\xff\xfe\x80\xc0\xaf\xed\xa0\x80z",
            b"x" * 257 + b"\x1b[D" * 3 + b"y"]


TARGETS = {one.__name__.replace("_", "-"): one
           for one in (kernel, elf, boot, manifest, manifest_text, messages, terminal)}


def write(target: str, folder: Path) -> None:
    """The seeds of one target as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(TARGETS[target]()):
        (folder / f"seed-{number:02}").write_bytes(content)


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
