"""The measures of standards: what was promised, what was achieved, in which months."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kernels import tallies as t
from kernels.buckets import H_STANDARD
from kernels.tallies import Integers
from results.layout.labels import DAY, StandardLabel
from results.measures.blocks import (
    Block,
    Values,
    everybody,
    mean_time,
    number,
    ratio,
    restricted,
)
from results.measures.cells import Booleans, Cells, Floats, time_days
from results.measures.naming import CAUSES, MEASURES
from results.measures.waits import Distributions

NOISE = 1e-12
"""By how much, as a share, a figure worked out in floats may miss its target."""


def standard_blocks(c: Cells, d: Distributions) -> Iterator[Block]:
    """Yield the measures of standards, in the order of `MEASURES`.

    Parameters
    ----------
    c : Cells
    d : Distributions

    Yields
    ------
    Block
    """
    standards = [
        _Standard(c, d, row, label) for row, label in enumerate(c.labels.standards)
    ]
    for measure in MEASURES:
        if measure.kinds != ("standard",):
            continue
        for standard in standards:
            key, names = (measure.name, measure.statistic), [standard.label.name]
            if key not in MEASURES_OF[standard.label.measure]:
                continue
            if measure.split_by:
                for row, cause in enumerate(CAUSES):
                    split = f"{measure.name} ({cause})", measure.statistic
                    values = BY_CAUSE[measure.statistic](standard, row)
                    yield Block("standard", names, *split, values)
            else:
                yield Block("standard", names, *key, VALUES[key](standard))


class _Standard:
    """One standard of one replication; every array has the shape (1, G, P)."""

    def __init__(
        self, c: Cells, d: Distributions, row: int, label: StandardLabel
    ) -> None:
        self.c, self.d, self.row, self.label = c, d, row, label
        self.cells = c.standards[:, row : row + 1]
        self.counted, self.within = self.cells[t.S_COUNTED], self.cells[t.S_WITHIN]
        names = [service.name for service in c.labels.services]
        self.services = [names.index(name) for name in label.services]

    @property
    def share(self) -> Values:
        """Of those counted, the share within the time."""
        return ratio(self.within, self.counted)

    @property
    def breaches(self) -> Integers:
        """How many of those counted are not within."""
        return np.asarray(self.counted - self.within)

    @property
    def breach(self) -> Values:
        """The mean time of those."""
        return ratio(self._breaching, self.breaches)

    def breach_by(self, cause: int) -> Values:
        """How much of it is put down to a cause."""
        return ratio(self._breaching_by(cause), self.breaches)

    def breach_share(self, cause: int) -> Values:
        """Of it, the share put down to a cause."""
        return ratio(self._breaching_by(cause), self._breaching)

    @property
    def _breaching(self) -> Floats:
        """All time of those who are not within, in days."""
        days = self.cells[t.S_CAUSES :: 2].sum(axis=0)
        return time_days(days, self.cells[t.S_CAUSES + 1 :: 2].sum(axis=0))

    def _breaching_by(self, cause: int) -> Floats:
        """Of it, the days put down to a cause."""
        at = t.S_CAUSES + 2 * cause
        return time_days(self.cells[at], self.cells[at + 1])

    @property
    def mean(self) -> Values:
        """The mean time of those counted."""
        return mean_time(self.cells, t.S_DAYS, self.counted)

    @property
    def percentile(self) -> Values:
        """The promised percentile of the times of those counted."""
        percent = self.label.percentile or 0
        value = self.d.quantiles(H_STANDARD, ((self.row,),), percent)
        return Values(value, keep=~np.isnan(value))

    @property
    def occupancy(self) -> Values:
        """Unit-time taken ÷ unit-time open; everybody only."""
        offered = self.c.offered[self.services].sum(axis=0, keepdims=True)
        return restricted(ratio(self._in_use, offered), everybody(self.c))

    @property
    def patients(self) -> Values:
        """How many units are taken on average; everybody only."""
        return restricted(ratio(self._in_use, self.c.days), everybody(self.c))

    @property
    def _in_use(self) -> Floats:
        taken = self.c.counts[t.IN_USE, self.services].sum(axis=0, keepdims=True)
        return np.asarray(taken / DAY)

    @property
    def target(self) -> Values:
        """What is promised in each period; nothing for a whole that had several."""
        value = self._promised
        keep = ~np.isnan(value)
        if self.label.clock is None:
            return Values(value, keep=keep & everybody(self.c))
        return Values(value, keep=keep)

    @property
    def _promised(self) -> Floats:
        label, labels = self.label, self.c.labels
        months = np.array([label.target_at(edge) for edge in labels.months[:-1]])
        if label.measure == "patients":
            months = months * labels.scale
        whole = months[0] if (months == months[0]).all() else np.nan
        return np.append(months, whole)[np.newaxis, np.newaxis]

    @property
    def met(self) -> Values:
        """In what share of months the target was reached."""
        some, reached = REACHED[self.label.measure](self)
        some = some[..., :-1]
        return ratio(_with_whole(some & reached[..., :-1]), _with_whole(some))

    # In which periods there is anything to look at, and where the target was reached

    def reached_share(self) -> tuple[Booleans, Booleans]:
        """Look at the share within."""
        return self.counted > 0, self.share.value >= self._promised

    def reached_percentile(self) -> tuple[Booleans, Booleans]:
        """Count exactly: the percentile itself is known to the width of a bucket."""
        percent = self.label.percentile or 0
        return self.counted > 0, 100 * self.within >= percent * self.counted

    def reached_mean(self) -> tuple[Booleans, Booleans]:
        """Count in whole microseconds: their sums may exceed 64 bits."""
        days, rest = (self.cells[i].astype(object) for i in (t.S_DAYS, t.S_REST))
        limit = np.nan_to_num(self._promised * DAY).round().astype(np.int64)
        above = days * DAY + rest - limit.astype(object) * self.counted
        return self.counted > 0, np.asarray(above <= 0, dtype=np.bool_)

    def reached_occupancy(self) -> tuple[Booleans, Booleans]:
        """Look at the occupancy, where anything was open."""
        return self._reached_at_most(self.occupancy)

    def reached_patients(self) -> tuple[Booleans, Booleans]:
        """Look at how many there were."""
        return self._reached_at_most(self.patients)

    def _reached_at_most(self, achieved: Values) -> tuple[Booleans, Booleans]:
        some = np.asarray(achieved.keep)
        return some, achieved.value <= self._promised * (1 + NOISE)


VALUES: dict[tuple[str, str], Callable[[_Standard], Values]] = {
    ("counted", "number"): lambda s: number(s.counted),
    ("within", "number"): lambda s: number(s.within),
    ("within", "share"): lambda s: s.share,
    ("breach", "number"): lambda s: number(s.breaches),
    ("breach", "mean"): lambda s: s.breach,
    ("achieved", "mean"): lambda s: s.mean,
    ("achieved", "percentile"): lambda s: s.percentile,
    ("achieved", "occupancy"): lambda s: s.occupancy,
    ("achieved", "patients"): lambda s: s.patients,
    ("target", "share"): lambda s: s.target,
    ("target", "time"): lambda s: s.target,
    ("target", "patients"): lambda s: s.target,
    ("met", "share of months"): lambda s: s.met,
}

BY_CAUSE: dict[str, Callable[[_Standard, int], Values]] = {
    "mean": _Standard.breach_by,
    "share": _Standard.breach_share,
}
"""What is split by cause, by statistic."""

_COUNTS = (("counted", "number"), ("within", "number"), ("within", "share"))
_BREACH = (("breach", "number"), ("breach", "mean"), ("breach", "share"))
_MET = ("met", "share of months")
MEASURES_OF: dict[str, tuple[tuple[str, str], ...]] = {
    "share": (*_COUNTS, *_BREACH, ("target", "share"), _MET),
    "percentile": (
        *(*_COUNTS, *_BREACH),
        *(("achieved", "percentile"), ("target", "time"), _MET),
    ),
    "mean": (_COUNTS[0], ("achieved", "mean"), ("target", "time"), _MET),
    "occupancy": (("achieved", "occupancy"), ("target", "share"), _MET),
    "patients": (("achieved", "patients"), ("target", "patients"), _MET),
}
"""The measures of each sort of standard."""

REACHED: dict[str, Callable[[_Standard], tuple[Booleans, Booleans]]] = {
    "share": _Standard.reached_share,
    "percentile": _Standard.reached_percentile,
    "mean": _Standard.reached_mean,
    "occupancy": _Standard.reached_occupancy,
    "patients": _Standard.reached_patients,
}


def _with_whole(months: Booleans) -> Integers:
    """Append how many months there were."""
    whole = months.sum(axis=2, keepdims=True)
    return np.concatenate((months.astype(np.int64), whole), axis=2)
