#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the protoc plugin refuses, and in which words; what descriptor and document say."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SDK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SDK / "plugin"))

from signet_plugin import (  # noqa: E402
    capability,
    descriptor,
    document,
    header,
    model,
    reader,
    schema,
)

HEAD = """\
syntax = "proto3";
package p.v1;
import "signet/capability.proto";
import "signet/options.proto";
message M { uint32 a = 1; }
"""


def run(
    text: str, options: str = "", place: str = "p/v1/p.proto"
) -> subprocess.CompletedProcess[str]:
    """Runs protoc with the plugin over one definition."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(HEAD + text)
        (folder / place).with_suffix(".options").write_text(options)
        plugin = SDK / "plugin/protoc-gen-signet"
        command = ["protoc", f"-I{folder}", f"-I{SDK / 'interfaces'}", place]
        command += [f"--plugin=protoc-gen-signet={plugin}", f"--signet_out={folder}"]
        command += [f"--signet_opt=-I{folder}"]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def read(folder: Path, proto: str) -> model.Interface:
    """What the plugin makes of one definition, comments included."""
    definitions = schema.load()
    with tempfile.NamedTemporaryFile() as output:
        command = ["protoc", f"-I{folder}", f"-I{SDK / 'interfaces'}", "--include_imports"]
        command += ["--include_source_info", f"--descriptor_set_out={output.name}", proto]
        subprocess.run(command, check=True)
        files = definitions.descriptor.FileDescriptorSet.FromString(Path(output.name).read_bytes())
    request = definitions.plugin.CodeGeneratorRequest(
        file_to_generate=[proto], parameter=f"-I{folder}"
    )
    request.proto_file.extend(files.file)
    [interface] = reader.read(request, definitions)
    return interface


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

    def test_unbounded_names_its_file(self) -> None:
        text = "message Unused { bytes b = 1; }"
        self.refused(text, "p/v1/p.proto: p.v1.Unused.b: unbounded, expected max_size")
        self.refused(text + service(method("A", 0)), "p/v1/p.proto: p.v1.Unused.b: unbounded")

    def test_number_of_the_header(self) -> None:
        text = "message N { uint32 n = 2047; }"
        self.refused(text, "p.v1.N.n: number 2047, expected another")

    def test_folder_and_package(self) -> None:
        result = run("", place="q/v1/p.proto")
        self.assertIn("q/v1/p.proto: package p.v1, expected one ending in q.v1", result.stderr)
        result = run("", place="p/v2/p.proto")
        self.assertIn("package p.v1, expected one ending in p.v2", result.stderr)
        result = run("", place="p.proto")
        self.assertIn("p.proto: its folder, expected NAME/vN/*.proto", result.stderr)

    def test_too_large_to_describe(self) -> None:
        fields = "".join(f"uint32 f{n} = {n};" for n in range(1, 322))
        text = f"message N {{ {fields} }}" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.S: 322 fields, expected at most 320")

    def test_callback(self) -> None:
        text = "message N { string s = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.N.s: a callback", "p.v1.N.s type:FT_CALLBACK max_size:4")

    def test_recursive(self) -> None:
        text = "message N { N n = 1; }" + service(method("A", 0, reply="N"))
        self.refused(text, "p.v1.N: contains itself")

    def test_long_names(self) -> None:
        self.refused(service(method("A" * 32, 0)), "method name of 32 letters")


def granted(kind: str, option: str | None, rest: str = "") -> str:
    text = "" if option is None else f"[(signet.capability) = {{{option}}}]"
    return f"message N {{ {kind} c = 1 {text}; {rest} }}" + service(method("A", 0, request="N"))


class Capabilities(unittest.TestCase):
    def refused(self, text: str, expected: str) -> None:
        result = run(text)
        self.assertNotEqual(result.returncode, 0, f"accepted: {text}")
        self.assertIn(expected, result.stderr)

    def test_accepts(self) -> None:
        for text in (
            granted("signet.Memory", 'permit: "READ"'),
            granted("signet.Client", 'permit: "A" permit: "DESCRIBE" interface: "p.v1.S"'),
            granted("signet.Irq", 'permit: ["WAIT", "MOVE"] mode: MOVE'),
        ):
            result = run(text)
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_type_and_option_go_together(self) -> None:
        self.refused(granted("signet.Memory", None), "p.v1.N.c: a Memory without")
        self.refused(granted("uint32", 'permit: "READ"'), "(signet.capability) of no capability")

    def test_permits_what_the_type_has(self) -> None:
        self.refused(granted("signet.Memory", 'permit: "SIGNAL"'), 'permits "SIGNAL", expected READ')
        self.refused(granted("signet.Memory", "mode: MOVE"), "permits nothing, expected one of READ")
        client = 'permit: "B" interface: "p.v1.S"'
        self.refused(granted("signet.Client", client), 'permits "B", expected A, DESCRIBE')
        self.refused(granted("signet.Client", 'permit: "A"'), 'interface "", expected a service')
        other = 'permit: "A" interface: "p.v1.T"'
        self.refused(granted("signet.Client", other), 'interface "p.v1.T", expected a service')
        memory = 'permit: "READ" interface: "p.v1.S"'
        self.refused(granted("signet.Memory", memory), "an interface of a Memory, expected none")

    def test_where_they_may_be(self) -> None:
        option = '[(signet.capability) = {permit: "READ"}]'
        repeated = f"message N {{ repeated signet.Memory c = 1 {option}; }}"
        result = run(repeated, "p.v1.N.c max_count:2")
        self.assertIn("repeated or in a oneof, expected one field", result.stderr)
        oneof = f"message N {{ oneof o {{ signet.Memory c = 1 {option}; uint32 d = 2; }} }}"
        self.refused(oneof, "repeated or in a oneof, expected one field")
        nested = f"message I {{ signet.Memory c = 1 {option}; }} message N {{ I i = 1; }}"
        self.refused(nested + service(method("A", 0, reply="N")), "a capability inside p.v1.N")
        nine = "".join(f"signet.Memory c{n} = {n} {option};" for n in range(1, 10))
        self.refused(f"message N {{ {nine} }}", "p.v1.N: 9 capabilities, expected at most 8")

    def test_operations_are_the_kernels(self) -> None:
        abi = (SDK.parent / "kernel/abi/object.h").read_text()
        types = dict(re.findall(r"SG_TYPE_(\w+) = (\d+)", abi))
        enums = {
            name: {key: int(number) for key, number in re.findall(r"SG_(\w+) = (\d+)", body)}
            for name, body in re.findall(r"enum sg_(\w+)_operation \{(.*?)\n?\};", abi, re.DOTALL)
        }
        for number, (kind, operations) in enumerate(capability.OPERATIONS.items(), 1):
            self.assertEqual(types[kind.upper()], str(number), kind)
            expected = {
                key.removeprefix(f"{kind.upper()}_"): value
                for key, value in enums.get(kind.lower(), {}).items()
            }
            self.assertEqual(operations, expected, kind)
        generic = enums["generic"]
        self.assertEqual({name: generic[name] for name in capability.GENERIC}, capability.GENERIC)
        self.assertEqual(generic["INFO"], capability.INFO)


COMMENTED = """\
// SPDX-License-Identifier: BSD-2-Clause
// About the file.
syntax = "proto3";

