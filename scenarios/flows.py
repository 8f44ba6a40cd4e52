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

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import open_time
from kernels.laws import is_settled, laws_of, mean
from kernels.layout import DAY, SLOTS, TO_CHOICE, TO_LINE, TO_STEP, Model
from kernels.routing import DEEPEST
from kernels.values import value_at
from kernels.volumes import coming
from scenarios.loads import Treated, units_in_use, wait_for_discharge

Floats = NDArray[np.float64]
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


BRANCH = _Branch._fields


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
    figures = _Figures(model)
    compares = bool(model.choices["compares"].any())
    opened = open_time(model).sum(axis=0) if compares else None
    found = []
    for begin, end in pairwise(edges):
        figures.turn_to((begin + end) // 2)
        found.append(_flows(figures, opened, begin, end))
    return found


def _flows(
    figures: _Figures, opened: NDArray[np.int64] | None, begin: int, end: int
) -> Flows:
    """Return the flows between two moments; steps that nobody reaches have none."""
    model = figures.model
    n, groups = len(model.steps), len(model.recorded)
    shape = (n, groups)
    outside, joined, accepted, treated, stay = (np.zeros(shape) for _ in range(5))
    moved, units = np.zeros((n, n)), np.zeros(len(model.services))
    for group in range(groups):
        reader = _Reader(figures, group, opened)
        coming = reader.outside(begin, end)
        rows = reader.reached(coming)
        here = np.array(sorted(rows), dtype=np.intp)
        onward, then, direct, delays = (np.zeros((n, n)) for _ in range(4))
        for step, row in rows.items():
            onward[step], then[step] = row.onward, row.then
            direct[step], delays[step] = row.direct, row.delays
            accepted[step, group], treated[step, group] = row.accepted, row.treated
            stay[step, group] = row.stay
        come = np.zeros(n)
        inside = onward[np.ix_(here, here)]
        come[here] = np.linalg.solve(np.eye(len(here)) - inside.T, coming[here])
        outside[:, group], joined[:, group] = coming, come
        accepted[:, group] *= come
        treated[:, group] *= come
        moved += come[:, None] * onward
        attended = treated[:, group, None]
        patients = Treated(
            come,
            treated[:, group],
            stay[:, group],
            *(attended * part for part in (then, direct, delays)),
        )
        units += units_in_use(reader, patients)
    return Flows(outside, joined, accepted, treated, stay, moved, units)


@dataclass(frozen=True)
class _StepFlow:
    onward: Floats
    accepted: float
    treated: float
    stay: float
    then: Floats
    """Chances of each step after treatment."""
    direct: Floats
    """Those of them without a delay."""
    delays: Floats
    """Mean days of delay on the way to each step, times its chance."""


@dataclass(frozen=True)
class _Ways:
    """Where a choice leads: by step, shape (N,)."""

    chances: Floats
    direct: Floats
    delays: Floats
    kept: float
    """Mean days for which the unit is kept."""


class _Figures:
    """Numbers and means of laws, as they stand at one moment after another.

    What does not move is read once for all moments.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._laws = laws_of(model)
        self._moves = set(np.flatnonzero(model.values["knots"]).tolist())
        self._bases = model.values["base"].tolist()
        self._settled: dict[int, float] = {}
        self._now: dict[int, float] = {}
        self._means: dict[int, float] = {}
        self._time = 0
        self.branches = [_plain(row, BRANCH) for row in model.branches]
        self.choices = [_plain(row, ("branch", "branches")) for row in model.choices]

    def turn_to(self, time: int) -> None:
        """Read at another moment from now on."""
        self._time = time
        self._now.clear()
        self._means.clear()

    def value(self, row: int) -> float:
        """Return a number."""
        if row not in self._moves:
            return float(self._bases[row])
        if row not in self._now:
            model = self.model
            self._now[row] = float(value_at(model.values, model.knots, row, self._time))
        return self._now[row]

    def mean(self, row: int) -> float:
        """Return the mean of a law in days."""
        found = self._settled.get(row, self._means.get(row))
        if found is None:
            found = float(mean(self._laws, row, self._time))
            if is_settled(self.model.values, self.model.laws[row]):
                self._settled[row] = found
            else:
                self._means[row] = found
        return found


def _plain(row: np.void, names: Sequence[str]) -> tuple[int, ...]:
    """Return fields of a row as plain numbers, which are read faster."""
    return tuple(int(row[name]) for name in names)


class _Reader:
    """Reads shares and means of one group."""

    def __init__(
        self, figures: _Figures, group: int, opened: NDArray[np.int64] | None
    ) -> None:
        self.figures, self.model, self.group = figures, figures.model, group
        self.opened = opened

    def value(self, row: int, stride: int) -> float:
        """Return a number."""
        return self.figures.value(int(row) + int(stride) * self.group)

    def mean(self, row: int, stride: int) -> float:
        """Return the mean of a law in days; 0 where there is none."""
        if row < 0:
            return 0.0
        return self.figures.mean(int(row) + int(stride) * self.group)

    def reached(self, coming: Floats) -> dict[int, _StepFlow]:
        """Return what becomes of those who join each step that somebody reaches."""
        found: dict[int, _StepFlow] = {}
        ahead = np.flatnonzero(coming).tolist()
        while ahead:
            step = ahead.pop()
            if step not in found:
                found[step] = self.step(step)
                ahead += np.flatnonzero(found[step].onward).tolist()
        return found

    def outside(self, begin: int, end: int) -> Floats:
        """Return patients per day from outside, by step."""
        total = np.zeros(len(self.model.steps))
        for choice, patients in coming(self.model, self.group, begin, end):
            total += patients * self.places(choice).chances
        return total

    def places(self, choice: int, depth: int = 0) -> _Ways:
        """Return the chances of each step, and what lies between."""
        chances, direct, delays = (np.zeros(len(self.model.steps)) for _ in range(3))
        kept, rest = 0.0, 1.0
        first, number = self.figures.choices[choice]
        for row in self.figures.branches[first : first + number]:
            branch = _Branch(*row)
            share = rest
            if branch.share >= 0:
                share = self.value(branch.share, branch.share_stride)
            rest -= share
            kept += share * self.mean(branch.arranged, branch.arranged_stride)
            after = self.mean(branch.after, branch.after_stride)
            if branch.kind == TO_STEP:
                chances[branch.to] += share
                direct[branch.to] += share * (branch.after < 0)
                delays[branch.to] += share * after
            elif branch.kind == TO_LINE:
                parts = share * self._parts(branch.to)
                chances += parts
                direct += parts * (branch.after < 0)
                delays += parts * after
            elif branch.kind == TO_CHOICE and depth < DEEPEST:
                ways = self.places(branch.to, depth + 1)
                chances += share * ways.chances
                direct += share * ways.direct * (branch.after < 0)
                delays += share * (ways.delays + ways.chances * after)
        return _Ways(chances, direct, delays, kept)

    def _parts(self, choice: int) -> Floats:
        """Return which parts join each line of a choice: as many as each can treat."""
        row, model = self.model.choices[choice], self.model
        steps = model.branches["to"][row["branch"] :][: row["branches"]]
        rates = np.array([self._rate(model.steps[step]) for step in steps])
        if rates.sum() <= 0.0:
            rates[:] = 1.0
        parts = np.zeros(len(model.steps))
        np.add.at(parts, steps, rates / rates.sum())
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

    def step(self, number: int) -> _StepFlow:
        """Return what becomes of those who join a step."""
        step = self.model.steps[number]
        onward, left = np.zeros(len(self.model.steps)), 1.0
        for rule in self.model.rules[step["rule"] : step["rule"] + step["rules"]]:
            if rule["room"] < 0:
                share = 1.0
                if rule["share"] >= 0:
                    share = self.value(rule["share"], rule["share_stride"])
                onward += left * share * self.places(rule["then"]).chances
                left *= 1.0 - share
        accepted = treated = left
        if step["absent"] >= 0:
            absent = left * self.value(step["absent"], step["absent_stride"])
            onward += absent * self.places(step["absent_then"]).chances
            treated -= absent
        ways = self.places(step["then"])
        stay = self.mean(step["law"], step["law_stride"]) + ways.kept
        stay += wait_for_discharge(self, step["service"])
        return _StepFlow(
            onward + treated * ways.chances,
            accepted,
            treated,
            stay,
            ways.chances,
            ways.direct,
            ways.delays,
        )
