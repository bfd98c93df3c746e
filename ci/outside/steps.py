# SPDX-License-Identifier: BSD-2-Clause
"""What an outside developer does with the SDK, step by step; each must come out as expected.

Run by ci/check-sdk-outside where the tree the SDK was built from cannot be seen.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICE, DRIVER = "greeter", "rain-gauge"
SHELL_NEED = 'need { name: "kv" provider: "kv.kv" all: true }'
REFUSED_NAMES = (
    ("My Service", "lower-case letters"),
    ("../greeter", "lower-case letters"),
    ("greeter/x", "lower-case letters"),
    ("-x", "service"),
    ("", "lower-case letters"),
    ("int", "means something to C"),
    ("time", "it would hide <time.h>"),
    ("kernel", "means something to the build"),
    ("init", "means something to every system"),
    ("kv", "another than the SDK's own programs"),
    ("abcdefghijklmnopqrst", "at most 19 letters"),
    (SERVICE, "nothing of that name yet"),
)


class Failure(Exception):
    """A step that did not come out as expected."""


class Developer:
    """Runs commands in the developer's folder, with the SDK's tools."""

    def __init__(self, sdk: Path) -> None:
        self.sdk = sdk

    def tool(self, name: str) -> str:
        return str(self.sdk / "bin" / f"signet-{name}")

    def run(self, *command: str | Path, folder: Path = HERE, status: int | None = 0) -> str:
        """What a command prints; it must end with that status, or with any but 0 for None."""
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", check=False,
        )  # fmt: skip
        if done.returncode == status or (status is None and done.returncode > 0):
            return done.stdout
        words = " ".join(str(word) for word in command)
        expected = "a refusal" if status is None else f"status {status}"
        raise Failure(f"{done.stdout}{words}: found status {done.returncode}, expected {expected}")

    def configure(self) -> list[str]:
        """Configures the project in a folder with the SDK, without presets."""
        return [
            *("cmake", "-S", ".", "-B", "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.sdk}"),
            f"-DCMAKE_TOOLCHAIN_FILE={self.sdk}/lib/cmake/Signet/signet-toolchain.cmake",
        ]

    def refused(self, expected: str, *command: str | Path, folder: Path = HERE) -> None:
        """Runs a command that must fail and say why."""
        expect(self.run(*command, folder=folder, status=None), expected)


def expect(text: str, part: str) -> None:
    """Ends the step unless the text has that part, line breaks not regarded."""
    if part not in " ".join(text.split()):
        raise Failure(f"found {text!r}, expected {part!r} in it")


def find_parts(developer: Developer) -> None:
    """What the archive is there for."""
    for name in (
        "lib/libsignet.a", "lib/signet.ld", "lib/cmake/Signet/signet-toolchain.cmake",
        "include/signet/loop.h", "include/abi/version.h", "sysroot/lib/libc.a",
        "share/signet/system/bin/kernel.elf", "share/signet/system/bin/init.elf",
        "share/signet/sdk/interfaces/kv/v1/kv.proto", "share/signet/sdk/plugin/protoc-gen-signet",
        "share/doc/signet/manual/index.html", "share/doc/signet/licences/nanopb.LICENSE.txt",
    ):  # fmt: skip
        if not (developer.sdk / name).is_file():
            raise Failure(f"{name}: found no such file in the SDK, expected it")


def make_projects(developer: Developer) -> None:
    developer.run(developer.tool("new"), "service", SERVICE)
    developer.run(developer.tool("new"), "driver", DRIVER, "weather")


def refuse_names(developer: Developer) -> None:
    before = sorted(HERE.rglob("*"))
    for name, expected in REFUSED_NAMES:
        developer.refused(expected, developer.tool("new"), "service", name)
    developer.refused("lower-case", developer.tool("new"), "driver", "x", "../up")
    if sorted(HERE.rglob("*")) != before:
        raise Failure("found files of projects that were refused, expected none")


def build_and_test(developer: Developer, name: str) -> None:
    folder = HERE / name
    developer.run("cmake", "--preset", "dev", folder=folder)
    built = developer.run("cmake", "--build", "--preset", "dev", folder=folder)
    if "warning:" in built:
        raise Failure(f"{built}{name}: found a warning, expected none")
    report = developer.run("ctest", "--preset", "dev", folder=folder)
    for test in (f"unit/{name}", f"boot/{name}"):
        if not re.search(rf"{test} \.+ +Passed", report):
            raise Failure(f"{report}{name}: found no test {test} that passed")


def build_service(developer: Developer) -> None:
    build_and_test(developer, SERVICE)


def build_driver(developer: Developer) -> None:
    build_and_test(developer, DRIVER)


def debug_service(developer: Developer) -> None:
    """gdb stops in the service's own function, with its source and the client's message."""
    output = developer.run(
        *(developer.tool("debug"), SERVICE, "--no-build", "--batch"),
        *("--manifest", "system.textproto", "--manifest", "process.textproto"),
        *("--ex", f"break {SERVICE}_v1_Greeter_Greet_handle"),
        *("--ex", f'signet type call {SERVICE}.greet {{name: "gdb"}}', "--ex", "continue"),
        *("--ex", "print request->name"),
        folder=HERE / SERVICE,
    )
    expect(output, f'"{SERVICE}" hit Breakpoint 2, {SERVICE}_v1_Greeter_Greet_handle')
    expect(output, "state->greetings++;")
    expect(output, '$1 = "gdb"')


def break_test(developer: Developer) -> None:
    """A test that is wrong fails: neither kind passes whatever happens."""
    folder = HERE / SERVICE
    lists = folder / "CMakeLists.txt"
    test = folder / "test" / f"{SERVICE}_test.c"
    kept = lists.read_text(), test.read_text()
    lists.write_text(kept[0].replace("^greetings: 1", "^greetings: 2"))
    test.write_text(kept[1].replace("Hello, host!", "Hello, nobody!"))
    developer.run("cmake", "--build", "--preset", "dev", folder=folder)
    report = developer.run("ctest", "--preset", "dev", folder=folder, status=None)
    lists.write_text(kept[0])
    test.write_text(kept[1])
    expect(report, "found nothing in the output above that matches '^greetings: 2'")
    expect(report, '"Hello, host!" != "Hello, nobody!"')


def use_pkg_config(developer: Developer) -> None:
    """A program without CMake, for the custom image."""
    pkg_config = ["env", f"PKG_CONFIG_PATH={developer.sdk}/lib/pkgconfig", "pkg-config"]
    flags = developer.run(*pkg_config, "--cflags", "signet").split()
    libraries = developer.run(*pkg_config, "--libs", "signet").split()
    developer.run("clang-14", "-O2", *flags, "-c", "plain.c", "-o", "plain.o")
    programs = HERE / "programs"
    programs.mkdir()
    developer.run("ld.lld-14", "plain.o", *libraries, "-o", programs / "plain.elf")


def boot_custom_image(developer: Developer) -> None:
    """The SDK's demo with both projects and the plain program in it, signed with an own key."""
    demo = (developer.sdk / "share/signet/manifests/demo.textproto").read_text()
    needs = "".join(
        f'\n  need {{ name: "{name}" provider: "{name}.{name}" all: true }}'
        for name in (SERVICE, DRIVER)
    )
    if SHELL_NEED not in demo:
        raise Failure(f"demo.textproto: found no line '{SHELL_NEED}', expected the shell's")
    (HERE / "custom.textproto").write_text(demo.replace(SHELL_NEED, SHELL_NEED + needs))
    developer.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "own.pem")
    options = [
        word
        for name in (SERVICE, DRIVER)
        for word in ("--programs", f"{name}/build/dev/bin", "--interfaces", f"{name}/interfaces")
    ]
    manifest = ["custom.textproto", "plain.textproto"]
    manifest += [f"{name}/process.textproto" for name in (SERVICE, DRIVER)]
    developer.run(
        *(developer.tool("image"), *manifest, *options, "--programs", "programs"),
        *("--key", "own.pem", "--build", "work", "--output", "custom.iso"),
    )
    commands = (
        f'call {SERVICE}.greet {{name: "outside"}}; call {DRIVER}.wait; '
        'call kv.put {key: "a" value: "b"}; call kv.get {key: "a"}; log; shutdown'
    )
    printed = developer.run(
        *(developer.tool("run"), "--image", "custom.iso", "--batch", commands),
        *("--expect", 'text: "Hello, outside!"', "--expect", "interrupts: [1-9]"),
        *("--expect", 'value: "b"', "--expect", "built by pkg-config"),
    )
    print("".join(f"    {line}\n" for line in printed.splitlines()), end="")


