"""Why those waited who were not within a standard."""

from __future__ import annotations

from collections.abc import Sequence

from results.measures.naming import CAUSES
from results.report.charts.by_month import Parts, Stack, side_by_side, stacks_by_month
from results.report.charts.palette import PARTS
from results.report.content import Chart, Table
from results.report.monthly import Months, mean_of
from results.report.sections.by_month import drawn_months
from results.report.study import Study
from results.report.tables import at, cell, explained, heads
from results.summary.breaches import breach_name
from results.words.numbers import unit_for

_STACKS, _ROWS = 6, 3
"""Of how many standards this is drawn, and in how many rows: it fits on a page."""
_TOLD = 2
"""Of how many standards the sentence speaks."""
_WHAT = (
    "How long those took who were not within, and to what the model puts this down: an "
    "account of what services did while they waited, not of what more capacity would "
    "take away."
)
_QUARTERS = "Drawn is the last month of each quarter."


def breaches_chart(study: Study, standards: Sequence[str]) -> list[Chart]:
    """Return the times of breaches by cause; nothing, where all are within.

    Parameters
    ----------
    study : Study
    standards : sequence of str
        In the order in which they are shown.
    """
    by_cause = [
        study.measure("standard", breach_name(cause), "mean") for cause in CAUSES
    ]
    columns = side_by_side(len(study.runs))
    most = min(_STACKS, max(1, _ROWS * columns // len(study.runs)))
    having = [s for s in standards if any(run.get(s) for run in by_cause[0])]
    if not having:
        return []
    drawn = having[:most]
    months = drawn_months(study)
    periods = [f"{study.months[place]:%Y-%m}" for place in months]
    bars = {
        (standard, run): [
            [mean_of(at(cause[run], standard, period)) for cause in by_cause]
            for period in periods
        ]
        for standard in drawn
        for run in range(len(study.runs))
    }
    tallest = {
        standard: max(
            sum(parts)
            for (name, _), values in bars.items()
            if name == standard
            for parts in values
        )
        for standard in drawn
    }
    units = {standard: unit_for("days", tallest[standard]) for standard in drawn}
    stacks = [
        Stack(
            standard,
            name if len(study.runs) > 1 else "",
            units[standard].name,
            [[d / units[standard].size for d in part] for part in bars[standard, run]],
            tallest[standard] / units[standard].size,
        )
        for standard in drawn
        for run, name in enumerate(study.names)
    ]
    drawing = stacks_by_month(
        stacks,
        [study.months[place] for place in months],
        Parts(CAUSES, PARTS, "in", "put down to"),
        columns,
    )
    some = () if len(months) == len(study.months) else (_QUARTERS,)
    told = " ".join([_WHAT, *some, *_sentences(study, drawn[:_TOLD])])
    title = "Why they waited who were not within"
    return [Chart("breaches", title, told, _table(study, having, by_cause), drawing)]


def _sentences(study: Study, standards: Sequence[str]) -> list[str]:
    """Say to what the time of breaches of each standard is put down in the last run."""
    where = f" in {study.spoken[-1]}" if len(study.runs) > 1 else ""
    last = [(s, list(study.standard_rows(s))[-1]) for s in standards]
    return [
        f"{standard[:1].upper()}{standard[1:]}{where}: {row.why}"
        for standard, row in last
        if row and row.why
    ]


def _table(
    study: Study, standards: Sequence[str], by_cause: Sequence[Sequence[Months]]
) -> Table:
    """Return the mean time of breaches by cause over the whole period."""
    body = [
        (standard, *(cell(at(run, standard), "days") for c in by_cause for run in c))
        for standard in standards
    ]
    caption = "The time of each of those not within, by cause, the whole period"
    return Table(
        explained(study, caption), ("standard", *heads(study, CAUSES)), tuple(body)
    )
