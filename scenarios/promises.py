"""Clocks, and the standards that are measured by them."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.grouping import Groups
from scenarios.naming import Names
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Clock, Moment, Standard
from scenarios.spec import ClockForm, StandardForm
from scenarios.texts import Quantity

EVENTS = ("joins", "starts", "ends", "leaves")


class Promises:
    """Makes `Clock`s and `Standard`s of what is written."""

    def __init__(self, names: Names, groups: Groups, problems: Problems) -> None:
        self.names = names
        self.groups = groups
        self.problems = problems

    def clocks(self, written: Mapping[str, ClockForm]) -> tuple[Clock, ...]:
        """Return all clocks."""
        made = []
        for name, form in written.items():
            path: Path = ("clocks", name)
            start = self._moments(form.start, (*path, "start"))
            stop = self._moments(form.stop, (*path, "stop"))
            if any(m == Moment("leaves") for m in start):
                message = "a clock that starts when patients leave never stops."
                self.problems.add((*path, "start"), message)
            if set(start) & set(stop):
                message = "the same moment starts and stops this clock."
                self.problems.add((*path, "stop"), message)
            made.append(Clock(name, start, stop))
        return tuple(made)

    def _moments(self, written: str | list[str], path: Path) -> tuple[Moment, ...]:
        if isinstance(written, str):
            return tuple(self._moment(written, path))
        return tuple(
            moment
            for i, text in enumerate(written)
            for moment in self._moment(text, (*path, i))
        )

    def _moment(self, text: str, path: Path) -> list[Moment]:
        event, _, name = text.partition(" ")
        name = name.strip()
        if event not in EVENTS:
            message = (
                f"{quoted(text)} is not a moment.{did_you_mean(event, EVENTS)} "
                "Write joins, starts, ends or leaves and a service or step, or leaves "
                "alone."
            )
            self.problems.add(path, message)
            return []
        if not name:
            return self._of_the_model(event, path)
        if name in self.names.services:
            return [Moment(event, service=name)]
        block = self.names.blocks.repeated("services", name)
        if block is not None:
            parts = block.instances.values()
            return [Moment(event, service=part) for part in parts]
        pool = self.names.blocks.pool("services", name)
        if pool is not None:
            return [Moment(event, service=pool)]
        steps = [(p, name) for p, f in self.names.pathways.items() if name in f.steps]
        if not steps:
            self._say_unknown(name, path)
        return [Moment(event, step=step) for step in steps]

    def _of_the_model(self, event: str, path: Path) -> list[Moment]:
        if event == "leaves":
            return [Moment(event)]
        message = f"which service or step? Write `{event} NAME`."
        self.problems.add(path, message)
        return []

    def _say_unknown(self, name: str, path: Path) -> None:
        if self.names.is_lost:
            return
        steps = [step for f in self.names.pathways.values() for step in f.steps]
        blocks = [b.name for b in self.names.blocks.in_section("services")]
        known = list(dict.fromkeys([*blocks, *self.names.services, *steps]))
        message = (
            f"{quoted(name)} is not a service or step.{did_you_mean(name, known)} "
            f"Declared: {listed(known)}."
        )
        self.problems.add(path, message)

    def standards(
        self, written: Mapping[str, StandardForm], clocks: Mapping[str, ClockForm]
    ) -> tuple[Standard, ...]:
        """Return all standards."""
        made = []
        for name, form in written.items():
            path: Path = ("standards", name)
            self._check_clock(form.clock, clocks, (*path, "clock"))
            if form.within.value <= 0:
                message = "a standard gives some time."
                self.problems.add((*path, "within"), message)
            made.append(
                Standard(
                    name,
                    form.clock,
                    form.within.value,
                    self._target(form.target, (*path, "target")),
                    form.counts,
                    self.groups.mask(form.who, (*path, "who")),
                    self._cost_of(form.cost_of, (*path, "cost_of")),
                )
            )
        return tuple(made)

    def _cost_of(self, written: str | list[str] | None, path: Path) -> tuple[str, ...]:
        """Return the services whose cost is divided by those within."""
        if written is None:
            return ()
        if written == "all":
            return tuple(self.names.services)
        names = [written] if isinstance(written, str) else written
        found: list[str] = []
        for i, name in enumerate(names):
            block = self.names.blocks.repeated("services", name)
            found += [name] if block is None else block.instances.values()
            if block is None and name not in self.names.services:
                at = path if isinstance(written, str) else (*path, i)
                near = did_you_mean(name, [*self.names.services, "all"])
                message = (
                    f"{quoted(name)} is not a service.{near} Write `all`, or some."
                )
                self.problems.add(at, message)
        return tuple(dict.fromkeys(found))

    def _check_clock(
        self, name: str, clocks: Mapping[str, ClockForm], path: Path
    ) -> None:
        if name in clocks or self.problems.is_broken("clocks", name):
            return
        known = (
            f"Clocks: {listed(clocks)}."
            if clocks
            else ("There is no `clocks:` section.")
        )
        near = did_you_mean(name, clocks)
        self.problems.add(path, f"{quoted(name)} is not a clock.{near} {known}")

    def _target(
        self, target: Quantity | Mapping[int, Quantity], path: Path
    ) -> tuple[tuple[int | None, float], ...]:
        if isinstance(target, Quantity):
            return ((None, target.value),)
        if len(target) < self.problems.size(path):
            self.problems.add(path, "two of these dates are the same.")
        dated = sorted((time, share.value) for time, share in target.items())
        return ((None, dated[0][1]), *dated[1:])
