#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Ed25519 keys by openssl: make one, export its public half as a C header, sign a file."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

# DER prefix of an Ed25519 SubjectPublicKeyInfo; the 32 key bytes follow.
PUBLIC_PREFIX = bytes.fromhex("302a300506032b6570032100")


def make(private: Path) -> None:
    """Makes a private key unless there is one."""
    if private.exists():
        return
    private.parent.mkdir(parents=True, exist_ok=True)
    fresh = private.with_name(f".{private.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], stdout=file, check=True)
    fresh.rename(private)


def public_bytes(private: Path) -> bytes:
    """The 32 bytes of the public key."""
    command = ["openssl", "pkey", "-in", private, "-pubout", "-outform", "DER"]
    encoded = subprocess.run(command, capture_output=True, check=True).stdout
    if len(encoded) != len(PUBLIC_PREFIX) + 32 or not encoded.startswith(PUBLIC_PREFIX):
        raise SystemExit(f"{private}: found another kind of key, expected Ed25519")
    return encoded[len(PUBLIC_PREFIX) :]


def write_header(private: Path, header: Path) -> None:
    """Writes the public key as a C array; leaves an equal header untouched."""
    key = public_bytes(private)
    rows = (key[i : i + 8] for i in range(0, len(key), 8))
    body = "".join("    " + ", ".join(f"0x{byte:02x}" for byte in row) + ",\n" for row in rows)
    text = (
        "/* SPDX-License-Identifier: BSD-2-Clause */\n"
        "/* Generated: the public key this build's init accepts manifests from. */\n"
        "#pragma once\n\n"
        f"static const unsigned char signet_public_key[32] = {{\n{body}}};\n"
    )
    if not header.exists() or header.read_text() != text:
        header.parent.mkdir(parents=True, exist_ok=True)
        header.write_text(text)


def sign(private: Path, message: Path) -> bytes:
    """The 64-byte signature of the whole file, then the 32-byte public key to name the signer."""
    command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", message]
    signature = subprocess.run(command, capture_output=True, check=True).stdout
    return signature + public_bytes(private)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="make a private key unless it exists")
    making.add_argument("private", type=Path)
    exporting = commands.add_parser("header", help="write the public key as a C header")
    exporting.add_argument("private", type=Path)
    exporting.add_argument("header", type=Path)
    options = parser.parse_args()
    if options.command == "make":
        make(options.private)
    else:
        write_header(options.private, options.header)


if __name__ == "__main__":
    main()
