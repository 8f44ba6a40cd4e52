"""The measures of services and pathways, computed from tallies of visits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np

from kernels import tallies as t
from kernels.buckets import H_IN_LINE, H_STARTED
from kernels.layout import DAY
from kernels.tallies import Integers
from results.layout.labels import Labels
from results.measures.blocks import (
    Block,
    Values,
    balance,
    everybody,
    mean_time,
    number,
    quantile,
    ratio,
    restricted,
    taken,
)
from results.measures.cells import Cells, Floats, time_days
from results.measures.money import OF_SERVICES, service_blocks
from results.measures.naming import MEASURES
from results.measures.waits import PERCENTS, Distributions, Subjects, alone


def _used(c: Cells) -> Integers:
    """Return how many slots were taken, by those who came and those who did not."""
    return np.asarray(c.counts[t.STARTED] + c.counts[t.ABSENT_N])


def _decided(c: Cells) -> Integers:
    """Return how many waits were decided."""
    return np.asarray(_used(c) + c.counts[t.LEFT_N] + c.counts[t.TURNED_N])


def _mean_in(c: Cells, column: int) -> Values:
    """Return an average over time."""
    return ratio(c.counts[column] / DAY, c.days)


VISITS: dict[tuple[str, str], Callable[[Cells], Values]] = {
    ("arrivals", "number"): lambda c: number(c.counts[t.JOINED]),
    ("arrivals", "per day"): lambda c: ratio(c.counts[t.JOINED], c.days),
    ("starts", "number"): lambda c: number(c.counts[t.STARTED]),
    ("completions", "number"): lambda c: number(c.counts[t.COMPLETED_N]),
    ("left unseen", "number"): lambda c: number(c.counts[t.LEFT_N]),
    ("left unseen", "share"): lambda c: ratio(c.counts[t.LEFT_N], _decided(c)),
    ("turned away", "number"): lambda c: number(c.counts[t.TURNED_N]),
    ("turned away", "share"): lambda c: ratio(c.counts[t.TURNED_N], c.counts[t.JOINED]),
    ("did not attend", "number"): lambda c: number(c.counts[t.ABSENT_N]),
    ("did not attend", "share"): lambda c: ratio(c.counts[t.ABSENT_N], _used(c)),
    ("handed back", "number"): lambda c: number(c.counts[t.BACK_N]),
    ("wait", "mean"): lambda c: mean_time(c.counts, t.WAIT_DAYS, c.counts[t.STARTED]),
    ("wait", "share above zero"): lambda c: ratio(
        c.counts[t.WAITED], c.counts[t.STARTED]
    ),
    ("wait before leaving", "mean"): lambda c: mean_time(
        c.counts, t.LEFT_DAYS, c.counts[t.LEFT_N]
    ),
    ("list at the end", "number"): lambda c: number(c.ends[t.E_IN_LINE]),
    ("age of the list", "mean"): lambda c: mean_time(
        c.ends, t.E_AGE_DAYS, c.ends[t.E_IN_LINE]
    ),
    ("in line", "mean"): lambda c: _mean_in(c, t.IN_LINE),
    ("in use", "mean"): lambda c: _mean_in(c, t.IN_USE),
    ("in use at the end", "number"): lambda c: number(c.ends[t.E_IN_USE]),
    ("length of stay", "mean"): lambda c: ratio(
        time_days(c.counts[t.STAY_DAYS], c.counts[t.STAY_REST])
        + time_days(c.counts[t.KEPT_DAYS], c.counts[t.KEPT_REST]),
        c.counts[t.COMPLETED_N] + c.counts[t.BACK_N],
    ),
    ("delayed", "mean"): lambda c: _mean_in(c, t.DELAYED),
    ("delayed", "total"): lambda c: number(c.counts[t.DELAYED] / DAY),
    ("blocked", "mean"): lambda c: _mean_in(c, t.BLOCKED_TIME),
    ("blocked", "total"): lambda c: number(c.counts[t.BLOCKED_TIME] / DAY),
    ("helped elsewhere", "number"): lambda c: number(c.counts[t.HELPED_N]),
    ("helped elsewhere", "mean"): lambda c: _mean_in(c, t.HELPED),
    ("helped elsewhere", "total"): lambda c: number(c.counts[t.HELPED] / DAY),
    ("moved back", "number"): lambda c: number(c.counts[t.RETURNED_N]),
}
"""Measures of visits, by service or pathway."""

QUANTILES = {"wait": H_STARTED, "age of the list": H_IN_LINE}
"""Measures with quantiles, and the distributions they come from."""

_ONLY = {
    "handed back": ("staff",),
    "capacity": ("staff", "beds", "caseload"),
    "utilisation": ("staff",),
    "occupancy": ("beds", "caseload"),
    "slots": ("slots",),
    "blocked": ("staff", "beds", "caseload"),
}
"""Measures that only some kinds of service have."""


def visit_blocks(
    c: Cells, d: Distributions, wanted: Collection[tuple[str, str]] | None = None
) -> Iterator[Block]:
    """Yield the measures of services, pathways and blocks, in the order of `MEASURES`.

    Parameters
    ----------
    c : Cells
    d : Distributions
    wanted : collection of (str, str), optional
        Measure and statistic; all others that are not split are left out.

    Yields
    ------
    Block
    """
    names = [service.name for service in c.labels.services]
    n = len(names)
    subjects = [*names, *c.labels.pathways]
    blocks, row_of = c.labels.blocks, {name: row for row, name in enumerate(names)}
    parts = tuple(tuple(row_of[name] for name in block.services) for block in blocks)
    together = _together(c, parts) if blocks else c
    for measure in MEASURES:
        name, statistic = measure.name, measure.statistic
        if "service" not in measure.kinds:
            continue
        if name in OF_SERVICES:
            yield from service_blocks(c, name, by_budget=bool(measure.split_by))
            continue
        if measure.split_by:
            yield from _split(c, name)
            continue
        if wanted is not None and (name, statistic) not in wanted:
            continue
        values = _values(c, d, name, statistic, alone(len(subjects)))
        rows = _rows_with(c.labels, name)
        chosen = [names[row] for row in rows]
        yield Block("service", chosen, name, statistic, taken(values, rows))
        if "pathway" in measure.kinds and c.labels.pathways:
            rows = list(range(n, len(subjects)))
            chosen = subjects[n:]
            yield Block("pathway", chosen, name, statistic, taken(values, rows))
        if blocks and "block" in measure.kinds:
            having = {names[row] for row in _rows_with(c.labels, name)}
            rows = [r for r, b in enumerate(blocks) if having.intersection(b.services)]
            values = _values(together, d, name, statistic, parts)
            chosen = [blocks[row].name for row in rows]
            yield Block("block", chosen, name, statistic, taken(values, rows))


def _values(
    c: Cells, d: Distributions, name: str, statistic: str, subjects: Subjects
) -> Values:
    """Return one measure of all services and pathways, or of all blocks."""
    if statistic in PERCENTS:
        return quantile(d, QUANTILES[name], subjects, statistic)
    if (name, statistic) in VISITS:
        return VISITS[name, statistic](c)
    return _OF_SERVICES[name, statistic](c)


def _together(c: Cells, parts: Subjects) -> Cells:
    """Return the tallies of services that are taken together."""
    each = [list(rows) for rows in parts]
    offered = [c.offered[rows] for rows in each]
    return c._replace(
        counts=np.stack([c.counts[:, rows].sum(axis=1) for rows in each], axis=1),
        ends=np.stack([c.ends[:, rows].sum(axis=1) for rows in each], axis=1),
        at_start=np.array([c.at_start[rows].sum() for rows in each]),
        # -1: unlimited in one place, and so altogether.
        offered=np.stack([np.where(o.min() < 0, -1, o.sum(axis=0)) for o in offered]),
    )


def _capacity(c: Cells) -> Values:
    """Return the units open on average; everybody only."""
    mean = ratio(c.offered, c.days)
    return restricted(mean, everybody(c) & (c.offered >= 0))


def _busy(c: Cells) -> Values:
    """Return unit-time taken ÷ unit-time open; everybody only."""
    taken = c.counts[t.IN_USE, : len(c.offered)] / DAY
    busy = ratio(taken, c.offered)
    return restricted(busy, everybody(c))


def _offered(c: Cells) -> Values:
    """Return how many slots there were; everybody only."""
    return Values(c.offered, keep=everybody(c) & (c.offered >= 0))


def _slots_used(c: Cells) -> Values:
    """Return the share of slots taken; everybody only."""
    share = ratio(_used(c)[: len(c.offered)], c.offered)
    return restricted(share, everybody(c))


def _of_machines(c: Cells, column: int) -> Floats:
    """Return what is counted of machines, by service; 0 where there are none."""
    found = np.zeros((len(c.labels.services), 1, len(c.days)))
    first = c.spells.shape[1] - len(c.labels.machines)
    names = [service.name for service in c.labels.services]
    for row, (name, _) in enumerate(c.labels.machines, first):
        found[names.index(name)] = c.spells[column, row]
    return found


def _down(c: Cells) -> Values:
    """Return the share of time for which machines were down; everybody only."""
    machines = dict(c.labels.machines)
    there = [machines.get(service.name, 0) for service in c.labels.services]
    time = np.array(there)[:, np.newaxis, np.newaxis] * c.days
    down = ratio(_of_machines(c, t.SPELL_TIME) / DAY, time)
    return restricted(down, everybody(c))


def _breakdowns(c: Cells) -> Values:
    """Return how often machines broke down; everybody only."""
    return restricted(number(_of_machines(c, t.SPELL_OPENED)), everybody(c))


def _balance(c: Cells) -> Values:
    """Return visits that are not accounted for."""
    there = (c.ends[t.E_IN_LINE] + c.ends[t.E_CALLED])[:, 0, :-1]
    gone = c.counts[[t.COMPLETED_N, t.LEFT_N, t.TURNED_N, t.ABSENT_N], :, 0, :-1]
    came = c.counts[t.JOINED, :, 0, :-1]
    return balance(c, c.at_start, came - gone.sum(axis=0), there)


_OF_SERVICES: dict[tuple[str, str], Callable[[Cells], Values]] = {
    ("capacity", "mean"): _capacity,
    ("utilisation", "of rostered time"): _busy,
    ("occupancy", "mean"): _busy,
    ("slots", "offered"): _offered,
    ("slots", "share used"): _slots_used,
    ("breakdowns", "number"): _breakdowns,
    ("down", "share of time"): _down,
    ("balance", "number"): _balance,
}


def _rows_with(labels: Labels, name: str) -> list[int]:
    """Return the services that have a measure."""
    kinds = _ONLY.get(name)
    having = _HAVING.get(name)
    owners = having(labels) if having else {s.name for s in labels.services}
    return [
        row
        for row, service in enumerate(labels.services)
        if service.name in owners and (kinds is None or service.kind in kinds)
    ]


_HAVING: dict[str, Callable[[Labels], set[str]]] = {
    "left unseen": lambda labels: {service for service, _ in labels.leaving},
    "wait before leaving": lambda labels: {service for service, _ in labels.leaving},
    "turned away": lambda labels: {service for service, _ in labels.rules},
    "blocked": lambda labels: (
        {s.name for s in labels.services} if labels.blocking else set()
    ),
    "helped elsewhere": lambda labels: set(labels.helped),
    "did not attend": lambda labels: {
        *(s.name for s in labels.services if s.kind == "slots"),
        *labels.missed,
    },
    "breakdowns": lambda labels: {service for service, _ in labels.machines},
    "down": lambda labels: {service for service, _ in labels.machines},
    "moved back": lambda labels: set(labels.moving_back),
}
"""Measures that a service only has where something of the kind is written."""


def _split(c: Cells, name: str) -> Iterator[Block]:
    """Yield a measure by waiting event or rule."""
    if name == "blocked":
        yield from _waiting_for(c)
        return
    waits, leaving = c.labels.waits, c.labels.leaving
    keys, table = (waits, c.left_by[0])
    named = leaving
    if name == "turned away":
        keys, table = c.labels.rules, c.turned_by[0]
        named = keys
    elif name == "changed priority":
        named = tuple(wait for wait in waits if wait not in leaving)
    for service, cause in dict.fromkeys(named):
        rows = [row for row, key in enumerate(keys) if key == (service, cause)]
        total = table[rows].sum(axis=0, keepdims=True)
        yield Block("service", [service], f"{name} ({cause})", "number", number(total))


def _waiting_for(c: Cells) -> Iterator[Block]:
    """Yield for how long units were kept, by the service that was waited for."""
    names = [service.name for service in c.labels.services]
    for row, column in np.argwhere(c.blocked.any(axis=(2, 3))).tolist():
        days = c.blocked[row, column][np.newaxis]
        measure = f"blocked ({names[column]})"
        keep = everybody(c)
        yield Block("service", [names[row]], measure, "total", Values(days, keep=keep))
