#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a bootable image from a manifest: checks, seals and signs it, collects what it names.

The image is a GRUB ISO for BIOS and UEFI, the same for the same files. GRUB loads the kernel and, as
multiboot2 modules in this order, init, the sealed manifest, its signature, and each module the manifest
names; IMAGE.spdx.json beside it is the bill of materials. Both are written only when one of these
changed. Into init goes the public half of the key that signs: an image starts no manifest but its own.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
import grub  # noqa: E402
import key  # noqa: E402
import paths  # noqa: E402
import sbom  # noqa: E402

sys.path.append(str(paths.TOP / "manifests/check/tool"))
from schema import Schema  # noqa: E402

KEY_SECTION = ".signet.key"
GRUB_HEAD = """\
set timeout=0
serial --unit=0 --speed=115200
terminal_input serial
terminal_output serial
menuentry Signet {
    multiboot2 /boot/kernel.elf
"""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What an image is made of, and the build folder it is made in."""

    manifest: tuple[Path, ...]  # files that are one manifest together
    build: Path
    programs: tuple[Path, ...] = ()  # folders of programs, looked in after the build's
    interfaces: tuple[Path, ...] = ()  # folders of interface definitions besides the known ones
    key: Path | None = None  # else the build's development key

    def signing_key(self) -> Path:
        """The private key; the development key is made when it is first needed."""
        if self.key is None:
            key.make(paths.key_file(self.build))
        return self.key or paths.key_file(self.build)

    def folders(self) -> list[Path]:
        """Where programs are looked for, in this order."""
        own, *others = paths.program_folders(self.build)
        return [folder for folder in (own, *self.programs, *others) if folder.is_dir()]

    def places(self) -> str:
        return ", ".join(str(folder) for folder in self.folders()) or "no folder there is"

    def sources(self) -> dict[str, Path]:
        """Every program there is, by its file's name; the first folder that has one decides."""
        found: dict[str, Path] = {}
        for folder in self.folders():
            for file in sorted(folder.glob("*.elf")):
                found.setdefault(file.name, file)
        return found


def strip_program(source: Path, target: Path, options: list[str | Path], time_ns: int) -> None:
    """Writes a program without debug information, unless that was done from a source of that time.

    Symbol tables stay, for backtraces.
    """
    if target.exists() and target.stat().st_mtime_ns == time_ns:
        return
    fresh = target.with_suffix(".partial")
    command = ["llvm-objcopy-14", "--strip-debug", *options, source, fresh]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(f"image: {source}: found no program an image can hold, see above")
    os.utime(fresh, ns=(time_ns, time_ns))
    fresh.rename(target)


def strip_recipe(recipe: Recipe) -> Path:
    """Fills the build's folder of modules: every program as images hold it."""
    folder = recipe.build / "image/modules"
    folder.mkdir(parents=True, exist_ok=True)
    sources = recipe.sources()
    for file in folder.glob("*.elf"):
        if file.name not in sources:
            file.unlink()
    signing = recipe.signing_key()
    public = folder / "public_key"
    public.write_bytes(key.public_bytes(signing))
    for name, source in sources.items():
        time_ns = source.stat().st_mtime_ns
        options: list[str | Path] = []
        if name == "init.elf":
            time_ns = max(time_ns, signing.stat().st_mtime_ns)
            options = ["--update-section", f"{KEY_SECTION}={public}"]
        strip_program(source, folder / name, options, time_ns)
    return folder


def strip_programs(build: Path) -> Path:
    """As above, with nothing but what the build has."""
    return strip_recipe(Recipe((), build))


def seal(recipe: Recipe, modules: Path, sealed: Path) -> list[str]:
    """Has the manifest checked and written in the form init reads; the modules it names."""
    command = [
        paths.TOP / "scripts/manifest-check",
        *("--checker", paths.manifest_rules(recipe.build)),
        *("--modules-dir", modules, "--out", sealed),
        *(word for folder in recipe.interfaces for word in ("--interfaces", folder)),
        *recipe.manifest,
    ]
    if subprocess.run(command, check=False).returncode != 0:
        names = " ".join(str(path) for path in recipe.manifest)
        print(f"image: programs were looked for in {recipe.places()}", file=sys.stderr)
        raise SystemExit(f"image: {names} was refused, its faults are above; no image was made")
    message = Schema().manifest_class.FromString(sealed.read_bytes())
    return [module.name for module in message.module]


