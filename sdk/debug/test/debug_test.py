#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The debug tools without a machine: packets, page tables, DWARF of a compiled program, dumps."""

from __future__ import annotations

import socket
import struct
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from compiled import compiled  # noqa: E402
from signet_debug import dumpfile, dwarf, flame, live, memory, registers  # noqa: E402
from signet_debug import remote, stub, system, target, value  # noqa: E402

SOURCE = """
enum colour { RED, GREEN = 7 };
struct inner { unsigned short a, b; signed char c; };
struct outer {
    struct outer *next;
    union { struct { unsigned char low, high; }; unsigned short both; };
    struct inner inner[2];
    char name[8];
    _Bool flag;
    enum colour colour;
};
struct outer last = {0, {{1, 2}}, {{1, 2, -3}, {4, 5, 6}}, "last", 1, GREEN};
struct outer first = {&last, {{3, 4}}, {{0}}, "first", 0, RED};
static int hidden = -5;
int function(void) { return hidden + first.flag; }
"""


class PacketTest(unittest.TestCase):
    def setUp(self) -> None:
        left, right = socket.socketpair()
        self.left, self.right = remote.Link(left), remote.Link(right)
        self.addCleanup(left.close)
        self.addCleanup(right.close)

    def test_there_and_back(self) -> None:
        self.left.send(b"qSupported")
        self.assertEqual(self.right.receive(1), b"qSupported")

    def test_interrupt_between_packets(self) -> None:
        self.left.send_raw(b"+" + remote.INTERRUPT)
        self.left.send(b"?")
        self.assertEqual(self.right.receive(1), remote.INTERRUPT)
        self.assertEqual(self.right.receive(1), b"?")

    def test_part_of_a_packet_is_none(self) -> None:
        self.left.send_raw(b"$m0,1#a")
        self.assertIsNone(self.right.receive(0.01))
        self.left.send_raw(b"b")
        self.assertEqual(self.right.receive(1), b"m0,1")

    def test_other_end_gone(self) -> None:
        self.left.close()
        with self.assertRaises(remote.Closed):
            self.right.receive(1)

    def test_escapes(self) -> None:
        data = bytes(range(256))
        escaped = remote.escape(data)
        self.assertNotIn(b"#", escaped)
        self.assertNotIn(b"$", escaped)
        self.assertEqual(remote.unescape(escaped), data)

    def test_runs(self) -> None:
        self.assertEqual(remote.unescape(b"0* 1"), b"00001")


class RegistersTest(unittest.TestCase):
    def test_pack_marks_the_unknown(self) -> None:
        layout = registers.Layout((("rax", 8), ("rip", 8)))
        self.assertEqual(layout.pack({"rip": 1}), b"xx" * 8 + b"01" + b"00" * 7)
        self.assertEqual(layout.unpack(layout.pack({"rip": 1})), {"rip": 1})

    def test_core_layout_is_gdbs(self) -> None:
        sizes = registers.core_layout().sizes
        self.assertEqual(sum(size for _name, size in sizes), 552)
        self.assertEqual(sizes[16], ("rip", 8))


class MemoryTest(unittest.TestCase):
    """A root at 0x1000, tables at 0x2000 and 0x3000, page table at 0x4000, one page at 0x5000."""

    def setUp(self) -> None:
        content = bytearray(0x8000)

        def entry(table: int, index: int, to: int) -> None:
            struct.pack_into("<Q", content, table + index * 8, to)

        entry(0x1000, 1, 0x2001)
        entry(0x2000, 2, 0x3001)
        entry(0x3000, 3, 0x4001)
        entry(0x3000, 4, 0x00000000 | 0x81)
        entry(0x4000, 5, 0x5001 | 1 << 63)
        content[0x5000:0x5006] = b"signet"
        self.file = tempfile.NamedTemporaryFile()
        self.file.write(content)
        self.file.flush()
        self.addCleanup(self.file.close)
        ranges = [memory.Range(0, len(content), 0)]
        self.physical = memory.Physical(Path(self.file.name), ranges, is_writable=True)
        self.space = memory.AddressSpace(self.physical, 0x1018)
        self.page = 1 << 39 | 2 << 30 | 3 << 21 | 5 << 12

    def test_small_page(self) -> None:
        self.assertEqual(self.space.translate(self.page + 3), 0x5003)
        self.assertEqual(self.space.read(self.page, 6), b"signet")

    def test_large_page(self) -> None:
        large = 1 << 39 | 2 << 30 | 4 << 21
        self.assertEqual(self.space.translate(large + 0x5000), 0x5000)

    def test_write_is_read(self) -> None:
        self.space.write(self.page + 2, b"GN")
        self.assertEqual(self.space.read(self.page, 6), b"siGNet")

    def test_not_mapped(self) -> None:
        with self.assertRaisesRegex(memory.Unreadable, "not mapped"):
            self.space.read(self.page + 4090, 12)

    def test_no_memory_there(self) -> None:
        with self.assertRaisesRegex(memory.Unreadable, "no memory"):
            self.physical.read(0x7FFF, 2)

    def test_q35_splits_large_memory(self) -> None:
        self.assertEqual(memory.q35_ranges(1 << 28), [memory.Range(0, 1 << 28, 0)])
        low, high = memory.q35_ranges(4 << 30)
        self.assertEqual((low.size, high.start, high.size), (2 << 30, 4 << 30, 2 << 30))
        self.assertEqual(high.offset, low.size)


