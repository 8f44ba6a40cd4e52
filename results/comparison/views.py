"""What of two runs is set side by side: whose figures, and of which period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from results.comparison.fairness import gaps_of
from results.errors import ResultError
from results.layout.labels import ALL, Labels
from results.measures.naming import Name
from results.selection.figures import Figures, figures
from results.selection.people import along, recorded_dimensions

if TYPE_CHECKING:
    from results.run import Run

MONTH, GROUP, SERVICE = "month", "group", "service"


@dataclass(frozen=True)
class Frame:
    """What a comparison looks at."""

    by: str = ""
    """`month`, `group`, `service`, a dimension such as `place`; or nothing."""
    group: str = ALL
    period: str = "whole"
    gaps: tuple[str, ...] = ()
    percents: tuple[int, ...] = ()
    """Quantiles that are wanted besides those of the table."""


@dataclass(frozen=True)
class View:
    """The figures of all runs for some people and a period, the baseline first."""

    group: str
    period: str
    figures: tuple[Figures, ...]
    who: Mapping[Name, str] | None = None
    """Of gaps: who is set against whom."""
    pairs: int = 1
    """Of gaps: from how many pairs they were chosen."""

    def of(self, place: int) -> View:
        """Return the figures of the baseline and of one other run alone."""
        return replace(self, figures=(self.figures[0], self.figures[place]))


def views(runs: Sequence[Run], frame: Frame) -> Iterator[View]:
    """Yield what is to be compared, one view for each month or group.

    Parameters
    ----------
    runs : sequence of Run
        The baseline first.
    frame : Frame

    Raises
    ------
    ResultError
        If there is no such group or period, or nothing to tell apart by.
    """
    labels = runs[0].labels
    check_by(labels, frame.by)
    months = labels.period_names[:-1]
    for period in months if frame.by == MONTH else (frame.period,):
        if frame.gaps:
            for text in frame.gaps:
                of = gaps_of(runs, text, period, frame.percents)
                yield View(text, period, of.figures, of.who, of.pairs)
            continue
        for group in _groups(labels, frame):
            values = (figures(run, group, period, frame.percents) for run in runs)
            yield View(group, period, tuple(values))


def check_by(labels: Labels, by: str) -> None:
    """Refuse to tell apart by what no run records.

    Parameters
    ----------
    labels : Labels
    by : str

    Raises
    ------
    ResultError
    """
    if by in ("", MONTH, SERVICE) or by in dimensions(labels):
        return
    if by == GROUP:
        if len(labels.groups) > 1:
            return
        raise ResultError(
            "no groups are recorded in these runs: write `record: {by: [...]}` into "
            "the scenario and run it again"
        )
    known = [MONTH, GROUP, SERVICE, *dimensions(labels)]
    near = get_close_matches(by, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ResultError(
        f"these runs cannot be told apart by '{by}': they can by {', '.join(known)}."
        f"{hint} Groups of people can where `record: {{by: [{by}]}}` stands in the "
        "scenario, services where they are `one_per` it"
    )


def dimensions(labels: Labels) -> tuple[str, ...]:
    """Return the dimensions of recorded groups, and those services are one per."""
    homes = (service.home[0] for service in labels.services if service.home)
    return tuple(dict.fromkeys((*recorded_dimensions(labels), *homes)))


def is_apart(labels: Labels, by: str) -> bool:
    """Return whether services are told apart one by one: by name, or by place.

    Parameters
    ----------
    labels : Labels
    by : str
    """
    return by not in ("", MONTH, GROUP, *recorded_dimensions(labels))


def is_asked(labels: Labels, by: str, name: Name) -> bool:
    """Return whether a measure belongs to what is told apart.

    Parameters
    ----------
    labels : Labels
    by : str
        `service` asks about services alone; a dimension along which nothing is
        recorded about the services that are one per it.
    name : Name
    """
    if by == SERVICE:
        return name.kind == "service"
    if not is_apart(labels, by):
        return True
    homes = {s.name for s in labels.services if s.home and s.home[0] == by}
    return name.kind == "service" and name.subject in homes


def _groups(labels: Labels, frame: Frame) -> tuple[str, ...]:
    """Return whose figures are looked at."""
    if frame.by == GROUP:
        return labels.group_names[1:]
    if frame.by in recorded_dimensions(labels):
        return along(labels, frame.by)
    return (frame.group,)
