"""What makes sense, said without the reader: checks of a `Scenario` and a `Model`.

Nothing here uses the checks of the `scenarios` package, so that a mistake there is
seen here. What must hold of the records of a replication stands in `histories`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import layout
from kernels.layout import Model
from scenarios.scenario import (
    Branch,
    Destination,
    Law,
    Move,
    Number,
    Scenario,
    Stream,
    Target,
    WeekTime,
)

SECTIONS = frozenset(
    {
        *("caresim", "title", "theme", "notes", "period", "scale", "groups", "people"),
        *("sources", "source", "calendars", "profiles", "budgets", "endings"),
        *("services", "pathways", "demand", "clocks", "standards", "record"),
        *("teams", "escalation", "start_state", "sites", "shortest_line"),
        "changes",
    }
)
SLACK = 1e-9


def check_scenario(scenario: Scenario) -> None:
    """Check that names lead somewhere and numbers mean something."""
    for stream in scenario.streams:
        _check_stream(stream, scenario)
    assert set(scenario.resolved) <= SECTIONS
    assert scenario.title
    _check_period(scenario)
    _check_names(scenario)
    groups = math.prod(len(g) for _, g in scenario.groups)
    for thing in _everything(scenario):
        if isinstance(thing, Number):
            _check_number(thing, groups)
        elif isinstance(thing, Law):
            _check_law(thing)
        elif isinstance(thing, WeekTime):
            assert len(thing.days) == 7
            assert 0 <= thing.begin <= thing.end <= thing.begin + layout.DAY
    for destination in _destinations(scenario):
        _check_destination(destination, scenario)


def check_model(model: Model) -> None:
    """Check that every reference leads to a row and every share is one."""
    for column in (model.values["base"], model.knots["value"], model.observed):
        assert np.isfinite(column).all()
        assert (column >= 0).all()
    _check_rows(model)
    _check_calendar(model)
    _check_laws(model)
    for choice in model.choices:
        _check_choice(model, choice)
    _check_demand(model)
    assert (model.shapes["weight"] >= 0).all()
    assert np.isfinite(model.shapes["tau"]).all()


# Scenario


def _everything(thing: object) -> Iterator[object]:
    """Yield a thing and all that is in it."""
    yield thing
    inside: Iterable[object] = ()
    if is_dataclass(thing):
        inside = [getattr(thing, f.name) for f in fields(thing)]
    elif isinstance(thing, tuple):
        inside = thing
    elif isinstance(thing, dict) and not isinstance(thing, Scenario):
        inside = [v for v in thing.values() if not isinstance(v, str | dict | list)]
    for part in inside:
        yield from _everything(part)


def _check_stream(stream: Stream, scenario: Scenario) -> None:
    """Check that a stream comes in one way, and that parties and lists make sense."""
    sources = [stream.rate is not None, bool(stream.booked), bool(stream.listed)]
    assert sum(sources) == 1
    assert (stream.copies is not None) == bool(stream.listed)
    sizes = [size.size for size in stream.parties]
    assert sizes == sorted(set(sizes))
    assert all(1 <= size <= layout.LARGEST_PARTY for size in sizes)
    assert sum(size.share is None for size in stream.parties) <= 1
    assert stream.punctuality is None or stream.booked
    period, groups = scenario.period, math.prod(len(g) for _, g in scenario.groups)
    assert list(stream.listed) == sorted(stream.listed)
    assert all(period.begin <= t < period.end for t, _ in stream.listed)
    assert all(0 <= group < groups for _, group in stream.listed)


def _check_period(scenario: Scenario) -> None:
    period = scenario.period
    assert 0 <= period.begin <= period.start < period.end
    assert period.replications >= 1
    assert period.seed >= 0
    assert list(period.holidays) == sorted(set(period.holidays))
    assert all(midnight % layout.DAY == 0 for midnight in period.holidays)
    assert 0 < scenario.scale.ratio <= 1


def _check_names(scenario: Scenario) -> None:
    services = [s.name for s in scenario.services]
    # Sessions that need no service of their own make one, and a pathway through it.
    made = {name for name in services if name.endswith(": sessions")}
    pathways = [p.name for p in scenario.pathways if p.name not in made]
    lines = [choice.name for choice in scenario.shortest_lines]
    places = [*services, *pathways, *lines, *scenario.endings]
    assert len(set(places)) == len(places)
    assert "leave" not in places
    own = [s for s in scenario.steps if s.pathway is None]
    assert [s.service for s in own] == services
    assert {s.service for s in scenario.steps} <= set(services)
    assert {s.kind for s in scenario.services} <= {
        "staff",
        "beds",
        "slots",
        "caseload",
        "unlimited",
    }
    clocks = {c.name for c in scenario.clocks}
    for standard in scenario.standards:
        assert (standard.clock is None) == (standard.counts is None)
        assert {standard.clock} <= {*clocks, None}
        assert bool(standard.services) == (standard.clock is None)
        assert set(standard.services) <= set(services)
        assert (standard.within is not None) == (standard.measure == "share")
        assert (standard.percentile is not None) == (standard.measure == "percentile")
    for clock in scenario.clocks:
        assert bool(clock.pause) == bool(clock.resume)
    assert set(scenario.record_by) <= {name for name, _ in scenario.groups}
    assert set(scenario.record_visits or ()) <= set(services)
    _check_units(scenario)
    prices = [price for s in scenario.services for price in s.costs]
    prices += [price for rule in scenario.escalation for price in rule.costs]
    assert {price.budget for price in prices} <= set(scenario.budgets)
    assert {price.per for price in prices} <= {"visit", "day"}
    for service in scenario.services:
        assert (service.kind == "unlimited") == (not service.capacity)
    for stream in scenario.streams:
        if stream.shares:
            total = math.fsum(share.values[0] for share in stream.shares)
            assert abs(total - 1) < SLACK
        if stream.per_person:
            assert scenario.people is not None
    for _, names in scenario.groups:
        assert len(set(names)) == len(names) > 0


def _check_units(scenario: Scenario) -> None:
    """Check that units are whole, times positive, and helpers and rules there."""
    services = {s.name for s in scenario.services}
    for step in scenario.steps:
        needs = [n for n in (step.needs,) if n is not None]
        for number in (*needs, *(n for _, n in step.together_with)):
            assert not number.moves
            assert all(value >= 1 and value == int(value) for value in number.values)
        assert {name for name, _ in step.together_with} <= services - {step.service}
        assert set(step.holding) <= services
    for service in scenario.services:
        for help_ in service.helped_by:
            assert help_.service in services - {service.name}
            assert help_.after >= 0
            assert help_.leaving_free >= 0
        assert all(reserve.capacity >= 0 for reserve in service.kept_back)
        due = service.due_within
        assert due is None or (min(due.values) >= 0 and not due.moves)
        assert service.breakdowns is None or service.kind == "staff"
    kinds = {service.name: service.kind for service in scenario.services}
    for choice in scenario.shortest_lines:
        assert len(set(choice.services)) == len(choice.services) >= 1
        assert "unlimited" not in {kinds[name] for name in choice.services}
    for rule in scenario.escalation:
        assert {rule.watches, rule.to} <= services
        assert rule.closes_below < rule.opens_above
        assert rule.after > 0
        assert rule.adds >= 1
        assert 1 <= rule.state <= 9
        assert all(price.per == "day" for price in rule.costs)


def _check_number(number: Number, groups: int) -> None:
    assert len(number.values) in {1, groups}
    assert all(math.isfinite(value) for value in number.values)
    for move in number.moves:
        _check_move(move, groups)


def _check_move(move: Move, groups: int) -> None:
    assert move.operation in {"multiply", "add", "set", "curve"}
    assert all(math.isfinite(value) for value in move.values)
    assert move.groups is None or len(move.groups) == groups
    dates = [d for d in (move.begin, move.reached) if d is not None]
    assert dates == sorted(set(dates))
    assert move.until is None or all(d < move.until for d in dates[:1])
    assert set(move.months) <= set(range(1, 13))
    times = [time for time, _ in move.curve]
    assert times == sorted(set(times))
    if move.operation == "curve":
        assert len(move.curve) > 0
    else:
        assert len(move.values) in {1, groups}


def _check_law(law: Law) -> None:
    if law.kind == "mixture":
        assert law.members
        assert sum(share is None for share, _ in law.members) <= 1
        for group in range(max(len(s.values) for s, _ in law.members if s) or 1):
            shares = [_of(s, group) for s, _ in law.members if s is not None]
            assert all(0 <= share <= 1 for share in shares)
            whole = math.fsum(shares)
            rest = any(share is None for share, _ in law.members)
            assert whole <= 1 + SLACK
            assert rest or whole >= 1 - SLACK
    elif law.kind == "observed":
        assert law.observed
        assert all(math.isfinite(time) and time > -1 for time in law.observed)
    else:
        assert law.parameters
    for low, high in (("lowest", "highest"), ("lowest", "most_likely")):
        if high in law.parameters:
            a, b = law.parameters[low], law.parameters[high]
            groups = range(max(len(a.values), len(b.values)))
            assert all(_of(a, g) <= _of(b, g) for g in groups)


def _of(number: Number, group: int) -> float:
    return number.values[group if len(number.values) > 1 else 0]


def _destinations(scenario: Scenario) -> Iterator[Destination]:
    for thing in _everything(scenario):
        for name in ("then", "to", "start"):
            found = getattr(thing, name, None)
            if isinstance(found, tuple) and found and isinstance(found[0], Branch):
                yield found


def _check_destination(destination: Destination, scenario: Scenario) -> None:
    assert sum(branch.share is None for branch in destination) <= 1
    steps = {(s.pathway, s.name) for s in scenario.steps if s.pathway is not None}
    for branch in destination:
        _check_target(branch.target, scenario)
        if branch.target.step is not None:
            assert branch.target.step in steps


def _check_target(target: Target, scenario: Scenario) -> None:
    written = [getattr(target, f.name) for f in fields(target)]
    assert sum(name is not None for name in written) <= 1
    if target.service is not None:
        assert target.service in {s.name for s in scenario.services}
    if target.pathway is not None:
        assert target.pathway in {p.name for p in scenario.pathways}
    if target.ending is not None:
        assert target.ending in scenario.endings
    if target.shortest is not None:
        assert target.shortest in {c.name for c in scenario.shortest_lines}


# Model


def _check_rows(model: Model) -> None:
    """Check that each reference leads to a row that is there."""
    groups, choices = len(model.recorded), len(model.choices)

    def by_group(table: np.ndarray, name: str, rows: int) -> None:
        first, stride = table[name], table[name + "_stride"]
        last = first + stride * (groups - 1)
        assert ((first == -1) | ((first >= 0) & (last < rows))).all()
        assert set(np.unique(stride)) <= {0, 1}

    by_group(model.steps, "law", len(model.laws))
    by_group(model.steps, "priority", len(model.wholes))
    by_group(model.steps, "absent", len(model.values))
    by_group(model.branches, "share", len(model.values))
    by_group(model.branches, "after", len(model.laws))
    by_group(model.branches, "arranged", len(model.laws))
    by_group(model.waits, "law", len(model.laws))
    by_group(model.rules, "share", len(model.values))
    assert ((model.rules["then"] >= 0) & (model.rules["then"] < choices)).all()
    stays = model.waits["then"] < 0
    assert (model.waits["then"] < choices).all()
    by_group(model.waits[stays], "priority", len(model.wholes))
    by_group(model.needs, "units", len(model.wholes))
    by_group(model.services, "allowance", len(model.allowances))
    by_group(model.services, "cleaning", len(model.laws))
    breaks = model.services["machines"] > 0
    for law in ("works", "repair"):
        rows = model.services[law][breaks]
        assert ((rows >= 0) & (rows < len(model.laws))).all()
    compared = model.branches["kind"] == layout.TO_LINE
    assert model.choices["compares"][model.branches["to"][compared]].all()
    for services in (model.needs["service"], model.helps["service"], model.holding):
        assert ((services >= 0) & (services < len(model.services))).all()
    ends = {
        layout.TO_STEP: len(model.steps),
        layout.TO_ENDING: model.n_endings,
        layout.TO_CHOICE: len(model.choices),
        layout.TO_LINE: len(model.choices),
    }
    for branch in model.branches:
        assert 0 <= branch["to"] < ends[int(branch["kind"])]
    levels = model.clouds["level"]
    assert ((levels >= 0) & (levels < len(model.values))).all()
    knots = model.values["knot"] + model.values["knots"]
    assert (knots <= len(model.knots)).all()


def _check_demand(model: Model) -> None:
    """Check that whoever comes has an identity, and rows follow each other in time."""
    for table in (model.sessions, model.listed):
        assert (np.diff(table["time"]) >= 0).all()
        assert ((table["plan"] >= 0) & (table["plan"] < len(model.plans))).all()
        assert len(np.unique(table["who"])) == len(table)
        assert (table["who"] >= 0).all()
    assert (model.sessions["time"] <= model.sessions["until"]).all()
    assert (model.sessions["until"] - model.sessions["time"] <= layout.DAY).all()
    assert (model.sessions["places"] > 0).all()
    last = model.plans["level"] + len(model.recorded)
    assert (last <= len(model.values)).all()
    for sources in (model.clouds, model.plans):
        for source in sources[sources["parties"] > 0]:
            sizes = _run(model.parties, source, "party", "parties")["size"]
            assert (np.diff(sizes) > 0).all()
    for cloud in model.clouds:
        falls = _run(model.falls, cloud, "fall", "falls")
        assert len(falls) == cloud["falls"]
        assert (falls["law"] < len(model.laws)).all()


def _check_calendar(model: Model) -> None:
    """Check that capacity is never negative and time runs forward."""
    assert (model.calendar["capacity"] >= 0).all()
    assert (model.calendar["time"] < model.calendar["until"]).all()
    for service in model.services:
        rows = _run(model.calendar, service, "calendar", "calendars")
        assert (np.diff(rows["time"]) > 0).all()
        assert (rows["until"][:-1] <= rows["time"][1:]).all()


def _check_laws(model: Model) -> None:
    """Check that means are positive and limits stand the right way round."""
    for row in model.laws:
        if row["kind"] < 0:
            continue
        if row["low"] >= 0 and row["high"] >= 0:
            low, high = _values(model, row["low"]), _values(model, row["high"])
            assert low.min() <= high.max()
        if row["kind"] == layout.L_LOGNORMAL_MEDIAN:
            mean, median = (model.values["base"][row[x]] for x in "ab")
            assert median <= mean


def _check_choice(model: Model, choice: np.void) -> None:
    """Check that shares add up to at most 1 for every group at every moment."""
    branches = _run(model.branches, choice, "branch", "branches")
    assert len(branches) > 0
    shared = branches[branches["share"] >= 0]
    assert (shared["share"] == branches["share"][: len(shared)]).all()
    for group in range(len(model.recorded)):
        rows = [int(b["share"] + b["share_stride"] * group) for b in shared]
        total = np.zeros(len(_moments(model, rows)))
        for row in rows:
            total += _at(model, row, _moments(model, rows))
        assert (total <= 1 + SLACK).all()


def _run(table: np.ndarray, row: np.void, first: str, many: str) -> np.ndarray:
    return table[row[first] : row[first] + row[many]]


def _values(model: Model, row: int) -> NDArray[np.float64]:
    """Return every value a number takes at its knots."""
    value = model.values[row]
    knots = _run(model.knots, value, "knot", "knots")
    return np.array(knots["value"]) if len(knots) else np.array([value["base"]])


def _moments(model: Model, rows: list[int]) -> NDArray[np.int64]:
    """Return the moments at which any of several numbers bends, from both sides."""
    found = [_run(model.knots, model.values[r], "knot", "knots") for r in rows]
    times = np.concatenate([model.months[:1], *(k["time"] for k in found)])
    return np.unique(np.concatenate([times - 1, times, times + 1]))


def _at(model: Model, row: int, times: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a number at moments."""
    value = model.values[row]
    knots = _run(model.knots, value, "knot", "knots")
    if not len(knots):
        return np.full(len(times), value["base"])
    at = np.searchsorted(knots["time"], times, side="right")
    a, b = knots[np.maximum(at - 1, 0)], knots[np.minimum(at, len(knots) - 1)]
    length = np.maximum(b["time"] - a["time"], 1)
    part = np.clip((times - a["time"]) / length, 0.0, 1.0)
    inside: NDArray[np.float64] = a["value"] + (b["value"] - a["value"]) * part
    return inside
