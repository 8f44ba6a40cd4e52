"""Studies that move one uncertain number at a time: to its ends, or along trajectories.

References
----------
M. D. Morris, Factorial sampling plans for preliminary computational experiments,
Technometrics 33 (1991) 161-174.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scenarios.studies.bases import Base
from scenarios.studies.draws import chance
from scenarios.studies.inputs import Law, laws
from scenarios.studies.names import part, variant_name
from scenarios.studies.study import Study, Variant

ONE_AT_A_TIME, MORRIS = "one_at_a_time", "morris"
METHODS = (ONE_AT_A_TIME, MORRIS)
LEVELS = 4
"""Of chances: 0, 1/3, 2/3 and 1."""
STEP = 2 / 3
"""Of a chance: with this, each level is met equally often (Morris)."""


class Bar(NamedTuple):
    """An input at its two ends, all others as they are taken."""

    law: Law
    low: str
    """Name of the variant."""
    high: str


class Tornado(NamedTuple):
    """A study of ends."""

    study: Study
    bars: tuple[Bar, ...]


class Move(NamedTuple):
    """One input moved by a step, from one variant to another."""

    name: str
    trajectory: int
    low: str
    """Name of the variant in which it is lower."""
    high: str


class Trajectories(NamedTuple):
    """A study of trajectories."""

    study: Study
    inputs: tuple[Law, ...]
    moves: tuple[Move, ...]


def tornado_study(base: Base, replications: int | None) -> Tornado:
    """Return the study of each number at its ends; all have the same luck.

    Parameters
    ----------
    base : Base
        Checked.
    replications : int, optional
        As the scenario says if left out.
    """
    alone = Variant(base.name, base.title, base.name, {}, 0, {}, base)
    variants, bars = [alone], []
    for place, law in enumerate(laws([base]), start=1):
        ends = [_end(base, law, place, end, u) for end, u in (("low", 0), ("high", 1))]
        variants += ends
        bars.append(Bar(law, ends[0].name, ends[1].name))
    question = f"How far does each number alone move {base.name}?"
    study = Study(
        f"{base.name}-sensitivity",
        question,
        tuple(variants),
        alone.name,
        replications,
        None,
        (),
    )
    return Tornado(study, tuple(bars))


def _end(base: Base, law: Law, place: int, end: str, u: float) -> Variant:
    text = law.span.at(u)
    name = variant_name(base.name, [f"{place}-{part(law.name)}", end], f"{place}", 0)
    name = name if name.endswith(end) else f"{name}-{end}"
    title = f"{base.title}: {law.name} is {text}"
    return Variant(name, title, base.name, {}, 0, {law.name: text}, base)


def morris_study(
    base: Base, count: int, seed: int, replications: int | None
) -> Trajectories:
    """Return the study of trajectories, each with luck of its own.

    Parameters
    ----------
    base : Base
        Checked.
    count : int
        Trajectories.
    seed : int
        Of the trajectories.
    replications : int, optional
        As the scenario says if left out.
    """
    inputs = laws([base])
    variants: list[Variant] = []
    moves: list[Move] = []
    for number in range(1, count + 1):
        rows = list(trajectory([law.name for law in inputs], number, seed))
        points = [
            _point(base, inputs, number, step, row)
            for step, (_, row) in enumerate(rows)
        ]
        variants += points
        for step in range(1, len(rows)):
            name, row = rows[step]
            pair = points[step - 1].name, points[step].name
            rises = row[name] > rows[step - 1][1][name]
            moves.append(Move(name, number, *(pair if rises else pair[::-1])))
    study = Study(
        f"{base.name}-morris",
        f"Which numbers move {base.name} at all?",
        tuple(variants),
        None,
        replications,
        None,
        (),
    )
    return Trajectories(study, inputs, tuple(moves))


def trajectory(
    names: Sequence[str], number: int, seed: int
) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield the points of a trajectory: which input was moved, and all chances.

    Parameters
    ----------
    names : sequence of str
        Of the inputs.
    number : int
        Of the trajectory, from 1.
    seed : int

    Yields
    ------
    str
        The input that was moved; nothing at the first point.
    mapping of str to float
        The chance of each input, one of the levels.
    """
    halves = LEVELS // 2
    lows = {
        n: int(chance(seed, f"{n}, start", number) * halves) / (LEVELS - 1)
        for n in names
    }
    rises = {n: chance(seed, f"{n}, way", number) < 1 / 2 for n in names}
    order = sorted(names, key=lambda n: chance(seed, f"{n}, turn", number))
    at = {n: lows[n] if rises[n] else lows[n] + STEP for n in names}
    yield "", dict(at)
    for name in order:
        at[name] = lows[name] + STEP if rises[name] else lows[name]
        yield name, dict(at)


def _point(
    base: Base,
    inputs: Sequence[Law],
    number: int,
    step: int,
    chances: Mapping[str, float],
) -> Variant:
    name = variant_name(
        base.name, [f"trajectory-{number:03d}", f"point-{step:02d}"], "", 0
    )
    return Variant(
        name,
        f"{base.title}: trajectory {number}, point {step}",
        base.name,
        {},
        number,
        {law.name: law.span.at(min(chances[law.name], 1.0)) for law in inputs},
        base,
        luck=number,
    )
