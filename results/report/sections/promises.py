"""The standards, held against what was promised."""

from __future__ import annotations

from collections.abc import Sequence

from results.report.charts.by_subject import dots
from results.report.content import Chart, Section, Table
from results.report.sections.breaches import breaches_chart
from results.report.sections.by_month import Shown, monthly_chart
from results.report.sections.by_subject import whole_row
from results.report.study import Study
from results.report.tables import NOTHING, cell, explained, heads
from results.summary.summary import StandardRow

_TARGETS = {"share": "share", "days": "time", "patients": "patients"}
"""The statistic of the target, by the unit of what is promised."""
_AXES = {"share": "of those counted", "days": "days", "patients": "patients"}
_DOTS = 16
"""How many standards are drawn for the whole period."""
_SAID = (
    "Each standard is held against its threshold month by month. A standard counts as "
    "met in a month where the threshold was reached in that month."
)
_NONE = (
    "The scenario has no standards, so there is nothing to hold against a threshold."
)


def standards_section(study: Study) -> Section:
    """Return the section on standards.

    Parameters
    ----------
    study : Study
    """
    if not study.standards:
        return Section("standards", "Standards", (_NONE,))
    return Section(
        "standards",
        "Standards",
        (_SAID,),
        (_by_month(study), *breaches_chart(study, ranked(study))),
        (_table(study),),
        scaled=False,
    )


def standards_chart(study: Study, name: str) -> Chart | None:
    """Return the standards that promise a share; None where there are none.

    Parameters
    ----------
    study : Study
    name : str
        Of the chart's files.
    """
    shares = [s for s in ranked(study) if _row(study, s).measure == "share"][:_DOTS]
    if not shares:
        return None
    found = study.measure("standard", "within", "share")
    rows = [whole_row(study, s, found, _row(study, s).target) for s in shares]
    drawing = dots(
        rows, unit="share", axis="within the time, whole period", mark="promised"
    )
    return Chart(
        name,
        "Standards against their thresholds",
        f"The share within the time of each standard. {met_sentence(study)}",
        _table(study),
        drawing,
    )


def ranked(study: Study) -> list[str]:
    """Return the standards: those that moved, then those that are missed, come first.

    Parameters
    ----------
    study : Study
    """

    def weight(standard: str) -> tuple[float, float]:
        met = [
            row.months_met.mean
            for row in study.standard_rows(standard)
            if row and row.months_met
        ]
        return -max((abs(m - met[0]) for m in met), default=0.0), min(met, default=2.0)

    return sorted(study.standards, key=weight)


def met_sentence(study: Study) -> str:
    """Say how many standards are met in every month.

    Parameters
    ----------
    study : Study
    """
    counts = [
        sum(1 for r in summary.standards if r.months_met and r.months_met.mean == 1)
        for summary in study.summaries
    ]
    total = len(study.standards)
    if len(counts) == 1:
        return f"{counts[0]} of {total} standards are met in every month."
    told = " and ".join(
        f"{count} in {name}" for count, name in zip(counts, study.spoken, strict=True)
    )
    return f"Of {total} standards, those met in every month: {told}."


def _row(study: Study, standard: str) -> StandardRow:
    """Return the row of a standard in the first run that has it."""
    return next(row for row in study.standard_rows(standard) if row)


def _by_month(study: Study) -> Chart:
    return monthly_chart(
        study,
        "standards",
        "Standards by month, against their thresholds",
        "What each standard achieves by month:",
        [_shown(study, standard) for standard in ranked(study)[: study.panels]],
    )


def _shown(study: Study, standard: str) -> Shown:
    row = _row(study, standard)
    achieved = (
        ("within", "share") if row.measure == "share" else ("achieved", row.measure)
    )
    return Shown(
        standard,
        study.measure("standard", *achieved),
        row.unit,
        _AXES[row.unit],
        study.measure("standard", "target", _TARGETS[row.unit]),
        "Promised",
        1.0 if row.measure == "share" else None,
    )


def _table(study: Study) -> Table:
    """Return what every standard achieves and promises over the whole period."""
    body = [_cells(study, standard) for standard in study.standards]
    columns = heads(study, ["achieved", "promised", "months met"])
    return Table(
        explained(study, "All standards, the whole period"),
        ("standard", *columns),
        tuple(body),
    )


def _cells(study: Study, standard: str) -> tuple[str, ...]:
    rows: Sequence[StandardRow | None] = list(study.standard_rows(standard))
    return (
        standard,
        *(cell(row.achieved, row.unit) if row else NOTHING for row in rows),
        *((row.promised or "changes") if row else NOTHING for row in rows),
        *(cell(row.months_met, "share") if row else NOTHING for row in rows),
    )
