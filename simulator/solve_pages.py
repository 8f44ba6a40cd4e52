"""What `caresim solve` asks for, prints, writes and draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from results.errors import ResultError
from results.report.content import Specification
from results.report.pictures import picture, wrong_chart
from results.statistics.estimates import Estimate, estimate
from results.words.numbers import amount
from scenarios.dates import written_date
from scenarios.files import SUFFIX
from scenarios.questions import Question, question
from scenarios.writing import laid_out
from simulator.commands.frame import print_json, say_uncertain
from simulator.executors import AskedWronglyError
from simulator.solving.answer import Answer, Tried
from simulator.solving.conditions import WHOLE, Limit, limits
from simulator.solving.costs import Priced, priced
from simulator.solving.lattice import Plan
from simulator.terminal import console, plain_table

if TYPE_CHECKING:
    from results.report.charts.by_month import Panel

TABLE = "solve.csv"
SHOWN = 12
"""Plans in the table on the terminal."""
DRAWN = 4
"""Conditions in one chart."""
_CLOSEST = 30
_BANDED = 5
"""Replications from which a line has a band."""


def asked(options: dict[str, Any]) -> Question:
    """Return what is asked; all mistakes are told at once."""
    if wrong := wrong_chart(options["chart"]):
        raise AskedWronglyError(wrong)
    found = question(options["question"])
    say_uncertain(found.scenario)
    return found


def is_right(path: str) -> str:
    """Return that a question is right, with its size; all mistakes are told at once."""
    asking = question(path)
    costs = priced(asking)
    count = len(limits(asking, costs.labels))
    plans = math.prod(len(lever.values) for lever in asking.levers)
    return (
        f"{asking.name} is right: {counted(len(asking.levers), 'lever')}, "
        f"{counted(plans, 'plan')}, {counted(count, 'condition')}."
    )


def counted(count: int, what: str) -> str:
    """Return how many of something, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def explained_question(path: str, *, as_json: bool) -> None:
    """Print what a question asks, without simulating."""
    asking = question(path)
    costs = priced(asking)
    asked = limits(asking, costs.labels)
    if as_json:
        print_json(
            {
                "name": asking.name,
                "question": asking.text,
                "levers": [
                    {
                        "name": lever.name,
                        "amounts": list(lever.values),
                        "pounds_a_year": axis.tolist() if costs.is_money else None,
                    }
                    for lever, axis in zip(asking.levers, costs.axes, strict=True)
                ],
                "conditions": [x.promise() for x in asked],
                "sentences": _meaning(asking, costs, asked),
            }
        )
        return
    click.echo("\n".join([asking.text, *_meaning(asking, costs, asked)]))


def _meaning(asking: Question, costs: Priced, asked: tuple[Limit, ...]) -> list[str]:
    """Return what a question asks, in sentences."""
    said = []
    for lever, axis in zip(asking.levers, costs.axes, strict=True):
        top = lever.values[-1]
        price = ""
        if costs.is_money:
            price = f", which costs {amount(float(axis[-1]), 'pounds')} a year"
        when = (
            "" if lever.begins is None else f", from {written_date(lever.begins)[:10]}"
        )
        slow = ""
        if lever.each_month is not None:
            slow = f", {lever.each_month} more each month at most"
        said.append(
            f"{lever.name}: {len(lever.values)} amounts from {lever.values[0]} to "
            f"{top}{price}{when}{slow}."
        )
    for limit in asked:
        first, last = limit.periods[0], limit.periods[-1]
        when = "over the whole period"
        if limit.periods != (WHOLE,):
            when = f"in every month from {first} to {last}"
        said.append(f"{limit.name}: {limit.promise()}, {when}.")
    surely = "on average of all replications"
    if asking.probability is not None:
        surely = f"all together with a probability of {asking.probability:.0%} at least"
    said.append(f"Asked for is the plan of least cost that keeps this {surely}.")
    if asking.budget is not None:
        said.append(f"It may cost {amount(asking.budget, 'pounds')} a year at most.")
    return said


class Teller:
    """Says on standard error which plan is played.

    Parameters
    ----------
    asking : Question
    """

    def __init__(self, asking: Question) -> None:
        self._asking, self._began = asking, monotonic()

    def told(self, plan: Plan, there: int, count: int) -> None:
        """Say which plan, and how many replications of it."""
        seconds = monotonic() - self._began
        more = f"{count - there} more" if there else f"{count}"
        click.echo(
            f"  {seconds:,.0f} s: {self._asking.said(plan)}: {more} replications",
            err=True,
        )


def overlay(answer: Answer) -> str:
    """Return the plan as a scenario that extends the base.

    Parameters
    ----------
    answer : Answer
        With a plan.
    """
    asking = answer.question
    assert answer.best is not None
    file: dict[str, object] = {
        "caresim": "1",
        "extends": asking.parent,
        "title": f"{asking.base.title}: {asking.said(answer.best)}",
        "notes": f"Found by caresim solve: {asking.text}",
    }
    if asking.scale is not None:
        file["scale"] = asking.scale
    if changes := asking.changes(answer.best):
        file["changes"] = changes
    return laid_out(file)


def overlay_path(asking: Question) -> Path:
    """Return where the plan is written: beside the question."""
    return (asking.folder or Path()) / f"{asking.name}-plan{SUFFIX}"


def check_place(asking: Question, *, replace: bool) -> None:
    """Refuse to write over a plan that is there.

    Raises
    ------
    ResultError
        If there is one, and `replace` was not asked for.
    """
    path = overlay_path(asking)
    if path.exists() and not replace:
        raise ResultError(
            f"{path}: is there already; --replace lets it go, or rename it."
        )


