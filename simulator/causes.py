"""Why patients waited, in the reference engine: an account of what services did.

The rules stand in docs/background/semantics.md, section 18.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np
import simpy

from kernels import layout
from kernels.accounts import PARTS, counts_causes, promised
from kernels.layout import Model
from kernels.slots import slot_time
from simulator.patients import Held, Kind, Note, Patient, Visit
from simulator.services import Page, Service

if TYPE_CHECKING:
    from simulator.reference import Replica


class Passing:
    """For how long one rank of a line has been passed over."""

    def __init__(self) -> None:
        self.time, self.since = 0, -1

    def turn(self, now: int, *, is_passed: bool) -> None:
        """Be passed over from now on, or be so no longer."""
        self.time = self.by(now)
        self.since = now if is_passed else -1

    def by(self, now: int) -> int:
        """Return for how long it was passed over by a moment, all in all."""
        return self.time + (now - self.since if self.since >= 0 else 0)


class Account:
    """What a service did while patients stood in its line."""

    def __init__(self, service: Service, env: simpy.Environment) -> None:
        self.service, self.env = service, env
        self.seen = int(env.now)
        self.shut = self.opened = -1
        """The last closure."""
        self.blocked = 0
        """Units kept by patients whose treatment is over, now."""
        self.delay = 0
        """Time x share of them."""
        self.kept = dict.fromkeys((-1, *service.kept_back), 0)
        """Time x share of units that are free but kept back from those of a reserve."""
        self.ranks: dict[Kind, Passing] = {}
        self.came: list[list[int]] = [[] for _ in service.pages]
        """When patients came to slots of each page."""
        self.slots = [_moments(service, page) for page in self.pages]
        self.sessions = _sessions(service)

    @property
    def pages(self) -> list[Page]:
        """The pages of a diary in which slots are kept back."""
        return self.service.pages if self.service.kept_back else []

    def elapse(self) -> None:
        """Let the counters go on up to now, things being as they are."""
        now, service = int(self.env.now), self.service
        time = now - self.seen
        if time == 0:
            return
        if service.capacity <= 0:
            if self.opened != self.seen:
                self.shut = self.seen
            self.opened = now
        else:
            units = max(service.capacity, service.in_use)
            self.delay += time * (PARTS * self.blocked // units)
            free = service.capacity - service.in_use
            for reserve in self.kept:
                kept = min(max(free, 0), free - service.free(reserve))
                self.kept[reserve] += time * (PARTS * kept // units)
        self.seen = now

    def rank(self, kind: Kind) -> Passing:
        """Return how a rank of the line was passed over."""
        return self.ranks.setdefault(kind, Passing())

    def pass_over(self, visit: Visit) -> None:
        """Note which ranks a visit passes over that is called in."""
        heads = {first.kind: first for first in self.service.line.firsts()}
        for kind in {*heads, *self.ranks}:
            comes_later = kind[:2] > visit.kind[:2]  # by priority and allowance
            first = heads.get(kind)
            is_passed = first is not None and first.since < visit.since
            now = int(self.env.now)
            self.rank(kind).turn(now, is_passed=comes_later and is_passed)

    def closed(self, begin: int, end: int) -> int:
        """Return how much of a stretch lies in the last closure."""
        if self.service.kind != layout.SLOTS:
            self.elapse()
            return max(min(self.opened, end) - max(self.shut, begin), 0)
        begun = bisect_right(self.sessions, (end, layout.NEVER))
        before, last = [(-1, -1), (-1, -1), *self.sessions[:begun]][-2:]
        shut, opened = (last[1], end) if end > last[1] else (before[1], last[0])
        return max(opened - max(shut, begin), 0)

    def due(self, reserve: int, now: int) -> tuple[int, int]:
        """Return how many slots fell due before a moment, and how many in vain."""
        due = [bisect_left(slots, now) for slots in self.slots]
        came = [bisect_left(moments, now) for moments in self.came]
        in_vain = sum(
            due[number] - came[number]
            for number, page in enumerate(self.pages)
            if page.reserve not in (-1, reserve)
        )
        return sum(due), in_vain


def _sessions(service: Service) -> list[tuple[int, int]]:
    """Return when each session begins and ends, those that follow at once in one."""
    found: list[tuple[int, int]] = []
    for time, until, _ in service.openings.tolist():
        follows = found and time <= found[-1][1]
        begin = found.pop()[0] if follows else time
        found.append((begin, until))
    return found


def _moments(service: Service, page: Page) -> list[int]:
    """Return the moments of all slots of a page of a diary."""
    together, first, last = page.sort
    return [
        int(slot_time(time, until, slots, slot // together * together))
        for time, until, slots in service.openings.tolist()
        for slot in range(max(slots - first, 0), max(slots - last, 0))
    ]


class Causes:
    """Splits the time of clocks by cause, in a model with standards of clocks."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.model: Model = replica.model
        self.is_on = counts_causes(self.model)
        self.accounts: list[Account] = []
        if self.is_on:
            self.accounts = [Account(s, replica.env) for s in replica.services]
            for service, account in zip(replica.services, self.accounts, strict=True):
                service.account = account
        self.promised: list[list[int]] = promised(self.model).tolist()

    @property
    def now(self) -> int:
        """The moment, in microseconds."""
        return self.replica.now

    # What happens to services

    def delays(self, visit: Visit, sign: int) -> None:
        """Count the units of a visit as kept after treatment, or (-1) no more."""
        if not self.is_on:
            return
        units = visit.units or visit.patient.places[visit.service].units
        for service, number in ((visit.at, units), *visit.kind.needs[1:]):
            self.blocks(service, sign * number)

    def blocks(self, service: int, units: int) -> None:
        """Count units as kept by one who cannot go on, or (-units) no more."""
        if self.is_on and self.replica.services[service].kind != layout.SLOTS:
            self.accounts[service].elapse()
            self.accounts[service].blocked += units

    def keeps_bed(self, bed: Held | None, sign: int) -> None:
        """Count a bed that a patient keeps, or (-1) gives up."""
        if bed is not None:
            self.blocks(bed.service, sign * bed.units)

    # What happens to patients

    def joins(self, visit: Visit) -> None:
        """Note how things stand as a patient joins a line."""
        if self.is_on:
            account, kind = self.accounts[visit.service], visit.kind
            account.elapse()
            visit.note = Note(
                account.delay,
                account.kept.get(kind.reserve, 0),
                account.due(kind.reserve, self.now),
                account.rank(kind).by(self.now),
            )

    def changes(self, visit: Visit, kind: Kind) -> None:
        """Let a patient in line go on with what they have in another rank."""
        if visit.note is not None:
            account = self.accounts[visit.service]
            before = account.rank(visit.kind).by(self.now)
            visit.note.passed += account.rank(kind).by(self.now) - before

    def called(self, visit: Visit) -> None:
        """Note that a patient is called in, or given a date."""
        if visit.note is not None:
            account = self.accounts[visit.service]
            visit.note.passed_in_all = self._passed(visit)
            account.pass_over(visit)

    def comes(self, visit: Visit, page: int) -> None:
        """Note that a patient comes to a slot."""
        if self.is_on:
            self.accounts[visit.at].came[page].append(self.now)

    def misses(self, visit: Visit) -> None:
        """Note that a patient did not attend."""
        visit.patient.missed = (visit.service, self.now)

    def begins(self, visit: Visit) -> None:
        """Count the time since a missed appointment, if this visit is in its place."""
        missed, visit.patient.missed = visit.patient.missed, None
        if missed is not None and missed[0] == visit.service:
            visit.is_rebooked = True
            if self.is_on:
                split = [0] * len(layout.CAUSES)
                split[layout.W_REBOOKED] = self.now - missed[1]
                self._share_out(visit.patient, split)

    def had_waited(self, visit: Visit) -> None:
        """Count the wait, before the run, of one who is treated when it begins."""
        if self.is_on:
            for clock in visit.patient.clocks.values():
                if clock.since == visit.joined != clock.paused:
                    wait = visit.started - visit.joined
                    clock.causes[layout.W_NO_CAPACITY] = wait

    def waited(self, visit: Visit) -> None:
        """Share a stretch in line that is over out to the clocks that went."""
        if self.is_on:
            self._share_out(visit.patient, self._split(visit, self.now))

    def look(self, month: int, end: int) -> None:
        """Look at the clocks that are beyond what is promised at a month's end."""
        for patient in self.replica.patients.values():
            split: list[int] | None = None
            for number, clock in patient.clocks.items():
                if clock.time(end) <= self.promised[number][month]:
                    continue
                split = split or self._split_so_far(patient, end)
                self.replica.record.look(patient, number, month, end, split)

    def cut_off(self, patient: Patient) -> None:
        """Let the clocks of a patient go on to the end of the run."""
        if self.is_on:
            split = self._split_so_far(patient, self.model.end)
            self._share_out(patient, split)

    def _share_out(self, patient: Patient, split: list[int]) -> None:
        for clock in patient.clocks.values():
            clock.causes = clock.with_more(split)

    def _split_so_far(self, patient: Patient, now: int) -> list[int]:
        """Split what a patient has of a stretch by a moment; nothing outside a line."""
        visit = patient.visit
        if visit is not None and visit.started < 0:
            return self._split(visit, now)
        split = [0] * len(layout.CAUSES)
        if visit is None and patient.missed is not None and patient.heading >= 0:
            service, missed = patient.missed
            if self.replica.luck.service(patient.heading) == service:
                split[layout.W_REBOOKED] = now - missed
        return split

    def _passed(self, visit: Visit) -> int:
        """Return for how long a visit has been passed over."""
        note = visit.note
        if note is None:
            return 0
        if note.passed_in_all >= 0:
            return note.passed_in_all
        return self.accounts[visit.service].rank(visit.kind).by(self.now) - note.passed

    def _split(self, visit: Visit, now: int) -> list[int]:
        """Split a stretch in line by cause, up to a moment."""
        note, split = visit.note, [0] * len(layout.CAUSES)
        whole = now - visit.joined
        if note is None:
            raise RuntimeError("a patient stands in a line who never joined it")
        if visit.is_rebooked:
            split[layout.W_REBOOKED] = whole
            return split
        account, begin = (
            self.accounts[visit.service],
            max(visit.joined, self.model.begin),
        )
        reserve = visit.kind.reserve
        found = {layout.W_CLOSED: account.closed(begin, now)}
        account.elapse()
        found[layout.W_BLOCKED] = (account.delay - note.delay) // PARTS
        found[layout.W_KEPT_BACK] = (account.kept.get(reserve, 0) - note.kept) // PARTS
        due, in_vain = np.subtract(account.due(reserve, now), note.due).tolist()
        if due:
            found[layout.W_KEPT_BACK] = (
                (now - begin) * (PARTS * in_vain // due) // PARTS
            )
        found[layout.W_OUTRANKED] = self._passed(visit)
        for cause, time in found.items():
            split[cause] = min(time, whole - sum(split))
        split[layout.W_NO_CAPACITY] = whole - sum(split)
        return split
