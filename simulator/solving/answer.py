"""The answer to a question for capacity, and what it rests on."""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

from results.words.numbers import amount, number
from scenarios.questions import Question
from simulator.solving.conditions import Floats, Limit
from simulator.solving.judging import Kept, Rule, all_kept
from simulator.solving.lattice import Plan

_TOLD = 3
"""Plans of which it is said why they fail."""


class Tried(NamedTuple):
    """A plan that was played."""

    plan: Plan
    cost: float
    """Pounds a year; units where there is no price."""
    slacks: Floats
    """Shape (replications, cells)."""
    holds: bool
    is_tested: bool
    is_certain: bool
    grows: tuple[str, ...]
    failing: tuple[Kept, ...]
    """Conditions that are not kept, with the first month in which they are not."""
    weakest: tuple[Kept, ...]
    """Each condition, with its worst month."""

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.slacks)

    @property
    def kept(self) -> int:
        """In how many replications all is kept in all months."""
        return int(all_kept(self.slacks).sum())

    @property
    def verdict(self) -> str:
        """What was found of it, in words."""
        found = "holds" if self.holds else "fails"
        if self.grows:
            found = f"fails: {', '.join(self.grows)} still grows"
        if not self.is_tested:
            return f"{found}, by {self.replications} replications"
        return f"{found}, tested" if self.is_certain else f"{found}, not certain"


