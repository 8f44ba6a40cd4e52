"""What a scenario means, in words and numbers, before anything is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from kernels.calendars import open_time
from kernels.layout import DAY, EPOCH, SLOTS, UNLIMITED, Model
from scenarios.breakdowns import machines
from scenarios.change_words import change_in_words
from scenarios.charge_words import charges
from scenarios.flows import Flows
from scenarios.loads import summed
from scenarios.place_words import places
from scenarios.preflight.preflight import Preflight, preflight
from scenarios.preflight.words import sentences as in_words
from scenarios.problems import listed, quoted
from scenarios.promised import promises
from scenarios.routes import room
from scenarios.scenario import Scenario
from scenarios.shortest_lines import shortest_lines
from scenarios.start_words import start_state
from scenarios.unit_words import shared_units
from scenarios.ways_of_coming import ways_of_coming
from scenarios.workforce_words import workforces

NOTHING_EXPECTED = Preflight(())


@dataclass(frozen=True)
class Load:
    """The load of one service in one month, if nobody gave up waiting."""

    service: str
    kind: str
    month: str
    joined: float
    """Patients per day who join."""
    accepted: float
    """Patients per day who are not turned away on joining."""
    load: float
    """Units needed on average (slots: per day)."""
    capacity: float | None
    """Units open on average (slots: per day); None: unlimited."""

    @property
    def use(self) -> float | None:
        """The load as a share of the capacity."""
        if not self.capacity:
            return None
        return self.load / self.capacity


@dataclass(frozen=True)
class Explanation:
    """What `explain` found."""

    title: str
    loads: tuple[Load, ...]
    """By service, then month."""
    inside: tuple[tuple[str, float], ...]
    """For each sector, the share of those joining who come from the model's own
    services of other sectors or the same one, at the start."""
    changes: tuple[str, ...]
    start: tuple[str, ...] = ()
    """Who is there when the run begins."""
    lines: tuple[str, ...] = ()
    """Who joins the shortest line; at a smaller scale, what becomes of each
    `when_waiting`."""
    promises: tuple[str, ...] = ()
    """Clocks and standards."""
    coming: tuple[str, ...] = ()
    """How patients come who do not come one by one at a rate."""
    places: tuple[str, ...] = ()
    """What is one per place, and who goes elsewhere."""
    staff: tuple[str, ...] = ()
    """What becomes of whole-time equivalents, by team and service."""
    units: tuple[str, ...] = ()
    """What breaks down, is shared, held, kept back and opened when it is needed."""
    money: tuple[str, ...] = ()
    """What capacity costs, used or not."""
    uncertain: tuple[str, ...] = ()
    """The numbers that are not known for sure, and what is taken for them."""
    preflight: Preflight = NOTHING_EXPECTED
    """What may be expected of each service."""

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        plain = asdict(replace(self, preflight=NOTHING_EXPECTED))
        plain["preflight"] = self.preflight.as_dict()
        return {**plain, "sentences": self.sentences()}

    def of(self, service: str) -> list[Load]:
        """Return the months of one service."""
        return [load for load in self.loads if load.service == service]

    def sentences(self) -> list[str]:
        """Return what a planner should know before running it."""
        return [
            *self.changes,
            *self.uncertain,
            *self.coming,
            *self.start,
            *self.lines,
            *self.promises,
            *self.places,
            *self.staff,
            *self.units,
            *self.money,
            *(_where_from(sector, share) for sector, share in self.inside),
            *in_words(self.preflight),
        ]


def explain(scenario: Scenario, model: Model) -> Explanation:
    """Return the load of every service in every month, and what it means."""
    expected, found = preflight(scenario, model)
    inside = _inside(scenario, model, found.of(0)) if len(found.units) else ()
    return Explanation(
        scenario.title,
        tuple(_loads(scenario, model, found)),
        inside,
        tuple(changes_in_words(scenario)),
        tuple(start_state(scenario, model)),
        (*shortest_lines(scenario), *small_scale(scenario), *_lines(scenario)),
        promises(scenario),
        tuple(ways_of_coming(scenario, model)),
        tuple(places(scenario)),
        tuple(workforces(scenario)),
        (*machines(scenario, model), *shared_units(scenario, model)),
        tuple(charges(scenario, model)),
        tuple(number.sentence() for number in scenario.uncertain),
        expected,
    )


def _loads(scenario: Scenario, model: Model, flows: Flows) -> Iterator[Load]:
    """Yield the load of each service, then month."""
    services, kind = model.steps["service"], model.services["kind"]
    joined, accepted = (
        summed(services, part.sum(axis=-1), len(kind))
        for part in (flows.joined, flows.accepted)
    )
    load = np.where(kind == SLOTS, accepted, flows.units)
    opened = open_time(model).astype(np.float64)
    length = np.diff(model.months)[:, np.newaxis]
    capacity = opened / np.where(kind == SLOTS, length / DAY, length)
    months = [month_text(int(month)) for month in model.months[:-1]]
    for service, written in enumerate(scenario.services):
        columns = [
            part[:, service].tolist() for part in (joined, accepted, load, capacity)
        ]
        for month, come, stay, units, has in zip(months, *columns, strict=True):
            is_limited = kind[service] != UNLIMITED
            yield Load(
                written.name,
                written.kind,
                month,
                come,
                stay,
                units,
                has if is_limited else None,
            )


def month_text(time: int) -> str:
    """Return the month of a moment, as 2022-04."""
    return str((EPOCH + np.timedelta64(time, "us")).astype("datetime64[M]"))


def _inside(
    scenario: Scenario, model: Model, flow: Flows
) -> tuple[tuple[str, float], ...]:
    """Return for each sector the share of joiners who are referred from inside."""
    shares, paths = [], flow.paths
    source, target = paths.step[paths.source], paths.step[paths.target]
    sectors = dict.fromkeys(s.sector for s in scenario.services if s.sector)
    for sector in sectors:
        here = [s.sector == sector for s in scenario.services]
        steps = np.array(here)[model.steps["service"]]
        joined = float(flow.joined[steps].sum())
        from_elsewhere = float(flow.moved[~steps[source] & steps[target]].sum())
        if joined > 0:
            shares.append((sector, from_elsewhere / joined))
    return tuple(shares)


def _where_from(sector: str, share: float) -> str:
    return (
        f"{sector}: {share:.0%} of those who join come from other sectors of the "
        "model, so a change of demand alone does not move them; `routes` does."
    )


def small_scale(scenario: Scenario) -> Iterator[str]:
    """Yield what a smaller scale does to the size of services."""
    scale = scenario.scale
    if scale.ratio < 1 and scale.small_pools:
        yield (
            f"Small pools: beds, staff and places have their part, and "
            f"{scale.small_pools:g} × its root more, less what the root of the scale "
            "makes of that. So they wait about as long as at full size, and are "
            "emptier."
        )
    if scale.ratio < 1 and scale.keep_whole:
        yield (f"Kept whole, so never short at this scale: {listed(scale.keep_whole)}.")


def _lines(scenario: Scenario) -> Iterator[str]:
    """Yield how long lines may grow at a smaller scale, where they are limited."""
    ratio = scenario.scale.ratio
    for service in scenario.services if ratio < 1 else ():
        for rule in service.turned_away:
            if rule.when_waiting:
                patients = room(rule, ratio)
                people = f"{patients / ratio:,.0f}"
                yield (
                    f"{service.name}: {quoted(rule.name)} turns away when "
                    f"{rule.when_waiting:,} wait. At this scale these are {patients:,} "
                    f"simulated patient{'s' * (patients > 1)}, standing for {people}."
                )


def changes_in_words(scenario: Scenario) -> list[str]:
    """Return each change of the scenario in words."""
    changes = scenario.resolved.get("changes") or []
    return (
        [change_in_words(change) for change in changes]
        if isinstance(changes, list)
        else []
    )
