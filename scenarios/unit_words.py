"""Shared units in words: needed, held, kept, helped, kept back, interrupted, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from kernels.layout import DAY, Model
from scenarios.moving_back import in_words
from scenarios.problems import listed, quoted
from scenarios.promised import time_text
from scenarios.scenario import (
    Branch,
    Destination,
    Escalation,
    Help,
    Number,
    Scenario,
    Service,
    Step,
    Target,
    WeekTime,
)
from scenarios.sessions import is_under_way
from scenarios.tables import group_names

UNITS = {"beds": "bed", "caseload": "place", "slots": "slot"}
"""What a unit of a service is called by its kind."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_STEPS = 4
"""Of more steps only the first and the last are named."""
NOT_COUNTED = (
    "The load shown for the beds leaves out how long they are kept so, which depends "
    "on how long the next lines are."
)
NOT_SHARED = (
    "The load shown is that of each service's own patients, whoever treats them."
)


def shared_units(scenario: Scenario, model: Model) -> Iterator[str]:
    """Yield a sentence about each thing that patients share, hold or compete for."""
    words = _Words(scenario)
    for service in scenario.services:
        yield from words.of_service(service)
    for step in scenario.steps:
        yield from words.of_step(step)
    yield from words.held()
    if any(branch.keeps_bed for step in scenario.steps for branch in step.then):
        yield NOT_COUNTED
    if any(service.helped_by for service in scenario.services):
        yield NOT_SHARED
    for row, rule in enumerate(scenario.escalation):
        yield words.rule(rule)
        if scenario.scale.ratio < 1:
            yield words.at_scale(rule, model, row)


