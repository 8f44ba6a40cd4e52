"""One patient's journey through one replication, told in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernels.layout import SHARES
from results.errors import ResultError
from results.layout.columns import RECORDS
from results.layout.labels import DAY, EPOCH, Labels, microseconds
from results.measures.naming import CAUSES

if TYPE_CHECKING:
    from results.run import Run

Row = Mapping[str, Any]
Happened = list[tuple[int, int, str]]
"""Moment in microseconds since the start, order within a moment, words."""

NEVER = -(2**63)
"""The moment of what has not happened."""


@dataclass(frozen=True)
class Event:
    """Something that happened to the patient."""

    time: str
    what: str
    day: float
    """Days since the start of the period, below 0 in the warm-up."""


@dataclass(frozen=True)
class Journey:
    """What happened to one patient, or whom one may ask for."""

    title: str
    replication: int
    patient: int | None
    group: str
    events: tuple[Event, ...]
    others: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the journey as plain data."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the journey as lines of text."""
        if self.patient is None:
            return [
                f"{self.title}, replication {self.replication}. Ask for one patient "
                "with --patient, for example one of these:",
                *(f"  {who}" for who in self.others),
            ]
        return [
            f"{self.title}, replication {self.replication}: patient {self.patient}"
            + (f" ({self.group})" if self.group else ""),
            *(f"  {event.time}  {event.what}" for event in self.events),
        ]


def recorded_journey(run: Run, replication: int, patient: int) -> Journey | None:
    """Return the journey of one patient, from the records of a run.

    Parameters
    ----------
    run : Run
    replication : int
    patient : int
        The identity, as records have it.

    Returns
    -------
    Journey or None
        None if no such patient comes.

    Raises
    ------
    ResultError
        If patients were not recorded, or there is no such replication.
    """
    tables = {}
    for name in RECORDS:
        # One table after the other: only the rows of one patient are kept.
        table = run.records(name, replication)
        tables[name] = table.filter(pc.field("who") == patient)
    if not tables["patients"].num_rows:
        return None
    return told(run.labels, replication, tables)


def examples(title: str, replication: int, patients: pa.Table, many: int) -> Journey:
    """Return patients who have a story to tell: the most visits first.

    Parameters
    ----------
    title : str
    replication : int
    patients : pyarrow.Table
        The records of all patients.
    many : int
        How many to return.
    """
    who, visits = (patients[name].to_numpy() for name in ("who", "visits"))
    most = who[np.lexsort((who, -visits))][:many]
    return Journey(title, replication, None, "", (), tuple(most.tolist()))


def told(labels: Labels, replication: int, tables: Mapping[str, pa.Table]) -> Journey:
    """Return the story of the only patient in some records.

    Parameters
    ----------
    labels : Labels
    replication : int
    tables : mapping of str to pyarrow.Table
        Each of `columns.RECORDS`, with the rows of this patient.

    Raises
    ------
    ResultError
        If there is not exactly one patient.
    """
    people = tables["patients"].to_pylist()
    if len(people) != 1:
        raise ResultError(f"the records hold {len(people)} patients of one identity")
    (person,) = people
    happened = [(_time(person["entered"]), 0, _coming(person))]
    happened += _rows(tables["visits"], _visit) + _rows(tables["clocks"], _clock)
    happened += _rows(tables["holds"], _hold)
    for row in tables["changes"].to_pylist():
        what = f"stays in line with another priority: {row['cause']}"
        happened.append((_time(row["time"]), 3, what))
    if person["left"] is not None:
        ending = person["ending"]
        how = "leaves the model" if ending == "leave" else f"leaves: {ending}"
        happened.append((_time(person["left"]), 9, how))
    else:
        end = microseconds(labels.end) - microseconds(labels.start)
        happened.append((end, 9, "the run ends"))
    events = tuple(_event(labels, t, what) for t, _, what in sorted(happened))
    named = {group.name for group in labels.everybody if group.values}
    group = person["group"] if person["group"] in named else ""
    return Journey(labels.title, replication, person["who"], group, events)


def _rows(table: pa.Table, telling: Callable[[Row], Happened]) -> Happened:
    """Return what all rows of a table tell."""
    return [event for row in table.to_pylist() for event in telling(row)]


