# SPDX-License-Identifier: BSD-2-Clause
"""Ed25519 keys by openssl: make one, tell its public half, sign a file."""

from __future__ import annotations

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
    encoded = subprocess.run(command, capture_output=True, check=False).stdout
    if len(encoded) != len(PUBLIC_PREFIX) + 32 or not encoded.startswith(PUBLIC_PREFIX):
        expected = "one (openssl genpkey -algorithm ed25519)"
        raise SystemExit(f"{private}: found no Ed25519 private key, expected {expected}")
    return encoded[len(PUBLIC_PREFIX) :]


def sign(private: Path, message: Path) -> bytes:
    """The 64-byte signature of the whole file, then the 32-byte public key to name the signer."""
    command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", message]
    signature = subprocess.run(command, capture_output=True, check=True).stdout
    return signature + public_bytes(private)
