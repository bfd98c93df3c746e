#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a bootable image from a manifest: checks, seals and signs it, collects what it names.

The image is a GRUB ISO for BIOS and UEFI. GRUB loads the kernel and, as multiboot2 modules in this
order, init, the sealed manifest, its signature, and each module the manifest names. The ISO is
written only when one of these changed.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import key  # noqa: E402
import paths  # noqa: E402

sys.path.append(str(paths.TOP / "manifests/check/tool"))
from schema import Schema  # noqa: E402

PRIVATE_KEY = paths.TOP / "build/keys/development.pem"
DATE = "2026010100000000"  # every file of the image carries it
GRUB_MODULES = "multiboot2 part_msdos part_gpt iso9660 serial terminal normal configfile"
GRUB_HEAD = """\
set timeout=0
serial --unit=0 --speed=115200
terminal_input serial
terminal_output serial
menuentry Signet {
    multiboot2 /boot/kernel.elf
"""


def strip_programs(build: Path) -> Path:
    """Copies every program without debug information; symbol tables stay, for backtraces."""
    folder = build / "image/modules"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (build / "bin").glob("*.elf"):
        target = folder / source.name
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["llvm-objcopy-14", "--strip-debug", source, target], check=True)
    return folder


def seal(manifest: Path, build: Path, modules: Path, sealed: Path) -> list[str]:
    """Has the manifest checked and written in the form init reads; the modules it names."""
    command = [
        paths.TOP / "scripts/manifest-check",
        *("--checker", build / "host/manifests/check/signet-manifest-check"),
        *("--modules-dir", modules, "--out", sealed),
        manifest,
    ]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(f"image: {manifest} was refused, its faults are above; no image was made")
    message = Schema().manifest_class.FromString(sealed.read_bytes())
    return [module.name for module in message.module]


def stage_files(manifest: Path, build: Path, modules: Path, boot: Path) -> None:
    """Fills the image's boot folder: kernel, init, sealed manifest, signature, modules, menu."""
    boot.mkdir(parents=True)
    names = seal(manifest, build, modules, boot / "manifest")
    (boot / "signature").write_bytes(key.sign(PRIVATE_KEY, boot / "manifest"))
    for name in ["kernel.elf", "init.elf", *names]:
        shutil.copyfile(modules / name, boot / name)
    write_menu(names, boot)


def write_menu(names: list[str], boot: Path) -> None:
    """Writes GRUB's configuration: one entry, booted at once."""
    modules = [("init.elf", "init"), ("manifest", "manifest"), ("signature", "signature")]
    modules += [(name, name) for name in names]
    lines = "".join(f"    module2 /boot/{file} {name}\n" for file, name in modules)
    (boot / "grub").mkdir()
    (boot / "grub/grub.cfg").write_text(GRUB_HEAD + lines + "}\n")


def content_hash(folder: Path) -> str:
    """Names the whole content of a folder."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def write_iso(stage: Path, iso: Path) -> None:
    """Turns the staged folder into a bootable ISO image."""
    fresh = iso.with_suffix(".partial")
    command = [
        "grub-mkrescue", "-o", fresh, f"--install-modules={GRUB_MODULES}",
        "--fonts=", "--locales=", "--themes=", stage,
        "--", "-volid", "SIGNET", "-alter_date_r", "b", DATE, "/", "--",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"grub-mkrescue failed:\n{done.stderr}")
    fresh.rename(iso)


def write_if_changed(stage: Path, iso: Path) -> None:
    """Writes the image unless there is one of exactly these files."""
    state = content_hash(stage)
    stamp = iso.with_suffix(".stamp")
    if iso.is_file() and stamp.is_file() and stamp.read_text() == state:
        return
    write_iso(stage, iso)
    stamp.write_text(state)
    print(f"image: {iso} ({iso.stat().st_size / 2**20:.1f} MiB)", file=sys.stderr)


def make(manifest: Path, build: Path, iso: Path | None = None) -> Path:
    """Makes the image of a manifest in a build folder, one at a time; its path."""
    folder = build / "image"
    folder.mkdir(parents=True, exist_ok=True)
    iso = iso or folder / f"{manifest.stem}.iso"
    with open(folder / ".lock", "w") as guard, tempfile.TemporaryDirectory(dir=folder) as stage:
        fcntl.flock(guard, fcntl.LOCK_EX)
        stage_files(manifest, build, strip_programs(build), Path(stage) / "boot")
        write_if_changed(Path(stage), iso)
    return iso


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", help="a name in manifests/ or a path")
    parser.add_argument("--output", type=Path, help="the image (default: in the build)")
    paths.add_build_options(parser)
    options = parser.parse_args()
    make(paths.manifest_path(options.manifest), paths.build_folder(options), options.output)


if __name__ == "__main__":
    main()
