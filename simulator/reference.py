"""The reference engine: what a model means, in SimPy processes.

Read `Replica.journey` and `Replica.visit` for a patient's way through the model, and
`Replica.decide` for how a service chooses. The rules stand, with the same words, in
docs/background/semantics.md.

SimPy orders what happens at one moment by a priority. Facts have SimPy's own two
priorities; decisions come after them with a third. What a decision sets off is a fact
again, so SimPy works through facts and decisions in turn until the moment is over.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy
from simpy.events import EventPriority

from kernels import layout
from kernels.arrivals import arrivals
from kernels.calendars import rows_of
from kernels.latecomers import expected
from kernels.layout import NEVER, Model, Records, Table
from kernels.slots import next_slot
from simulator.luck import Luck, Place
from simulator.patients import Patient, Recorder, Visit

DECISIONS = EventPriority(2)
"""SimPy's facts have the priorities 0 and 1."""
MOST_ROUNDS = 5000
WINDOW = 4 * layout.WEEK


class StuckError(RuntimeError):
    """A model that never leaves an instant."""


Process = Generator[simpy.Event, Any, None]
Stay = Generator[simpy.Event, Any, Place]


class Line:
    """Those who wait at a service, first in line first."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, int, int, Visit]] = []
        self.waiting = 0

    def join(self, visit: Visit) -> None:
        """Add a visit."""
        visit.waits = True
        self.waiting += 1
        heapq.heappush(self.heap, (*visit.order, visit))

    def leave(self, visit: Visit) -> None:
        """Take a visit out, wherever it stands."""
        visit.waits = False
        self.waiting -= 1
        if len(self.heap) > 2 * self.waiting + 16:
            self.heap = [entry for entry in self.heap if entry[4].waits]
            heapq.heapify(self.heap)

    def first(self) -> Visit:
        """Return who is first in line."""
        while not self.heap[0][4].waits:
            heapq.heappop(self.heap)
        return self.heap[0][4]


class Service:
    """A line and the units that work it."""

    def __init__(self, model: Model, row: int) -> None:
        self.kind = int(model.services["kind"][row])
        self.hands_back = bool(model.services["hand_back"][row])
        self.openings = rows_of(model, row)
        self.line = Line()
        self.capacity = NEVER if self.kind == layout.UNLIMITED else 0
        self.in_use: dict[Visit, None] = {}
        self.newcomers: list[Visit] = []
        self.session, self.slot = 0, 0
        self.wake = -1
        """When this slot service is next looked at."""

    def slot_due(self, now: int) -> int:
        """Return the moment of the first slot that is neither past nor taken."""
        self.session, self.slot, due = next_slot(
            self.openings, self.session, len(self.openings), self.slot, now
        )
        return int(due)

    def has_room(self, now: int) -> bool:
        """Return whether somebody can be called in."""
        if self.kind == layout.SLOTS:
            return self.slot_due(now) == now
        return len(self.in_use) < self.capacity

    def take(self, visit: Visit) -> None:
        """Give a unit, or the slot of this moment, to a visit."""
        if self.kind == layout.SLOTS:
            row = self.openings[self.session]
            visit.slot = int(row["until"] - row["time"]) // int(row["capacity"])
            self.slot += 1
        else:
            self.in_use[visit] = None


class Replica:
    """One replication of a model.

    Parameters
    ----------
    model : Model
    key : int
        The key of the replication (`kernels.philox.key`).
    shuffle : numpy Generator, optional
        For tests: simultaneous facts happen in an order that it draws. No result may
        depend on it.
    """

    def __init__(
        self, model: Model, key: int, shuffle: np.random.Generator | None = None
    ) -> None:
        self.model = model
        self.key = key
        self.env = simpy.Environment(model.begin)
        if shuffle is not None:
            self.env._eid = map(shuffle.integers, itertools.repeat(2**62))  # type: ignore[assignment]
        self.luck = Luck(model, key)
        self.services = [Service(model, i) for i in range(len(model.services))]
        self.patients: dict[int, Patient] = {}
        self.undecided: dict[int, None] = {}
        self.instant, self.rounds = -1, 0
        self.record = Recorder()

    @property
    def now(self) -> int:
        """The moment, in microseconds."""
        return int(self.env.now)

    def run(self) -> Iterator[Records]:
        """Run the model; yield the records of every four weeks, then the rest.

        Raises
        ------
        StuckError
            If the model never leaves an instant.
        """
        for number, service in enumerate(self.services):
            if service.kind not in (layout.SLOTS, layout.UNLIMITED):
                self.env.process(self.calendar(number, service))
        self.env.process(self.coming(expected(self.model, self.key)))
        for begin in range(self.model.begin, self.model.end, WINDOW):
            end = min(begin + WINDOW, self.model.end)
            self.env.process(self.coming(arrivals(self.model, self.key, begin, end)))
            self.env.run(until=end)
            yield self.record.taken()
        for patient in self.patients.values():
            self.record.still_there(patient)
        yield self.record.taken()

    # Facts

    def coming(self, patients: Table) -> Process:
        """Let patients come to the model, each at their time."""
        for time, who, stream, group, to in patients.tolist():
            if time > self.now:
                yield self.env.timeout(time - self.now)
            self.env.process(self.journey(who, stream, group, to))

    def calendar(self, number: int, service: Service) -> Process:
        """Open and close units."""
        for time, _, capacity in service.openings.tolist():
            if time > self.now:
                yield self.env.timeout(time - self.now)
            service.capacity = capacity
            self.must_decide(number)

    def journey(self, who: int, stream: int, group: int, to: int) -> Process:
        """Follow a patient who comes, makes visits and leaves the model."""
        patient = Patient(who, stream, group, self.luck.lot(who), self.now)
        self.patients[who] = patient
        self.moment(patient, self.luck.outside, layout.JOINS)
        place = self.luck.first_place(who, to, group, self.now)
        while True:
            if place.delay > 0:
                yield self.env.timeout(place.delay)
            if place.step < 0:
                break
            place = yield from self.visit(patient, place.step)
        self.moment(patient, self.luck.outside, layout.LEAVES)
        del self.patients[who]
        self.record.gone(patient, place.ending, self.now)

    def visit(self, patient: Patient, step: int) -> Stay:
        """Follow a patient who joins a line: treated, gone unseen, or turned away."""
        visit = self.joined(patient, step)
        rule = self.luck.rule_on_joining(visit, self.now)
        if rule >= 0:
            return self.turned_away(visit, rule)
        self.into_line(visit)
        while True:
            outcome, cause = yield visit.decided
            if outcome == layout.LEFT:
                return self.left_unseen(visit, cause)
            if outcome == layout.TURNED_AWAY:
                return self.turned_away(visit, cause)
            if visit.part == 0 and self.luck.is_absent(visit, self.now):
                return self.absent(visit)
            place = yield from self.treatment(visit)
            if place is not None:
                return place
            self.into_line(visit)

    def treatment(self, visit: Visit) -> Generator[simpy.Event, Any, Place | None]:
        """Treat a patient until the unit is given back; None if handed back."""
        if visit.part == 0:
            visit.left = self.luck.treatment(visit, self.now)
            self.moment(visit.patient, visit.step, layout.STARTS)
        ends = self.now + visit.left
        visit.process = self.env.active_process
        try:
            yield self.env.timeout(visit.left)
        except simpy.Interrupt:
            self.record.visit(visit, layout.HANDED_BACK, -1, self.now)
            visit.hand_back(self.now, ends - self.now)
            return None
        visit.ended = self.now
        self.moment(visit.patient, visit.step, layout.ENDS)
        place = self.luck.after_treatment(visit, self.now)
        if place.kept > 0:
            yield self.env.timeout(place.kept)
        self.services[visit.service].in_use.pop(visit, None)
        self.must_decide(visit.service)
        self.over(visit, layout.COMPLETED)
        return place

    def joined(self, patient: Patient, step: int) -> Visit:
        """Begin a visit."""
        service, priority = self.luck.service_and_priority(step, patient.group)
        visit = Visit(patient, patient.visits, step, service, priority, self.now)
        patient.visits += 1
        patient.visit = visit
        self.moment(patient, step, layout.JOINS)
        return visit

    def into_line(self, visit: Visit) -> None:
        """Stand a patient in line, for the first time or again."""
        service = self.services[visit.service]
        visit.decided = self.env.event()
        service.line.join(visit)
        if visit.part == 0:
            service.newcomers.append(visit)
        self.must_decide(visit.service)

    def expire(self, visit: Visit, cause: int) -> None:
        """Let a waiting event fall due: who still waits for the first time leaves."""
        if visit.waits and visit.part == 0:
            self.services[visit.service].line.leave(visit)
            visit.decided.succeed((layout.LEFT, cause))

    def left_unseen(self, visit: Visit, cause: int) -> Place:
        """Send on a patient who has left the line."""
        visit.ended = self.now
        self.over(visit, layout.LEFT, cause)
        return self.luck.after_leaving(visit, cause, self.now)

    def turned_away(self, visit: Visit, rule: int) -> Place:
        """Send on a patient who is turned away."""
        visit.ended = self.now
        self.over(visit, layout.TURNED_AWAY, rule)
        return self.luck.after_turning_away(visit, rule, self.now)

    def absent(self, visit: Visit) -> Place:
        """Send on a patient who did not attend: the slot is used."""
        visit.ended = self.now
        self.over(visit, layout.ABSENT)
        return self.luck.after_absence(visit, self.now)

    def over(self, visit: Visit, outcome: int, cause: int = -1) -> None:
        """End a visit."""
        visit.patient.visit = None
        self.record.visit(visit, outcome, cause, self.now)
        self.moment(visit.patient, visit.step, layout.LEAVES)

    def moment(self, patient: Patient, step: int, event: int) -> None:
        """Stop and start clocks."""
        for clock, starts in self.luck.moments(step, event):
            if starts:
                patient.clocks.setdefault(clock, self.now)
            elif clock in patient.clocks:
                self.record.clock(patient, clock, self.now)

    # Decisions

    def must_decide(self, number: int) -> None:
        """Ask for a round of decisions once the facts of this moment are done."""
        if not self.undecided:
            event = self.env.event()
            event._ok, event._value = True, None
            event.callbacks = [self.decide]
            self.env.schedule(event, DECISIONS)
        self.undecided[number] = None

    def decide(self, _: simpy.Event) -> None:
        """Hold one round of decisions for all services that have something new."""
        self.rounds = self.rounds + 1 if self.instant == self.now else 1
        self.instant = self.now
        if self.rounds > MOST_ROUNDS:
            raise StuckError(
                f"patients go round without taking time at {moment_text(self.instant)}"
            )
        services, self.undecided = list(self.undecided), {}
        for number in services:
            service = self.services[number]
            self.hand_back(service)
            self.call_in(service)
            self.judge_newcomers(service)
            self.wake_at_next_slot(number, service)

    def hand_back(self, service: Service) -> None:
        """Hand patients back while more units are in use than are open."""
        if not service.hands_back or len(service.in_use) <= service.capacity:
            return
        treated = [v for v in service.in_use if v.ended < 0]
        treated.sort(key=lambda v: (v.priority, v.started, v.patient.lot))
        while treated and len(service.in_use) > service.capacity:
            visit = treated.pop()
            del service.in_use[visit]
            if visit.process is not None:
                visit.process.interrupt()

    def call_in(self, service: Service) -> None:
        """Call patients in, first in line first, while there is room."""
        while service.line.waiting and service.has_room(self.now):
            visit = service.line.first()
            service.line.leave(visit)
            service.take(visit)
            visit.started = self.now
            visit.decided.succeed((layout.COMPLETED, -1))

    def judge_newcomers(self, service: Service) -> None:
        """Turn away those for whom the line is too long; time the others' patience."""
        newcomers = [v for v in service.newcomers if v.waits]
        service.newcomers = []
        ahead = service.line.waiting - len(newcomers)
        for visit in sorted(newcomers, key=lambda v: v.order):
            rule = self.luck.rule_of_line(visit, ahead, self.now)
            if rule >= 0:
                service.line.leave(visit)
                visit.decided.succeed((layout.TURNED_AWAY, rule))
            else:
                ahead += 1
                self.time_patience(visit)

    def time_patience(self, visit: Visit) -> None:
        """Set the moment at which the first waiting event falls due."""
        time, cause = self.luck.waiting(visit, self.now)
        if cause >= 0 and self.now + time < self.model.end:
            timer = self.env.timeout(time)
            timer.callbacks.append(lambda _: self.expire(visit, cause))

    def wake_at_next_slot(self, number: int, service: Service) -> None:
        """Come back to a line of a slot service when its next slot falls due."""
        if service.kind != layout.SLOTS or not service.line.waiting:
            return
        due = service.slot_due(self.now)
        if due < self.model.end and not self.now < service.wake <= due:
            service.wake = due
            timer = self.env.timeout(due - self.now)
            timer.callbacks.append(lambda _: self.must_decide(number))


def moment_text(time: int) -> str:
    """Return a moment as people write it."""
    return str(layout.EPOCH + np.timedelta64(time, "us"))[:19].replace("T", " ")
