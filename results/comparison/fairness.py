"""Fairness: the gap between groups, within one run and as policies change it.

A gap is the value of a measure for one group less that for another, in the same
replication. It is written "most deprived against other", "deprivation: most deprived
against other" where a name alone could mean several groups, or "deprivation" for the
two groups that lie furthest apart in the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from results.comparison.questions import USUAL_GAPS, usual
from results.errors import ResultError
from results.layout.labels import Labels
from results.measures.naming import Name, measure_of
from results.selection.figures import Figures, by_subject, figures
from results.selection.patterns import asked
from results.selection.people import along, members, recorded_dimensions
from results.selection.quantiles import asked_percents
from results.statistics.estimates import LEVEL, Estimate, estimate, holm_where_asked

if TYPE_CHECKING:
    from results.run import Run

DOUBT = 0.05
AGAINST = " against "
_SIGNS = (AGAINST, " - ", " − ")


class Gaps(NamedTuple):
    """The gaps of several runs along one line, by measure and replication."""

    figures: tuple[Figures, ...]
    """First group less second, of each run."""
    who: dict[Name, str]
    """Which groups: `most deprived against other`."""
    pairs: int
    """From how many pairs they were chosen: intervals are those of all together."""

    @property
    def level(self) -> float:
        """Of the interval of one gap, so that all pairs' hold at 95% together."""
        return 1 - (1 - LEVEL) / self.pairs


def gaps_of(
    runs: Sequence[Run], text: str, period: str, percents: Sequence[int] = ()
) -> Gaps:
    """Return the gaps of runs.

    Parameters
    ----------
    runs : sequence of Run
        The first chooses the groups, where a dimension is named alone.
    text : str
        `most deprived against other`, or a dimension.
    period : str
    percents : sequence of int
        Quantiles that are wanted besides those of the table.

    Raises
    ------
    ResultError
        If there are no such groups.
    """
    groups = _groups(runs[0].labels, text)
    values = [[figures(run, g, period, percents) for g in groups] for run in runs]
    is_open = text in recorded_dimensions(runs[0].labels)
    names = dict.fromkeys(name for of_run in values for one in of_run for name in one)
    sides = {name: _furthest(values[0], name) if is_open else (0, 1) for name in names}
    who = {
        name: AGAINST.join((_plain(groups[one]), _plain(groups[other])))
        for name, (one, other) in sides.items()
    }
    found = tuple(
        {
            name: _less(of_run[one].get(name, {}), of_run[other].get(name, {}))
            for name, (one, other) in sides.items()
        }
        for of_run in values
    )
    kept = tuple({n: v for n, v in of_run.items() if v} for of_run in found)
    pairs = len(list(combinations(groups, 2))) if is_open else 1
    return Gaps(kept, who, pairs)


def _groups(labels: Labels, text: str) -> tuple[str, ...]:
    """Return the groups that a gap speaks of."""
    if text in recorded_dimensions(labels):
        return along(labels, text)
    for sign in _SIGNS:
        one, found, other = text.partition(sign)
        if found:
            dimension, colon, _ = one.partition(": ")
            if colon and ": " not in other:
                other = f"{dimension}: {other}"
            if set(members(labels, one)) & set(members(labels, other)):
                raise ResultError(f"'{text}': the two have people in common")
            return one, other
    known = ", ".join(recorded_dimensions(labels)) or "nothing"
    raise ResultError(
        f"'{text}' is no gap: write 'GROUP against GROUP', such as 'most deprived "
        f"against other', or a dimension (recorded here: {known})"
    )


def _plain(group: str) -> str:
    """Return the name of a group without its dimension."""
    return group.rpartition(": ")[2]


def _furthest(values: Sequence[Figures], name: Name) -> tuple[int, int]:
    """Return the groups whose means are highest and lowest."""
    means = [
        float(np.mean(list(one[name].values()))) if one.get(name) else np.nan
        for one in values
    ]
    if np.isnan(means).all():
        return 0, 1
    high, low = int(np.nanargmax(means)), int(np.nanargmin(means))
    return (high, low) if high != low else (high, (high + 1) % len(values))


def _less(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """Return the difference in each replication in which both have a value."""
    both = sorted(one.keys() & other.keys())
    return {number: one[number] - other[number] for number in both}


@dataclass(frozen=True)
class GapRow:
    """The gap of one measure in one run."""

    name: Name
    who: str
    """`most deprived against other`."""
    unit: str
    gap: Estimate
    p_corrected: float | None
    """Corrected for the number of gaps asked about (Holm)."""

    @property
    def clear(self) -> bool:
        """Whether chance is ruled out as an explanation."""
        return self.p_corrected is not None and self.p_corrected < DOUBT

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        gap = self.gap
        return {
            **self.name._asdict(),
            "name": self.name.text,
            "who": self.who,
            "unit": self.unit,
            "gap": gap.mean,
            "low": gap.low,
            "high": gap.high,
            "n": gap.n,
            "p": gap.p,
            "p_corrected": self.p_corrected,
            "clear": self.clear,
        }


def gaps(
    run: Run,
    texts: Iterable[str],
    *,
    measures: Iterable[str] | None = None,
    period: str = "whole",
) -> tuple[GapRow, ...]:
    """Return the gaps between groups within a run.

    Parameters
    ----------
    run : Run
    texts : iterable of str
        `most deprived against other`, or a dimension: the two groups of it that lie
        furthest apart. The interval of these is widened for the choice (Bonferroni).
    measures : iterable of str, optional
        Names or patterns; the usual ones without it.
    period : str
        A month, or `whole`.

    Raises
    ------
    ResultError
        If there is no such group, measure or period.
    """
    wanted = None if measures is None else list(measures)
    found: list[GapRow] = []
    for text in texts:
        of = gaps_of([run], text, period, asked_percents(wanted or ()))
        (values,) = of.figures
        names = by_subject(values)
        if wanted is None:
            chosen = usual(names, USUAL_GAPS, run.labels.block_of)
        else:
            chosen = asked(names, run.labels.subjects, wanted)
        found += [_row(name, values, of) for name in chosen if isinstance(name, Name)]
    p = holm_where_asked([row.gap.p for row in found])
    return tuple(
        replace(row, p_corrected=value) for row, value in zip(found, p, strict=True)
    )


def _row(name: Name, values: Figures, of: Gaps) -> GapRow:
    """Return the gap of one measure, not yet corrected."""
    measure = measure_of(*name.parts)
    gap = estimate(list(values[name].values()), of.level).times(of.pairs)
    return GapRow(name, of.who[name], measure.unit if measure else "", gap, None)
