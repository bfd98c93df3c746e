#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Events read from a ring, and what is drawn of them, without a machine."""

from __future__ import annotations

import struct
import sys
import types
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from compiled import compiled  # noqa: E402
from signet_debug import value  # noqa: E402
from signet_debug.events import PLACES, PLACES_AT, Event, EventReader  # noqa: E402
from signet_debug.system import Process  # noqa: E402
from signet_debug.timeline import KERNEL, Timeline  # noqa: E402

KERNEL_SOURCES = Path(__file__).resolve().parents[3] / "kernel"
SOURCE = """
#include "abi/event.h"
struct sg_event_ring ring;
struct sg_event event;
enum sg_event_kind kind;
_Static_assert(SG_EVENTS_AT == %d && SG_EVENT_PLACES == %d, "as in signet_debug/events.py");
"""
AT = 0x10000  # where the ring is


class RingMemory:
    def __init__(self) -> None:
        self.data = bytearray(PLACES_AT + PLACES * 32)
        self.on_read = lambda address: None

    def read(self, address: int, size: int) -> bytes:
        found = bytes(self.data[address - AT :][:size])
        self.on_read(address)
        return found

    def put(self, sequence: int, kind: int = 5, thread: int = 0x20) -> None:
        """What the kernel does to record an event."""
        made = struct.pack("<QIBBHIIQ", sequence * 1000, sequence, kind, 0, 3, thread, 7, 9)
        place = PLACES_AT + sequence % PLACES * 32
        self.data[place : place + 32] = made
        struct.pack_into("<I", self.data, 0, (sequence + 1) % (1 << 32))


class EventReaderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.program = compiled(cls, SOURCE % (PLACES_AT, PLACES), "-I", KERNEL_SOURCES)

    def setUp(self) -> None:
        self.memory = RingMemory()
        ring = value.Value(self.memory, self.program.struct("sg_event_ring"), AT)
        machine = types.SimpleNamespace(events=ring)
        self.kernel = types.SimpleNamespace(
            program=self.program, memory=self.memory, machine=machine
        )
        self.reader = EventReader(self.kernel)

    def read(self) -> list[int]:
        return [event.sequence for event in self.reader.read()]

    def test_no_ring_yet(self) -> None:
        self.kernel.machine.events = None
        self.assertEqual(self.read(), [])
        self.assertFalse(self.reader.is_there)

    def test_fields(self) -> None:
        self.memory.put(0)
        (event,) = self.reader.read()
        self.assertEqual((event.kind, event.time_ns, event.process), ("CALL", 0, 3))
        self.assertEqual((event.thread, event.object, event.call, event.rest), (0x20, 7, 9, 0))

    def test_each_once(self) -> None:
        for sequence in range(3):
            self.memory.put(sequence)
        self.assertEqual(self.read(), [0, 1, 2])
        self.assertEqual(self.read(), [])
        self.memory.put(3)
        self.assertEqual((self.read(), self.reader.lost), ([3], 0))

    def test_written_over_before_it_was_read(self) -> None:
        self.memory.put(0)
        self.read()
        for sequence in range(1, PLACES + 11):
            self.memory.put(sequence)
        found = self.read()
        self.assertEqual((found[0], found[-1], len(found)), (11, PLACES + 10, PLACES))
        self.assertEqual(self.reader.lost, 10)

    def test_written_over_while_it_is_read(self) -> None:
        for sequence in range(PLACES):
            self.memory.put(sequence)

        def overtake(address: int) -> None:
            if address == AT + PLACES_AT + 4 * 32:
                self.memory.put(PLACES + 4)

        self.memory.on_read = overtake
        found = self.read()
        self.assertFalse(4 in found)
        self.assertEqual((len(found), self.reader.lost), (PLACES - 1, 1))

    def test_numbers_begin_again(self) -> None:
        last = (1 << 32) - 1
        self.memory.put(last - 1)
        self.reader._next = last - 1
        self.memory.put(last)
        self.memory.put(0)
        self.assertEqual((self.read(), self.reader.lost), ([last - 1, last, 0], 0))


class FakeKernel:
    def threads(self) -> list[tuple[int, str]]:
        return [(0x10, "kv"), (0x20, "shell")]

    def type_name(self, number: int) -> str:
        return {13: "IRQ"}[number]

    def name_of(self, _enumeration: str, _number: int, _prefix: str) -> str:
        return "PAGE"


class FakeSystem:
    """Two processes with a thread each; kv serves endpoint 0x11."""

    def __init__(self) -> None:
        self.kernel = FakeKernel()
        self._kv, self._shell = Process("kv", 1, "", cspace=0x12), Process("shell", 2, "")
        self.processes = [self._kv, self._shell]
        self.endpoints = {0x11: (self._kv, "kv", "signet.kv.v1.Kv")}

    def process_of(self, thread: str) -> Process:
        return {"kv": self._kv, "shell": self._shell}[thread]

    def label_of(self, thread: str) -> str:
        return thread

    def enum(self, _name: str) -> types.SimpleNamespace:
        return types.SimpleNamespace(names={-4: "SG_CANCELED"})


