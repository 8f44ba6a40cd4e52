"""The colours of a report, told apart by people who see colours differently.

No series is told by colour alone: lines are dashed differently, and points have shapes.
Each colour stands at least 4.5 to 1 against white, and white text on it likewise.

References
----------
W3C, Web Content Accessibility Guidelines 2.2, success criteria 1.4.1, 1.4.3, 1.4.11.
"""

from __future__ import annotations

from typing import NamedTuple

INK, QUIET, GRID = "#212b32", "#4c6272", "#d8dde0"
"""Text and axes; notes; lines of the grid."""
MORE, FEWER = "#8a1a5c", "#005eb8"
"""Of a difference: more, and fewer."""


class Style(NamedTuple):
    """How a series looks."""

    colour: str
    dash: tuple[int, ...]
    shape: str


STEP = (1, 3)
"""How lines of what is open or promised are dashed."""
MARK = "M-0.13,-1.3H0.13V1.3H-0.13Z"
"""The shape of a mark across a row: a short upright line."""
STYLES = (
    Style("#425563", (1, 0), "circle"),
    Style("#005eb8", (6, 3), "diamond"),
    Style("#a8420a", (2, 2), "square"),
    Style("#330072", (8, 3, 2, 3), "triangle-up"),
    Style("#00693e", (10, 4), "cross"),
    Style("#ae2573", (4, 2, 1, 2), "triangle-down"),
)
"""One for each run, the baseline first."""

AGES = ("#dbe9f6", "#a9cce9", "#6aa5d6", "#2f7dbd", "#0b539a", "#07254d")
"""From the youngest to the oldest; bars are outlined, so that pale ones are seen."""

PARTS = (
    *("#7a1f5c", "#f3f1ea", "#e0862a", "#c9a227", "#4f9a94", "#005eb8"),
    "#c5ccd1",
)
"""Of parts without an order: one for each cause of `measures.naming.CAUSES`. Bars are
outlined, so that pale ones are seen."""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as `#005eb8`."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
