"""The measures of clocks and standards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kernels import tallies as t
from kernels.buckets import H_RUNNING, H_STOPPED
from kernels.tallies import Integers
from results.blocks import PERCENTS, Block, Values, mean_time, number, quantile, ratio
from results.cells import Booleans, Cells, Floats
from results.labels import Labels
from results.naming import MEASURES
from results.waits import Distributions

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
        if statistic in PERCENTS:
            values = quantile(d, QUANTILES[name], len(names), statistic)
        else:
            values = CLOCKS[name, statistic](c)
        yield Block("clock", names, name, statistic, values)


def standard_blocks(c: Cells) -> Iterator[Block]:
    """Yield the measures of standards.

    Parameters
    ----------
    c : Cells

    Yields
    ------
    Block
    """
    names = [standard.name for standard in c.labels.standards]
    counted, within = c.standards
    share, target = ratio(within, counted), _targets(c.labels)
    for measure, statistic, values in (
        ("counted", "number", number(counted)),
        ("within", "number", number(within)),
        ("within", "share", share),
        ("target", "share", Values(target, keep=~np.isnan(target))),
        ("met", "share of months", _met(share, target)),
    ):
        yield Block("standard", names, measure, statistic, values)


def _met(share: Values, target: Floats) -> Values:
    """Return in what share of months the target was reached."""
    some = np.asarray(share.denominator)[..., :-1] > 0
    reached = some & (share.value[..., :-1] >= target[..., :-1])
    return ratio(_with_whole(reached), _with_whole(some))


def _with_whole(months: Booleans) -> Integers:
    """Append how many months there were."""
    whole = months.sum(axis=2, keepdims=True)
    return np.concatenate((months.astype(np.int64), whole), axis=2)


def _targets(labels: Labels) -> Floats:
    """Return the share promised in each period; NaN for a whole that had several."""
    months = [
        [standard.target_at(edge) for edge in labels.months[:-1]]
        for standard in labels.standards
    ]
    table = np.array(months).reshape(len(labels.standards), len(labels.months) - 1)
    same = (table == table[:, :1]).all(axis=1)
    whole = np.where(same, table[:, 0], np.nan)
    return np.asarray(np.column_stack((table, whole))[:, np.newaxis])
