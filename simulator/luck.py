"""A patient's luck: every draw of the reference engine, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from kernels import routing
from kernels.discharge import leaving_time
from kernels.laws import duration, laws_of, microseconds
from kernels.layout import (
    BEFORE,
    NEVER,
    P_ABSENT,
    P_AWAY,
    P_BREAKDOWN,
    P_CLEANING,
    P_RULE,
    P_VISIT,
    P_WAIT,
    TO_STEP,
    Model,
)
from kernels.levels import reserves
from kernels.philox import block, lot, unit32, unit53
from kernels.start import clocks_at, time_beyond
from kernels.values import value_at
from simulator.patients import Held, Kind, Patient, Visit


class Place(NamedTuple):
    """Where a patient goes next."""

    step: int
    """-1: leaves the model."""
    delay: int
    """Until then, microseconds, in which nothing is held."""
    kept: int
    """For how long the unit is kept after treatment, microseconds."""
    ending: int
    keeps: bool
    """Whether the unit is kept after that, until the next service calls in."""


class Luck:
    """Draws from the tables of a model under the key of a replication.

    Times are in microseconds. Rows are read from plain lists, which Python does many
    times faster than from structured arrays.
    """

    def __init__(self, model: Model, key: int) -> None:
        self.key = key
        self.laws = laws_of(model)
        steps, branches = routing.steps_with_choices(model)
        self.ways = routing.ways_of(model, branches)
        self.steps = [dict(zip(s.dtype.names, s.tolist(), strict=True)) for s in steps]
        self.waits = model.waits.tolist()
        self.rules = model.rules.tolist()
        self.law_kinds = model.laws["kind"].tolist()
        self.model = model
        self.wholes = model.wholes.tolist()
        self.services = [
            dict(zip(s.dtype.names, s.tolist(), strict=True)) for s in model.services
        ]
        self.helps = [
            dict(zip(h.dtype.names, h.tolist(), strict=True)) for h in model.helps
        ]
        self._reserves: list[list[int]] = reserves(model).tolist()
        self.outside = len(model.steps)
        """The row of the model itself among the moments of clocks."""
        self._moments: dict[tuple[int, int], list[tuple[int, int]]] = {
            (step, event): model.moments[first : first + n].tolist()
            for (step, event), (first, n) in _indexed(model).items()
            if n
        }

    def lot(self, who: int) -> int:
        """Return the patient's lot, the last word on who is called first."""
        return int(lot(self.key, who))

    def moments(self, step: int, event: int) -> list[tuple[int, int]]:
        """Return which clocks a moment of a step concerns, and what it does to them."""
        return self._moments.get((step, event), [])

    # What a patient is in line

    def service(self, step: int) -> int:
        """Return where a step is held."""
        return int(self.steps[step]["service"])

    def lines(self, step: int) -> list[int]:
        """Return the steps at whose lines patients look who come to a choice of them.

        Empty where a step is at a service.
        """
        if self.service(step) != routing.NOWHERE:
            return []
        choice = self.ways.choices[self.steps[step]["then"]]
        rows = self.ways.branches[choice["branch"] :][: choice["branches"]]
        found: list[int] = rows["to"].tolist()
        return found

    def kind(self, step: int, group: int, *, boards: bool) -> Kind:
        """Return as what a patient of a group joins the line of a step."""
        row = self.steps[step]
        service = self.services[row["service"]]
        allowance = 0
        if service["allowance"] >= 0:
            at = service["allowance"] + service["allowance_stride"] * group
            allowance = int(self.model.allowances[at])
        return Kind(
            self.wholes[row["priority"] + row["priority_stride"] * group],
            allowance,
            self._needs(step, group),
            self._planned(step, group),
            self.reserve(row["service"], group),
            boards,
        )

    def _needs(self, step: int, group: int) -> tuple[tuple[int, int], ...]:
        row = self.steps[step]
        needs = self.model.needs[row["need"] : row["need"] + row["needs"]].tolist()
        if not needs:
            return ((row["service"], 1),)
        return tuple(
            (service, self.wholes[first + stride * group])
            for service, first, stride in needs
        )

    def _planned(self, step: int, group: int) -> int:
        row = self.steps[step]
        if row["planned"] < 0:
            return 0
        at = row["planned"] + row["planned_stride"] * group
        return int(self.model.allowances[at])

    def reserve(self, service: int, group: int) -> int:
        """Return which reserve of a service is for a group, -1 if none is."""
        return self._reserves[service][group]

    def held(self, step: int) -> list[int]:
        """Return the services of which a step holds what was taken before."""
        row = self.steps[step]
        held: list[int] = self.model.holding[row["hold"] :][: row["holds"]].tolist()
        return held

    def clocks_before(self, row: np.void) -> dict[int, list[int]]:
        """Return what the clocks show of somebody who is there when the run begins."""
        cells = np.full((self.model.n_clocks, 5), -1, dtype=np.int64)
        clocks_at(self.model.moment, self.model.moments, row, cells)
        return {i: c for i, c in enumerate(cells.tolist()) if c[0] >= 0}

    # Times and chances

    def leaving(self, visit: Visit, end: int) -> int:
        """Return when a patient leaves whose treatment ends at a moment."""
        if self.services[visit.service]["hours"] == 0:
            return end
        who, k = visit.patient.who, visit.k
        at = self.model.services[visit.service]
        hours = self.model.hours
        return int(leaving_time(self.laws, hours, at, self.key, who, k, end))

    def treatment(self, visit: Visit, now: int) -> int:
        """Return how long treatment lasts, without waiting for the hour of leaving."""
        row, group = self.steps[visit.step], visit.patient.group
        if row["law"] < 0:
            return visit.slot
        w0, w1, _, _ = self._block(visit, P_VISIT)
        law = row["law"] + row["law_stride"] * group
        days = duration(self.laws, law, now, unit53(w0, w1))
        return int(microseconds(days * self.factor(visit, now)))

    def factor(self, visit: Visit, now: int) -> float:
        """Return by what treatment is multiplied where another service helps."""
        if visit.helper < 0 or self.helps[visit.helper]["factor"] < 0:
            return 1.0
        help_ = self.helps[visit.helper]
        row = help_["factor"] + help_["factor_stride"] * visit.patient.group
        return float(value_at(self.laws.values, self.laws.knots, row, now))

    def help(self, service: int, at: int) -> dict[str, int]:
        """Return the row by which one service helps another."""
        first, number = (self.services[service][name] for name in ("help", "helps"))
        (row,) = (h for h in self.helps[first : first + number] if h["service"] == at)
        return row

    def works_for(self, service: int, machine: int, times: int, now: int) -> int:
        """Return for how long a machine works that has broken down so often."""
        w0, w1, _, _ = block(self.key, machine, times, P_BREAKDOWN)
        law = self.services[service]["works"]
        return max(self._time(law, now, unit53(w0, w1)), 1)

    def repaired_in(self, service: int, machine: int, times: int, now: int) -> int:
        """Return for how long it is down the next time."""
        _, _, w2, w3 = block(self.key, machine, times, P_BREAKDOWN)
        law = self.services[service]["repair"]
        return max(self._time(law, now, unit53(w2, w3)), 1)

    def cleaning(self, patient: Patient, held: Held, now: int) -> int:
        """Return for how long units stay shut after they were given back."""
        row = self.services[held.service]
        if row["cleaning"] < 0:
            return 0
        law = row["cleaning"] + row["cleaning_stride"] * patient.group
        w0, w1, _, _ = block(self.key, patient.who, held.visit, P_CLEANING)
        return self._time(law, now, unit53(w0, w1))

    def next_wait(self, visit: Visit, last: int, cause: int) -> tuple[int, int]:
        """Return after how long in line the next waiting event falls due, and its row.

        The next after that of row `cause`, which fell due after `last` (-1: none did);
        the row is -1 where there is none.
        """
        row = self.steps[visit.step]
        found = [(NEVER, -1)]
        for event in range(row["waits"]):
            at = row["wait"] + event
            law, stride = self.waits[at][:2]
            law += stride * visit.patient.group
            if self.law_kinds[law] < 0:
                continue
            if event == 0:
                u = unit32(self._block(visit, P_VISIT)[2])
            else:
                u = unit53(*self._block(visit, P_WAIT + event)[:2])
            due = self._wait(law, visit, u, leaves=self.waits[at][2] >= 0), at
            if due > (last, cause):
                found.append(due)
        return min(found)

    def _wait(self, law: int, visit: Visit, u: float, *, leaves: bool) -> int:
        elapsed = self.model.begin - visit.joined
        if elapsed <= 0 or not leaves:
            return self._time(law, visit.joined, u)
        # Who was in line when the run began has not left before.
        return int(time_beyond(self.laws, law, visit.joined, elapsed, u))

    def stays(self, event: int) -> bool:
        """Return whether a patient stays in line after a waiting event."""
        return bool(self.waits[event][2] < 0)

    def new_priority(self, visit: Visit, event: int) -> int:
        """Return the priority that a waiting event gives."""
        first, stride = self.waits[event][3:5]
        return int(self.wholes[first + stride * visit.patient.group])

    def is_absent(self, visit: Visit, now: int) -> bool:
        """Return whether the patient does not attend."""
        row = self.steps[visit.step]
        if row["absent"] < 0:
            return False
        share = self._share(row["absent"], row["absent_stride"], visit, now)
        return bool(unit53(*self._block(visit, P_ABSENT)[:2]) < share)

    def rule_on_joining(self, visit: Visit, now: int) -> int:
        """Return the rule that turns a patient away whatever the line, or -1."""
        return self._rule(visit, now, lambda room, wait: room < 0 and wait < 0)

    def rule_of_line(self, visit: Visit, ahead: int, longest: int, now: int) -> int:
        """Return the rule that turns a patient away, or -1.

        `ahead` is how many count in the line already, `longest` how long the one has
        waited who has waited longest.
        """
        return self._rule(
            visit, now, lambda room, wait: 0 <= room <= ahead or 0 <= wait <= longest
        )

    def _rule(self, visit: Visit, now: int, applies: Callable[[int, int], bool]) -> int:
        row = self.steps[visit.step]
        for number in range(row["rules"]):
            room, wait, share, stride, _ = self.rules[row["rule"] + number]
            if not applies(room, wait):
                continue
            u = unit53(*self._block(visit, P_RULE + number)[:2])
            if share < 0 or u < self._share(share, stride, visit, now):
                return int(row["rule"] + number)
        return -1

    # Next places

    def first_place(self, who: int, choice: int, group: int, now: int) -> Place:
        """Return where a patient of a stream goes first."""
        u = unit32(block(self.key, who, BEFORE, P_VISIT)[3])
        return self._route(who, BEFORE, choice, group, now, u)

    def after_treatment(self, visit: Visit, now: int) -> Place:
        """Return where a patient goes after treatment."""
        u = unit32(self._block(visit, P_VISIT)[3])
        return self._after(visit, self.steps[visit.step]["then"], now, u)

    def after_leaving(self, visit: Visit, event: int, now: int) -> Place:
        """Return where a patient goes after a waiting event."""
        u = unit53(*self._block(visit, P_AWAY)[:2])
        return self._after(visit, self.waits[event][2], now, u)

    def after_absence(self, visit: Visit, now: int) -> Place:
        """Return where a patient goes who did not attend."""
        u = unit53(*self._block(visit, P_AWAY)[2:])
        return self._after(visit, self.steps[visit.step]["absent_then"], now, u)

    def after_turning_away(self, visit: Visit, rule: int, now: int) -> Place:
        """Return where a patient goes who was turned away."""
        number = rule - self.steps[visit.step]["rule"]
        u = unit53(*self._block(visit, P_RULE + number)[2:])
        return self._after(visit, self.rules[rule][4], now, u)

    def _after(self, visit: Visit, choice: int, now: int, u: float) -> Place:
        patient = visit.patient
        return self._route(patient.who, visit.k, choice, patient.group, now, u)

    def _route(
        self, who: int, k: int, choice: int, group: int, now: int, u: float
    ) -> Place:
        kind, to, delay, kept, keeps = routing.route(
            self.laws, self.ways, self.key, who, k, choice, group, now, u
        )
        is_step = kind == TO_STEP
        return Place(
            to if is_step else -1, delay, kept, -1 if is_step else to, bool(keeps)
        )

    # Draws

    def _block(self, visit: Visit, purpose: int) -> tuple[int, int, int, int]:
        words: tuple[int, int, int, int] = block(
            self.key, visit.patient.who, visit.k, purpose
        )
        return words

    def _time(self, law: int, now: int, u: float) -> int:
        return int(microseconds(duration(self.laws, law, now, u)))

    def _share(self, value: int, stride: int, visit: Visit, now: int) -> float:
        row = value + stride * visit.patient.group
        return float(value_at(self.laws.values, self.laws.knots, row, now))


def _indexed(model: Model) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the rows of `moments` for each step and event."""
    return {
        (step, event): (int(rows[0]), int(rows[1]))
        for step, events in enumerate(model.moment)
        for event, rows in enumerate(events)
    }
