#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes a copy of the SDK in one way after the other; what breaks programs must be refused by name, and
what only adds must pass."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(__file__).resolve().parents[2]
CHECK = TOP / "ci/check-abi"
KV = "share/signet/sdk/interfaces/kv/v1/kv"
RING, STATUS, OBJECT = "include/abi/ring.h", "include/abi/status.h", "include/abi/object.h"
BOOT = "include/abi/boot.h"
STARTUP, LOOP = "include/signet/startup.h", "include/signet/loop.h"
LIBRARY = "lib/libsignet.a"


@dataclass(frozen=True)
class Case:
    """A change of one file of the SDK, and a line that the check must print about it; None: it passes."""

    what: str
    path: str
    old: str
    new: str
    expected: str | None = None


CASES = (
    Case("a method is renumbered", f"{KV}.proto", "(signet.method) = 1;", "(signet.method) = 9;",
         "method signet.kv.v1.Kv.Get: options: found [signet.method]: 9, expected "
         "[signet.method]: 1"),
    Case("a method is renamed", f"{KV}.proto", "  rpc Delete(", "  rpc Remove(",
         "method signet.kv.v1.Kv.Delete: found none, expected it to stay"),
    Case("a service is renamed", f"{KV}.proto", "service Kv {", "service Store {",
         "service signet.kv.v1.Kv: found none, expected it to stay"),
    Case("a bound changes", f"{KV}.options", "max_size:", "max_size:1",
         "member signet.kv.v1.PutRequest.key: bound: found max_size: 1"),
    Case("a field is renumbered", f"{KV}.proto", "string key = 1;", "string key = 7;",
         "member signet.kv.v1.PutRequest.key: number: found 7, expected 1"),
    Case("a field gets another type", f"{KV}.proto", "uint64 revision =", "uint32 revision =",
         ".revision: type: found uint32, expected uint64"),
    Case("an answer is renumbered", f"{KV}.proto", "OVER_QUOTA = ", "OVER_QUOTA = 4",
         "value signet.kv.v1.Result.OVER_QUOTA: number: found 4"),
    Case("a field of the ABI moves", RING, "    uint8_t opcode;\n    uint8_t flags;",
         "    uint8_t flags;\n    uint8_t opcode;",
         "field struct sg_submission.opcode: offset: found 1, expected 0"),
    Case("a struct of the ABI grows", BOOT, "    uint16_t minor;\n};",
         "    uint16_t minor;\n    uint16_t patch;\n};",
         "record struct sg_abi_note: size: found 6, expected 4"),
    Case("an assertion of the ABI does not hold", RING, "    uint64_t r8, r9, r10,",
         "    uint64_t more;\n    uint64_t r8, r9, r10,",
         "requirement 'sizeof(struct sg_fault) == "),
    Case("a field moves in shared memory", STARTUP, "    uint32_t frame_count; /*",
         "    uint32_t frame_first_; /*",
         "field struct sg_startup.frame_count: found none, expected it to stay"),
    Case("an operation is renumbered", OBJECT, "SG_CPU_NOW = 1,", "SG_CPU_NOW = 2,",
         "enumerator SG_CPU_NOW: value: found 2, expected 1"),
    Case("a limit changes", RING, "SG_MESSAGE_CAPS_MAX 8u", "SG_MESSAGE_CAPS_MAX 4u",
         "constant SG_MESSAGE_CAPS_MAX: value: found 4, expected 8"),
    Case("a status gets another value", STATUS, "SG_DENIED = -4,", "SG_DENIED = -40,",
         "enumerator SG_DENIED: value: found -40, expected -4"),
    Case("a function takes something else", LOOP, "void sg_loop_stop(struct sg_loop *loop);",
         "void sg_loop_stop(struct sg_loop *loop, int how);",
         "function sg_loop_stop: type: found void (struct sg_loop*, int), expected "
         "void (struct sg_loop*)"),
    Case("a field of a library's struct is gone", LOOP, "    uint64_t deadline_ns;\n", "",
         "field struct sg_timer.deadline_ns: found none, expected it to stay"),
    Case("a method is added", f"{KV}.proto", "service Kv {",
         "service Kv {\n  rpc Get2(GetRequest) returns (GetReply) "
         "{ option (signet.method) = 40; }"),
    Case("a field is added to a message", f"{KV}.proto", "string key = 1;",
         "string key = 1;\n  uint32 later = 40;"),
    Case("an answer is added", f"{KV}.proto", "OVER_QUOTA = ", "NEWER = 40;\n  OVER_QUOTA = "),
    Case("an opcode is added, and the count", RING, "SG_OP_COUNT = 8,",
         "SG_OP_NEW = 8,\n    SG_OP_COUNT = 9,"),
    Case("a reserved field is put to use", STARTUP, "    uint32_t type; /* enum sg_type */\n"
         "    uint32_t reserved;", "    uint32_t type;\n    uint32_t lifetime;"),
    Case("a constant and a function are added", LOOP, "void sg_loop_stop(",
         "#define SG_LOOP_NEW 5u\nvoid sg_loop_pause(struct sg_loop *loop);\nvoid sg_loop_stop("),
    Case("a library's struct grows", LOOP, "struct sg_loop {", "struct sg_loop {\n    int newer;"),
    Case("a layout is promised that was not", LOOP, "struct sg_loop {",
         '_Static_assert(sizeof(struct sg_timer) == 32, "ABI");\nstruct sg_loop {'),
    Case("nothing changes", LOOP, "struct sg_loop {", "struct sg_loop {\n"),
)  # fmt: skip


