"""The only way from a `Scenario` to a `Model`: names become rows of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product

import numpy as np

from kernels import layout
from kernels.arrivals import salt
from kernels.layout import Model, Table
from scenarios.curves import Curves, month_starts, monthly, rows
from scenarios.levels import level, most_per_day, peak
from scenarios.openings import openings
from scenarios.plans import Plans, booked_mark
from scenarios.routes import NONE, Reference, Routes, Row
from scenarios.scenario import Clock, Moment, Profile, Scenario, Step, Stream
from scenarios.shapes import shape
from scenarios.starters import starters
from scenarios.unit_tables import Units

Name = tuple[str, str]
KINDS = {
    "staff": layout.STAFF,
    "beds": layout.BEDS,
    "caseload": layout.CASELOAD,
    "unlimited": layout.UNLIMITED,
    "slots": layout.SLOTS,
}
EVENTS = {
    "joins": layout.JOINS,
    "starts": layout.STARTS,
    "ends": layout.ENDS,
    "leaves": layout.LEAVES,
}

START = "\nstart"
"""No name can be called so."""
KEEPS = {"mean": layout.SUM, "percentile": layout.SPREAD}


def group_names(scenario: Scenario) -> list[tuple[str, ...]]:
    """Return the groups of a scenario in the order of the model."""
    return list(product(*(groups for _, groups in scenario.groups)))


def recorded_names(scenario: Scenario) -> list[tuple[str, ...]]:
    """Return the recorded groups in the order of the model; [()] if none."""
    return list(
        product(*(gs for name, gs in scenario.groups if name in scenario.record_by))
    )


def recorded(scenario: Scenario) -> list[int]:
    """Return the recorded group of each group."""
    kept = [
        i for i, (name, _) in enumerate(scenario.groups) if name in scenario.record_by
    ]
    names = recorded_names(scenario)
    return [names.index(tuple(g[i] for i in kept)) for g in group_names(scenario)]


def model(scenario: Scenario) -> Model:
    """Return the machine form of a scenario.

    Raises
    ------
    ValueError
        If `scale: instead` is written for other times than the capacity, or a
        profile is zero at all times, or a stream brings more patients a day than the
        kernels can tell apart.
    """
    return _Builder(scenario).model()


def event_names(scenario: Scenario) -> tuple[list[Name], list[Name]]:
    """Return what the rows of `Model.waits` and of `Model.rules` are called.

    Returns
    -------
    tuple of two lists of (service, name)
        An event that a step has for itself is called by its step as well.
    """
    waits: list[Name] = []
    rules: list[Name] = []
    for step, is_new in _new_events(scenario):
        own = "" if step.pathway is None else f" ({step.pathway}, {step.name})"
        if is_new:
            waits += [(step.service, event.name + own) for event in step.waiting]
    for service in scenario.services:
        rules += [(service.name, rule.name) for rule in service.turned_away]
    return waits, rules


def digest(model: Model) -> str:
    """Return the SHA-256 of all tables of a model."""
    total = hashlib.sha256()
    for name, value in zip(model._fields, model, strict=True):
        total.update(name.encode())
        total.update(np.ascontiguousarray(value).tobytes())
    return total.hexdigest()


def _same_events(a: Step, b: Step) -> bool:
    return a.service == b.service and a.waiting == b.waiting


def _new_events(scenario: Scenario) -> Iterator[tuple[Step, bool]]:
    """Yield each step and whether no step before it has the same waiting events."""
    for number, step in enumerate(scenario.steps):
        yield step, not any(_same_events(s, step) for s in scenario.steps[:number])


class _Builder:
    """Fills the tables in one pass over the scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.period = scenario.period
        self.groups = len(group_names(scenario))
        self.curves = Curves(self.period.begin, self.period.end, self.groups)
        self.routes = Routes(scenario, self.curves)
        self.units = Units(scenario, self.routes, self.groups)
        self.plans = Plans(scenario, self.curves, self.routes)

    def model(self) -> Model:
        scenario, period = self.scenario, self.period
        services, calendar = self._services()
        steps = self._steps()
        moment, moments = self._moments()
        clouds, profiles, shapes = self._clouds()
        plans = self.plans.tables()
        standards = self._standards()
        values, knots = self.curves.tables()
        months = [period.start, *month_starts(period.start, period.end), period.end]
        return Model(
            begin=period.begin,
            start=period.start,
            end=period.end,
            months=np.array(months, dtype=np.int64),
            recorded=np.array(recorded(scenario), dtype=np.int32),
            values=values,
            knots=knots,
            services=services,
            calendar=calendar,
            steps=steps,
            moment=moment,
            moments=moments,
            n_clocks=len(scenario.clocks),
            standards=standards,
            standard_within=self._standard_within(months),
            standard_groups=self._standard_groups(),
            n_pathways=sum(1 for p in scenario.pathways if not p.is_course),
            n_streams=len(scenario.streams),
            n_endings=1 + len(scenario.endings),
            clouds=clouds,
            profiles=profiles,
            shapes=shapes,
            scheduled=rows(layout.SCHEDULED, []),
            **starters(scenario, self.routes.step_rows, self.groups, self._marks()),
            **self.units.tables(),
            **plans,
            **self.routes.tables(),
        )

    # Services and steps

    def _services(self) -> tuple[Table, Table]:
        services: list[Row] = []
        calendar: list[Row] = []
        for service in self.scenario.services:
            opened = openings(service, self.period, self.scenario.scale.ratio)
            back = int(service.end_of_shift == "hand_back")
            kind = KINDS[service.kind]
            row = (kind, len(calendar), len(opened), back)
            services.append((*row, *self.units.of_service(service, opened)))
            calendar += opened
        return rows(layout.SERVICE, services), rows(layout.OPENING, calendar)

    def _steps(self) -> Table:
        events, rules = self._events(), self._rules()
        return rows(
            layout.STEP,
            [
                self._step(step, events[i], rules)
                for i, step in enumerate(self.scenario.steps)
            ],
        )

    def _step(self, step: Step, events: Reference, rules: list[Reference]) -> Row:
        names = [s.name for s in self.scenario.services]
        service = self.scenario.services[names.index(step.service)]
        pathway = -1
        if step.pathway is not None:
            written = [p.name for p in self.scenario.pathways if not p.is_course]
            if step.pathway in written:
                pathway = written.index(step.pathway)
        absence = step.absence or service.did_not_attend
        absent, absent_then = NONE, -1
        if absence is not None:
            absent = self.curves.add(absence.share)
            absent_then = self.routes.choice(absence.then)
        return (
            names.index(step.service),
            pathway,
            *self.routes.law(step.takes),
            *self.routes.whole(step.priority),
            self.routes.choice(step.then),
            *events,
            *rules[names.index(step.service)],
            *absent,
            absent_then,
            *self.units.of_step(step),
        )

    def _events(self) -> dict[int, Reference]:
        """Add all waiting events; return first row and number by step.

        Steps that take the events of their service share its rows, so that what
        happens is counted under one name.
        """
        made: dict[int, Reference] = {}
        first = {}
        for number, (step, is_new) in enumerate(_new_events(self.scenario)):
            if is_new:
                events = [self.routes.wait(event) for event in step.waiting]
                first[number] = (len(self.routes.waits), len(events))
                self.routes.waits += events
            made[number] = next(
                rows
                for other, rows in first.items()
                if _same_events(self.scenario.steps[other], step)
            )
        return made

    def _rules(self) -> list[Reference]:
        """Add the rules of all services; return first row and number of each."""
        made = []
        for service in self.scenario.services:
            rules = [self.routes.rule(rule) for rule in service.turned_away]
            made.append((len(self.routes.rules), len(rules)))
            self.routes.rules += rules
        return made

    # Clocks and standards

    def _moments(self) -> tuple[np.ndarray, Table]:
        """Return the index of moments by step and event, and the moments."""
        n = len(self.scenario.steps)
        found: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for row, clock in enumerate(self.scenario.clocks):
            for key, does in self._of_clock(clock):
                found.setdefault(key, []).append((row, does))
        index = np.zeros((n + 1, 4, 2), dtype=np.int32)
        moments: list[Row] = []
        for (step, event), what in sorted(found.items()):
            index[step, event] = len(moments), len(set(what))
            moments += sorted(set(what), key=lambda m: (m[1], m[0]))
        return index, rows(layout.MOMENT, moments)

    def _of_clock(self, clock: Clock) -> list[tuple[tuple[int, int], int]]:
        return [
            ((step, EVENTS[moment.event]), does)
            for does, moments in (
                (layout.STOP, clock.stop),
                (layout.RESUME, clock.resume),
                (layout.START, clock.start),
                (layout.PAUSE, clock.pause),
            )
            for moment in moments
            for step in self._steps_of(moment)
        ]

    def _steps_of(self, moment: Moment) -> list[int]:
        steps = self.scenario.steps
        if moment.step is not None:
            return [self.routes.step_rows[moment.step]]
        if moment.service is not None:
            return [i for i, s in enumerate(steps) if s.service == moment.service]
        return [len(steps)]

    def _standards(self) -> Table:
        clocks = [c.name for c in self.scenario.clocks]
        return rows(
            layout.STANDARD,
            [
                (
                    -1 if s.clock is None else clocks.index(s.clock),
                    int(s.counts == "still_waiting"),
                    KEEPS.get(s.measure, layout.COUNT),
                )
                for s in self.scenario.standards
            ],
        )

    def _standard_within(self, months: list[int]) -> np.ndarray:
        """Return up to which time a clock is within, by standard and month."""
        found = np.zeros((len(self.scenario.standards), len(months) - 1), np.int64)
        for row, standard in enumerate(self.scenario.standards):
            is_limit = standard.measure == "percentile"
            limit = standard.target if is_limit else standard.within
            if limit is not None:
                days = monthly(self.period, limit, months)
                found[row] = np.round(np.multiply(days, layout.DAY))
        return found

    def _standard_groups(self) -> np.ndarray:
        held = [s.groups or (True,) * self.groups for s in self.scenario.standards]
        return np.array(held, dtype=np.bool_).reshape(len(held), self.groups)

    # Demand

    def _clouds(self) -> tuple[Table, Table, Table]:
        shapes: dict[tuple[Profile, ...], tuple[int, int]] = {}
        tables: list[Table] = []
        clouds: list[Row] = []
        salts = self._salts()
        for number, stream in enumerate(self.scenario.streams):
            to = self.routes.choice(stream.to)
            own = [salts[stream.name, name] for name in group_names(self.scenario)]
            self.plans.book(number, stream, to, lambda *names: salts[names])
            self.plans.enlist(number, stream, to, own)
            if stream.rate is None:
                continue
            if stream.profiles not in shapes:
                made = shape(stream.profiles, self.period)
                shapes[stream.profiles] = (sum(map(len, tables)), len(made))
                tables.append(made)
            profile = list(shapes).index(stream.profiles)
            for group, mark in enumerate(own):
                row = self._level(stream, group)
                if row is not None:
                    more = (
                        *self.plans.party(stream, group),
                        *self.plans.fall(stream, group),
                    )
                    clouds.append((mark, number, group, profile, row, to, *more))
        every = np.concatenate(tables) if tables else rows(layout.SHAPE, [])
        profiles = rows(layout.PROFILE, list(shapes.values()))
        return rows(layout.CLOUD, clouds), profiles, every

    def _level(self, stream: Stream, group: int) -> int | None:
        """Add the level of a stream for a group; None if nobody ever comes."""
        row = self.curves.add_for(level(self.scenario, stream, group), group)
        most = most_per_day(stream)
        if peak(self.curves, row).level > most:
            raise ValueError(
                f"demand.{stream.name}: more than {most:,.0f} patients a day."
            )
        base, _, knots = self.curves.values[row]
        return None if base == 0 and knots == 0 else row

    def _marks(self) -> list[int]:
        """Return a salt for each starter, unlike those of the streams."""
        taken = set(self._salts().values())
        found = []
        for starter in self.scenario.start:
            what = (starter.service, str(starter.treated), str(bool(starter.rows)))
            name = (*what, *(starter.step or ()))
            tries = (salt(START, *name, *(["again"] * n)) for n in range(1000))
            found.append(next(mark for mark in tries if mark not in taken))
            taken.add(found[-1])
        return found

    def _salts(self) -> dict[tuple[str, tuple[str, ...]], int]:
        """Return a salt of its own for each stream and group, from names alone."""
        names = sorted(
            (s.name, g)
            for s in self.scenario.streams
            for g in (
                *group_names(self.scenario),
                *dict.fromkeys(booked_mark(booking) for booking in s.booked),
            )
        )
        taken: dict[int, tuple[str, tuple[str, ...]]] = {}
        for stream, group in names:
            tries = (salt(stream, *group, *(["again"] * n)) for n in range(1000))
            taken[next(mark for mark in tries if mark not in taken)] = (stream, group)
        return {name: mark for mark, name in taken.items()}
