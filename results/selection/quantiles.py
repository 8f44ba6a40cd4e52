"""Any quantile of waits and times, for any groups together, from the table of buckets.

The same as `results.measures.waits` works out from tallies: the p-quantile of n waits
is the time below which p x n of them lie, on a straight line inside its bucket.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.layout.columns import text_column
from results.measures.naming import Name, ordinal
from results.selection.text_columns import coded, is_one_of

if TYPE_CHECKING:
    from results.layout.labels import Labels
    from results.run import Run
    from results.selection.figures import Figures

MEASURES = {
    "started": "wait",
    "in line": "age of the list",
    "clock stopped": "time",
    "clock running": "time so far",
}
"""What the distributions of the table are called as measures."""
_AT_THE_END = ("in line", "clock running")
_CELL = ("wait", "kind", "subject", "replication", "lower", "upper")
_ASKED = re.compile(r", (\d{1,2})(?:st|nd|rd|th) percentile$")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def asked_percents(texts: Iterable[str]) -> tuple[int, ...]:
    """Return the percentiles that names of measures ask for, the median left out.

    Parameters
    ----------
    texts : iterable of str
        `clinic: wait, 85th percentile`, ...
    """
    found = (_ASKED.search(text) for text in texts)
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def quantiles(
    run: Run, percents: Sequence[int], groups: Sequence[str], period: str
) -> Figures:
    """Return quantiles of all waits and times.

    Parameters
    ----------
    run : Run
    percents : sequence of int
        1 to 99.
    groups : sequence of str
        Recorded groups, taken together; all of them for everybody.
    period : str
        A month, or `whole`.

    Returns
    -------
    dict
        By name and replication; nothing where nobody is counted.
    """
    table = _summed(_with_blocks(run.labels, _chosen(run, groups, period)), _CELL)
    columns = ("wait", "kind", "subject")
    codes = [coded(table.column(name)) for name in columns]
    replication = table["replication"].to_numpy()
    keys = [code for code, _ in codes] + [replication]
    order = np.lexsort((table["upper"].to_numpy(), table["lower"].to_numpy(), *keys))
    cells = np.column_stack(keys)[order]
    lower, upper, count = (
        table[name].to_numpy()[order] for name in ("lower", "upper", "count")
    )
    found: Figures = {}
    heads = np.flatnonzero(np.r_[True, (np.diff(cells, axis=0) != 0).any(axis=1)])
    for low, high in zip(heads, [*heads[1:], len(cells)], strict=True):
        if low == high:
            continue
        wait, kind, subject = (
            names[code] for code, (_, names) in zip(cells[low], codes, strict=False)
        )
        part = slice(low, high)
        for percent in _of(run.labels, wait, subject, percents):
            value = _quantile(lower[part], upper[part], count[part], percent)
            name = _named(wait, kind, subject, percent)
            found.setdefault(name, {})[int(cells[low][-1])] = value
    return found


def _of_whole(run: Run) -> pa.Table:
    """Return the buckets of the whole period, its months added up, in any order.

    What is counted at a month's end is that at the end of the last.
    """
    return pa.concat_tables(
        [_of_replication(run.labels, waits) for waits in run.waits_by_replication()]
    )


def _of_replication(labels: Labels, waits: pa.Table) -> pa.Table:
    """Return the buckets of the whole period of one replication."""
    at_end = is_one_of(waits.column("wait"), _AT_THE_END)
    last = is_one_of(waits.column("period"), [labels.period_names[-2]])
    return _summed(waits.filter(pa.array(~at_end | last)), ("group", *_CELL))


def _chosen(run: Run, groups: Sequence[str], period: str) -> pa.Table:
    """Return the rows of some groups in a period."""
    if period == "whole":
        table = run.once("waits of the whole", _of_whole)
    else:
        table = run.waits
        table = table.filter(pa.array(is_one_of(table.column("period"), [period])))
    return table.filter(pa.array(is_one_of(table.column("group"), groups)))


def _summed(table: pa.Table, by: Sequence[str]) -> pa.Table:
    """Return the buckets of a table, numbers added up where all else is the same."""
    sums = table.unify_dictionaries().group_by(list(by)).aggregate([("count", "sum")])
    return sums.rename_columns([*by, "count"])


def _with_blocks(labels: Labels, table: pa.Table) -> pa.Table:
    """Return rows together with those of the blocks that services belong to."""
    if not labels.blocks:
        return table
    block_of = labels.block_of
    is_service = is_one_of(table.column("kind"), ["service"])
    own = table.filter(
        pa.array(is_service & is_one_of(table.column("subject"), list(block_of)))
    )
    codes, names = coded(own.column("subject"))
    blocks = [block_of.get(name, name) for name in names]
    for name, column in (
        ("kind", text_column(np.zeros(own.num_rows, np.int32), ["block"])),
        ("subject", text_column(codes, blocks)),
    ):
        own = own.set_column(own.schema.get_field_index(name), name, column)
    return pa.concat_tables([table, own.cast(table.schema)])


def _of(
    labels: Labels, wait: str, subject: str, percents: Sequence[int]
) -> Sequence[int]:
    """Return which percentiles there are: of a standard, that which it promises."""
    if wait in MEASURES:
        return percents
    return [
        standard.percentile
        for standard in labels.standards
        if standard.name == subject and standard.percentile is not None
    ]


def _named(wait: str, kind: str, subject: str, percent: int) -> Name:
    """Return the name of a quantile."""
    if wait not in MEASURES:
        return Name(kind, subject, "achieved", "percentile")
    return Name(kind, subject, MEASURES[wait], ordinal(percent))


def _quantile(lower: Floats, upper: Floats, count: Integers, percent: int) -> float:
    """Return the time below which so many per cent lie."""
    upto = np.cumsum(count)
    target = percent * int(upto[-1])
    at = int(np.argmax(100 * upto >= target))
    here = int(count[at])
    inside = (target - 100 * (int(upto[at]) - here)) / (100 * here)
    return float(lower[at] + (upper[at] - lower[at]) * inside)
