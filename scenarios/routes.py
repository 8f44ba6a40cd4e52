"""Laws, destinations, waiting events and rules, as rows of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from kernels import layout
from scenarios.curves import Curves, Product, rows
from scenarios.scenario import (
    Branch,
    Destination,
    Law,
    Laws,
    Number,
    Scenario,
    Target,
    TurningAway,
    WaitingEvent,
)

LAW_KINDS = {
    ("fixed", ""): layout.L_FIXED,
    ("exponential", ""): layout.L_EXPONENTIAL,
    ("lognormal", "sd"): layout.L_LOGNORMAL,
    ("lognormal", "cv"): layout.L_CV_LOGNORMAL,
    ("lognormal", "median"): layout.L_LOGNORMAL_MEDIAN,
    ("gamma", "sd"): layout.L_GAMMA,
    ("gamma", "cv"): layout.L_CV_GAMMA,
    ("normal", "sd"): layout.L_NORMAL,
    ("normal", "cv"): layout.L_CV_NORMAL,
    ("weibull", "sd"): layout.L_WEIBULL,
    ("weibull", "cv"): layout.L_CV_WEIBULL,
    ("uniform", ""): layout.L_UNIFORM,
    ("triangular", ""): layout.L_TRIANGULAR,
    ("pert", ""): layout.L_PERT,
    ("mixture", ""): layout.L_MIXTURE,
    ("observed", ""): layout.L_OBSERVED,
}
PARAMETERS = {
    "fixed": ("value",),
    "exponential": ("mean",),
    "uniform": ("lowest", "highest"),
    "triangular": ("lowest", "most_likely", "highest"),
    "pert": ("lowest", "most_likely", "highest"),
    "mixture": (),
    "observed": (),
}
NO_END = 1e9
"""The mean, in days, of the time until an event whose risk is nought."""

Row = tuple[object, ...]
Reference = tuple[int, int]
NONE: Reference = (-1, 0)
T = TypeVar("T")


def mean_time(share: float) -> float:
    """Return the mean time in days after which people leave at a risk per day."""
    return NO_END if share <= 0 else min(-1.0 / math.log1p(-share), NO_END)


def room(rule: TurningAway, ratio: float) -> int:
    """Return how many simulated patients wait when a rule begins to turn away.

    The line is written in people: it is scaled like demand, and rounded halves up to
    one patient at least. 0 stays 0: nobody may wait. -1 stands for any line.
    """
    if rule.when_waiting is None:
        return -1
    return scaled(rule.when_waiting, ratio)


def scaled(people: int, ratio: float) -> int:
    """Return how many simulated patients, or units, stand for some at full size.

    Rounded halves up, to one at least; 0 stays 0.
    """
    return max(math.floor(people * ratio + 0.5 + 1e-9), min(people, 1))


@dataclass
class Routes:
    """Rows of laws, choices, waiting events and rules, as they are filled."""

    scenario: Scenario
    curves: Curves
    laws: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)
    observed: list[float] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    branches: list[Row] = field(default_factory=list)
    waits: list[Row] = field(default_factory=list)
    rules: list[Row] = field(default_factory=list)
    wholes: list[int] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    """The choice at the start of each pathway."""
    blocks: dict[str, int] = field(default_factory=dict)
    """The choice among the parts of each block."""
    shortest: dict[str, int] = field(default_factory=dict)
    """The choice between lines of each name."""
    step_rows: dict[tuple[str | None, str], int] = field(default_factory=dict)
    """(None, service) or (pathway, step) to the row of the step."""

    def __post_init__(self) -> None:
        """Give the steps their rows and fill the starts of the pathways."""
        for row, step in enumerate(self.scenario.steps):
            name = step.service if step.pathway is None else str(step.name)
            self.step_rows[step.pathway, name] = row
        self.starts = {p.name: i for i, p in enumerate(self.scenario.pathways)}
        first = len(self.starts)
        blocks = self.scenario.repeated
        self.blocks = {block.name: first + i for i, block in enumerate(blocks)}
        first += len(blocks)
        lines = self.scenario.shortest_lines
        self.shortest = {choice.name: first + i for i, choice in enumerate(lines)}
        self.choices = [()] * (first + len(lines))
        for choice in lines:
            self.choices[self.shortest[choice.name]] = self._lines(choice.services)
        for block in blocks:
            self.choices[self.blocks[block.name]] = self._choice(block.start)
        for pathway in self.scenario.pathways:
            self.choices[self.starts[pathway.name]] = self._choice(pathway.start)

    # Laws

    def law(self, laws: Laws | None, mask: Sequence[bool] | None = None) -> Reference:
        """Add a law; return its reference by group. Groups not in `mask` get -1."""
        if laws is None:
            return NONE
        if mask is None and len(laws) == 1 and not differs(laws[0]):
            return self._law(laws[0], 0), 0
        groups = range(self.curves.groups)
        held = [mask is None or mask[g] for g in groups]
        own = [laws[g if len(laws) > 1 else 0] for g in groups]
        made = [self._row(own[g], g) if held[g] else _no_law() for g in groups]
        self.laws += made
        return len(self.laws) - len(made), 1

    def _law(self, law: Law, group: int) -> int:
        """Add the row of a law for one group; return it."""
        row = self._row(law, group)
        self.laws.append(row)
        return len(self.laws) - 1

    def _row(self, law: Law, group: int) -> Row:
        """Return the row of a law for one group."""
        spread = next((k for k in ("sd", "cv", "median") if k in law.parameters), "")
        names = PARAMETERS.get(law.kind, ("mean", spread))
        values = [self._number(law.parameters[n], group) for n in names]
        values += [-1] * (3 - len(values))
        cuts = [
            -1 if cut is None else self._number(cut, group)
            for cut in (law.at_least, law.at_most)
        ]
        part, parts = self._parts(law, group)
        return (LAW_KINDS[law.kind, spread], *values, *cuts, part, parts)

    def _number(self, number: Number, group: int) -> int:
        """Add a number for one group; return its row."""
        return self.curves.add_for(Product((number,)), group)

    def _parts(self, law: Law, group: int) -> tuple[int, int]:
        """Add the members of a mixture or the observed times; return their range."""
        if law.kind == "observed":
            self.observed += sorted(law.observed)
            return len(self.observed) - len(law.observed), len(law.observed)
        if law.kind != "mixture":
            return 0, 0
        made: list[Row] = []
        for share, member in sorted(law.members, key=lambda m: m[0] is None):
            value = -1 if share is None else self._number(share, group)
            made.append((value, self._law(member, group)))
        self.parts += made
        return len(self.parts) - len(made), len(made)

    # Destinations

    def choice(self, destination: Destination) -> int:
        """Add a choice; return its row."""
        row = self._choice(destination)
        self.choices.append(row)
        return len(self.choices) - 1

    def _choice(self, destination: Destination) -> Row:
        """Return the row of a choice after adding its branches, the rest last."""
        ordered = sorted(destination, key=lambda b: b.share is None)
        moves = any(b.share is not None and b.share.moves for b in ordered)
        made = [
            self._branch(branch, last=i == len(ordered) - 1)
            for i, branch in enumerate(ordered)
        ]
        self.branches += made
        return (len(self.branches) - len(made), len(made), int(moves), 0)

    def _lines(self, services: Sequence[str]) -> Row:
        """Return the row of a choice between lines after adding its branches."""
        fixed = (*NONE, *NONE, *NONE, 0)
        made = [(*self._target(Target(service=name)), *fixed) for name in services]
        self.branches += made
        return (len(self.branches) - len(made), len(made), 0, 1)

    def _branch(self, branch: Branch, *, last: bool) -> Row:
        """Return the row of a branch; the last one takes what the others leave."""
        rest = last or branch.share is None
        share = NONE if rest else self.curves.add(_one(branch.share))
        after, arranged = self.law(branch.after), self.law(branch.arranged_in)
        keeps = int(branch.keeps_bed)
        return (*self._target(branch.target), *share, *after, *arranged, keeps)

    def _target(self, target: Target) -> tuple[int, int]:
        """Return kind and row of a target."""
        if target.pathway is not None:
            return layout.TO_CHOICE, self.starts[target.pathway]
        if target.block is not None:
            return layout.TO_CHOICE, self.blocks[target.block]
        if target.shortest is not None:
            return layout.TO_LINE, self.shortest[target.shortest]
        if target.step is not None or target.service is not None:
            step = target.step or (None, str(target.service))
            return layout.TO_STEP, self.step_rows[step]
        if target.ending is not None:
            return layout.TO_ENDING, 1 + self.scenario.endings.index(target.ending)
        return layout.TO_ENDING, 0

    # Waiting and turning away

    def wait(self, event: WaitingEvent) -> Row:
        """Return the row of a waiting event."""
        if event.after is not None:
            law = self.law(event.after, event.groups)
        else:
            law = self._risk(_one(event.risk), event.groups)
        if event.then is not None:
            return (*law, self.choice(event.then), *NONE)
        return (*law, -1, *self.whole(_one(event.priority)))

    def whole(self, number: Number) -> Reference:
        """Add a whole number; return its reference by group."""
        values = [round(v) for v in number.values]
        self.wholes += values
        return len(self.wholes) - len(values), int(len(values) > 1)

    def _risk(self, risk: Number, mask: Sequence[bool] | None) -> Reference:
        """Add the exponential law of a risk per day."""
        first, stride = self.curves.add(risk, transform=mean_time, mask=mask)
        for group in range(self.curves.groups if stride else 1):
            held = mask is None or mask[group]
            row = (layout.L_EXPONENTIAL, first + group * stride, -1, -1, -1, -1, 0, 0)
            self.laws.append(row if held else _no_law())
        return (
            (len(self.laws) - self.curves.groups, 1)
            if stride
            else (
                len(self.laws) - 1,
                0,
            )
        )

    def rule(self, rule: TurningAway) -> Row:
        """Return the row of a rule of turning away."""
        share = NONE
        if rule.share is not None:
            share = self.curves.add(rule.share, mask=rule.groups)
        elif rule.groups is not None:
            certain = Number((1.0,), "")
            share = self.curves.add(certain, mask=rule.groups)
        wait = -1 if rule.when_wait is None else round(rule.when_wait * layout.DAY)
        people = room(rule, self.scenario.scale.ratio)
        return (people, wait, *share, self.choice(rule.then))

    def tables(self) -> dict[str, np.ndarray]:
        """Return the tables by the names they have in the model."""
        return {
            "laws": rows(layout.LAW, self.laws),
            "parts": rows(layout.PART, self.parts),
            "observed": np.array(self.observed, dtype=np.float64),
            "choices": rows(layout.CHOICE, self.choices),
            "branches": rows(layout.BRANCH, self.branches),
            "waits": rows(layout.WAIT, self.waits),
            "rules": rows(layout.RULE, self.rules),
            "wholes": np.array(self.wholes, dtype=np.int32),
        }


def _one(value: T | None) -> T:
    """Return a value that the reader has made sure is there."""
    if value is None:
        raise TypeError("a number is missing that the reader should have asked for")
    return value


def _no_law() -> Row:
    return (-1, -1, -1, -1, -1, -1, 0, 0)


def differs(law: Law) -> bool:
    """Return whether a law differs between groups."""
    numbers = [*law.parameters.values(), law.at_least, law.at_most]
    numbers += [share for share, _ in law.members]
    return any(
        n is not None
        and (
            len(n.values) > 1
            or any(m.groups is not None or len(m.values) > 1 for m in n.moves)
        )
        for n in numbers
    ) or any(differs(member) for _, member in law.members)
