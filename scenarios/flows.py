"""How many patients come to each step if nobody gives up: the traffic equations.

For each group, λ = γ + λ P, where γ comes from outside, and P holds the shares that go
on from step to step, counting those who are not accepted or do not attend. Who leaves
a line, or is turned away by its length, depends on congestion and is not counted, so
these are the patients whom the services would have to see to keep everybody waiting.
What they have in use is worked out by `loads`.

References
----------
Jackson, J. R. (1957). Networks of waiting lines. Operations Research 5(4), 518-521.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import open_time
from kernels.laws import laws_of, mean
from kernels.layout import (
    DAY,
    L_MIXTURE,
    L_OBSERVED,
    NEVER,
    SLOTS,
    TO_CHOICE,
    TO_LINE,
    TO_STEP,
    Model,
)
from kernels.routing import DEEPEST
from kernels.values import value_at
from kernels.volumes import coming_between
from scenarios.loads import InUse, Treated, units_in_use, wait_for_discharge

Floats = NDArray[np.float64]
Read = TypeVar("Read")
SHORTEST = 1e-6
"""Days: a stay that is taken for no time at all."""


class _Branch(NamedTuple):
    """A branch of a choice, in plain numbers."""

    kind: int
    to: int
    share: int
    share_stride: int
    after: int
    after_stride: int
    arranged: int
    arranged_stride: int
    keeps: int


BRANCH = _Branch._fields


class _Step(NamedTuple):
    """A step, in plain numbers."""

    service: int
    law: int
    law_stride: int
    then: int
    rule: int
    rules: int
    absent: int
    absent_stride: int
    absent_then: int


class _Rule(NamedTuple):
    """A rule of turning away, in plain numbers."""

    room: int
    wait: int
    share: int
    share_stride: int
    then: int


@dataclass(frozen=True)
class Flows:
    """Patients per day between two moments (N steps, G groups)."""

    outside: Floats
    """Coming from outside the model, shape (N, G)."""
    joined: Floats
    """Joining, whatever comes of it, shape (N, G)."""
    accepted: Floats
    """Those who are not turned away on joining, shape (N, G)."""
    treated: Floats
    """Those of them who attend, shape (N, G)."""
    stay: Floats
    """Mean days for which a unit is taken, shape (N, G); 0 where a slot's length."""
    moved: Floats
    """Going from step to step, shape (N, N), all groups together."""
    units: Floats
    """Units in use on average, by service, shape (S,); see `loads`."""
    by_group: tuple[InUse, ...]
    """The same for each group."""


def flows(model: Model, begin: int, end: int) -> Flows:
    """Return the flows between two moments, with shares and laws of the middle.

    Who comes from outside is counted day by day, so that a surge is seen.

    Parameters
    ----------
    model : Model
    begin, end : int
        Microseconds.
    """
    (found,) = flows_between(model, (begin, end))
    return found


def flows_between(model: Model, edges: Sequence[int]) -> list[Flows]:
    """Return the flows between each two moments that follow one another.

    Parameters
    ----------
    model : Model
    edges : sequence of int
        Microseconds, ascending.
    """
    return [flows_of(readers) for readers in readings(model, edges)]


