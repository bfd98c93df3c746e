# SPDX-License-Identifier: BSD-2-Clause
"""Turns a folder into a GRUB ISO that BIOS and UEFI boot; the same files give the same bytes.

GRUB's own grub-mkrescue puts the time and random numbers into images, so its parts are put together here.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

DATE = "2026010100000000"  # every file of the image carries it
EPOCH = "1767225600"  # the same in seconds
FAT_SERIAL = "20260101"
MODULES = "multiboot2 part_msdos part_gpt iso9660 serial terminal normal configfile".split()
MENU = "configfile /boot/grub/grub.cfg\n"
# The firmware's boot device is the small disk of UEFI, not the ISO around it.
FIND = "search --set=root --file /boot/kernel.elf\n"
HYBRID = "/usr/lib/grub/i386-pc/boot_hybrid.img"  # for BIOS when the image is written to a disk


def run(*command: str | Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def make_core(work: Path, file: str, platform: str, script: str, modules: list[str]) -> Path:
    """GRUB with its modules for one kind of firmware; the script is the first it runs."""
    early = work / f"{file}.cfg"
    early.write_text(script)
    run("grub-mkimage", "-O", platform, "-p", "/boot/grub", "-c", early, "-o", work / file, *modules, *MODULES)
    return work / file


def make_disk(work: Path, program: Path) -> Path:
    """The FAT disk in which UEFI looks for what it boots."""
    disk = work / "efi.img"
    run("mformat", "-C", "-i", disk, "-f", "1440", "-N", FAT_SERIAL, "::")
    run("mmd", "-i", disk, "::/EFI", "::/EFI/BOOT")
    run("mcopy", "-i", disk, program, "::/EFI/BOOT/BOOTX64.EFI")
    return disk


def write_iso(stage: Path, iso: Path) -> None:
    """Turns the staged folder into a bootable ISO image, which appears whole or not at all."""
    fresh = iso.with_suffix(".partial")
    fresh.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        bios = make_core(work, "bios.img", "i386-pc-eltorito", MENU, ["biosdisk"])
        disk = make_disk(work, make_core(work, "bootx64.efi", "x86_64-efi", FIND + MENU, ["search"]))
        run(
            "xorriso", "-as", "mkisofs", "-graft-points", "-r", "-V", "SIGNET", "-o", fresh,
            f"--modification-date={DATE}", "--set_all_file_dates", DATE,
            "-b", "boot/grub/bios.img", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table",
            "--grub2-boot-info", "--grub2-mbr", HYBRID,
            "--efi-boot", "boot/grub/efi.img", "-efi-boot-part", "--efi-boot-image", "--protective-msdos-label",
            stage, f"boot/grub/bios.img={bios}", f"boot/grub/efi.img={disk}",
        )  # fmt: skip
    fresh.rename(iso)
