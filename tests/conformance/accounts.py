"""What a run reports of money and of clocks, added up again from its records.

Plain loops over visits, holds, spells and clocks, by the definitions of
docs/background/measures.md; nothing of the code that tallies is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kernels import layout, tallies
from kernels.layout import DAY, Model, Records, Table
from kernels.tallies import Tallies
from results.measures.blocks import Block
from results.measures.cells import Cells, cells
from results.measures.money import COST_OF, KINDS, budget_blocks, service_blocks
from scenarios.prices import monthly_prices, paid, rules_paid
from scenarios.scenario import Price, Scenario
from simulator.naming import labels

SLACK = 1e-9
"""Of a sum of pounds: they are added up in another order."""
Item = tuple[str, str, str]
"""Service, budget, and what it is paid for."""
Pounds = dict[tuple[Item, int, int], float]
"""By item, month and recorded group; -1: not shared out to groups."""


def check_accounts(
    scenario: Scenario, model: Model, records: Records, counted: Tallies
) -> None:
    """Check that sums of money and of clocks are those of the records.

    Parameters
    ----------
    scenario : Scenario
    model : Model
    records : Records
        All of a replication.
    counted : Tallies
        What was tallied of it.
    """
    check_costs(scenario, model, records, counted)
    check_clocks(model, records.clocks, counted)
    check_causes(model, records, counted)


# Money


def check_costs(
    scenario: Scenario, model: Model, records: Records, counted: Tallies
) -> None:
    """Check every cost of services and budgets, by kind, group and month."""
    pounds = dict(costs(scenario, model, records))
    items = {item for item, _, _ in pounds}
    shown = cells(labels(scenario, model), counted)
    spent = {block.measure: block for block in budget_blocks(shown)}
    assert_adds_up(spent)
    for kind in (None, *KINDS):
        own = {item for item in items if kind in (None, item[2])}
        name = "spending" if kind is None else f"spending ({kind})"
        check_block(model, spent[name], 1, own, pounds)
        name = "cost" if kind is None else f"cost of {kind}"
        services, *together = service_blocks(shown, name, by_budget=False)
        check_block(model, services, 0, own, pounds)
        for block in together:
            check_together(shown, services, block)
    check_by_budget(model, shown, items, pounds)
    assert {f"cost of {kind}" for kind in KINDS} == set(COST_OF)


def check_together(shown: Cells, services: Block, block: Block) -> None:
    """Check that what is one per place costs what its parts do."""
    rows = {name: row for row, name in enumerate(services.subjects)}
    values = services.values.value
    for label in shown.labels.blocks:
        parts = [rows[name] for name in label.services if name in rows]
        if label.name in block.subjects:
            found = block.values.value[block.subjects.index(label.name)]
            np.testing.assert_allclose(found, values[parts].sum(axis=0), rtol=1e-12)
        else:
            assert not parts


def check_by_budget(
    model: Model, shown: Cells, items: set[Item], pounds: Pounds
) -> None:
    """Check what each service costs each budget."""
    for block in service_blocks(shown, "cost", by_budget=True):
        budget = block.measure.removeprefix("cost (").removesuffix(")")
        own = {i for i in items if i[0] in block.subjects and i[1] == budget}
        check_block(model, block, 0, own, pounds)


def check_block(
    model: Model, block: Block, part: int, items: set[Item], pounds: Pounds
) -> None:
    """Check one measure; a subject is the service (0) or the budget (1) of an item."""
    months = len(model.months) - 1
    groups = int(model.recorded.max(initial=0)) + 1
    having = {item[part] for item in items}
    assert having <= set(block.subjects)
    for row, subject in enumerate(block.subjects):
        own = [item for item in items if item[part] == subject]
        for month in range(months):
            each = [total(pounds, own, month, [group]) for group in range(groups)]
            shared = total(pounds, own, month, [-1])
            values = block.values.value[row, :, month]
            assert_pounds(values[0], sum(each) + shared)
            if groups > 1 and not shared:
                for value, expected in zip(values[1:], each, strict=True):
                    assert_pounds(value, expected)
        whole = total(pounds, own, None, None)
        assert_pounds(block.values.value[row, 0, months], whole)


def total(
    pounds: Pounds,
    items: Sequence[Item],
    month: int | None,
    groups: Iterable[int] | None,
) -> float:
    """Return what some items come to, in a month or all, of some groups or all."""
    return sum(
        amount
        for (item, when, group), amount in pounds.items()
        if item in items
        and month in (None, when)
        and (groups is None or group in groups)
    )


def assert_adds_up(spent: dict[str, Block]) -> None:
    """Check that spending by kind adds up to spending, for everybody."""
    whole = spent["spending"]
    for row, budget in enumerate(whole.subjects):
        parts = sum(
            block.values.value[block.subjects.index(budget), 0]
            for name, block in spent.items()
            if name != "spending" and budget in block.subjects
        )
        for value, expected in zip(
            whole.values.value[row, 0],
            np.broadcast_to(parts, whole.values.value[row, 0].shape),
            strict=True,
        ):
            assert_pounds(value, expected)


def assert_pounds(value: float, expected: float) -> None:
    assert abs(value - expected) <= SLACK * max(abs(expected), 1.0)


def costs(
    scenario: Scenario, model: Model, records: Records
) -> Iterator[tuple[tuple[Item, int, int], float]]:
    """Yield what each item comes to in each month, for each recorded group."""
    months = range(len(model.months) - 1)
    found: dict[tuple[Item, int, int], float] = defaultdict(float)
    for row, service in enumerate(scenario.services):
        for price in service.costs:
            item = (service.name, price.budget, price.kind)
            pounds = monthly_prices(scenario, model, price)
            for month, group, amount in amounts(model, records, row, price):
                found[item, month, group] += amount * pounds[month][group]
            for month in months:
                found[item, month, 0] += 0.0
    for charge in paid(scenario, model):
        item = (charge.service, charge.budget, charge.kind)
        for month in months:
            found[item, month, -1] += charge.units[month] * charge.pounds[month]
    for rule in rules_paid(scenario, model):
        item = (rule.service, rule.budget, "escalation")
        for month in months:
            found[item, month, -1] += 0.0
        for spell in records.spells:
            if spell["rule"] == rule.row:
                for month, days in days_within(model, spell["opened"], spell["closed"]):
                    found[item, month, -1] += days * rule.pounds[month]
    yield from found.items()


def amounts(
    model: Model, records: Records, service: int, price: Price
) -> Iterator[tuple[int, int, float]]:
    """Yield month, recorded group and how many starts, or unit-days, are paid for."""
    for visit in records.visits[records.visits["service"] == service]:
        group, started = int(model.recorded[visit["group"]]), int(visit["started"])
        if started < 0:
            continue
        if price.per == "day":
            for month, days in days_within(model, started, visit["freed"]):
                yield month, group, days * int(visit["units"])
        elif visit["part"] == 0 and visit["outcome"] != layout.ABSENT:
            yield from ((m, group, 1.0) for m in months_of(model, started))
    if price.per == "day":
        for hold in records.holds[records.holds["service"] == service]:
            group = int(model.recorded[hold["group"]])
            for month, days in days_within(model, hold["since"], hold["until"]):
                yield month, group, days * int(hold["units"])


def months_of(model: Model, time: int) -> list[int]:
    """Return the month of a moment; none if it lies outside the period."""
    edges = enumerate(pairwise(model.months.tolist()))
    return [month for month, (begin, end) in edges if begin <= time < end]


def days_within(model: Model, begin: int, end: int) -> Iterator[tuple[int, float]]:
    """Yield months, and the days of each that lie in a stay; -1: to the end."""
    until = int(model.end) if end < 0 else int(end)
    for month, (first, last) in enumerate(pairwise(model.months.tolist())):
        if int(begin) < last and until > first:
            yield month, (min(until, last) - max(int(begin), first)) / DAY


# Clocks


class Span:
    """A clock of a patient from its start to its stop, in parts between pauses."""

    def __init__(self, rows: Sequence[np.void]) -> None:
        last = rows[-1]
        self.clock, self.group = int(last["clock"]), int(last["group"])
        self.who = int(last["who"])
        self.stopped, self.is_dropped = int(last["stopped"]), bool(last["dropped"])
        since, stood = int(rows[0]["since"]), int(rows[0]["stood"])
        self.begin = since - int(rows[0]["ran"]) - stood
        self.was_there = bool(rows[0]["part"])
        """Whether it began with a patient of the start state, and paused before it."""
        self.pauses = [(self.begin, self.begin + stood)] if stood else []
        self.pauses += [
            (int(row["paused"]), int(row["stopped"]))
            for row in rows
            if row["paused"] >= 0
        ]

    def stood(self, at: int) -> int:
        """Return for how long it has stood still, by a moment."""
        ends = ((a, at if b < 0 else min(b, at)) for a, b in self.pauses if a < at)
        return sum(b - a for a, b in ends)

    def is_on(self, at: int) -> bool:
        """Return whether it has started and not stopped, just before a moment."""
        return self.begin < at and (self.stopped < 0 or at <= self.stopped)

    def is_paused(self, at: int) -> bool:
        """Return whether it stands still, just before a moment."""
        return any(a < at and (b < 0 or at <= b) for a, b in self.pauses)


def spans(clocks: Table) -> Iterator[Span]:
    """Yield clocks, each with all its parts.

    A part that ends with a pause is followed by the next, which begins at that moment
    and knows for how long the clock has run and stood. Clocks can stop and start again
    in one instant, so the order of moments alone does not tell. Of those who are there
    when the run begins, parts that were over then have no row.
    """
    later: dict[tuple[int, ...], list[np.void]] = defaultdict(list)
    names = ["who", "clock", "part", "since", "ran", "stood"]
    for row in clocks[clocks["part"] > 0]:
        later[tuple(row[names].tolist())].append(row)
    for row in clocks[clocks["part"] == 0]:
        assert row["ran"] == row["stood"] == 0
        yield Span(_followed(row, later))
    rest = [row for rows in later.values() for row in rows]
    for row in sorted(rest, key=lambda row: int(row["part"])):
        if same := later[tuple(row[names].tolist())]:
            yield Span(_followed(same.pop(), later))
    assert not any(later.values())


def _followed(
    row: np.void, later: dict[tuple[int, ...], list[np.void]]
) -> list[np.void]:
    """Return a part of a clock with those that follow it, taken out of `later`."""
    parts = [row]
    while parts[-1]["resumed"]:
        last = parts[-1]
        ran = last["ran"] + last["paused"] - last["since"]
        stood = last["stood"] + last["stopped"] - last["paused"]
        key = (last["part"] + 1, last["stopped"], ran, stood)
        parts.append(later[last["who"], last["clock"], *key].pop())
    return parts


def check_clocks(model: Model, clocks: Table, counted: Tallies) -> None:
    """Check how many clocks started, stopped, run and stand, and their times."""
    found = np.zeros((*counted.clocks.shape[:3], 7), dtype=object)
    for span in spans(clocks):
        group = model.recorded[span.group]
        for month in () if span.was_there else months_of(model, span.begin):
            found[month, span.clock, group, 0] += 1
        for month in months_of(model, span.stopped):
            if not span.is_dropped:
                stood = span.stood(span.stopped)
                time = span.stopped - span.begin - stood
                found[month, span.clock, group, 1:4] += (1, time, stood)
        for month, end in enumerate(model.months[1:].tolist()):
            if span.is_on(end):
                age = end - span.begin - span.stood(end)
                found[month, span.clock, group, 4:] += (1, age, span.is_paused(end))
    t = counted.clocks.astype(object)
    days = [
        t[..., column] * DAY + t[..., column + 1]
        for column in (tallies.C_DAYS, tallies.C_STOOD_DAYS, tallies.C_AGE_DAYS)
    ]
    columns = (
        *(t[..., tallies.C_STARTED], t[..., tallies.C_STOPPED], days[0], days[1]),
        *(t[..., tallies.C_RUNNING], days[2], t[..., tallies.C_PAUSED]),
    )
    for number, column in enumerate(columns):
        assert (found[..., number] == column).all()


# Why they waited


def check_causes(model: Model, records: Records, counted: Tallies) -> None:
    """Check the times of clocks by cause, and what was counted of standards.

    Seven parts, none below 0, that add up to the time of the clock; and what is not in
    line is what the visits leave of it, for clocks that have no pauses.
    """
    is_told = tells_causes(model)
    clocks, looks = records.clocks, records.looks
    stands = np.where(clocks["stopped"] >= 0, clocks["stopped"], model.end)
    stands = np.where(clocks["paused"] >= 0, clocks["paused"], stands)
    times = clocks["ran"] + stands - clocks["since"]
    assert (parts(clocks).sum(axis=1) == times * is_told).all()
    assert (parts(clocks) >= 0).all()
    assert (parts(looks) >= 0).all()
    check_in_line(model, records)
    check_looks(model, records)
    found = np.zeros((*counted.standards.shape[:3], 7), dtype=object)
    for row, standard in enumerate(model.standards):
        if standard["keeps"] == layout.SUM:
            continue
        rows = looks if standard["still"] else completed(clocks)
        for clock in rows[rows["clock"] == standard["clock"]]:
            group, split = clock["group"], parts(np.atleast_1d(clock))[0]
            months = (
                [int(clock["month"])]
                if standard["still"]
                else months_of(model, clock["stopped"])
            )
            for month in months:
                within = model.standard_within[row, month]
                if model.standard_groups[row, group] and split.sum() > within:
                    found[month, row, model.recorded[group]] += split
    t = counted.standards[..., tallies.S_CAUSES :].astype(object)
    assert (found == t[..., ::2] * DAY + t[..., 1::2]).all()


def parts(rows: Table) -> NDArray[np.int64]:
    """Return the seven parts of the times of clocks."""
    names = [name for name, _ in layout.SHARES]
    return np.stack([rows[name].astype(np.int64) for name in names], axis=1)


def tells_causes(model: Model) -> bool:
    """Return whether any standard asks of single clocks whether they are within."""
    standards = model.standards
    is_asked = (standards["clock"] >= 0) & (standards["keeps"] != layout.SUM)
    return bool(is_asked.any())


def completed(clocks: Table) -> Table:
    """Return the clocks that stopped, each once."""
    is_over = (clocks["stopped"] >= 0) & (clocks["dropped"] == 0)
    return clocks[is_over & (clocks["resumed"] == 0)]


def check_in_line(model: Model, records: Records) -> None:
    """Check the time in line of clocks that never paused, from the visits.

    An appointment that was missed adds the way to the next, so it is left out.
    """
    if not tells_causes(model):
        return
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for visit in records.visits:
        end = visit["started"] if visit["started"] >= 0 else visit["ended"]
        until = int(model.end) if visit["outcome"] == layout.WAITING else int(end)
        lines[int(visit["who"])].append((int(visit["joined"]), until))
    paused = set(records.clocks["who"][records.clocks["part"] > 0].tolist())
    for clock in records.clocks[records.clocks["paused"] < 0]:
        who, since = int(clock["who"]), int(clock["since"])
        if who in paused or clock["rebooked"]:
            continue
        until = int(model.end) if clock["stopped"] < 0 else int(clock["stopped"])
        stretches = ((max(a, since), min(b, until)) for a, b in lines[who])
        in_line = sum(max(b - a, 0) for a, b in stretches)
        assert until - since - in_line == clock[layout.NOT_IN_LINE]


def check_looks(model: Model, records: Records) -> None:
    """Check which clocks were looked at, and how long they had gone by then."""
    standards = model.standards
    is_still = (standards["still"] == 1) & (standards["clock"] >= 0)
    still = np.flatnonzero(is_still & (standards["keeps"] != layout.SUM))
    expected = []
    for span in spans(records.clocks):
        for month, end in enumerate(model.months[1:].tolist()):
            rows = still[standards["clock"][still] == span.clock]
            if not len(rows) or not span.is_on(end):
                continue
            age = end - span.begin - span.stood(end)
            if age > model.standard_within[rows, month].min():
                expected.append((span.who, span.clock, span.group, month, age))
    names = ["who", "clock", "group", "month"]
    rows = zip(records.looks[names].tolist(), parts(records.looks), strict=True)
    assert sorted(expected) == sorted((*row, int(split.sum())) for row, split in rows)
