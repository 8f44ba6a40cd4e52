"""A patient's luck: every draw of the reference engine, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kernels import routing
from kernels.laws import duration, laws_of, microseconds
from kernels.layout import (
    BEFORE,
    NEVER,
    P_ABSENT,
    P_AWAY,
    P_RULE,
    P_VISIT,
    P_WAIT,
    TO_STEP,
    Model,
)
from kernels.philox import block, lot, unit32, unit53
from kernels.values import value_at
from simulator.patients import Visit


class Place(NamedTuple):
    """Where a patient goes next."""

    step: int
    """-1: leaves the model."""
    delay: int
    """Until then, microseconds, in which nothing is held."""
    kept: int
    """For how long the unit is kept after treatment, microseconds."""
    ending: int


class Luck:
    """Draws from the tables of a model under the key of a replication.

    Times are in microseconds. Rows are read from plain lists, which Python does many
    times faster than from structured arrays.
    """

    def __init__(self, model: Model, key: int) -> None:
        self.key = key
        self.laws = laws_of(model)
        self.choices, self.branches = model.choices, model.branches
        self.steps = [
            dict(zip(s.dtype.names, s.tolist(), strict=True)) for s in model.steps
        ]
        self.waits = model.waits.tolist()
        self.rules = model.rules.tolist()
        self.law_kinds = model.laws["kind"].tolist()
        self.priorities = model.priorities.tolist()
        self.outside = len(self.steps)
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

    def service_and_priority(self, step: int, group: int) -> tuple[int, int]:
        """Return where a step is held, and the priority of a group at it."""
        row = self.steps[step]
        priority = row["priority"] + row["priority_stride"] * group
        return row["service"], int(self.priorities[priority])

    def treatment(self, visit: Visit, now: int) -> int:
        """Return how long treatment lasts."""
        row = self.steps[visit.step]
        if row["law"] < 0:
            return visit.slot
        w0, w1, _, _ = self._block(visit, P_VISIT)
        law = row["law"] + row["law_stride"] * visit.patient.group
        return self._time(law, now, unit53(w0, w1))

    def waiting(self, visit: Visit, now: int) -> tuple[int, int]:
        """Return after how long the first waiting event falls due, and its row.

        The row is -1 where there is none.
        """
        row = self.steps[visit.step]
        best, cause = NEVER, -1
        for event in range(row["waits"]):
            law, stride, _ = self.waits[row["wait"] + event]
            law += stride * visit.patient.group
            if self.law_kinds[law] < 0:
                continue
            if event == 0:
                u = unit32(self._block(visit, P_VISIT)[2])
            else:
                u = unit53(*self._block(visit, P_WAIT + event)[:2])
            due = self._time(law, now, u)
            if due < best:
                best, cause = due, row["wait"] + event
        return best, cause

    def is_absent(self, visit: Visit, now: int) -> bool:
        """Return whether the patient does not attend."""
        row = self.steps[visit.step]
        if row["absent"] < 0:
            return False
        share = self._share(row["absent"], row["absent_stride"], visit, now)
        return bool(unit53(*self._block(visit, P_ABSENT)[:2]) < share)

    def rule_on_joining(self, visit: Visit, now: int) -> int:
        """Return the rule that turns a patient away whatever the line, or -1."""
        return self._rule(visit, now, lambda room: room < 0)

    def rule_of_line(self, visit: Visit, ahead: int, now: int) -> int:
        """Return the rule that turns a patient away behind `ahead` others, or -1."""
        return self._rule(visit, now, lambda room: 0 <= room <= ahead)

    def _rule(self, visit: Visit, now: int, applies: Callable[[int], bool]) -> int:
        row = self.steps[visit.step]
        for number in range(row["rules"]):
            room, share, stride, _ = self.rules[row["rule"] + number]
            if not applies(room):
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
        return self._after(visit, self.rules[rule][3], now, u)

    def _after(self, visit: Visit, choice: int, now: int, u: float) -> Place:
        patient = visit.patient
        return self._route(patient.who, visit.k, choice, patient.group, now, u)

    def _route(
        self, who: int, k: int, choice: int, group: int, now: int, u: float
    ) -> Place:
        kind, to, delay, kept = routing.route(
            self.laws,
            self.choices,
            self.branches,
            self.key,
            who,
            k,
            choice,
            group,
            now,
            u,
        )
        return (
            Place(to, delay, kept, -1)
            if kind == TO_STEP
            else Place(-1, delay, kept, to)
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
