"""What must not be together where units are shared, held, kept back or fought for."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from scenarios.places import Path, Problems
from scenarios.problems import listed, quoted
from scenarios.reach import exits, node_of, path_of
from scenarios.routes import scaled
from scenarios.scenario import Destination, Number, Scenario, Service, Step
from scenarios.sums import TOLERANCE

INSTEAD = "Write how many there are under `scale: {instead: ...}`."
COUNTED = ("staff", "beds", "caseload")
"""Kinds of service whose units are counted while they are held."""


def check_units(scenario: Scenario, problems: Problems) -> None:
    """Report what is wrong with each service and step by itself."""
    checker = _Checker(scenario, problems)
    for service in scenario.services:
        checker.check_service(service)
    for step in scenario.steps:
        checker.check_step(step)
    for rule in scenario.escalation:
        path: Path = ("escalation", rule.name)
        kinds = checker.kinds
        if kinds[rule.to] not in COUNTED:
            is_written = problems.nearest((*path, "to"))[-1] == "to"
            hint = "" if is_written else " Write `to:` the service that gets the units."
            checker.say_kind((*path, "to") if is_written else path, rule.to, hint)
        if rule.measure == "occupancy" and kinds[rule.watches] not in COUNTED:
            checker.say_kind((*path, "watches"), rule.watches)


class _Checker:
    """Looks at services and steps one by one."""

    def __init__(self, scenario: Scenario, problems: Problems) -> None:
        self.problems = problems
        self.services = {s.name: s for s in scenario.services}
        self.kinds = {s.name: s.kind for s in scenario.services}
        self.own = {s.service: s for s in scenario.steps if s.pathway is None}
        self.steps = scenario.steps
        self.ratio = scenario.scale.ratio
        self.opened = dict.fromkeys(self.services, 0)
        """Units that rules of escalation add at most."""
        for rule in scenario.escalation:
            self.opened[rule.to] += scaled(rule.adds, self.ratio)

    def say_kind(self, path: Path, name: str, hint: str = "") -> None:
        """Report a service that has no units of the sort that is asked for."""
        if not self.problems.is_broken(*path):
            message = (
                f"{quoted(name)} has no units that are held: it is of kind "
                f"'{self.kinds[name]}'. Kinds: staff, beds, caseload.{hint}"
            )
            self.problems.add(path, message)

    def check_service(self, service: Service) -> None:
        """Report what does not go together at a service."""
        path: Path = ("services", service.name)
        for help_ in service.helped_by:
            self._check_help(service, help_.service, (*path, "helped_by"))
            if self.kinds[help_.service] == "unlimited" and help_.leaving_free:
                at = (*path, "helped_by", help_.service, "leaving_free")
                message = (
                    f"{quoted(help_.service)} is unlimited: units are always free."
                )
                self.problems.add(at, message, at_key=True)
            if service.kind == "slots" and help_.takes_times is not None:
                at = (*path, "helped_by", help_.service, "takes_times")
                message = "a slot is as long as it is; this is said of staff and beds."
                self.problems.add(at, message, at_key=True)
        if service.interrupted is not None:
            for key, written in (
                ("kept_back", service.kept_back),
                ("discharge_hours", service.discharge_hours),
            ):
                if written:
                    message = f"`interrupted` and `{key}` do not go together."
                    self.problems.add((*path, key), message, at_key=True)
        self._check_reserves(service, path)

    def _check_help(self, service: Service, name: str, path: Path) -> None:
        at = (*path, name)
        is_slots = service.kind == "slots"
        if name == service.name:
            self.problems.add(at, "a service does not help itself.", at_key=True)
        elif is_slots != (self.kinds[name] == "slots"):
            message = (
                f"{quoted(name)} is of kind '{self.kinds[name]}'; slots are helped by "
                "slots, and staff, beds and caseload by one another or by what is "
                "unlimited."
            )
            self.problems.add(at, message, at_key=True)
        elif any(
            step.service == service.name and name in dict(step.together_with)
            for step in self.steps
        ):
            message = (
                f"{quoted(name)} cannot help where its units are needed together with "
                "those of the service."
            )
            self.problems.add(at, message, at_key=True)

    def _check_reserves(self, service: Service, path: Path) -> None:
        most = most_units(service)
        kept = sum(reserve.capacity for reserve in service.kept_back)
        at_scale = sum(scaled(r.capacity, self.ratio) for r in service.kept_back)
        fewest = self._most(service)
        if most is None or not kept:
            return
        if kept > most:
            message = f"{kept} are kept back, and there are never more than {most:g}."
            self.problems.add((*path, "kept_back"), message, at_key=True)
        elif kept < most and fewest is not None and at_scale >= fewest:
            message = (
                f"at this scale {fewest:g} of {most:g} units are left, and all are "
                f"kept back: nobody else would be called in. {INSTEAD}"
            )
            self.problems.add((*path, "kept_back"), message, at_key=True)

    def check_step(self, step: Step) -> None:
        """Report units that there never are, and that cannot be held."""
        usual = self.own[step.service]
        here = path_of(step)
        if step.needs is not None and not (step.pathway and step.needs is usual.needs):
            self._check_need(step.service, step.needs, (*here, "needs"))
        is_own = not (step.pathway and step.together_with is usual.together_with)
        for name, number in step.together_with if is_own else ():
            path = (*here, "together_with", name)
            if self.services[step.service].booked is not None:
                message = (
                    f"dates of {quoted(step.service)} are given out ahead; nobody can "
                    "say then that other units will be free."
                )
                self.problems.add(path, message, at_key=True)
            elif name == step.service:
                message = "write `needs` for units of the service itself."
                self.problems.add(path, message, at_key=True)
            elif self.kinds[name] not in COUNTED:
                self.say_kind(path, name)
            else:
                self._check_need(name, number, path)
        if step.planned is not None and self.kinds[step.service] != "staff":
            message = "what is planned before closing time is said of staff alone."
            self.problems.add((*here, "planned"), message, at_key=True)
        for name in step.holding:
            if self.kinds[name] == "slots":
                self.say_kind((*here, "holding"), name)

    def _check_need(self, name: str, number: Number, path: Path) -> None:
        if self.kinds[name] not in COUNTED:
            self.say_kind(path, name)
            return
        service = self.services[name]
        helps = [self.services[help_.service] for help_ in service.helped_by]
        found = [self._most(s) for s in (service, *helps)]
        most = None if None in found else max(m for m in found if m is not None)
        needed = max(number.values)
        if most is not None and needed > most and not self.problems.is_broken(*path):
            is_small = self.ratio < 1
            at_scale = " at this scale" if is_small else ""
            instead = f" {INSTEAD}" if is_small else ""
            message = (
                f"{needed:g} units of {quoted(name)} are needed at once, and there are "
                f"never more than {most:g}{at_scale}: nobody would be called in."
                f"{instead}"
            )
            self.problems.add(path, message)

    def _most(self, service: Service) -> float | None:
        """Return the most units that are ever open at the scale; None if that moves."""
        most = most_units(service)
        if most is None or service.instead is None:
            opened = None if most is None else _rounded(most * self.ratio)
        elif any(entry.number.moves for entry in service.instead):
            opened = None
        else:
            opened = max(_rounded(e.number.values[0]) for e in service.instead)
        return None if opened is None else opened + self.opened[service.name]


def _rounded(units: float) -> float:
    """Return a capacity in whole units, halves up."""
    return math.floor(units + 0.5 + TOLERANCE)


def most_units(service: Service) -> float | None:
    """Return the most units that are ever open; None if that moves, as staff do."""
    if any(entry.workforce or entry.number.moves for entry in service.capacity):
        return None
    units = [entry.number.values[0] for entry in service.capacity]
    return max(units, default=None)


def check_held(scenario: Scenario, problems: Problems) -> None:
    """Report steps that hold what nobody brings, and holds that may lock for good."""
    holds = _Holds(scenario, problems)
    holds.check_brought()
    holds.check_locks()


class _Holds:
    """Follows what is held from step to step."""

    def __init__(self, scenario: Scenario, problems: Problems) -> None:
        self.scenario = scenario
        self.problems = problems
        self.steps = {path_of(step): step for step in scenario.steps}
        self.services = {s.name: s for s in scenario.services}
        self.lines = {c.name: c.services for c in scenario.shortest_lines}
        self.starts = {p.name: p.start for p in scenario.pathways}
        self.starts |= {block.name: block.start for block in scenario.repeated}
        self.held = {name for step in scenario.steps for name in step.holding}

    def check_brought(self) -> None:
        """Report steps to which patients come without what they are to hold."""
        for stream in self.scenario.streams:
            for to in self._ends(stream.to):
                self._check_way(frozenset(), self.steps[to], f"demand.{stream.name}")
        for step in self.scenario.steps:
            service = self.services[step.service]
            for way, destination in exits(step, service):
                brought = set(step.holding)
                if way == ("then",):
                    brought.add(step.service)
                for to in self._ends(destination):
                    place = self.problems.shown(path_of(step))
                    self._check_way(frozenset(brought), self.steps[to], place)
                    self._check_in_hand(brought & self.held, self.steps[to])
            kept = tuple(branch for branch in step.then if branch.keeps_bed)
            for to in self._with_bed(kept):
                self._check_in_hand({step.service}, self.steps[to])

    def _with_bed(self, kept: Destination) -> set[Path]:
        """Return the steps to which a kept bed is taken, from line to line as well."""
        reached: set[Path] = set()
        front = set(self._ends(kept))
        while front:
            reached |= front
            away = [
                tuple(branch for branch in destination if branch.after is None)
                for path in front
                for way, destination in exits(
                    self.steps[path], self.services[self.steps[path].service]
                )
                if way != ("then",)
            ]
            front = {to for destination in away for to in self._ends(destination)}
            front -= reached
        return reached

    def _ends(self, destination: Destination, depth: int = 0) -> Iterator[Path]:
        """Yield the steps to which a destination leads."""
        for branch in destination:
            node = node_of(branch.target)
            if node in self.steps:
                yield node
                continue
            for service in self.lines.get(branch.target.shortest or "", ()):
                yield ("services", service)
            name = branch.target.pathway or branch.target.block
            if name is not None and depth < len(self.starts):
                yield from self._ends(self.starts[name], depth + 1)

    def _check_way(self, brought: frozenset[str], step: Step, place: str) -> None:
        lacks = [name for name in step.holding if name not in brought]
        path = (*path_of(step), "holding")
        names = listed(quoted(name) for name in lacks)
        if lacks and not self.problems.is_broken(*path):
            message = (
                f"who comes from {place} has no unit of {names} to hold; the step "
                "before must be there, or hold it."
            )
            self.problems.add(path, message)

    def _check_in_hand(self, in_hand: Collection[str], to: Step) -> None:
        """Refuse further needs where patients go on in what they hold."""
        goes_on = to.service in in_hand
        wants = to.together_with or (to.needs is not None and max(to.needs.values) > 1)
        path = path_of(to)
        less = ["`needs: 1`"] if to.needs is not None else []
        less += ["`together_with: {}`"] if to.together_with else []
        if goes_on and wants and not self.problems.is_broken(*path):
            message = (
                f"patients come here with a unit of {quoted(to.service)} and go on in "
                f"it; such a step can need nothing more. Write {' and '.join(less)}."
            )
            self.problems.add(path, message, at_key=True)

    def check_locks(self) -> None:
        """Report services that patients hold and wait for in a circle."""
        waits: dict[str, dict[str, Path]] = {}
        for path, step in self.steps.items():
            for name in step.holding:
                if name != step.service and step.service not in step.holding:
                    waits.setdefault(name, {}).setdefault(step.service, path)
        for name in waits:
            circle = _circle(waits, name)
            if circle is not None:
                path = (*waits[circle[-1]][circle[0]], "holding")
                message = (
                    "patients hold one and wait for the other, in a circle that can "
                    f"lock for good: {', '.join([*circle, circle[0]])}."
                )
                self.problems.add(path, message)
                return


def _circle(waits: dict[str, dict[str, Path]], start: str) -> list[str] | None:
    """Return the services of a circle through one of them, or None."""
    front = [[start]]
    while front:
        way = front.pop()
        for name in waits.get(way[-1], {}):
            if name == start:
                return way
            if name not in way:
                front.append([*way, name])
    return None
