"""Who can come where: services, pathways and steps to which nothing leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.scenario import Destination, Scenario, Service, Step, Target

LEADING = ("services", "pathways", "shortest_line", "demand")
BLOCKS = "blocks"
"""The section of nodes that stand for one of each place."""
LINES = "shortest_line"
"""The section of nodes that lead to one of several services."""
WAYS = frozenset(
    (
        *("then", "to", "start", "steps", "at"),
        *("while_waiting", "turned_away", "did_not_attend"),
    )
)


def lacks_ways(problems: Problems) -> bool:
    """Return whether something was refused that might have led somewhere."""
    return any(
        path[0] in LEADING and (len(path) <= 2 or not WAYS.isdisjoint(path[2:]))
        for path in problems.refused
    )


def path_of(step: Step) -> Path:
    """Return where a step is written: the node of a step."""
    if step.pathway is None:
        return ("services", step.service)
    return ("pathways", step.pathway, "steps", str(step.name))


def node_of(target: Target) -> Path | None:
    """Return where a target is written; None for endings."""
    if target.service is not None:
        return ("services", target.service)
    if target.step is not None:
        return ("pathways", target.step[0], "steps", target.step[1])
    if target.block is not None:
        return (BLOCKS, target.block)
    if target.shortest is not None:
        return (LINES, target.shortest)
    return None if target.pathway is None else ("pathways", target.pathway)


def exits(step: Step, service: Service) -> Iterator[tuple[Path, Destination]]:
    """Yield every way out of a step and where it is written, below the step."""
    yield ("then",), step.then
    for event in step.waiting:
        if event.then is None:
            continue
        yield ("while_waiting", event.name, "then"), event.then
    for rule in service.turned_away:
        yield ("turned_away", rule.name, "then"), rule.then
    if service.did_not_attend is not None:
        yield ("did_not_attend", "then"), service.did_not_attend.then


class Reach:
    """The ways between steps and starts of pathways."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        services = {service.name: service for service in scenario.services}
        self.ways: dict[Path, set[Path]] = {}
        """From each node to others."""
        for pathway in scenario.pathways:
            self.ways["pathways", pathway.name] = _nodes([pathway.start])
        for block in scenario.repeated:
            self.ways[BLOCKS, block.name] = _nodes([block.start])
        for choice in scenario.shortest_lines:
            self.ways[LINES, choice.name] = {("services", s) for s in choice.services}
        for step in scenario.steps:
            out = [then for _, then in exits(step, services[step.service])]
            self.ways[path_of(step)] = _nodes(out)
        self.reached = self._reached()

    def _reached(self) -> set[Path]:
        reached: set[Path] = set()
        front = _nodes(stream.to for stream in self.scenario.streams)
        for starter in self.scenario.start:
            pathway, step = starter.step or (None, "")
            own: Path = ("services", starter.service)
            front.add(own if pathway is None else ("pathways", pathway, "steps", step))
        while front:
            reached |= front
            front = set().union(*(self.ways.get(n, set()) for n in front)) - reached
        return reached

    def check(self, problems: Problems) -> None:
        """Report services, pathways and steps to which nobody can come."""
        steps = self.scenario.steps
        used = {s.service for s in steps if path_of(s) in self.reached}
        used |= self._taken(used)
        entered = {s.pathway for s in steps if path_of(s) in self.reached}
        lost = [s.name for s in self.scenario.services if s.name not in used]
        for name in self._first(lost):
            self._say_lost(problems, "services", name)
        for pathway in self.scenario.pathways:
            path: Path = ("pathways", pathway.name)
            # Sessions are found where their caseload is.
            is_written = not pathway.is_course
            if is_written and path not in self.reached and pathway.name not in entered:
                self._say_lost(problems, "pathways", pathway.name)
        for choice in self.scenario.shortest_lines:
            if (LINES, choice.name) not in self.reached:
                self._say_lost(problems, LINES, choice.name)
        for step in steps:
            is_in = step.pathway is not None and step.pathway in entered
            if is_in and path_of(step) not in self.reached:
                message = (
                    f"nobody can come to {quoted(str(step.name))}: no step of this "
                    "pathway leads here."
                )
                problems.add(path_of(step), message, at_key=True)

    def _taken(self, used: set[str]) -> set[str]:
        """Return the services whose units serve patients of others."""
        helps = {
            help_.service
            for service in self.scenario.services
            if service.name in used
            for help_ in service.helped_by
        }
        steps = (s for s in self.scenario.steps if path_of(s) in self.reached)
        return helps | {name for step in steps for name, _ in step.together_with}

    def _say_lost(self, problems: Problems, section: str, name: str) -> None:
        """Report what nobody can come to; what is one per place once."""
        path: Path = (section, name)
        owner = problems.blocks.owner(section, name)
        if owner is not None and (BLOCKS, owner[0].name) not in self.reached:
            name = owner[0].name
        if not problems.is_broken(*path):
            message = (
                f"nobody can come to {quoted(name)}: no demand, `then` or rule leads "
                f"here. Is a `then: {name}` missing?"
            )
            problems.add(path, message, at_key=True)

    def _first(self, lost: list[str]) -> list[str]:
        """Return the lost services to which no lost one leads, or else all."""
        if not lost:
            return []
        service = {path_of(s): s.service for s in self.scenario.steps}
        led_to = {
            service[end]
            for start, ends in self.ways.items()
            for end in ends
            if end in service and service.get(start) != service[end]
        }
        return [name for name in lost if name not in led_to] or lost

    def check_takes(self, problems: Problems) -> None:
        """Report steps that do not say how long they take."""
        kinds = {service.name: service.kind for service in self.scenario.services}
        for step in self.scenario.steps:
            path = path_of(step)
            if step.takes is not None or kinds[step.service] == "slots":
                continue
            places = [(*path, "takes"), ("services", step.service, "takes")]
            is_said = any(problems.is_broken(*place) for place in places)
            # A service with sessions says in them how long it takes.
            is_said = is_said or problems.is_refused(*path, "sessions")
            if not is_said and path in self.reached:
                message = (
                    "`takes` is missing: how long do patients stay? "
                    "Write for example {law: exponential, mean: 4 days}."
                )
                problems.add(path, message, at_key=True)


def _nodes(destinations: Iterable[Destination]) -> set[Path]:
    nodes = (node_of(branch.target) for to in destinations for branch in to)
    return {node for node in nodes if node is not None}
