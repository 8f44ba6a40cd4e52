"""Capacities: how many units are open when, also at a smaller scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from scenarios.calendars import Calendars, Entry
from scenarios.leaves import Spot
from scenarios.places import Path
from scenarios.problems import quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Capacity, WeekTime
from scenarios.service_spec import CapacitySpec
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.units import WHOLE
from scenarios.workforce_spec import StaffedForm
from scenarios.workforces import Workforces

NEED_DAYS = "slots need days: {Mon-Fri 09:00-17:00: 12} is that many on each of them."


PlainCapacity = Quantity | Mapping[str, Quantity]


class Capacities:
    """Makes `Capacity` entries of what is written."""

    def __init__(
        self,
        calendars: Calendars,
        quantities: Quantities,
        sums: Sums,
        workforces: Workforces,
    ) -> None:
        self.workforces = workforces
        self.calendars = calendars
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums

    def capacity(
        self, spec: PlainCapacity, spot: Spot, *, slots: bool = False
    ) -> tuple[Capacity, ...]:
        """Return the entries of a capacity that is written in units."""
        whole = ".".join(spot.what)
        if isinstance(spec, Quantity):
            if slots:
                self.problems.add(spot.path, NEED_DAYS)
            return (self._one(None, spec, Spot(spot.path, spot.what, whole)),)
        if "always" in spec:
            self._mind_always(spec, spot, slots=slots)
        made: list[Capacity] = []
        entries: list[Entry] = []
        for text, units in spec.items():
            at = spot.at(text)
            at = Spot(at.path, at.what, whole)
            if text == "always":
                made.append(self._one(None, units, at))
                continue
            found = self.calendars.entries(text, at.path)
            entries += found
            made += [self._one(entry.time, units, at) for entry in found]
        self.calendars.check(entries)
        return tuple(made)

    def _mind_always(
        self, spec: Mapping[str, Quantity], spot: Spot, *, slots: bool
    ) -> None:
        if slots:
            self.problems.add(spot.path, NEED_DAYS)
        elif len(spec) > 1:
            message = "`always` leaves no time for another entry."
            self.problems.add((*spot.path, "always"), message, at_key=True)

    def _one(self, time: WeekTime | None, units: Quantity, spot: Spot) -> Capacity:
        number = self.quantities.number(units, spot, WHOLE)
        self.sums.check_positive(number, spot)
        return Capacity(time, number)

    def instead(
        self, spec: CapacitySpec, name: str, usual: tuple[Capacity, ...]
    ) -> tuple[Capacity, ...]:
        """Return the capacity of a service at a smaller scale."""
        path: Path = ("scale", "instead", name)
        if isinstance(spec, StaffedForm) or any(c.workforce for c in usual):
            message = (
                "units belong here, not a workforce."
                if isinstance(spec, StaffedForm)
                else f"the capacity of {quoted(name)} is worked out from its "
                "workforce, which is scaled; leave this out."
            )
            self.problems.add(path, message)
            return usual
        made = self.capacity(spec, Spot(path))
        if self.problems.is_broken(*path):
            return made
        if {c.times for c in made} != {c.times for c in usual}:
            at = self.problems.shown(("services", name, "capacity"))
            times = dict.fromkeys(_time(c, at) for c in usual)
            message = (
                "this must be written for the same times as the capacity of "
                f"{quoted(name)}: {_as_written(times)}."
            )
            self.problems.add(path, message)
        else:
            self._mind_nothing(made, path, usual)
        return made

    def _mind_nothing(
        self, made: tuple[Capacity, ...], path: Path, usual: tuple[Capacity, ...]
    ) -> None:
        """Refuse a number in place of 0: no factor leads from one to the other."""
        shut = {c.times for c in usual if c.number.values[0] == 0}
        for entry in made:
            if entry.times not in shut or entry.number.values[0] == 0:
                continue
            time = _time(entry, self.problems.shown(path))
            message = (
                f"the capacity of {quoted(str(path[-1]))} is 0 here; at a smaller "
                "scale it is 0 too, so write 0."
            )
            self.problems.add((*path, time) if time else path, message)


def at_each_time(
    usual: tuple[Capacity, ...], units: Callable[[float], float]
) -> tuple[Capacity, ...]:
    """Return a capacity with other numbers of units at the same times."""
    return tuple(
        Capacity(
            entry.times,
            replace(entry.number, values=(units(entry.number.values[0]),), moves=()),
        )
        for entry in usual
    )


def _time(entry: Capacity, whole: str) -> str:
    """Return the time of the week as it is written; empty for one number for all."""
    return entry.number.place.removeprefix(whole).removeprefix(".")


def _as_written(times: Iterable[str]) -> str:
    if not any(times):
        return "one number, as it is always open"
    return "{" + ", ".join(f"{time}: ..." for time in times) + "}"
