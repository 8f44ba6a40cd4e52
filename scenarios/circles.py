"""Circles that take no time: a patient in one would never leave the instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kernels.layout import DAY
from scenarios.places import Path, Problems
from scenarios.reach import BLOCKS, LINES, node_of, path_of
from scenarios.scenario import (
    Branch,
    Destination,
    Law,
    Laws,
    Number,
    Scenario,
    Service,
    Step,
)
from scenarios.timeline import Timeline

SHORTEST = 1000
"""Microseconds: a law whose times lie below is taken for no time at all."""


class Way(NamedTuple):
    """A move that takes no time."""

    path: Path
    to: Path


def check_circles(scenario: Scenario, problems: Problems, timeline: Timeline) -> None:
    """Report circles of moves that take no time."""
    finder = _Finder(scenario, problems, timeline)
    said: set[frozenset[Path]] = set()
    for group in range(timeline.groups):
        circle = _circle(finder.ways(group))
        places = frozenset(way.path for way in circle)
        if circle and places not in said:
            said.add(places)
            names = [finder.name(way.to) for way in (circle[-1], *circle)]
            message = (
                "this leads round without taking any time: "
                f"{', '.join(names)}. Put a delay in it: {{after: 10 min}}."
            )
            problems.add(circle[-1].path, message, at_key=circle[-1].path[-1] != "then")
            return


class _Finder:
    """Finds the moves that take no time for a group."""

    def __init__(
        self, scenario: Scenario, problems: Problems, timeline: Timeline
    ) -> None:
        self.scenario = scenario
        self.problems = problems
        self.timeline = timeline
        self.services = {s.name: s for s in scenario.services}
        self.own = {s.service: s for s in scenario.steps if s.pathway is None}

    def name(self, node: Path) -> str:
        """Return what a node is called."""
        return str(node[-1])

    def ways(self, group: int) -> dict[Path, list[Way]]:
        """Return the ways out of each step and each pathway's start."""
        made: dict[Path, list[Way]] = {}
        for pathway in self.scenario.pathways:
            path: Path = ("pathways", pathway.name)
            made[path] = list(self._through(pathway.start, (*path, "start"), group))
        for block in self.scenario.repeated:
            made[BLOCKS, block.name] = [
                Way(path, node)
                for branch in block.start
                if (node := node_of(branch.target)) is not None
                and self._is_at_once(branch, group)
                for path in [self._part(node)]
            ]
        for choice in self.scenario.shortest_lines:
            path = (LINES, choice.name)
            made[path] = [Way(path, ("services", s)) for s in choice.services]
        for step in self.scenario.steps:
            service = self.services[step.service]
            made[path_of(step)] = list(self._out_of(step, service, group))
        return made

    def _part(self, node: Path) -> Path:
        """Return where a part of a block is written."""
        blocks = {block.name: block for block in self.scenario.repeated}
        while node[0] == BLOCKS:
            node = next(
                n
                for branch in blocks[str(node[1])].start
                if (n := node_of(branch.target)) is not None
            )
        return node

    def _out_of(self, step: Step, service: Service, group: int) -> Iterator[Way]:
        own = self.own[step.service]
        above: Path = ("services", step.service)
        here = path_of(step)
        slots = service.kind == "slots"
        if not slots and step.takes is not None and self._is_short(step.takes, group):
            at = above if step.then is own.then else here
            yield from self._through(step.then, (*at, "then"), group)
        at = above if step.waiting is own.waiting else here
        for event in step.waiting:
            if event.then is None:
                continue
            held = event.groups is None or event.groups[group]
            if held and event.after is not None and self._is_short(event.after, group):
                path = (*at, "while_waiting", event.name, "then")
                yield from self._through(event.then, path, group)
        for rule in service.turned_away:
            held = rule.groups is None or rule.groups[group]
            if held and (rule.share is None or self._may_be(rule.share, group)):
                path = (*above, "turned_away", rule.name, "then")
                yield from self._through(rule.then, path, group)

    def _through(
        self, destination: Destination, path: Path, group: int
    ) -> Iterator[Way]:
        for branch in destination:
            node = node_of(branch.target)
            if node is not None and self._is_at_once(branch, group):
                at = self.problems.nearest((*path, str(node[-1])))
                yield Way(at, node)

    def _is_at_once(self, branch: Branch, group: int) -> bool:
        delays = [d for d in (branch.after, branch.arranged_in) if d is not None]
        if any(not self._is_short(delay, group) for delay in delays):
            return False
        return branch.share is None or self._may_be(branch.share, group)

    def _may_be(self, share: Number, group: int) -> bool:
        return bool(self.timeline.values(share, group).max() > 0)

    def _is_short(self, laws: Laws, group: int) -> bool:
        return self._law_is_short(laws[group if len(laws) > 1 else 0], group)

    def _law_is_short(self, law: Law, group: int) -> bool:
        """Return whether times of a law may be no time at all."""
        if law.kind == "observed":
            return min(law.observed) * DAY < SHORTEST
        if law.kind == "mixture":
            return any(self._law_is_short(member, group) for _, member in law.members)
        longest = next(
            law.parameters[name]
            for name in ("value", "highest", "mean")
            if name in law.parameters
        )
        shortest = float(self.timeline.values(longest, group).min())
        return shortest * DAY < SHORTEST


def _circle(ways: dict[Path, list[Way]]) -> list[Way]:
    """Return the ways of the first circle found, in order; nothing if there is none."""
    done: set[Path] = set()
    for start in ways:
        taken: list[Way] = []
        fronts = [(start, iter(ways.get(start, [])))]
        while fronts and start not in done:
            node, front = fronts[-1]
            way = next(front, None)
            nodes = [n for n, _ in fronts]
            if way is None:
                fronts.pop()
                done.add(node)
                taken = taken[: max(len(fronts) - 1, 0)]
            elif way.to in nodes:
                return [*taken[nodes.index(way.to) :], way]
            elif way.to not in done:
                taken.append(way)
                fronts.append((way.to, iter(ways.get(way.to, []))))
    return []
