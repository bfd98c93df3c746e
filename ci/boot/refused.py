#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""An image that was tampered with, or holds a program init must not load, is refused.

Each refusal is checked for its own message and for init's own exit status.
"""

import contextlib
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/lib"))

import key  # noqa: E402
import paths  # noqa: E402
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
    expected = key.public_bytes(paths.key_file(system.build)).hex()[:SHOWN]
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
            own = key.public_bytes(paths.key_file(system.build))
            forged = key.sign(other, boot / "manifest")[:64] + own
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


def raise_version(elf: bytearray, part: int) -> None:
    """Adds 1 to the major (0) or minor (1) version in the ABI note."""
    header = headers(elf, NOTE)[0]
    offset = struct.unpack_from("<Q", elf, header + 8)[0]
    name_size = struct.unpack_from("<I", elf, offset)[0]
    version = offset + 12 + (name_size + 3) // 4 * 4 + 2 * part
    struct.pack_into("<H", elf, version, struct.unpack_from("<H", elf, version)[0] + 1)


def check_other_abi(system: System) -> None:
    major, minor = (int(part) for part in paths.version().split(".")[:2])
    expected = f"expected {major}.0 to {major}.{minor}"
    for part, found in ((0, f"{major + 1}.{minor}"), (1, f"{major}.{minor + 1}")):
        change = alter_program(lambda elf, part=part: raise_version(elf, part))
        expect_refusal(system, f"found ABI version {found}, {expected}", before=change)


def check_other_abi_of_init(system: System) -> None:
    major, minor = (int(part) for part in paths.version().split(".")[:2])
    for part, found in ((0, f"{major + 1}.{minor}"), (1, f"{major}.{minor + 1}")):

        def change(boot: Path, part: int = part) -> None:
            edit(boot / "init.elf", lambda elf: raise_version(elf, part))

        with system.boot_altered(after=change) as session:
            cause = f"module init: found ABI version {found}, expected {major}.{minor}"
            session.wait_for(re.escape(cause.encode()), "the refusal of init")
            print(f"    {cause}")
            expect("exit status", session.wait_for_end(), qemu.PANIC)


def check_init_without_key(system: System) -> None:
    """As it is built, before an image's builder has written the key into it."""

    def take_key_away(boot: Path) -> None:
        shutil.copyfile(system.build / "bin/init.elf", boot / "init.elf")

    cause = "found none, expected one that the image builder wrote into init.elf"
    expect_refusal(system, cause, "key of the image", after=take_key_away)


if __name__ == "__main__":
    run_tests(globals())
