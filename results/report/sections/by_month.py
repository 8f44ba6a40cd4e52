"""Charts of small panels by month, with the sentence and the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from results.report.charts.by_month import Line, Panel, lines_by_month
from results.report.content import Chart
from results.report.monthly import Months
from results.report.tables import against_baseline, at, monthly_table, said

if TYPE_CHECKING:
    from results.report.study import Study
    from results.statistics.estimates import Estimate

_TOLD = 3
"""Of how many subjects the sentence speaks."""
_EACH = 36
"""Up to how many months each has its bars."""


@dataclass(frozen=True)
class Shown:
    """What one panel shows."""

    subject: str
    runs: Sequence[Months]
    """The measure in each run."""
    unit: str
    axis: str
    steps: Sequence[Months] = ()
    """What is open or promised, in each run."""
    step_name: str = ""
    most: float | None = None
    """Where the axis ends, if that is known beforehand."""


def drawn_months(study: Study) -> list[int]:
    """Return the places of the months that have bars: of many, the ends of quarters.

    Parameters
    ----------
    study : Study
    """
    places = list(range(len(study.months)))
    if len(places) <= _EACH:
        return places
    return [at for at in places if study.months[at].month % 3 == 0]


def monthly_chart(
    study: Study, name: str, title: str, what: str, shown: Sequence[Shown]
) -> Chart:
    """Return a chart with a panel for each subject.

    Parameters
    ----------
    study : Study
    name, title : str
    what : str
        What is shown, as the beginning of its sentence.
    shown : sequence of Shown
        At least one.
    """
    columns = {f"{s.subject}, {s.axis}": (s.subject, s.runs, s.unit) for s in shown}
    for s in shown:
        if s.steps:
            head = f"{s.subject}, {s.step_name.lower()}"
            columns[head] = s.subject, s.steps, s.unit
    told = "; ".join(f"{s.subject} {_ends(study, s)}" for s in shown[:_TOLD])
    return Chart(
        name,
        title,
        f"{what} {told}.",
        monthly_table(study, title, columns),
        lines_by_month([_panel(study, s) for s in shown], study.months),
    )


def _panel(study: Study, shown: Shown) -> Panel:
    lines = [
        Line(name, values(study, found, shown.subject))
        for name, found in zip(study.names, shown.runs, strict=True)
    ]
    steps = _steps(study, shown)
    return Panel(shown.subject, shown.unit, shown.axis, lines, steps, shown.most)


def _steps(study: Study, shown: Shown) -> list[Line]:
    """Return the lines of what is open or promised: the first, and what differs."""
    lines = [values(study, found, shown.subject) for found in shown.steps]
    if not any(any(line) for line in lines):
        return []
    first, *others = lines
    return [
        Line(shown.step_name, first),
        *(
            Line(f"{shown.step_name}: {study.names[place]}", line, place)
            for place, line in enumerate(others, start=1)
            if _numbers(line) != _numbers(first)
        ),
    ]


def _numbers(line: Sequence[Estimate | None]) -> list[float | None]:
    return [value.mean if value else None for value in line]


def values(study: Study, found: Months, subject: str) -> list[Estimate | None]:
    """Return the values of a subject, one for each month."""
    return [at(found, subject, f"{month:%Y-%m}") for month in study.months]


def _ends(study: Study, shown: Shown) -> str:
    """Say how a line ends: of several runs what they differ by, of one since when."""
    lines = [values(study, found, shown.subject) for found in shown.runs]
    ends = [said(line[-1], shown.unit) for line in lines]
    month = f"{study.months[-1]:%B %Y}"
    if len(lines) == 1:
        first = said(lines[0][0], shown.unit)
        return f"{first} in {study.months[0]:%B %Y}, {ends[0]} in {month}"
    return against_baseline(study, ends, f" in {month}")
