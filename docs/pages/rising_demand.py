"""The page of +30%: what breaks first, where people end, what would hold it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from docs.pages import holding
from docs.pages.figures import Figures
from docs.pages.playing import Design, months
from docs.pages.tables import joined, numbers
from results import ledger
from results.measures.naming import parse_name
from results.run import Run
from results.statistics.estimates import estimate, paired
from results.words.numbers import amount, with_interval
from scenarios import parse
from simulator.experiment import run

NAME, BASELINE = "mental-health-plus-30", "west-yorkshire"
KEPT = Path(__file__).parent / "rising-demand.csv"
DESIGN = Design("1:20", 84, 3)
LEDGER = Design("1:20", 48, 2)
"""Every patient is recorded, so it is shorter."""
SERVICES = (
    "talking therapies",
    "community mental health",
    "crisis and home treatment",
    "mental health wards",
    "young people's mental health",
    "young people's crisis line",
    "young people's ward",
)
LONG = {"mental health wards": 1.0, "crisis and home treatment": 1.0}
"""Days of mean wait from which a service counts as broken; 18 weeks for all others."""
EIGHTEEN_WEEKS = 126.0
NOBODY = "nan"
"""In place of the mean of a month in which nobody started."""
BUDGETS = (
    "mental health",
    "primary care",
    "community care",
    "urgent care",
    "hospitals",
    "social care",
    "NHS England",
)
LASTING = 3
"""Months that a service must be broken in a row."""
WAIT = parse_name("community mental health: wait, mean")


# Playing


def freeze() -> None:
    """Play the baseline and the rise, and keep what is told."""
    without = run(parse(DESIGN.text(BASELINE), "without"))
    broken = run(parse(DESIGN.text(NAME), "with"))
    rows: list[tuple[str, str]] = []
    for side, made in (("without", without), ("with", broken)):
        rows += _side(side, made)
    rows.append(("ledger", " | ".join(_ends())))
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("what", "values"))
        table.writerows(rows)


def _side(side: str, made: Run) -> list[tuple[str, str]]:
    """Return waits by month and by group, and what was spent, of one run."""
    rows = []
    whole, last = Figures(made, months(made)), months(made)[-12:]
    for service in SERVICES:
        by_month = whole.by_month(parse_name(f"{service}: wait, mean"))
        rows += [
            (f"{service} {side} {month}", joined(values))
            for month, values in sorted(by_month.items())
        ]
    for group in ("most deprived", "other"):
        values = Figures(made, last, group).values(WAIT)
        rows.append((f"wait {group} {side}", joined(values)))
    figures = Figures(made, last)
    names = [parse_name(f"{budget}: spending, total") for budget in BUDGETS]
    spent = [figures.values(name) for name in names]
    rows.append((f"spent mental health {side}", joined(spent[0])))
    rows.append((f"spent all {side}", joined(np.sum(spent, axis=0))))
    return rows


def _ends() -> list[str]:
    """Return where the extra patients of four years ended, in sentences."""
    a, b = (
        run(parse(LEDGER.text(name), f"{name} recorded"), record=True)
        for name in (BASELINE, NAME)
    )
    return ledger(a, b).sentences()


# Telling


def _kept() -> dict[str, str]:
    with KEPT.open(encoding="utf-8", newline="") as file:
        return {row["what"]: row["values"] for row in csv.DictReader(file)}


def sections() -> list[str]:
    """Return what the page says beyond its table."""
    kept = _kept()
    return [
        "### What breaks first",
        _breaking(kept),
        "### Where the extra people end",
        "\n".join(f"* {each}" for each in kept["ledger"].split(" | ")[1:5]),
        "### What would hold it",
        holding.section(),
        "### What it costs",
        _costs(kept),
        "### Who waits longest",
        _waiting(kept),
    ]


def broken_from(kept: Mapping[str, str], service: str) -> str:
    """Return the first month from which a service is broken; empty: never.

    In every replication its mean wait is beyond the limit for three months in a row,
    and beyond that of the same month without the rise by half.
    """
    played = sorted(
        key.rpartition(" ")[2] for key in kept if key.startswith(f"{service} with ")
    )
    limit = LONG.get(service, EIGHTEEN_WEEKS)
    over = []
    for month in played:
        with_it = numbers(kept.get(f"{service} with {month}", NOBODY))
        without = numbers(kept.get(f"{service} without {month}", NOBODY))
        beyond = (with_it > limit) & (with_it > 1.5 * without)
        over.append(bool(beyond.all()))
    for first in range(len(over) - LASTING + 1):
        if all(over[first : first + LASTING]):
            return played[first]
    return ""


def _breaking(kept: Mapping[str, str]) -> str:
    found = {service: broken_from(kept, service) for service in SERVICES}
    lines = ["| service | mean wait in the last month without | with | broken from |"]
    lines.append("|---|--:|--:|---|")
    last = max(key.rpartition(" ")[2] for key in kept if " with 20" in key)
    for service in sorted(SERVICES, key=lambda s: found[s] or "9"):
        pair = [
            numbers(kept.get(f"{service} {side} {last}", NOBODY))
            for side in ("without", "with")
        ]
        without, with_it = (amount(float(np.nanmean(each)), "days") for each in pair)
        lines.append(
            f"| {service} | {without} | {with_it} | {found[service] or 'never'} |"
        )
    month, first = min((month, service) for service, month in found.items() if month)
    return (
        f"**{first[0].upper()}{first[1:]} breaks first, in {month}.** A service counts "
        "as broken from the first of three months in which people who start have "
        "waited for more than 18 weeks on average (one day for wards and crisis "
        "teams), and half as long again as without the rise, in all "
        f"{DESIGN.replications} replications at {DESIGN.scale}.\n\n" + "\n".join(lines)
    )


def _costs(kept: Mapping[str, str]) -> str:
    parts = []
    for what, name in (
        ("mental health", "The mental health budget"),
        ("all", "all budgets together"),
    ):
        a, b = (
            list(numbers(kept[f"spent {what} {side}"])) for side in ("without", "with")
        )
        parts.append(f"{name}: {with_interval(paired(a, b), 'pounds')}")
    return f"More in the last year without a place added. {'; '.join(parts)}."


def _waiting(kept: Mapping[str, str]) -> str:
    lines = ["| community mental health, mean wait | without | with |", "|---|--:|--:|"]
    for group in ("most deprived", "other"):
        cells = [
            with_interval(estimate(list(numbers(kept[f"wait {group} {side}"]))), "days")
            for side in ("without", "with")
        ]
        lines.append(f"| {group} | {cells[0]} | {cells[1]} |")
    return (
        "Who waits is called in turn, so nobody is called sooner for being deprived; "
        "more of the most deprived wait, as they are referred 1.5 times as often. "
        "[fairness](fairness.md) looks at what calling them sooner would do.\n\n"
        + "\n".join(lines)
    )
