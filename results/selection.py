"""The values of measures for one group and period, by name and replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.errors import ResultError
from results.naming import Name

if TYPE_CHECKING:
    from results.run import Run

Figures = dict[Name, dict[int, float]]
"""For each measure, its value in each replication that has one."""


def figures(run: Run, group: str = "all", period: str = "whole") -> Figures:
    """Return all values of a run for one group and period.

    Parameters
    ----------
    run : Run
    group : str
        A recorded group, or `all`.
    period : str
        A month such as `2022-04`, or `whole`.

    Raises
    ------
    ResultError
        If the run has no such group or period.
    """
    _check("group", group, run.labels.group_names)
    _check("period", period, run.labels.period_names)
    columns = rows(run.measures, group=group, period=period).to_pydict()
    names = ("kind", "subject", "measure", "statistic", "replication", "value")
    result: Figures = {}
    for *name, replication, value in zip(*map(columns.get, names), strict=True):
        result.setdefault(Name(*name), {})[replication] = value
    return result


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
        keep &= is_value(table, column, value)
    return table.filter(pa.array(keep))


def is_value(table: pa.Table, column: str, value: str) -> NDArray[np.bool_]:
    """Return in which rows a text column has a value.

    Parameters
    ----------
    table : pyarrow.Table
    column : str
    value : str

    Returns
    -------
    ndarray of bool, shape (rows,)
    """
    chunks = [_is(chunk, value) for chunk in table.column(column).chunks]
    return np.concatenate([np.zeros(0, dtype=np.bool_), *chunks])


def _is(chunk: pa.Array[Any], value: str) -> NDArray[np.bool_]:
    """Return where a column has a value, without spelling every row out."""
    if not isinstance(chunk, pa.DictionaryArray):
        raise TypeError(f"a column of {chunk.type} holds no texts")
    place = chunk.dictionary.index(value).as_py()
    codes = chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes == (-2 if place < 0 else place))


def _check(what: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a group or period that a run does not have."""
    if value not in known:
        shown = ", ".join(f"'{name}'" for name in known[:8])
        more = ", ..." if len(known) > 8 else ""
        raise ResultError(f"there is no {what} '{value}' in this run: {shown}{more}")
