# SPDX-License-Identifier: BSD-2-Clause
"""Runs the C validation, the same source init has, over a resolved manifest."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "scripts/lib"))

import paths  # noqa: E402
from schema import Source  # noqa: E402
from seal import sealed_bytes  # noqa: E402

PROGRAM = "libexec/signet/manifest-check"


def find_program() -> Path:
    """The checker of this SDK or of the newest build; builds it when there is none."""
    if "SIGNET_MANIFEST_CHECK" in os.environ:
        return Path(os.environ["SIGNET_MANIFEST_CHECK"])
    if not paths.IN_TREE:
        return ROOT.parents[1] / PROGRAM
    built = sorted(ROOT.glob(f"build/*/sdk/{PROGRAM}"), key=modified)
    if built:
        return built[-1]
    for command in (["--preset", "dev"], ["--build", "--preset", "dev", "--target", "manifest-check"]):
        subprocess.run(["cmake", *command], cwd=ROOT, stdout=sys.stderr, check=True)
    return ROOT / f"build/dev/sdk/{PROGRAM}"


def modified(path: Path) -> float:
    return path.stat().st_mtime


def run(program: Path, mode: str, encoded: bytes) -> subprocess.CompletedProcess[str]:
    with tempfile.NamedTemporaryFile(suffix=".pb") as file:
        file.write(encoded)
        file.flush()
        return subprocess.run(
            [program, mode, file.name], capture_output=True, text=True, check=False
        )


def check(source: Source, program: Path, stage: str) -> None:
    """Adds the findings of the C validation at this stage ("source" or "sealed")."""
    result = run(program, stage, sealed_bytes(source.message))
    if result.returncode not in (0, 1):
        raise SystemExit(f"{source.place(1)}: {result.stderr.strip()}")
    for line in result.stdout.splitlines():
        source.report(*line.split("\t"))


def start_order(source: Source, program: Path) -> list[str]:
    """Process names in the order init starts them."""
    return run(program, "order", sealed_bytes(source.message)).stdout.split()
