"""Tables of a report: numbers as people say them, one column for each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from results.report.content import Table
from results.report.monthly import WHOLE, Months, bounded, mean_of
from results.words.numbers import counted, plus_minus, with_interval

if TYPE_CHECKING:
    from results.report.study import Study
    from results.statistics.estimates import Estimate

NOTHING = "–"
"""Where there is no number."""
_COUNTED = ("visits", "patients", "places", "units", "")
"""Units that the heading says, so that cells need not."""
_EXPLAINED = "± is half a 95% interval"


def said(value: Estimate | None, unit: str) -> str:
    """Return what is counted, timed or paid, with its interval, for sentences.

    Parameters
    ----------
    value : Estimate or None
    unit : str
        Of the table of measures.
    """
    return NOTHING if value is None else with_interval(bounded(value), unit)


def cell(value: Estimate | None, unit: str) -> str:
    """Return an estimate with half its interval, for tables.

    Parameters
    ----------
    value : Estimate or None
    unit : str
        Of the table of measures.
    """
    if value is None:
        return NOTHING
    return counted(value) if unit in _COUNTED else plus_minus(value, unit)


def explained(study: Study, caption: str) -> str:
    """Return a caption that says what ± stands for."""
    alone = all(len(run.replications) == 1 for run in study.runs)
    return caption if alone else f"{caption} ({_EXPLAINED})"


def at(found: Months, subject: str, period: str = WHOLE) -> Estimate | None:
    """Return the value of a subject in a period, if there is one."""
    return found.get(subject, {}).get(period)


def largest(found: Sequence[Months], subject: str) -> float:
    """Return the largest mean of a subject over the whole period, of all runs."""
    return max(mean_of(at(run, subject)) for run in found)


def against_baseline(study: Study, texts: Sequence[str], when: str = "") -> str:
    """Say figures of several runs, the baseline's last.

    Parameters
    ----------
    study : Study
    texts : sequence of str
        One for each run.
    when : str
        Of which time they are: ` in March 2024`.
    """
    first, *others = texts
    named = zip(others, study.spoken[1:], strict=True)
    told = ", ".join(f"{text} in {name}" for text, name in named)
    return f"{told}{when}, against {first} in the baseline"


def heads(study: Study, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the headings of columns, one for each run.

    Parameters
    ----------
    study : Study
    columns : iterable of str
    """
    if len(study.runs) == 1:
        return tuple(columns)
    return tuple(f"{column}: {name}" for column in columns for name in study.names)


def monthly_table(
    study: Study, caption: str, columns: Mapping[str, tuple[str, Sequence[Months], str]]
) -> Table:
    """Return a table with a row for each month.

    Parameters
    ----------
    study : Study
    caption : str
    columns : mapping of str to (str, sequence, str)
        For each heading: the subject, the measure in each run, and its unit.
    """
    rows = [
        (
            f"{month:%B %Y}",
            *(
                cell(at(found, subject, f"{month:%Y-%m}"), unit)
                for subject, runs, unit in columns.values()
                for found in runs
            ),
        )
        for month in study.months
    ]
    return Table(
        explained(study, caption), ("month", *heads(study, columns)), tuple(rows)
    )


def whole_table(
    study: Study,
    caption: str,
    subjects: tuple[str, Sequence[str]],
    columns: Mapping[str, tuple[Sequence[Months], str]],
) -> Table:
    """Return a table of the whole period, with a row for each subject.

    Parameters
    ----------
    study : Study
    caption : str
    subjects : (str, sequence of str)
        What they are, and their names.
    columns : mapping of str to (sequence, str)
        For each heading: the measure in each run, and its unit. A column without a
        number, and a row without one, is left out.
    """
    head, names = subjects
    some = {h: c for h, c in columns.items() if any(c[0])}
    rows = [
        (
            name,
            *(cell(at(f, name), unit) for runs, unit in some.values() for f in runs),
        )
        for name in names
    ]
    known = tuple(row for row in rows if set(row[1:]) != {NOTHING})
    return Table(explained(study, caption), (head, *heads(study, some)), known)
