# SPDX-License-Identifier: BSD-2-Clause
"""The pages of interfaces: what the SDK's own protoc plugin writes for people."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

SERVICE = re.compile(r"^service ", re.MULTILINE)


def write(folder: Path, plugin: Path, output: Path) -> list[str]:
    """Writes a page for each interface; their names. A file without a service is no interface."""
    names = []
    for proto in sorted(folder.glob("*/v*/*.proto")):
        if not SERVICE.search(proto.read_text()):
            continue
        stem = proto.relative_to(folder).with_suffix("")
        with tempfile.TemporaryDirectory() as made:
            subprocess.run(
                ["protoc", f"-I{folder}", f"--plugin=protoc-gen-signet={plugin}",
                 f"--signet_out={made}", f"--signet_opt=-I{folder}", f"{stem}.proto"],
                check=True,
            )  # fmt: skip
            name = "-".join(stem.parts[:2])
            (output / f"{name}.md").write_text((Path(made) / f"{stem}.md").read_text())
            names.append(name)
    return names
