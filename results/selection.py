"""The values of measures for some people and a period, by name and replication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.errors import ResultError
from results.naming import Name, measure_of
from results.people import members

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
        found = _plain(rows(run.measures, group=chosen[0], period=period))
    else:
        found = _together(run, chosen, period)
    if percents:
        from results.quantiles import quantiles  # noqa: PLC0415 (it imports this)

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


def coded(column: pa.ChunkedArray[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """Return a text column as numbers, and what they stand for.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        By dictionary.
    """
    texts: dict[str, int] = {}
    parts = [np.zeros(0, dtype=np.int64)]
    for chunk in column.chunks:
        if not isinstance(chunk, pa.DictionaryArray):
            raise TypeError(f"a column of {chunk.type} holds no texts")
        spelled = [str(text) for text in chunk.dictionary.to_pylist()]
        known = [texts.setdefault(text, len(texts)) for text in spelled]
        codes = chunk.indices.to_numpy(zero_copy_only=False)
        parts.append(np.array(known, dtype=np.int64)[codes])
    return np.concatenate(parts), list(texts)


def _together(run: Run, groups: Sequence[str], period: str) -> Figures:
    """Return the values of several recorded groups together.

    Numbers add up, ratios and means are taken of the added numerators and denominators,
    quantiles of the added buckets. Whether a standard's target was reached in a month
    is no sum, and is left out.
    """
    from results.quantiles import quantiles  # noqa: PLC0415 (it imports this module)

    table = rows(run.measures, period=period)
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


def rows(table: pa.Table, **conditions: str) -> pa.Table:
    """Return the rows in which text columns have given values.

    Parameters
    ----------
    table : pyarrow.Table
    **conditions : str
        The value wanted in the column of that name.
    """
    keep = np.ones(table.num_rows, dtype=np.bool_)
    for column, value in conditions.items():
        keep &= is_one_of(table.column(column), [value])
    return table.filter(pa.array(keep))


def is_one_of(column: pa.ChunkedArray[Any], values: Iterable[str]) -> NDArray[np.bool_]:
    """Return where a text column has one of some values.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        By dictionary, so that no row is spelled out.
    values : iterable of str
    """
    wanted = list(values)
    chunks = [_is(chunk, wanted) for chunk in column.chunks]
    return np.concatenate([np.zeros(0, dtype=np.bool_), *chunks])


def _is(chunk: pa.Array[Any], values: Sequence[str]) -> NDArray[np.bool_]:
    """Return where a column has one of some values."""
    if not isinstance(chunk, pa.DictionaryArray):
        raise TypeError(f"a column of {chunk.type} holds no texts")
    places = [chunk.dictionary.index(value).as_py() for value in values]
    known = np.zeros(len(chunk.dictionary) + 1, dtype=np.bool_)
    known[[place for place in places if place >= 0]] = True
    # An empty cell has the code -1, which is the last place and stays False.
    codes = chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(known[codes])


def _check_period(value: str, known: tuple[str, ...]) -> None:
    """Refuse a period that a run does not have."""
    if value not in known:
        shown = ", ".join(f"'{name}'" for name in known[:8])
        more = ", ..." if len(known) > 8 else ""
        raise ResultError(f"there is no period '{value}' in this run: {shown}{more}")


_COLUMNS = ("kind", "subject", "measure", "statistic", "replication", "value")
_USUAL_PERCENTS = (50, 90, 95)