def told(answer: Answer, folder: Path, plan: Path | None, options: Any) -> None:
    """Print what came out, and draw it where that is asked."""
    if options["chart"] is not None:
        _draw(answer, options["chart"], replace=options["replace"])
    if options["as_json"]:
        found = {"folder": str(folder), "plan": None if plan is None else str(plan)}
        print_json({**found, **answer.as_dict()})
        return
    click.echo(answer.question.text)
    for sentence in answer.sentences():
        click.echo(sentence)
    console().print(_table(answer))
    if plan is not None:
        click.echo(f"The plan as a scenario: {plan}")
        click.echo(f"Its run: {folder / 'runs' / 'plan'}")
    click.echo(f"All plans that were played: {folder / TABLE}")
    if options["chart"] is not None:
        click.echo(f"Chart: {options['chart']}")


def _table(answer: Answer) -> Table:
    """Return the plans that were played, nearest to the answer in cost."""
    asking = answer.question
    table = plain_table(asking.levers[0].name)
    for lever in asking.levers[1:]:
        table.add_column(lever.name)
    if answer.is_money:
        table.add_column("costs a year", justify="right")
    table.add_column("kept in", justify="right")
    table.add_column("")
    best = answer.plan
    for tried in _near(answer, SHOWN):
        row = list(asking.amounts(tried.plan).values())
        if answer.is_money:
            row.append(amount(tried.cost, "pounds"))
        row.append(f"{tried.kept} of {tried.replications}")
        mark = " ← the answer" if tried is best else ""
        table.add_row(*row, f"{tried.verdict}{mark}")
    return table


def _draw(answer: Answer, path: Path, *, replace: bool) -> None:
    """Draw conditions by month, or the plans that were played."""
    monthly = [x for x in answer.limits if x.periods != (WHOLE,) and not x.is_standard]
    by_month = bool(monthly) and answer.plan is not None

    def drawing() -> Specification:
        return _by_month(answer, monthly[:DRAWN]) if by_month else _plans(answer)

    picture(drawing, path, replace=replace)


def _near(answer: Answer, count: int) -> list[Tried]:
    """Return the plans that were played nearest in cost to the answer, by cost."""
    middle = (answer.plan or answer.tried[-1]).cost
    near = sorted(answer.tried, key=lambda t: abs(t.cost - middle))[:count]
    return sorted(near, key=lambda t: (t.cost, t.plan))


def _plans(answer: Answer) -> Specification:
    """Draw in how many replications each plan keeps all conditions."""
    from results.report.charts.plans import plans_chart  # noqa: PLC0415

    rows = [
        (
            answer.question.said(tried.plan)
            + (" (the answer)" if tried is answer.plan else ""),
            _share(tried),
            tried.holds,
        )
        for tried in _near(answer, _CLOSEST)
    ]
    axis = "replications in which all conditions are kept"
    if answer.rule.probability is not None:
        axis += "; dashed: what was asked"
    return plans_chart(rows, limit=answer.rule.probability, axis=axis)


def _by_month(answer: Answer, limits: Sequence[Limit]) -> Specification:
    """Draw conditions by month."""
    from results.report.charts.by_month import lines_by_month  # noqa: PLC0415

    months = sorted({month for limit in limits for month in limit.periods})
    panels = [_panel(answer, limit, months) for limit in limits]
    days = [date.fromisoformat(f"{month}-01") for month in months]
    return lines_by_month(panels, days)


def _share(tried: Tried) -> Estimate:
    """Return in which share of replications all is kept, with Wilson's interval."""
    from scipy.stats import binomtest  # noqa: PLC0415  # slow to import

    found = binomtest(tried.kept, tried.replications).proportion_ci(method="wilson")
    share = tried.kept / tried.replications
    return Estimate(share, found.low, found.high, None, tried.replications)


def _panel(answer: Answer, limit: Limit, months: list[str]) -> Panel:
    """Return a condition by month: with little more, with the plan, and its limit."""
    from results.report.charts import by_month  # noqa: PLC0415

    least = min(answer.tried, key=lambda t: (t.cost, t.plan))
    name = "the least that was played" if any(least.plan) else "nothing added"
    pairs = [(name, least), ("the plan", answer.plan)]
    if least is answer.plan:
        pairs = pairs[1:]
    weight = 1.0 if limit.unit in ("days", "share") else 1 / answer.scale
    lines = [
        by_month.Line(name, _values(answer, limit, tried, months, weight))
        for name, tried in pairs
        if tried is not None
    ]
    edge = Estimate(limit.value * weight, None, None, None, 1)
    promised = "at most" if limit.is_most else "at least"
    axis = f"{limit.measure.measure}, {limit.measure.statistic}"
    steps = [edge if month in limit.periods else None for month in months]
    limits = [by_month.Line(promised, steps)]
    return by_month.Panel(limit.measure.subject, limit.unit, axis, lines, limits)


def _in_month(values: Sequence[float]) -> Estimate:
    """Return a mean, and its interval where there are values enough for one to help."""
    found = estimate(values)
    return replace(found, low=None, high=None) if found.n < _BANDED else found


def _values(
    answer: Answer, limit: Limit, tried: Tried, months: list[str], weight: float
) -> list[Estimate | None]:
    """Return the mean of a measure in each month, with its interval."""
    found: list[Estimate | None] = []
    columns = {
        cell.period: at
        for at, cell in enumerate(answer.rule.cells)
        if cell.limit is limit
    }
    for month in months:
        if month not in columns:
            found.append(None)
            continue
        slack = tried.slacks[:, columns[month]]
        slack = slack[slack < float("inf")]
        sign = -1 if limit.is_most else 1
        values = [(limit.value + sign * float(x)) * weight for x in slack]
        found.append(_in_month(values) if values else None)
    return found