def stage_recipe(recipe: Recipe, modules: Path, boot: Path) -> None:
    """Fills the image's boot folder: kernel, init, sealed manifest, signature, modules, menu."""
    boot.mkdir(parents=True)
    names = seal(recipe, modules, boot / "manifest")
    (boot / "signature").write_bytes(key.sign(recipe.signing_key(), boot / "manifest"))
    for name in ["kernel.elf", "init.elf", *names]:
        if not (modules / name).is_file():
            raise SystemExit(f"image: found no {name}, expected it in {recipe.places()}")
        shutil.copyfile(modules / name, boot / name)
    write_menu(names, boot)


def stage_files(manifest: Path, build: Path, modules: Path, boot: Path) -> None:
    """As above, with nothing but what the build has."""
    stage_recipe(Recipe((manifest,), build), modules, boot)


def write_menu(names: list[str], boot: Path) -> None:
    """Writes GRUB's configuration: one entry, booted at once."""
    modules = [("init.elf", "init"), ("manifest", "manifest"), ("signature", "signature")]
    modules += [(name, name) for name in names]
    lines = "".join(f"    module2 /boot/{file} {name}\n" for file, name in modules)
    (boot / "grub").mkdir()
    (boot / "grub/grub.cfg").write_text(GRUB_HEAD + lines + "}\n")


def content_hash(folder: Path) -> str:
    """Names the whole content of a folder."""
    digest = hashlib.sha256()
    for module in (grub, sbom):
        digest.update(Path(module.__file__).read_bytes())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def write_if_changed(stage: Path, iso: Path, build: Path) -> None:
    """Writes the image and the list of its parts unless there is one of exactly these files."""
    state = content_hash(stage)
    stamp = iso.with_suffix(".stamp")
    if iso.is_file() and stamp.is_file() and stamp.read_text() == state:
        return
    grub.write_iso(stage, iso)
    sbom.write_image(iso, stage / "boot", build)
    stamp.write_text(state)
    print(f"image: {iso} ({iso.stat().st_size / 2**20:.1f} MiB)", file=sys.stderr)


@contextlib.contextmanager
def locked(build: Path) -> Iterator[Path]:
    """One at a time in a build's folder of images: that folder."""
    folder = build / "image"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield folder


def make_recipe(recipe: Recipe, iso: Path | None = None) -> Path:
    """Makes an image; its path."""
    with locked(recipe.build) as folder, tempfile.TemporaryDirectory(dir=folder) as stage:
        iso = iso or folder / f"{recipe.manifest[0].stem}.iso"
        stage_recipe(recipe, strip_recipe(recipe), Path(stage) / "boot")
        write_if_changed(Path(stage), iso, recipe.build)
    return iso


def make(manifest: Path, build: Path, iso: Path | None = None) -> Path:
    """Makes the image of a manifest with nothing but what the build has; its path."""
    return make_recipe(Recipe((manifest,), build), iso)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog=paths.program("image"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", nargs="+", help="a name or path; several are one manifest")
    parser.add_argument("--output", type=Path, metavar="ISO", help="default: in the build")
    parser.add_argument("--programs", type=Path, action="append", default=[], metavar="DIR",
                        help="further folder of programs")  # fmt: skip
    parser.add_argument("--interfaces", type=Path, action="append", default=[], metavar="DIR",
                        help="further folder of interface definitions")  # fmt: skip
    parser.add_argument("--key", type=Path, metavar="PEM", help="Ed25519 key to sign with")
    paths.add_build_options(parser)
    options = parser.parse_args()
    recipe = Recipe(
        tuple(paths.manifest_path(name) for name in options.manifest),
        paths.build_folder(options),
        tuple(options.programs),
        tuple(options.interfaces),
        options.key,
    )
    make_recipe(recipe, options.output)


if __name__ == "__main__":
    main()
