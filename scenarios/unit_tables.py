"""Who may take which units, and when more of them open, as rows of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from kernels import layout
from kernels.arrivals import salt
from kernels.layout import Table
from scenarios.curves import rows
from scenarios.routes import NONE, Reference, Routes, Row, scaled
from scenarios.scenario import (
    Escalation,
    Help,
    Number,
    Scenario,
    Service,
    Step,
    WeekTime,
)

T = TypeVar("T")
MACHINE = "\nmachine"
"""No name can be called so."""
MACHINE_BITS = 20
"""Where the number of a machine stands in its identity."""
MEASURES = {
    "occupancy": layout.OCCUPANCY,
    "waiting": layout.QUEUE,
    "longest_wait": layout.LONGEST_WAIT,
}
WORDS_OF_MOVING_BACK = {
    "no": layout.STAYS,
    "yes": layout.AFTER_LINE,
    "in_turn": layout.IN_TURN,
    "first": layout.BEFORE_LINE,
}


class Units:
    """Rows of needs, help, reserves, hours of discharge and escalation."""

    def __init__(self, scenario: Scenario, routes: Routes, groups: int) -> None:
        self.scenario = scenario
        self.routes = routes
        self.groups = groups
        self.ratio = scenario.scale.ratio
        self.rows = {s.name: i for i, s in enumerate(scenario.services)}
        self.needs: list[Row] = []
        self.holding: list[int] = []
        self.helps: list[Row] = []
        self.reserves: list[Row] = []
        self.masks: list[tuple[bool, ...]] = []
        self.hours: list[Row] = []
        self.allowances: list[int] = []

    def of_service(self, service: Service, opened: Sequence[Row]) -> Row:
        """Return the part of a service's row that says who may take its units.

        `opened` are its rows of the calendar.
        """
        helps = [self._help(help_) for help_ in service.helped_by]
        reserves: list[Row] = [
            (scaled(r.capacity, self.ratio), _microseconds(r.released, -1))
            for r in service.kept_back
        ]
        hours = [self._hours(*band) for band in service.discharge_hours]
        interruption = service.interrupted
        row = (
            *_range(self.helps, helps),
            *_range(self.reserves, reserves),
            int(interruption is not None),
            0 if interruption is None else interruption.by_priority,
            int(interruption is not None and interruption.start_again),
            int(service.keeps_order),
            *self._allowance(service.due_within),
            *self.routes.law(service.cleaning),
            *_range(self.hours, hours),
            service.per_slot,
            *(_microseconds(days, 0) for days in service.booked or (None, None)),
            *self._machines(service, opened),
        )
        self.masks += [reserve.groups for reserve in service.kept_back]
        return row

    def _machines(self, service: Service, opened: Sequence[Row]) -> Row:
        """Return the machines of a service that break down, and their laws."""
        written = service.breakdowns
        if written is None:
            return (0, 0, -1, -1, 0)
        units = (int(str(capacity)) for _, _, capacity in opened)
        laws = written.works_for, written.repaired_in
        works, repair = (self.routes.law((law,))[0] for law in laws)
        who = salt(MACHINE, service.name) << MACHINE_BITS
        return (who, max(units, default=0), works, repair, int(written.start_again))

    def _help(self, help_: Help) -> Row:
        factor = NONE
        if help_.takes_times is not None:
            factor = self.routes.curves.add(help_.takes_times)
        after = round(help_.after * layout.DAY)
        leaving = scaled(help_.leaving_free, self.ratio)
        back = WORDS_OF_MOVING_BACK[help_.moves_back]
        within = round(help_.leaving_within * layout.DAY)
        return (self.rows[help_.service], leaving, *factor, after, back, within)

    def _hours(self, time: WeekTime, share: Number) -> Row:
        days = sum(1 << day for day, held in enumerate(time.days) if held)
        value, _ = self.routes.curves.add(share)
        return (time.begin, time.end, days, value)

    def _allowance(self, number: Number | None) -> Reference:
        if number is None:
            return NONE
        self.allowances += [round(v * layout.DAY) for v in number.values]
        return len(self.allowances) - len(number.values), int(len(number.values) > 1)

    def of_step(self, step: Step) -> Row:
        """Return the part of a step's row that says what it takes and holds."""
        needs: list[Row] = []
        if step.needs is not None or step.together_with:
            own = Number((1.0,), "") if step.needs is None else step.needs
            for service, number in ((step.service, own), *step.together_with):
                needs.append((self.rows[service], *self.routes.whole(number)))
        held = [self.rows[service] for service in step.holding]
        planned = self._allowance(step.planned)
        return (*_range(self.needs, needs), *_range(self.holding, held), *planned)

    def escalations(self) -> Table:
        """Return the rules of escalation."""
        found = [self._escalation(rule) for rule in self.scenario.escalation]
        return rows(layout.ESCALATION, found)

    def _escalation(self, rule: Escalation) -> Row:
        opens, closes = rule.opens_above, rule.closes_below
        if rule.measure == "longest_wait":
            limits = round(opens * layout.DAY), round(closes * layout.DAY)
        else:
            limits = (
                scaled(math.ceil(opens), self.ratio),
                min(int(closes * self.ratio), scaled(math.ceil(opens), self.ratio) - 1),
            )
        return (
            self.rows[rule.watches],
            MEASURES[rule.measure],
            self.rows[rule.to],
            scaled(rule.adds, self.ratio),
            rule.state,
            *limits,
            round(rule.after * layout.DAY),
        )

    def tables(self) -> dict[str, np.ndarray]:
        """Return the tables by the names they have in the model."""
        masks = np.array(self.masks, dtype=np.bool_)
        return {
            "allowances": np.array(self.allowances, dtype=np.int64),
            "needs": rows(layout.NEED, self.needs),
            "holding": np.array(self.holding, dtype=np.int32),
            "helps": rows(layout.HELP, self.helps),
            "reserves": rows(layout.RESERVE, self.reserves),
            "reserve_groups": masks.reshape(len(self.masks), self.groups),
            "hours": rows(layout.HOUR_OF_WEEK, self.hours),
            "escalations": self.escalations(),
        }


def _microseconds(days: float | None, otherwise: int) -> int:
    return otherwise if days is None else round(days * layout.DAY)


def _range(table: list[T], new: Sequence[T]) -> tuple[int, int]:
    """Add rows to a table; return the first of them and how many there are."""
    table += new
    return len(table) - len(new), len(new)
