"""Standards: what is promised about clocks, occupancy and numbers of patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scenarios.grouping import Groups
from scenarios.leaves import Spot
from scenarios.naming import Names
from scenarios.places import Path
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Move, Number, Standard
from scenarios.shipped_standards import Shipped, shipped
from scenarios.spec import ScenarioForm
from scenarios.standard_spec import (
    ClockStandardForm,
    Dated,
    OccupancyForm,
    PatientsForm,
    StandardSpec,
)
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.timeline import differs
from scenarios.units import DURATION, SHARE, WHOLE, Unit

PLACES = ("beds", "caseload")
"""The kinds of service that can be occupied."""
FIGURES = ("within", "percentile", "mean_within", "target", "counts", "at_most")
"""The keys that a shipped standard brings."""
QUESTIONS = {
    "target": ": what share is promised?",
    "counts": ": completed or still_waiting?",
}
"""What is asked where a key is missing."""
ABOUT = ("clock", "occupancy", "patients")


def about(form: StandardSpec) -> str:
    """Return the key that says what a standard is about."""
    return next(key for key in ABOUT if key in type(form).model_fields)


class Standards:
    """Makes `Standard`s of what is written."""

    def __init__(
        self,
        spec: ScenarioForm,
        names: Names,
        groups: Groups,
        quantities: Quantities,
        sums: Sums,
    ) -> None:
        self.spec = spec
        self.names = names
        self.groups = groups
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums

    def standards(self) -> tuple[Standard, ...]:
        """Return all standards that could be read."""
        made = []
        for name, form in self.spec.standards.items():
            path: Path = ("standards", name)
            found = self._shipped(form, path)
            figures = form if found is None else found.form
            if form.standard is not None and found is None:
                continue
            standard = self._standard(path, form, figures, found)
            if standard is not None:
                made.append(standard)
        return tuple(made)

    def _standard(
        self,
        path: Path,
        form: StandardSpec,
        figures: StandardSpec,
        found: Shipped | None,
    ) -> Standard | None:
        is_complete = found is not None or self._is_complete(form, path)
        if isinstance(form, ClockStandardForm):
            self._check_clock(form.clock, (*path, "clock"))
            groups = self.groups.mask(form.who, (*path, "who"))
            if not is_complete or not isinstance(figures, ClockStandardForm):
                return None
            made = self._of_clock(path, figures, found)
            costs = self._cost_of(form.cost_of, (*path, "cost_of"))
            return replace(made, clock=form.clock, groups=groups, cost_of=costs)
        services = self._services(form, path)
        if not is_complete or isinstance(figures, ClockStandardForm):
            return None
        return replace(self._of_services(path, figures, found), services=services)

    # Of clocks

    def _of_clock(
        self, path: Path, form: ClockStandardForm, found: Shipped | None
    ) -> Standard:
        if form.mean_within is not None:
            target = self._time(form.mean_within, Spot(path).at("mean_within"), found)
            return self._made(path, "mean", target, form, found)
        if form.percentile is not None and form.within is not None:
            target = self._time(form.within, Spot(path).at("within"), found)
            made = self._made(path, "percentile", target, form, found)
            percent = self._percent(form.percentile, (*path, "percentile"))
            return replace(made, percentile=percent)
        spot = Spot(path).at("target")
        share = self._dated(form.target or NOUGHT, spot, SHARE, found)
        self.sums.check_share(share, spot)
        made = self._made(path, "share", share, form, found)
        return replace(made, within=self._one_time(form.within, path))

    def _made(
        self,
        path: Path,
        measure: str,
        target: Number,
        form: StandardSpec,
        found: Shipped | None,
    ) -> Standard:
        counts = form.counts if isinstance(form, ClockStandardForm) else None
        name = None if found is None else found.name
        return Standard(str(path[1]), measure, target, counts=counts, shipped=name)

    def _one_time(self, within: Dated | None, path: Path) -> Number | None:
        """Return the time of a share: one for the whole run."""
        spot = Spot(path).at("within")
        if not isinstance(within, Quantity):
            if within is not None:
                message = "a share has one time; what changes on dates is its target."
                self.problems.add(spot.path, message)
            return None
        made = self.quantities.settled(within, spot, DURATION)
        self._check_alike(made)
        self.sums.check([made], spot, _no_time)
        return made

    def _time(self, within: Dated, spot: Spot, found: Shipped | None) -> Number:
        made = self._dated(within, spot, DURATION, found)
        self.sums.check([made], spot, _no_time)
        return made

    def _percent(self, percentile: Quantity, path: Path) -> int:
        percent = round(percentile.value * 100)
        is_whole = abs(percentile.value * 100 - percent) < 1e-9
        if not is_whole or not 1 <= percent <= 99:
            message = (
                f"{quoted(percentile.text)} is not a percentile: a whole number of per "
                "cent from 1% to 99%. For everybody write `target: 100%`."
            )
            self.problems.add(path, message)
        return percent

    def _check_clock(self, name: str, path: Path) -> None:
        clocks = self.spec.clocks
        if name in clocks or self.problems.is_broken("clocks", name):
            return
        known = (
            f"Clocks: {listed(clocks)}."
            if clocks
            else ("There is no `clocks:` section.")
        )
        near = did_you_mean(name, clocks)
        self.problems.add(path, f"{quoted(name)} is not a clock.{near} {known}")

    # Of services

    def _of_services(
        self, path: Path, form: OccupancyForm | PatientsForm, found: Shipped | None
    ) -> Standard:
        spot = Spot(path).at("at_most")
        written = form.at_most or NOUGHT
        if isinstance(form, OccupancyForm):
            target = self._dated(written, spot, SHARE, found)
            self.sums.check_share(target, spot)
            return self._made(path, "occupancy", target, form, found)
        target = self._dated(written, spot, WHOLE, found)
        self.sums.check_positive(target, spot)
        return self._made(path, "patients", target, form, found)

    def _services(
        self, form: OccupancyForm | PatientsForm, path: Path
    ) -> tuple[str, ...]:
        key = about(form)
        written = getattr(form, key)
        names = [written] if isinstance(written, str) else written
        found: list[str] = []
        for i, name in enumerate(names):
            at = (*path, key) if isinstance(written, str) else (*path, key, i)
            for part in self.names.blocks.parts("services", name):
                self._check_service(part, at, needs_places=key == "occupancy")
                if part in found:
                    self.problems.add(at, f"{quoted(name)} is written twice.")
                found.append(part)
        return tuple(dict.fromkeys(found))

    def _cost_of(self, written: str | list[str] | None, path: Path) -> tuple[str, ...]:
        """Return the services whose cost is divided by those within."""
        if written is None:
            return ()
        if written == "all":
            return tuple(self.names.services)
        names = [written] if isinstance(written, str) else written
        found: list[str] = []
        for i, name in enumerate(names):
            found += self.names.blocks.parts("services", name)
            if found[-1] not in self.names.services:
                at = path if isinstance(written, str) else (*path, i)
                near = did_you_mean(name, [*self.names.services, "all"])
                message = (
                    f"{quoted(name)} is not a service.{near} Write `all`, or some."
                )
                self.problems.add(at, message)
        return tuple(dict.fromkeys(found))

    def _check_service(self, name: str, path: Path, *, needs_places: bool) -> None:
        service = self.spec.services.get(name)
        if name not in self.names.services:
            if not self.names.is_lost:
                near = did_you_mean(name, self.names.services)
                known = listed(self.names.services)
                message = f"{quoted(name)} is not a service.{near} Declared: {known}."
                self.problems.add(path, message)
        elif needs_places and service is not None and service.kind not in PLACES:
            message = (
                f"{quoted(name)} is {service.kind}: only beds and caseloads have an "
                "occupancy."
            )
            self.problems.add(path, message)

    # Figures

    def _dated(
        self, written: Dated, spot: Spot, unit: Unit, found: Shipped | None
    ) -> Number:
        """Return a figure with its dates, and what changes make of it, as moves."""
        dated = written if isinstance(written, dict) else {0: written}
        is_own = found is None and isinstance(written, dict)
        if is_own and len(dated) < self.problems.size(spot.path):
            self.problems.add(spot.path, "two of these dates are the same.")
        (_, first), *later = sorted(dated.items(), key=lambda item: item[0])
        number = self.quantities.number(first, spot, unit)
        self._check_alike(number)
        steps = [Move("set", (figure.value,), begin=since) for since, figure in later]
        source = number.source if found is None else found.source(first)
        return replace(number, moves=(*steps, *number.moves), source=source)

    def _check_alike(self, number: Number) -> None:
        """Refuse changes for some groups: a standard says itself whom it counts."""
        change = self.quantities.last_mover(number)
        if change is not None and differs(number):
            message = "a standard is the same for all groups."
            self.problems.add_once(change.path, message)

    def _is_complete(self, form: StandardSpec, path: Path) -> bool:
        """Return whether a standard with its own figures has what it needs."""
        if self.problems.is_broken(*path):
            return False
        before = len(self.problems.found)
        if not isinstance(form, ClockStandardForm):
            if form.at_most is None:
                self._miss(path, "at_most")
        elif form.mean_within is not None:
            for key in ("within", "percentile", "target"):
                message = f"a mean is all that is promised; leave `{key}` out."
                self._refuse(form, path, key, message)
        else:
            if form.percentile is not None:
                message = "the percentile is the target; leave `target` out."
                self._refuse(form, path, "target", message)
            elif form.target is None:
                self._miss(path, "target")
            if form.within is None:
                self._miss(path, "within")
        if isinstance(form, ClockStandardForm) and form.counts is None:
            self._miss(path, "counts")
        return len(self.problems.found) == before

    def _miss(self, path: Path, key: str) -> None:
        message = f"`{key}` is missing{QUESTIONS.get(key, '.')}"
        self.problems.add(path, message, at_key=True)

    def _refuse(self, form: StandardSpec, path: Path, key: str, message: str) -> None:
        if getattr(form, key) is not None:
            self.problems.add((*path, key), message, at_key=True)

    # Standards that come with caresim

    def _shipped(self, form: StandardSpec, path: Path) -> Shipped | None:
        """Return the shipped standard that is named; report what does not fit."""
        if form.standard is None:
            return None
        known = shipped()
        at = (*path, "standard")
        found = known.get(form.standard)
        if found is None:
            near = did_you_mean(form.standard, known)
            message = (
                f"{quoted(form.standard)} is not a standard that comes with caresim."
                f"{near} See `caresim standards`."
            )
            self.problems.add(at, message)
            return None
        for key in FIGURES:
            if getattr(form, key, None) is not None:
                message = (
                    f"{quoted(form.standard)} brings its own figures; leave `{key}` "
                    "out, or alter it under `changes`."
                )
                self.problems.add((*path, key), message, at_key=True)
        key = about(found.form)
        if key != about(form):
            message = (
                f"{quoted(form.standard)} is a standard of `{key}`, not of "
                f"`{about(form)}`."
            )
            self.problems.add(at, message)
            return None
        return found


NOUGHT = Quantity(0.0, "0")
"""Stands for a figure that is missing, which has been reported."""


def _no_time(values: Sequence[float]) -> str | None:
    """Return that a time is none."""
    if values[0] <= 0:
        return "this is no time at all; a standard gives some"
    return None
