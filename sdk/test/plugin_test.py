#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the protoc plugin refuses, and in which words; and what a descriptor says."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SDK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SDK / "plugin"))

from signet_plugin import descriptor, model, reader, schema  # noqa: E402

HEAD = """\
syntax = "proto3";
package p.v1;
import "signet/options.proto";
message M { uint32 a = 1; }
"""


def run(text: str, options: str = "") -> subprocess.CompletedProcess[str]:
    """Runs protoc with the plugin over one definition."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "p/v1").mkdir(parents=True)
        (folder / "p/v1/p.proto").write_text(HEAD + text)
        (folder / "p/v1/p.options").write_text(options)
        plugin = SDK / "plugin/protoc-gen-signet"
        command = ["protoc", f"-I{folder}", f"-I{SDK / 'interfaces'}", "p/v1/p.proto"]
        command += [f"--plugin=protoc-gen-signet={plugin}", f"--signet_out={folder}"]
        command += [f"--signet_opt=-I{folder}"]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def service(*methods: str) -> str:
    return "service S { " + " ".join(methods) + " }"


def method(name: str, number: int | None, request: str = "M", reply: str = "M") -> str:
    option = "" if number is None else f"option (signet.method) = {number};"
    return f"rpc {name}({request}) returns ({reply}) {{ {option} }}"


class Refusals(unittest.TestCase):
    def refused(self, text: str, expected: str, options: str = "") -> None:
        result = run(text, options)
        self.assertNotEqual(result.returncode, 0, f"accepted: {text}")
        self.assertIn(expected, result.stderr)

    def test_accepts(self) -> None:
        result = run(service(method("A", 0), method("B", 54)))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_missing_number(self) -> None:
        self.refused(service(method("A", None)), "p.v1.S.A: no number")

    def test_duplicate_number(self) -> None:
        methods = service(method("A", 3), method("B", 3))
        self.refused(methods, "p.v1.S.B: number 3 is A's")

    def test_large_number(self) -> None:
        self.refused(service(method("A", 55)), "p.v1.S.A: number 55, expected 0 .. 54")

    def test_streams(self) -> None:
        self.refused(service(method("A", 0, request="stream M")), "p.v1.S.A: streams")
        self.refused(service(method("A", 0, reply="stream M")), "p.v1.S.A: streams")

    def test_unbounded(self) -> None:
        for kind in ("string", "bytes"):
            text = f"message N {{ {kind} s = 1; }}" + service(method("A", 0, reply="N"))
            self.refused(text, "p.v1.N.s: unbounded, expected max_size")
        text = "message N { repeated uint32 r = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.N.r: unbounded, expected max_count")
        text = "message O { string s = 1; } message N { O o = 1; }"
        self.refused(text + service(method("A", 0, reply="N")), "p.v1.O.s: unbounded")
        text = "message N { repeated string r = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "expected max_size", "p.v1.N.r max_count:3")

    def test_callback(self) -> None:
        text = "message N { string s = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.N.s: a callback", "p.v1.N.s type:FT_CALLBACK max_size:4")

    def test_recursive(self) -> None:
        text = "message N { N n = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.N: contains itself")

    def test_long_names(self) -> None:
        self.refused(service(method("A" * 32, 0)), "method name of 32 letters")


class Descriptor(unittest.TestCase):
    def sample(self) -> model.Service:
        folder = SDK / "test/interfaces"
        definitions = schema.load()
        with tempfile.NamedTemporaryFile() as output:
            command = ["protoc", f"-I{folder}", f"-I{SDK / 'interfaces'}", "--include_imports"]
            command += [f"--descriptor_set_out={output.name}", "sample/v1/sample.proto"]
            subprocess.run(command, check=True)
            files = definitions.descriptor.FileDescriptorSet.FromString(
                Path(output.name).read_bytes()
            )
        request = definitions.plugin.CodeGeneratorRequest(
            file_to_generate=["sample/v1/sample.proto"], parameter=f"-I{folder}"
        )
        request.proto_file.extend(files.file)
        [interface] = reader.read(request, definitions)
        [found] = interface.services
        return found

    def test_says_enough_to_encode(self) -> None:
        definitions = schema.load()
        data = descriptor.encode(self.sample(), definitions)
        interface = definitions.interface.FromString(data)
        self.assertEqual(interface.name, "signet.sample.v1.Sample")
        methods = {entry.name: entry for entry in interface.method}
        self.assertEqual({name: entry.number for name, entry in methods.items()},
                         {"Add": 0, "Draw": 5, "Last": 54})
        draw = interface.type[methods["Draw"].request]
        self.assertEqual(draw.name, "DrawRequest")
        fields = {field.name: field for field in draw.field}
        self.assertEqual(fields["name"].max_size, 31)
        self.assertEqual(fields["points"].max_count, 16)
        self.assertEqual(interface.type[fields["points"].type].name, "Point")
        self.assertEqual(fields["pattern"].max_size, 100)
        colour = interface.enumeration[fields["colour"].type]
        self.assertEqual({value.name: value.number for value in colour.value},
                         {"RED": 0, "GREEN": 7})


if __name__ == "__main__":
    unittest.main()
