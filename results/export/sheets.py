"""The sheets of a workbook, before any of it is written: headings and cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from results.export.export import Export, first_and_last
from results.export.figures import WHOLE, Figure, Key, Line, Series
from results.layout.labels import ALL
from results.measures.definitions import definitions
from results.measures.money import OF_SERVICES
from results.words.numbers import unit_for

HIDDEN = "*"
"""Stands where a number was suppressed."""
INTERVAL = "95% from", "95% to"


class Heading(NamedTuple):
    """A column."""

    text: str
    width: int


class Cell(NamedTuple):
    """What stands in a cell; None: nothing."""

    value: str | float | date | None
    form: str = "text"
    """`text`, `number`, `fine`, `percent`, `money`, `whole` or `date`."""


class Sheet(NamedTuple):
    """A sheet."""

    name: str
    about: str
    headings: tuple[Heading, ...]
    rows: Sequence[tuple[Cell, ...]]


class Theme(NamedTuple):
    """What belongs together."""

    name: str
    about: str
    kinds: tuple[str, ...]
    is_money: bool | None = None
    """Whether it holds measures about money, or others; None: both."""
    by_group: bool = False
    """Whether it shows groups beside each other."""

    def holds(self, line: Line) -> bool:
        """Return whether a line belongs here."""
        name = line.key.measure.partition(" (")[0]
        about_money = line.unit == "pounds" or name in OF_SERVICES
        return line.key.kind in self.kinds and self.is_money in (None, about_money)


_VISITS = ("service", "pathway")
_PROMISES = ("clock", "standard")
THEMES = (
    Theme(
        "Services", "Waits, lists, use and outcomes of services", ("service",), False
    ),
    Theme("All places", "Of what is one per place: all places together", ("block",)),
    Theme("Pathways", "The same for all steps of a pathway together", ("pathway",)),
    Theme("Patients", "Who came, left and was there", ("stream", "model")),
    Theme("Clocks", "Times from start to stop", ("clock",)),
    Theme("Standards", "Promises and whether they were kept", ("standard",), False),
    Theme("Escalation", "Rules that open units", ("escalation", "state")),
    Theme("Money", "Costs and spending", ("service", "standard", "budget"), True),
    Theme(
        "Fairness",
        "Groups of people beside each other",
        (*_VISITS, "stream", *_PROMISES, "model"),
        by_group=True,
    ),
)


def sheets(shown: Export) -> list[Sheet]:
    """Return the sheets of a workbook, without the list of contents.

    Parameters
    ----------
    shown : Export
    """
    found = [_runs(shown), *_themes(shown), _definitions(shown)]
    if shown.publishing is not None:
        found.append(_suppressed(shown))
    return found


def _themes(shown: Export) -> Iterator[Sheet]:
    """Yield the sheets of each theme: the whole period, then month by month."""
    for theme in THEMES:
        own = [line for line in shown.lines if theme.holds(line)]
        groups = {line.key.group for line in own} - {ALL}
        if theme.by_group:
            own = [line for line in own if groups]
        else:
            own = [line for line in own if line.key.group == ALL]
        for by_month in (False, True):
            part = [line for line in own if (line.key.period != WHOLE) == by_month]
            if theme.by_group and by_month:
                part = part if any(line.key.group != ALL for line in part) else []
            if part:
                yield _measures(shown, theme, part, by_month=by_month)


def _measures(
    shown: Export, theme: Theme, own: Sequence[Line], *, by_month: bool
) -> Sheet:
    """Return a sheet of measures."""
    days, units = first_and_last(shown.runs), _units(own)
    rows = [
        (
            *_names(theme, line.key),
            *(Cell(day, "date") for day in days[line.key.period] if by_month),
            Cell(units[_series(line)].name),
            *(c for f in line.figures for c in _cells(f, units[_series(line)])),
        )
        for line in own
    ]
    name = f"{theme.name} by month" if by_month else theme.name
    about = f"{theme.about}, month by month" if by_month else theme.about
    return Sheet(name, about, _headings(shown, theme, by_month=by_month), rows)


def _names(theme: Theme, key: Key) -> Iterator[Cell]:
    """Yield what a line is about."""
    if len(theme.kinds) > 1:
        yield Cell(key.kind)
    yield from map(Cell, (key.subject, key.measure, key.statistic))
    if theme.by_group:
        yield Cell("everybody" if key.group == ALL else key.group)


def _headings(shown: Export, theme: Theme, *, by_month: bool) -> tuple[Heading, ...]:
    """Return the columns of a sheet of measures."""
    many = len(theme.kinds) > 1
    headings = [Heading("Kind", 11)] * many
    headings += [Heading("Subject", 34), Heading("Measure", 38)]
    headings += [Heading("Statistic", 16)]
    headings += [Heading("Group", 26)] * theme.by_group
    headings += [Heading("First day", 12), Heading("Last day", 12)] * by_month
    headings += [Heading("Unit", 10)]
    for name in shown.runs:
        headings += [
            Heading(f"{name}: {part}", max(12, min(30, len(name) + 9)))
            for part in ("mean", *INTERVAL, "replications")
        ]
    return tuple(headings)


class _Unit(NamedTuple):
    """In what a measure is shown."""

    name: str
    size: float
    form: str


def _units(own: Iterable[Line]) -> dict[Series, _Unit]:
    """Return one unit for each measure of a subject, whatever the statistic and month.

    Times are shown in minutes, hours, days or weeks, as they are long.
    """
    sizes: dict[Series, float] = {}
    for line in own:
        known = [f.mean for f in line.figures if f and f.mean is not None]
        largest = max((abs(mean) for mean in known), default=0.0)
        sizes[_series(line)] = max(largest, sizes.get(_series(line), 0.0))
    return {series: _unit(series[-1], size) for series, size in sizes.items()}


def _series(line: Line) -> Series:
    """Return what shares a unit: a measure's times, apart from its shares."""
    return (*line.key[:3], line.unit)


