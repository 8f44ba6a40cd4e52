"""Which values of the variations are put together: points of a design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from scenarios.studies.names import level_part
from scenarios.studies.variations import Variation

GRID, ONE_AT_A_TIME = "grid", "one_at_a_time"
LATIN, SOBOL = "latin_hypercube", "sobol"
FILLING = (LATIN, SOBOL)
DESIGNS = (GRID, ONE_AT_A_TIME, *FILLING)
OF_LEVELS, OF_DRAWS = 1, 2
"""What the chances of a space-filling design are for: each has luck of its own."""


class Point(NamedTuple):
    """One value for each variation."""

    values: tuple[str, ...]
    parts: tuple[str, ...]
    """Which they are, as parts of a name."""
    number: str
    """Which they are, in short: places in the lists of values, from 1."""


def size(design: str, variations: Sequence[Variation], points: int) -> int:
    """Return how many points a design has."""
    if not variations:
        return 1
    if design in FILLING:
        return points
    lengths = [len(variation.values) for variation in variations]
    if design == GRID:
        return math.prod(lengths)
    return 1 + sum(length - 1 for length in lengths)


def points(
    design: str, variations: Sequence[Variation], count: int, seed: int
) -> list[Point]:
    """Return the points of a design, in order.

    Parameters
    ----------
    design : str
        One of `DESIGNS`.
    variations : sequence of Variation
        Without any there is one point, of no values.
    count : int
        Points of a design that fills space.
    seed : int
        Of its luck.
    """
    if not variations:
        return [Point((), (), "")]
    if design == GRID:
        return _grid(variations)
    if design == ONE_AT_A_TIME:
        return _one_at_a_time(variations)
    return _filling(design, variations, count, seed)


def _grid(variations: Sequence[Variation]) -> list[Point]:
    """Return all combinations; the last variation changes fastest."""
    every = product(*(list(enumerate(v.values, start=1)) for v in variations))
    return [
        Point(
            tuple(value for _, value in chosen),
            tuple(
                level_part(variation.name, value)
                for variation, (_, value) in zip(variations, chosen, strict=True)
            ),
            "-".join(str(place) for place, _ in chosen),
        )
        for chosen in every
    ]


def _one_at_a_time(variations: Sequence[Variation]) -> list[Point]:
    """Return the first values, then each other value beside the first of the rest."""
    first = tuple(variation.values[0] for variation in variations)
    found = [Point(first, ("reference",), "reference")]
    for i, variation in enumerate(variations):
        for place, value in enumerate(variation.values[1:], start=2):
            values = (*first[:i], value, *first[i + 1 :])
            part = level_part(variation.name, value)
            found.append(Point(values, (part,), f"{i + 1}-{place}"))
    return found


def _filling(
    design: str, variations: Sequence[Variation], count: int, seed: int
) -> list[Point]:
    made = []
    rows = chances(design, len(variations), count, (seed, OF_LEVELS))
    for number, row in enumerate(rows.tolist(), start=1):
        pairs = zip(variations, row, strict=True)
        values = tuple(variation.at(u) for variation, u in pairs)
        name = f"point-{number:03d}"
        made.append(Point(values, (name,), name))
    return made


def chances(
    design: str, dimensions: int, count: int, seed: tuple[int, int]
) -> np.ndarray:
    """Return points that fill the unit cube evenly.

    Parameters
    ----------
    design : {"latin_hypercube", "sobol"}
    dimensions, count : int
    seed : tuple of int
        Of the study, and what the points are for.

    Returns
    -------
    ndarray of float64, shape (count, dimensions)
        From 0, below 1. Of Sobol's sequence, scrambled, the first so many points: a
        longer one begins with the same.
    """
    from scipy.stats import qmc  # noqa: PLC0415  it takes long to load

    if design == LATIN:
        made = qmc.LatinHypercube(dimensions, rng=list(seed)).random(count)
    else:
        # A power of two is asked for in any case: other numbers are warned against.
        power = (count - 1).bit_length()
        made = qmc.Sobol(dimensions, rng=list(seed)).random_base2(power)[:count]
    return np.asarray(made, dtype=np.float64)
