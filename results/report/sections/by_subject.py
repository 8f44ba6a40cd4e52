"""What charts with one row for each subject show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from results.report.charts.by_subject import Row
from results.report.monthly import Months
from results.report.tables import at

if TYPE_CHECKING:
    from results.report.study import Study


def whole_row(
    study: Study, subject: str, found: Sequence[Months], promised: float | None = None
) -> Row:
    """Return a subject's values over the whole period, one for each run.

    Parameters
    ----------
    study : Study
    subject : str
    found : sequence of Months
        The measure in each run.
    promised : float, optional
    """
    named = zip(study.names, found, strict=True)
    return Row(subject, {name: at(run, subject) for name, run in named}, promised)
