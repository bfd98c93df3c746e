# SPDX-License-Identifier: BSD-2-Clause
"""Fields that are capabilities: their types, what may be permitted with each, and which bits that is.

A test compares OPERATIONS with the ABI's header.
"""

from __future__ import annotations

from dataclasses import dataclass

PACKAGE = "signet"
MOST = 8  # SG_MESSAGE_CAPS_MAX
DESCRIBE = 55
GENERIC = {"COPY": 56, "MOVE": 57, "LEASE": 58, "DESTROY": 59}
INFO = 60  # always permitted, or the receiver could not check what it got
MODES = ("COPY", "MOVE", "LEASE")

# By message of signet/capability.proto, in the order of enum sg_type: the operations of that type.
OPERATIONS: dict[str, dict[str, int]] = {
    "Untyped": {"CREATE": 0, "SPLIT": 1, "GRANT": 2},
    "Cspace": {"ACCEPT": 0, "DELETE": 1, "READ": 2, "BIND": 3},
    "Lease": {"DERIVE": 0},
    "Memory": {"READ": 0, "WRITE": 1, "EXECUTE": 2, "WAIT": 3, "WAKE": 4},
    "Aspace": {"MAP": 0, "UNMAP": 1, "BIND": 2},
    "Thread": {"BIND": 0, "START": 1, "STOP": 2, "EXIT": 3, "YIELD": 4, "SET_TLS": 5},
    "Sched": {"LOWER": 0, "BIND": 1},
    "Cpu": {"PLACE": 0, "NOW": 1, "RECORD": 2, "PIN": 3, "KEEP": 4, "SHARE": 5},
    "Ring": {"MAP": 0, "BIND": 1},
    "Endpoint": {"RECV": 0, "MINT": 1},
    "Client": {},
    "Notification": {"SIGNAL": 0, "WAIT": 1},
    "Irq": {"WAIT": 0, "ACK": 1},
    "Ioport": {"IN": 0, "OUT": 1, "CARVE": 2},
}


@dataclass
class Capability:
    """What the receiver of a field gets."""

    kind: str  # "Memory"
    mode: str  # of MODES
    rights: int
    permit: list[str]
    interface: str = ""  # of a Client

    @property
    def type_number(self) -> int:
        """enum sg_type."""
        return list(OPERATIONS).index(self.kind) + 1

    @property
    def type_constant(self) -> str:
        return f"SG_TYPE_{self.kind.upper()}"

    @property
    def mode_constant(self) -> str:
        return f"SG_TRANSFER_{self.mode}"


def kind_of(type_name: str) -> str | None:
    """The kind of capability a message type stands for, if it is one of signet/capability.proto."""
    package, _, name = type_name.rpartition(".")
    return name if package == PACKAGE and name in OPERATIONS else None
