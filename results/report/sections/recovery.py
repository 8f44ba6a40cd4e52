"""By when standards that are missed are met again."""

from __future__ import annotations

from results.report.charts.by_date import recovery_chart
from results.report.content import Chart, Section, Table
from results.report.sections.promises import ranked
from results.report.study import Study
from results.report.tables import NOTHING, heads
from results.summary.recovering import missed_standards, recoveries
from results.summary.recovery import QUANTILES, STAYS, Recovery, month_words
from results.summary.recovery_words import (
    by_when,
    months_in_words,
    sentences,
    share_open,
)

_WHAT = (
    "In which share of the replications each standard is met again by each month, with "
    f"{months_in_words(STAYS)} met in a row. Where it is never missed counts from the "
    "start. The band is a 95% interval; the last months are left out, as what follows "
    "the period cannot be told."
)
_TOLD = 2
"""Of how many standards the sentences speak."""


def recovery_section(study: Study) -> Section | None:
    """Return the section on standards that are met again; None: none is missed.

    Parameters
    ----------
    study : Study
    """
    missed = {name for run in study.runs for name in missed_standards(run)}
    standards = [name for name in ranked(study) if name in missed]
    of_runs = [recoveries(run) for run in study.runs] if standards else []
    found = {name: [of_run.get(name) for of_run in of_runs] for name in standards}
    told = [name for name in standards if any(r and r.shares for r in found[name])]
    if not told:
        return None
    return Section(
        "recovery",
        "When standards are met again",
        tuple(_sentences(study, found, told)),
        (_chart(study, found, told),),
        (_table(study, found, told),),
        scaled=False,
    )


Found = dict[str, list[Recovery | None]]


def _sentences(study: Study, found: Found, told: list[str]) -> list[str]:
    """Say of the first standards by when they are met again in the last run."""
    where = f" in {study.spoken[-1]}" if len(study.runs) > 1 else ""
    last = [(name, found[name][-1]) for name in told[:_TOLD]]
    return [
        f"{name[:1].upper()}{name[1:]}{where}: {' '.join(sentences(of))}"
        for name, of in last
        if of is not None
    ]


def _chart(study: Study, found: Found, told: list[str]) -> Chart:
    drawn = told[: study.panels]
    panels = [
        (name, [(n, r) for n, r in zip(study.names, found[name], strict=True) if r])
        for name in drawn
    ]
    return Chart(
        "recovery",
        "Share of replications in which the standard is met again",
        _WHAT,
        _by_month(study, found, drawn),
        recovery_chart(panels),
    )


def _by_month(study: Study, found: Found, drawn: list[str]) -> Table:
    """Return the numbers of the chart."""
    known = {
        (name, place, s.month): f"{s.share:.0%} ({s.low:.0%} to {s.high:.0%})"
        for name in drawn
        for place, of in enumerate(found[name])
        if of is not None
        for s in of.shares
    }
    months = sorted({month for _, _, month in known})
    rows = [
        (
            month_words(month),
            *(
                known.get((name, place, month), NOTHING)
                for name in drawn
                for place in range(len(study.runs))
            ),
        )
        for month in months
    ]
    columns = ("month", *heads(study, drawn))
    return Table("Met again by each month, with 95% intervals", columns, tuple(rows))


def _table(study: Study, found: Found, told: list[str]) -> Table:
    """Return by when each standard is met again in half, and in nine in ten."""
    names = [name for _, name in QUANTILES]
    columns = [*(f"{name} by" for name in names), "not within the period"]
    rows = []
    for name in told:
        by = [_cell(of, place) for place in range(len(names)) for of in found[name]]
        rows.append(
            (name, *by, *(share_open(r) if r else NOTHING for r in found[name]))
        )
    caption = f"By when standards are met again, for {months_in_words(STAYS)} at least"
    return Table(caption, ("standard", *heads(study, columns)), tuple(rows))


def _cell(found: Recovery | None, place: int) -> str:
    return NOTHING if found is None else by_when(found, found.quantiles[place])
