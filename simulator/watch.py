"""Rules of escalation of the reference engine (docs/background/semantics.md, 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import simpy

from kernels import layout
from simulator.rounds import WATCH, soon

if TYPE_CHECKING:
    from simulator.reference import Replica


@dataclass
class Rule:
    """A rule, and whether it is open, or about to open or close."""

    number: int
    watches: int
    measure: int
    to: int
    adds: int
    level: int
    opens: int
    closes: int
    after: int
    is_open: bool = False
    armed: int = 0
    """Grows whenever it is armed or disarmed; odd while it is armed."""
    opened: int = -1
    look: int = -1


class Watch:
    """Looks at the state in which each instant ends."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        rows = replica.model.escalations.tolist()
        self.rules = [Rule(i, *row) for i, row in enumerate(rows)]
        self.state, self.since = 1, replica.model.begin
        self.watching = False

    def soon(self) -> None:
        """Look when this instant is over."""
        if self.rules and not self.watching:
            self.watching = True
            soon(self.replica.env, WATCH, self.look)

    def look(self, _: simpy.Event) -> None:
        """Arm or disarm each rule."""
        self.watching = False
        self._note_state()
        for rule in self.rules:
            self._look(rule)

    def _look(self, rule: Rule) -> None:
        now, value = self.replica.now, self._value(rule)
        limit = rule.closes + 1 if rule.is_open else rule.opens
        is_due = value <= rule.closes if rule.is_open else value >= rule.opens
        if is_due != bool(rule.armed % 2):
            rule.armed += 1
            if is_due:
                armed = rule.armed
                timer = self.replica.env.timeout(rule.after)
                timer.callbacks.append(lambda _: self._turn(rule, armed))
        look = now - value + limit
        waits = any(self.replica.services[rule.watches].line.firsts())
        if rule.measure == layout.LONGEST_WAIT and waits and now < look != rule.look:
            rule.look = look
            timer = self.replica.env.timeout(look - now)
            timer.callbacks.append(lambda _: self.replica.must_decide(rule.watches))

    def _value(self, rule: Rule) -> int:
        """Return what a rule measures, now."""
        service = self.replica.services[rule.watches]
        if rule.measure == layout.OCCUPANCY:
            return service.in_use
        if rule.measure == layout.LONGEST_WAIT:
            return self.replica.now - service.line.first_coming(self.replica.now)
        return service.line.waiting

    def _turn(self, rule: Rule, armed: int) -> None:
        """Open the units of a rule, or close them, if it is still armed."""
        if rule.armed != armed:
            return
        rule.armed += 1
        now = self.replica.now
        service = self.replica.services[rule.to]
        service.elapse()
        service.extra += -rule.adds if rule.is_open else rule.adds
        if rule.is_open:
            self.replica.record.spells.append((rule.number, rule.opened, now))
        rule.is_open, rule.opened = not rule.is_open, now
        self.replica.must_decide(rule.to)

    def _note_state(self) -> None:
        """Note the state of the system, where it has become another.

        Once the instant is over: of rules that turn at one moment, no order must show.
        """
        now = self.replica.now
        state = max([1, *(r.level for r in self.rules if r.is_open)])
        if state == self.state:
            return
        if self.since < now:
            row = len(self.rules) + self.state - 1
            self.replica.record.spells.append((row, self.since, now))
            self.since = now
        self.state = state

    def still_open(self) -> None:
        """Record what the end of the run cuts off."""
        spells = self.replica.record.spells
        for rule in self.rules:
            if rule.is_open:
                spells.append((rule.number, rule.opened, -1))
        if self.rules:
            spells.append((len(self.rules) + self.state - 1, self.since, -1))
