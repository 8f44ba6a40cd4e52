"""The values of measures for some people and a period, by name and replication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from results.errors import ResultError
from results.measures.naming import Name, measure_of
from results.selection.measured import measured
from results.selection.people import members
from results.selection.quantiles import quantiles
from results.selection.text_columns import coded, is_one_of

if TYPE_CHECKING:
    from results.run import Run

Figures = dict[Name, dict[int, float]]
"""For each measure, its value in each replication that has one."""


def figures(
    run: Run, group: str = "all", period: str = "whole", percents: Sequence[int] = ()
) -> Figures:
    """Return all values of a run for some people and a period.

    Parameters
    ----------
    run : Run
    group : str
        `all`, a recorded group, or all that share one: `deprivation: most deprived`.
    period : str
        A month such as `2022-04`, or `whole`.
    percents : sequence of int
        Quantiles that are wanted besides those of the table.

    Raises
    ------
    ResultError
        If the run has no such group or period.
    """
    chosen = members(run.labels, group)
    _check_period(period, run.labels.period_names)
    if len(chosen) == 1:
        found = _plain(measured(run, group=chosen[0], period=period))
    else:
        found = _together(run, chosen, period)
    if percents:
        found |= quantiles(run, percents, _buckets(run, chosen), period)
    return found


def _plain(table: pa.Table) -> Figures:
    """Return the values of rows of one group and period, in the order of the table."""
    columns = [coded(table.column(name)) for name in _COLUMNS[:4]]
    key = np.zeros(table.num_rows, dtype=np.int64)
    for codes, texts in columns:
        key = key * max(len(texts), 1) + codes
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    spelled = [
        Name(*(texts[codes[row]] for codes, texts in columns)) for row in first.tolist()
    ]
    result: Figures = {spelled[at]: {} for at in np.argsort(first).tolist()}
    numbers, values = (table[name].to_numpy().tolist() for name in _COLUMNS[4:])
    for name, number, value in zip(place.tolist(), numbers, values, strict=True):
        result[spelled[name]][number] = value
    return result


def _together(run: Run, groups: Sequence[str], period: str) -> Figures:
    """Return the values of several recorded groups together.

    Numbers add up, ratios and means are taken of the added numerators and denominators,
    quantiles of the added buckets. Whether a standard's target was reached in a month
    is no sum, and is left out.
    """
    table = measured(run, period=period)
    table = table.filter(pa.array(is_one_of(table.column("group"), groups)))
    sums: dict[Name, dict[int, list[Any]]] = {}
    columns: dict[str, list[Any]] = table.to_pydict()
    wanted = (*_COLUMNS, "numerator", "denominator")
    for *name, replication, value, top, bottom in zip(
        *map(columns.get, wanted), strict=True
    ):
        sums.setdefault(Name(*name), {}).setdefault(replication, []).append(
            value if top is None or _adds(Name(*name)) else (top, bottom)
        )
    found = {name: _sums(name, parts) for name, parts in sums.items()}
    from_buckets = quantiles(run, _USUAL_PERCENTS, _buckets(run, groups), period)
    found |= {name: from_buckets[name] for name in found if name in from_buckets}
    return {name: values for name, values in found.items() if values}


def _adds(name: Name) -> bool:
    """Return whether values of groups add up to that of all of them."""
    measure = measure_of(*name.parts)
    return measure is not None and measure.adds


def _sums(name: Name, parts: dict[int, list[Any]]) -> dict[int, float]:
    """Return a measure of groups together, by replication; nothing where none is."""
    if name.measure == "met":
        return {}
    if _adds(name):
        return {number: float(sum(values)) for number, values in parts.items()}
    found = {}
    for number, values in parts.items():
        pairs = [value for value in values if isinstance(value, tuple)]
        if pairs:
            found[number] = sum(top for top, _ in pairs) / sum(low for _, low in pairs)
        elif name.measure == "target":
            found[number] = values[0]
    return found


def _buckets(run: Run, groups: Sequence[str]) -> Sequence[str]:
    """Return the groups as the table of buckets has them, which lacks everybody."""
    labels = run.labels
    if tuple(groups) == ("all",) and len(labels.groups) > 1:
        return labels.group_names[1:]
    return groups


def by_subject(names: Iterable[Name]) -> list[Name]:
    """Order names by subject; each subject's measures keep their order.

    Parameters
    ----------
    names : iterable of Name
        May hold a name twice.
    """
    names = list(dict.fromkeys(names))
    first = {(name.kind, name.subject): 0 for name in names}
    places = {subject: place for place, subject in enumerate(first)}
    return sorted(names, key=lambda name: places[name.kind, name.subject])


def _check_period(value: str, known: tuple[str, ...]) -> None:
    """Refuse a period that a run does not have."""
    if value not in known:
        shown = ", ".join(f"'{name}'" for name in known[:8])
        more = ", ..." if len(known) > 8 else ""
        raise ResultError(f"there is no period '{value}' in this run: {shown}{more}")


_COLUMNS = ("kind", "subject", "measure", "statistic", "replication", "value")
_USUAL_PERCENTS = (50, 90, 95)
