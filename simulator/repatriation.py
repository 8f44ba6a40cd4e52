"""Moving back, in the reference engine: who is treated elsewhere comes home.

The rule stands in docs/background/semantics.md, section 13.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kernels import layout
from kernels.repatriation import rest_at_home
from simulator.patients import Held, Visit
from simulator.services import Service

if TYPE_CHECKING:
    from simulator.rounds import Rounds


class Repatriation:
    """Says who moves back in a round of decisions, and moves them.

    Parameters
    ----------
    rounds : Rounds
    """

    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.replica = rounds.replica
        self.services = rounds.services
        self.luck = rounds.luck

    # Who may move back at some time

    def note(self, visit: Visit) -> bool:
        """List a visit whose treatment begins, if it may move back; say whether."""
        may = visit.at != visit.service and self._help(visit)["back"] != layout.STAYS
        if may:
            self.services[visit.service].outliers[visit] = None
        return bool(may)

    def strike(self, visit: Visit) -> None:
        """Strike a visit whose treatment is over, or broken off."""
        self.services[visit.service].outliers.pop(visit, None)

    def _help(self, visit: Visit) -> dict[str, int]:
        """Return the row of `helps` by which a visit has its units."""
        return self.luck.help(visit.service, visit.at)

    # Who moves back now

    def next(self, group: list[Service]) -> Visit | None:
        """Return who moves back next to one of some services, if anybody does."""
        found = [
            visit
            for service in group
            if service.outliers
            for visit in self._who_may(service)
        ]
        return min(found, key=lambda v: v.order, default=None)

    def _who_may(self, service: Service) -> list[Visit]:
        """Return those who may move back to a service now."""
        rival, _ = self.rounds.choice([service])
        if service.row["in_order"]:
            firsts = service.line.firsts()
            rival = min(firsts, key=lambda v: v.order, default=None)
        return [v for v in service.outliers if self._may(v, service, rival)]

    def _may(self, visit: Visit, service: Service, rival: Visit | None) -> bool:
        help_ = self._help(visit)
        if visit.left >= 0:
            rest = visit.started + visit.left - self.rounds.now
        else:  # Called in in this very decision.
            self.replica.begin(visit)
            rest = visit.left
        if rest <= help_["leaving_within"]:
            return False
        if rival is not None and not self._goes_before(
            visit, rival, service, help_["back"]
        ):
            return False
        return service.free(visit.kind.reserve) >= self._units(visit)

    @staticmethod
    def _goes_before(visit: Visit, rival: Visit, service: Service, back: int) -> bool:
        """Return whether a patient elsewhere goes before one in line."""
        row = service.row
        if back == layout.BEFORE_LINE:
            urgent = row["interrupts_from"]
            if not row["interrupts"] or rival.kind.priority > urgent:
                return True
        return back != layout.AFTER_LINE and visit.order < rival.order

    def _units(self, visit: Visit) -> int:
        """Return how many units of the helping service a patient has."""
        if visit.units > 0:
            return visit.units
        return visit.patient.places[visit.service].units

    # The move

    def move(self, visit: Visit) -> None:
        """Move a patient back to their own service."""
        now, home = self.rounds.now, visit.service
        self.strike(visit)
        left = self._what_is_left(visit)
        self.services[home].take(left.units, visit.kind.reserve)
        if visit.units > 0:
            self.services[visit.at].treated.pop(visit)
            self.services[home].treated[visit] = None
        visit.at, visit.helper = home, -1
        timer = self.replica.env.timeout(0)
        timer.callbacks.append(
            lambda _: self.replica.holdings.give_back(visit.patient, left)
        )
        end = visit.started + visit.left - visit.put_off
        if end > now:
            end = now + int(rest_at_home(end - now, visit.factor))
            leaves = self.luck.leaving(visit, end)
            visit.left, visit.put_off = leaves - visit.started, leaves - end
            visit.factor = 1.0
        if visit.process is not None:
            visit.process.interrupt()
            visit.process = None

    def _what_is_left(self, visit: Visit) -> Held:
        """Return the units that a patient leaves, and record that they had them."""
        patient, now, home = visit.patient, self.rounds.now, visit.service
        if visit.units > 0:
            left = Held(visit.at, home, visit.units, visit.k, visit.started)
            self.replica.record.held(patient, left, layout.AWAY, now, home)
            visit.moved_back = now
            return left
        place = patient.places[home]
        self.replica.record.held(patient, place, layout.KEPT, now, home)
        left = replace(place)
        place.service, place.since = home, now
        return left
