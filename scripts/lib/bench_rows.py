# SPDX-License-Identifier: BSD-2-Clause
"""What scripts/bench measures, what each figure is to be at most, and what other kernels need for the
same: measured on the same emulated machine (bench.command), between two readings of its counter."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure: what it measures, the most it should be, and what peers need for the same."""

    name: str
    what: str
    target: int | None = None
    peers: tuple[str, str, str] = ("", "", "")
    # A part by which it may grow: it goes with the sizes of programs, or where an interrupt comes in a loop.
    slack: float = 0


# Peers: NOVA 8b6c28a; seL4 1326364b without and with signal-path skims; Linux 6.1, mitigations off.
ROWS = (
    Row("call_8_words", "round-trip call, 8 words", 200, ("286", "416 / 436", "pipe 10323")),
    Row("call_4_words", "round-trip call, 4 words", 200, ("316", "458 / 478", "")),
    Row("call_80_bytes", "round-trip call, 80 bytes", None, ("376", "1591 / 1611", "")),
    Row("call_480_bytes", "round-trip call, 480 bytes", 700, ("916", "2109", "socket 16000")),
    Row("invoke_nop", "smallest invoke", 45, ("60", "241 / 252", "215")),
    Row("ring_nop_1", "ring NOP, batch 1, each", 150, ("", "", "889")),
    Row("ring_nop_8", "ring NOP, batch 8, each", 60, ("", "", "329")),
    Row("ring_nop_32", "ring NOP, batch 32, each", 45, ("", "", "268")),
    Row("async_call_32", "asynchronous call, batch 32, each", 250),
    Row("stub_call", "generated stub and dispatch, small"),
    Row("stub_call_16_bytes", "same, 16 of at most 480 bytes"),
    Row("stub_call_480_bytes", "same, 480 bytes"),
    Row("stub_batch_32", "same, small, batch 32, each"),
    Row("queue_32", "shared-queue message, batch 32, each", 40),
    Row("signal", "signal, no waiter", 80, ("142", "359 / 370", "")),
    Row("signal_wait", "signal a waiting thread and back", 350, ("", "951 / 971", "")),
    Row("map_unmap", "map and unmap one page", 600, ("1857", "1286 / 1308", "16436")),
    Row("create", "create a small object", 250, ("262 to 694", "818 / 829", "4943")),
    Row("create_batch", "create in a batch, each", 70, ("", "70", "")),
    Row("copy_release", "capability copy and release", 250),
    Row("irq", "interrupt to a user thread", 250, ("", "389 / 401", ""), 0.02),
    Row("boot", "kernel entry to init, 512 MiB", 1500000, ("14.8 M", "2.07 M", "1557 M"), 0.02),
    Row("spawn", "init starts a process", slack=0.02),
    Row("spawn_entries", "kernel entries of that"),
    Row("cpus_call", "round-trip call to a server of another CPU"),
    Row("cpus_signal_wait", "signal a thread on another CPU and back"),
    Row("cpus_wake", "signal to a thread on another CPU, until it runs"),
    Row("process_bytes", "memory of a process of 512 KiB, bytes"),
    Row("process_kernel_bytes", "of that the kernel's own"),
    Row("bytes_thread", "kernel memory of a thread, bytes"),
    Row("bytes_sched", "of a sched"),
    Row("bytes_cspace", "of a cspace of 64 slots"),
    Row("bytes_aspace", "of an aspace of 8 tables, 32 regions"),
    Row("bytes_ring", "of a ring of 32 and 64 entries"),
    Row("bytes_endpoint", "of an endpoint"),
    Row("bytes_notification", "of a notification"),
    Row("bytes_memory", "of a memory, besides its pages"),
    Row("calibration", "ticks of ten empty loops", 20),
    Row("kernel_text", "kernel text, bytes", 49152, ("77.6 KB", "63.6 KB", "23.7 MB")),
)
