"""Studies of what is not known: draws of uncertain numbers, each with luck of its own.

In the design `saltelli` there are two sets of draws, and for each number the first set
with that number from the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scenarios.studies.bases import Base
from scenarios.studies.designs import LATIN, SOBOL
from scenarios.studies.draws import Draws, chance
from scenarios.studies.inputs import Law, laws, values_of
from scenarios.studies.names import part, variant_name
from scenarios.studies.study import Study, Variant

RANDOM, SALTELLI = "random", "saltelli"
WAYS = (RANDOM, LATIN, SOBOL, SALTELLI)
FIRST, SECOND = "first", "second"
"""What sets of draws are called beside the names of inputs."""


class Set(NamedTuple):
    """Draws of one scenario, one variant for each, in order."""

    base: str
    sort: str
    """`FIRST`, `SECOND`, or the input whose number is from the second set."""
    variants: tuple[str, ...]
    """Their names."""


class Spread(NamedTuple):
    """A study of draws, and what its variants are."""

    study: Study
    way: str
    """One of `WAYS`."""
    inputs: tuple[Law, ...]
    points: tuple[tuple[float, ...], ...]
    """The inputs in each draw of the first set."""
    others: tuple[tuple[float, ...], ...]
    """The same in the second set; empty where there is none."""
    sets: tuple[Set, ...]
    """Of the first scenario, then of the others."""


def spread_study(
    bases: Sequence[Base], count: int, way: str, seed: int, replications: int
) -> Spread:
    """Return the study of what is not known in one scenario, or several.

    Parameters
    ----------
    bases : sequence of Base
        Checked; the same number has the same draw in all of them.
    count : int
        Draws.
    way : str
        One of `WAYS`.
    seed : int
        Of the draws.
    replications : int
        Of each draw.
    """
    inputs = laws(bases)
    names = tuple(sorted(law.name for law in inputs))
    design = way if way in (LATIN, SOBOL) else None
    draws = Draws(count, design, seed, names)
    numbers = range(1, count + 1)
    first = [{n: draws.chance(n, d) for n in names} for d in numbers]
    second = [{n: chance(seed, f"{n}, second", d) for n in names} for d in numbers]
    chances = {FIRST: first}
    if way == SALTELLI:
        chances[SECOND] = second
        for law in inputs:
            pairs = zip(first, second, strict=True)
            chances[law.name] = [a | {law.name: b[law.name]} for a, b in pairs]
    made = [
        (base, sort, tuple(_variants(base, sort, place, rows)))
        for base in bases
        for place, (sort, rows) in enumerate(chances.items())
    ]
    base = bases[0]
    study = Study(
        f"{base.name}-uncertain",
        f"How far apart can the answers of {base.name} lie, and why?",
        tuple(variant for *_, variants in made for variant in variants),
        None,
        replications,
        None,
        tuple(_about(inputs, count)),
    )
    return Spread(
        study,
        way,
        inputs,
        _points(first, inputs),
        _points(second, inputs) if way == SALTELLI else (),
        tuple(Set(b.name, sort, tuple(v.name for v in vs)) for b, sort, vs in made),
    )


def _variants(
    base: Base, sort: str, place: int, rows: Sequence[Mapping[str, float]]
) -> Iterator[Variant]:
    """Yield the variants of a set of draws."""
    parts = [] if sort == FIRST else [f"{place}-{part(sort)}"]
    said = "" if sort == FIRST else f", {sort}"
    for draw, chances in enumerate(rows, start=1):
        drawn = {i.name: i.span.at(chances[i.name]) for i in base.inputs}
        yield Variant(
            variant_name(base.name, parts, str(place), draw),
            f"{base.title}: draw {draw}{said}",
            base.name,
            {},
            draw,
            drawn,
            base,
            luck=draw,
        )


def _points(
    rows: Sequence[Mapping[str, float]], inputs: Sequence[Law]
) -> tuple[tuple[float, ...], ...]:
    """Return the numbers of each draw, in the order of the inputs."""
    drawn = ({law.name: law.span.at(row[law.name]) for law in inputs} for row in rows)
    return tuple(tuple(values_of(texts, inputs)) for texts in drawn)


def _about(inputs: Sequence[Law], count: int) -> Iterator[str]:
    for law in inputs:
        yield f"Uncertain: {law.name} lies {law.span}."
    yield f"{count:,} draws, each with luck of its own."
