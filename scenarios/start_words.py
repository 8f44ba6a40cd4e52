"""Who is there when the run begins, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels.calendars import rows_of
from kernels.layout import SLOTS, UNLIMITED, Model
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
    taken = sum(
        patients(s, scenario.scale.ratio) or _of_rows(s, scenario) for s in starters
    )
    opened = rows_of(model, number)
    at = np.searchsorted(opened["time"], model.begin, side="right") - 1
    capacity = int(opened["capacity"][max(int(at), 0)])
    if taken <= capacity:
        return None
    return (
        f"{name}: {taken:,} are in treatment when the run begins and {capacity:,} "
        "places are open: they stay, and places close as they fall free."
    )


def _of_rows(starter: Starter, scenario: Scenario) -> int:
    """Return about how many of a list are there at this scale."""
    return round(len(starter.rows) * scenario.scale.ratio)