def refuse_manifest(developer: Developer) -> None:
    """Faults are told with the file and line they are in, also in a second file."""
    bad = HERE / "bad.textproto"
    bad.write_text('\nprocess { name: "bad" module: "plain.elf" memory_kib: 1024\n'
                   '  need { name: "log" provider: "nobody.log" methods: "Write" } }\n')  # fmt: skip
    system = HERE / SERVICE / "system.textproto"
    process = HERE / SERVICE / "process.textproto"
    developer.refused(
        f"{bad}:3: ",
        *(developer.tool("manifest-check"), system, process, bad),
        *("--interfaces", f"{SERVICE}/interfaces"),
    )


def refuse_images(developer: Developer) -> None:
    """What cannot be made into an image is told, and none is made."""
    make = (developer.tool("image"), "--build", "work", "--output", "none.iso")
    folder = str(HERE / "programs")
    developer.refused("found no file plain.elf", *make, "demo", "plain.textproto")
    developer.refused(f"looked for in {developer.sdk}", *make, "demo", "plain.textproto")
    options = ("--programs", folder, "--key", "plain.c")
    developer.refused("plain.c: found no Ed25519 private key", *make, "demo", *options)
    if (HERE / "none.iso").exists():
        raise Failure("found none.iso, expected no image of what was refused")


