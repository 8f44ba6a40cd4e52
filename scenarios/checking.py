"""Checks of a whole scenario: what its parts must not be together."""

from __future__ import annotations

from scenarios.circles import check_circles
from scenarios.grouping import Groups
from scenarios.places import Path, Problems
from scenarios.reach import Reach, exits, lacks_ways, node_of, path_of
from scenarios.scenario import Destination, Number, Scenario, Target
from scenarios.spec import ScenarioForm
from scenarios.start_checks import check_laws
from scenarios.timeline import Timeline
from scenarios.unit_checks import check_held, check_units


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
    check_units(scenario, problems)
    _check_delays(scenario, problems)
    _check_prices(scenario, problems, groups)
    check_laws(scenario, problems)
    if dangling or lacks_ways(problems):
        return
    period = scenario.period
    check_circles(scenario, problems, Timeline(period.begin, period.end, len(groups)))
    reach = Reach(scenario)
    reach.check(problems)
    reach.check_takes(problems)
    check_held(scenario, problems)


def name_of(target: Target) -> str:
    """Return the name by which a target is written."""
    if target.step is not None:
        return target.step[1]
    names = (
        *(target.service, target.pathway, target.shortest),
        *(target.block, target.ending),
    )
    return next((name for name in names if name is not None), "leave")


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
