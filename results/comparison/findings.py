"""What became of each measure between the baseline and another run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from results.comparison.questions import Pair
from results.comparison.views import View
from results.measures.naming import Name, measure_of
from results.statistics.estimates import (
    LEVEL,
    Estimate,
    estimate,
    holm_where_asked,
    paired,
    unpaired,
)

DOUBT = 0.05
"""A difference counts as clear where its corrected p-value lies below this."""


@dataclass(frozen=True)
class Finding:
    """What became of one measure."""

    run: str
    """Which run is held against the baseline."""
    name_parts: Name
    group: str
    """Of a gap: `most deprived against other`."""
    period: str
    unit: str
    a: Estimate
    """In the baseline."""
    b: Estimate
    """In the other run."""
    difference: Estimate
    """Of b less a, with its 95% interval."""
    is_gap: bool = False
    """Whether a and b are gaps between two groups."""
    p_corrected: float | None = None
    """Corrected for the number of questions asked (Holm)."""
    unchanged: bool = False
    """Every patient's journey at this subject is the same in both runs."""

    @property
    def kind(self) -> str:
        """What the subject is."""
        return self.name_parts.kind

    @property
    def subject(self) -> str:
        """The service, standard, budget or the like."""
        return self.name_parts.subject

    @property
    def measure(self) -> str:
        """What is measured."""
        return self.name_parts.measure

    @property
    def statistic(self) -> str:
        """Which figure of it."""
        return self.name_parts.statistic

    @property
    def name(self) -> str:
        """The measure as it is written: `ward: wait, mean`."""
        return self.name_parts.text

    @property
    def mean_a(self) -> float:
        """The mean in the baseline."""
        return self.a.mean

    @property
    def mean_b(self) -> float:
        """The mean in the other run."""
        return self.b.mean

    @property
    def relative(self) -> float | None:
        """The difference as a share of the baseline; None where that is nothing."""
        return self.difference.mean / abs(self.mean_a) if self.mean_a else None

    @property
    def clear(self) -> bool:
        """Whether chance is ruled out as an explanation, among all questions."""
        return self.p_corrected is not None and self.p_corrected < DOUBT

    @property
    def likely(self) -> bool:
        """Whether its own interval leaves no difference out."""
        interval = self.difference.interval
        return interval is not None and (interval[0] > 0 or interval[1] < 0)

    @property
    def alone(self) -> bool:
        """Whether one replication is all there is, and shows a difference."""
        return self.difference.standard_error is None and self.difference.mean != 0

    @property
    def verdict(self) -> str:
        """What may be said: `rises`, `may fall`, `no clear change`, `unchanged` ..."""
        if self.unchanged:
            return "unchanged"
        up = self.difference.mean > 0
        if self.alone:
            return f"{'rises' if up else 'falls'} in the one replication"
        if self.clear:
            return "rises" if up else "falls"
        if self.likely:
            return f"may {'rise' if up else 'fall'}"
        return "no clear change"


def finding(
    run: str, name: Name, pair: Pair, view: View, *, is_paired: bool
) -> Finding:
    """Return what became of one measure, not yet corrected.

    Parameters
    ----------
    run : str
        What the other run is called.
    name : Name
    pair : pair of dict
        The values in both runs, by replication.
    view : View
        Whose values these are.
    is_paired : bool
        Whether the replications are the same.
    """
    x, y = (list(values.values()) for values in pair)
    measure = measure_of(*name.parts)
    level = 1 - (1 - LEVEL) / view.pairs
    difference = paired(x, y, level) if is_paired else unpaired(x, y, level)
    return Finding(
        run=run,
        name_parts=name,
        group=view.group if view.who is None else view.who[name],
        period=view.period,
        unit=measure.unit if measure else "",
        a=estimate(x, level),
        b=estimate(y, level),
        difference=difference.times(view.pairs),
        is_gap=view.who is not None,
    )


def corrected(found: Sequence[Finding]) -> Iterator[Finding]:
    """Correct p-values for the number of questions.

    A subject at which nobody's journey differs raises no question: its differences
    are known to be zero.

    Parameters
    ----------
    found : sequence of Finding
        All that are asked about at once, whatever the run, group or month.

    Yields
    ------
    Finding
    """
    p = holm_where_asked([None if f.unchanged else f.difference.p for f in found])
    for f, value in zip(found, p, strict=True):
        yield replace(f, p_corrected=value)


_TEXTS = ("kind", "subject", "measure", "statistic", "name", "run", "group", "period")
_PLAIN = ("p_corrected", "relative", "verdict", "clear", "unchanged")
_FLOAT = pa.float64()
_TYPES: dict[str, pa.DataType] = dict.fromkeys((*_TEXTS, "unit"), pa.string())
SCHEMA = pa.schema(
    {
        **_TYPES,
        "mean_a": _FLOAT,
        "mean_b": _FLOAT,
        "difference": _FLOAT,
        "low": _FLOAT,
        "high": _FLOAT,
        "standard_error": _FLOAT,
        "n": pa.int64(),
        "p": _FLOAT,
        "p_corrected": _FLOAT,
        "relative": _FLOAT,
        "verdict": pa.string(),
        "clear": pa.bool_(),
        "unchanged": pa.bool_(),
    }
)
"""The columns of a comparison as a table."""


def flat(row: Finding) -> dict[str, Any]:
    """Return a finding as one level of plain values, in the order of `SCHEMA`."""
    difference = row.difference
    return {
        **{name: getattr(row, name) for name in _TEXTS},
        "unit": row.unit,
        "mean_a": row.mean_a,
        "mean_b": row.mean_b,
        "difference": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "standard_error": difference.standard_error,
        "n": difference.n,
        "p": difference.p,
        **{name: getattr(row, name) for name in _PLAIN},
    }


def table(rows: Iterable[Finding]) -> pa.Table:
    """Return findings as a table, one row each.

    Parameters
    ----------
    rows : iterable of Finding
    """
    return pa.Table.from_pylist([flat(row) for row in rows], schema=SCHEMA)