class FileMemory:
    """The initialised data of a program, at its addresses."""

    def __init__(self, program: dwarf.Program) -> None:
        self.data = program.path.read_bytes()
        self.segments = program.file_segments()

    def read(self, address: int, size: int) -> bytes:
        for start, offset, length in self.segments:
            if start <= address and address + size <= start + length:
                return self.data[offset + address - start :][:size]
        raise memory.Unreadable(hex(address))


class DwarfTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.program = compiled(cls, SOURCE)
        cls.memory = FileMemory(cls.program)

    def first(self) -> value.Value:
        address, type_ = self.program.variable("first")
        return value.load(self.memory, type_, address)

    def test_members(self) -> None:
        last = self.first().next
        self.assertEqual(value.text(last.name), "last")
        self.assertEqual((last.low, last.high, last.both), (1, 2, 0x201))
        self.assertEqual((last.inner[0].a, last.inner[0].b, last.inner[0].c), (1, 2, -3))
        self.assertEqual([one.c for one in last.inner], [-3, 6])
        self.assertIs(last.flag, True)
        self.assertIsNone(last.next)

    def test_enumeration(self) -> None:
        names = self.program.enum("colour").names
        self.assertEqual(names[self.first().next.colour], "GREEN")

    def test_static_variable(self) -> None:
        address, type_ = self.program.variable("hidden")
        self.assertEqual(value.load(self.memory, type_, address), -5)

    def test_functions(self) -> None:
        address = self.program.address("function")
        self.assertEqual(self.program.function_at(address + 3), ("function", 3))
        self.assertIsNone(self.program.function_at(address - 1))

    def test_missing_names(self) -> None:
        with self.assertRaisesRegex(dwarf.Missing, "no structure nosuch"):
            self.program.struct("nosuch")
        with self.assertRaisesRegex(AttributeError, "outer: found no member nosuch"):
            _ = self.first().nosuch


class FakeStub:
    """QEMU's end, which stands wherever it is put; what was asked of it is in `asked`."""

    cpus = 1

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.next = stub.Stop()
        self.rip = 0x1000

    def registers(self, cpu: int) -> dict[str, int]:
        return {"rip": self.rip, "cs": 0x2B, "rdi": 0}

    def set_point(self, kind: str, address: int, size: int) -> bytes:
        self.asked.append(("set", address))
        return b"OK"

    def clear_point(self, kind: str, address: int, size: int) -> None:
        self.asked.append(("clear", address))

    def step(self, cpu: int) -> stub.Stop:
        self.asked.append(("step", self.rip))
        return self.next

    def go(self) -> None:
        self.asked.append(("go", self.rip))

    def poll(self, timeout_s: float | None) -> stub.Stop:
        return self.next


class FakeTarget(live.LiveTarget):
    """A machine of which only one thread is known: the one that runs."""

    def __init__(self) -> None:
        super().__init__(system.Programs([]), None, FakeStub())
        self.runs = target.Id(7, 1)

    def current(self, cpu: int) -> object:
        return value.Value(None, dwarf.Opaque(), 1)

    def id_of(self, thread: object) -> target.Id:
        return self.runs


