"""Courses of sessions that are under way when the run begins.

Who is there stands at a step of their own at the caseload: a stay as long as the time
between sessions, of which a part has elapsed. It leads to the session that is next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from scenarios import courses
from scenarios.scenario import (
    Branch,
    Destination,
    Number,
    Pathway,
    Period,
    Target,
)
from scenarios.sessions import MOST, Begun, Course, Sessions

Chances = Mapping[int, float]
Next = tuple[int, int]
"""Of a course of so many sessions, the one that is next."""
StepName = tuple[str, str]
Key = TypeVar("Key", int, Next)


class UnderWay:
    """Makes the steps of those who are in treatment at one caseload."""

    def __init__(self, sessions: Sessions, begun: Begun, period: Period) -> None:
        self.sessions = sessions
        self.begun = begun
        self.course: Course = begun.course
        self.groups = len(self.course.numbers)
        self.reached = [self._reached(g, period) for g in range(self.groups)]
        """For each group, the share who get to each session, if it is not too many."""

    def as_after_a_long_time(self) -> StepName:
        """Return where they are whose number of sessions left is not known."""
        found = [
            {
                number: reached * math.fsum(p for n, p in law.items() if n >= number)
                for number, reached in enumerate(shares[: self.course.most], 1)
            }
            for law, shares in zip(self.course.numbers, self.reached, strict=True)
        ]
        targets = {n: self.course.session(n) for n in range(1, self.course.most + 1)}
        return self._there("when the run begins", split(found, targets))

    def with_left(self, laws: Mapping[str, Chances]) -> list[StepName]:
        """Return where they are of whom it is known how many sessions are left.

        Parameters
        ----------
        laws : mapping of str to mapping of int to float
            For those of each name, how likely each number is.
        """
        most = max(left for law in laws.values() for left in law)
        found = {name: self._next(law, most) for name, law in laws.items()}
        every = {at for of in found.values() for group in of for at in group}
        rests: dict[int, Course] = {}
        for number in sorted({number for number, _ in every}):
            earliest = min(j for n, j in every if n == number)
            rests[number] = self.course.rest(number, earliest)
            self._add(rests[number])
        targets = {(n, j): rests[n].session(j) for n, j in sorted(every)}
        return [self._there(name, split(of, targets)) for name, of in found.items()]

    def _add(self, rest: Course) -> None:
        begun, sessions = self.begun, self.sessions
        sessions.pathways += rest.pathways(begun.then, begun.drops)
        sessions.steps += rest.steps(begun.usual, begun.absence)

    def _there(self, name: str, then: Destination) -> StepName:
        """Add the step at the caseload that leads to the next session."""
        pathway = f"{self.course.name}, under way"
        step = replace(
            self.begun.own,
            takes=self.course.every,
            then=then,
            pathway=pathway,
            name=name,
        )
        self.sessions.steps.append(step)
        if all(made.name != pathway for made in self.sessions.pathways):
            start: Destination = (Branch(Target(step=(pathway, name)), None),)
            self.sessions.pathways.append(Pathway(pathway, start, is_course=True))
        return pathway, name

    def _reached(self, group: int, period: Period) -> list[float]:
        """Return the share of a group who have not dropped out before each session."""
        shares: dict[int, float] = {}
        found = [1.0]
        for number in range(1, MOST):
            drops = self.begun.drops.get(number)
            if drops is not None and id(drops) not in shares:
                share = courses.Course(drops, period, group).at(period.begin)
                # What is no share has been reported where it is written.
                shares[id(drops)] = min(max(share, 0.0), 1.0)
            found.append(found[-1] * (1.0 - shares.get(id(drops), 0.0)))
        return found

    def _next(self, law: Chances, most: int) -> list[dict[Next, float]]:
        """Return for each group how likely each session is to be the next.

        Where as many drop out after each, they count down in one course of the most.
        """
        if self._drops_alike():
            same = {(most, most - left + 1): chance for left, chance in law.items()}
            return [same] * self.groups
        return [self._of_group(law, group) for group in range(self.groups)]

    def _drops_alike(self) -> bool:
        """Return whether as many drop out after one session as after another."""
        drops = [self.begun.drops.get(number) for number in range(1, MOST)]
        return all(share == drops[0] for share in drops)

    def _of_group(self, law: Chances, group: int) -> dict[Next, float]:
        found: dict[Next, float] = {}
        numbers, reached = self.course.numbers[group], self.reached[group]
        for left, chance in law.items():
            weights = {
                (number, number - left + 1): share * reached[number - left]
                for number, share in numbers.items()
                if number >= left
            }
            whole = math.fsum(weights.values())
            if whole <= 0:
                weights, whole = {(left, 1): 1.0}, 1.0
            for at, weight in weights.items():
                if weight > 0:
                    found[at] = found.get(at, 0.0) + chance * weight / whole
        return found


def split(
    chances: Sequence[Mapping[Key, float]], targets: Mapping[Key, Target]
) -> Destination:
    """Return a destination from the weights of each group."""
    wholes = [math.fsum(of.values()) for of in chances]
    keys = [key for key in targets if any(of.get(key, 0.0) > 0 for of in chances)]
    branches: list[Branch] = []
    for key in keys[:-1]:
        parts = zip(chances, wholes, strict=True)
        shares = tuple(of.get(key, 0.0) / whole for of, whole in parts)
        branches.append(Branch(targets[key], Number(shares, "")))
    return (*branches, Branch(targets[keys[-1]], None))
