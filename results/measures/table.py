"""Every measure of a replication, computed from its tallies, as a table.

What each is, and to which month it belongs, stands in docs/background/measures.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kernels.layout import DAY
from kernels.tallies import SPELL_OPENED, SPELL_TIME, Integers, Tallies
from results.layout.columns import schema, text_column
from results.layout.labels import Labels, state_names
from results.measures.blocks import Block, Values, balance, everybody, number
from results.measures.cells import Booleans, Cells, cells
from results.measures.clocks import clock_blocks
from results.measures.money import budget_blocks, standard_block
from results.measures.naming import MEASURES, MODEL, Name, measure_of
from results.measures.services import visit_blocks
from results.measures.standards import standard_blocks
from results.measures.waits import Distributions

KINDS = frozenset(kind for measure in MEASURES for kind in measure.kinds)
"""Of subjects of measures."""


def blocks(
    labels: Labels, tallies: Tallies, wanted: Collection[Name] | None = None
) -> Iterator[Block]:
    """Yield every measure of a replication, in the order of `naming.MEASURES`.

    Parameters
    ----------
    labels : Labels
    tallies : Tallies
    wanted : collection of Name, optional
        Then others may be left out.

    Yields
    ------
    Block
    """
    kinds = set(KINDS if wanted is None else (name.kind for name in wanted))
    of_visits = None
    if wanted is not None:
        of_visits = {(name.measure, name.statistic) for name in wanted}
    c, d = cells(labels, tallies), Distributions(tallies)
    if kinds & {"service", "pathway", "block"}:
        yield from visit_blocks(c, d, of_visits)
    if "stream" in kinds:
        yield Block("stream", labels.streams, "entered", "number", number(c.entered[0]))
    if "clock" in kinds:
        yield from clock_blocks(c, d)
    if "standard" in kinds:
        yield from standard_blocks(c, d)
        yield standard_block(c)
    if kinds & {"escalation", "state"}:
        yield from _escalation(c)
    if "budget" in kinds:
        yield from budget_blocks(c)
    if MODEL in kinds:
        yield from _model(c)


def by_period(
    labels: Labels, tallies: Tallies, wanted: Collection[Name]
) -> dict[Name, dict[str, float]]:
    """Return some measures of a replication for everybody, by period.

    Parameters
    ----------
    labels : Labels
    tallies : Tallies
    wanted : collection of Name

    Returns
    -------
    dict
        Values by the names of periods; none where there is no such value.
    """
    periods = labels.period_names
    found: dict[Name, dict[str, float]] = {name: {} for name in wanted}
    for block in blocks(labels, tallies, wanted):
        for row, subject in enumerate(block.subjects):
            name = Name(block.kind, subject, block.measure, block.statistic)
            if name in found:
                value, keep = _everybody_of(block.values, row, len(periods))
                pairs = zip(periods, value, keep, strict=True)
                found[name] = {p: float(x) for p, x, is_there in pairs if is_there}
    return found


def _everybody_of(
    values: Values, row: int, periods: int
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return a row's values for everybody, and where there are some, shape (P,)."""
    keep = np.ones((1, 1, 1), np.bool_) if values.keep is None else values.keep
    here, there = (
        np.broadcast_to(part[row if part.shape[0] > 1 else 0, 0], (periods,))
        for part in (values.value, keep)
    )
    return here, there


def _escalation(c: Cells) -> Iterator[Block]:
    """Yield the measures of rules of escalation, and of the states they make."""
    rules, keep = [rule.name for rule in c.labels.escalations], everybody(c)
    share = c.spells[SPELL_TIME] / DAY / c.days
    values = Values(share[: len(rules)], keep=keep)
    yield Block("escalation", rules, "open", "share of time", values)
    values = Values(c.spells[SPELL_OPENED, : len(rules)], keep=keep)
    yield Block("escalation", rules, "opened", "number", values)
    names = state_names(c.labels.states)
    values = Values(share[len(rules) : len(rules) + len(names)], keep=keep)
    yield Block("state", names, "held", "share of time", values)


def _model(c: Cells) -> Iterator[Block]:
    """Yield the measures of the whole model."""
    entered = c.entered[0].sum(axis=0, keepdims=True)
    gone = c.gone[0].sum(axis=0, keepdims=True)
    there = c.there[0]
    before = np.column_stack((c.found, there[0, :, :-2], c.found))[np.newaxis]
    rows = [("patients there at the start", before)]
    rows += [("patients entered", entered), ("patients gone", gone)]
    for row, ending in enumerate(c.labels.endings):
        rows.append((f"patients gone ({ending})", c.gone[0][row : row + 1]))
    rows.append(("patients there at the end", there))
    for measure, count in rows:
        yield Block(MODEL, [MODEL], measure, "number", number(count))
    flow = (entered - gone)[:, 0, :-1]
    gap = balance(c, c.found[:1], flow, there[:, 0, :-1])
    yield Block(MODEL, [MODEL], "balance of patients", "number", gap)


Shown = dict[tuple[str, str], Booleans]
"""By kind and subject: which groups have rows, shape (G,)."""


