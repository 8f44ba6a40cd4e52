"""What a model has, and whether it makes a difference.

A feature takes effect in a model where, without it, somebody's records would be others;
or where the records show it by themselves. `FLOORS` says in how many models of a chunk
each must, at least: so the generators cannot lose a feature without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from kernels import layout
from kernels.latecomers import expected
from kernels.layout import Model, Records, Table
from kernels.levels import states
from scenarios.scenario import (
    Branch,
    Capacity,
    Destination,
    Scenario,
    Service,
    Step,
    Stream,
    WaitingEvent,
)


class Played(NamedTuple):
    """A model, and what an engine wrote of it."""

    scenario: Scenario
    model: Model
    luck: int
    records: Records


# What a scenario would be without a feature

Change = Callable[[Scenario], Scenario]


def of_services(change: Callable[[Service], Service]) -> Change:
    """Return a scenario whose services are others."""
    return lambda s: replace(s, services=tuple(change(x) for x in s.services))


def of_steps(change: Callable[[Step], Step]) -> Change:
    """Return a scenario whose steps are others."""
    return lambda s: replace(s, steps=tuple(change(x) for x in s.steps))


def of_streams(change: Callable[[Stream], Stream]) -> Change:
    """Return a scenario whose streams are others."""
    return lambda s: replace(s, streams=tuple(change(x) for x in s.streams))


def services_with(kinds: tuple[str, ...], **values: Any) -> Change:
    """Return a scenario whose services of some kinds have other values."""
    return of_services(lambda x: replace(x, **values) if x.kind in kinds else x)


SLOTS, COUNTED = ("slots",), ("staff", "beds", "caseload")
ALL = (*SLOTS, *COUNTED, "unlimited")


def of_branches(change: Callable[[Branch], Branch]) -> Change:
    """Return a scenario in which those who are treated go on in another way."""

    def changed(then: Destination) -> Destination:
        return tuple(change(branch) for branch in then)

    return of_steps(lambda step: replace(step, then=changed(step.then)))


def without_events(is_gone: Callable[[WaitingEvent], bool]) -> Change:
    """Return a scenario without some waiting events."""

    def changed(step: Step) -> Step:
        kept = tuple(event for event in step.waiting if not is_gone(event))
        return replace(step, waiting=kept)

    return of_steps(changed)


def without_rules(is_gone: Callable[[Any], bool]) -> Change:
    """Return a scenario without some rules of turning away."""

    def changed(service: Service) -> Service:
        kept = tuple(rule for rule in service.turned_away if not is_gone(rule))
        return replace(service, turned_away=kept)

    return of_services(changed)


def of_helps(kinds: tuple[str, ...], **values: Any) -> Change:
    """Return a scenario in which others help in another way."""

    def changed(service: Service) -> Service:
        if service.kind not in kinds:
            return service
        helps = tuple(replace(help_, **values) for help_ in service.helped_by)
        return replace(service, helped_by=helps)

    return of_services(changed)


def of_staff(**values: Any) -> Change:
    """Return a scenario whose staff come and go in another way."""

    def changed(capacity: Capacity) -> Capacity:
        workforce = capacity.workforce
        if workforce is None:
            return capacity
        staff = replace(workforce.staff, **values)
        return replace(capacity, workforce=replace(workforce, staff=staff))

    return of_services(
        lambda x: replace(x, capacity=tuple(changed(c) for c in x.capacity))
    )


def nobody_stays_away(scenario: Scenario) -> Scenario:
    """Return a scenario in which nobody drops out of their sessions."""

    def goes_on(branch: Branch) -> bool:
        return not str(branch.target.pathway).endswith(": sessions, staying away")

    return replace(
        scenario,
        pathways=tuple(
            replace(x, start=tuple(branch for branch in x.start if goes_on(branch)))
            for x in scenario.pathways
        ),
    )


def no_session_missed(scenario: Scenario) -> Scenario:
    """Return a scenario in which everybody comes to their sessions."""
    courses = {p.name for p in scenario.pathways if p.is_course}
    return of_steps(lambda x: replace(x, absence=None) if x.pathway in courses else x)(
        scenario
    )


def without_returns(scenario: Scenario) -> Scenario:
    """Return a scenario in which nobody comes later who was kept away."""

    def changed(stream: Stream) -> Stream:
        if stream.rate is None:
            return stream
        moves = tuple(replace(move, returns=None) for move in stream.rate.moves)
        return replace(stream, rate=replace(stream.rate, moves=moves))

    return of_streams(changed)(scenario)


def without_moves(scenario: Scenario) -> Scenario:
    """Return a scenario in which as much is open on all dates."""

    def changed(capacity: Capacity) -> Capacity:
        return replace(capacity, number=replace(capacity.number, moves=()))

    return of_services(
        lambda x: replace(x, capacity=tuple(changed(c) for c in x.capacity))
    )(scenario)


def always_the_first_line(scenario: Scenario) -> Scenario:
    """Return a scenario in which nobody compares lines."""
    lines = scenario.shortest_lines
    first = tuple(replace(line, services=line.services[:1]) for line in lines)
    return replace(scenario, shortest_lines=first)


def one_priority(scenario: Scenario) -> Scenario:
    """Return a scenario in which all are as urgent."""
    return of_steps(lambda x: replace(x, priority=replace(x.priority, values=(1.0,))))(
        scenario
    )


WITHOUT: dict[str, Change] = {
    "dates given out ahead": services_with(SLOTS, booked=None),
    "slots kept back": services_with(SLOTS, kept_back=()),
    "slots released": of_services(
        lambda x: replace(
            x, kept_back=tuple(replace(r, released=None) for r in x.kept_back)
        )
    ),
    "several in one slot": services_with(SLOTS, per_slot=1),
    "slots of another clinic": services_with(SLOTS, helped_by=()),
    "work planned before closing": of_steps(lambda x: replace(x, planned=None)),
    "dropping out of sessions": nobody_stays_away,
    "sessions missed": no_session_missed,
    "beds kept back": services_with(COUNTED, kept_back=()),
    "hours of discharge": services_with(ALL, discharge_hours=()),
    "cleaning": services_with(ALL, cleaning=None),
    "keeping a bed": of_branches(lambda b: replace(b, keeps_bed=False)),
    "arranging what comes next": of_branches(lambda b: replace(b, arranged_in=None)),
    "a delay before the next step": of_branches(lambda b: replace(b, after=None)),
    "help": services_with(COUNTED, helped_by=()),
    "help after a while": of_helps(ALL, after=0.0),
    "help that leaves some free": of_helps(COUNTED, leaving_free=0),
    "help that takes longer": of_helps(COUNTED, takes_times=None),
    "several units": of_steps(lambda x: replace(x, needs=None)),
    "units of several services": of_steps(lambda x: replace(x, together_with=())),
    "units held through visits": of_steps(lambda x: replace(x, holding=())),
    "an order that is kept": services_with(ALL, keeps_order=False),
    "leaving after a time": without_events(
        lambda e: e.then is not None and e.after is not None
    ),
    "leaving at a risk": without_events(lambda e: e.risk is not None),
    "another priority while waiting": without_events(lambda e: e.then is None),
    "a full waiting room": without_rules(lambda r: r.when_waiting is not None),
    "a wait that is too long": without_rules(lambda r: r.when_wait is not None),
    "not being accepted": without_rules(
        lambda r: r.when_waiting is None and r.when_wait is None
    ),
    "priority": one_priority,
    "due times": services_with(ALL, due_within=None),
    "handing back": services_with(("staff",), end_of_shift="finish"),
    "interruptions": services_with(COUNTED, interrupted=None),
    "escalation": lambda s: replace(s, escalation=()),
    "recruits": of_staff(recruits=()),
    "vacancies": of_staff(vacancies=None),
    "leavers": of_staff(leavers=None),
    "a capacity that changes": without_moves,
    "parties": of_streams(lambda x: replace(x, parties=())),
    "lateness": of_streams(lambda x: replace(x, punctuality=None)),
    "coming later": without_returns,
    "profiles": of_streams(lambda x: replace(x, profiles=())),
    "growth": of_streams(lambda x: replace(x, growth=None)),
    "the shortest line": always_the_first_line,
}
"""Features, and what a scenario is without them."""


# What records show

Seen = Callable[[Played], bool]


def kind_of(played: Played) -> Table:
    """Return the kind of service of each visit."""
    return played.model.services["kind"][played.records.visits["service"]]


def of_courses(played: Played) -> Table:
    """Return the visits that are sessions of a caseload."""
    scenario, visits = played.scenario, played.records.visits
    courses = {p.name for p in scenario.pathways if p.is_course}
    is_session = np.array([step.pathway in courses for step in scenario.steps])
    return visits[is_session[visits["step"]]]


def outcome(code: int) -> Seen:
    """Return whether a visit ended in a way."""
    return lambda p: bool((p.records.visits["outcome"] == code).any())


def held(reason: int) -> Seen:
    """Return whether units were held for a reason."""
    return lambda p: bool((p.records.holds["reason"] == reason).any())


def is_exchanged(played: Played) -> bool:
    """Return whether two patients took each other's beds in one instant.

    One of them had been blocked; the other had that very moment been treated, or too.
    """
    visits, holds = played.records.visits, played.records.holds
    one, other = visits[:-1], visits[1:]
    next_ = (one["who"] == other["who"]) & (one["service"] != other["service"])
    rows = (other["started"], one["service"], other["service"])
    moves = set(zip(*(row[next_].tolist() for row in rows), strict=True))
    blocked = holds[(holds["reason"] == layout.BLOCKED) & (holds["until"] >= 0)]
    names = ("until", "wanted", "service")
    ways = zip(*(blocked[name].tolist() for name in names), strict=True)
    return not moves.isdisjoint(ways)


def sessions_at_slots(played: Played) -> bool:
    """Return whether sessions were held in the slots of a clinic."""
    kinds = played.model.services["kind"][of_courses(played)["service"]]
    return bool((kinds == layout.SLOTS).any())


def sessions_in_groups(played: Played) -> bool:
    """Return whether several had a session in one slot."""
    visits = of_courses(played)
    services = played.model.services[visits["service"]]
    several = visits[(services["per_slot"] > 1) & (visits["started"] >= 0)]
    rows = np.unique(several[["service", "started"]])
    return len(rows) < len(several)


def courses_of_unlike_length(played: Played) -> bool:
    """Return whether some had more sessions than others."""
    _, numbers = np.unique(of_courses(played)["who"], return_counts=True)
    return len(np.unique(numbers)) > 1


def broken_off_with_a_machine(played: Played) -> bool:
    """Return whether a breakdown, and nothing else, has broken off a treatment."""
    visits, services = played.records.visits, played.model.services
    broken = visits[visits["outcome"] == layout.HANDED_BACK]["service"]
    only = (services["machines"] > 0) & (services["hand_back"] == 0)
    return bool((only & (services["interrupts"] == 0))[broken].any())


def called_in_at_a_workforce(played: Played) -> bool:
    """Return whether staff were called on of whom there were not always as many."""
    return any(service_of_staff_changes(played))


def service_of_staff_changes(played: Played) -> Iterator[bool]:
    """Yield whether the units of services with staff change in the run."""
    model, visits = played.model, played.records.visits
    for number, service in enumerate(played.scenario.services):
        if not any(c.workforce for c in service.capacity):
            continue
        first, many = (model.services[number][x] for x in ("calendar", "calendars"))
        rows = model.calendar[first : first + many]
        rows = rows[(rows["until"] > model.begin) & (rows["time"] < model.end)]
        is_used = (visits["service"] == number) & (visits["started"] >= 0)
        yield bool(is_used.any() and len(np.unique(rows["capacity"])) > 1)


def has_team(played: Played) -> bool:
    """Return whether two services of one team treated somebody."""
    visits = played.records.visits
    teams: dict[str, set[int]] = {}
    for number, service in enumerate(played.scenario.services):
        for capacity in service.capacity:
            if capacity.workforce is not None and capacity.workforce.team:
                teams.setdefault(capacity.workforce.team, set()).add(number)
    treated = set(visits["service"][visits["started"] >= 0].tolist())
    return any(len(services & treated) > 1 for services in teams.values())


def away_from_home(played: Played) -> bool:
    """Return whether somebody was treated in another place than their own."""
    scenario, visits = played.scenario, played.records.visits
    names = [name for name, _ in scenario.groups]
    for number, service in enumerate(scenario.services):
        if service.home is None or service.home[0] not in names:
            continue
        dimension, place = service.home
        at = names.index(dimension)
        sizes = [len(parts) for _, parts in scenario.groups]
        own = scenario.groups[at][1].index(place)
        group = visits["group"][(visits["service"] == number)]
        places = np.unravel_index(group, sizes)[at]
        if (places != own).any():
            return True
    return False


def stays_at_a_site(played: Played) -> bool:
    """Return whether somebody went on to another service of the same site."""
    visits = np.sort(played.records.visits, order=["who", "visit"])
    homes = [s.home for s in played.scenario.services]
    known = sorted({home[1] for home in homes if home and home[0] == "hospital"})
    at_site = {("hospital", name): place for place, name in enumerate(known)}
    sites = np.array([at_site.get(home or ("", ""), -1) for home in homes])
    here = sites[visits["service"]]
    goes_on = (visits["who"][1:] == visits["who"][:-1]) & (here[1:] != -1)
    moves = visits["service"][1:] != visits["service"][:-1]
    return bool((goes_on & moves & (here[1:] == here[:-1])).any())


def is_pooled(played: Played) -> bool:
    """Return whether places shared one service, and several of them used it."""
    services = played.scenario.resolved.get("services", {})
    pooled = [n for n, s in services.items() if s.get("pooled") == "yes"]
    visits = played.records.visits
    names = [service.name for service in played.scenario.services]
    return any(
        len(np.unique(visits["group"][visits["service"] == names.index(name)])) > 1
        for name in pooled
    )


def clocks_where(is_so: Callable[[Table], Table]) -> Seen:
    """Return whether some rows of clocks are so."""
    return lambda p: bool(is_so(p.records.clocks).any())


def waited_for(cause: str) -> Seen:
    """Return whether some time of clocks is put down to a cause."""
    return clocks_where(lambda c: c[cause] > 0)


def kept_back_at(kinds: tuple[int, ...]) -> Seen:
    """Return whether time is put down to what services of some kinds keep back.

    Of patients who were at none of another kind that keeps anything back.
    """

    def seen(played: Played) -> bool:
        services, records = played.model.services, played.records
        is_other = (services["reserves"] > 0) & ~np.isin(services["kind"], kinds)
        visits = records.visits
        others = visits["who"][is_other[visits["service"]]]
        who = records.clocks["who"][records.clocks["kept_back"] > 0]
        return bool(np.isin(who, others, invert=True).any())

    return seen


def starts_with(*, treated: bool, is_so: Callable[[Any], bool]) -> Seen:
    """Return whether some are there when the run begins."""

    def seen(played: Played) -> bool:
        model, visits = played.model, played.records.visits
        column = "started" if treated else "joined"
        early = visits[(visits[column] >= 0) & (visits[column] < model.begin)]
        steps = [step.service for step in played.scenario.steps]
        there = {steps[step] for step in early["step"].tolist()}
        return any(
            start.treated == treated and is_so(start) and start.service in there
            for start in played.scenario.start
        )

    return seen


def under_way(is_so: Callable[[Any], bool]) -> Seen:
    """Return whether somebody who was there in a course went on to a session."""

    def seen(played: Played) -> bool:
        steps, visits = played.scenario.steps, played.records.visits
        over = visits[(visits["visit"] == 0) & (visits["outcome"] == layout.COMPLETED)]
        rows = np.unique(over["step"]).tolist()
        there = {(steps[row].pathway, steps[row].name) for row in rows}
        return any(
            start.step in there and is_so(start) for start in played.scenario.start
        )

    return seen


def comes(how: Callable[[Stream], bool]) -> Seen:
    """Return whether somebody came from a stream of a sort."""

    def seen(played: Played) -> bool:
        came = np.unique(played.records.patients["stream"])
        return any(how(played.scenario.streams[x]) for x in came[came >= 0])

    return seen


SEEN: dict[str, Seen] = {
    "slots taken": lambda p: bool(
        ((kind_of(p) == layout.SLOTS) & (p.records.visits["started"] >= 0)).any()
    ),
    "places on a caseload": lambda p: bool((kind_of(p) == layout.CASELOAD).any()),
    "sessions in slots": sessions_at_slots,
    "sessions in groups": sessions_in_groups,
    "more sessions for some": courses_of_unlike_length,
    "not attending": outcome(layout.ABSENT),
    "handed back": outcome(layout.HANDED_BACK),
    "cut off in line": outcome(layout.WAITING),
    "cut off in treatment": outcome(layout.IN_SERVICE),
    "blocked": held(layout.BLOCKED),
    "beds exchanged": is_exchanged,
    "held": held(layout.KEPT),
    "alongside": held(layout.ALONGSIDE),
    "outliers": held(layout.AWAY),
    "rules that close again": lambda p: bool(
        (
            (p.records.spells["rule"] < len(p.model.escalations))
            & (p.records.spells["closed"] >= 0)
        ).any()
    ),
    "a higher state": lambda p: bool(
        (
            (p.records.spells["rule"] > len(p.model.escalations))
            & (p.records.spells["rule"] < states(p.model))
        ).any()
    ),
    "machines that broke down": lambda p: bool(
        (p.records.spells["rule"] >= states(p.model)).any()
    ),
    "treatment broken off with a machine": broken_off_with_a_machine,
    "staff who come and go": called_in_at_a_workforce,
    "a team of two services": has_team,
    "booked patients": comes(lambda s: bool(s.booked)),
    "patients of a list": comes(lambda s: bool(s.listed)),
    "who was kept away": lambda p: bool(
        np.isin(p.records.patients["who"], expected(p.model, p.luck)["who"]).any()
    ),
    "clocks stopped": clocks_where(lambda c: c["stopped"] >= 0),
    "clocks paused": clocks_where(lambda c: c["paused"] >= 0),
    "clocks resumed": clocks_where(lambda c: c["resumed"] == 1),
    "clocks of no use": clocks_where(lambda c: c["dropped"] == 1),
    **{f"time put down to {cause}": waited_for(cause) for cause in layout.CAUSES},
    "time put down to units kept back": kept_back_at((layout.STAFF, layout.BEDS)),
    "time put down to slots kept back": kept_back_at((layout.SLOTS,)),
    "clocks looked at": lambda p: bool((p.records.looks["no_capacity"] > 0).any()),
    "clocks looked at while closed": lambda p: bool(
        (p.records.looks["closed"] > 0).any()
    ),
    "there in line": starts_with(treated=False, is_so=lambda s: bool(s.bands)),
    "there as a list says": starts_with(treated=False, is_so=lambda s: bool(s.rows)),
    "there in treatment": starts_with(treated=True, is_so=lambda s: bool(s.bands)),
    "there as after a long time": starts_with(
        treated=True, is_so=lambda s: not s.bands and not s.rows and s.step is None
    ),
    "there with sessions left": under_way(lambda s: bool(s.left and not s.rows)),
    "there with sessions left by a list": under_way(lambda s: bool(s.rows)),
    "there in a course as after a long time": under_way(lambda s: not s.left),
    "treated in another place": away_from_home,
    "places that are pooled": is_pooled,
    "going on at the same site": stays_at_a_site,
    "a smaller scale": lambda p: p.scenario.scale.ratio < 1,
    "a warm-up": lambda p: p.model.begin < p.model.start,
}
"""Features that the records show by themselves."""
