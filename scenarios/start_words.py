"""Who is there when the run begins, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

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
    for starter in _with_lists_whole(scenario.start):
        yield f"{_how_many(starter, scenario)}{_how_long(starter)}."
    for number, service in enumerate(scenario.services):
        found = _too_many(number, service.name, scenario, model)
        if found:
            yield found
    if any(starter.treated for starter in scenario.start):
        yield NOT_BLOCKED


def _with_lists_whole(starters: Iterable[Starter]) -> Iterator[Starter]:
    """Yield starters; those of one list, by sessions left, as one."""
    lists: dict[str, list[Starter]] = {}
    for starter in starters:
        if starter.rows and starter.left:
            lists.setdefault(starter.service, []).append(starter)
        else:
            yield starter
    for parts in lists.values():
        rows = tuple(row for part in parts for row in part.rows)
        left = [
            (part.left[0][0], part.left[0][1], len(part.rows) / len(rows))
            for part in parts
        ]
        yield replace(parts[0], rows=rows, left=tuple(sorted(left)))


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
    """Say for how long, in weeks or days; or how many sessions are left."""
    if starter.left:
        return _sessions_left(starter.left)
    if starter.step is not None:
        return ", with as many sessions left as after a long time"
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


def _sessions_left(left: Sequence[tuple[int, int, float]]) -> str:
    """Say how many sessions those in treatment have left."""
    mean = math.fsum((low + high) / 2 * share for low, high, share in left)
    low, high = left[0][0], left[-1][1]
    if low == high:
        return f", each with {low} {'session' if low == 1 else 'sessions'} left"
    return f", with {low} to {high} sessions left ({mean:.1f} on average)"


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
