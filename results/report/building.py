"""A report from its runs: which sections it has, and what stands on its first page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from results.report.board import answer, board_charts, changes, how_sure, question
from results.report.charts.palette import STYLES
from results.report.content import Key, Report
from results.report.sections.demand import demand_section
from results.report.sections.fairness import fairness_section
from results.report.sections.flows import flows_section
from results.report.sections.lists import lists_section
from results.report.sections.method import method_section
from results.report.sections.money import money_section
from results.report.sections.occupancy import blocked_section, occupancy_section
from results.report.sections.promises import standards_section
from results.report.sections.recovery import recovery_section
from results.report.study import Study

if TYPE_CHECKING:
    from results.run import Run

_SECTIONS = (
    demand_section,
    lists_section,
    standards_section,
    recovery_section,
    occupancy_section,
    blocked_section,
    flows_section,
    money_section,
    fairness_section,
    method_section,
)


def build(runs: Sequence[Run], title: str | None = None) -> Report:
    """Return all that a report shows.

    Parameters
    ----------
    runs : sequence of Run
        The baseline first.
    title : str, optional
        Without it, that of the last run.
    """
    study = Study(tuple(runs))
    return Report(
        title=title or study.runs[-1].labels.title,
        question=question(study),
        changes=changes(study),
        answer=answer(study),
        how_sure=how_sure(study),
        board=board_charts(study),
        key=tuple(
            Key(name, run.labels.title, style.colour)
            for name, run, style in zip(study.names, study.runs, STYLES, strict=False)
        ),
        scale=_scale(study),
        sections=tuple(filter(None, (section(study) for section in _SECTIONS))),
    )


def _scale(study: Study) -> str:
    """Say what numbers of patients stand for."""
    scale = study.runs[0].labels.scale
    if scale == 1:
        return ""
    return (
        f"One simulated patient stands for {1 / scale:,.4g}: numbers of patients, beds "
        "and pounds are those of the small system. Waits, shares and standards stand "
        "as they are."
    )