def _unit(unit: str, size: float) -> _Unit:
    if unit == "days":
        chosen = unit_for(unit, size)
        return _Unit(chosen.name, chosen.size, "number")
    forms = {
        "share": "percent",
        "pounds": "money",
        "units": "fine",
        "unit-days": "fine",
    }
    return _Unit(unit, 1.0, forms.get(unit, "number"))


def _cells(figure: Figure | None, unit: _Unit) -> Iterator[Cell]:
    """Yield the mean, the ends of its interval, and of how many replications."""
    if figure is None:
        yield from [Cell(None)] * 4
    elif figure.mean is None:
        yield from [Cell(HIDDEN)] * 3
        yield Cell(None)
    else:
        for value in (figure.mean, figure.low, figure.high):
            yield Cell(None if value is None else value / unit.size, unit.form)
        yield Cell(figure.n, "whole")


def _runs(shown: Export) -> Sheet:
    """Return what was simulated."""
    rows = []
    days = {
        name: first_and_last({name: run})[WHOLE] for name, run in shown.runs.items()
    }
    for name, run in shown.runs.items():
        labels = run.labels
        rows.append(
            (
                Cell(name),
                Cell(labels.title),
                Cell(days[name][0], "date"),
                Cell(days[name][1], "date"),
                Cell(len(run.replications), "whole"),
                Cell(str(run.seed)),
                Cell(1 / labels.scale, "number"),
                Cell(run.manifest["caresim"]),
                Cell(run.manifest["scenario_digest"]),
                Cell(run.manifest["model_digest"]),
            )
        )
    headings = (
        Heading("Run", 26),
        Heading("Title", 60),
        Heading("First day", 12),
        Heading("Last day", 12),
        Heading("Replications", 13),
        Heading("Seed", 12),
        Heading("People per simulated patient", 28),
        Heading("caresim", 10),
        Heading("SHA-256 of the scenario", 68),
        Heading("SHA-256 of the model", 68),
    )
    return Sheet("Runs", "What was simulated", headings, rows)


def _definitions(shown: Export) -> Sheet:
    """Return what each measure means that is shown."""
    used = ((line.key.kind, *line.key[2:4]) for line in shown.lines)
    rows = [tuple(map(Cell, definition)) for definition in definitions(used)]
    headings = (
        Heading("Measure", 36),
        Heading("Statistic", 18),
        Heading("Of", 20),
        Heading("Unit", 12),
        Heading("Meaning", 80),
    )
    about = "What each measure means, and its unit; times may be shown in longer ones"
    return Sheet("Definitions", about, headings, rows)


def _suppressed(shown: Export) -> Sheet:
    """Return what was held back, and why."""
    rows = [
        tuple(Cell(text) for text in (s.run, *s.key, s.reason))
        for s in shown.suppressed
    ]
    widths = (26, 11, 34, 28, 16, 26, 12, 60)
    names = ("Run", "Kind", "Subject", "Measure", "Statistic", "Group", "Period", "Why")
    headings = tuple(map(Heading, names, widths))
    about = shown.publishing.sentence() if shown.publishing else ""
    return Sheet("Suppressed", about, headings, rows)
