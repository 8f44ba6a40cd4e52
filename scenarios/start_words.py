"""Who is there when the run begins, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels.calendars import rows_of
from kernels.layout import BEDS, SLOTS, STAFF, UNLIMITED, Model
from scenarios.scenario import Scenario, Starter
from scenarios.starters import patients

NOT_BLOCKED = (
    "Nobody is blocked, or holds a place of another service, when the run begins: such "
    "patients are counted where they are treated."
)
DAYS_PER_WEEK = 7.0


def start_state(scenario: Scenario, model: Model) -> Iterator[str]:
    """Yield who is there, what scale makes of them, and where they are too many."""
    for starter in scenario.start:
        yield f"{_how_many(starter, scenario)}{_how_long(starter)}."
    for number, service in enumerate(scenario.services):
        found = _too_many(number, service.name, scenario, model)
        if found:
            yield found
    if any(starter.treated for starter in scenario.start):
        yield NOT_BLOCKED


def _how_many(starter: Starter, scenario: Scenario) -> str:
    """Say how many wait or are in treatment."""
    people = _people(starter)
    what = "in treatment" if starter.treated else "waiting"
    verb = "is" if people == 1 else "are"
    ratio = scenario.scale.ratio
    simulated = ""
    if ratio < 1:
        number = patients(starter, ratio) or people * ratio
        about = "about " if starter.rows else ""
        simulated = f" ({about}{number:,.0f} simulated)"
    listed = ", as a list says" if starter.rows else ""
    return (
        f"{starter.service}: {people:,}{simulated} {verb} {what} when the run begins"
        f"{listed}"
    )


def _people(starter: Starter) -> int:
    """Return how many people a starter stands for."""
    if starter.number is None:
        return len(starter.rows)
    return round(starter.number.values[0])


def _how_long(starter: Starter) -> str:
    """Say for how long, in weeks or days."""
    if starter.rows:
        return ""
    if not starter.bands:
        return ", for as long as after a long time"
    longest = starter.bands[-1][1]
    size, unit = (DAYS_PER_WEEK, "weeks") if longest > 14 else (1.0, "days")
    parts = []
    for low, high, share in starter.bands:
        time = f"{low / size:.3g}"
        if high > low:
            time += f" to {high / size:.3g}"
        parts.append(f"{share:.0%} for {time} {unit}")
    return ", " + ", ".join(parts)


def _too_many(number: int, name: str, scenario: Scenario, model: Model) -> str | None:
    """Say that more units are taken at the beginning than are open."""
    if model.services["kind"][number] in (SLOTS, UNLIMITED):
        return None
    starters = [s for s in scenario.start if s.service == name and s.treated]
    taken = round(sum(_units(starter, scenario) for starter in starters))
    opened = rows_of(model, number)
    at = np.searchsorted(opened["time"], model.begin, side="right") - 1
    capacity = int(opened["capacity"][max(int(at), 0)])
    if taken <= capacity:
        return None
    words = {BEDS: "beds", STAFF: "staff"}.get(model.services["kind"][number], "places")
    return (
        f"{name}: {taken:,} {words} are taken when the run begins, more than the "
        f"{capacity:,} that are open: patients stay, and {words} close as they fall "
        "free."
    )


def _units(starter: Starter, scenario: Scenario) -> float:
    """Return about how many units patients take at this scale."""
    ratio = scenario.scale.ratio
    people = float(patients(starter, ratio)) or len(starter.rows) * ratio
    needs = next(s.needs for s in scenario.steps if s.service == starter.service)
    if needs is None:
        return people
    if len(needs.values) == 1 or not starter.shares:
        return people * max(needs.values)
    parts = zip(needs.values, starter.shares, strict=True)
    return people * sum(units * share for units, share in parts)
