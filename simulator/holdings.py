"""Units that patients keep beyond a visit, in the reference engine.

The rules stand in docs/background/semantics.md: what is taken along to the next step,
beds that are kept until the next service calls in, and cleaning.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import simpy

from kernels import layout
from simulator.luck import Place
from simulator.patients import Held, Patient, Visit, beside

if TYPE_CHECKING:
    from simulator.reference import Replica


class Holdings:
    """Says which units patients go on with, keep and give back.

    Parameters
    ----------
    replica : Replica
    """

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.services = replica.services
        self.luck = replica.luck
        self.record = replica.record

    @property
    def now(self) -> int:
        """The moment, in microseconds."""
        return self.replica.now

    def goes_on(self, visit: Visit) -> bool:
        """Begin treatment in units that the patient holds already, if there are any."""
        patient = visit.patient
        held = patient.places.get(visit.service)
        if held is not None:
            visit.at, visit.units = held.service, 0
        elif patient.bed is not None and patient.bed.home == visit.service:
            visit.at, visit.units = patient.bed.service, patient.bed.units
            self.services[visit.at].treated[visit] = None
            self.replica.causes.keeps_bed(patient.bed, -1)
            patient.bed = None
            visit.kind = visit.kind._replace(boards=False)
            # In treatment again, where the more urgent may interrupt it.
            self.replica.must_decide(visit.at)
        else:
            return False
        visit.started = self.now
        if self.replica.rounds.repatriation.note(visit):
            self.replica.must_decide(visit.service)
        return True

    def part_with_units(self, visit: Visit, place: Place) -> None:
        """Give back, or take along, the units of a visit that is over."""
        patient = visit.patient
        if visit.units > 0:
            for held, reason in beside(visit):
                self.record.held(patient, held, reason, self.now)
                if reason == layout.ALONGSIDE:
                    self.give_back(patient, held)
            own = Held(visit.at, visit.service, visit.units, visit.k, self.now)
            if self._may_be_held(visit.service) and self._stays(visit.service, place):
                patient.places[visit.service] = own
            elif place.step >= 0 and place.delay == 0 and place.keeps:
                patient.bed = own
                self.replica.causes.keeps_bed(own, 1)
            else:
                self.give_back(patient, own)
        self.settle(visit, place)

    def _may_be_held(self, service: int) -> bool:
        """Return whether any step of the model holds units of a service."""
        return bool((self.replica.model.holding == service).any())

    def _stays(self, home: int, place: Place) -> bool:
        """Return whether places taken at a service are taken along to the next step."""
        if place.step < 0:
            return False
        if home in self.luck.held(place.step):
            return True
        return place.delay == 0 and self.luck.service(place.step) == home

    def settle(self, visit: Visit, place: Place) -> None:
        """Give back what a patient does not take along to where they go next."""
        patient, bed = visit.patient, visit.patient.bed
        for home, held in list(patient.places.items()):
            if not self._stays(home, place):
                del patient.places[home]
                self.record.held(patient, held, layout.KEPT, self.now)
                self.give_back(patient, held)
        if bed is None:
            return
        self.record.held(patient, bed, layout.BLOCKED, self.now, visit.service)
        bed.since = self.now
        if place.step < 0 or place.delay > 0:
            self.replica.causes.keeps_bed(bed, -1)
            patient.bed = None
            self.give_back(patient, bed)

    def give_back(self, patient: Patient, held: Held) -> None:
        """Give units back to a service, which may clean them before they are free."""
        time = self.luck.cleaning(patient, held, self.now)
        if time == 0:
            self._fall_free(patient, held)
            return
        until = self.now + time if self.now + time < self.replica.model.end else -1
        cleaned = replace(held, since=self.now)
        self.record.held(patient, cleaned, layout.CLEANING, until)
        timer = self.replica.env.timeout(time)
        timer.callbacks.append(lambda _: self._fall_free(patient, held))

    def _fall_free(self, patient: Patient, held: Held) -> None:
        """Free units of a service."""
        service = self.services[held.service]
        if service.kind != layout.SLOTS:
            reserve = -1
            if held.service == held.home:
                reserve = self.luck.reserve(held.service, patient.group)
            service.give(held.units, reserve)
        self.replica.must_decide(held.service)

    def leave_bed(self, visit: Visit, *, in_circle: bool = False) -> None:
        """Let the bed that a patient keeps fall free, a fact of the next round.

        In a circle another has it already: there is no time to clean it.
        """
        patient, bed = visit.patient, visit.patient.bed
        if bed is None:
            return
        self.replica.causes.keeps_bed(bed, -1)
        patient.bed = None

        def fall_free(_: simpy.Event) -> None:
            self.record.held(patient, bed, layout.BLOCKED, self.now, visit.service)
            if in_circle:
                self._fall_free(patient, bed)
            else:
                self.give_back(patient, bed)

        self.replica.env.timeout(0).callbacks.append(fall_free)
