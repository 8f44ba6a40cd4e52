"""Event logs: what happened to each patient, for process mining and for animation.

Columns of the style `process` are those of the XES standard (IEEE 1849) as process
mining programs read them from CSV; those of the style `vidigi` are of that animation
library, version 2.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from results.errors import ResultError
from results.export.separated import Value, write_rows
from results.folder.placement import new_file
from results.run import Run

Row = dict[str, Any]
Streams = dict[int, str | None]


class Visit(NamedTuple):
    """A part of a visit, and which unit it had."""

    row: Row
    unit: int | None
    """From 1; None: it took none of its service's own."""


class Told(NamedTuple):
    """What events are told with."""

    start: datetime
    """When counting starts."""
    begin: int
    """The day, from there on, from which the style `vidigi` counts minutes: whole
    days before the first event, so that none is below 0."""
    streams: Streams


class Event(NamedTuple):
    """Something that happened."""

    time: float
    """Days since the start of counting."""
    who: int
    order: int
    """Among what happened to the patient in that moment."""
    what: str
    visit: Visit | None
    """None: the patient came to the model or left it."""


def write_event_log(
    run: Run, path: str | Path, style: str, replication: int, *, replace: bool = False
) -> int:
    """Write the events of one replication as a CSV file, and return how many.

    Parameters
    ----------
    run : Run
        Whose visits were recorded.
    path : str or Path
    style : {"process", "vidigi"}
    replication : int
        One, as programs take all patients of a log for patients of one world.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If visits were not recorded, or the file cannot be written.
    """
    patients, visits = _recorded(run, replication)
    events = _events(patients, visits)
    streams = {row["who"]: row["stream"] for row in patients}
    start = datetime.fromisoformat(run.labels.start)
    told = Told(start, math.floor(events[0].time) if events else 0, streams)
    of_style = _STYLES[style]
    rows = (of_style.row(told, event) for event in events)
    written = [row for row in rows if row is not None]
    with new_file(Path(path), replace=replace) as place:
        write_rows(place, [of_style.columns, *written])
    return len(written)


def _recorded(run: Run, replication: int) -> tuple[list[Row], list[Visit]]:
    """Return the patients and visits of a replication."""
    try:
        patients = run.records("patients", replication).to_pylist()
        visits = run.records("visits", replication).to_pylist()
        holds = run.records("holds", replication).to_pylist()
    except ResultError as error:
        if "not recorded" not in str(error):
            raise
        raise ResultError(
            f"{run.path or run.labels.title}: no event log can be made, as visits were "
            "not recorded: run it again with --record visits"
        ) from None
    return patients, list(_with_units(visits, holds))


def _with_units(visits: list[Row], holds: list[Row]) -> Iterator[Visit]:
    """Yield visits with the unit that each had: always the lowest that is free."""
    kept: dict[tuple[int, int, str], float] = {}
    for hold in holds:
        key = hold["who"], hold["visit"], hold["service"]
        until = float("inf") if hold["until"] is None else hold["until"]
        kept[key] = max(until, kept.get(key, until))
    free: dict[str, list[int]] = {}
    taken: dict[str, list[tuple[float, int]]] = {}
    highest: dict[str, int] = {}
    visits.sort(key=lambda v: (v["started"] or 0.0, v["who"], v["visit"], v["part"]))
    for row in visits:
        service = row["service"]
        if row["started"] is None or not row["units"]:
            yield Visit(row, None)
            continue
        ready, busy = free.setdefault(service, []), taken.setdefault(service, [])
        while busy and busy[0][0] <= row["started"]:
            heapq.heappush(ready, heapq.heappop(busy)[1])
        if not ready:
            highest[service] = highest.get(service, 0) + 1
            heapq.heappush(ready, highest[service])
        unit = heapq.heappop(ready)
        freed = float("inf") if row["freed"] is None else row["freed"]
        last = kept.get((row["who"], row["visit"], service), freed)
        heapq.heappush(busy, (max(freed, last), unit))
        yield Visit(row, unit)


def _events(patients: Iterable[Row], visits: Iterable[Visit]) -> list[Event]:
    """Return everything that happened, in the order of time."""
    found = [
        Event(row[time], row["who"], order, what, None)
        for row in patients
        for time, order, what in (("entered", -1, "arrival"), ("left", 10**9, "depart"))
        if row[time] is not None
    ]
    for visit in visits:
        found += _of_visit(visit)
    return sorted(found, key=lambda event: event[:4])


