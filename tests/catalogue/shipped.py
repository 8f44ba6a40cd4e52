"""The shipped scenario, read through the package: its figures by the pack's names."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import scenarios
from scenarios.scenario.capacities import Capacity
from scenarios.scenario.destinations import Branch, Destination, Target
from scenarios.scenario.numbers import Law, Laws, Number
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.services import Service
from scenarios.scenario.steps import Step
from tests.catalogue import pack

Floats = NDArray[np.float64]
Group = tuple[str, str, str]

WEEK, DAY = 7, 86_400_000_000
"""Days; microseconds."""
PASSED_THROUGH = ("liaison psychiatry", "follow-up within 72 hours")
"""Services beside the pack's which send everybody on as the pack does."""
SAME = {"outpatient follow-up": "outpatients"}
"""Services that are one in the pack."""


class Node(NamedTuple):
    """A step: its service, and its pathway and name or nothing."""

    service: str
    pathway: str | None
    name: str | None


class Flow(NamedTuple):
    """Patients per day, by group."""

    joined: Floats
    accepted: Floats
    """Those who are not turned away on joining."""


def value(number: Number | None, group: int) -> float:
    """Return a number at the start, for a group."""
    if number is None:
        raise ValueError("a number is missing")
    return number.values[group if len(number.values) > 1 else 0]


def law_of(laws: Laws | None, group: int) -> Law:
    """Return the law of a group."""
    if laws is None:
        raise ValueError("a law is missing")
    return laws[group if len(laws) > 1 else 0]