def refuse_versions(developer: Developer) -> None:
    """find_package takes this major, and no newer minor."""
    version = (developer.sdk / "share/signet/sdk/VERSION").read_text().strip()
    major, minor = (int(part) for part in version.split(".")[:2])
    folder = HERE / "wanted"
    folder.mkdir()
    for wanted, accepted in (
        (f"{major}", True),
        (f"{major}.{minor}", True),
        (f"{major}.{minor + 1}", False),
        (f"{major + 1}", False),
        (f"{major + 1}.{minor}", False),
    ):
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(wanted LANGUAGES C)\n"
            f"find_package(Signet {wanted} REQUIRED)\n"
        )
        if accepted:
            developer.run(*developer.configure(), folder=folder)
        else:
            configure = developer.configure()
            developer.refused(f'requested version "{wanted}"', *configure, folder=folder)
            developer.refused(f"version: {version}", *configure, folder=folder)


def refuse_calls(developer: Developer) -> None:
    """A CMake function that is called wrongly says how it is to be called."""
    folder = HERE / "calls"
    folder.mkdir()
    for call, expected in (
        ("signet_add_service(NAME x)", "found 'NAME;x', expected NAME name SOURCES file..."),
        ("signet_add_driver(NAME x SOURCES a.c INTERFACES no/v1)", "found no interface no/v1"),
        ("signet_add_image(NAME x)", "found 'NAME;x', expected NAME name MANIFEST file..."),
        ("signet_add_image(NAME x MANIFEST m SERVICES y)", "found 'y' in SERVICES of x"),
        ("signet_add_test(NAME x)", "expected NAME name and SOURCES file... or IMAGE image RUN"),
        ("signet_add_test(NAME x SOURCES a IMAGE b RUN c)", "expected NAME name and SOURCES"),
    ):
        (folder / "a.c").touch()
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(calls LANGUAGES C)\n"
            f"find_package(Signet REQUIRED)\n{call}\n"
        )
        developer.refused(expected, *developer.configure(), folder=folder)


def refuse_host_toolchain(developer: Developer) -> None:
    folder = HERE / "hosted"
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(hosted LANGUAGES C)\n"
        "find_package(Signet 1 REQUIRED)\n"
    )
    developer.refused(
        "found no Signet toolchain",
        *("cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={developer.sdk}"),
        "-DCMAKE_C_COMPILER=clang-14",
        folder=folder,
    )


def refuse_spaces(developer: Developer) -> None:
    folder = HERE / "two words"
    developer.run("cp", "-r", HERE / SERVICE, folder)
    developer.run("rm", "-r", folder / "build")
    developer.refused("expected one without spaces", "cmake", "--preset", "dev", folder=folder)


STEPS: tuple[Callable[[Developer], None], ...] = (
    find_parts, make_projects, refuse_names, build_service, build_driver, debug_service, break_test,
    use_pkg_config, boot_custom_image, refuse_manifest, refuse_images, refuse_versions,
    refuse_calls, refuse_host_toolchain, refuse_spaces,
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", type=Path, required=True)
    parser.add_argument("--hidden", type=Path, nargs="+", required=True, help="must be empty")
    options = parser.parse_args()
    for folder in options.hidden:
        if list(folder.iterdir()):
            print(f"{folder}: found files, expected it to be hidden")
            return 1
    for step in STEPS:
        began = time.monotonic()
        try:
            step(Developer(options.sdk))
        except Failure as failure:
            print(f"FAILED {step.__name__}: {failure}", flush=True)
            return 1
        print(f"ok {step.__name__} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
