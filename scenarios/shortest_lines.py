"""Choices between lines: whoever comes joins the shortest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.naming import Names
from scenarios.places import Path
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Scenario, ShortestLine
from scenarios.service_spec import ServiceForm

SECTION = "shortest_line"


class ShortestLines:
    """Makes `ShortestLine`s of what is written."""

    def __init__(self, names: Names, services: Mapping[str, ServiceForm]) -> None:
        self.names = names
        self.services = services
        self.problems = names.problems

    def choices(self) -> tuple[ShortestLine, ...]:
        """Return all choices between lines."""
        return tuple(self._choice(name) for name in self.names.shortest)

    def _choice(self, name: str) -> ShortestLine:
        written = self.names.shortest[name]
        path: Path = (SECTION, name)
        if len(written) < 2:
            message = "lines are compared of two services or more."
            self.problems.add(path, message)
        for i, service in enumerate(written):
            if service in written[:i]:
                self.problems.add((*path, i), f"{quoted(service)} is written twice.")
            else:
                self._check(service, (*path, i))
        return ShortestLine(name, tuple(self.names.lines(name)))

    def _check(self, name: str, path: Path) -> None:
        """Report what is no service, or has no line of its own."""
        blocks = self.names.blocks
        block = blocks.repeated("services", name)
        known = blocks.pool("services", name) or name
        if block is not None:
            part = next(iter(block.instances.values()))
            message = (
                f"{quoted(name)} is one per {block.dimension}: write which one, "
                f"{quoted(part)} for example."
            )
        elif known not in self.names.services:
            services = self.names.services
            message = (
                f"{quoted(name)} is not a service.{did_you_mean(name, services)} "
                f"Declared: {listed(services)}."
            )
        elif getattr(self.services.get(known), "kind", None) == "unlimited":
            message = (
                f"{quoted(name)} is of kind 'unlimited': nobody waits there, so there "
                "is no line to compare."
            )
        else:
            return
        self.problems.add(path, message)


def shortest_lines(scenario: Scenario) -> Iterator[str]:
    """Yield a sentence about each choice between lines."""
    for choice in scenario.shortest_lines:
        names = list(choice.services)
        whole = " and ".join([", ".join(names[:-1]), names[-1]])
        yield (
            f"{choice.name}: whoever comes joins the shortest line of {whole}; of "
            f"lines alike the first of them. The load shown shares these patients out "
            "by how many each can treat."
        )
