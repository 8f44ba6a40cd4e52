"""What it costs, by budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from results.report.charts.by_subject import Row, bars
from results.report.content import Chart, Section, Table
from results.report.monthly import WHOLE
from results.report.sections.by_subject import whole_row
from results.report.study import Study
from results.report.tables import (
    against_baseline,
    cell,
    explained,
    heads,
    largest,
    said,
    whole_table,
)
from results.report.years import financial_year
from results.selection.measured import measured
from results.statistics.estimates import estimate

if TYPE_CHECKING:
    from results.run import Run

_ALL = 20
_NONE = "The scenario has no prices, so nothing is said of cost."
KINDS = ("use", "out of area", "capacity", "agency", "escalation")
"""What budgets pay for."""


def money_section(study: Study) -> Section:
    """Return the section on cost.

    Parameters
    ----------
    study : Study
    """
    if not has_money(study):
        return Section("cost", "Cost", (_NONE,))
    intro = "What all services cost each budget, by the prices of the scenario."
    return Section(
        "cost",
        "Cost",
        (intro,),
        (money_chart(study, "cost"),),
        (_years(study), _kinds(study)),
    )


def has_money(study: Study) -> bool:
    """Return whether any budget spends anything.

    Parameters
    ----------
    study : Study
    """
    rows_of = (row for summary in study.summaries for row in summary.budgets)
    return any(row.spending and row.spending.mean for row in rows_of)


def money_chart(study: Study, name: str) -> Chart:
    """Return what each budget spends over the whole period.

    Parameters
    ----------
    study : Study
    name : str
        Of the chart's files.
    """
    found = study.measure("budget", "spending", "total")
    budgets = sorted(study.budgets, key=lambda b: -largest(found, b))
    drawn = [whole_row(study, b, found) for b in budgets[:_ALL]]
    table = whole_table(
        study,
        "All budgets, the whole period",
        ("budget", study.budgets),
        {"spending": (found, "pounds")},
    )
    return Chart(
        name,
        "Spending by budget",
        f"What each budget spends over the whole period: {_told(study, drawn)}.",
        table,
        bars(drawn, unit="pounds", axis="pounds, whole period"),
    )


def _told(study: Study, drawn: Sequence[Row]) -> str:
    """Say what the largest budgets spend; of several runs, those that moved most."""

    def moved(row: Row) -> float:
        means = [value.mean for value in row.values.values() if value]
        return abs(means[-1] - means[0])

    texts = []
    for row in sorted(drawn, key=moved, reverse=True)[:3]:
        spent = [said(value, "pounds") for value in row.values.values()]
        told = against_baseline(study, spent) if len(spent) > 1 else spent[0]
        texts.append(f"{row.name} {told}")
    return "; ".join(texts)


def _years(study: Study) -> Table:
    """Return spending by budget and financial year."""
    runs = [_by_year(run) for run in study.runs]
    years = list(dict.fromkeys(financial_year(month) for month in study.months))
    body = [
        (
            budget,
            *(
                cell(
                    estimate(run[budget, year]) if (budget, year) in run else None,
                    "pounds",
                )
                for year in years
                for run in runs
            ),
        )
        for budget in study.budgets
    ]
    labels = heads(study, [_named(study, year) for year in years])
    return Table(
        explained(study, "Spending by financial year"), ("budget", *labels), tuple(body)
    )


def _named(study: Study, year: str) -> str:
    """Return a financial year, with the number of its months that were simulated."""
    months = sum(financial_year(month) == year for month in study.months)
    return year if months == 12 else f"{year} ({months} months)"


def _by_year(run: Run) -> dict[tuple[str, str], list[float]]:
    """Return spending by budget and financial year, one number for each replication."""
    table = measured(
        run, kind="budget", measure="spending", statistic="total", group="all"
    ).to_pydict()
    sums: dict[tuple[str, str], dict[int, float]] = {}
    columns = (table[c] for c in ("subject", "period", "replication", "value"))
    for budget, period, replication, value in zip(*columns, strict=True):
        if period != WHOLE:
            year = sums.setdefault((budget, _year_of(period)), {})
            year[replication] = year.get(replication, 0.0) + value
    return {key: list(year.values()) for key, year in sums.items()}


def _year_of(period: str) -> str:
    return financial_year(date.fromisoformat(f"{period}-01"))


def _kinds(study: Study) -> Table:
    """Return what the budgets pay for."""
    columns = {
        kind: study.column("budget", f"spending ({kind})", "total") for kind in KINDS
    }
    some = {
        kind: column
        for kind, column in columns.items()
        if any(largest(column[0], b) for b in study.budgets)
    }
    return whole_table(study, "What it is spent on", ("budget", study.budgets), some)
