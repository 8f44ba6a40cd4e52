"""The reference engine: what a model means, in SimPy processes.

Read `Replica.journey` and `Replica.visit` for a patient's way through the model, and
`simulator.rounds` for how services choose, `simulator.holdings` for the units that
patients keep. The rules stand, with the same words, in docs/background/semantics.md.

SimPy orders what happens at one moment by a priority. Facts have SimPy's own two
priorities; decisions come after them with a third, circles and watching with two more.
What a decision sets off is a fact again, so SimPy works through facts and decisions in
turn until the moment is over.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy

from kernels import layout
from kernels.arrivals import arrivals
from kernels.latecomers import expected
from kernels.layout import Model, Records, Table
from kernels.levels import closings, machines
from kernels.start import there
from simulator.causes import Causes
from simulator.holdings import Holdings
from simulator.luck import Luck, Place
from simulator.patients import Patient, Recorder, Running, Visit
from simulator.rounds import Rounds
from simulator.services import Date, Machine, Service
from simulator.watch import Watch

WINDOW = 4 * layout.WEEK


Process = Generator[simpy.Event, Any, None]
Stay = Generator[simpy.Event, Any, Place]


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
        self.closings = closings(model)
        self.machines = [Machine(*row) for row in machines(model).tolist()]
        self.patients: dict[int, Patient] = {}
        self.record = Recorder(model)
        self.causes = Causes(self)
        self.holdings = Holdings(self)
        self.rounds = Rounds(self, thorough=shuffle is not None)
        self.watch = Watch(self)

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
        for machine in self.machines:
            self.env.process(self.machine(machine))
        for row in there(self.model, self.key):
            self.env.process(self.going_on(self.placed(row)))
        self.env.process(self.coming(expected(self.model, self.key)))
        for begin in range(self.model.begin, self.model.end, WINDOW):
            end = min(begin + WINDOW, self.model.end)
            self.env.process(self.coming(arrivals(self.model, self.key, begin, end)))
            for until, month in self.stretches(begin, end):
                self.env.run(until=until)
                if month >= 0:
                    self.causes.look(month, until)
            yield self.record.taken()
        for patient in self.patients.values():
            self.causes.cut_off(patient)
            self.record.still_there(patient)
        self.watch.still_open()
        for machine in self.machines:
            if machine.down >= 0:
                self.record.spells.append((machine.row, machine.down, -1))
        yield self.record.taken()

    def stretches(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the months' ends up to a moment at which clocks are looked at, and it.

        With the month that ends there, -1 if none does.
        """
        edges = self.model.months[1:].tolist() if self.causes.promised else []
        here = [(edge, m) for m, edge in enumerate(edges) if begin < edge <= end]
        yield from here
        if not here or here[-1][0] < end:
            yield end, -1

    # Facts

    def coming(self, patients: Table) -> Process:
        """Let patients come to the model, each at their time."""
        for time, who, stream, group, to in patients.tolist():
            if time > self.now:
                yield self.env.timeout(time - self.now)
            self.env.process(self.journey(who, stream, group, to))

    def calendar(self, number: int, service: Service) -> Process:
        """Open and close units."""
        first = int(service.row["calendar"])
        closes = self.closings[first : first + len(service.openings)].tolist()
        rows = zip(service.openings.tolist(), closes, strict=True)
        for (time, _, capacity), closing in rows:
            if time > self.now:
                yield self.env.timeout(time - self.now)
            service.elapse()
            service.open, service.closes = capacity, closing
            self.must_decide(number)

    def machine(self, machine: Machine) -> Process:
        """Let a machine work, break down and be repaired, again and again."""
        service, times = self.services[machine.service], 0
        at = machine.service, machine.who
        while True:
            yield self.env.timeout(self.luck.works_for(*at, times, self.now))
            machine.down = self.now
            service.elapse()
            service.working -= 1
            service.broken += 1
            self.must_decide(machine.service)
            yield self.env.timeout(self.luck.repaired_in(*at, times, self.now))
            self.record.spells.append((machine.row, machine.down, self.now))
            machine.down = -1
            service.elapse()
            service.working += 1
            times += 1
            self.must_decide(machine.service)

    def journey(self, who: int, stream: int, group: int, to: int) -> Process:
        """Follow a patient who comes, makes visits and leaves the model."""
        patient = Patient(who, stream, group, self.luck.lot(who), self.now)
        self.patients[who] = patient
        self.moment(patient, self.luck.outside, layout.JOINS)
        place = self.luck.first_place(who, to, group, self.now)
        yield from self.onward(patient, place)

    def onward(self, patient: Patient, place: Place) -> Process:
        """Follow a patient from a place on, until they leave the model."""
        while True:
            patient.heading = place.step
            if place.delay > 0:
                yield self.env.timeout(place.delay)
            if place.step < 0:
                break
            place = yield from self.visit(patient, place.step)
        self.moment(patient, self.luck.outside, layout.LEAVES)
        del self.patients[patient.who]
        self.record.gone(patient, place.ending, self.now)

    def visit(self, patient: Patient, step: int) -> Stay:
        """Follow a patient who joins a line: treated, gone unseen, or turned away."""
        if lines := self.luck.lines(step):
            step = yield self.rounds.shortest(patient, lines)
        visit = self.joined(patient, step)
        if self.holdings.goes_on(visit):
            return (yield from self.treated(visit))
        rule = self.luck.rule_on_joining(visit, self.now)
        if rule >= 0:
            return self.turned_away(visit, rule)
        self.into_line(visit)
        return (yield from self.waited(visit))

    def treated(self, visit: Visit) -> Stay:
        """Follow a patient in treatment, who may be handed back."""
        place = yield from self.treatment(visit)
        if place is not None:
            return place
        self.into_line(visit)
        return (yield from self.waited(visit))

    def waited(self, visit: Visit) -> Stay:
        """Follow a patient in line: treated, gone unseen, or turned away."""
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
        """Treat a patient until the visit is over; None if handed back."""
        self.begin(visit)
        while not visit.is_broken_off:
            visit.process = self.env.active_process
            try:
                yield self.env.timeout(visit.started + visit.left - self.now)
                break
            except simpy.Interrupt:  # Handed back, or moved back to their own service.
                continue
        if visit.is_broken_off:
            visit.is_broken_off = False
            rest = visit.started + visit.left - self.now
            visit.hand_back(self.now, visit.left if visit.starts_anew else rest)
            return None
        self.services[visit.at].treated.pop(visit, None)
        self.rounds.repatriation.strike(visit)
        visit.ended = self.now
        self.moment(visit.patient, visit.step, layout.ENDS)
        place = self.luck.after_treatment(visit, self.now)
        if place.kept > 0:
            self.causes.delays(visit, 1)
            yield self.env.timeout(place.kept)
            self.causes.delays(visit, -1)
        self.holdings.part_with_units(visit, place)
        self.over(visit, layout.COMPLETED)
        return place

    def begin(self, visit: Visit) -> None:
        """Begin treatment, unless it has begun before."""
        if visit.left >= 0:
            return
        time = self.luck.treatment(visit, self.now)
        visit.left = self.luck.leaving(visit, self.now + time) - self.now
        visit.put_off = visit.left - time
        visit.factor = self.luck.factor(visit, self.now)
        self.moment(visit.patient, visit.step, layout.STARTS)

    # Those who are there when the run begins

    def placed(self, row: np.void) -> Visit:
        """Put a patient into the line, or the unit, in which they are."""
        joined, started, lasts, who, step, group = row.tolist()
        patient = Patient(who, -1, group, self.luck.lot(who), self.now, visits=1)
        self.patients[who] = patient
        for clock, (since, *rest) in self.luck.clocks_before(row).items():
            paused, ran, stood, part = rest
            patient.clocks[clock] = Running(since, paused, ran, stood, part)
        kind = self.luck.kind(step, group, boards=False)
        visit = Visit(patient, 0, step, self.luck.service(step), kind, joined)
        patient.visit = visit
        if started < 0:
            self.stand_since(visit)
        else:
            visit.started, visit.left = started, lasts
            self.causes.had_waited(visit)
            self.rounds.settle(visit)
        self.must_decide(visit.service)
        return visit

    def stand_since(self, visit: Visit) -> None:
        """Stand a patient in line, with the priority that waiting has given them."""
        last, cause = -1, -1
        while True:
            time, due = self.luck.next_wait(visit, last, cause)
            if due < 0 or visit.joined + time >= self.now:
                break
            priority = self.luck.new_priority(visit, due)
            if priority != visit.kind.priority:
                visit.kind = visit.kind._replace(priority=priority)
                visit.since = visit.joined + time
            last, cause = time, due
        visit.decided = self.env.event()
        self.causes.joins(visit)
        self.services[visit.service].line.join(visit)
        self.time_wait(visit, last, cause)

    def going_on(self, visit: Visit) -> Process:
        """Follow a patient who was there when the run began."""
        stay = self.waited(visit) if visit.started < 0 else self.treated(visit)
        place = yield from stay
        yield from self.onward(visit.patient, place)

    # Visits

    def joined(self, patient: Patient, step: int) -> Visit:
        """Begin a visit."""
        kind = self.luck.kind(step, patient.group, boards=patient.bed is not None)
        service = self.luck.service(step)
        visit = Visit(patient, patient.visits, step, service, kind, self.now)
        patient.visits += 1
        patient.visit = visit
        self.causes.begins(visit)
        self.moment(patient, step, layout.JOINS)
        return visit

    def into_line(self, visit: Visit) -> None:
        """Stand a patient in line, for the first time or again."""
        service = self.services[visit.service]
        visit.decided = self.env.event()
        self.causes.joins(visit)
        service.line.join(visit)
        if visit.part == 0:
            service.newcomers.append(visit)
        self.must_decide(visit.service)

    def expire(self, visit: Visit, cause: int) -> None:
        """Let a waiting event fall due for one who still waits for the first time."""
        is_there = visit.waits or visit.date is not None
        if visit.date is not None and visit.date[0] <= self.now:
            return
        if not is_there or visit.part > 0 or visit.cause != cause:
            return
        line = self.services[visit.service].line
        if not self.luck.stays(cause):
            if visit.date is not None:
                self.return_date(visit)
            else:
                line.leave(visit)
            self.must_decide(visit.service)
            visit.decided.succeed((layout.LEFT, cause))
            return
        self.record.change(visit, cause, self.now)
        priority = self.luck.new_priority(visit, cause)
        if visit.date is not None:
            visit.kind = visit.kind._replace(priority=priority)
        elif priority != visit.kind.priority:
            line.leave(visit)
            kind = visit.kind._replace(priority=priority)
            self.causes.changes(visit, kind)
            visit.kind = kind
            visit.since = self.now
            line.join(visit)
            self.must_decide(visit.service)
        self.time_wait(visit, self.now - visit.joined, cause)

    def time_wait(self, visit: Visit, last: int, cause: int) -> None:
        """Set the moment at which the next waiting event falls due."""
        time, visit.cause = self.luck.next_wait(visit, last, cause)
        cause = visit.cause
        before = self.model.end if visit.date is None else visit.date[0]
        if cause >= 0 and visit.joined + time < min(before, self.model.end):
            timer = self.env.timeout(visit.joined + time - self.now)
            timer.callbacks.append(lambda _: self.expire(visit, cause))

    def time_date(self, visit: Visit, time: int) -> None:
        """Let a patient come at the moment of their date, unless they have left."""
        date = visit.date
        timer = self.env.timeout(time - self.now)
        timer.callbacks.append(lambda _: self._come_to(visit, date))

    def _come_to(self, visit: Visit, date: tuple[int, int, int] | None) -> None:
        if visit.date is date and date is not None:
            self.services[visit.service].line.waiting -= 1
            self.must_decide(visit.service)
            self.come(visit)

    def come(self, visit: Visit) -> None:
        """Begin the visit of a patient who has a date now."""
        self.causes.waited(visit)
        self.causes.comes(visit, visit.date[1] if visit.date else -1)
        visit.date = None
        self.holdings.leave_bed(visit)
        visit.started, visit.process = self.now, None
        visit.decided.succeed((layout.COMPLETED, -1))

    def return_date(self, visit: Visit) -> None:
        """Give back the date of a patient who will not come."""
        service = self.services[visit.service]
        service.line.waiting -= 1
        at = self.services[visit.at]
        at.returned = [d for d in at.returned if d.time >= self.now]
        at.returned.append(Date(*visit.date or (0, 0, 0)))
        visit.date = None

    def left_unseen(self, visit: Visit, cause: int) -> Place:
        """Send on a patient who has left the line."""
        self.causes.waited(visit)
        visit.ended = self.now
        place = self.luck.after_leaving(visit, cause, self.now)
        self.holdings.settle(visit, place)
        self.over(visit, layout.LEFT, cause)
        return place

    def turned_away(self, visit: Visit, rule: int) -> Place:
        """Send on a patient who is turned away."""
        visit.ended = self.now
        self.must_decide(visit.service)
        place = self.luck.after_turning_away(visit, rule, self.now)
        self.holdings.settle(visit, place)
        self.over(visit, layout.TURNED_AWAY, rule)
        return place

    def absent(self, visit: Visit) -> Place:
        """Send on a patient who did not attend: the slot is used."""
        self.causes.misses(visit)
        visit.ended = self.now
        self.services[visit.at].treated.pop(visit, None)
        place = self.luck.after_absence(visit, self.now)
        self.holdings.settle(visit, place)
        self.over(visit, layout.ABSENT)
        return place

    def over(self, visit: Visit, outcome: int, cause: int = -1) -> None:
        """End a visit."""
        visit.patient.visit = None
        self.record.visit(visit, outcome, cause, self.now)
        self.moment(visit.patient, visit.step, layout.LEAVES)

    def moment(self, patient: Patient, step: int, event: int) -> None:
        """Stop, resume, start and pause clocks."""
        for clock, does in self.luck.moments(step, event):
            running = patient.clocks.get(clock)
            if does == layout.START and running is None:
                patient.clocks[clock] = Running(self.now)
            elif does == layout.STOP and running is not None:
                self.record.clock(patient, clock, self.now)
            elif does == layout.PAUSE and running is not None:
                running.pause(self.now)
            elif does == layout.RESUME and running is not None and running.paused >= 0:
                self.record.resumed(patient, clock, self.now)

    def must_decide(self, number: int) -> None:
        """Ask for a round of decisions once the facts of this moment are done."""
        self.rounds.ask(number)
