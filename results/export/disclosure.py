"""Fit to be published: small numbers are held back, the others rounded.

What is done follows the practice of NHS England's publications: counts of people below
5 are suppressed, others rounded to the nearest 5, shares worked out from the rounded
numbers. More is suppressed where a small number could be had by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from results.export.bases import SHARES, Share, bases, counts, is_count
from results.export.figures import Figure, Key, Line
from results.export.relations import Grid, adds_up, relations, same_in_several
from results.export.rounding import (
    FIGURES,
    about,
    digit,
    digits_figure,
    rounded_count,
    significant,
    step_above,
)
from results.export.suppression import hidden
from results.export.ties import Floats, Numbers, Relation, ties
from results.run import Run

SMALL = "below {below}, and not 0"
FEW = "rests on fewer than {below} people"
PARTNER = "else a suppressed number could be worked out"
RESTS = "rests on a suppressed number"


class Publishing(NamedTuple):
    """How small numbers are held back."""

    below: int = 5
    """Counts of people below this, and not 0, are suppressed."""
    to: int = 5
    """Other counts are rounded to the nearest multiple of this."""

    def sentence(self) -> str:
        """Return what was done, in plain words."""
        return (
            f"Counts of people below {self.below} (and not 0) are suppressed, others "
            f"rounded to the nearest {self.to}; more is suppressed where a suppressed "
            "number could else be worked out. Shares come from the rounded counts, "
            f"other figures are rounded to {FIGURES} significant digits."
        )


class Suppression(NamedTuple):
    """A number that was held back."""

    run: str
    key: Key
    reason: str


class _Cell(NamedTuple):
    """A figure of one run."""

    run: int
    key: Key
    unit: str
    figure: Figure

    @property
    def mean(self) -> float:
        """The mean as it is."""
        return self.figure.mean or 0.0


def published(
    runs: Mapping[str, Run], shown: Sequence[Line], rules: Publishing
) -> tuple[list[Line], tuple[Suppression, ...]]:
    """Return what may be published, and what was held back.

    Parameters
    ----------
    runs : mapping of str to Run
    shown : sequence of Line
    rules : Publishing

    Returns
    -------
    tuple of list and tuple
        The lines, in which `Figure.mean` is None where a number was suppressed; and
        each suppressed number with its reason.
    """
    cells = [
        _Cell(number, line.key, line.unit, figure)
        for line in shown
        for number, figure in enumerate(line.figures)
        if figure is not None
    ]
    control = _Control(list(runs.values()), cells, rules)
    reasons = control.reasons()
    lines = []
    for line in shown:
        figures = tuple(
            None if figure is None else control.safe(run, line, figure)
            for run, figure in enumerate(line.figures)
        )
        lines.append(line._replace(figures=figures))
    names = list(runs)
    held = tuple(
        Suppression(names[cell.run], cell.key, reasons[cell.run, cell.key])
        for cell in cells
        if (cell.run, cell.key) in reasons
    )
    return lines, held


class _Control:
    """Decides which figures of some runs are held back."""

    def __init__(
        self, runs: Sequence[Run], cells: Sequence[_Cell], rules: Publishing
    ) -> None:
        self.runs, self.cells, self.rules = runs, cells, rules
        self.known = {(cell.run, cell.key): cell for cell in cells}
        self.adding = [cell for cell in cells if adds_up(cell.key)]
        self.places = {(c.run, c.key): place for place, c in enumerate(self.adding)}
        self.links = self._linked()
        self.numbers = self._rounded(self.links)
        self.held: dict[tuple[int, Key], str] = {}

    def reasons(self) -> dict[tuple[int, Key], str]:
        """Return why each figure is held back that is."""
        for cell in self.cells:
            reason = self._at_first(cell)
            if reason:
                self.held[cell.run, cell.key] = reason
        while self._spread():
            pass
        return self.held

    def _at_first(self, cell: _Cell) -> str:
        """Return why a figure is held back whatever else is; empty: it is not."""
        below = self.rules.below
        if is_count(cell.key, cell.unit):
            return SMALL.format(below=below) if 0 < cell.mean < below else ""
        share = SHARES.get((cell.key.measure, cell.key.statistic))
        if share is not None:
            few = not share.above and 0 < (cell.figure.numerator or 0.0) < below
            return FEW.format(below=below) if few else ""
        people = self._people(cell)
        few = people is not None and people < below and cell.mean > 0
        return FEW.format(below=below) if few else ""

    def _people(self, cell: _Cell) -> float | None:
        """Return how many people a figure rests on; None: that is no question."""
        keys = bases(cell.key, self.runs[cell.run].labels)
        if not keys or any(key.statistic != "number" for key in keys):
            return None
        found = [self.known.get((cell.run, key)) for key in keys]
        return sum(base.mean for base in found if base is not None)

    def _spread(self) -> bool:
        """Hold back what else must be; return whether there was any."""
        before = len(self.held)
        at_first = np.array([(c.run, c.key) in self.held for c in self.adding], bool)
        held = hidden(self.numbers, self.links, at_first)
        for place in np.flatnonzero(held & ~at_first):
            cell = self.adding[place]
            self.held[cell.run, cell.key] = PARTNER
        for cell in self.cells:
            if (cell.run, cell.key) not in self.held and self._rests(cell):
                self.held[cell.run, cell.key] = RESTS
        return len(self.held) > before

    def _rests(self, cell: _Cell) -> bool:
        """Return whether all that a figure rests on is held back."""
        if is_count(cell.key, cell.unit):
            return False
        share = SHARES.get((cell.key.measure, cell.key.statistic))
        if share is not None:
            keys = counts(cell.key, (*share.above, *share.below))
            return any((cell.run, key) in self.held for key in keys)
        keys = bases(cell.key, self.runs[cell.run].labels)
        some = [k for k in keys if (cell.run, k) in self.known]
        some = [k for k in some if self.known[cell.run, k].mean > 0]
        held = [(cell.run, key) in self.held for key in some]
        by_use = any(key.statistic != "number" for key in keys)
        return any(held) if by_use else bool(held) and all(held)

    def _linked(self) -> list[Relation]:
        """Return how the figures that add up hang together."""
        values = np.array([cell.mean for cell in self.adding])
        grids = []
        for number, run in enumerate(self.runs):
            rows = [(i, c) for i, c in enumerate(self.adding) if c.run == number]
            places = {cell.key: place for place, cell in rows}
            counting = {place for place, c in rows if is_count(c.key, c.unit)}
            grids.append(Grid(run.labels, places, values, counting))
        found = [relation for grid in grids for relation in relations(grid)]
        return [*found, *same_in_several(grids)]

    def _rounded(self, links: Sequence[Relation]) -> Numbers:
        """Return the figures that add up, as they are shown, and what that says.

        What is in proportion to a count is shown in proportion to it: rounded by
        itself, it would say more of the count.
        """
        rows = [self._number(cell) for cell in self.adding]
        table: Floats = np.array(rows, dtype=np.float64).reshape(len(rows), 6)
        values, shown, slack, *others = table.T
        bound = ties(len(rows), links)
        leader: dict[int, int] = {}
        for place, cell in enumerate(self.adding):
            root = int(bound.root[place])
            if is_count(cell.key, cell.unit) or root not in leader:
                first = leader.get(root)
                if first is None or not self._counts(first):
                    leader[root] = place
        lead = np.array([leader[int(root)] for root in bound.root], dtype=np.int64)
        ratio = bound.scale / bound.scale[lead] if len(lead) else bound.scale
        return Numbers(values, shown[lead] * ratio, slack[lead] * ratio, *others)

    def _counts(self, place: int) -> bool:
        return is_count(self.adding[place].key, self.adding[place].unit)

    def _number(self, cell: _Cell) -> tuple[float, ...]:
        """Return a row of `Numbers`."""
        value, below, to = cell.mean, self.rules.below, self.rules.to
        if is_count(cell.key, cell.unit):
            is_small = 0 < value < below
            ceiling = float(below) if is_small else np.inf
            floor = 0.0 if is_small or not value else float(below)
            slack, shield = (to / 2 if value else 0.0), (below if is_small else to) / 2
            return value, rounded_count(value, to), slack, ceiling, floor, shield
        step = self._step(cell)
        people = self._people(cell) or 0.0
        few = 0 < people < below
        shield = value * below / people if few else step
        return value, significant(value, step), step / 2, np.inf, 0.0, shield / 2

    def _step(self, cell: _Cell) -> float:
        """Return to what a figure that adds up is rounded: it says no more than counts.

        That is, what so many people account for as counts are rounded to.
        """
        people = self._people(cell)
        each = cell.mean / people * self.rules.to if people else 0.0
        return max(digit(cell.mean), step_above(each))

    def safe(self, run: int, line: Line, figure: Figure) -> Figure:
        """Return a figure as it is published."""
        key = line.key
        if (run, key) in self.held:
            return Figure(None, None, None, figure.n)
        if adds_up(key):
            place = self.places[run, key]
            step = self._step(self.adding[place])
            step = float(self.rules.to) if self._counts(place) else step
            return about(figure, float(self.numbers.shown[place]), step)
        share = SHARES.get((key.measure, key.statistic))
        if share is not None:
            return self._share(run, key, figure, share)
        return digits_figure(self._in_proportion(run, key, figure))

    def _share(self, run: int, key: Key, figure: Figure, share: Share) -> Figure:
        """Return a share of counts as they are shown."""
        above, below = figure.numerator or 0.0, figure.denominator or 0.0
        above = rounded_count(above, self.rules.to)
        if share.above:
            above, _ = self._shown(run, counts(key, share.above))
        if share.below:
            below, _ = self._shown(run, counts(key, share.below))
        mean = above / below if below else 0.0
        return about(figure, min(mean, 1.0) if share.below else mean, 0.01)

    def _in_proportion(self, run: int, key: Key, figure: Figure) -> Figure:
        """Return a figure that rests on units in use, with these as they are shown."""
        keys = bases(key, self.runs[run].labels)
        if not keys or keys[0].statistic == "number":
            return figure
        shown, real = self._shown(run, keys)
        factor = shown / real if real else 1.0
        parts = (figure.mean, figure.low, figure.high)
        mean, low, high = (None if x is None else x * factor for x in parts)
        return figure._replace(mean=mean, low=low, high=high)

    def _shown(self, run: int, keys: Sequence[Key]) -> tuple[float, float]:
        """Return what some figures add up to, as they are shown and as they are."""
        places = [self.places[run, key] for key in keys if (run, key) in self.places]
        shown = self.numbers.shown[places].sum() if places else 0.0
        return float(shown), sum(self.adding[place].mean for place in places)
