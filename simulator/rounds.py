"""Rounds of decisions of the reference engine: how services choose.

The rules stand in docs/background/semantics.md, sections 2, 3 and 11 to 13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import simpy
from simpy.events import EventPriority

from kernels import layout
from kernels.layout import NEVER
from kernels.levels import lines_of
from simulator.errors import StuckError, moment_text
from simulator.patients import Patient, Visit, beside
from simulator.repatriation import Repatriation
from simulator.services import Service

if TYPE_CHECKING:
    from simulator.reference import Replica

COMPARING, DECISIONS, REST, WATCH = map(EventPriority, range(2, 6))
"""SimPy's facts have the priorities 0 and 1."""
MOST_ROUNDS = 5000
ALL = 2**31 - 1
"""Instead of a row of `waits`: after every other at its moment."""
OWN, INTERRUPTS, NO_ROOM = -1, -2, -3
"""Instead of a row of `helps`: where the units of a patient come from."""


def soon(
    env: simpy.Environment,
    priority: EventPriority,
    callback: Callable[[simpy.Event], None],
) -> None:
    """Call something at this moment, after all that has a smaller priority."""
    event = env.event()
    event._ok, event._value = True, None
    event.callbacks = [callback]
    env.schedule(event, priority)


class Rounds:
    """Decides for services, group by group of those that share units.

    Parameters
    ----------
    replica : Replica
    thorough : bool
        For tests: let every group decide in every round, not only those that have
        something new. No result may depend on it.
    """

    def __init__(self, replica: Replica, *, thorough: bool = False) -> None:
        self.replica = replica
        self.services = replica.services
        self.luck = replica.luck
        self.thorough = thorough
        self.group = lines_of(replica.model).group.tolist()
        self.members: dict[int, list[Service]] = {}
        for service, group in zip(self.services, self.group, strict=True):
            self.members.setdefault(group, []).append(service)
        self.undecided: dict[int, None] = {}
        self.comparing: dict[Patient, tuple[list[int], simpy.Event]] = {}
        self.resting = False
        self.instant, self.rounds = -1, 0
        self.repatriation = Repatriation(self)

    @property
    def now(self) -> int:
        """The moment, in microseconds."""
        return self.replica.now

    def ask(self, number: int) -> None:
        """Ask for a round of decisions once the facts of this moment are done."""
        if not self.undecided:
            soon(self.replica.env, DECISIONS, self.decide)
        self.undecided[self.group[number]] = None
        self._rest_soon()

    def _rest_soon(self) -> None:
        if not self.resting:
            self.resting = True
            soon(self.replica.env, REST, self.rest)

    def _count(self) -> None:
        self.rounds = self.rounds + 1 if self.instant == self.now else 1
        self.instant = self.now
        if self.rounds > MOST_ROUNDS:
            raise StuckError(
                f"patients go round without taking time at {moment_text(self.instant)}"
            )

    def decide(self, _: simpy.Event) -> None:
        """Hold one round of decisions for all groups that have something new."""
        self._count()
        groups, self.undecided = self.undecided, {}
        asked = [self.members[g] for g in (self.members if self.thorough else groups)]
        for group in asked:
            self._hand_back(group)
            self._call_in(group)
        for group in asked:
            for service in group:
                self._judge_newcomers(service)
            self._wake(group)

    # Choosing a line

    def shortest(self, patient: Patient, steps: list[int]) -> simpy.Event:
        """Return what happens when a patient has chosen a line: its value is the step.

        It is the step with the shortest line once the facts of this moment are done.
        """
        if not self.comparing:
            soon(self.replica.env, COMPARING, self.compare)
        chosen = self.replica.env.event()
        self.comparing[patient] = steps, chosen
        return chosen

    def compare(self, _: simpy.Event) -> None:
        """Let the first of those who compare lines, by lot, choose."""
        patient = min(self.comparing, key=lambda p: p.lot)
        steps, chosen = self.comparing.pop(patient)
        services = [self.services[self.luck.service(step)] for step in steps]
        lengths = [_length(service) for service in services]
        chosen.succeed(steps[lengths.index(min(lengths))])
        if self.comparing:
            soon(self.replica.env, COMPARING, self.compare)

    # Calling in

    def _hand_back(self, group: list[Service]) -> None:
        """Hand patients back whose machine broke down, or who are beyond closing."""
        for service in group:
            while service.broken > 0 and service.treated:
                if service.in_use <= service.working + service.extra:
                    break
                service.broken -= 1
                self._break_off(service, again=bool(service.row["anew"]))
            service.broken = 0
            back = service.row["hand_back"]
            while back and service.treated and service.in_use > service.capacity:
                self._break_off(service)

    def _break_off(self, service: Service, *, again: bool | None = None) -> None:
        """Hand back the least urgent in treatment, of those who started last."""
        visit = max(
            service.treated,
            key=lambda v: (v.kind.priority, v.started, v.patient.lot),
        )
        del service.treated[visit]
        self.repatriation.strike(visit)
        is_own = service.number == visit.service
        service.give(visit.units, visit.kind.reserve if is_own else -1)
        for held, reason in beside(visit):
            self.replica.record.held(visit.patient, held, reason, self.now)
            if reason == layout.ALONGSIDE:
                self.services[held.service].give(held.units)
        self.replica.record.visit(visit, layout.HANDED_BACK, -1, self.now)
        if again is None:
            again = bool(self.services[visit.service].row["again"])
        visit.is_broken_off, visit.starts_anew = True, again
        if visit.process is not None:
            visit.process.interrupt()
            visit.process = None

    def _call_in(self, group: list[Service]) -> None:
        """Call patients in, first in the order of the lines, while there is room."""
        while True:
            visit = self.repatriation.next(group)
            if visit is not None:
                self.repatriation.move(visit)
                continue
            visit, source = self.choice(group)
            if visit is None:
                return
            if source == INTERRUPTS:
                self._break_off(self.services[visit.service])
            else:
                self._start(visit, source)

    def choice(self, group: list[Service]) -> tuple[Visit | None, int]:
        """Return who is called in next, and whence their units come."""
        firsts = [v for s in group if s.line.waiting for v in s.line.firsts()]
        passed: set[int] = set()
        for visit in sorted(firsts, key=lambda v: v.order):
            if visit.service in passed:
                continue
            source = self._source(visit)
            if source != NO_ROOM:
                return visit, source
            if self.services[visit.service].row["in_order"]:
                passed.add(visit.service)
        return None, NO_ROOM

    def _source(self, visit: Visit) -> int:
        """Return whence a patient could take their units now."""
        service = self.services[visit.service]
        (_, units), *others = visit.kind.needs
        if any(self.services[s].free() < n for s, n in others):
            return NO_ROOM
        planned = visit.kind.planned
        if planned and self.now + planned > service.closes:
            return NO_ROOM
        if service.has_room(units, self.now, visit.kind.reserve):
            return OWN
        row = service.row
        for number in range(row["help"], row["help"] + row["helps"]):
            help_, waited = self.luck.helps[number], self.now - visit.since
            at, asked = help_["service"], units + help_["leaving"]
            if waited >= help_["after"] and self.services[at].has_room(asked, self.now):
                return number
        if row["interrupts"] and visit.kind.priority <= row["interrupts_from"]:
            less_urgent = sum(
                v.units
                for v in service.treated
                if v.kind.priority > visit.kind.priority
            )
            if service.capacity - service.in_use + less_urgent >= units:
                return INTERRUPTS
        return NO_ROOM

    def _start(self, visit: Visit, source: int, *, in_circle: bool = False) -> None:
        """Call a patient in, to the units from where there is room."""
        service = self.services[visit.service]
        service.line.leave(visit)
        self.replica.causes.called(visit)
        (_, units), *others = visit.kind.needs
        visit.at, visit.units, visit.helper = visit.service, units, source
        if source >= 0:
            visit.at = self.luck.helps[source]["service"]
        if self.services[visit.at].pages:
            self._give_date(visit)
            return
        if service.kind == layout.SLOTS:
            self.services[visit.at].take_slot(visit)
        else:
            is_own = visit.at == visit.service
            reserve = visit.kind.reserve if is_own else -1
            self.services[visit.at].take(units, reserve)
        for other, number in others:
            self.services[other].take(number)
        self.replica.causes.waited(visit)
        self.replica.holdings.leave_bed(visit, in_circle=in_circle)
        visit.kind = visit.kind._replace(boards=False)
        visit.started, visit.process = self.now, None
        self.services[visit.at].treated[visit] = None
        self.repatriation.note(visit)
        visit.decided.succeed((layout.COMPLETED, -1))

    def _give_date(self, visit: Visit) -> None:
        """Give a patient a date; one of this moment is taken at once."""
        at, is_own = self.services[visit.at], visit.at == visit.service
        date = at.date_for(visit.kind.reserve if is_own else -1, self.now)
        if date is None:
            raise RuntimeError("there is no date where one was found")
        at.take_date(date, self.now)
        visit.date, visit.slot = date, date.length
        visit.kind = visit.kind._replace(boards=False)
        if date.time == self.now:
            self.replica.come(visit)
            return
        service = self.services[visit.service]
        service.line.waiting += 1
        is_new = visit in service.newcomers
        last, cause = (-1, -1) if is_new else (self.now - visit.joined, ALL)
        self.replica.time_wait(visit, last, cause)
        self.replica.time_date(visit, date.time)

    def settle(self, visit: Visit) -> None:
        """Give a patient who is in treatment when the run begins their units."""
        (_, units), *others = visit.kind.needs
        visit.at, visit.units = visit.service, units
        self.services[visit.service].take(units, visit.kind.reserve)
        for other, number in others:
            self.services[other].take(number)
        self.services[visit.service].treated[visit] = None

    # After calling in

    def _judge_newcomers(self, service: Service) -> None:
        """Turn away those for whom the line is too long; time the others' patience."""
        newcomers = [v for v in service.newcomers if v.waits]
        service.newcomers = []
        counted = [v for v in newcomers if not v.boards]
        ahead = service.line.waiting - service.line.boarders - len(counted)
        for visit in sorted(newcomers, key=lambda v: v.order):
            if not visit.boards:
                longest = self.now - service.line.first_coming(self.now)
                rule = self.luck.rule_of_line(visit, ahead, longest, self.now)
                if rule >= 0:
                    service.line.leave(visit)
                    visit.decided.succeed((layout.TURNED_AWAY, rule))
                    continue
                ahead += 1
            self.replica.time_wait(visit, -1, -1)

    def _wake(self, group: list[Service]) -> None:
        """Come back to a group when its next slot, or somebody's help, falls due."""
        first = group[0]
        if not any(service.line.waiting for service in group):
            return
        due = min((t for s in group for t in self._looks(s)), default=NEVER)
        if due < self.replica.model.end and not self.now < first.wake <= due:
            first.wake = due
            timer = self.replica.env.timeout(due - self.now)
            timer.callbacks.append(lambda _: self.ask(first.number))

    def _looks(self, service: Service) -> list[int]:
        """Return when a service is looked at again, while some of its group wait."""
        due = []
        if service.pages:
            due = service.next_dates(self.now)
        elif service.kind == layout.SLOTS:
            due = [service.next_due(self.now)]
        row = service.row
        helps = self.luck.model.helps[row["help"] : row["help"] + row["helps"]]
        for after in helps["after"].tolist():
            due += [v.since + after for v in service.line.firsts()]
        return [time for time in due if time > self.now]

    # At rest

    def rest(self, _: simpy.Event) -> None:
        """Move patients whose beds lie in a circle; then look whether to escalate."""
        self.resting = False
        movers = self._circles()
        if movers:
            self._count()
            self._rest_soon()
        for visit in movers:
            self._start(visit, OWN, in_circle=True)
        self.replica.watch.soon()

    def _circles(self) -> list[Visit]:
        """Return those who can only move all together, each to the next one's bed."""
        boarding = {
            s.number: [v for v in s.line.boarding() if _is_simple(v)]
            for s in self.services
            if s.line.boarders and s.kind != layout.SLOTS and s.in_use <= s.capacity
        }
        while True:
            first = {
                number: next((v for v in visits if _bed(v) in boarding), None)
                for number, visits in boarding.items()
            }
            stuck = [number for number, visit in first.items() if visit is None]
            if not stuck:
                break
            for number in stuck:
                del boarding[number]
        movers = {n: v for n, v in first.items() if v is not None}
        return [v for n, v in movers.items() if _is_in_circle(n, movers)]


def _length(service: Service) -> tuple[bool, int]:
    """Return whether a service is shut, and how long its line is."""
    if service.kind == layout.SLOTS:
        return False, service.line.waiting
    free = service.capacity - service.in_use
    return service.capacity <= 0, service.line.waiting - free


def _is_simple(visit: Visit) -> bool:
    """Return whether a patient needs one unit and keeps one."""
    bed = visit.patient.bed
    needs = visit.kind.needs
    return len(needs) == 1 and needs[0][1] == 1 and bed is not None and bed.units == 1


def _bed(visit: Visit) -> int:
    """Return the service of the bed that a patient keeps."""
    return -1 if visit.patient.bed is None else visit.patient.bed.service


def _is_in_circle(start: int, movers: dict[int, Visit]) -> bool:
    """Return whether the way from service to bed leads back to the first service."""
    service = _bed(movers[start])
    for _ in movers:
        if service == start:
            return True
        service = _bed(movers[service])
    return False
