"""What services, budgets and standards cost: use, capacity, agencies, escalation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kernels.tallies import IN_USE
from results.layout.labels import DAY, Labels, PaidLabel, PriceLabel, RulePriceLabel
from results.measures.blocks import Block, Values, everybody, number, ratio, restricted
from results.measures.cells import Cells

KINDS = ("use", "out of area", "capacity", "agency", "escalation")
"""What money is paid for. The first two are known by group, the others are not."""
Item = PriceLabel | PaidLabel | RulePriceLabel
COST_OF = {f"cost of {kind}": kind for kind in KINDS}
"""The measures of services by what is paid for."""
OF_SERVICES = frozenset(("cost", *COST_OF, "days out of area"))
"""The measures of services that this module yields."""


def service_blocks(c: Cells, name: str, *, by_budget: bool) -> Iterator[Block]:
    """Yield one measure of services about money.

    Parameters
    ----------
    c : Cells
    name : str
        One of `OF_SERVICES`.
    by_budget : bool
        Whether `cost` is split by budget.
    """
    items = _items(c.labels)
    if name == "days out of area":
        yield from _days_out_of_area(c)
    elif by_budget:
        for service, budget in dict.fromkeys((i.service, i.budget) for i in items):
            own = [i for i in items if (i.service, i.budget) == (service, budget)]
            yield _block("service", [service], f"cost ({budget})", [_sum(c, own)])
    else:
        kind = COST_OF.get(name)
        items = [i for i in items if kind in (None, i.kind)]
        names = [s.name for s in c.labels.services]
        having = [n for n in names if any(i.service == n for i in items)]
        sums = [_sum(c, [i for i in items if i.service == n]) for n in having]
        yield _block("service", having, name, sums)
        if name == "cost":
            yield _of_blocks(c, items)


def _of_blocks(c: Cells, items: Sequence[Item]) -> Block:
    """Return what it costs that is one per place, all places together."""
    paid_for = {item.service for item in items}
    blocks = [b for b in c.labels.blocks if paid_for.intersection(b.services)]
    sums = [_sum(c, [i for i in items if i.service in b.services]) for b in blocks]
    return _block("block", [block.name for block in blocks], "cost", sums)


def budget_blocks(c: Cells) -> Iterator[Block]:
    """Yield what each budget spends: all, and by what it is paid for.

    Parameters
    ----------
    c : Cells
    """
    items = _items(c.labels)
    budgets = c.labels.budgets
    sums = [_sum(c, [i for i in items if i.budget == b]) for b in budgets]
    yield _block("budget", budgets, "spending", sums)
    for kind in KINDS:
        own = [i for i in items if i.kind == kind]
        having = [b for b in budgets if any(i.budget == b for i in own)]
        sums = [_sum(c, [i for i in own if i.budget == b]) for b in having]
        yield _block("budget", having, f"spending ({kind})", sums)


def standard_block(c: Cells) -> Block:
    """Return what each patient within a standard cost.

    Parameters
    ----------
    c : Cells
    """
    standards = [s for s in c.labels.standards if s.cost_of]
    rows = [c.labels.standards.index(s) for s in standards]
    items = _items(c.labels)
    pounds = [_sum(c, [i for i in items if i.service in s.cost_of]) for s in standards]
    within = np.asarray(c.standards[1])[rows]
    values = np.zeros(within.shape)
    for row, part in enumerate(pounds):
        values[row] = part.value[0]
    each = restricted(ratio(values, within), everybody(c))
    names = [s.name for s in standards]
    return Block("standard", names, "cost per patient within", "mean", each)


def _items(labels: Labels) -> list[Item]:
    return [*labels.prices, *labels.paid, *labels.rule_prices]


def _sum(c: Cells, items: Sequence[Item]) -> Values:
    """Return what some prices and charges come to, shape (1, G, P).

    Capacity and open rules are not shared out to groups: where they are part of the
    sum, there is one for everybody alone.
    """
    pounds = np.zeros((1, *c.cost.shape[1:]))
    for row, price in enumerate(c.labels.prices):
        if price in items:
            pounds[0] += c.cost[row]
    charges = [row for row, paid in enumerate(c.labels.paid) if paid in items]
    for row in charges:
        pounds[0, 0] += c.paid[row, 0]
    rules = [row for row, rule in enumerate(c.labels.rule_prices) if rule in items]
    for row in rules:
        pounds[0, 0] += c.opened[row, 0]
    is_shared = not charges and not rules
    return number(pounds) if is_shared else restricted(number(pounds), everybody(c))


def _block(
    kind: str, subjects: Sequence[str], measure: str, sums: Sequence[Values]
) -> Block:
    """Return the totals of several subjects as one block."""
    shape = sums[0].value.shape if sums else (0, 1, 1)
    value = np.concatenate([s.value for s in sums]) if sums else np.zeros(shape)
    keep = [np.broadcast_to(True if s.keep is None else s.keep, shape) for s in sums]
    kept = np.concatenate(keep) if keep else None
    return Block(kind, subjects, measure, "total", Values(value, keep=kept))


def _days_out_of_area(c: Cells) -> Iterator[Block]:
    """Yield the days for which patients of other places had a unit, by service."""
    groups = c.labels.groups
    for row, service in enumerate(c.labels.services):
        if service.home is None or not all(
            service.home[0] in dict(group.values) for group in groups
        ):
            continue
        others = np.array([service.home not in group.values for group in groups])
        days = np.asarray(c.counts[IN_USE, row : row + 1] / DAY)
        if len(groups) > 1:
            own = days[:, 1:] * others[np.newaxis, :, np.newaxis]
            days = np.concatenate((own.sum(axis=1, keepdims=True), own), axis=1)
        else:
            days = days * others[np.newaxis, :, np.newaxis]
        yield Block(
            "service", [service.name], "days out of area", "total", number(days)
        )