def readings(model: Model, edges: Sequence[int]) -> Iterator[list[Reader]]:
    """Yield what reads the numbers of each group, between each two moments.

    They are read in the middle; who comes from outside is counted day by day. What was
    yielded before is of no use any more.

    Parameters
    ----------
    model : Model
    edges : sequence of int
        Microseconds, ascending.
    """
    figures = Figures(model)
    compares = bool(model.choices["compares"].any())
    opened = open_time(model).sum(axis=0) if compares else None
    moments = np.array(edges, dtype=np.int64)
    readers = [
        Reader(figures, group, opened, coming_between(model, group, moments))
        for group in range(len(model.recorded))
    ]
    for at, (begin, end) in enumerate(pairwise(edges)):
        figures.turn_to((begin + end) // 2)
        for reader in readers:
            reader.turn_to(at)
        yield readers


def flows_of(readers: Sequence[Reader]) -> Flows:
    """Return the flows between two moments; steps that nobody reaches have none.

    Parameters
    ----------
    readers : sequence of Reader
        One for each group, from `readings`.
    """
    model = readers[0].model
    n, groups = len(model.steps), len(model.recorded)
    shape = (n, groups)
    outside, joined, accepted, treated, stay = (np.zeros(shape) for _ in range(5))
    moved = np.zeros((n, n))
    onward, then, direct, delays = (np.zeros((n, n)) for _ in range(4))
    by_group = []
    for group, reader in enumerate(readers):
        coming = reader.outside()
        rows = reader.reached(coming)
        here = np.array(sorted(rows), dtype=np.intp)
        for step, row in rows.items():
            onward[step, row.steps] = row.shares
            to, chances = row.then.steps, row.then.shares
            then[step, to], direct[step, to], delays[step, to] = chances[:3]
            accepted[step, group], treated[step, group] = row.accepted, row.treated
            stay[step, group] = row.stay
        come = np.zeros(n)
        inside = onward[np.ix_(here, here)]
        come[here] = np.linalg.solve(np.eye(len(here)) - inside.T, coming[here])
        outside[:, group], joined[:, group] = coming, come
        accepted[:, group] *= come
        treated[:, group] *= come
        moved[here] += come[here, None] * onward[here]
        for part in (then, direct, delays):
            part[here] *= treated[here, group, None]
        patients = Treated(
            come, treated[:, group], stay[:, group], then, direct, delays
        )
        by_group.append(units_in_use(reader, patients))
        for part in (onward, then, direct, delays):
            part[here] = 0.0
    units = np.sum([found.units for found in by_group], axis=0)
    return Flows(
        outside, joined, accepted, treated, stay, moved, units, tuple(by_group)
    )


@dataclass(frozen=True)
class Ways:
    """Where a choice leads."""

    targets: dict[int, tuple[float, float, float, float]]
    """Of each step the chance, that of coming without a delay, the mean days of delay
    times the chance, and the chance of keeping the unit until called in there."""
    kept: float
    """Mean days for which the unit is kept."""

    @cached_property
    def steps(self) -> NDArray[np.intp]:
        """The steps, shape (n,)."""
        return np.array(list(self.targets), dtype=np.intp)

    @cached_property
    def shares(self) -> Floats:
        """Their numbers, shape (4, n)."""
        return np.array(list(self.targets.values())).reshape(-1, 4).T


@dataclass(frozen=True)
class StepFlow:
    """What becomes of those of one group who join a step."""

    onward: dict[int, float]
    """Chances of each step, whatever comes before."""
    accepted: float
    """The share who are not turned away on joining."""
    treated: float
    """Those of them who attend."""
    stay: float
    """Mean days for which a unit is taken."""
    then: Ways
    """After treatment."""
    refused: dict[int, float]
    """Chances of each step by being turned away on joining."""
    missed: dict[int, float]
    """Chances of each step by not attending."""

    @cached_property
    def steps(self) -> NDArray[np.intp]:
        """The steps to which patients go on, shape (n,)."""
        return np.array(list(self.onward), dtype=np.intp)

    @cached_property
    def shares(self) -> Floats:
        """Their chances, shape (n,)."""
        return np.array(list(self.onward.values()), dtype=np.float64)


class Figures:
    """Numbers and means of laws, as they stand at one moment after another.

    Until when each holds is known, so that nothing is read twice without need.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.laws = laws_of(model)
        self.holds = NEVER
        """Until when everything holds that was read since this was last set."""
        self.branches = [_plain(row, BRANCH) for row in model.branches]
        self.choices = [_plain(row, ("branch", "branches")) for row in model.choices]
        self.steps = [_Step(*_plain(row, _Step._fields)) for row in model.steps]
        self.rules = [_Rule(*_plain(row, _Rule._fields)) for row in model.rules]
        self.time = 0
        """The moment at which numbers are read, microseconds."""
        self._moves = set(np.flatnonzero(model.values["knots"]).tolist())
        self._bases = model.values["base"].tolist()
        self._values: dict[int, tuple[float, int]] = {}
        self._means: dict[int, tuple[float, int]] = {}

    def turn_to(self, time: int) -> None:
        """Read at another moment, a later one, from now on."""
        self.time = time

    def value(self, row: int) -> float:
        """Return a number."""
        if row not in self._moves:
            return float(self._bases[row])
        found, until = self._values.get(row, (0.0, 0))
        if until <= self.time:
            model = self.model
            found = float(value_at(model.values, model.knots, row, self.time))
            until = self._until(row, found)
            self._values[row] = found, until
        self.holds = min(self.holds, until)
        return found

    def _until(self, row: int, value: float) -> int:
        """Return until when a number stays what it is."""
        first, knots = self.model.values[row]["knot"], self.model.values[row]["knots"]
        times, values = (self.model.knots[first:][:knots][n] for n in ("time", "value"))
        after = int(np.searchsorted(times, self.time, side="right"))
        others = np.flatnonzero(values[after:] != value)
        if not len(others):
            return NEVER
        other = after + int(others[0])
        # A straight line begins at the knot before, unless it is a jump.
        begins = times[max(other - 1, 0)]
        return int(max(begins, self.time + 1))

    def mean(self, row: int) -> float:
        """Return the mean of a law in days."""
        found, until = self._means.get(row, (0.0, 0))
        if until <= self.time:
            outside, self.holds = self.holds, NEVER
            self._read_law(row)
            found, until = float(mean(self.laws, row, self.time)), self.holds
            self._means[row] = found, until
            self.holds = outside
        self.holds = min(self.holds, until)
        return found

    def _read_law(self, row: int) -> None:
        """Read all numbers of a law, for how long they hold."""
        law = self.model.laws[row]
        names = ["low", "high"]
        if law["kind"] not in (L_MIXTURE, L_OBSERVED):
            names += ["a", "b", "c"]
        for name in names:
            if law[name] >= 0:
                self.value(int(law[name]))
        parts = law["parts"] if law["kind"] == L_MIXTURE else 0
        for part in self.model.parts[law["part"] :][:parts]:
            if part["share"] >= 0:
                self.value(int(part["share"]))
            self._read_law(int(part["law"]))


def _plain(row: np.void, names: Sequence[str]) -> tuple[int, ...]:
    """Return fields of a row as plain numbers, which are read faster."""
    return tuple(int(row[name]) for name in names)


class Reader:
    """Reads shares and means of one group."""

    def __init__(
        self,
        figures: Figures,
        group: int,
        opened: NDArray[np.int64] | None,
        coming: list[tuple[int, Floats]],
    ) -> None:
        self.figures, self.model, self.group = figures, figures.model, group
        self.opened, self.coming = opened, coming
        self._at = 0
        self._kept: dict[tuple[str, int, int], tuple[Any, int]] = {}

    def turn_to(self, at: int) -> None:
        """Read between other moments, later ones, from now on."""
        self._at = at

    def _read(self, key: tuple[str, int, int], read: Callable[[], Read]) -> Read:
        """Return what is read, once for as long as nothing in it moves."""
        figures = self.figures
        found, until = self._kept.get(key, (None, 0))
        if until <= figures.time:
            outside, figures.holds = figures.holds, NEVER
            found, until = read(), figures.holds
            self._kept[key] = found, until
            figures.holds = outside
        figures.holds = min(figures.holds, until)
        return cast("Read", found)  # what this very key has read

    def value(self, row: int, stride: int) -> float:
        """Return a number."""
        return self.figures.value(int(row) + int(stride) * self.group)

    def mean(self, row: int, stride: int) -> float:
        """Return the mean of a law in days; 0 where there is none."""
        if row < 0:
            return 0.0
        return self.figures.mean(int(row) + int(stride) * self.group)

    def reached(self, coming: Floats) -> dict[int, StepFlow]:
        """Return what becomes of those who join each step that somebody reaches."""
        found: dict[int, StepFlow] = {}
        ahead = np.flatnonzero(coming).tolist()
        while ahead:
            step = ahead.pop()
            if step not in found:
                found[step] = self.step(step)
                ahead += found[step].onward
        return found

    def outside(self) -> Floats:
        """Return patients per day from outside, by step."""
        total = np.zeros(len(self.model.steps))
        for choice, patients in self.coming:
            if patients[self._at]:
                for step, (share, *_) in self.places(choice).targets.items():
                    total[step] += patients[self._at] * share
        return total

    def places(self, choice: int, depth: int = 0) -> Ways:
        """Return the chances of each step, and what lies between."""
        return self._read(
            ("choice", choice, depth), lambda: self._places(choice, depth)
        )

    def _places(self, choice: int, depth: int) -> Ways:
        ways: dict[int, tuple[float, float, float, float]] = {}
        kept, rest = 0.0, 1.0
        first, number = self.figures.choices[choice]
        for row in self.figures.branches[first : first + number]:
            branch = _Branch(*row)
            share = rest
            if branch.share >= 0:
                share = self.value(branch.share, branch.share_stride)
            rest -= share
            kept += share * self.mean(branch.arranged, branch.arranged_stride)
            if share <= 0.0:
                continue
            at_once, after = float(branch.after < 0), 0.0
            if branch.after >= 0:
                after = self.mean(branch.after, branch.after_stride)
            if branch.kind == TO_STEP:
                keeps = at_once * branch.keeps
                _add(ways, branch.to, share, (1.0, at_once, after, keeps))
            elif branch.kind == TO_LINE:
                keeps = at_once * branch.keeps
                for step, part in self._parts(branch.to).items():
                    _add(ways, step, share * part, (1.0, at_once, after, keeps))
            elif branch.kind == TO_CHOICE and depth < DEEPEST:
                for step, far in self.places(branch.to, depth + 1).targets.items():
                    delay = far[2] + far[0] * after
                    further = (far[0], far[1] * at_once, delay, far[3] * at_once)
                    _add(ways, step, share, further)
        return Ways(ways, kept)

    def _parts(self, choice: int) -> dict[int, float]:
        """Return which parts join each line of a choice: as many as each can treat."""
        row, model = self.model.choices[choice], self.model
        steps = model.branches["to"][row["branch"] :][: row["branches"]]
        rates = np.array([self._rate(model.steps[step]) for step in steps])
        if rates.sum() <= 0.0:
            rates[:] = 1.0
        parts: dict[int, float] = {}
        for step, part in zip(
            steps.tolist(), (rates / rates.sum()).tolist(), strict=True
        ):
            parts[step] = parts.get(step, 0.0) + part
        return parts

    def _rate(self, step: np.void) -> float:
        """Return how many patients of a step its service can treat, up to a factor."""
        if self.opened is None:
            raise ValueError("nothing is known of who can be treated")
        opened = float(self.opened[step["service"]])
        if self.model.services["kind"][step["service"]] == SLOTS:
            return opened
        stay = max(self.mean(step["law"], step["law_stride"]), SHORTEST)
        return opened / DAY / stay

    def step(self, number: int) -> StepFlow:
        """Return what becomes of those who join a step."""
        return self._read(("step", number, 0), lambda: self._step(number))

    def _step(self, number: int) -> StepFlow:
        step, figures = self.figures.steps[number], self.figures
        refused: dict[int, float] = {}
        missed: dict[int, float] = {}
        left = 1.0
        for rule in figures.rules[step.rule : step.rule + step.rules]:
            if rule.room < 0 and rule.wait < 0:
                share = 1.0
                if rule.share >= 0:
                    share = self.value(rule.share, rule.share_stride)
                self._lead(refused, rule.then, left * share)
                left *= 1.0 - share
        accepted = treated = left
        if step.absent >= 0:
            absent = left * self.value(step.absent, step.absent_stride)
            self._lead(missed, step.absent_then, absent)
            treated -= absent
        ways = self.places(step.then)
        stay = self.mean(step.law, step.law_stride) + ways.kept
        stay += self._read(
            ("discharge", step.service, 0),
            lambda: wait_for_discharge(self, step.service),
        )
        onward = dict(refused)
        for part, whole in ((missed, 1.0), (ways.targets, treated)):
            for to, chance in part.items():
                share = chance[0] if isinstance(chance, tuple) else chance
                if whole * share > 0.0:
                    onward[to] = onward.get(to, 0.0) + whole * share
        return StepFlow(onward, accepted, treated, stay, ways, refused, missed)

    def _lead(self, into: dict[int, float], choice: int, share: float) -> None:
        """Add where a choice leads some of those who come to a step."""
        for to, (chance, *_) in self.places(choice).targets.items():
            if share * chance > 0.0:
                into[to] = into.get(to, 0.0) + share * chance


def _add(
    ways: dict[int, tuple[float, float, float, float]],
    step: int,
    share: float,
    each: tuple[float, float, float, float],
) -> None:
    """Add a share of what leads to a step."""
    before = ways.get(step, (0.0, 0.0, 0.0, 0.0))
    ways[step] = (
        before[0] + share * each[0],
        before[1] + share * each[1],
        before[2] + share * each[2],
        before[3] + share * each[3],
    )