class FakeInterfaces:
    def method_name(self, interface: str, number: int) -> str:
        return {("signet.kv.v1.Kv", 1): "Put"}.get((interface, number), f"method {number}")


class TimelineTest(unittest.TestCase):
    """shell calls kv at 1 us, which takes the call at 3 us and replies at 5 us."""

    def setUp(self) -> None:
        self.timeline = Timeline(FakeSystem(), FakeInterfaces())
        self.events: list[Event] = []
        self.add("SWITCH", 2, 0x20)
        self.add("CALL", 2, 0x20, 0x11, 0x77 | 1 << 32)
        self.add("SWITCH", 1, 0x10)
        self.add("RECEIVE", 1, 0x10, 0x10, 0x77)
        self.add("FAULT", 1, 0x10, 1, 0xDEAD)
        self.add("REPLY", 1, 0x10, 0x20, 0x77)
        self.add("SWITCH", 2, 0x20)
        self.add("SWITCH", 0, 0)

    def add(self, kind: str, process: int, thread: int, object_: int = 0, value: int = 0) -> None:
        number = len(self.events)
        self.events.append(Event(number, number * 1000, kind, 0, process, thread, object_, value))

    def drawn(self, phase: str) -> list[tuple]:
        """Process, thread, time and name of what is drawn in a way."""
        entries = self.timeline.trace(self.events)["traceEvents"]
        return [(e["pid"], e["tid"], e["ts"], e["name"]) for e in entries if e["ph"] == phase]

    def test_slices(self) -> None:
        entries = self.timeline.trace(self.events)["traceEvents"]
        runs = [(e["pid"], e["ts"], e["dur"]) for e in entries if e["ph"] == "X"]
        shell, kv, again = (2, 0, 2), (1, 2, 4), (2, 6, 1)
        self.assertEqual([run for run in runs if run[0] != KERNEL], [shell, kv, again])
        processor = [run[1:] for run in runs if run[0] == KERNEL]
        self.assertEqual(processor, [(0, 2), (2, 4), (6, 1)])

    def test_a_call_is_a_slice_with_arrows_there_and_back(self) -> None:
        self.assertEqual(self.drawn("b"), [(2, 0x20, 1, "kv.kv.Put")])
        self.assertEqual(self.drawn("e"), [(2, 0x20, 5, "kv.kv.Put")])
        name = "kv.kv.Put"
        self.assertEqual(self.drawn("s"), [(2, 0x20, 1, name), (1, 0x10, 5, name)])
        self.assertEqual(self.drawn("f"), [(1, 0x10, 3, name), (2, 0x20, 5, name)])

    def test_no_arrow_to_who_never_runs_again(self) -> None:
        del self.events[6:]
        self.assertEqual(len(self.drawn("s")), 1)
        self.assertEqual(len(self.drawn("e")), 1)

    def test_an_end_without_a_reply(self) -> None:
        self.events[5] = Event(5, 5000, "END", 0, 1, 0x10, 0x20, 0x77 | (2**32 - 4) << 32)
        text = list(self.timeline.text(self.events))
        self.assertIn("kv               end      77 of shell:0x20: SG_CANCELED", text[5])

    def test_what_began_before_the_trace(self) -> None:
        del self.events[:2]
        self.assertEqual(self.drawn("b") + self.drawn("e") + self.drawn("s"), [])

    def test_text(self) -> None:
        self.add("ACQUIRE", 2, 0x20, 0x30, 0x12 | 13 << 32)
        lines = [line.split(None, 4)[4] for line in self.timeline.text(self.events)]
        self.assertEqual(lines[0], "shell            switch   shell:0x20")
        self.assertEqual(lines[1], "shell            call     77 kv.kv.Put")
        self.assertEqual(lines[3], "kv               receive  77 by kv:0x10")
        self.assertEqual(lines[4], "kv               fault    page, 0xdead")
        self.assertEqual(lines[7], "-                switch   nobody")
        self.assertEqual(lines[8], "shell            acquire  irq 0x30 by kv")

    def test_a_frame_used_again(self) -> None:
        self.add("SWITCH", 1, 0x20)
        lines = list(self.timeline.text(self.events))
        self.assertIn("shell:0x20", lines[0])
        self.assertIn("kv:0x20", lines[-1])

    def test_none(self) -> None:
        entries = self.timeline.trace([])["traceEvents"]
        self.assertEqual([e["args"]["name"] for e in entries], ["processors"])


if __name__ == "__main__":
    unittest.main()
