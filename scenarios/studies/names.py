"""Names of variants, which are names of folders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 100
APART = "_"
"""Between the parts of a name; within them there is none."""


def part(text: str) -> str:
    """Return a text as it can stand in the name of a folder."""
    tidy = unicodedata.normalize("NFC", text.strip()).casefold()
    if tidy.startswith("-"):
        tidy = f"minus {tidy[1:]}"
    return re.sub(r"[^\w.]+", "-", tidy.replace("_", "-")).strip("-.")


def level_part(name: str, value: str) -> str:
    """Return a variation and its value as a part of a name."""
    return f"{part(name)}-{part(value)}"


def variant_name(base: str, levels: Sequence[str], number: str, draw: int) -> str:
    """Return the name of a variant.

    Parameters
    ----------
    base : str
        Name of the scenario.
    levels : sequence of str
        Parts that say its levels.
    number : str
        What stands for them where the name would be too long.
    draw : int
        0: no draw.
    """
    drawn = [f"draw-{draw:03d}"] if draw else []
    name = APART.join([base, *levels, *drawn])
    if len(name) <= LONGEST:
        return name
    return APART.join([base, *filter(None, [number]), *drawn])
