"""Who leaves lines, and who finds them too long: waiting events and rules, as arrays.

P places, W waiting events after which patients leave the line, L rules that turn them
away by the line; each stands for one place, and so for one group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import DAY, Model
from scenarios.figures import Figures, in_full
from scenarios.flows import Reading
from scenarios.paths import Flags, Paths
from scenarios.preflight.patience import Patience, patience_of
from scenarios.ways import ALL

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ALWAYS = np.inf
"""The limit of a line that has none."""


class Onward(NamedTuple):
    """Ways on from lines, of all months (M), or of one."""

    row: Integers
    """Of the events, or rules."""
    source: Integers
    target: Integers
    share: Floats


class Leaving(NamedTuple):
    """Waiting events of a month, and where they lead."""

    place: Integers
    """Shape (W,)."""
    is_there: Flags
    """Whether anybody may be in the line, shape (W,)."""
    patience: Patience
    onward: Onward


class Limiting(NamedTuple):
    """Rules of a month that turn patients away by the line."""

    place: Integers
    """Shape (L,)."""
    room: Floats
    wait: Floats
    """Days."""
    of: Floats
    """The share who are turned away."""
    onward: Onward


class _Row(NamedTuple):
    """A row of `waits` or `rules`, the choice to which it leads, and its places."""

    number: int
    then: int
    places: Integers


class Lines:
    """The lines of all places.

    Parameters
    ----------
    reading : Reading
    paths : Paths
    """

    def __init__(self, reading: Reading, paths: Paths) -> None:
        self.reading, self.paths, model = reading, paths, reading.model
        here = {s: np.flatnonzero(paths.step == s) for s in np.unique(paths.step)}
        self._all_waits = [
            _Row(number, then, places)
            for step, places in here.items()
            for number, then in _waits(model, step)
        ]
        self.rules = [
            _Row(number, then, places)
            for step, places in here.items()
            for number, then in _rules(model, step)
        ]

    @cached_property
    def waits(self) -> list[_Row]:
        """The waiting events of those who have them."""
        return [
            row._replace(places=row.places[self._laws(row) >= 0])
            for row in self._all_waits
        ]

    @cached_property
    def laws(self) -> list[int]:
        """Row of `model.laws` for each waiting event."""
        return [law for row in self.waits for law in self._laws(row).tolist()]

    @property
    def ways(self) -> Onward:
        """All ways on from lines, also of who has no such event."""
        return self.onward([*self._all_waits, *self.rules])

    def onward(self, rows: Sequence[_Row]) -> Onward:
        """Return the ways on from some lines, with shares of shape (M, ways).

        Parameters
        ----------
        rows : sequence of _Row
            Of `waits` or `rules`.
        """
        moments, number = len(self.reading.figures.moments), 0
        parts: list[Onward] = []
        for row in rows:
            for target, share in self._targets(row.then):
                wide = in_full(share, moments, self.paths.group[row.places])
                parts.append(self._on(row.places, number, target, wide))
            number += len(row.places)
        none = np.zeros(0, dtype=np.int64)
        parts.append(Onward(none, none, none, np.zeros((moments, 0))))
        columns = zip(*parts, strict=True)
        return Onward(*(np.concatenate(column, axis=-1) for column in columns))

    def _on(self, places: Integers, number: int, target: int, share: Floats) -> Onward:
        """Return the ways of one event, or rule, to one step."""
        paths, groups = self.paths, len(self.reading.model.recorded)
        to = target * groups + paths.group[places]
        # Where nobody ever comes, nobody leaves either.
        (goes,) = np.nonzero((share > 0.0).any(axis=0) & np.isin(to, paths.place))
        return Onward(
            number + goes, places[goes], paths.rows_of(to[goes]), share[:, goes]
        )

    def _targets(self, choice: int) -> Iterator[tuple[int, Floats]]:
        for step, chances in self.reading.ways.of_choice(choice).targets.items():
            yield step, chances.chance

    def _laws(self, row: _Row) -> Integers:
        """Return the law of a waiting event for each place; -1 where there is none."""
        model, wait = self.reading.model, self.reading.model.waits[row.number]
        laws = wait["law"] + wait["law_stride"] * self.paths.group[row.places]
        return np.where(model.laws["kind"][laws] >= 0, laws, -1)


def choices_of_lines(model: Model) -> list[list[int]]:
    """Return the choices to which the line of each step may lead."""
    return [
        [then for _, then in (*_waits(model, step), *_rules(model, step))]
        for step in range(len(model.steps))
    ]


def _waits(model: Model, step: int) -> Iterator[tuple[int, int]]:
    """Yield the waiting events of a step after which patients leave the line."""
    row = model.steps[step]
    for number in range(row["wait"], row["wait"] + row["waits"]):
        then = int(model.waits[number]["then"])
        if then >= 0:
            yield number, then


def _rules(model: Model, step: int) -> Iterator[tuple[int, int]]:
    """Yield the rules of a step that turn patients away by the line."""
    row = model.steps[step]
    for number in range(row["rule"], row["rule"] + row["rules"]):
        rule = model.rules[number]
        if rule["room"] >= 0 or rule["wait"] >= 0:
            yield number, int(rule["then"])


def leaving(figures: Figures, lines: Lines, reached: Flags) -> list[Leaving]:
    """Return who leaves lines in each month.

    Parameters
    ----------
    figures : Figures
    lines : Lines
    reached : ndarray of bool, shape (M, P)
        Which places somebody may reach.
    """
    place, ways = _places(lines.waits), lines.onward(lines.waits)
    there = reached[:, place]
    return [
        Leaving(place, is_there, patience, ways._replace(share=share))
        for is_there, patience, share in zip(
            there, patience_of(figures, lines.laws), ways.share, strict=True
        )
    ]


def limiting(figures: Figures, lines: Lines, reached: Flags) -> list[Limiting]:
    """Return who is turned away by lines in each month.

    Parameters
    ----------
    figures, lines, reached
        As for `leaving`.
    """
    model, groups = figures.model, lines.paths.group
    place, ways = _places(lines.rules), lines.onward(lines.rules)
    room, wait = np.full(len(place), ALWAYS), np.full(len(place), ALWAYS)
    shares, at = [np.zeros((len(reached), 0))], 0
    for row in lines.rules:
        rule, here = model.rules[row.number], slice(at, at := at + len(row.places))
        if rule["room"] >= 0:
            room[here] = float(rule["room"])
        if rule["wait"] >= 0:
            wait[here] = float(rule["wait"]) / DAY
        share = ALL
        if rule["share"] >= 0:
            share = figures.values(rule["share"], rule["share_stride"])
        shares.append(in_full(share, len(reached), groups[row.places]))
    of = np.where(reached[:, place], np.concatenate(shares, axis=1), 0.0)
    return [
        Limiting(place, room, wait, turned, ways._replace(share=share))
        for turned, share in zip(of, ways.share, strict=True)
    ]


def _places(rows: Sequence[_Row]) -> Integers:
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate((none, *(row.places for row in rows)))
