# SPDX-License-Identifier: BSD-2-Clause
"""The registers of x86-64 as gdb's remote protocol carries them, and as the kernel keeps them of a
thread that does not run."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as xml
from collections.abc import Callable

from signet_debug.value import Value

# Where struct arch_context keeps the registers of a system call (kernel/abi/ring.h).
CALL_REGISTERS = {"rax": "operation", "rdi": "handle", "rsi": "deadline", "rdx": "token"}
WORD_REGISTERS = ("r8", "r9", "rbx", "rbp", "r12", "r13", "r14", "r15")
FIRST_KEPT = 2  # of them, by functions
OTHER_REGISTERS = ("rcx", "r10", "r11")
USER_CODE, USER_DATA = 0x2B, 0x23
GENERAL = (
    *("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"),
    *("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"),
)
SEGMENTS = ("cs", "ss", "ds", "es", "fs", "gs")
X87_CONTROL = ("fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop")


@dataclasses.dataclass(frozen=True)
class Layout:
    """Names and sizes in bytes, in the order of a `g` packet."""

    sizes: tuple[tuple[str, int], ...]

    def pack(self, values: dict[str, int]) -> bytes:
        """The packet; what is not known is marked so."""
        return b"".join(
            values[name].to_bytes(size, "little").hex().encode() if name in values
            else b"xx" * size
            for name, size in self.sizes
        )  # fmt: skip

    def unpack(self, packet: bytes) -> dict[str, int]:
        values, place = {}, 0
        for name, size in self.sizes:
            digits = packet[place * 2 : (place + size) * 2]
            if digits and b"x" not in digits:
                values[name] = int.from_bytes(bytes.fromhex(digits.decode()), "little")
            place += size
        return values


def read_layout(fetch: Callable[[str], bytes], document: str = "target.xml") -> Layout:
    """The layout that a target's description states; `fetch` gives its documents."""
    sizes: list[tuple[str, int]] = []
    # Descriptions use the prefix without saying what it stands for.
    for element in xml.fromstring(fetch(document).replace(b"xi:include", b"include")).iter():
        if element.tag == "include":
            sizes += read_layout(fetch, element.attrib["href"]).sizes
        elif element.tag == "reg":
            sizes.append((element.attrib["name"], int(element.attrib["bitsize"]) // 8))
    return Layout(tuple(sizes))


def core_layout() -> Layout:
    """The layout gdb expects of an x86-64 whose description it was not given."""
    sizes = [(name, 8) for name in GENERAL] + [("rip", 8), ("eflags", 4)]
    sizes += [(name, 4) for name in SEGMENTS] + [(f"st{i}", 10) for i in range(8)]
    sizes += [(name, 4) for name in X87_CONTROL] + [(f"xmm{i}", 16) for i in range(16)]
    return Layout((*sizes, ("mxcsr", 4), ("fs_base", 8), ("gs_base", 8)))


def of_context(thread: Value) -> dict[str, int]:
    """What a thread's registers will be when it runs again. One that made a system call has given
    most of them up: what functions keep is left, from which its caller's can be found."""
    context = thread.context
    values = {
        "rip": context.rip, "rsp": context.rsp, "eflags": context.rflags & 0xFFFFFFFF,
        "cs": USER_CODE, "ss": USER_DATA, "ds": 0, "es": 0, "fs": 0, "gs": 0,
        "cr3": context.root_physical,
        "fs_base": context.tls_base.high << 32 | context.tls_base.low,
    }  # fmt: skip
    values |= {name: context.word[i] for i, name in enumerate(WORD_REGISTERS) if i >= FIRST_KEPT}
    if context.is_full:
        values |= {name: getattr(context, member) for name, member in CALL_REGISTERS.items()}
        values |= {name: context.word[i] for i, name in enumerate(WORD_REGISTERS)}
        values |= {name: getattr(context, name) for name in OTHER_REGISTERS}
    return values


def is_user(values: dict[str, int]) -> bool:
    """Whether a processor with these registers runs a program and not the kernel."""
    return values["cs"] & 3 == 3
