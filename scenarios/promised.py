"""Clocks and standards in words: what is measured, what is promised from when on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.curves import month_starts, steps
from scenarios.dates import written_date
from scenarios.problems import quoted
from scenarios.scenario import Clock, Moment, Scenario, Standard
from scenarios.shipped_standards import Shipped, shipped
from scenarios.standard_spec import ClockStandardForm, OccupancyForm, StandardSpec
from scenarios.standards import about
from scenarios.texts import Quantity, duration

COUNTED = {
    "completed": "of those whose clock stops in the month",
    "still_waiting": "of those whose clock has not stopped at the month's end",
}
UNITS = (
    ("week", 10_080),
    ("day", 1_440),
    ("hour", 60),
    ("min", 1),
)
"""Units of time and how many minutes they have."""


@dataclass(frozen=True)
class Figure:
    """What is promised from a date on, or the time within which it is."""

    since: str | None
    """A date; None: always."""
    figure: str
    status: str
    """`sourced`, `estimate` or `assumption`."""
    source: str


@dataclass(frozen=True)
class Listed:
    """A standard that comes with caresim."""

    name: str
    about: str
    """`clock`, `occupancy` or `patients`."""
    measures: str
    """What to time, or where to look, in words."""
    promises: str
    figures: tuple[Figure, ...]
    notes: str

    def lines(self) -> list[str]:
        """Return the standard in a few lines: what it promises, and who says so."""
        sources: dict[tuple[str, str], list[str]] = {}
        for figure in self.figures:
            since = f" from {figure.since}" if figure.since else ""
            key = (figure.status, figure.source)
            sources.setdefault(key, []).append(f"{figure.figure}{since}")
        return [
            self.name,
            f"  {self.about}: {self.measures}",
            f"  {self.promises}.",
            *(
                f"  {status}: {', '.join(n)} ({s})"
                for (status, s), n in sources.items()
            ),
            *([f"  {self.notes}"] if self.notes else []),
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the standard as plain data."""
        return asdict(self)


def listed_standards() -> tuple[Listed, ...]:
    """Return the standards that come with caresim, in the order of their file."""
    return tuple(_listed(standard) for standard in shipped().values())


def _listed(standard: Shipped) -> Listed:
    form, key = standard.form, about(standard.form)
    figures = [
        Figure(
            None if since is None else written_date(since),
            figure.text,
            standard.source(figure).status,
            standard.source(figure).citation,
        )
        for part in ("within", "percentile", "mean_within", "target", "at_most")
        for since, figure in _by_date(getattr(form, part, None))
    ]
    return Listed(
        standard.name,
        key,
        str(getattr(form, key)),
        _promise_of(form),
        tuple(figures),
        form.notes or "",
    )


def _by_date(written: object) -> Iterator[tuple[int | None, Quantity]]:
    """Yield a figure, or each of several with its date."""
    if isinstance(written, Quantity):
        yield None, written
    elif isinstance(written, dict):
        yield from sorted(written.items(), key=lambda item: item[0])


def _promise_of(form: StandardSpec) -> str:
    """Return what a shipped standard promises."""
    if isinstance(form, ClockStandardForm):
        counted = COUNTED[str(form.counts)]
        if form.mean_within is not None:
            return f"Within {_dates(form.mean_within)} on average, {counted}"
        if form.percentile is not None:
            return f"{_text(form.percentile)} within {_dates(form.within)}, {counted}"
        return f"{_dates(form.target)} within {_text(form.within)}, {counted}"
    if isinstance(form, OccupancyForm):
        return f"At most {_dates(form.at_most)} occupied, on average over the month"
    return f"At most {_dates(form.at_most)} patients, on average over the month"


def _text(written: object) -> str:
    return next(figure.text for _, figure in _by_date(written))


def _dates(written: object) -> str:
    (_, first), *later = _by_date(written)
    rest = [f"from {written_date(since or 0)} {f.text}" for since, f in later]
    return f"{first.text} ({'; '.join(rest)})" if rest else first.text


# Of a scenario


def promises(scenario: Scenario) -> tuple[str, ...]:
    """Return each clock and each standard of a scenario as a sentence."""
    blocks = _blocks(scenario)
    return (
        *(_clock(clock, blocks) for clock in scenario.clocks),
        *(_standard(scenario, standard) for standard in scenario.standards),
    )