class Shipped:
    """Questions to a scenario, answered in full numbers, at its start."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.groups: list[Group] = [
            (age, deprivation, place)
            for age, deprivation, place in product(*(n for _, n in scenario.groups))
        ]
        self.services = {service.name: service for service in scenario.services}
        self.repeated = {block.name: block for block in scenario.repeated}
        self.pathways = {pathway.name: pathway for pathway in scenario.pathways}
        self.steps = {
            Node(step.service, step.pathway, step.name): step for step in scenario.steps
        }
        self.at = {(node.pathway, node.name): node for node in self.steps}
        self.blocks: dict[str, str] = {}
        # What a divided place has of its own ("... for Kirklees") has longer names.
        for block in sorted(scenario.repeated, key=lambda b: len(b.name)):
            for instance in block.instances:
                self.blocks.setdefault(instance, block.name)
        self._reached: dict[tuple[Target, int], dict[Node, float]] = {}

    def base(self, service: str) -> str:
        """Return the name of a service without its place."""
        return self.blocks.get(service, service)

    def named(self, name: str) -> list[Service]:
        """Return the services of a name, all places."""
        return [s for s in self.scenario.services if self.base(s.name) == name]

    def step(self, service: str) -> Step:
        """Return the own step of a service."""
        return self.steps[Node(service, None, None)]

    @cached_property
    def people(self) -> dict[Group, float]:
        """People by age, deprivation and place."""
        return {
            group: value(self.scenario.people, g) for g, group in enumerate(self.groups)
        }

    def reached(self, target: Target, group: int) -> dict[Node, float]:
        """Return at which steps those arrive who are sent to a target."""
        if (target, group) not in self._reached:
            self._reached[target, group] = self._followed(target, group)
        return self._reached[target, group]

    def _followed(self, target: Target, group: int) -> dict[Node, float]:
        if target.service is not None:
            return {Node(target.service, None, None): 1.0}
        if target.step is not None:
            return {self.at[target.step]: 1.0}
        if target.pathway is not None:
            return self.sent(self.pathways[target.pathway].start, group)
        if target.block is not None:
            return self.sent(self.repeated[target.block].start, group)
        return {}

    def sent(self, destination: Destination, group: int) -> dict[Node, float]:
        """Return the share that a destination sends to each step."""
        found: dict[Node, float] = defaultdict(float)
        for branch, share in self.shares(destination, group):
            if share > 0:
                for node, part in self.reached(branch.target, group).items():
                    found[node] += share * part
        return dict(found)

    def shares(
        self, destination: Destination, group: int
    ) -> list[tuple[Branch, float]]:
        """Return the branches with their shares; the rest filled in."""
        given = [value(b.share, group) for b in destination if b.share is not None]
        rest = 1.0 - sum(given)
        return [
            (branch, rest if branch.share is None else value(branch.share, group))
            for branch in destination
        ]

    def onward(self, node: Node, group: int) -> dict[str, float]:
        """Return the share of the treated who go on to each service, by base name.

        Those who are sent through a service of `PASSED_THROUGH` count where they
        arrive after it.
        """
        found: dict[str, float] = defaultdict(float)
        for there, share in self.sent(self.steps[node].then, group).items():
            name = self.base(there.service)
            if name in PASSED_THROUGH:
                for further, part in self.onward(there, group).items():
                    found[further] += share * part
            else:
                found[SAME.get(name, name)] += share
        return dict(found)

    def capacity(self, service: Service) -> float:
        """Return units open on average, or slots per session."""
        if service.kind == "slots":
            (only,) = service.capacity
            return value(only.number, 0)
        return sum(value(c.number, 0) * open_share(c) for c in service.capacity)

    def capacities(self, name: str) -> dict[str, float]:
        """Return the capacities by place or trust; "" where it is one."""
        return {
            "" if service.home is None else service.home[1]: self.capacity(service)
            for service in self.named(name)
        }

    def outside(self, name: str) -> list[float]:
        """Return who comes from outside per day, by group."""
        (stream,) = (s for s in self.scenario.streams if s.name == name)
        return [
            value(stream.rate, g) * self.people[group]
            for g, group in enumerate(self.groups)
        ]

    def solved(self, left: dict[str, float]) -> dict[str, Flow]:
        """Return who comes to each service per day, from λ = γ + λ P.

        Parameters
        ----------
        left : dict of str to float
            The share of those who join that leaves while waiting, by the service's
            name; they go where its first rule says. All others stay until treated.
        """
        size = len(self.groups)
        found = {name: Flow(np.zeros(size), np.zeros(size)) for name in self.services}
        for g in range(size):
            for node, (come, kept) in self._solved_for(g, left).items():
                found[node.service].joined[g] += come
                found[node.service].accepted[g] += kept
        return found

    def _solved_for(
        self, g: int, left: dict[str, float]
    ) -> dict[Node, tuple[float, float]]:
        nodes = list(self.steps)
        at = {node: i for i, node in enumerate(nodes)}
        outside, onward = np.zeros(len(nodes)), np.zeros((len(nodes), len(nodes)))
        kept = np.zeros(len(nodes))
        for stream in self.scenario.streams:
            rate = value(stream.rate, g) * self.people[self.groups[g]]
            for node, share in self.sent(stream.to, g).items():
                outside[at[node]] += rate * share
        for node in nodes:
            accepted, sent = self._row(node, g, left)
            kept[at[node]] = accepted
            for there, share in sent.items():
                onward[at[node], at[there]] += share
        come = np.linalg.solve(np.eye(len(nodes)) - onward.T, outside)
        return {
            node: (float(come[i]), float(come[i] * kept[i])) for node, i in at.items()
        }

    def _row(
        self, node: Node, g: int, left: dict[str, float]
    ) -> tuple[float, dict[Node, float]]:
        """Return the share accepted, and where all those who join go."""
        step, service = self.steps[node], self.services[node.service]
        found: dict[Node, float] = defaultdict(float)

        def send(destination: Destination, part: float) -> None:
            for there, share in self.sent(destination, g).items():
                found[there] += part * share

        staying = 1.0
        for rule in service.turned_away:
            share = value(rule.share, g)
            send(rule.then, staying * share)
            staying *= 1 - share
        accepted = staying
        leaving = left.get(self.base(node.service), 0.0)
        if leaving and step.waiting:
            send(step.waiting[0].then or (), staying * leaving)
            staying *= 1 - leaving
        absence = step.absence or service.did_not_attend
        if absence is not None:
            share = value(absence.share, g)
            send(absence.then, staying * share)
            staying *= 1 - share
        send(step.then, staying)
        return accepted, dict(found)

    def by_class(self, of_groups: Floats, name: str) -> float:
        """Return what the groups of a class have together."""
        return float(
            sum(
                of_groups[g]
                for g, group in enumerate(self.groups)
                if group[:2] == pack.CLASSES[name]
            )
        )


def open_share(capacity: Capacity) -> float:
    """Return the share of the week in which an entry is open."""
    times = capacity.times
    if times is None:
        return 1.0
    return sum(times.days) * (times.end - times.begin) / (WEEK * DAY)


def mean_of(law: Law, group: int = 0) -> float:
    """Return the mean of a law, in days."""
    if law.kind == "mixture":
        given = [value(s, group) for s, _ in law.members if s is not None]
        rest = 1.0 - sum(given)
        return sum(
            (rest if share is None else value(share, group)) * mean_of(member, group)
            for share, member in law.members
        )
    for name in ("mean", "value"):
        if name in law.parameters:
            return value(law.parameters[name], group)
    raise ValueError(f"{law.kind} has no mean here")


@cache
def shipped() -> Shipped:
    """Return the shipped scenario."""
    return Shipped(scenarios.read("west-yorkshire"))
