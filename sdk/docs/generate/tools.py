# SPDX-License-Identifier: BSD-2-Clause
"""The page of tools: what each says when it is asked for help."""

from __future__ import annotations

import subprocess
from pathlib import Path

HEAD = """\
# Tools

Installed they are called `signet-NAME`; in the tree of Signet itself, `scripts/NAME`. Each tells
what it does with `--help`, which is what stands here.
"""


def help_of(tool: Path) -> str:
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "COLUMNS": "90"}
    command = [tool, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def write(bin_folder: Path) -> str:
    """Every signet-* program of an installed SDK."""
    lines = [HEAD]
    for tool in sorted(bin_folder.glob("signet-*")):
        if tool.name == "signet-setup":
            continue  # a shell script that installs; the tutorial shows it
        lines += [f"## {tool.name}", "", "```text", help_of(tool), "```", ""]
    return "\n".join(lines)
