# SPDX-License-Identifier: BSD-2-Clause
"""The committed figures beside those of other kernels, as a chart (SVG): a group of bars a row, each
row with a scale of its own, which ends with the longest bar; where others than Linux have a figure, Linux'
may be cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

import paths
from bench_rows import ROWS, Row

FILE = paths.TOP / "kernel/bench/chart.svg"
WIDTH, LABELS, NUMBERS, TOP, BAR, GAP = 960, 250, 110, 60, 13, 12
SERIES = (("Signet", "#1b6ca8"), ("target", "#9ec5e0"), ("NOVA", "#e0a030"), ("seL4", "#6a9f58"),
          ("Linux", "#b0524a"))  # fmt: skip
UNITS = {"": 1, "M": 1e6, "KB": 1e3, "MB": 1e6}
NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?: (KB|MB|M)\b)?")


def number(text: str) -> float | None:
    """The first number of a peer's figure: the least, where it has several."""
    match = NUMBER.search(text)
    return float(match[1]) * UNITS[match[2] or ""] if match else None


def bars(row: Row, figure: int) -> list[tuple[str, str, float, str]]:
    """Name, colour, length and text of each bar of a row."""
    texts = (str(figure), str(row.target or ""), *row.peers)
    found = zip(SERIES, texts, strict=True)
    return [(name, colour, value, text) for (name, colour), text in found
            if (value := number(text)) is not None]  # fmt: skip


def svg(figures: Mapping[str, int]) -> Iterator[str]:
    """The chart of the rows that have been measured and that some peer has a figure of, a line at a time."""
    rows = [(row, bars(row, figures[row.name])) for row in ROWS
            if row.name in figures and any(row.peers)]  # fmt: skip
    height = TOP + sum(len(group) * BAR + GAP for _row, group in rows) + GAP
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">')  # fmt: skip
    yield f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    yield ('<text x="10" y="20" font-size="14">Guest instructions an operation (kernel text: bytes); '
           "less is better; each row has its own scale</text>")  # fmt: skip
    for place, (name, colour) in enumerate(SERIES):
        yield f'<rect x="{10 + 90 * place}" y="32" width="12" height="10" fill="{colour}"/>'
        yield f'<text x="{26 + 90 * place}" y="41">{name}</text>'
    top = TOP
    for row, group in rows:
        yield from drawn(row, group, top)
        top += len(group) * BAR + GAP
    yield "</svg>"


def drawn(row: Row, group: list[tuple[str, str, float, str]], top: int) -> Iterator[str]:
    """A row: its name, and its bars below each other."""
    small = [value for name, _colour, value, _text in group if name not in ("Linux", "target")]
    longest = max(small if len(small) > 1 else [value for _name, _colour, value, _text in group])
    yield f'<text x="{LABELS - 8}" y="{top + 10}" text-anchor="end">{escape(row.what)}</text>'
    for name, colour, value, text in group:
        width = max(1.0, min(1.0, value / longest) * (WIDTH - LABELS - NUMBERS))
        shown = text if value <= longest else f"\N{RIGHTWARDS ARROW} {text}"
        yield (f'<rect x="{LABELS}" y="{top}" width="{width:.1f}" height="{BAR - 2}" fill="{colour}">'
               f"<title>{escape(f'{name}: {text}')}</title></rect>")  # fmt: skip
        yield f'<text x="{LABELS + width + 4:.1f}" y="{top + 9}" font-size="10">{escape(shown)}</text>'
        top += BAR


def text(figures: Mapping[str, int]) -> str:
    return "\n".join(svg(figures)) + "\n"


def write(figures: Mapping[str, int]) -> None:
    FILE.write_text(text(figures))


def faults(figures: Mapping[str, int]) -> list[str]:
    """Whether the committed chart shows these figures. Seen to fail: with one figure changed in it."""
    is_current = FILE.is_file() and FILE.read_text() == text(figures)
    name = FILE.relative_to(paths.TOP)
    return [] if is_current else [f"{name}: found other figures than expected.txt has, expected the same: "
                                  "scripts/bench --chart"]  # fmt: skip