def copy_sdk(sdk: Path, target: Path) -> None:
    """Copies what the check looks at; the sysroot is shared."""
    for part in ("include", "lib", "share/signet/sdk"):
        shutil.copytree(sdk / part, target / part)
    (target / "sysroot").symlink_to(sdk / "sysroot")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    if old not in text:
        raise SystemExit(f"{path.name}: found no {old!r}, expected it for a case")
    path.write_text(text.replace(old, new, 1))


def remove_symbol(library: Path) -> None:
    """Keeps sg_loop_run from being linked with."""
    command = ["llvm-objcopy-14", "--localize-symbol=sg_loop_run", library]
    subprocess.run(command, check=True)


def remove_interface(folder: Path) -> None:
    shutil.rmtree(folder)


def run(sdk: Path, dump: Path, *options: str) -> tuple[int, str]:
    command = [CHECK, "--sdk", sdk, "--against", dump, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def judge(what: str, answer: tuple[int, str], expected: str | None) -> int:
    """Prints whether the check's answer is the right one; 1 when not."""
    status, printed = answer
    is_right = (status == 1 and expected in printed) if expected else status == 0
    print(f"{'ok' if is_right else 'FAILED'} {what}")
    if not is_right:
        print(f"found status {status} and\n{printed}expected {expected or 'it to pass'}")
    return 0 if is_right else 1


def change(sdk: Path, dump: Path, name: str, do: Callable[[Path], None]) -> tuple[int, str]:
    """Does something to one file or folder of the SDK, asks the check, and puts it back."""
    path, kept = sdk / name, sdk.parent / "kept"
    if path.is_dir():
        shutil.copytree(path, kept)
    else:
        shutil.copy2(path, kept)
    do(path)
    answer = run(sdk, dump)
    if path.is_file():
        path.unlink()
    kept.rename(path)
    return answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", type=Path, required=True, help="an installed SDK")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sdk, dump = Path(folder) / "sdk", Path(folder) / "release.txt"
        copy_sdk(options.sdk.resolve(), sdk)
        failures = judge("the present state is written down", run(sdk, dump, "--update"), None)
        failures += sum(
            judge(
                case.what,
                change(sdk, dump, case.path, lambda path, c=case: edit(path, c.old, c.new)),
                case.expected,
            )
            for case in CASES
        )
        failures += judge(
            "a symbol is removed",
            change(sdk, dump, LIBRARY, remove_symbol),
            "symbol libsignet.a:sg_loop_run: found none, expected it to stay",
        )
        failures += judge(
            "an interface is removed",
            change(sdk, dump, "share/signet/sdk/interfaces/echo", remove_interface),
            "service signet.echo.v1.Echo: found none, expected it to stay",
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
