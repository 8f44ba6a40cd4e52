"""The measures of a run by name: what each means, its mean, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from results.measures.naming import MEASURES, Name, measure_of
from results.selection.figures import by_subject, figures
from results.selection.patterns import asked
from results.selection.quantiles import asked_percents
from results.statistics.estimates import Estimate
from results.statistics.precision import Precision, Quantile, precision
from results.words.numbers import amount, number, places, said, unit_for, with_interval

if TYPE_CHECKING:
    from results.run import Run


_ABOVE_ONE = ("utilisation", "occupancy")
"""Shares that may exceed one."""
_FIRST = 5
"""Replications before which intervals are not told."""


class Meaning(NamedTuple):
    """A measure that may be asked of every subject of some kinds."""

    kinds: str
    """`service or pathway`"""
    measure: str
    """With what it may be split by: `left unseen (WAITING EVENT)`."""
    statistics: str
    """All of them."""
    unit: str
    meaning: str


def grammar() -> list[Meaning]:
    """Return all measures there are, the statistics of one together."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for measure in MEASURES:
        split = f" ({measure.split_by.upper()})" if measure.split_by else ""
        key = " or ".join(measure.kinds), f"{measure.name}{split}", measure.unit
        meaning = measure.meaning.removeprefix(f"{measure.statistic} ")
        found.setdefault(key, []).append((measure.statistic, meaning))
    return [
        Meaning(
            kinds,
            name,
            "; ".join(statistic for statistic, _ in parts),
            unit,
            "; ".join(dict.fromkeys(meaning for _, meaning in parts)),
        )
        for (kinds, name, unit), parts in found.items()
    ]


@dataclass(frozen=True)
class Listed:
    """A measure of a run, from its replications."""

    name: Name
    unit: str
    meaning: str
    values: dict[int, float]
    """By replication."""

    @property
    def precision(self) -> Precision:
        """How sure it is."""
        return precision(list(self.values.values()))

    @property
    def band(self) -> tuple[float, float] | None:
        """Where one further replication lies, within what is possible."""
        known = self.precision.band
        if known is None:
            return None
        values = self.values.values()
        lowest = 0.0 if min(values) >= 0 else -math.inf
        is_share = self.unit == "share" and max(values) <= 1
        highest = 1.0 if is_share and self.name.measure not in _ABOVE_ONE else math.inf
        return max(known[0], lowest), min(known[1], highest)

    def sentences(self) -> Iterator[str]:
        """Yield all that is known of it, in plain words."""
        known = self.precision
        n = known.mean.n
        yield f"{self.name.text}: {self.meaning}"
        mean = with_interval(known.mean, self.unit)
        if n == 1:
            yield f"  {mean} in the one replication: nothing is said of how sure it is"
            return
        yield f"  mean {mean}: the 95% interval from {n} replications"
        if known.mean.standard_error:
            yield from self._luck(known)
            yield from self._convergence(known)

    def _luck(self, known: Precision) -> Iterator[str]:
        """Say what one more replication would show, and what those seen did."""
        if self.band is not None:
            yield (
                f"  one such period alone, as in reality: {self._span(*self.band)}, "
                "95 times in 100"
            )
        told = "; ".join(self._quantile(q) for q in known.quantiles)
        yield f"  of the replications, {told}"

    def _convergence(self, known: Precision) -> Iterator[str]:
        """Say how the interval narrowed, and what half of it would take."""
        steps = [step for step in known.widths if step[0] in _steps(known.mean.n)]
        unit = unit_for(self.unit, known.mean.mean)
        shown = ", ".join(
            f"± {said(half, unit, places(half / unit.size, 0))} after {n}"
            for n, half in steps
        )
        yield f"  how sure: {shown}; {known.for_half} replications would halve it"

    def _quantile(self, of: Quantile) -> str:
        """Say a quantile over replications."""
        if of.low is None or of.high is None:
            told = amount(of.value, self.unit)
        else:
            half = (of.high - of.low) / 2
            told = (
                f"{amount(of.value, self.unit, half)} ({self._span(of.low, of.high)})"
            )
        return f"{of.percent}% lie below {told}"

    def _span(self, low: float, high: float) -> str:
        """Say two ends in one unit: `9 to 45 days`."""
        unit = unit_for(self.unit, max(abs(low), abs(high)))
        half = (high - low) / 2 / unit.size
        ends = [number(e / unit.size, places(half, e / unit.size)) for e in (low, high)]
        if unit.name == "£":
            return f"£{ends[0]} to £{ends[1]} {unit.power}".rstrip()
        if unit.name == "%":
            return f"{ends[0]}% to {ends[1]}%"
        return f"{ends[0]} to {ends[1]} {unit.name}"

    def as_dict(self) -> dict[str, Any]:
        """Return the measure as plain maps, lists, texts and numbers."""
        known = self.precision
        return {
            **self.name._asdict(),
            "name": self.name.text,
            "unit": self.unit,
            "meaning": self.meaning,
            "mean": _plain(known.mean),
            "band": self.band,
            "quantiles": [quantile._asdict() for quantile in known.quantiles],
            "half_widths": [{"n": n, "half": half} for n, half in known.widths],
            "replications_for_half": known.for_half,
        }


def _plain(value: Estimate) -> dict[str, float | None]:
    """Return an estimate as a map."""
    return {"mean": value.mean, "low": value.low, "high": value.high, "n": value.n}


def _steps(n: int) -> tuple[int, ...]:
    """Return after how many replications to look: a quarter, half, all of them."""
    return (*(part for part in (n // 4, n // 2) if part >= _FIRST), n)


def listed(
    run: Run,
    texts: Iterable[str] = (),
    *,
    group: str = "all",
    period: str = "whole",
) -> list[Listed]:
    """Return the measures of a run.

    Parameters
    ----------
    run : Run
    texts : iterable of str
        Names or patterns; all without them. Any quantile of waits can be asked for:
        `clinic: wait, 85th percentile`.
    group : str
        A recorded group, all that share one (`age: child`), or `all`.
    period : str
        A month, or `whole`.

    Raises
    ------
    ResultError
        If there is no such measure, group or period.
    """
    wanted = list(texts)
    values = figures(run, group, period, asked_percents(wanted))
    names = by_subject(values)
    if wanted:
        found = asked(names, run.labels.subjects, wanted)
        names = [name for name in found if isinstance(name, Name)]
    return [_listed(name, values[name]) for name in names]


def _listed(name: Name, values: dict[int, float]) -> Listed:
    """Return a measure with its definition."""
    measure = measure_of(*name.parts)
    unit, meaning = (measure.unit, measure.meaning) if measure else ("", "")
    return Listed(name, unit, meaning, values)
