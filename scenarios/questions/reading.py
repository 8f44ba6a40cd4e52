"""Reading question files: from text to a `Question`, or to all that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scenarios.documents import Map, Text, document
from scenarios.files import Written, neighbour, opened
from scenarios.merging import Merged, merged, version_problem
from scenarios.places import Path as Keys
from scenarios.places import Problems
from scenarios.problems import Problem, ScenarioError, quoted
from scenarios.questions.levers import levers, pounds_a_year
from scenarios.questions.question import Condition, Lever, Question
from scenarios.questions.question_spec import ConditionForm, QuestionForm
from scenarios.scenario import Scenario
from scenarios.studies.bases import Base, base_of
from scenarios.studies.study import Variant
from scenarios.texts import TextError, percent
from scenarios.typed import typed_as

STAND_INS = {
    "caresim": "1",
    "solve": "untitled",
    "base": "",
    "levers": {"~": {}},
    "conditions": {"~": {}},
}
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
MARGIN, CONFIDENCE = 0.05, 0.95
MOST_PLANS = 1_000_000


def question(name_or_path: str | Path) -> Question:
    """Return a question from its file.

    Parameters
    ----------
    name_or_path : str or Path
        The path of a `.yaml` file.

    Raises
    ------
    ScenarioError
        If anything is wrong with the question, or with the scenario that it names;
        `problems` holds all that is wrong, with its places. Measures and standards
        are checked later, by whoever runs it.
    """
    return _Reader(opened(name_or_path)).question()


def is_question(name_or_path: str | Path) -> bool:
    """Return whether a file is a question, or at least begins to be one.

    Raises
    ------
    ScenarioError
        If there is no such file, or it cannot be read.
    """
    written = opened(name_or_path)
    return "solve" in document(written.text, written.shown)[0].entries


class _Reader:
    """Reads one question."""

    def __init__(self, written: Written) -> None:
        self.written = written
        tree, found = document(written.text, written.shown)
        self.tree: Map = tree
        self.problems = Problems(tree, [], found)

    def question(self) -> Question:
        self._check_sort()
        form = typed_as(QuestionForm, self.problems, STAND_INS)
        if form is None:
            raise ScenarioError(self.problems.found)
        found = levers(self.tree.entries.get("levers"), self.problems)
        conditions = self._conditions(form)
        surely = self._how_surely(form)
        budget = self._budget(form)
        self._check_count(found)
        base = self._base(found)
        if self.problems.found or base is None:
            raise ScenarioError(self.problems.found)
        scenario = self._unchanged(base)
        return Question(
            self.written.name,
            form.solve,
            self.written.folder if isinstance(self.written.folder, Path) else None,
            form.base,
            form.scale,
            base,
            scenario,
            tuple(found),
            tuple(conditions),
            **surely,
            budget=budget,
            sustainable=form.sustainable != "no",
            seed=None if form.seed is None else int(form.seed.text),
        )

    def _check_sort(self) -> None:
        problem = version_problem(self.tree, self.written.shown)
        if problem is not None:
            self.problems.found.append(problem)
        has = self.tree.entries
        for key, sort in (("title", "a scenario"), ("study", "a study")):
            if "solve" not in has and key in has:
                message = (
                    f"this is {sort}, no question; a question says `solve:`, its base, "
                    "levers and conditions."
                )
                raise ScenarioError([Problem(*self.tree.keys[key], key, message)])

    # Conditions

    def _conditions(self, form: QuestionForm) -> list[Condition]:
        found = []
        for name, one in form.conditions.items():
            path: Keys = ("conditions", name)
            if self.problems.is_broken(*path) or name == "~":
                continue
            before = len(self.problems.found)
            self._check_condition(one, path, form.on_average == "yes")
            if len(self.problems.found) == before:
                found.append(self._condition(name, one, path))
        return found

    def _check_condition(
        self, one: ConditionForm, path: Keys, is_average: bool
    ) -> None:
        limits = [x for x in ("at_most", "at_least") if getattr(one, x) is not None]
        if (one.standard is None) == (one.measure is None):
            message = "what shall be kept? Write `standard:` or `measure:`."
            self.problems.add(path, message, at_key=True)
        elif one.measure is not None and len(limits) != 1:
            message = "a measure needs one limit, `at_most:` or `at_least:`."
            self.problems.add(path, message, at_key=True)
        elif one.standard is not None and limits:
            message = "a standard has its own limit; leave this out."
            self.problems.add((*path, limits[0]), message, at_key=True)
        elif one.standard is not None and is_average:
            message = (
                "a standard says what holds in one world, not on average; write "
                "`probability: 90%` in place of `on_average: yes`, or a measure."
            )
            self.problems.add((*path, "standard"), message)
        if one.standard is not None and one.each == "period":
            message = "a standard is met or missed month by month; leave this out."
            self.problems.add((*path, "each"), message, at_key=True)
        for key, month in (("from", one.since), ("until", one.until)):
            if month is not None and not MONTH.fullmatch(month):
                message = f"{quoted(month)} is no month; write for example 2024-04."
                self.problems.add((*path, key), message)
            elif month is not None and one.each == "period":
                message = "the whole period has no months; leave this out."
                self.problems.add((*path, key), message, at_key=True)
        if one.since and one.until and one.since > one.until:
            message = f"this lies before {one.since}, where it begins."
            self.problems.add((*path, "until"), message)

    def _condition(self, name: str, one: ConditionForm, path: Keys) -> Condition:
        return Condition(
            name,
            one.standard,
            one.measure,
            one.at_most or one.at_least or "",
            one.at_most is not None,
            one.since,
            one.until,
            one.each != "period",
            self.problems.place(path, at_key=True),
        )

    # How surely

    def _how_surely(self, form: QuestionForm) -> dict[str, Any]:
        is_average = form.on_average == "yes"
        probability = self._share("probability", form.probability, None)
        if is_average and "probability" in self.tree.entries:
            message = "`on_average: yes` asks for no probability; drop one of them."
            self.problems.add(("probability",), message, at_key=True)
        elif not is_average and "probability" not in self.tree.entries:
            message = "how surely? Write `probability: 90%`, or `on_average: yes`."
            self.problems.add((), message)
        return {
            "probability": None if is_average else probability,
            "margin": self._share("margin", form.margin, MARGIN) or MARGIN,
            "confidence": self._share("confidence", form.confidence, CONFIDENCE)
            or CONFIDENCE,
        }

    def _share(
        self, key: str, text: str | None, otherwise: float | None
    ) -> float | None:
        """Return a share between 0 and 1, both left out."""
        if text is None:
            return otherwise
        try:
            value = percent(text)
        except TextError as error:
            self.problems.add((key,), str(error))
            return otherwise
        if not 0 < value < 1:
            message = f"{quoted(text)}: write more than 0% and less than 100%."
            self.problems.add((key,), message)
            return otherwise
        return value

    def _budget(self, form: QuestionForm) -> float | None:
        if form.budget is None:
            return None
        found = pounds_a_year(form.budget)
        if found is None:
            message = "pounds a year belong here: £2 million a year."
            self.problems.add(("budget",), message)
        return found

    def _check_count(self, found: list[Lever]) -> None:
        count = 1
        for lever in found:
            count *= len(lever.values)
        if count > MOST_PLANS:
            message = (
                f"these are {count:,} plans; at most {MOST_PLANS:,}. Longer steps "
                "make fewer."
            )
            self.problems.add(("levers",), message, at_key=True)

    # The scenario

    def _base(self, found: list[Lever]) -> Base | None:
        node = self.tree.entries.get("base")
        if not isinstance(node, Text) or self.problems.is_broken("base"):
            return None
        try:
            scale = self.tree.entries.get("scale")
            chosen = scale if isinstance(scale, Text) else None
            whole = _for_everybody(merged(neighbour(node.value, self.written), chosen))
            return base_of(whole, found, "levers").checked()
        except TextError as error:
            self.problems.add(("base",), str(error))
        except ScenarioError as error:
            self.problems.found += error.problems
        return None

    def _unchanged(self, base: Base) -> Scenario:
        alone = Variant(base.name, base.title, base.name, {}, 0, {}, base)
        return alone.scenario()


def _for_everybody(whole: Merged) -> Merged:
    """Return a scenario that tallies no groups: conditions are of everybody."""
    node = whole.tree.entries.get("record")
    if isinstance(node, Map) and "by" in node.entries:
        kept = Map(node.place, dict(node.entries), dict(node.keys), node.flow)
        del kept.entries["by"], kept.keys["by"]
        tree = whole.tree
        made = Map(tree.place, dict(tree.entries), dict(tree.keys), tree.flow)
        if kept.entries:
            made.entries["record"] = kept
        else:
            del made.entries["record"], made.keys["record"]
        whole.tree = made
    return whole
