"""Where choices lead, and what becomes of those who join a step.

Numbers are those of all groups and moments, as `figures` has them: of shape (M, G), or
with a length of 1 where they do not differ. A step to which nobody goes in one month
may be there with a chance of 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import open_time
from kernels.layout import DAY, SLOTS, TO_CHOICE, TO_LINE, TO_STEP
from kernels.routing import DEEPEST
from scenarios.figures import NOTHING, Figures

Floats = NDArray[np.float64]
SHORTEST = 1e-6
"""Days: a stay that is taken for no time at all."""
DAYS = 7
ALL: Floats = np.ones((1, 1))


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


class Chances(NamedTuple):
    """How patients go to a step."""

    chance: Floats
    direct: Floats
    """That of going there without a delay."""
    delays: Floats
    """The mean days of delay times the chance."""
    keeps: Floats
    """The chance of keeping the unit until called in there."""


@dataclass(frozen=True)
class Ways:
    """Where a choice leads."""

    targets: dict[int, Chances]
    """To each step."""
    kept: Floats
    """Mean days for which the unit is kept."""


@dataclass(frozen=True)
class StepFlow:
    """What becomes of those who join a step."""

    accepted: Floats
    """The share who are not turned away on joining."""
    treated: Floats
    """Those of them who attend."""
    stay: Floats
    """Mean days for which a unit is taken."""
    then: Ways
    """After treatment."""
    refused: dict[int, Floats]
    """Chances of each step by being turned away on joining."""
    missed: dict[int, Floats]
    """Chances of each step by not attending."""

    @cached_property
    def onward(self) -> dict[int, Floats]:
        """Chances of each step, whatever comes before."""
        found = dict(self.refused)
        for step, share in self.missed.items():
            found[step] = found.get(step, NOTHING) + share
        for step, chances in self.then.targets.items():
            found[step] = found.get(step, NOTHING) + self.treated * chances.chance
        return found


class WaysOn:
    """Reads where choices and steps lead.

    Parameters
    ----------
    figures : Figures
    """

    def __init__(self, figures: Figures) -> None:
        self.figures, self.model = figures, figures.model
        model = figures.model
        self._branches = [
            _Branch(*_plain(row, _Branch._fields)) for row in model.branches
        ]
        self._choices = [_plain(row, ("branch", "branches")) for row in model.choices]
        self._steps = [_Step(*_plain(row, _Step._fields)) for row in model.steps]
        self._rules = [_Rule(*_plain(row, _Rule._fields)) for row in model.rules]
        self._of_choices: dict[tuple[int, int], Ways] = {}
        self._of_steps: dict[int, StepFlow] = {}
        self._discharge: dict[int, Floats] = {}

    def of_choice(self, choice: int, depth: int = 0) -> Ways:
        """Return the chances of each step, and what lies between.

        Parameters
        ----------
        choice : int
            Row of `model.choices`.
        depth : int
            How many choices have come before.
        """
        if (choice, depth) not in self._of_choices:
            self._of_choices[choice, depth] = self._read_choice(choice, depth)
        return self._of_choices[choice, depth]

    def of_step(self, step: int) -> StepFlow:
        """Return what becomes of those who join a step.

        Parameters
        ----------
        step : int
            Row of `model.steps`.
        """
        if step not in self._of_steps:
            self._of_steps[step] = self._read_step(self._steps[step])
        return self._of_steps[step]

    def _read_choice(self, choice: int, depth: int) -> Ways:
        ways: dict[int, Chances] = {}
        kept, rest = NOTHING, ALL
        first, number = self._choices[choice]
        for branch in self._branches[first : first + number]:
            share = rest
            if branch.share >= 0:
                share = self.figures.values(branch.share, branch.share_stride)
            rest = rest - share
            if branch.arranged >= 0:
                mean = self.figures.means(branch.arranged, branch.arranged_stride)
                kept = kept + share * mean
            share = np.maximum(share, 0.0)
            if share.any():
                self._follow(ways, branch, share, depth)
        return Ways(ways, kept)

    def _follow(
        self, ways: dict[int, Chances], branch: _Branch, share: Floats, depth: int
    ) -> None:
        """Add where a branch leads."""
        is_late, after = branch.after >= 0, NOTHING
        if is_late:
            after = self.figures.means(branch.after, branch.after_stride)
        if branch.kind == TO_STEP:
            _add(ways, branch.to, _straight(branch, share, after))
        elif branch.kind == TO_LINE:
            for step, part in self._parts(branch.to).items():
                _add(ways, step, _straight(branch, share * part, after))
        elif branch.kind == TO_CHOICE and depth < DEEPEST:
            for step, far in self.of_choice(branch.to, depth + 1).targets.items():
                further = Chances(
                    share * far.chance,
                    NOTHING if is_late else share * far.direct,
                    share * (far.delays + far.chance * after),
                    NOTHING if is_late else share * far.keeps,
                )
                _add(ways, step, further)

    def _parts(self, choice: int) -> dict[int, Floats]:
        """Return which parts join each line of a choice: as many as each can treat."""
        first, number = self._choices[choice]
        steps = [branch.to for branch in self._branches[first : first + number]]
        rates = [self._rate(self._steps[step]) for step in steps]
        total: Floats = np.sum(np.stack(np.broadcast_arrays(*rates)), axis=0)
        is_any = total > 0.0
        parts: dict[int, Floats] = {}
        for step, rate in zip(steps, rates, strict=True):
            part = np.where(is_any, rate / np.where(is_any, total, 1.0), 1 / number)
            parts[step] = parts.get(step, NOTHING) + part
        return parts

    def _rate(self, step: _Step) -> Floats:
        """Return how many patients of a step its service can treat, up to a factor."""
        opened = float(self._opened[step.service])
        if self.model.services["kind"][step.service] == SLOTS:
            return opened * ALL
        stay = np.maximum(self.figures.means(step.law, step.law_stride), SHORTEST)
        return opened / DAY / stay

    @cached_property
    def _opened(self) -> NDArray[np.int64]:
        """What each service offers over all months, shape (S,)."""
        return np.asarray(open_time(self.model).sum(axis=0))

    def _read_step(self, step: _Step) -> StepFlow:
        figures, left = self.figures, ALL
        refused: dict[int, Floats] = {}
        missed: dict[int, Floats] = {}
        for rule in self._rules[step.rule : step.rule + step.rules]:
            if rule.room < 0 and rule.wait < 0:
                share = ALL
                if rule.share >= 0:
                    share = figures.values(rule.share, rule.share_stride)
                self._lead(refused, rule.then, left * share)
                left = left * (1.0 - share)
        accepted = treated = left
        if step.absent >= 0:
            absent = left * figures.values(step.absent, step.absent_stride)
            self._lead(missed, step.absent_then, absent)
            treated = treated - absent
        ways = self.of_choice(step.then)
        stay = figures.means(step.law, step.law_stride) + ways.kept
        stay = stay + self._wait_for_discharge(step.service)
        return StepFlow(accepted, treated, stay, ways, refused, missed)

    def _lead(self, into: dict[int, Floats], choice: int, share: Floats) -> None:
        """Add where a choice leads some of those who come to a step."""
        for to, chances in self.of_choice(choice).targets.items():
            part = np.maximum(share * chances.chance, 0.0)
            if part.any():
                into[to] = into.get(to, NOTHING) + part

    def _wait_for_discharge(self, service: int) -> Floats:
        if service not in self._discharge:
            self._discharge[service] = wait_for_discharge(self.figures, service)
        return self._discharge[service]


def _plain(row: np.void, names: Sequence[str]) -> tuple[int, ...]:
    """Return fields of a row as plain numbers, which are read faster."""
    return tuple(int(row[name]) for name in names)


def _straight(branch: _Branch, share: Floats, after: Floats) -> Chances:
    """Return how a branch leads to a step, without a choice between."""
    is_late = branch.after >= 0
    return Chances(
        share,
        NOTHING if is_late else share,
        share * after if is_late else NOTHING,
        NOTHING if is_late or not branch.keeps else share,
    )


def _add(ways: dict[int, Chances], step: int, more: Chances) -> None:
    """Add to what leads to a step."""
    if step in ways:
        more = Chances(*(a + b for a, b in zip(ways[step], more, strict=True)))
    ways[step] = more


def wait_for_discharge(figures: Figures, service: int) -> Floats:
    """Return the mean time until the next hour of discharge, days; 0 without any.

    A patient's moment lies in one band of hours, and comes again on each of its days.

    Parameters
    ----------
    figures : Figures
    service : int

    Returns
    -------
    ndarray of float, shape (M, 1)
        Or (1, 1), as `figures` has it.
    """
    model = figures.model
    row = model.services[service]
    hours = model.hours[row["hour"] : row["hour"] + row["hours"]]
    total = NOTHING
    for band in hours:
        days = np.array([d for d in range(DAYS) if band["days"] >> d & 1])
        gaps = np.diff(days, append=days[0] + DAYS)
        share = figures.values(int(band["share"]), 0)
        total = total + share * float((gaps**2).sum()) / (2 * DAYS)
    return total
