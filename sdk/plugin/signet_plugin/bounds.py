# SPDX-License-Identifier: BSD-2-Clause
"""How many bytes and elements a field may have, as its .options file tells Nanopb."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from google.protobuf import text_format

from . import schema


class Bounds:
    """The options of one .proto file, from the .options file beside it."""

    def __init__(self, lines: list[tuple[str, str]], definitions: schema.Definitions) -> None:
        self.lines = lines
        self.nanopb = definitions.nanopb

    @staticmethod
    def read(proto: str, folders: list[Path], definitions: schema.Definitions) -> Bounds:
        """Reads NAME.options for NAME.proto from the first folder that has it, if any."""
        name = Path(proto).with_suffix(".options")
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        lines = []
        for line in path.read_text().splitlines() if path else []:
            words = line.split("#")[0].split("//")[0].split(None, 1)
            if len(words) == 2:
                lines.append((words[0], words[1]))
        return Bounds(lines, definitions)

    def of(self, field: str, inline: Any) -> Any:
        """Nanopb's options of the field of that full name; later lines win."""
        options = self.nanopb.NanoPBOptions()
        if inline.HasExtension(self.nanopb.nanopb):
            options.CopyFrom(inline.Extensions[self.nanopb.nanopb])
        for mask, text in self.lines:
            if fnmatchcase(field, mask):
                text_format.Merge(text, options)
        return options
