#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""An image that was tampered with, or holds a program init must not load, is refused.

Each refusal is checked for its own message and for init's own exit status.
"""

import contextlib
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import image  # noqa: E402
import key  # noqa: E402
import qemu  # noqa: E402
from boot_test import System, expect, expect_in, run_tests  # noqa: E402

PROGRAM = "kv.elf"
SHOWN = 16  # hexadecimal digits of a key in a message
LOAD, NOTE = 1, 4
# Fields of an ELF64 program header: offset and struct format.
FLAGS, ADDRESS = (4, "<I"), (16, "<Q")


def headers(elf: bytes, kind: int) -> list[int]:
    """File offsets of the program headers of that kind."""
    table, size, count = (
        struct.unpack_from("<Q", elf, 32)[0],
        struct.unpack_from("<H", elf, 54)[0],
        struct.unpack_from("<H", elf, 56)[0],
    )
    offsets = (table + i * size for i in range(count))
    return [offset for offset in offsets if struct.unpack_from("<I", elf, offset)[0] == kind]


def edit(path: Path, change: Callable[[bytearray], bytearray | None]) -> None:
    """Rewrites a file through a function on its bytes."""
    content = bytearray(path.read_bytes())
    path.write_bytes(change(content) or content)


def set_field(elf: bytearray, header: int, field: tuple[int, str], value: int) -> None:
    struct.pack_into(field[1], elf, header + field[0], value)


@contextlib.contextmanager
def refusal(system: System, **alterations: Callable[[Path], None]) -> Iterator[str]:
    """Boots an altered demo; init must refuse it with a message, and stop with its status."""
    with system.boot_altered(**alterations) as session:
        line = session.wait_for(rb"(init: refused: [^\r\n]*)\r*\n", "init's refusal")
        message = line[1].decode()
        print(f"    {message}")
        yield message
        expect("exit status", session.wait_for_end(), qemu.REFUSED)


def expect_refusal(
    system: System, cause: str, thing: str = PROGRAM, **alterations: Callable[[Path], None]
) -> None:
    """As above; the message must name thing and cause."""
    with refusal(system, **alterations) as message:
        expect_in("refusal", message, cause)
        expect_in("refusal", message, thing)


def alter_program(change: Callable[[bytearray], bytearray | None]) -> Callable[[Path], None]:
    return lambda modules: edit(modules / PROGRAM, change)


def check_tampered_module(system: System) -> None:
    def flip(elf: bytearray) -> None:
        elf[len(elf) // 2] ^= 1

    expect_refusal(system, "found SHA-256", after=lambda boot: edit(boot / PROGRAM, flip))


def check_tampered_manifest(system: System) -> None:
    def flip(manifest: bytearray) -> None:
        manifest[len(manifest) // 2] ^= 1

    expect_refusal(
        system,
        "found one that does not match",
        "manifest signature",
        after=lambda boot: edit(boot / "manifest", flip),
    )


def check_wrong_key(system: System) -> None:
    def sign_again(boot: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            other = Path(folder) / "other.pem"
            key.make(other)
            (boot / "signature").write_bytes(key.sign(other, boot / "manifest"))
            signers.append(key.public_bytes(other).hex()[:SHOWN])

    signers: list[str] = []
    expected = key.public_bytes(image.PRIVATE_KEY).hex()[:SHOWN]
    with refusal(system, after=sign_again) as message:
        expect(
            "refusal",
            message,
            f"init: refused: signature key: found key {signers[0]}, expected key {expected}",
        )


def check_forged_signer(system: System) -> None:
    """Another key's signature under the name of the right key."""

    def pretend(boot: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            other = Path(folder) / "other.pem"
            key.make(other)
            forged = key.sign(other, boot / "manifest")[:64] + key.public_bytes(image.PRIVATE_KEY)
            (boot / "signature").write_bytes(forged)

    expect_refusal(system, "found one that does not match", "manifest signature", after=pretend)


def check_short_signature(system: System) -> None:
    def cut(boot: Path) -> None:
        edit(boot / "signature", lambda signature: signature[:63])

    expect_refusal(system, "found 63 bytes", "signature", after=cut)


def check_writable_code(system: System) -> None:
    def make_writable(elf: bytearray) -> None:
        set_field(elf, headers(elf, LOAD)[0], FLAGS, 7)

    expect_refusal(system, "writable and executable", before=alter_program(make_writable))


def check_overlapping_segments(system: System) -> None:
    def overlap(elf: bytearray) -> None:
        first, second = headers(elf, LOAD)[:2]
        elf[second : second + 56] = elf[first : first + 56]

    expect_refusal(system, "share a page", before=alter_program(overlap))


def check_kernel_half(system: System) -> None:
    def raise_address(elf: bytearray) -> None:
        header = headers(elf, LOAD)[-1]
        low = struct.unpack_from("<Q", elf, header + ADDRESS[0])[0]
        set_field(elf, header, ADDRESS, 0xFFFFFFFF80000000 + low % 4096)

    expect_refusal(system, "past the end of user addresses", before=alter_program(raise_address))


def check_truncated(system: System) -> None:
    cut = alter_program(lambda elf: elf[: len(elf) // 3])
    expect_refusal(system, "the file ends before", before=cut)


def check_other_abi(system: System) -> None:
    def next_version(elf: bytearray) -> None:
        header = headers(elf, NOTE)[0]
        offset = struct.unpack_from("<Q", elf, header + 8)[0]
        name_size = struct.unpack_from("<I", elf, offset)[0]
        version = offset + 12 + (name_size + 3) // 4 * 4
        struct.pack_into("<I", elf, version, struct.unpack_from("<I", elf, version)[0] + 1)

    expect_refusal(system, "ABI version 2.0", before=alter_program(next_version))


if __name__ == "__main__":
    run_tests(globals())
