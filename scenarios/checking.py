"""Checks of a whole scenario: what its parts must not be together."""

from __future__ import annotations

from scenarios.circles import check_circles
from scenarios.grouping import Groups
from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.reach import Reach, exits, lacks_ways, node_of, path_of
from scenarios.scenario import Branch, Destination, Number, Scenario, Step, Target
from scenarios.spec import ScenarioForm
from scenarios.timeline import Timeline


def check(
    scenario: Scenario,
    spec: ScenarioForm,
    problems: Problems,
    groups: Groups,
    *,
    dangling: bool,
) -> None:
    """Report what is wrong with a scenario as a whole.

    Parameters
    ----------
    scenario : Scenario
        As far as it could be read.
    spec : ScenarioForm
        The same as it is written.
    problems : Problems
        To which what is wrong is added.
    groups : Groups
        The groups of the scenario.
    dangling : bool
        Whether some name leads nowhere: then nothing is said of who can come where.
    """
    _Beds(scenario, spec, problems).check()
    _check_delays(scenario, problems)
    _check_prices(scenario, problems, groups)
    if dangling or lacks_ways(problems):
        return
    period = scenario.period
    check_circles(scenario, problems, Timeline(period.begin, period.end, len(groups)))
    reach = Reach(scenario)
    reach.check(problems)
    reach.check_takes(problems)


def name_of(target: Target) -> str:
    """Return the name by which a target is written."""
    if target.step is not None:
        return target.step[1]
    names = (target.service, target.pathway, target.block, target.ending)
    return next((name for name in names if name is not None), "leave")


class _Beds:
    """Refuses moves from bed to bed in which the first bed would have to be kept."""

    def __init__(
        self, scenario: Scenario, spec: ScenarioForm, problems: Problems
    ) -> None:
        self.scenario = scenario
        self.spec = spec
        self.problems = problems
        self.beds = {s.name for s in scenario.services if s.kind == "beds"}
        self.own = {s.service: s for s in scenario.steps if s.pathway is None}
        self.services = {
            (s.pathway, s.name): s.service
            for s in scenario.steps
            if s.pathway is not None
        }
        self.starts = {p.name: p.start for p in scenario.pathways}
        self.starts |= {block.name: block.start for block in scenario.repeated}

    def check(self) -> None:
        """Report each such move once."""
        for step in self.scenario.steps:
            inherits = step.pathway is not None and (
                step.then is self.own[step.service].then
            )
            form = self.spec.services[step.service]
            is_lifted = getattr(form, "keeps_bed", None) is not None
            if step.service in self.beds and not inherits and not is_lifted:
                self._check_step(step)

    def _check_step(self, step: Step) -> None:
        path = (*path_of(step), "then")
        for branch in step.then:
            name = name_of(branch.target)
            if branch.after is not None or self._gives_bed_up(step, name):
                continue
            if self._leads_to_beds(branch.target):
                at = self.problems.nearest((*path, name))
                beds = str(self.problems.origin(("services", step.service))[1])
                message = (
                    "from beds to beds the first bed is kept until the second is free; "
                    "that comes in a later version of caresim. Write `keeps_bed: no` "
                    f"for {quoted(beds)}, or {_lifted(name, branch, step)}."
                )
                self.problems.add(at, message, at_key=at != path)

    def _gives_bed_up(self, step: Step, name: str) -> bool:
        """Return whether a branch is written with `keeps_bed: no`."""
        if step.pathway is None:
            written = self.spec.services[step.service].then
        else:
            written = self.spec.pathways[step.pathway].steps[str(step.name)].then
        if written is None or isinstance(written, str):
            return False
        return getattr(written.get(name), "keeps_bed", None) is not None

    def _leads_to_beds(
        self, target: Target, seen: frozenset[str] = frozenset()
    ) -> bool:
        if target.service is not None:
            return target.service in self.beds
        if target.step is not None:
            return self.services.get(target.step) in self.beds
        name = target.pathway or target.block
        if name is None or name in seen:
            return False
        return any(
            branch.after is None and self._leads_to_beds(branch.target, seen | {name})
            for branch in self.starts[name]
        )


def _lifted(name: str, branch: Branch, step: Step) -> str:
    """Return a branch with `keeps_bed: no`, its share as it is written."""
    share = ""
    if len(step.then) > 1:
        share = f"share: {'rest' if branch.share is None else branch.share.text}, "
    return f"{{{name}: {{{share}keeps_bed: no}}}}"


def _check_delays(scenario: Scenario, problems: Problems) -> None:
    """Refuse delays before leaving: they would change nothing."""
    services = {service.name: service for service in scenario.services}
    own = {s.service: s for s in scenario.steps if s.pathway is None}
    for step in scenario.steps:
        usual = own[step.service]
        for way, destination in exits(step, services[step.service]):
            is_inherited = step.pathway is not None and (
                way[0] in ("turned_away", "did_not_attend")
                or destination is usual.then
                or (way[0] == "while_waiting" and step.waiting is usual.waiting)
            )
            if not is_inherited:
                _check_delay(destination, (*path_of(step), *way), problems)
    for pathway in scenario.pathways:
        _check_delay(pathway.start, ("pathways", pathway.name, "start"), problems)


def _check_delay(destination: Destination, path: Path, problems: Problems) -> None:
    for branch in destination:
        if branch.after is not None and node_of(branch.target) is None:
            at = (*path, name_of(branch.target), "after")
            if not problems.is_broken(*at[:-1]):
                message = "who leaves does not come back; a delay has no meaning here."
                problems.add(at, message, at_key=True)


def _check_prices(scenario: Scenario, problems: Problems, groups: Groups) -> None:
    """Refuse prices that differ between groups that are not recorded apart."""
    dimensions = list(groups.dimensions)
    kept = [i for i, name in enumerate(dimensions) if name in scenario.record_by]
    if len(kept) == len(dimensions):
        return
    for service in scenario.services:
        for price in service.costs:
            if _differs(price.number, groups, kept):
                message = (
                    "this price differs between groups that are not recorded apart. "
                    "Name their dimension under `record: {by: ...}`."
                )
                key = "cost" if price.kind == "use" else "cost_out_of_area"
                path = ("services", service.name, key, price.budget)
                problems.add(path, message)


def _differs(number: Number, groups: Groups, kept: list[int]) -> bool:
    """Return whether a number differs between groups that are recorded as one."""
    seen: dict[tuple[str, ...], object] = {}
    for group, names in enumerate(groups.combinations):
        value = _value(number, group)
        if seen.setdefault(tuple(names[i] for i in kept), value) != value:
            return True
    return False


def _value(number: Number, group: int) -> object:
    """Return what a number is for a group, now and later."""
    moves = [
        (i, move.values[group if len(move.values) > 1 else 0] if move.values else 0)
        for i, move in enumerate(number.moves)
        if move.groups is None or move.groups[group]
    ]
    return number.values[group if len(number.values) > 1 else 0], tuple(moves)
