"""From a question to its answer: exploring, certifying, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.run import Run
from scenarios.questions import Question
from simulator.batch.places import Place, here
from simulator.executors import all_cores
from simulator.experiment import DEFAULT_ENGINE
from simulator.solving.answer import Answer, Tried
from simulator.solving.conditions import Floats, cells, limits
from simulator.solving.costs import Priced, priced
from simulator.solving.evidence import Evidence, How
from simulator.solving.judging import Rule, all_kept, failing, weakest
from simulator.solving.lattice import Lattice, Plan

AT_MOST = 400
"""Replications of a plan; with more it is not certain."""


FEWEST = 5
"""Replications with which a test begins."""


class Wish(NamedTuple):
    """How a question is to be answered."""

    seed: int | None = None
    engine: str = DEFAULT_ENGINE
    workers: int | None = None
    at_most: int = AT_MOST
    place: Callable[[], Place] | None = None
    """Gives where replications are played; this machine if left out."""


class Solved(NamedTuple):
    """An answer, and the run of its plan."""

    answer: Answer
    run: Run | None
    """All replications of the plan that were looked at, in memory; its manifest has the
    answer. None: there is no plan."""


class Verdict(NamedTuple):
    """What is known of a plan."""

    holds: bool
    is_tested: bool
    """Whether a test has decided, not only a few replications."""
    is_certain: bool
    """Whether the test came to an end."""
    grows: tuple[str, ...] = ()
    """Services that still grow, for which it does not hold."""


def solved(
    question: Question,
    folder: Path,
    wish: Wish = Wish(),  # noqa: B008  # frozen
    *,
    told: Callable[[Plan, int, int], None] = lambda *_: None,
) -> Solved:
    """Return the cheapest plan that meets a question, with its evidence.

    Parameters
    ----------
    question : Question
    folder : Path
        Where replications are kept; what is there already is used.
    wish : Wish
    told : callable
        Told a plan, how many replications it has, and how many it will have.

    Returns
    -------
    Solved

    Raises
    ------
    ScenarioError
        If a condition or a lever cannot be meant.
    RunError
        If a replication fails.
    ResultError
        If something cannot be kept or read.
    """
    costs = priced(question)
    asked = limits(question, costs.labels)
    workers = all_cores() if wish.workers is None else wish.workers
    place = wish.place or (lambda: here(wish.engine, workers))
    how = How(folder, wish.engine, workers, wish.seed, place)
    evidence = Evidence(question, asked, costs, how, told)
    rule = Rule(cells(asked), question.probability, question.margin)
    answer = _Search(question, costs, evidence, rule, wish.at_most).answer()
    if answer.best is None:
        return Solved(answer, None)
    assert answer.plan is not None
    run = evidence.run(answer.best, answer.plan.replications)
    return Solved(answer, run.stating(solve=answer.as_dict()))


class _Search:
    """What is known of plans, and what is looked at next."""

    def __init__(
        self,
        question: Question,
        costs: Priced,
        evidence: Evidence,
        rule: Rule,
        at_most: int,
    ) -> None:
        self._question, self._costs, self._evidence = question, costs, evidence
        self._rule, self._at_most = rule, at_most
        self._lattice = Lattice(costs.axes, question.budget)
        self._known: dict[Plan, Verdict] = {}
        self._seen: dict[Plan, int] = {}
        """How many replications of a plan have been looked at."""
        self._tests = 0

    def answer(self) -> Answer:
        """Return the answer."""
        while True:
            self._explore()
            plan = self._untested()
            if plan is None:
                break
            self._known[plan] = self._certified(plan)
        best = self._lattice.cheapest(self._holding())
        beyond = self._beyond() if best is None else None
        return self._told(best, beyond)

    # What is known

    def _holding(self, *, tested: bool = False) -> list[Plan]:
        return [p for p, v in self._known.items() if v.holds and v.is_tested >= tested]

    def _failing(self, *, tested: bool = False) -> list[Plan]:
        known = self._known.items()
        return [p for p, v in known if not v.holds and v.is_tested >= tested]

    def _explore(self) -> None:
        """Judge plans by few replications until none is left that might be better."""
        while True:
            left = self._lattice.open(self._holding(), self._failing())
            if not left.any():
                return
            plan = self._first(left) or self._lattice.next(left)
            self._known[plan] = self._judged(plan)

    def _first(self, left: NDArray[np.bool_]) -> Plan | None:
        """Return the most there is, then nothing, with which the others are compared.

        Most often one of them is no use, or the other all that is needed.
        """
        for plan in (self._lattice.top, (0,) * len(left.shape)):
            if plan not in self._known and left[plan]:
                return plan
        return None

    def _judged(self, plan: Plan) -> Verdict:
        """Return what few replications say of a plan."""
        count = self._rule.explored
        self._seen.setdefault(plan, count)
        holds = self._rule.seems_to_hold(self._evidence.slacks(plan, count))
        return Verdict(holds, is_tested=False, is_certain=False)

    def _untested(self) -> Plan | None:
        """Return the plan whose test the answer needs next; None: it needs none."""
        best = self._lattice.cheapest(self._holding())
        if best is not None and not self._known[best].is_tested:
            return best
        holding = [] if best is None else [best]
        left = self._lattice.open(holding, self._failing(tested=True))
        if not left.any():
            return None
        failing = [p for p in self._failing() if not self._known[p].is_tested]
        covered = {p: int(left[self._lattice.below(p)].sum()) for p in failing}
        return max(failing, key=lambda p: (covered[p], p))

    def _certified(self, plan: Plan) -> Verdict:
        """Return what a test says of a plan."""
        self._tests += 1
        error = (1 - self._question.confidence) / (self._tests * (self._tests + 1))
        first, looked, holds = self._rule.explored, 0, None
        count = FEWEST
        while True:
            # Workers play some ahead, which the test does not look at.
            ahead = -(-count // self._evidence.workers) * self._evidence.workers
            slacks = self._evidence.slacks(plan, first + min(ahead, self._at_most))
            while holds is None and looked < len(slacks) - first:
                looked += 1
                holds = self._rule.holds(slacks[first : first + looked], error)
            if holds is not None or looked >= self._at_most:
                break
            wanted = self._rule.more(slacks[first:], error)
            count = looked + min(wanted, max(looked, 10))
        self._seen[plan] = first + looked
        seen = self._rule.seems_to_hold(slacks[first : first + looked])
        is_good = seen if holds is None else holds
        grows = self._grows(plan, holds=is_good)
        return Verdict(is_good and not grows, True, holds is not None, grows)

    def _grows(self, plan: Plan, *, holds: bool) -> tuple[str, ...]:
        """Return the services that still grow under a plan that would hold else."""
        if not holds or not self._question.sustainable:
            return ()
        return self._evidence.growing(plan, self._seen[plan])

    def _beyond(self) -> Plan | None:
        """Return the cheapest plan that seems to hold whatever it costs."""
        if self._lattice.budget is None:
            return None
        lattice = Lattice(self._costs.axes)
        holding: list[Plan] = []
        failing = self._failing()
        while (left := lattice.open(holding, failing)).any():
            plan = lattice.next(left) if holding or failing else lattice.top
            if self._judged(plan).holds:
                holding.append(plan)
            else:
                failing.append(plan)
        return lattice.cheapest(holding)

    # What is told

    def _told(self, best: Plan | None, beyond: Plan | None) -> Answer:
        known = self._evidence.played
        played = {plan: known[plan][:count] for plan, count in self._seen.items()}
        order = sorted(played, key=lambda p: (self._lattice.cost(p), p))
        return Answer(
            self._question,
            self._evidence.limits,
            self._rule,
            self._costs.is_money,
            tuple(self._tried(plan, played[plan]) for plan in order),
            best,
            beyond,
            self._contradictions(played),
            self._costs.labels.scale,
        )

    def _tried(self, plan: Plan, slacks: Floats) -> Tried:
        known = self._known.get(plan)
        is_mean = self._rule.probability is None
        return Tried(
            plan,
            self._lattice.cost(plan),
            slacks,
            self._rule.seems_to_hold(slacks) if known is None else known.holds,
            known is not None and known.is_tested,
            known is not None and known.is_certain,
            () if known is None else known.grows,
            tuple(failing(self._rule.cells, slacks, self._rule)),
            tuple(weakest(self._rule.cells, slacks, by_mean=is_mean)),
        )

    def _contradictions(self, played: dict[Plan, Floats]) -> int:
        """Return in how many pairs of replications more was worse than less."""
        if self._rule.probability is None:
            return 0
        kept = {p: all_kept(s) for p, s in played.items()}
        count = 0
        for less, a in kept.items():
            for more, b in kept.items():
                if less != more and all(
                    x <= y for x, y in zip(less, more, strict=True)
                ):
                    n = min(len(a), len(b))
                    count += int(np.sum(a[:n] & ~b[:n]))
        return count