def shown(labels: Labels, replications: Sequence[Tallies]) -> Shown:
    """Return which groups of which subjects have rows in the table of measures.

    Everybody always has; a recorded group where anything happened to it at that
    subject in any replication of the run.

    Parameters
    ----------
    labels : Labels
    replications : sequence of Tallies

    Returns
    -------
    dict
    """
    names = [service.name for service in labels.services]
    marked: Shown = {}
    for kind, subjects, fields in (
        ("service", names, ("counts", "ends")),
        ("pathway", labels.pathways, ("counts", "ends")),
        ("clock", labels.clocks, ("clocks",)),
        ("standard", [s.name for s in labels.standards], ("standards",)),
        ("stream", labels.streams, ("entered",)),
    ):
        first = len(names) if kind == "pathway" else 0
        active = sum(_active(tallies, f) for tallies in replications for f in fields)
        for row, subject in enumerate(subjects, first):
            marked[kind, subject] = _with_all(np.asarray(active)[row] > 0)
    for block in labels.blocks:
        parts = [marked["service", name] for name in block.services]
        marked["block", block.name] = np.logical_or.reduce(parts)
    return marked


def seen_too(
    labels: Labels, marked: Shown, seen: Collection[tuple[str, str, str]]
) -> Shown:
    """Return `shown` with what is known to have rows from elsewhere.

    Parameters
    ----------
    labels : Labels
    marked : dict
        Groups that have rows.
    seen : collection of (str, str, str)
        Kind, subject and group.
    """
    names = labels.group_names
    return {
        (kind, subject): groups | [(kind, subject, name) in seen for name in names]
        for (kind, subject), groups in marked.items()
    }


def _active(tallies: Tallies, field: str) -> Integers:
    """Return whether anything happened, shape (subjects, R)."""
    table: Integers = getattr(tallies, field)
    happened = (table != 0).any(axis=0)
    if happened.ndim > 2:
        happened = happened.any(axis=2)
    return np.asarray(happened, dtype=np.int64)


def _with_all(groups: Booleans) -> Booleans:
    """Put everybody before the groups."""
    return groups | True if len(groups) == 1 else np.append(True, groups)


def measures_table(
    labels: Labels, replication: int, tallies: Tallies, rows: Shown
) -> pa.Table:
    """Return every measure of one replication.

    Parameters
    ----------
    labels : Labels
    replication : int
    tallies : Tallies
    rows : dict
        `shown` of all replications of the run.

    Returns
    -------
    pyarrow.Table
        `columns.LAYOUTS["measures"]`.
    """
    names: list[_Named] = []
    columns = _Columns(*([] for _ in _Columns._fields))
    # Of a block only its rows are kept: its values would fill the memory twice.
    for block in blocks(labels, tallies):
        names.append(_Named(*block[:4]))
        for column, part in zip(columns, _rows(block, labels, rows), strict=True):
            column.append(part)
    return _table(labels, replication, names, columns)


class _Named(NamedTuple):
    """What a block is called."""

    kind: str
    subjects: Sequence[str]
    measure: str
    statistic: str


class _Columns(NamedTuple):
    """The rows of all blocks: of each block a part of every column."""

    subject: list[NDArray[Any]]
    """Its place among the subjects of the block."""
    group: list[NDArray[Any]]
    period: list[NDArray[Any]]
    value: list[NDArray[Any]]
    numerator: list[NDArray[Any]]
    denominator: list[NDArray[Any]]


def _rows(block: Block, labels: Labels, shown_rows: Shown) -> list[NDArray[Any]]:
    """Return the rows of a block, column by column; NaN stands for an empty cell."""
    groups, periods = len(labels.group_names), len(labels.period_names)
    shape = len(block.subjects), groups, periods
    keep = np.ones(shape, dtype=np.bool_)
    for row, subject in enumerate(block.subjects):
        some = shown_rows.get((block.kind, subject))
        if some is not None:
            keep[row] = some[:, np.newaxis]
    values = block.values
    if values.keep is not None:
        keep &= values.keep
    columns: list[NDArray[Any]] = [x.astype(np.int32) for x in np.nonzero(keep)]
    for part in (values.value, values.numerator, values.denominator):
        if part is None:
            columns.append(np.full(len(columns[0]), np.nan))
            continue
        full = part if part.shape == shape else np.broadcast_to(part, shape)
        columns.append(full[keep].astype(np.float64))
    return columns


def _table(
    labels: Labels, replication: int, names: list[_Named], parts: _Columns
) -> pa.Table:
    """Put the rows of all blocks into one table; they are used up."""
    counts = [len(part) for part in parts.value]
    block = np.repeat(np.arange(len(names), dtype=np.int32), counts)
    sizes = [len(name.subjects) for name in names]
    heads = np.cumsum([0, *sizes], dtype=np.int32)[:-1]
    subjects = [subject for name in names for subject in name.subjects]
    units = [_unit(name) for name in names]

    def joined(column: list[NDArray[Any]]) -> NDArray[Any]:
        whole = np.concatenate(column)
        column.clear()
        return whole

    def of_block(values: list[str]) -> pa.DictionaryArray[Any, Any]:
        return text_column(block, values)

    columns = [
        pa.array(np.full(len(block), replication, np.int32)),
        text_column(joined(parts.period), labels.period_names),
        of_block([name.kind for name in names]),
        text_column(joined(parts.subject) + heads[block], subjects),
        text_column(joined(parts.group), labels.group_names),
        of_block([name.measure for name in names]),
        of_block([name.statistic for name in names]),
        pa.array(joined(parts.value)),
        of_block(units),
        *(
            pa.array(x, mask=np.isnan(x))
            for x in map(joined, (parts.numerator, parts.denominator))
        ),
    ]
    return pa.Table.from_arrays(columns, schema=schema("measures"))


def _unit(name: _Named) -> str:
    """Return the unit of a block's values."""
    measure = measure_of(name.kind, name.measure, name.statistic)
    if measure is None:
        raise LookupError(f"no measure {name.kind} {name.measure} {name.statistic}")
    return measure.unit
