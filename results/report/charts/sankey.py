"""Flows from the left to the right as bands, drawn as SVG of its own.

Vega-Lite has no such form. A band is as wide as the flow is large; every band carries
its numbers as a title, which readers of screens and pointers find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from results.report.charts.palette import INK

WIDTH = 640
_TOP = 30
_BAR, _GAP, _INNER = 12, 12, 225
"""Width of a node, room between nodes, and room for names at either side."""
_TALL = 24
"""Least height for each node, so that names do not meet."""
_LONG = 30
"""Letters of a name."""


@dataclass(frozen=True)
class Flow:
    """How much goes from somewhere to somewhere."""

    source: str
    target: str
    size: float
    """At least 0."""
    colour: str
    dashed: bool
    """Whether it has an outline of dashes, to be told apart without colour."""
    label: str
    """The flow in words."""


@dataclass(frozen=True)
class _Node:
    name: str
    top: float
    height: float


def sankey(
    flows: Sequence[Flow], heads: tuple[str, str], sizes: tuple[Mapping[str, str], ...]
) -> str:
    """Return a diagram of flows.

    Parameters
    ----------
    flows : sequence of Flow
        In the order in which they are drawn, from the top.
    heads : pair of str
        What stands over the left and the right.
    sizes : pair of mapping
        How the size of each node at the left and the right is written.

    Returns
    -------
    str
        An SVG.
    """
    left = _sums(flows, lambda flow: flow.source)
    right = _sums(flows, lambda flow: flow.target)
    tallest = max(len(left), len(right))
    room = max(160.0, 2.0 * _TALL * tallest)
    total = sum(left.values())
    scale = (room - _GAP * (tallest - 1)) / total if total else 0.0
    nodes = _stacked(left, scale), _stacked(right, scale)
    bottom = max(n.top + n.height for side in nodes for n in side.values())
    parts = [
        *_bands(flows, nodes, scale),
        *_side(nodes[0], sizes[0], at_left=True),
        *_side(nodes[1], sizes[1], at_left=False),
        _text(_INNER - 6, 16, "end", heads[0], bold=True),
        _text(WIDTH - _INNER + 6, 16, "start", heads[1], bold=True),
    ]
    height = round(bottom + 12)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="{WIDTH}" '
        f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="Arial, Helvetica, sans-serif" font-size="11">'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>{"".join(parts)}</svg>'
    )


def _sums(flows: Sequence[Flow], side: Callable[[Flow], str]) -> dict[str, float]:
    """Return the sum of flows by their end at one side, in the order of flows."""
    sums: dict[str, float] = {}
    for flow in flows:
        sums[side(flow)] = sums.get(side(flow), 0.0) + flow.size
    return sums


def _stacked(sums: Mapping[str, float], scale: float) -> dict[str, _Node]:
    """Place the nodes of one side, one below the other, names apart."""
    nodes: dict[str, _Node] = {}
    top = float(_TOP)
    for name, size in sums.items():
        height = max(1.0, size * scale)
        nodes[name] = _Node(name, top, height)
        top += max(height + _GAP, _TALL)
    return nodes


def _bands(
    flows: Sequence[Flow],
    nodes: tuple[Mapping[str, _Node], Mapping[str, _Node]],
    scale: float,
) -> list[str]:
    """Return the bands between nodes; at each node they lie side by side."""
    used: dict[tuple[int, str], float] = {}
    drawn = []
    for flow in flows:
        width = flow.size * scale
        ends = []
        for side, name in enumerate((flow.source, flow.target)):
            start = used.get((side, name), 0.0)
            ends.append(nodes[side][name].top + start)
            used[side, name] = start + width
        drawn.append(_band(flow, ends[0], ends[1], width))
    return drawn


def _band(flow: Flow, left: float, right: float, width: float) -> str:
    """Return one band as a path."""
    a, b = _INNER + _BAR, WIDTH - _INNER - _BAR
    middle = (a + b) / 2
    w = max(width, 0.6)
    top, low = f"{middle:.0f},{left:.1f}", f"{middle:.0f},{right + w:.1f}"
    path = (
        f"M{a},{left:.1f}C{top} {middle:.0f},{right:.1f} {b},{right:.1f}"
        f"V{right + w:.1f}C{low} {middle:.0f},{left + w:.1f} {a},{left + w:.1f}Z"
    )
    dashes = f' stroke="{flow.colour}" stroke-dasharray="3 2"' if flow.dashed else ""
    return (
        f'<path d="{path}" fill="{flow.colour}" fill-opacity="0.5"{dashes}>'
        f"<title>{escape(flow.label)}</title></path>"
    )


def _side(
    nodes: Mapping[str, _Node], sizes: Mapping[str, str], *, at_left: bool
) -> list[str]:
    """Return the nodes of one side with their names and sizes."""
    x = _INNER if at_left else WIDTH - _INNER - _BAR
    at = _INNER - 6 if at_left else WIDTH - _INNER + 6
    anchor = "end" if at_left else "start"
    parts = []
    for node in nodes.values():
        parts.append(
            f'<rect x="{x}" y="{node.top:.1f}" width="{_BAR}" '
            f'height="{node.height:.1f}" fill="{INK}"/>'
        )
        middle = node.top + node.height / 2 + 4
        name = node.name if len(node.name) <= _LONG else f"{node.name[: _LONG - 1]}…"
        parts.append(_text(at, middle, anchor, f"{name}  {sizes[node.name]}"))
    return parts


def _text(x: float, y: float, anchor: str, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}"{weight}>'
        f"{escape(text)}</text>"
    )