_ENDS = {
    "left": "leaves",
    "turned away": "is turned away",
    "did not attend": "does not attend",
    "handed back": "is handed back",
    "completed": "ends",
}


def _of_visit(visit: Visit) -> Iterator[Event]:
    """Yield what happened in a part of a visit."""
    row = visit.row
    order = 8 * (row["visit"] * 1000 + min(row["part"], 999))
    steps: list[tuple[float | None, str]] = []
    if row["part"] == 0:
        steps.append((row["joined"], "joins"))
    if row["outcome"] != "did not attend":
        steps.append((row["started"], "starts"))
    steps.append((row["ended"], _ENDS.get(row["outcome"], "")))
    if row["freed"] is not None and row["freed"] > row["ended"]:
        steps.append((row["freed"], "gives up the unit"))
    for number, (time, what) in enumerate(steps):
        if time is not None:
            yield Event(time, row["who"], order + number, what, visit)


_TRANSITIONS = {
    "joins": "schedule",
    "starts": "start",
    "ends": "complete",
    "leaves": "withdraw",
    "is turned away": "withdraw",
    "does not attend": "withdraw",
    "is handed back": "suspend",
    "arrival": "complete",
    "depart": "complete",
}
"""Of the XES lifecycle extension; a part after having been handed back is resumed."""


def _process_row(told: Told, event: Event) -> list[Value] | None:
    """Return a row of the style `process`."""
    if event.what not in _TRANSITIONS:
        return None
    moment = _moment(told, event.time)
    case = [str(event.who), moment, told.streams[event.who]]
    if event.visit is None:
        return [*case, event.what, _TRANSITIONS[event.what], *[None] * 9]
    row, unit = event.visit
    transition = _TRANSITIONS[event.what]
    if event.what == "starts" and row["part"]:
        transition = "resume"
    resource = None if unit is None or event.what == "joins" else unit
    return [
        *case,
        row["service"],
        transition,
        None if resource is None else f"{row['service']} {resource}",
        row["service"],
        f"{event.who}.{row['visit']}",
        row["group"],
        row["pathway"],
        row["step"],
        row["priority"],
        row["outcome"],
        row["cause"],
    ]


def _moment(told: Told, days: float) -> str:
    """Return a moment of local time, ISO 8601, to the microsecond."""
    return (told.start + timedelta(days=days)).isoformat(timespec="microseconds")


_QUEUES = ("joins", "is handed back")


def _vidigi_row(told: Told, event: Event) -> list[Value] | None:
    """Return a row of the style `vidigi`; None for what it does not show."""
    minutes = round((event.time - told.begin) * 1440, 6)
    if event.visit is None:
        names = [event.what, "arrival_departure"]
        return [event.who, told.streams[event.who], *names, minutes, None, None, None]
    row, unit = event.visit
    service = row["service"]
    over = "ends" if row["freed"] == row["ended"] else "gives up the unit"
    if event.what in _QUEUES:
        kind, name, unit = "queue", f"{service}: waits", None
    elif event.what == "starts" and unit is not None:
        kind, name = "resource_use", f"{service}: begins"
    elif event.what == "starts":
        kind, name = "queue", f"{service}: is treated"
    elif event.what == over and unit is not None:
        kind, name = "resource_use_end", f"{service}: ends"
    else:
        return None
    pathway = row["pathway"] or told.streams[event.who]
    return [event.who, pathway, name, kind, minutes, unit, service, row["group"]]


class _Style(NamedTuple):
    """Whose columns an event log has."""

    columns: tuple[str, ...]
    row: Callable[[Told, Event], list[Value] | None]


_STYLES = {
    "process": _Style(
        (
            *("case:concept:name", "time:timestamp", "case:stream", "concept:name"),
            *("lifecycle:transition", "org:resource", "org:group", "concept:instance"),
            *("case:group", "pathway", "step", "priority", "outcome", "cause"),
        ),
        _process_row,
    ),
    "vidigi": _Style(
        (
            *("entity_id", "pathway", "event", "event_type", "time", "resource_id"),
            *("service", "group"),
        ),
        _vidigi_row,
    ),
}
