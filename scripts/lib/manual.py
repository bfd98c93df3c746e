#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the manual of the SDK as HTML, in build/PRESET/manual/html: the pages of sdk/docs, and those
that sdk/docs/generate makes of the sources. A reference that leads nowhere ends it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import builder  # noqa: E402
import paths  # noqa: E402

DOCS = paths.TOP / "sdk/docs"


def gather(build: Path, source: Path) -> None:
    """Puts all pages into one folder."""
    shutil.copytree(DOCS, source, ignore=shutil.ignore_patterns("generate", "*.toml", "README.md"))
    command = [
        "/usr/bin/python3", DOCS / "generate/main.py",
        "--sdk", paths.sdk_folder(build), "--output", source / "reference",
    ]  # fmt: skip
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit("manual: a page could not be made, see above")


def make(build: Path) -> Path:
    """Makes the manual of a build; the folder with its pages."""
    folder = build / "manual"
    shutil.rmtree(folder, ignore_errors=True)  # the index of an earlier manual would live on in it
    gather(build, folder / "source")
    environment = os.environ | {"SIGNET_VERSION": paths.version(), "PYTHONDONTWRITEBYTECODE": "1"}
    # Nitpicky, and a warning is an error.
    command = [
        *("sphinx-build", "-q", "-E", "-n", "-W", "--keep-going", "-b", "html"),
        *("-d", folder / "doctrees", folder / "source", folder / "html"),
    ]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise SystemExit("manual: found the faults above, expected none")
    return folder / "html"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    paths.add_build_options(parser)
    options = parser.parse_args()
    if not options.no_build:
        builder.build(options.preset, ["sdk"])
    print(make(paths.build_folder(options)) / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
