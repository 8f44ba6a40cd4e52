"""The first page: the question, the answer, three charts, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from results.report.content import Chart
from results.report.sections.demand import demand_chart
from results.report.sections.lists import lists_chart
from results.report.sections.method import unsettled
from results.report.sections.money import has_money, money_chart
from results.report.sections.occupancy import busy_chart, has_busy
from results.report.sections.promises import met_sentence, standards_chart
from results.report.study import Study
from results.report.tables import said

if TYPE_CHECKING:
    from results.report.against import Against, Moved
    from results.summary.summary import Summary

_WEIGHTS = (
    "within, share",
    "wait, mean",
    "list at the end, number",
    "wait, 90th percentile",
    "left unseen, share",
    "turned away, share",
    "spending, total",
    "occupancy, mean",
    "utilisation, of rostered time",
    "slots, share used",
    "arrivals, per day",
)
"""Measures by how much a board asks for them."""
_FINDINGS, _A_SUBJECT, _INPUTS = 6, 2, 5
"""How many findings are told, how many of them of one subject, and how many inputs."""
_CHARTS, _ROWS, _NAMES = 3, 10, 3
"""Charts, rows of one, and names in a sentence."""
_NOTHING = "Nothing moves that these replications could show."
_LEAST = 0.01
"""What a difference must be of the baseline's mean to be told."""
_VAGUE = 0.5
"""Half an interval as a share of the mean from which on a wait is hardly known."""


def question(study: Study) -> str:
    """Return what the report asks.

    Parameters
    ----------
    study : Study
    """
    first, *others = (f"‘{run.labels.title}’" for run in study.runs)
    months = f"{study.months[0]:%B %Y} to {study.months[-1]:%B %Y}"
    if not others:
        return f"What is to be expected from {months}: {first}?"
    told = " or ".join(others)
    return f"From {months}, what would be different: {told}, against {first}?"


def answer(study: Study) -> tuple[str, ...]:
    """Return the answer in sentences.

    Parameters
    ----------
    study : Study
    """
    lacking = tuple(
        f"{name}: {each.partial}"
        for name, each in zip(study.names, study.summaries, strict=True)
        if each.partial
    )
    if len(study.runs) == 1:
        return (*lacking, *_state(study, study.summaries[0]))
    several = len(study.others) > 1
    told = [
        f"{name}: {sentence}" if several else sentence
        for name, other in zip(study.names[1:], study.others, strict=True)
        for sentence in _findings(other) or [_NOTHING]
    ]
    return (*lacking, *told, *([met_sentence(study)] if study.standards else []))


def changes(study: Study) -> tuple[str, ...]:
    """Return what other runs change against the baseline.

    Parameters
    ----------
    study : Study
    """
    several = len(study.others) > 1
    return tuple(
        f"{name}: {sentence}" if several else sentence
        for name, other in zip(study.names[1:], study.others, strict=True)
        for sentence in _inputs(other)
    )


def _inputs(other: Against) -> Iterator[str]:
    """Yield the first differences of inputs, and how many more there are."""
    found = other.inputs
    if not found:
        yield "All inputs are the same."
    yield from (each.sentence for each in found[:_INPUTS])
    if len(found) > _INPUTS:
        yield (
            f"{len(found) - _INPUTS:,} further inputs differ: see method and limits."
        )


def _findings(other: Against) -> list[str]:
    """Return the findings that a board asks for first, in the comparison's words."""
    known = [moved for moved in other.moved if moved.sentence and _matters(moved)]
    known.sort(key=_weight)
    chosen: list[Moved] = []
    for moved in known:
        subject = moved.finding.subject
        same = sum(1 for each in chosen if each.finding.subject == subject)
        if same < _A_SUBJECT and len(chosen) < _FINDINGS:
            chosen.append(moved)
    return [moved.sentence for moved in chosen]


def _matters(moved: Moved) -> bool:
    """Return whether a difference is large enough to speak of."""
    found = moved.finding
    return abs(found.difference.mean) >= _LEAST * abs(found.mean_a)


def _weight(moved: Moved) -> tuple[bool, bool, int]:
    """Return how soon to tell: outcomes before demand, and what is clear first."""
    found = moved.finding
    short = f"{found.measure}, {found.statistic}"
    place = _WEIGHTS.index(short) if short in _WEIGHTS else len(_WEIGHTS)
    return found.measure == "arrivals", not found.clear, place


def _state(study: Study, whole: Summary) -> Iterator[str]:
    """Yield what one run says: standards, waits, and money."""
    if study.standards:
        yield met_sentence(study)
    waits = sorted(
        (row for row in whole.services if row.wait_90th and row.wait_90th.mean),
        key=lambda row: -(row.wait_90th.mean if row.wait_90th else 0),
    )
    if waits:
        longest = "; ".join(
            f"{row.service} {said(row.wait_90th, 'days')}"
            + (" (in the last month)" if row.last else "")
            for row in waits[:3]
        )
        yield f"The longest waits, within which nine in ten are seen: {longest}."
    spent = [row for row in whole.budgets if row.spending and row.spending.mean]
    if spent:
        largest = sorted(spent, key=lambda r: -(r.spending.mean if r.spending else 0))
        money = "; ".join(
            f"{r.budget} {said(r.spending, 'pounds')}" for r in largest[:3]
        )
        yield f"The largest budgets spend: {money}."


def how_sure(study: Study) -> tuple[str, ...]:
    """Say how sure the answer is.

    Parameters
    ----------
    study : Study
    """
    told = list(dict.fromkeys(other.how for other in study.others))
    told += [_corrected(other) for other in study.others[:1] if other.moved]
    if len(study.runs) == 1 and len(study.runs[0].replications) > 1:
        n = len(study.runs[0].replications)
        told.append(f"{n} replications; 95% intervals of the means in brackets.")
    if vague := _vague(study.summaries[-1]):
        told.append(
            f"Mean waits known only roughly (give or take more than half): "
            f"{_some(vague)}. More replications would tell."
        )
    return (*told, *unsettled(study, [len(study.runs) - 1]))


def _corrected(other: Against) -> str:
    clear = sum(moved.finding.clear for moved in other.moved)
    return (
        f"{len(other.moved)} questions were asked at once. A difference counts as "
        f"clear where chance is ruled out for all of them together: {clear} are. "
        "Those that 'may' move would be clear had they alone been asked about."
    )


def _some(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - _NAMES
    told = ", ".join(names[:_NAMES])
    return f"{told} and {more} more" if more > 0 else told


def _vague(whole: Summary) -> list[str]:
    """Return the services whose mean wait has a wide interval."""
    return [
        row.service
        for row in whole.services
        if (wait := row.wait_mean)
        and wait.interval
        and wait.mean
        and (wait.interval[1] - wait.interval[0]) / 2 > _VAGUE * wait.mean
    ]


def board_charts(study: Study) -> tuple[Chart, ...]:
    """Return the three charts of the first page.

    Parameters
    ----------
    study : Study
    """
    panels = study.panels - 2  # room for the words
    charts = [lists_chart(study, "board-lists", panels)]
    if standards := standards_chart(study, "board-standards"):
        charts.append(standards)
    if has_money(study):
        charts.append(money_chart(study, "board-cost"))
    if len(charts) < _CHARTS and has_busy(study):
        charts.append(busy_chart(study, "board-occupancy", _ROWS))
    if len(charts) < _CHARTS:
        charts.append(demand_chart(study, "board-demand", panels))
    return tuple(charts)