// Apart from everything.

package p.v1;

import "signet/options.proto";

// About Result,
// in two lines.
enum Result {
  DONE = 0;
  // About BAD.
  BAD = 1;
  WORSE = 2;  // About WORSE.
}

message Silent {
  uint32 first = 1;
  uint32 second = 2;  // About second, with a | in it.
  uint32 third = 3;
  // About fourth.
  uint32 fourth = 4;
  Result result = 5;
}

// About Spoken. This ends */ no comment of C.
message Spoken {
  Silent inside = 1;  // About inside.
}

// About S.
service S {
  rpc First(Silent) returns (Spoken) {
    option (signet.method) = 3;
  }
  // About Second.
  rpc Second(Silent) returns (Spoken) {
    option (signet.method) = 0;
  }
  rpc Third(Silent) returns (Spoken) {
    option (signet.method) = 1;  // About an option, not about Third.
  }
  // About Fourth.
  rpc Fourth(Silent) returns (Spoken) {
    option (signet.method) = 2;
  }
}

// About T.
service T {
  rpc Only(Silent) returns (Silent) {
    option (signet.method) = 0;
  }
}
"""


class Documents(unittest.TestCase):
    """A comment belongs to one element: a text that is shifted to its neighbour fails here."""

    interface: model.Interface

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "p/v1").mkdir(parents=True)
            (Path(name) / "p/v1/p.proto").write_text(COMMENTED)
            cls.interface = read(Path(name), "p/v1/p.proto")

    def test_each_comment_is_its_own(self) -> None:
        texts = {
            "": "About the file.",
            "p.v1.Result": "About Result,\nin two lines.",
            "p.v1.Result.BAD": "About BAD.",
            "p.v1.Result.WORSE": "About WORSE.",
            "p.v1.Silent.second": "About second, with a | in it.",
            "p.v1.Silent.fourth": "About fourth.",
            "p.v1.Spoken": "About Spoken. This ends */ no comment of C.",
            "p.v1.Spoken.inside": "About inside.",
            "p.v1.S": "About S.",
            "p.v1.S.Second": "About Second.",
            "p.v1.S.Fourth": "About Fourth.",
            "p.v1.T": "About T.",
        }
        found = {name: text for name, text in self.interface.comments.by_name.items() if text}
        self.assertEqual(found, texts)

    def sections(self) -> dict[str, str]:
        """The document, by heading."""
        parts = re.split(r"^#+ (.*)$", document.write(self.interface), flags=re.MULTILINE)
        return dict(zip(parts[1::2], (part.strip() for part in parts[2::2])))

    def test_methods_in_the_document(self) -> None:
        sections = self.sections()
        self.assertEqual(sections["p.v1"], "About the file.")
        self.assertTrue(sections["S.First"].startswith("[Silent](#silent) → [Spoken](#spoken)"))
        self.assertTrue(sections["S.Second"].startswith("About Second.\n\n[Silent]"))
        self.assertTrue(sections["S.Third"].startswith("[Silent](#silent)"))
        self.assertTrue(sections["S.Fourth"].startswith("About Fourth.\n\n[Silent]"))
        self.assertIn("rights bit 2: `p_v1_S_Fourth_RIGHT`", sections["S.Fourth"])
        self.assertTrue(sections["T.Only"].startswith("[Silent](#silent) → [Silent](#silent)"))
        self.assertTrue(sections["Service T"].startswith("About T."))

    def test_fields_and_values_in_the_document(self) -> None:
        rows = self.sections()["Silent"].splitlines()
        self.assertIn("| `first` | 1 | uint32 |  |", rows)
        self.assertIn("| `second` | 2 | uint32 | About second, with a \\| in it. |", rows)
        self.assertIn("| `third` | 3 | uint32 |  |", rows)
        self.assertIn("| `fourth` | 4 | uint32 | About fourth. |", rows)
        self.assertIn("| `result` | 5 | [Result](#result) |  |", rows)
        rows = self.sections()["Result"].splitlines()
        self.assertIn("| `DONE` | 0 |  |", rows)
        self.assertIn("| `BAD` | 1 | About BAD. |", rows)
        self.assertIn("| `WORSE` | 2 | About WORSE. |", rows)

    def test_comments_in_the_header(self) -> None:
        text = header.write(self.interface)
        self.assertIn("/* About Second. */\n#define p_v1_S_Second_METHOD 0u", text)
        self.assertIn("/* --- p_v1_S.Third --- */\n\n#define p_v1_S_Third_METHOD 1u", text)
        self.assertEqual(header.comment("ends */ here"), "/* ends * / here */")

    def test_interfaces_of_the_sdk_are_explained(self) -> None:
        for path in sorted((SDK / "interfaces").glob("*/v*/*.proto")):
            proto = str(path.relative_to(SDK / "interfaces"))
            if proto.startswith("reflect/"):
                continue
            interface = read(SDK / "interfaces", proto)
            names = ["", *(service.name for service in interface.services)]
            for service in interface.services:
                names += [f"{service.name}.{method.name}" for method in service.methods]
            for name in names:
                self.assertTrue(interface.comments.of(name), f"{proto}: no comment on {name or 'it'}")


class Descriptor(unittest.TestCase):
    def sample(self) -> model.Service:
        [found] = read(SDK / "test/interfaces", "sample/v1/sample.proto").services
        return found

    def test_limits_are_the_readers(self) -> None:
        text = (SDK / "include/signet/schema.h").read_text()
        limits = {name: int(number) for name, number in re.findall(r"SG_SCHEMA_(\w+) (\d+)u", text)}
        self.assertEqual({name: limits[name] for name in descriptor.LIMITS}, descriptor.LIMITS)

    def test_says_what_is_a_capability(self) -> None:
        services = read(SDK / "test/interfaces", "broker/v1/broker.proto").services
        data = descriptor.encode(services[0], schema.load())
        interface = schema.load().interface.FromString(data)
        fields = {field.name: field for entry in interface.type for field in entry.field}
        self.assertEqual((fields["buffer"].capability, fields["events"].capability), (4, 11))
        self.assertEqual(interface.type[fields["events"].type].name, "Client")
        self.assertEqual((fields["label"].capability, fields["count"].capability), (0, 0))

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