def _event(labels: Labels, time: int, what: str) -> Event:
    """Return an event with its moment, as people say it."""
    moment = EPOCH + timedelta(microseconds=microseconds(labels.start) + time)
    return Event(str(moment)[:19], what, time / DAY)


def _time(days: float) -> int:
    return round(days * DAY)


def _times(row: Row, *names: str) -> tuple[int, ...]:
    """Return moments in whole microseconds; NEVER where there is none."""
    return tuple(NEVER if row[name] is None else _time(row[name]) for name in names)


def _coming(person: Row) -> str:
    """Return how a patient came."""
    if person["stream"] is None:
        return "is there when the run begins"
    return f"comes to the model ({person['stream']})"


def _visit(visit: Row) -> Happened:
    """Return what happened in one visit."""
    place, outcome, cause = visit["service"], visit["outcome"], visit["cause"]
    joined, started, ended, freed = _times(visit, "joined", "started", "ended", "freed")
    again = "stands in line again at" if visit["part"] else "joins"
    found = [(joined, 2, f"{again} {place}")]
    if outcome == "left":
        waited = length(ended - joined)
        return [*found, (ended, 1, f"leaves {place} after waiting {waited}: {cause}")]
    if outcome == "turned away":
        return [*found, (ended, 3, f"is turned away from {place}: {cause}")]
    if outcome == "did not attend":
        return [*found, (started, 3, f"does not attend at {place}")]
    if started != NEVER:
        found.append(
            (started, 4, f"starts at {place} after {length(started - joined)}")
        )
    if outcome == "handed back":
        found.append((ended, 1, f"is handed back at {place}, to go on later"))
    elif ended != NEVER:
        took = length(ended - started)
        found.append((ended, 1, f"treatment at {place} is over ({took})"))
        if freed > ended:
            found.append((freed, 1, f"gives the place at {place} back"))
    return found


def _hold(hold: Row) -> Happened:
    """Return how units were held beside those that visits tell of."""
    service, reason = hold["service"], hold["reason"]
    since, until = _times(hold, "since", "until")
    begins, ends = "", ""
    if reason == "blocked":
        begins = f"keeps the place at {service}, waiting for {hold['wanted']}"
        ends = f"the place at {service} is given up"
    elif reason == "kept":
        begins, ends = f"holds the place at {service}", f"gives up {service}"
    elif reason == "together":
        begins = f"with {hold['units']} of {service} as well"
    elif reason == "helped":
        begins = f"in a place of {service}, which helps"
    if hold["wanted"] and reason in ("helped", "kept"):
        ends = f"moves back from {service} to {hold['wanted']}"
    found = [(since, 5, begins)] if begins else []
    return [*found, (until, 2, ends)] if ends and until != NEVER else found


def _clock(clock: Row) -> Happened:
    """Return what happened to one part of a clock."""
    name = clock["clock"]
    since, stopped, paused = _times(clock, "since", "stopped", "paused")
    begins = "goes on" if clock["part"] else "starts"
    found = [(since, 3, f"the clock '{name}' {begins}")]
    if paused != NEVER:
        found.append((paused, 4, f"the clock '{name}' pauses"))
    if stopped != NEVER and not clock["dropped"] and not clock["resumed"]:
        went = _time(clock["ran"]) + (stopped if paused == NEVER else paused)
        stood = _time(clock["stood"]) + (0 if paused == NEVER else stopped - paused)
        time = length(went - since)
        without = f", {length(stood)} of pauses left out" if stood else ""
        said = f"the clock '{name}' stops: {time}{without}{_in_line(clock)}"
        found.append((stopped, 5, said))
    return found


def _in_line(clock: Row) -> str:
    """Say to what the time of a clock in line is put down; nothing where there is none.

    Of a model without standards of clocks nobody knows.
    """
    names = [name for name, _ in SHARES[:-1]]
    times = [(cause, _time(clock[n])) for cause, n in zip(CAUSES, names, strict=False)]
    told = [f"{length(time)} {cause}" for cause, time in times if time]
    return f"; in line: {', '.join(told)}" if told else ""


def length(time: int) -> str:
    """Return a time in microseconds as people say it."""
    seconds = time / 1_000_000
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} sec" if time else "no time"
