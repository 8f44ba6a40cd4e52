"""What exports show: every measure with its interval, run beside run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from results.errors import ResultError
from results.layout.labels import ALL
from results.measures.naming import MEASURES, measure_of
from results.run import Run
from results.selection.text_columns import is_one_of
from results.statistics.estimates import estimate

T = TypeVar("T")
WHOLE = "whole"
KINDS = tuple(dict.fromkeys(kind for measure in MEASURES for kind in measure.kinds))


class Key(NamedTuple):
    """A measure of one subject, for one group and period."""

    kind: str
    subject: str
    measure: str
    statistic: str
    group: str
    period: str


Series = tuple[str, str, str, str]
"""Kind, subject, measure, statistic."""


class Figure(NamedTuple):
    """The mean over replications, in the table's unit, and how sure it is."""

    mean: float | None
    """None: it was suppressed."""
    low: float | None
    high: float | None
    """Ends of the 95% interval; None with one replication."""
    n: int
    """How many replications have such a value."""
    numerator: float | None = None
    denominator: float | None = None
    """Means over replications, of ratios and means."""


class Line(NamedTuple):
    """One measure, run beside run."""

    key: Key
    unit: str
    figures: tuple[Figure | None, ...]
    """For each run; None where it has no such measure."""


def lines(runs: Sequence[Run], *, groups_by_month: bool = False) -> list[Line]:
    """Return what exports show, subject by subject.

    Everybody is shown for the whole period and month by month; recorded groups for the
    whole period.

    Parameters
    ----------
    runs : sequence of Run
    groups_by_month : bool
        Whether recorded groups are shown month by month as well.
    """
    found = [_figures(run.measures, groups_by_month) for run in runs]
    keys = sorted({key for one in found for key in one}, key=_Order(runs, found))
    return [
        Line(key, unit_of(key), tuple(one.get(key) for one in found)) for key in keys
    ]


def unit_of(key: Key) -> str:
    """Return the unit of a measure."""
    measure = measure_of(key.kind, key.measure, key.statistic)
    return measure.unit if measure else ""


def _figures(table: pa.Table, groups_by_month: bool) -> dict[Key, Figure]:
    """Return the figure of each measure of a run."""
    shown = np.ones(table.num_rows, dtype=np.bool_)
    if not groups_by_month:
        shown = is_one_of(table.column("group"), [ALL])
        shown |= is_one_of(table.column("period"), [WHOLE])
    columns = table.filter(pa.array(shown)).select(
        [*Key._fields, "value", "numerator", "denominator"]
    )
    rows: dict[Key, list[tuple[float, float | None, float | None]]] = {}
    for *key, value, above, below in zip(
        *(column.to_pylist() for column in columns.columns), strict=True
    ):
        rows.setdefault(Key(*key), []).append((value, above, below))
    return {key: _figure(values) for key, values in rows.items()}


def _figure(rows: Sequence[tuple[float, float | None, float | None]]) -> Figure:
    """Return the figure of some replications."""
    values, above, below = zip(*rows, strict=True)
    mean = estimate(values)
    return Figure(mean.mean, mean.low, mean.high, mean.n, _mean(above), _mean(below))


def _mean(values: Iterable[float | None]) -> float | None:
    """Return a mean; None where there is nothing to take it from."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


class _Order:
    """Sorts as people look for things: by subject, then measure, group and month."""

    def __init__(
        self, runs: Sequence[Run], found: Sequence[Mapping[Key, Figure]]
    ) -> None:
        keys = [key for one in found for key in one]
        self.kinds = {kind: place for place, kind in enumerate(KINDS)}
        self.subjects = _places((key.kind, key.subject) for key in keys)
        self.measures = _places((k.kind, k.measure, k.statistic) for k in keys)
        self.groups = _places(g for run in runs for g in run.labels.group_names)

    def __call__(self, key: Key) -> tuple[int, int, int, int, bool, str]:
        return (
            self.kinds[key.kind],
            self.subjects[key.kind, key.subject],
            self.measures[key.kind, key.measure, key.statistic],
            self.groups[key.group],
            key.period != WHOLE,
            key.period,
        )


def _places(things: Iterable[T]) -> dict[T, int]:
    return {thing: place for place, thing in enumerate(dict.fromkeys(things))}


def names(paths: Sequence[str | Path]) -> list[str]:
    """Return what runs are called side by side: their folders' names.

    Raises
    ------
    ResultError
        If two runs cannot be told apart.
    """
    parts = [Path(path).absolute().parts for path in paths]
    length = 1
    while length <= max(map(len, parts)):
        found = ["/".join(part[-length:]) for part in parts]
        if len(set(found)) == len(found):
            return found
        length += 1
    twice = next(p for p in paths if [str(q) for q in paths].count(str(p)) > 1)
    raise ResultError(f"{twice}: is named twice; each run can stand there once")
