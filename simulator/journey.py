"""One patient's journey through one replication, told in sentences."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kernels import layout
from kernels.layout import EPOCH, Records
from kernels.philox import key
from scenarios.scenario import Scenario
from scenarios.tables import event_names, group_names, model
from simulator.executors import RunError
from simulator.replication import ENGINES

EXAMPLES = 10


@dataclass(frozen=True)
class Event:
    """Something that happened to the patient."""

    time: str
    what: str


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


def trace(
    scenario: Scenario,
    replication: int,
    patient: int | None,
    *,
    seed: int | None = None,
    engine: str = "compiled",
) -> Journey:
    """Return the journey of one patient.

    Parameters
    ----------
    scenario : Scenario
    replication : int
        From 1 on.
    patient : int or None
        The identity, as recorded visits have it; None: return some identities.
    seed : int, optional
        The scenario's if left out.
    engine : str

    Raises
    ------
    RunError
        If no such patient comes in this replication.
    """
    tables = model(scenario)
    seed = scenario.period.seed if seed is None else seed
    found = [
        _of(records, patient)
        for records in ENGINES[engine].records(tables, key(seed, replication))
    ]
    records = Records(*(np.concatenate(rows) for rows in zip(*found, strict=True)))
    if patient is None:
        return _examples(scenario, replication, records)
    if not len(records.patients):
        raise RunError(
            f"no patient {patient} comes in replication {replication} of "
            f"'{scenario.name}' with seed {seed}. Leave --patient out to see some."
        )
    return _told(scenario, replication, records)


def _of(records: Records, patient: int | None) -> Records:
    """Return the records of one patient; of everybody if None."""
    if patient is None:
        return records
    # Spells of escalation belong to nobody.
    found = (
        rows[:0] if rows.dtype == layout.SPELL else rows[rows["who"] == patient]
        for rows in records
    )
    return Records(*found)


def _examples(scenario: Scenario, replication: int, records: Records) -> Journey:
    """Return patients who have a story to tell: the most visits first."""
    order = np.lexsort((records.patients["who"], -records.patients["visits"]))
    who = records.patients["who"][order[:EXAMPLES]]
    return Journey(
        scenario.title, replication, None, "", (), tuple(int(w) for w in who)
    )


def _told(scenario: Scenario, replication: int, records: Records) -> Journey:
    """Return the story of the only patient in the records."""
    person = records.patients[0]
    happened = [(int(person["entered"]), 0, _coming(scenario, person))]
    waits, rules = event_names(scenario)
    for visit in np.sort(records.visits, order=["visit", "part"]):
        names = waits if visit["outcome"] == layout.LEFT else rules
        cause = names[visit["cause"]][1] if visit["cause"] >= 0 else ""
        happened += _visit(scenario, visit, cause)
    for clock in records.clocks:
        happened += _clock(scenario, clock)
    for hold in records.holds:
        happened += _hold(scenario, hold)
    for change in records.changes:
        what = f"stays in line with another priority: {waits[change['cause']][1]}"
        happened.append((int(change["time"]), 3, what))
    if person["left"] >= 0:
        ending = ["leaves", *scenario.endings][int(person["ending"])]
        how = "leaves the model" if ending == "leaves" else f"leaves: {ending}"
        happened.append((int(person["left"]), 9, how))
    else:
        happened.append((scenario.period.end, 9, "the run ends"))
    group = ", ".join(group_names(scenario)[int(person["group"])])
    events = tuple(Event(_moment(t), what) for t, _, what in sorted(happened))
    return Journey(scenario.title, replication, int(person["who"]), group, events)


def _coming(scenario: Scenario, person: np.void) -> str:
    """Return how a patient came."""
    if person["stream"] < 0:
        return "is there when the run begins"
    return f"comes to the model ({scenario.streams[int(person['stream'])].name})"


def _visit(
    scenario: Scenario, visit: np.void, cause: str
) -> list[tuple[int, int, str]]:
    """Return what happened in one visit: moment, order within a moment, words."""
    place = scenario.services[int(visit["service"])].name
    joined, started = int(visit["joined"]), int(visit["started"])
    ended, freed = int(visit["ended"]), int(visit["freed"])
    again = "stands in line again at" if visit["part"] else "joins"
    found = [(joined, 2, f"{again} {place}")]
    outcome = int(visit["outcome"])
    if outcome == layout.LEFT:
        waited = length(ended - joined)
        return [*found, (ended, 1, f"leaves {place} after waiting {waited}: {cause}")]
    if outcome == layout.TURNED_AWAY:
        return [*found, (ended, 3, f"is turned away from {place}: {cause}")]
    if outcome == layout.ABSENT:
        return [*found, (started, 3, f"does not attend at {place}")]
    if started >= 0:
        found.append(
            (started, 4, f"starts at {place} after {length(started - joined)}")
        )
    if outcome == layout.HANDED_BACK:
        found.append((ended, 1, f"is handed back at {place}, to go on later"))
    elif ended >= 0:
        took = length(ended - started)
        found.append((ended, 1, f"treatment at {place} is over ({took})"))
        if freed > ended:
            found.append((freed, 1, f"gives the place at {place} back"))
    return found


def _hold(scenario: Scenario, hold: np.void) -> list[tuple[int, int, str]]:
    """Return how units were held beside those that visits tell of."""
    service = scenario.services[int(hold["service"])].name
    since, until = int(hold["since"]), int(hold["until"])
    begins, ends = "", ""
    if hold["reason"] == layout.BLOCKED:
        wanted = scenario.services[int(hold["wanted"])].name
        begins = f"keeps the place at {service}, waiting for {wanted}"
        ends = f"the place at {service} is given up"
    elif hold["reason"] == layout.KEPT:
        begins, ends = (f"holds the place at {service}", f"gives up {service}")
    elif hold["reason"] == layout.ALONGSIDE:
        begins = f"with {hold['units']} of {service} as well"
    elif hold["reason"] == layout.AWAY:
        begins = f"in a place of {service}, which helps"
    is_moving = hold["wanted"] >= 0 and hold["reason"] in (layout.AWAY, layout.KEPT)
    if is_moving:
        home = scenario.services[int(hold["wanted"])].name
        ends = f"moves back from {service} to {home}"
    found = [(since, 5, begins)] if begins else []
    return [*found, (until, 2, ends)] if ends and until >= 0 else found


def _clock(scenario: Scenario, clock: np.void) -> list[tuple[int, int, str]]:
    name = scenario.clocks[int(clock["clock"])].name
    since, stopped = int(clock["since"]), int(clock["stopped"])
    paused = int(clock["paused"])
    begins = "goes on" if clock["part"] else "starts"
    found = [(since, 3, f"the clock '{name}' {begins}")]
    if paused >= 0:
        found.append((paused, 4, f"the clock '{name}' pauses"))
    if stopped >= 0 and not clock["dropped"] and not clock["resumed"]:
        time = int(clock["ran"]) + (stopped if paused < 0 else paused) - since
        stood = int(clock["stood"]) + (0 if paused < 0 else stopped - paused)
        without = f", {length(stood)} of pauses left out" if stood else ""
        found.append((stopped, 5, f"the clock '{name}' stops: {length(time)}{without}"))
    return found


def _moment(time: int) -> str:
    return str(EPOCH + np.timedelta64(time, "us"))[:19].replace("T", " ")


def length(time: int) -> str:
    """Return a time as people say it."""
    seconds = time / layout.SECOND
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} sec" if time else "no time"
