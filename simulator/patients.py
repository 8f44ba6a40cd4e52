"""Patients and visits of the reference engine, and the records they leave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import simpy

from kernels import layout
from kernels.layout import Records


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


@dataclass(eq=False, slots=True)
class Visit:
    """A patient at a service: in line, or with a unit."""

    patient: Patient
    k: int
    step: int
    service: int
    priority: int
    joined: int
    since: int = -1
    """Since when for the order of the line; handing back does not change it."""
    part: int = 0
    waits: bool = False
    started: int = -1
    ended: int = -1
    left: int = -1
    """Treatment that is left, once it has begun."""
    slot: int = 0
    """How long the slot is, for slot services."""
    decided: simpy.Event = None  # type: ignore[assignment]  # set on joining the line
    process: simpy.Process | None = None

    def __post_init__(self) -> None:
        """Stand in line since joining."""
        self.since = self.joined

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Who is called first; the last number only tells a patient's visits apart."""
        return self.priority, self.since, self.patient.lot, self.k

    def hand_back(self, now: int, left: int) -> None:
        """Begin the next part: in line again, with some treatment left."""
        self.part += 1
        self.joined, self.started, self.left = now, -1, left


class Recorder:
    """Collects records until they are taken."""

    def __init__(self) -> None:
        self.visits: list[tuple[int, ...]] = []
        self.clocks: list[tuple[int, ...]] = []
        self.patients: list[tuple[int, ...]] = []

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
                visit.priority,
                outcome,
                cause,
                visit.joined,
                visit.started,
                ended,
                freed,
            )
        )

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
            )
        )

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
        self.gone(patient, -1, -1)

    def taken(self) -> Records:
        """Return what was collected, and begin anew."""
        records = Records(
            np.array(self.visits, dtype=layout.VISIT),
            np.array(self.clocks, dtype=layout.CLOCK),
            np.array(self.patients, dtype=layout.PATIENT),
        )
        self.visits, self.clocks, self.patients = [], [], []
        return records
