"""How bad a shock makes a measure, for how long, and when it is over.

The definitions stand in docs/background/stress.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.statistics.estimates import Estimate, estimate
from results.summary.recovery import wilson

Floats = NDArray[np.float64]

FEWEST = 2
"""Periods before the end for which a difference must stay within the tolerance."""
SHARE, LEAST = 0.05, 1.0
"""The tolerance of the base's mean; patients of a list at least."""
USUAL = (2.5, 97.5)
"""Percentiles of replications between which things are as usual."""
QUANTILES = ((0.5, "half"), (0.9, "nine in ten"))


class Periods(NamedTuple):
    """Weeks or months, in days from the beginning of the counted period."""

    name: str
    """`week` or `month`."""
    starts: Floats
    """Shape (K,)."""
    ends: Floats
    labels: tuple[str, ...]
    """A date, or a month, of each."""


class Paths(NamedTuple):
    """A measure without and with a shock, shape (replications, K)."""

    base: Floats
    shocked: Floats


class Within(NamedTuple):
    """Which difference is as good as none."""

    share: float | None
    """Of the base's mean."""
    amount: float | None
    """In the measure's unit, at full size."""


class Quantile(NamedTuple):
    """By when a share of the replications has recovered, days after the shock."""

    name: str
    days: float | None
    """None: not within the period; so, too, the ends."""
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """What a shock does to one measure."""

    shock: str
    measure: str
    unit: str
    adds: bool
    """Whether its differences can be added up: of lists in patient-weeks."""
    periods: Periods
    first: int
    """The period in which the shock begins."""
    spells: tuple[tuple[float, float], ...]
    """In days from the beginning of the counted period."""
    paths: Paths
    tolerance: float

    @property
    def over(self) -> float:
        """When the last spell is over, days."""
        return self.spells[-1][1]

    @cached_property
    def by_period(self) -> Floats:
        """The differences, shape (replications, K)."""
        return self.paths.shocked - self.paths.base

    @property
    def since(self) -> Floats:
        """The differences from the beginning of the shock on."""
        return np.asarray(self.by_period[:, self.first :])

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing in any replication."""
        return not self.by_period.any()

    @property
    def base(self) -> Estimate:
        """The measure as things are, from the beginning of the shock on."""
        return estimate(self.paths.base[:, self.first :].mean(axis=1).tolist())

    @cached_property
    def worst(self) -> int:
        """The period in which the mean difference is largest."""
        means = np.abs(self.since.mean(axis=0))
        return self.first + int(np.argmax(means))

    @property
    def at_worst(self) -> Estimate:
        """The difference in that period."""
        return self.at(self.worst)

    def at(self, period: int) -> Estimate:
        """Return the difference in a period."""
        return estimate(self.by_period[:, period].tolist())

    @property
    def worst_base(self) -> float:
        """The measure in that period as things are."""
        return float(self.paths.base[:, self.worst].mean())

    @property
    def beyond(self) -> Estimate:
        """For how many periods the difference exceeds the tolerance."""
        return estimate((np.abs(self.since) > self.tolerance).sum(axis=1).tolist())

    @property
    def unusual(self) -> int:
        """For how many periods the mean lies outside the usual range."""
        low, high = np.percentile(self.paths.base[:, self.first :], USUAL, axis=0)
        mean = self.paths.shocked[:, self.first :].mean(axis=0)
        return int(((mean < low) | (mean > high)).sum())

    @property
    def in_all(self) -> Estimate | None:
        """The sum of the differences; of lists in patient-weeks."""
        return estimate(self.since.sum(axis=1).tolist()) if self.adds else None

    @cached_property
    def recoveries(self) -> tuple[float | None, ...]:
        """How many days after the shock each replication has recovered; None: not."""
        return tuple(self._recovery(path) for path in self.by_period)

    def _recovery(self, path: Floats) -> float | None:
        late = np.flatnonzero(self.periods.ends > self.over)
        is_off = np.abs(path[late]) > self.tolerance
        back = int(np.flatnonzero(is_off)[-1]) + 1 if is_off.any() else 0
        if len(late) - back < FEWEST:
            return None
        return max(float(self.periods.starts[late[back]]) - self.over, 0.0)

    @property
    def recovered(self) -> int:
        """In how many replications it is over within the period."""
        return sum(found is not None for found in self.recoveries)

    @property
    def quantiles(self) -> tuple[Quantile, ...]:
        """By when half, and nine in ten, of the replications have recovered."""
        times = sorted({t for t in self.recoveries if t is not None})
        n = len(self.recoveries)
        counts = [
            sum(t is not None and t <= by for t in self.recoveries) for by in times
        ]
        bands = [wilson(count, n) for count in counts]
        shares = [count / n for count in counts]
        return tuple(
            Quantile(
                name,
                _first(times, shares, share),
                _first(times, [high for _, high in bands], share),
                _first(times, [low for low, _ in bands], share),
            )
            for share, name in QUANTILES
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "shock": self.shock,
            "measure": self.measure,
            "unit": self.unit,
            "period": self.periods.name,
            "base": _plain(self.base),
            "tolerance": self.tolerance,
            "worst": self.periods.labels[self.worst],
            "at_worst": _plain(self.at_worst),
            "base_at_worst": self.worst_base,
            "beyond_tolerance": _plain(self.beyond),
            "outside_usual_range": self.unusual,
            "recovered": self.recovered,
            "replications": len(self.recoveries),
            "recovered_in_days": [quantile._asdict() for quantile in self.quantiles],
            "in_all": _plain(self.in_all),
        }


def _first(
    times: Sequence[float], shares: Sequence[float], least: float
) -> float | None:
    """Return the first time by which a share is so large."""
    found = (t for t, s in zip(times, shares, strict=True) if s >= least - 1e-12)
    return next(found, None)


def tolerance_of(within: Within, paths: Paths, first: int, least: float) -> float:
    """Return which difference is as good as none.

    Parameters
    ----------
    within : Within
    paths : Paths
    first : int
        The period in which the shock begins.
    least : float
        For a share: the smallest tolerance.
    """
    if within.amount is not None:
        return within.amount
    share = SHARE if within.share is None else within.share
    return max(share * float(np.abs(paths.base[:, first:].mean())), least)


def _plain(value: Estimate | None) -> dict[str, float | None] | None:
    if value is None:
        return None
    return {"mean": value.mean, "low": value.low, "high": value.high}


def is_known(value: float) -> bool:
    """Return whether a value is a number."""
    return math.isfinite(value)
