"""Patients and visits of the reference engine, and the records they leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import simpy

from kernels import layout
from kernels.accounts import counts_causes
from kernels.layout import Model, Records


class Kind(NamedTuple):
    """What tells patients in one line apart, beside who came first."""

    priority: int
    allowance: int
    """Added to since for the order of the line, microseconds."""
    needs: tuple[tuple[int, int], ...]
    """(service, units); the first is of their own service."""
    planned: int
    """So long before closing they must be called in, microseconds."""
    reserve: int
    """Kept back for them; -1: none."""
    boards: bool
    """Whether they keep a bed elsewhere."""


@dataclass(eq=False, slots=True)
class Held:
    """Units that a patient holds, though the visit that took them is over."""

    service: int
    """Whose units."""
    home: int
    """The service at which they were taken."""
    units: int
    visit: int
    """In which visit."""
    since: int


@dataclass(eq=False, slots=True)
class Running:
    """A clock that has started and not stopped: in its first part, or a later one."""

    since: int
    paused: int = -1
    """From when it stands still; -1 while it goes."""
    ran: int = 0
    """How long it ran in the parts before."""
    stood: int = 0
    """How long it stood still in them."""
    part: int = 0
    causes: list[int] = field(default_factory=lambda: [0] * len(layout.CAUSES))
    """Its time in line by cause (`layout.CAUSES`)."""

    def time(self, now: int) -> int:
        """Return how long it has gone by a moment."""
        return self.ran + (now if self.paused < 0 else self.paused) - self.since

    def with_more(self, split: list[int]) -> list[int]:
        """Return its time by cause with a stretch added, unless it stands still."""
        if self.paused >= 0:
            return self.causes
        return [a + b for a, b in zip(self.causes, split, strict=True)]

    def pause(self, now: int) -> None:
        """Stand still from now on, if it does not yet."""
        if self.paused < 0:
            self.paused = now

    def go_on(self, now: int) -> None:
        """End the pause: the next part begins."""
        self.ran += self.paused - self.since
        self.stood += now - self.paused
        self.since, self.paused = now, -1
        self.part += 1


@dataclass(eq=False, slots=True)
class Patient:
    """A person in the model."""

    who: int
    stream: int
    group: int
    lot: int
    entered: int
    visits: int = 0
    """How many visits were begun."""
    clocks: dict[int, Running] = field(default_factory=dict)
    visit: Visit | None = None
    bed: Held | None = None
    """Kept until the next service calls in."""
    places: dict[int, Held] = field(default_factory=dict)
    """Held through visits elsewhere, by the service at which they were taken."""
    missed: tuple[int, int] | None = None
    """Where and when they did not attend, in their last visit."""
    heading: int = -1
    """The step to which they are on the way."""


@dataclass(eq=False, slots=True)
class Note:
    """How the account of a service stood when a patient joined its line."""

    delay: int
    kept: int
    due: tuple[int, int]
    passed: int
    """How long their rank had been passed over."""
    passed_in_all: int = -1
    """How long they were passed over, once they are called in."""


@dataclass(eq=False, slots=True)
class Visit:
    """A patient at a service: in line, or with a unit."""

    patient: Patient
    k: int
    step: int
    service: int
    kind: Kind
    joined: int
    since: int = -1
    """Since when for the order of the line; handing back does not change it."""
    part: int = 0
    waits: bool = False
    place: int = 0
    """How often it has joined a line."""
    at: int = -1
    """The service whose units it has."""
    units: int = 0
    """How many; 0: it goes on in units that are held."""
    helper: int = -1
    """Row of `helps`, where another service's units serve."""
    started: int = -1
    ended: int = -1
    left: int = -1
    """Treatment that is left, once it has begun."""
    factor: float = 1.0
    """By which it was multiplied, as another service helps."""
    put_off: int = 0
    """Of that, from the end of treatment to the hour at which the patient may leave."""
    moved_back: int = -1
    """When the patient came back from a helping service, in this part."""
    slot: int = 0
    """How long the slot is, for slot services."""
    cause: int = -1
    """The waiting event that is timed."""
    date: tuple[int, int, int] | None = None
    """The date it was given: moment, page and length of the slot."""
    note: Note | None = None
    """Of how things stood on joining the line, where it is said why patients wait."""
    is_rebooked: bool = False
    """In place of an appointment that was missed."""
    is_broken_off: bool = False
    """Handed back."""
    starts_anew: bool = False
    """Once handed back: the whole treatment again, not its rest."""
    decided: simpy.Event = None  # type: ignore[assignment]  # set on joining the line
    process: simpy.Process | None = None

    def __post_init__(self) -> None:
        """Stand in line since joining."""
        self.since = self.joined

    @property
    def boards(self) -> bool:
        """Whether the patient keeps a bed elsewhere."""
        return self.kind.boards

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Who is called first; the last number only tells a patient's visits apart."""
        due = self.since + self.kind.allowance
        return self.kind.priority, due, self.patient.lot, self.k

    @property
    def own_units(self) -> int:
        """Units of its own service that it has taken for itself."""
        is_own = self.at == self.service and self.moved_back < 0
        return self.units if is_own else 0

    def hand_back(self, now: int, left: int) -> None:
        """Begin the next part: in line again, with some treatment left."""
        self.part += 1
        self.joined, self.started, self.left = now, -1, left
        self.moved_back = -1


