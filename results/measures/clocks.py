"""The measures of clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kernels import tallies as t
from kernels.buckets import H_RUNNING, H_STOPPED
from results.measures.blocks import (
    Block,
    Values,
    mean_time,
    number,
    quantile,
    taken,
)
from results.measures.cells import Cells
from results.measures.naming import MEASURES
from results.measures.waits import PERCENTS, Distributions, alone

CLOCKS: dict[tuple[str, str], Callable[[Cells], Values]] = {
    ("started", "number"): lambda c: number(c.clocks[t.C_STARTED]),
    ("stopped", "number"): lambda c: number(c.clocks[t.C_STOPPED]),
    ("time", "mean"): lambda c: mean_time(c.clocks, t.C_DAYS, c.clocks[t.C_STOPPED]),
    ("running at the end", "number"): lambda c: number(c.clocks[t.C_RUNNING]),
    ("time so far", "mean"): lambda c: mean_time(
        c.clocks, t.C_AGE_DAYS, c.clocks[t.C_RUNNING]
    ),
}
"""Measures of clocks."""

PAUSES: dict[tuple[str, str], Callable[[Cells], Values]] = {
    ("time paused", "mean"): lambda c: mean_time(
        c.clocks, t.C_STOOD_DAYS, c.clocks[t.C_STOPPED]
    ),
    ("paused at the end", "number"): lambda c: number(c.clocks[t.C_PAUSED]),
}
"""Measures that only clocks have that may pause."""

QUANTILES = {"time": H_STOPPED, "time so far": H_RUNNING}
"""Measures with quantiles, and the distributions they come from."""


def clock_blocks(c: Cells, d: Distributions) -> Iterator[Block]:
    """Yield the measures of clocks, in the order of `MEASURES`.

    Parameters
    ----------
    c : Cells
    d : Distributions

    Yields
    ------
    Block
    """
    names = c.labels.clocks
    for measure in MEASURES:
        if measure.kinds != ("clock",):
            continue
        name, statistic = measure.name, measure.statistic
        if (name, statistic) in PAUSES:
            yield from _pauses(c, name, statistic)
            continue
        if statistic in PERCENTS:
            values = quantile(d, QUANTILES[name], alone(len(names)), statistic)
        else:
            values = CLOCKS[name, statistic](c)
        yield Block("clock", names, name, statistic, values)


def _pauses(c: Cells, name: str, statistic: str) -> Iterator[Block]:
    """Yield a measure of those clocks that may pause."""
    values = PAUSES[name, statistic](c)
    rows = [c.labels.clocks.index(clock) for clock in c.labels.pausing]
    if rows:
        yield Block("clock", c.labels.pausing, name, statistic, taken(values, rows))