class LiveTest(unittest.TestCase):
    def setUp(self) -> None:
        self.target = FakeTarget()
        self.asked = self.target.stub.asked
        self.target.set_point("0", 6, 0x1000, 1)

    def test_a_breakpoint_of_another_process_is_stepped_over(self) -> None:
        self.assertIsNone(self.target.event(False))
        self.assertEqual(self.asked[1:], [("step", 0x1000), ("go", 0x1000)])

    def test_a_breakpoint_of_this_process_is_reported(self) -> None:
        self.target.runs = target.Id(6, 1)
        self.assertEqual(self.target.event(False).id, target.Id(6, 1))
        self.assertEqual(self.asked[1:], [])

    def test_two_processes_share_a_point(self) -> None:
        self.target.set_point("0", 7, 0x1000, 1)
        self.target.clear_point("0", 6, 0x1000, 1)
        self.assertEqual(self.asked, [("set", 0x1000)])
        self.assertEqual(self.target.event(False).id, target.Id(7, 1))
        self.target.clear_point("0", 7, 0x1000, 1)
        self.assertEqual(self.asked[-1], ("clear", 0x1000))

    def test_a_first_instruction_is_a_birth(self) -> None:
        self.target.watch_internally(0x2000, "birth")
        self.target.stub.rip = 0x2000
        self.assertIs(self.target.event(False).why, live.Why.BIRTH)

    def test_a_watchpoint_of_another_process_is_passed_by(self) -> None:
        self.target.stub.next = stub.Stop(signal=5, watch=(b"watch", 0x3004))
        self.target.set_point("2", 6, 0x3000, 8)
        self.assertIsNone(self.target.event(False))
        self.target.set_point("2", 7, 0x3000, 8)
        self.assertEqual(self.target.event(False).watch, (b"watch", 0x3004))

    def test_an_interrupt_is_reported_wherever_it_comes(self) -> None:
        self.target.stub.rip = 0x9000
        self.assertEqual(self.target.event(True).signal, 2)

    def test_the_end(self) -> None:
        self.target.stub.next = stub.Stop(exit_status=33)
        event = self.target.event(False)
        self.assertEqual((event.why, event.status), (live.Why.ENDED, 33))


class FlameTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = flame.Node(flame.Frame("all"))
        main, call = flame.Frame("main"), flame.Frame("<call>")
        for process in ("a", "b"):
            self.root.add([flame.Frame(process), main, call, main, call], 3)
        self.root.add([flame.Frame("a"), main], 4)

    def test_counts(self) -> None:
        self.assertEqual((self.root.total, self.root.own), (10, 0))
        functions = flame.by_function(self.root.calls[flame.Frame("a")])
        self.assertEqual(functions[flame.Frame("main")], (4, 7))
        self.assertEqual(functions[flame.Frame("<call>")], (3, 3))

    def test_table_ranks(self) -> None:
        lines = [line.split() for line in flame.table(self.root, 1)]
        self.assertEqual(lines[1:3], [["7", "70.0%", "a"], ["3", "30.0%", "b"]])
        self.assertEqual(lines[5], ["4", "40.0%", "7", "main"])

    def test_picture_is_well_formed(self) -> None:
        root = xml.fromstring("\n".join(flame.svg(self.root, "a & b")))
        names = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
        self.assertIn("<call>: 3 samples, 30.0%", names)
        widths = [float(r.attrib["width"]) for r in root.iter("{http://www.w3.org/2000/svg}rect")]
        self.assertEqual(max(widths[1:]), flame.WIDTH - 2 * flame.MARGIN)


class DumpTest(unittest.TestCase):
    def refuse(self, content: bytes) -> None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            with self.assertRaises(dumpfile.NoDump):
                dumpfile.Dump(Path(file.name))

    def test_what_is_no_dump(self) -> None:
        self.refuse(b"")
        self.refuse(b"no dump at all")
        self.refuse(b"\x7fELF\x02\x01\x01" + bytes(57))

    def test_registers_of_a_note(self) -> None:
        words = list(range(1, 19))
        note = struct.pack("<II18Q", 1, 440, *words)
        note += struct.pack("<IIIIQ", 0x2B, 0, 0, 0, 0) + bytes(24 * 9)
        note += struct.pack("<5Q", 0, 0, 0xAB, 0x1000, 0)
        found = dumpfile.registers(note)
        self.assertEqual((found["rax"], found["rsp"], found["rip"]), (1, 7, 17))
        self.assertEqual((found["cs"], found["cr2"], found["cr3"]), (0x2B, 0xAB, 0x1000))


if __name__ == "__main__":
    unittest.main()