class Recorder:
    """Collects records until they are taken."""

    def __init__(self, model: Model) -> None:
        self.visits: list[tuple[int, ...]] = []
        self.holds: list[tuple[int, ...]] = []
        self.clocks: list[tuple[int, ...]] = []
        self.patients: list[tuple[int, ...]] = []
        self.changes: list[tuple[int, ...]] = []
        self.spells: list[tuple[int, ...]] = []
        self.looks: list[tuple[int, ...]] = []
        self.end, self.splits = model.end, counts_causes(model)

    def visit(self, visit: Visit, outcome: int, cause: int, now: int) -> None:
        """Record a visit, or a part of one, that is over now (-1: cut off)."""
        freed = now if visit.started >= 0 else -1
        ended = now if outcome == layout.HANDED_BACK else visit.ended
        patient = visit.patient
        self.visits.append(
            (
                patient.who,
                visit.k,
                visit.part,
                visit.step,
                visit.service,
                patient.group,
                visit.kind.priority,
                outcome,
                cause,
                visit.joined,
                visit.started,
                ended,
                freed,
                visit.own_units if visit.started >= 0 else 0,
            )
        )

    def held(
        self, patient: Patient, held: Held, reason: int, until: int, wanted: int = -1
    ) -> None:
        """Record units that were held until a moment (-1: cut off)."""
        if until >= 0 and until <= held.since:
            return
        self.holds.append(
            (
                patient.who,
                held.visit,
                reason,
                held.service,
                held.home,
                wanted,
                patient.group,
                held.units,
                held.since,
                until,
            )
        )

    def change(self, visit: Visit, cause: int, now: int) -> None:
        """Record a waiting event after which the patient stays in line."""
        patient = visit.patient
        self.changes.append((patient.who, visit.k, cause, patient.group, now))

    def clock(self, patient: Patient, clock: int, now: int, dropped: int = 0) -> None:
        """Record a clock that stops now (-1: still running)."""
        self._part(patient, clock, now, dropped, 0)
        del patient.clocks[clock]

    def resumed(self, patient: Patient, clock: int, now: int) -> None:
        """Record the part of a clock that ends with its pause; begin the next."""
        self._part(patient, clock, now, 0, 1)
        patient.clocks[clock].go_on(now)

    def _part(
        self, patient: Patient, clock: int, now: int, dropped: int, resumed: int
    ) -> None:
        of = patient.clocks[clock]
        self.clocks.append(
            (
                patient.who,
                clock,
                patient.group,
                of.since,
                now,
                dropped,
                of.part,
                resumed,
                of.paused,
                of.ran,
                of.stood,
                *self._shares(of, of.causes, now if now >= 0 else self.end),
            )
        )

    def look(
        self, patient: Patient, clock: int, month: int, end: int, split: list[int]
    ) -> None:
        """Record a clock that is looked at just before a month's end."""
        of = patient.clocks[clock]
        shares = self._shares(of, of.with_more(split), end)
        self.looks.append((patient.who, clock, patient.group, month, *shares))

    def _shares(self, clock: Running, causes: list[int], now: int) -> tuple[int, ...]:
        """Return the time of a clock by cause; nothing where that is not counted."""
        if not self.splits:
            return (*causes, 0)
        return (*causes, clock.time(now) - sum(causes))

    def gone(self, patient: Patient, ending: int, now: int) -> None:
        """Record a patient who leaves the model now (-1: still there)."""
        for clock in list(patient.clocks):
            self.clock(patient, clock, now, int(now >= 0))
        self.patients.append(
            (
                patient.who,
                patient.stream,
                patient.group,
                ending,
                patient.visits,
                patient.entered,
                now,
            )
        )

    def still_there(self, patient: Patient) -> None:
        """Record a patient whom the end of the run cuts off."""
        visit = patient.visit
        if visit is not None:
            outcome = layout.WAITING if visit.started < 0 else layout.IN_SERVICE
            self.visit(visit, outcome, -1, -1)
            if visit.started >= 0:
                for held, reason in beside(visit):
                    self.held(patient, held, reason, -1)
        if patient.bed is not None and visit is not None:
            self.held(patient, patient.bed, layout.BLOCKED, -1, visit.service)
        for held in patient.places.values():
            self.held(patient, held, layout.KEPT, -1)
        self.gone(patient, -1, -1)

    def taken(self) -> Records:
        """Return what was collected, and begin anew."""
        records = Records(
            np.array(self.visits, dtype=layout.VISIT),
            np.array(self.holds, dtype=layout.HOLD),
            np.array(self.clocks, dtype=layout.CLOCK),
            np.array(self.patients, dtype=layout.PATIENT),
            np.array(self.changes, dtype=layout.CHANGE),
            np.array(self.spells, dtype=layout.SPELL),
            np.array(self.looks, dtype=layout.LOOK),
        )
        self.visits, self.holds, self.clocks = [], [], []
        self.patients, self.changes, self.spells = [], [], []
        self.looks = []
        return records


def beside(visit: Visit) -> list[tuple[Held, int]]:
    """Return what a visit in treatment has beside units of its own service."""
    if visit.units == 0:
        return []
    found = []
    if visit.at != visit.service:
        held = Held(visit.at, visit.service, visit.units, visit.k, visit.started)
        found.append((held, layout.AWAY))
    elif visit.moved_back >= 0:
        held = Held(visit.at, visit.service, visit.units, visit.k, visit.moved_back)
        found.append((held, layout.MOVED_BACK))
    for service, units in visit.kind.needs[1:]:
        held = Held(service, visit.service, units, visit.k, visit.started)
        found.append((held, layout.ALONGSIDE))
    return found