Blocks = dict[str, tuple[str, int]]
"""By part: the service that is written once for several places, and how many parts."""


def _blocks(scenario: Scenario) -> Blocks:
    """Return of what each service is a part."""
    blocks = {s.name: s.written_name for s in scenario.services if s.home is not None}
    sizes = Counter(blocks.values())
    return {part: (block, sizes[block]) for part, block in blocks.items()}


def _clock(clock: Clock, blocks: Blocks) -> str:
    parts = [f"starts when a patient {_moments(clock.start, blocks)}"]
    if clock.pause:
        parts.append(f"stands still when a patient {_moments(clock.pause, blocks)}")
        parts.append(f"goes on when a patient {_moments(clock.resume, blocks)}")
    parts.append(f"stops when a patient {_moments(clock.stop, blocks)}")
    return f"Clock {quoted(clock.name)}: {'; '.join(parts)}."


def _moments(moments: Sequence[Moment], blocks: Blocks) -> str:
    """Return moments in words; all parts of a service are said as one."""
    own = [(*blocks.get(m.service or "", (m.service, 0)), m.event) for m in moments]
    there = Counter(own)
    said = [
        f"{event} {block}" if there[block, size, event] == size else _moment(moment)
        for moment, (block, size, event) in zip(moments, own, strict=True)
    ]
    return " or ".join(dict.fromkeys(said))


def _moment(moment: Moment) -> str:
    place = moment.service or (moment.step[1] if moment.step else "the model")
    return f"{moment.event} {place}"


def _standard(scenario: Scenario, standard: Standard) -> str:
    figures = _over_time(scenario, standard)
    counted = _counted(standard)
    places = " and ".join(standard.services)
    promise = {
        "share": f"{figures} within {_within(standard)}, {counted}",
        "percentile": f"{standard.percentile}% within {figures}, {counted}",
        "mean": f"within {figures} on average, {counted}",
        "occupancy": f"at most {figures} of {places} occupied, on average over a month",
        "patients": f"at most {figures} patients at {places}, on average over a month",
    }[standard.measure]
    return f"Standard {quoted(standard.name)}: {promise}. {_origin(standard)}".rstrip()


def _counted(standard: Standard) -> str:
    whose = COUNTED.get(standard.counts or "", "")
    some = " in some groups" if standard.groups else ""
    clock = f"clock {quoted(standard.clock or '')}"
    return whose.replace("those", f"those{some}").replace("clock", clock)


def _origin(standard: Standard) -> str:
    if standard.shipped is not None:
        return f"The figures are those of {quoted(standard.shipped)}."
    source = standard.target.source
    return "" if source is None else f"{source.status.capitalize()}: {source.citation}."


def _within(standard: Standard) -> str:
    """Return the time of a share: as it is written, unless a change has altered it."""
    number = standard.within
    if number is None:
        return ""
    is_as_written = duration(number.text).value == number.values[0]
    return number.text if is_as_written else time_text(number.values[0])


def _over_time(scenario: Scenario, standard: Standard) -> str:
    """Return what is promised, and what from later months on."""
    period = scenario.period
    months = [period.start, *month_starts(period.start, period.end), period.end]
    (_, first), *later = steps(period, standard.target, months)
    rest = [f"from {written_date(t)} {_figure(standard, v)}" for t, v in later]
    whole = _figure(standard, first)
    return f"{whole} ({'; '.join(rest)})" if rest else whole


def _figure(standard: Standard, value: float) -> str:
    if standard.measure in ("share", "occupancy"):
        return f"{100 * value:.4g}%"
    return f"{value:,.6g}" if standard.measure == "patients" else time_text(value)


def time_text(days: float) -> str:
    """Return a time in the largest unit of which it is a whole number."""
    minutes = round(days * 1_440, 9)
    for unit, size in UNITS:
        number = minutes / size
        if number >= 1 and number == int(number):
            plural = "s" if number > 1 and unit != "min" else ""
            return f"{int(number)} {unit}{plural}"
    return f"{minutes * 60:.6g} sec"
