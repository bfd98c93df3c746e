# SPDX-License-Identifier: BSD-2-Clause
"""Samples of call stacks as a tree, a table and a flame graph (SVG): width is time, callers are
below what they call, and the kernel's functions stand on the program that entered it."""

from __future__ import annotations

import colorsys
import dataclasses
import zlib
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

WIDTH, ROW, MARGIN, TITLE = 1200, 18, 10, 30
LETTER = 6.6  # width of a letter of the font
NARROWEST = 0.4  # what is thinner than this is left out


@dataclasses.dataclass(frozen=True)
class Frame:
    """A function of a sample."""

    name: str
    is_kernel: bool = False


@dataclasses.dataclass
class Node:
    """A function reached by one way of calls, and how often it was seen there."""

    frame: Frame
    total: int = 0
    own: int = 0  # without what it called
    calls: dict[Frame, "Node"] = dataclasses.field(default_factory=dict)

    def add(self, stack: Iterable[Frame], count: int) -> None:
        """Counts a sample, outermost frame first."""
        node = self
        node.total += count
        for frame in stack:
            node = node.calls.setdefault(frame, Node(frame))
            node.total += count
        node.own += count

    def depth(self) -> int:
        return 1 + max((node.depth() for node in self.calls.values()), default=0)


def table(root: Node, most: int) -> Iterator[str]:
    """Processes, and in each the functions that took most, by what they did themselves."""
    yield f"{'SAMPLES':>9} {'SHARE':>6}  PROCESS"
    processes = sorted(root.calls.values(), key=lambda node: (-node.total, node.frame.name))
    for process in processes:
        yield f"{process.total:>9} {share(process.total, root):>6}  {process.frame.name}"
    for process in processes:
        yield ""
        yield f"{process.frame.name}: {'OWN':>9} {'SHARE':>6} {'TOTAL':>9}  FUNCTION"
        functions = by_function(process)
        ranked = sorted(functions.items(), key=lambda item: (-item[1][0], item[0].name))
        for frame, (own, total) in ranked[:most]:
            name = f"{frame.name} (kernel)" if frame.is_kernel else frame.name
            indent = " " * (len(process.frame.name) + 1)
            yield f"{indent} {own:>9} {share(own, root):>6} {total:>9}  {name}"


def share(count: int, root: Node) -> str:
    return f"{100 * count / max(root.total, 1):.1f}%"


def by_function(process: Node) -> dict[Frame, tuple[int, int]]:
    """Own and total counts of each function, wherever it was called; recursion counts once."""
    found: dict[Frame, tuple[int, int]] = {}

    def visit(node: Node, above: frozenset[Frame]) -> None:
        own, total = found.get(node.frame, (0, 0))
        is_new = node.frame not in above
        found[node.frame] = (own + node.own, total + node.total * is_new)
        for called in node.calls.values():
            visit(called, above | {node.frame})

    for called in process.calls.values():
        visit(called, frozenset())
    return found


def colour(frame: Frame) -> str:
    """Warm for programs, cold for the kernel, the same for the same name."""
    spread = zlib.crc32(frame.name.encode()) % 100 / 100
    hue = 0.55 + 0.1 * spread if frame.is_kernel else 0.02 + 0.12 * spread
    red, green, blue = colorsys.hls_to_rgb(hue, 0.72 - 0.12 * spread, 0.75)
    return f"#{int(red * 255):02x}{int(green * 255):02x}{int(blue * 255):02x}"


def svg(root: Node, title: str) -> Iterator[str]:
    """The flame graph, a line at a time."""
    height = TITLE + root.depth() * ROW + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">'
    )
    yield f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    yield f'<text x="{WIDTH / 2}" y="20" text-anchor="middle">{escape(title)}</text>'
    scale = (WIDTH - 2 * MARGIN) / max(root.total, 1)
    yield from boxes(root, root, MARGIN, height - MARGIN - ROW, scale)
    yield "</svg>"


def boxes(root: Node, node: Node, left: float, top: float, scale: float) -> Iterator[str]:
    """A node and what it calls, side by side above it."""
    width = node.total * scale
    if width < NARROWEST:
        return
    name = f"{node.frame.name} (kernel)" if node.frame.is_kernel else node.frame.name
    shown = name if len(name) * LETTER < width - 4 else name[: max(0, int(width / LETTER) - 2)]
    hint = f"{name}: {node.total} samples, {share(node.total, root)}"
    yield f"<g><title>{escape(hint)}</title>"
    yield (
        f'<rect x="{left:.2f}" y="{top}" width="{width:.2f}" height="{ROW - 1}" '
        f"fill={quoteattr(colour(node.frame))}/>"
    )
    if shown:
        yield f'<text x="{left + 2:.2f}" y="{top + 13}">{escape(shown)}</text>'
    yield "</g>"
    for called in sorted(node.calls.values(), key=lambda one: (-one.total, one.frame.name)):
        yield from boxes(root, called, left, top - ROW, scale)
        left += called.total * scale