class _Words:
    """Puts units into words."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.kinds = {s.name: s.kind for s in scenario.services}
        self.own = {s.service: s for s in scenario.steps if s.pathway is None}
        self.groups = [", ".join(names) for names in group_names(scenario)]

    def units(self, service: str, number: float) -> str:
        """Return so many units of a service."""
        unit = UNITS.get(self.kinds[service], "unit")
        return f"{number:g} {unit}{'s' * (number != 1)}"

    # Services

    def of_service(self, service: Service) -> Iterator[str]:
        """Yield what a service says of who may take its units, and when."""
        name = service.name
        for help_ in service.helped_by:
            back = in_words(help_, self._unit(name), name)
            yield f"{name}: helped by {help_.service}{self._when(help_)}{back}."
        for reserve in service.kept_back:
            for_whom = listed(
                group
                for group, held in zip(self.groups, reserve.groups, strict=True)
                if held
            )
            yield (
                f"{name}: {quoted(reserve.name)} keeps "
                f"{self.units(name, reserve.capacity)} back for {for_whom}."
            )
        if service.interrupted is not None:
            again = service.interrupted.start_again
            yield (
                f"{name}: patients of priority {service.interrupted.by_priority} or "
                "smaller interrupt the treatment of others, which "
                f"{'starts again' if again else 'goes on'} afterwards."
            )
        if service.keeps_order:
            yield f"{name}: nobody is called in past one for whom there is no room."
        if service.due_within is not None:
            yield (
                f"{name}: called in is who is furthest beyond the time within which "
                f"they are due, {self._by_group(service.due_within, time_text)}."
            )
        for rule in service.turned_away:
            if rule.when_wait is not None:
                yield (
                    f"{name}: {quoted(rule.name)} turns away when the first in line "
                    f"has waited for {time_text(rule.when_wait)}."
                )
        if service.discharge_hours:
            hours = [
                f"{_hours(time)} ({100 * share.values[0]:.4g}%)"
                for time, share in service.discharge_hours
            ]
            yield (
                f"{name}: patients leave at {', '.join(hours)}; treatment lasts until "
                "then."
            )
        if service.cleaning is not None:
            yield f"{name}: after each stay a {self._unit(name)} is cleaned."

    def _unit(self, service: str) -> str:
        return UNITS.get(self.kinds[service], "unit")

    def _when(self, help_: Help) -> str:
        """Return when a service helps, as the end of a sentence."""
        parts = []
        if help_.after > 0:
            parts.append(f" after {time_text(help_.after)} in line")
        if help_.leaving_free > 0:
            left = self.units(help_.service, help_.leaving_free)
            stays = "stays" if help_.leaving_free == 1 else "stay"
            parts.append(f" while {left} {stays} free there")
        if help_.takes_times is not None:
            factor = self._by_group(help_.takes_times, "{:g}".format)
            parts.append(f"; treatment then takes {factor} times as long")
        return "".join(parts) or " whenever it has no room itself"

    def _by_group(self, number: Number, say: Callable[[float], str]) -> str:
        """Return what a number is for each group, in words."""
        if len(set(number.values)) == 1:
            return say(number.values[0])
        pairs = zip(number.values, self.groups, strict=True)
        rows = sorted(pairs, key=lambda pair: pair[0])
        parts = [
            f"{say(value)} ({listed(group for _, group in same)})"
            for value, same in groupby(rows, key=lambda pair: pair[0])
        ]
        return ", ".join(parts)

    # Steps

    def of_step(self, step: Step) -> Iterator[str]:
        """Yield what a step says of units, unless its service has said it."""
        usual = None if step.pathway is None else self.own[step.service]
        name = step.service if usual is None else f"{step.pathway}, {step.name}"
        is_usual = usual is not None and (
            step.needs is usual.needs and step.together_with is usual.together_with
        )
        if not is_usual and (step.needs is not None or step.together_with):
            own = Number((1.0,), "") if step.needs is None else step.needs
            taken = [
                f"{self._by_group(number, '{:g}'.format)} of {other}"
                for other, number in ((step.service, own), *step.together_with)
            ]
            yield f"{name}: a visit takes {_and(taken)} at once."
        if usual is None or step.waiting is not usual.waiting:
            for event in step.waiting:
                if event.priority is not None:
                    priority = self._by_group(event.priority, "{:g}".format)
                    yield (
                        f"{name}: {quoted(event.name)} gives those in line priority "
                        f"{priority}."
                    )
        if usual is None or step.then is not usual.then:
            yield from self._kept(name, step)

    def held(self) -> Iterator[str]:
        """Yield a sentence about the steps of each pathway that hold the same."""
        found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for step in self.scenario.steps:
            if step.holding and not is_under_way(step):
                place = str(step.pathway), step.holding
                found.setdefault(place, []).append(str(step.name))
        for (pathway, holding), steps in found.items():
            many = [steps[0], "...", steps[-1]] if len(steps) > MOST_STEPS else steps
            yield (
                f"{pathway}, {', '.join(many)}: what patients have of "
                f"{listed(holding)} stays theirs meanwhile, and while they wait for it."
            )

    def _kept(self, name: str, step: Step) -> Iterator[str]:
        kept = [_called(b.target) for b in _keeping(step.then)]
        if kept:
            yield (
                f"{name}: who goes on to {listed(kept)} keeps the "
                f"{self._unit(step.service)} until called in there."
            )

    # Escalation

    def rule(self, rule: Escalation) -> str:
        """Return a rule of escalation in words."""
        opens = self._state(rule, rule.opens_above, is_opening=True)
        closes = self._state(rule, rule.closes_below, is_opening=False)
        after = time_text(rule.after)
        costs = [
            f"£{price.number.values[0]:,.6g} a day{_at_first(price.number)} to "
            f"{price.budget}"
            for price in rule.costs
        ]
        cost = f" It costs {', '.join(costs)} while it is open." if costs else ""
        state = f" The system is in state {rule.state} then." if rule.state > 1 else ""
        return (
            f"Rule {rule.name}: when {opens} for {after}, "
            f"{self.units(rule.to, rule.adds)} more open{'s' * (rule.adds == 1)} at "
            f"{rule.to}, until {closes} for {after}.{state}{cost}"
        )

    def _state(self, rule: Escalation, limit: float, *, is_opening: bool) -> str:
        """Return what a rule looks at, as part of a sentence."""
        than = "or more" if is_opening else "or fewer"
        if rule.measure == "longest_wait":
            than = "or longer" if is_opening else "or less"
            wait = time_text(limit) if limit else "no time"
            return f"the first in line of {rule.watches} has waited {wait} {than}"
        if rule.measure == "waiting":
            return f"{limit:,g} {than} are in line at {rule.watches}"
        return f"{self.units(rule.watches, limit)} {than} of {rule.watches} are in use"

    def at_scale(self, rule: Escalation, model: Model, row: int) -> str:
        """Return what a rule has become at a smaller scale."""
        made = model.escalations[row]
        text = (
            f"At this scale {rule.name} opens {self.units(rule.to, int(made['adds']))}"
        )
        if rule.measure == "longest_wait":
            return f"{text}."
        return f"{text}, at {made['opens']} and above, and closes at {made['closes']}."


def _keeping(destination: Destination) -> Sequence[Branch]:
    return [branch for branch in destination if branch.keeps_bed]


def _and(parts: Sequence[str]) -> str:
    """Return parts with commas, and `and` before the last."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _at_first(number: Number) -> str:
    return " at first" if number.moves else ""


def _called(target: Target) -> str:
    if target.step is not None:
        return target.step[1]
    return str(target.service or target.pathway or target.shortest or target.block)


def _hours(time: WeekTime) -> str:
    """Return a time of the week as it could be written."""
    hours = f"{_clock(time.begin)}-{_clock(time.end)}"
    days = [name for name, held in zip(DAYS, time.days, strict=True) if held]
    return hours if len(days) == len(DAYS) else f"{' '.join(days)} {hours}"


def _clock(time: int) -> str:
    minutes = round((time % DAY or time) / DAY * 1440)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
