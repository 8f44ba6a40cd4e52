"""What measures are called: "SUBJECT: MEASURE, STATISTIC", one grammar everywhere.

`community mental health: wait, mean` is the mean wait at the service of that name.
Where a measure is split further, what it is split by stands in brackets:
`A&E: left unseen (gives up), number`. Measures of a pathway have `pathway` before the
name: `pathway hip: wait, mean`. What is one per place is a service in each, and a block
all together: `community team in Leeds: wait, mean`, `community team: wait, mean`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from results.errors import ResultError

EACH = ("service", "pathway", "block")
OPENED = ("service", "block")
"""A block is what is one per place, all places together."""
SERVICE = ("service",)


class Measure(NamedTuple):
    """A number that is defined for every subject of its kinds."""

    kinds: tuple[str, ...]
    name: str
    statistic: str
    unit: str
    quiet: float | None
    """Its value where nothing happened; None: it has none (a mean of nobody)."""
    meaning: str
    split_by: str = ""
    """What stands in brackets after the name, if anything."""

    @property
    def adds(self) -> bool:
        """Whether the values of groups add up to that of all of them."""
        return self.unit not in ("days", "share") and self.name != _PER_PATIENT


_PER_PATIENT = "cost per patient within"


class Name(NamedTuple):
    """A measure of one subject."""

    kind: str
    subject: str
    measure: str
    """With what it is split by: `left unseen (gives up)`."""
    statistic: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """What `measure_of` takes."""
        return self.kind, self.measure, self.statistic

    @property
    def text(self) -> str:
        """The name as it is written."""
        prefix = "pathway " if self.kind == "pathway" else ""
        return f"{prefix}{self.subject}: {self.measure}, {self.statistic}"


def _times(
    kinds: tuple[str, ...], name: str, statistics: str, whose: str
) -> Iterator[Measure]:
    """List the statistics of a time."""
    for statistic in statistics.split("; "):
        yield Measure(kinds, name, statistic, "days", None, f"{statistic} {whose}")


MEASURES: tuple[Measure, ...] = (
    Measure(EACH, "arrivals", "number", "visits", 0, "visits that joined"),
    Measure(EACH, "arrivals", "per day", "visits", 0, "joined ÷ days of the period"),
    Measure(EACH, "starts", "number", "visits", 0, "treatments started"),
    Measure(EACH, "completions", "number", "visits", 0, "treated, unit given back"),
    Measure(EACH, "left unseen", "number", "visits", 0, "left the line unseen"),
    Measure(
        EACH,
        "left unseen",
        "share",
        "share",
        None,
        "left ÷ waits decided in the period",
    ),
    Measure(
        SERVICE,
        "left unseen",
        "number",
        "visits",
        0,
        "left the line by this waiting event",
        "waiting event",
    ),
    Measure(
        SERVICE,
        "changed priority",
        "number",
        "visits",
        0,
        "by this waiting event, staying in line",
        "waiting event",
    ),
    Measure(EACH, "turned away", "number", "visits", 0, "turned away on joining"),
    Measure(EACH, "turned away", "share", "share", None, "turned away ÷ joined"),
    Measure(
        SERVICE,
        "turned away",
        "number",
        "visits",
        0,
        "turned away by this rule",
        "rule",
    ),
    Measure(EACH, "did not attend", "number", "visits", 0, "took a slot, did not come"),
    Measure(
        EACH, "did not attend", "share", "share", None, "absent ÷ (absent + starts)"
    ),
    Measure(EACH, "handed back", "number", "visits", 0, "treatment broken off"),
    *_times(
        EACH,
        "wait",
        "mean; median; 90th percentile; 95th percentile",
        "of the waits of those whose treatment started",
    ),
    Measure(
        EACH,
        "wait",
        "share above zero",
        "share",
        None,
        "of those who started, waited",
    ),
    *_times(EACH, "wait before leaving", "mean", "of those who left unseen"),
    Measure(EACH, "list at the end", "number", "patients", 0, "in line at the end"),
    *_times(
        EACH,
        "age of the list",
        "mean; median; 90th percentile",
        "of the waits so far of those in line at the end",
    ),
    Measure(EACH, "in line", "mean", "patients", 0, "average over time in line"),
    Measure(EACH, "in use", "mean", "units", 0, "average over time of units taken"),
    Measure(EACH, "in use at the end", "number", "units", 0, "units taken at the end"),
    Measure(
        OPENED, "capacity", "mean", "units", None, "average over time of units open"
    ),
    Measure(
        OPENED,
        "utilisation",
        "of rostered time",
        "share",
        None,
        "staff: unit-time taken ÷ unit-time open; above 1 when they finish late",
    ),
    Measure(
        OPENED,
        "occupancy",
        "mean",
        "share",
        None,
        "beds, places: unit-time taken ÷ unit-time open",
    ),
    Measure(OPENED, "slots", "offered", "slots", None, "slots whose moment came"),
    Measure(
        OPENED, "slots", "share used", "share", None, "(starts + absent) ÷ offered"
    ),
    *_times(EACH, "length of stay", "mean", "of the stays of units given back"),
    Measure(
        EACH,
        "delayed",
        "mean",
        "units",
        0,
        "average taken after the end of treatment",
    ),
    Measure(EACH, "delayed", "total", "unit-days", 0, "taken after end of treatment"),
    Measure(
        OPENED,
        "blocked",
        "mean",
        "units",
        0,
        "of that, average kept until the next service called in",
    ),
    Measure(OPENED, "blocked", "total", "unit-days", 0, "kept for the next service"),
    Measure(
        SERVICE, "blocked", "total", "unit-days", 0, "of that, for this", "service"
    ),
    Measure(
        SERVICE,
        "helped elsewhere",
        "number",
        "visits",
        0,
        "called in to units of another service",
    ),
    Measure(
        SERVICE, "helped elsewhere", "mean", "units", 0, "average of such units taken"
    ),
    Measure(SERVICE, "breakdowns", "number", "times", 0, "machines that broke down"),
    Measure(
        SERVICE, "down", "share of time", "share", 0, "time down ÷ machines × time"
    ),
    Measure(SERVICE, "helped elsewhere", "total", "unit-days", 0, "time in such units"),
    Measure(
        SERVICE, "moved back", "number", "visits", 0, "to units of their own service"
    ),
    Measure(OPENED, "cost", "total", "pounds", 0, "what it costs all budgets"),
    Measure(
        SERVICE, "cost", "total", "pounds", 0, "what it costs this budget", "budget"
    ),
    Measure(SERVICE, "cost of use", "total", "pounds", 0, "visits and days in use"),
    Measure(
        SERVICE, "cost of out of area", "total", "pounds", 0, "of other places' people"
    ),
    Measure(
        SERVICE, "cost of capacity", "total", "pounds", 0, "of capacity, used or not"
    ),
    Measure(
        SERVICE, "cost of agency", "total", "pounds", 0, "of agencies, on top of it"
    ),
    Measure(SERVICE, "cost of escalation", "total", "pounds", 0, "of rules while open"),
    Measure(
        SERVICE,
        "days out of area",
        "total",
        "unit-days",
        0,
        "units taken by people of other places",
    ),
    Measure(
        EACH,
        "balance",
        "number",
        "visits",
        None,
        "visits not accounted for; always 0",
    ),
    Measure(("stream",), "entered", "number", "patients", 0, "came to the model"),
    Measure(("clock",), "started", "number", "clocks", 0, "clocks that started"),
    Measure(("clock",), "stopped", "number", "clocks", 0, "clocks that stopped"),
    *_times(
        ("clock",),
        "time",
        "mean; median; 90th percentile; 95th percentile",
        "of the times of clocks that stopped",
    ),
    Measure(
        ("clock",), "running at the end", "number", "clocks", 0, "running at the end"
    ),
    *_times(
        ("clock",),
        "time so far",
        "mean; median; 90th percentile",
        "of the times so far of clocks running at the end",
    ),
    *_times(("clock",), "time paused", "mean", "of the pauses of clocks that stopped"),
    Measure(
        ("clock",),
        "paused at the end",
        "number",
        "clocks",
        0,
        "of those running at the end, standing still",
    ),
    Measure(("standard",), "counted", "number", "clocks", 0, "whom it looks at"),
    Measure(
        ("standard",), "within", "number", "clocks", 0, "of those, within the time"
    ),
    Measure(("standard",), "within", "share", "share", None, "within ÷ counted"),
    Measure(("standard",), "breach", "number", "clocks", 0, "counted, and not within"),
    Measure(("standard",), "breach", "mean", "days", None, "mean time of those"),
    Measure(
        ("standard",),
        "breach",
        "mean",
        "days",
        None,
        "of their mean time, put down to this cause",
        "cause",
    ),
    Measure(
        ("standard",),
        "breach",
        "share",
        "share",
        None,
        "of all their time, put down to this cause",
        "cause",
    ),
    Measure(("standard",), "achieved", "mean", "days", None, "mean time of those"),
    Measure(
        ("standard",),
        "achieved",
        "percentile",
        "days",
        None,
        "the promised percentile of their times",
    ),
    Measure(
        ("standard",),
        "achieved",
        "occupancy",
        "share",
        None,
        "unit-time taken ÷ unit-time open, at its services",
    ),
    Measure(
        ("standard",),
        "achieved",
        "patients",
        "patients",
        0,
        "average over time of those at its services",
    ),
    Measure(("standard",), "target", "share", "share", None, "share that was promised"),
    Measure(("standard",), "target", "time", "days", None, "time that was promised"),
    Measure(
        ("standard",),
        "target",
        "patients",
        "patients",
        None,
        "how many were promised at most",
    ),
    Measure(
        ("standard",),
        "met",
        "share of months",
        "share",
        None,
        "months in which the target was reached ÷ months with anything to look at",
    ),
    Measure(
        ("standard",),
        _PER_PATIENT,
        "mean",
        "pounds",
        None,
        "cost of its services ÷ within",
    ),
    Measure(("escalation",), "open", "share of time", "share", 0, "time open ÷ time"),
    Measure(("escalation",), "opened", "number", "times", 0, "how often it opened"),
    Measure(("state",), "held", "share of time", "share", 0, "time in it ÷ time"),
    Measure(("budget",), "spending", "total", "pounds", 0, "cost of all services"),
    Measure(("budget",), "spending", "total", "pounds", 0, "of that, for this", "kind"),
    Measure(
        ("model",),
        "patients there at the start",
        "number",
        "patients",
        0,
        "in the model at the start",
    ),
    Measure(
        ("model",), "patients entered", "number", "patients", 0, "came to the model"
    ),
    Measure(("model",), "patients gone", "number", "patients", 0, "left the model"),
    Measure(
        ("model",),
        "patients gone",
        "number",
        "patients",
        0,
        "left the model by this ending",
        "ending",
    ),
    Measure(
        ("model",),
        "patients there at the end",
        "number",
        "patients",
        0,
        "in the model at the end",
    ),
    Measure(
        ("model",),
        "balance of patients",
        "number",
        "patients",
        None,
        "patients not accounted for; always 0",
    ),
)
"""All measures, in the order in which tables show them."""

MODEL = "model"
"""The one subject of kind `model`."""
CAUSES = (
    *("rebooked", "closed", "blocked", "kept back", "out-ranked", "no capacity"),
    "not in line",
)
"""To what the time of a breach is put down, in the order of `kernels.layout.SHARES`."""

_SPLIT = re.compile(r"(.+?) \((.*)\)", re.DOTALL)
_PERCENTILE = re.compile(r"[1-9]\d?(?:st|nd|rd|th) percentile")


def measure_of(kind: str, measure: str, statistic: str) -> Measure | None:
    """Return the definition of a measure as tables name it; None if there is none.

    Parameters
    ----------
    kind : str
        `service`, `pathway`, `block`, `stream`, `clock`, `standard`, `budget`, `model`.
    measure : str
        With what it is split by in brackets, if anything.
    statistic : str
    """
    split = _SPLIT.fullmatch(measure)
    plain = split[1] if split else measure
    defined = _DEFINED.get((kind, plain, statistic, split is not None))
    if defined is None and _PERCENTILE.fullmatch(statistic):
        # Of what has a median, any quantile can be had from the buckets.
        median = _DEFINED.get((kind, plain, "median", split is not None))
        if median is not None:
            meaning = median.meaning.replace("median", statistic, 1)
            return median._replace(statistic=statistic, meaning=meaning)
    return defined


def ordinal(percent: int) -> str:
    """Return what the statistic of a quantile is called: `85th percentile`."""
    if percent == 50:
        return "median"
    teen = percent // 10 == 1
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(percent % 10, "th")
    return f"{percent}{ending} percentile"


def name(kind: str, subject: str, measure: str, statistic: str) -> str:
    """Return the written name of a measure of a subject."""
    return Name(kind, subject, measure, statistic).text


def parse_name(text: str, subjects: Collection[tuple[str, str]] = frozenset()) -> Name:
    """Return the parts of a written name.

    Parameters
    ----------
    text : str
    subjects : collection of (str, str)
        Kinds and names of all there is: a block is called as a service might be.

    Raises
    ------
    ResultError
        If the text is not of the form "SUBJECT: MEASURE, STATISTIC", or there is no
        such measure.
    """
    for at in reversed([found.start() for found in re.finditer(": ", text)]):
        parsed = _parsed(text[:at], text[at + 2 :])
        if parsed is not None:
            block = parsed._replace(kind="block")
            is_block = ("block", parsed.subject) in subjects
            return block if is_block and measure_of(*block.parts) else parsed
    tail = text.rpartition(": ")[2]
    known = sorted({f"{m.name}, {m.statistic}" for m in MEASURES})
    near = get_close_matches(tail, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ResultError(
        f"'{text}' is not the name of a measure.{hint} "
        "A name looks like 'community mental health: wait, mean'."
    )


def _parsed(subject: str, rest: str) -> Name | None:
    """Return the name if the rest is "MEASURE, STATISTIC" of some kind."""
    measure, comma, statistic = rest.rpartition(", ")
    if not comma or not subject:
        return None
    if subject.startswith("pathway ") and measure_of("pathway", measure, statistic):
        return Name("pathway", subject.removeprefix("pathway "), measure, statistic)
    for kind in _KINDS:
        if kind != "pathway" and measure_of(kind, measure, statistic):
            return Name(kind, subject, measure, statistic)
    return None


_KINDS = tuple(dict.fromkeys(kind for m in MEASURES for kind in m.kinds))
_DEFINED = {
    (kind, m.name, m.statistic, bool(m.split_by)): m
    for m in MEASURES
    for kind in m.kinds
}
