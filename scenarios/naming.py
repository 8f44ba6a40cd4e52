"""What names mean: services, pathways and their steps, endings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scenarios.blocks import Block
from scenarios.destination_spec import CatchmentSpec, DestinationSpec
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Target
from scenarios.service_spec import PathwayForm
from scenarios.spec import ScenarioForm


class Names:
    """The names of a scenario, and where they lead."""

    def __init__(self, spec: ScenarioForm, problems: Problems, services: list[str]):
        self.problems = problems
        self.services = dict.fromkeys(services)
        """All that are declared, also those that could not be read."""
        self.pathways: Mapping[str, PathwayForm] = spec.pathways
        self.refused = set(problems.names("pathways")) - set(spec.pathways)
        """Pathways, and choices of lines, that could not be read: those who go there
        seem to leave."""
        self.refused |= set(problems.names("shortest_line")) - set(spec.shortest_line)
        self.shortest: Mapping[str, list[str]] = spec.shortest_line
        self.endings = spec.endings
        self._endings = frozenset(spec.endings)
        self.blocks = problems.blocks
        self.spec = spec
        sections = ("services", "pathways", "shortest_line", "endings")
        self.is_lost = any(problems.is_lost(section) for section in sections)
        """Whether so much was refused that nothing can be said of names."""
        self._check_clashes()

    def _check_clashes(self) -> None:
        taken: dict[str, str] = {}
        places: list[tuple[str, str, Path]] = [
            *((b.name, "a service", (b.section, b.name)) for b in self._written()),
            *((name, "a service", ("services", name)) for name in self.services),
            *((name, "a pathway", ("pathways", name)) for name in self.pathways),
            *(
                (name, "a shortest line", ("shortest_line", name))
                for name in self.shortest
            ),
            *((n, "an ending", ("endings", i)) for i, n in enumerate(self.endings)),
        ]
        for name, what, path in places:
            if name in taken:
                message = _say_taken(name, taken[name], what)
                self.problems.add(path, message, at_key=True)
            taken.setdefault(name, what)

    def _written(self) -> Iterable[Block]:
        return self.blocks.in_section("services")

    def target(self, name: str, pathway: str | None) -> Target | None:
        """Return what a name leads to; None if it is not known."""
        if name == "leave" or name in self.refused:
            return Target()
        if pathway is not None and name in self.pathways[pathway].steps:
            return Target(step=(pathway, name))
        found = self._place(name)
        if found is None and (name in self._endings or self.is_lost):
            return Target(ending=name if name in self._endings else None)
        return found

    def _place(self, name: str) -> Target | None:
        """Return the service, pathway or block of a name."""
        service = self.blocks.pool("services", name) or name
        if service in self.services:
            return Target(service=service)
        if name in self.pathways:
            return Target(pathway=name)
        if name in self.shortest:
            return Target(shortest=name)
        return None if self.blocks.place(name) is None else Target(block=name)

    def known(self, pathway: str | None = None) -> list[str]:
        """Return every name that can be a destination."""
        steps = [] if pathway is None else list(self.pathways[pathway].steps)
        blocks = [block.name for block in self.blocks.of_places()]
        places = [*blocks, *self.services, *self.pathways, *self.shortest]
        return [*steps, *places, *self.endings, "leave"]

    def checked(
        self, name: str, pathway: str | None, path: Path, *, at_key: bool
    ) -> Target | None:
        """Return what a name leads to; report one that is not known."""
        target = self.target(name, pathway)
        if target is None:
            known = self.known(pathway)
            kinds = "a service, a pathway or an ending"
            if pathway is not None:
                kinds = f"a step of this pathway, {kinds}"
            message = (
                f"{quoted(name)} is not {kinds}.{did_you_mean(name, known)} "
                f"Declared: {listed(known)}."
            )
            self.problems.add(path, message, at_key=at_key)
        return target

    def service_of(self, pathway: str, step: str) -> str | None:
        """Return the service of a step; None if it is not known."""
        at = self.pathways[pathway].steps[step].at or step
        at = self.blocks.pool("services", at) or at
        return at if at in self.services else None

    def lines(self, name: str) -> list[str]:
        """Return the services whose lines a choice compares, as far as known."""
        pools = (self.blocks.pool("services", n) or n for n in self.shortest[name])
        return [n for n in dict.fromkeys(pools) if n in self.services]

    def first_services(
        self,
        spec: DestinationSpec,
        pathway: str | None,
        seen: frozenset[str] = frozenset(),
        homes: Mapping[str, str] | None = None,
    ) -> set[str]:
        """Return the services at which those who go to a destination may arrive."""
        found = set()
        for name in named(spec):
            target = self.target(name, pathway)
            if target is not None:
                found |= self.services_at(target, seen, homes)
        return found

    def services_at(
        self,
        target: Target,
        seen: frozenset[str] = frozenset(),
        homes: Mapping[str, str] | None = None,
    ) -> set[str]:
        """Return the services at which those who go to a target may arrive.

        Parameters
        ----------
        target : Target
        seen : frozenset
            Pathways that have been looked at.
        homes : mapping, optional
            The group of each dimension of whom it is asked; without it of everybody.
        """
        if target.block is not None:
            return self._services_of_block(target.block, seen, homes)
        if target.service is not None:
            return {target.service}
        if target.shortest is not None:
            return set(self.lines(target.shortest))
        if target.step is not None:
            service = self.service_of(*target.step)
            return set() if service is None else {service}
        if target.pathway is None or target.pathway in seen:
            return set()
        start = self.pathways[target.pathway].start
        seen |= {target.pathway}
        return self.first_services(start, target.pathway, seen, homes)

    def _services_of_block(
        self, name: str, seen: frozenset[str], homes: Mapping[str, str] | None
    ) -> set[str]:
        block = self.blocks.place(name)
        if block is None:
            return set()
        found = set()
        for instance in self.instances_for(block, homes):
            target = self.target(instance, None)
            if target is not None:
                found |= self.services_at(target, seen, homes)
        return found

    def instances_for(
        self, block: Block, homes: Mapping[str, str] | None = None
    ) -> list[str]:
        """Return the parts of a block to which the patients of some groups may go."""
        every = block.instances
        home = None if homes is None else homes.get(block.of)
        if home is None:
            return list(every.values())
        row = self.catchment(block).get(home, home)
        groups = [row] if isinstance(row, str) else list(row)
        return [every[group] for group in groups if group in every]

    def catchment(self, block: Block) -> CatchmentSpec:
        """Return the table that sends groups elsewhere; empty if there is none."""
        forms: Mapping[str, object] = getattr(self.spec, block.section)
        first = next(iter(block.instances.values()))
        form = forms.get(block.name if block.pooled else first)
        return getattr(form, "catchment", None) or {}


def _say_taken(name: str, first: str, second: str) -> str:
    if first == second:
        return f"{quoted(name)} is written twice."
    return (
        f"{quoted(name)} is already the name of {first}; services, pathways, shortest "
        "lines and endings share one set of names."
    )


def named(spec: DestinationSpec) -> Iterable[str]:
    """Return the names in a destination."""
    return [spec] if isinstance(spec, str) else list(spec)