class Answer(NamedTuple):
    """What was found."""

    question: Question
    limits: tuple[Limit, ...]
    rule: Rule
    is_money: bool
    tried: tuple[Tried, ...]
    """By cost."""
    best: Plan | None
    """None: no plan within the bounds and the budget."""
    beyond: Plan | None
    """Where the budget forbids every plan that holds: the cheapest of them."""
    contradictions: int
    """Pairs of replications in which more capacity did worse."""
    scale: float

    @property
    def plan(self) -> Tried | None:
        """The plan that was found."""
        return next((t for t in self.tried if t.plan == self.best), None)

    @property
    def is_certain(self) -> bool:
        """Whether all tests that the answer rests on came to an end."""
        return all(t.is_certain for t in self.tried if t.is_tested)

    def sentences(self) -> list[str]:
        """Return the answer in sentences, the first the most important."""
        found = self._found() if self.plan else self._none()
        return [*found, *self._doubts()]

    # A plan

    def _found(self) -> list[str]:
        assert self.plan is not None
        said = [f"{self._least()}{self.cost_said(self.plan)}."]
        said.append(self._holds(self.plan))
        said += self._dates()
        said += [self._below(t) for t in self._against()]
        sure = f"{self.question.confidence:.0%}"
        margin = f"{self.question.margin * 100:g}"
        near = (
            f"{margin} percentage points of {self.question.probability:.0%}"
            if self.question.probability is not None
            else f"{margin}% of a limit"
        )
        said.append(
            f"Right with a probability of {sure}, where no plan lies within {near}."
        )
        return said

    def _least(self) -> str:
        assert self.best is not None
        if not any(self.best):
            return "Nothing need be added: the scenario as it is keeps all conditions"
        most = "Least cost" if self.is_money else "Least"
        return f"{most}: {self.question.said(self.best)}"

    def cost_said(self, tried: Tried) -> str:
        """Return what a plan costs, to follow it: `, £1.2 million a year`."""
        if not self.is_money or not tried.cost:
            return ""
        return f", {amount(tried.cost, 'pounds')} a year"

    def _holds(self, tried: Tried) -> str:
        if self.rule.probability is not None:
            return (
                f"All conditions are kept in all months in {tried.kept} of "
                f"{tried.replications} replications; asked was a probability of "
                f"{self.rule.probability:.0%}."
            )
        parts = [
            f"{one.cell.limit.measure.text} {self._mean(one)}"
            f"{_month(one)} ({_most(one.cell.limit)} {one.cell.limit.limit})"
            for one in tried.weakest
        ]
        return f"On average of {tried.replications} replications: {'; '.join(parts)}."

    def _mean(self, one: Kept) -> str:
        """Return the mean of a measure from that of its slack."""
        if one.mean is None:
            return "nobody to look at"
        limit = one.cell.limit
        value = limit.value - one.mean if limit.is_most else limit.value + one.mean
        size = value / self.scale if limit.unit not in ("days", "share") else value
        return amount(size, limit.unit)

    def _dates(self) -> list[str]:
        """Say when levers that take their time are all there."""
        assert self.best is not None
        said = []
        for lever, at in zip(self.question.levers, self.best, strict=True):
            months = lever.months_until(lever.values[at])
            if months > 1:
                by = lever.with_value(lever.values[at]).entries["reached_by"]
                said.append(
                    f"{lever.name}: all there by {getattr(by, 'value', '')}, at no "
                    f"more than {lever.each_month} each month."
                )
        return said

    def _against(self) -> list[Tried]:
        """Return plans whose failure shows that nothing cheaper does, dearest first."""
        tested = [t for t in self.tried if t.is_tested and not t.holds]
        return sorted(tested, key=lambda t: -t.cost)[:_TOLD]

    def _below(self, tried: Tried) -> str:
        what = self.question.said(tried.plan)
        if tried.grows:
            return f"{what} is not enough: {', '.join(tried.grows)} would still grow."
        return f"{what} is not enough: {self._why(tried)}."

    def _why(self, tried: Tried) -> str:
        """Say which conditions fail first, and how often."""
        parts = []
        for one in tried.failing:
            name = one.cell.limit.promise()
            if self.rule.probability is None:
                parts.append(f"{name} is not kept{_month(one)}: {self._mean(one)}")
            else:
                often = round(one.share * tried.replications)
                parts.append(f"{name} is kept{_month(one)} in only {often}")
        if self.rule.probability is None:
            return "; ".join(parts)
        whole = (
            f"all in all months in {tried.kept} of {tried.replications} replications"
        )
        return "; ".join([*parts, whole])

    # No plan

    def _none(self) -> list[str]:
        if self.beyond is not None:
            costs = next(t for t in self.tried if t.plan == self.beyond)
            budget = amount(self.question.budget or 0.0, "pounds")
            return [
                f"No plan within the budget of {budget} a year. The budget binds: "
                f"{self.question.said(self.beyond)} would do"
                f"{self.cost_said(costs)}, by {costs.replications} replications."
            ]
        most = max(self.tried, key=lambda t: t.plan)
        what = self.question.said(most.plan)
        if most.grows:
            said = [
                f"No plan: even with {what}, {', '.join(most.grows)} would still grow."
            ]
        else:
            said = [f"No plan: even with {what}, {self._why(most)}."]
        early = self._before(most)
        return [*said, *early]

    def _before(self, most: Tried) -> list[str]:
        """Say which conditions fail before any lever acts."""
        begins = [lever.begins for lever in self.question.levers]
        if not begins or any(at is None for at in begins):
            return []
        from scenarios.dates import written_date  # noqa: PLC0415

        first = written_date(min(at for at in begins if at is not None))[:7]
        early = [k for k in most.failing if k.cell.period < first]
        return [
            f"{k.cell.limit.name}: {k.cell.period} comes before {first}, when the "
            "first lever acts. What binds is time: a later `from` for the condition, "
            "or an earlier one for a lever."
            for k in early
        ]

    # Doubts

    def _doubts(self) -> list[str]:
        said = []
        if not self.is_certain:
            plans = [
                self.question.said(t.plan)
                for t in self.tried
                if t.is_tested and not t.is_certain
            ]
            said.append(
                f"Not certain: {'; '.join(plans)} could not be decided with so many "
                "replications; more (--at-most), or a wider `margin`, would tell."
            )
        if self.contradictions:
            said.append(
                f"In {self.contradictions} pairs of replications more capacity kept "
                "less than less capacity did: more at one service can be more work "
                "for the next. The search takes it that more never harms."
            )
        if self.scale != 1:
            said.append(
                f"One simulated patient stands for {1 / self.scale:,.4g}; amounts, "
                "limits on numbers and costs are at full size."
            )
        return said

    # As data

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        plan = self.plan
        return {
            "question": self.question.text,
            "answer": None if plan is None else self._plain(plan),
            "certain": self.is_certain,
            "cheapest_beyond_the_budget": None
            if self.beyond is None
            else dict(self.question.amounts(self.beyond)),
            "sentences": self.sentences(),
            "conditions": [
                {"name": x.name, "kept": x.promise(), "months": list(x.periods)}
                for x in self.limits
            ],
            "probability": self.question.probability,
            "confidence": self.question.confidence,
            "margin": self.question.margin,
            "plans": [self._plain(t) for t in self.tried],
        }

    def _plain(self, tried: Tried) -> dict[str, Any]:
        return {
            "amounts": dict(self.question.amounts(tried.plan)),
            "pounds_a_year": tried.cost if self.is_money else None,
            "replications": tried.replications,
            "all_kept": tried.kept,
            "verdict": tried.verdict,
        }

    def table(self) -> str:
        """Return the plans that were played as CSV, a row for each."""
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        levers = [lever.name for lever in self.question.levers]
        limits = [f"{x.name}: worst month" for x in self.limits]
        limits += [f"{x.name}: kept in that month" for x in self.limits]
        head = ["pounds_a_year", "replications", "all_kept", "verdict"]
        writer.writerow([*levers, *head, *limits])
        for tried in self.tried:
            worst = {k.cell.limit.name: k for k in tried.weakest}
            row = [*self.question.amounts(tried.plan).values()]
            row += [f"{tried.cost:.2f}" if self.is_money else ""]
            row += [str(tried.replications), str(tried.kept), tried.verdict]
            row += [worst[x.name].cell.period for x in self.limits]
            row += [number(worst[x.name].share, 3) for x in self.limits]
            writer.writerow(row)
        return page.getvalue()


def _month(one: Kept) -> str:
    return "" if one.cell.period == "whole" else f" in {one.cell.period}"


def _most(limit: Limit) -> str:
    return "at most" if limit.is_most else "at least"
