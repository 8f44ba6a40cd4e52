"""Shocks: changes with dates and sizes of their own, put on top of any scenario.

A shock is a file: how long it lasts, how often it comes, its numbers, each with its
source or marked as an assumption, and changes in which these stand as `<name>`, and the
moments of a spell as `<begins>`, `<middle>` and `<ends>`. The rules stand in
docs/background/stress.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from kernels.layout import DAY
from scenarios import dates, texts
from scenarios.documents import Hole, List, Map, Node, Place, Text, document
from scenarios.files import SUFFIX, names_in, opened, text_of
from scenarios.merging import Merged, merged
from scenarios.problems import Problem, ScenarioError, did_you_mean, listed, quoted
from scenarios.reading import chosen, of_tree
from scenarios.scenario import Scenario
from scenarios.studies.bases import base_of
from scenarios.studies.names import level_part, variant_name
from scenarios.studies.study import Study, Variant
from scenarios.texts import TextError
from scenarios.typed import plain

KEYS = ("shock", "notes", "lasts", "times", "every", "numbers", "changes")
NEEDED = ("shock", "lasts", "changes")
SPELL = ("lasts", "times", "every")
MOMENTS = ("begins", "middle", "ends")
MARK = re.compile(r"<([^<>]+)>")
_NUMBERS = 2 * 10**6
"""What the first change of a shock counts as, so that none of a file is taken for it.
"""
ONCE = {"times": "1", "every": "1 year"}


class Number(NamedTuple):
    """A number of a shock."""

    value: Node
    meaning: str
    source: str
    is_assumed: bool


@dataclass(frozen=True)
class Shock:
    """A shock as it is written, with the values that were asked for."""

    name: str
    title: str
    notes: str
    numbers: Mapping[str, Number]
    """`lasts`, `times`, `every`, then its own."""
    changes: tuple[Map, ...]
    begins: str | None = None
    """A date; None: a quarter of the way through the period, on a Monday."""

    def lines(self) -> list[str]:
        """Return what it is, a line for each number."""
        said = [f"{self.name}: {self.title}"]
        for name, number in self.numbers.items():
            kind = "assumption" if number.is_assumed else "source"
            meaning = f" ({number.meaning})" if number.meaning else ""
            said.append(
                f"  {name}: {shown(number.value)}{meaning}. {kind}: {number.source}"
            )
        return said

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "title": self.title,
            "notes": self.notes,
            "numbers": [
                {
                    "name": name,
                    "value": plain(number.value),
                    "meaning": number.meaning,
                    "assumption" if number.is_assumed else "source": number.source,
                }
                for name, number in self.numbers.items()
            ],
        }


class Spell(NamedTuple):
    """One time that a shock comes, microseconds."""

    begins: int
    ends: int


class Shocked(NamedTuple):
    """A shock on a scenario."""

    shock: Shock
    variant: str
    spells: tuple[Spell, ...]
    left_out: tuple[str, ...]
    """Changes that touch nothing, and why."""


class Stress(NamedTuple):
    """A study of a scenario, as it is and with each shock."""

    study: Study
    base: Scenario
    shocked: tuple[Shocked, ...]


def shown(node: Node) -> str:
    """Return a number as it would be written."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, List):
        return f"[{', '.join(shown(item) for item in node.items)}]"
    if isinstance(node, Map):
        return f"{{{', '.join(f'{k}: {shown(v)}' for k, v in node.entries.items())}}}"
    return "?"


def library() -> list[Shock]:
    """Return the shocks that come with caresim, by name."""
    return [shock(name) for name in names_in(files("scenarios") / "shocks")]


def shock(asked: str) -> Shock:
    """Return a shock by its name, or from a file, with values of one's own.

    Parameters
    ----------
    asked : str
        `strike`, `mine.yaml`, or with values: `strike: lasts=2 days, at=clinic`.

    Raises
    ------
    ScenarioError
        If there is none, or anything about it is wrong.
    """
    name, _, values = asked.partition(":")
    name = name.strip()
    folder = files("scenarios") / "shocks"
    shipped = names_in(folder)
    if name in shipped:
        file, text = f"{name}{SUFFIX}", text_of(folder / f"{name}{SUFFIX}", name)
    elif name.endswith(SUFFIX):
        file, text = Path(name).name, text_of(Path(name), Path(name).name)
    else:
        near = did_you_mean(name, shipped)
        message = f"{quoted(name)} is no shock.{near} Shipped: {listed(shipped)}."
        raise ScenarioError([Problem("--shock", 0, 0, "", message)])
    tree, problems = document(text, file)
    made = _Reader(tree, file, problems).shock(Path(name).stem)
    return _with_values(made, values, asked)


class _Reader:
    """Reads the file of a shock."""

    def __init__(self, tree: Map, file: str, problems: list[Problem]) -> None:
        self.tree, self.file, self.problems = tree, file, list(problems)

    def shock(self, name: str) -> Shock:
        """Return the shock.

        Raises
        ------
        ScenarioError
            With all that is wrong.
        """
        tree = self.tree
        self._keys(tree, KEYS, "")
        for key in NEEDED:
            if key not in tree.entries:
                self._say(tree.place, key, "is missing.")
        numbers = {key: self._number(key, tree.entries.get(key)) for key in SPELL}
        own = tree.entries.get("numbers")
        for key, node in own.entries.items() if isinstance(own, Map) else ():
            if key in (*SPELL, *MOMENTS):
                self._say(
                    node.place, f"numbers.{key}", "is taken; choose another name."
                )
            numbers[key] = self._number(f"numbers.{key}", node)
        changes = tree.entries.get("changes")
        found = changes.items if isinstance(changes, List) else []
        if not found and "changes" in tree.entries:
            self._say(tree.place, "changes", "a list of changes belongs here.")
        known = {*numbers, *MOMENTS} - {*SPELL}
        for node in found:
            self._marks(node, known)
        if self.problems:
            raise ScenarioError(self.problems)
        return Shock(
            name,
            self._text("shock"),
            self._text("notes").strip(),
            {key: number for key, number in numbers.items() if number is not None},
            tuple(node for node in found if isinstance(node, Map)),
        )

    def _text(self, key: str) -> str:
        node = self.tree.entries.get(key)
        return node.value if isinstance(node, Text) else ""

    def _number(self, path: str, node: Node | None) -> Number | None:
        """Return a number with where it comes from."""
        if node is None:
            if path not in ONCE:
                return None
            value = Text(ONCE[path], self.tree.place)
            return Number(value, "", "not written", is_assumed=True)
        if not isinstance(node, Map):
            self._say(node.place, path, "write {value: ..., source: ...}.")
            return None
        self._keys(node, ("value", "is", "source", "assumption"), path)
        sources = [key for key in ("source", "assumption") if key in node.entries]
        if "value" not in node.entries:
            self._say(node.place, path, "`value` is missing.")
            return None
        if len(sources) != 1:
            message = "say where it comes from: one of source and assumption."
            self._say(node.place, path, message)
            return None
        words = {
            key: value.value
            for key, value in node.entries.items()
            if isinstance(value, Text)
        }
        source = words.get(sources[0], "")
        is_assumed = sources[0] == "assumption"
        return Number(node.entries["value"], words.get("is", ""), source, is_assumed)

    def _keys(self, node: Map, known: Sequence[str], path: str) -> None:
        for key in node.entries:
            if key not in known:
                message = f"unknown key.{did_you_mean(key, known)} "
                where = f"{path}.{key}".strip(".")
                self._say(node.keys[key], where, f"{message}Allowed: {listed(known)}.")

    def _marks(self, node: Node, known: set[str]) -> None:
        """Report names that no number has."""
        for text, place in _texts(node):
            for name in MARK.findall(text):
                if name not in known:
                    near = did_you_mean(name, known)
                    message = f"no number is called so.{near}"
                    self._say(place, f"<{name}>", message)

    def _say(self, place: Place, path: str, message: str) -> None:
        self.problems.append(Problem(*place, path, message))


def _texts(node: Node) -> Iterator[tuple[str, Place]]:
    """Yield all texts and keys of a tree."""
    if isinstance(node, Text):
        yield node.value, node.place
    elif isinstance(node, List):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Map):
        for key, value in node.entries.items():
            yield key, node.keys[key]
            yield from _texts(value)


def _with_values(made: Shock, values: str, asked: str) -> Shock:
    """Return a shock with values of one's own."""
    numbers, begins, wrong = dict(made.numbers), made.begins, []
    known = ("from", *numbers)
    for part in _parts(values):
        name, _, text = (piece.strip() for piece in part.partition("="))
        if not text or name not in known:
            near = did_you_mean(name, known)
            wrong.append(
                f"{quoted(part.strip())} is no value.{near} Write name=value; names: "
                f"{listed(known)}."
            )
        elif name == "from":
            begins = text
        else:
            tree, problems = document(f"value: {text}", "--shock")
            wrong += [problem.message for problem in problems]
            node = tree.entries.get("value", Hole(tree.place))
            numbers[name] = numbers[name]._replace(
                value=node, source="as asked for", is_assumed=True
            )
    if wrong:
        where = f"--shock {quoted(asked)}"
        raise ScenarioError([Problem(where, 0, 0, "", message) for message in wrong])
    return replace(made, numbers=numbers, begins=begins)


def _parts(values: str) -> list[str]:
    """Return values between commas that stand in no brackets."""
    found, depth = [""], 0
    for letter in values:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [part for part in found if part.strip()]


def stress_study(
    name_or_path: str | Path,
    shocks: Sequence[Shock],
    begins: str | None = None,
    scale: str | None = None,
) -> Stress:
    """Return a study of a scenario, as it is and with each shock.

    Parameters
    ----------
    name_or_path : str or Path
        A scenario's file, or a name of the catalogue.
    shocks : sequence of Shock
    begins : str, optional
        A date for all that have none of their own; a quarter of the way through the
        period, on a Monday, if left out.
    scale : str, optional
        Another ratio than the scenario's, such as `1:20`.

    Raises
    ------
    ScenarioError
        If the scenario is wrong, or a shock is, or touches nothing of it.
    """
    whole = merged(opened(name_or_path), chosen(scale))
    base = base_of(whole).checked()
    alone = Variant(base.name, base.title, base.name, {}, 0, {}, base)
    scenario = alone.scenario()
    variants, shocked = [alone], []
    problems: list[Problem] = []
    for number, one in enumerate(shocks):
        try:
            at = replace(one, begins=one.begins or begins)
            made, variant = _shocked(whole, scenario, at, number, shocks)
        except ScenarioError as error:
            problems += error.problems
        else:
            shocked.append(made)
            variants.append(variant)
    if problems:
        raise ScenarioError(problems)
    question = "What would shocks do, and when would things be as before?"
    study = Study(
        f"{base.name}-stress", question, tuple(variants), alone.name, None, None
    )
    return Stress(study, scenario, tuple(shocked))


def _shocked(
    whole: Merged, scenario: Scenario, one: Shock, number: int, every: Sequence[Shock]
) -> tuple[Shocked, Variant]:
    """Return a shock on a scenario, and its variant."""
    spells = _spells(one, scenario)
    groups = [[_at(change, one, spell) for spell in spells] for change in one.changes]
    kept, left_out = _touching(whole, one, groups)
    tree = _with(whole, [change for group in kept for change in group])
    label = one.name
    if sum(other.name == one.name for other in every) > 1:
        label = f"{one.name} {number + 1}"
    name = variant_name(scenario.name, [level_part("shock", label)], label, 0)
    base = base_of(replace(tree, name=scenario.name))
    title = f"{scenario.title}: {one.title.lower()}"
    variant = Variant(name, title, scenario.name, {}, 0, {}, base)
    variant.scenario()
    return Shocked(one, name, spells, left_out), variant


def _spells(one: Shock, scenario: Scenario) -> tuple[Spell, ...]:
    """Return when a shock comes."""
    period, where = scenario.period, f"--shock {quoted(one.name)}"
    try:
        begins = _quarter(scenario) if one.begins is None else dates.moment(one.begins)
        lasts, every = (shown(one.numbers[n].value) for n in ("lasts", "every"))
        found, at = [], begins
        for _ in range(_times(one)):
            found.append(Spell(at, dates.shifted(at, lasts, 1)))
            at = dates.shifted(at, every, 1)
    except TextError as error:
        raise ScenarioError([Problem(where, 0, 0, "", str(error))]) from None
    if not period.start <= begins or found[-1].ends >= period.end:
        message = (
            f"comes from {dates.written_date(begins)} to "
            f"{dates.written_date(found[-1].ends)}; it must lie within the period, "
            f"{dates.written_date(period.start)} to {dates.written_date(period.end)}, "
            "and leave time after it. Use --from, times or lasts."
        )
        raise ScenarioError([Problem(where, 0, 0, "", message)])
    return tuple(found)


def _times(one: Shock) -> int:
    """Return how often a shock comes.

    Raises
    ------
    TextError
        If that is no whole number of 1 or more.
    """
    times = texts.number(shown(one.numbers["times"].value))
    if times is None or times < 1 or times != int(times):
        raise TextError("times: a whole number of 1 or more belongs here.")
    return int(times)


def _quarter(scenario: Scenario) -> int:
    """Return the Monday a quarter of the way through the period."""
    period = scenario.period
    at = period.start + (period.end - period.start) // 4
    week = 7 * DAY
    return max(at // week * week, period.start)


def _at(change: Map, one: Shock, spell: Spell) -> Map:
    """Return a change of one spell."""
    middle = spell.begins + (spell.ends - spell.begins) // 2
    middle -= middle % DAY
    times = (spell.begins, middle, spell.ends)
    values: dict[str, Node] = {
        name: Text(dates.written_date(time), change.place)
        for name, time in zip(MOMENTS, times, strict=True)
    }
    values |= {name: number.value for name, number in one.numbers.items()}
    made = _filled(change, values)
    assert isinstance(made, Map)  # as a change is one
    return made


def _filled(node: Node, values: Mapping[str, Node]) -> Node:
    """Return a tree with values in place of names in angle brackets."""
    if isinstance(node, Text):
        mark = MARK.fullmatch(node.value.strip())
        return values[mark[1]] if mark else node
    if isinstance(node, List):
        return List(node.place, [_filled(item, values) for item in node.items])
    if isinstance(node, Map):
        made = Map(node.place, flow=node.flow)
        for key, value in node.entries.items():
            mark = MARK.fullmatch(key)
            name = shown(values[mark[1]]) if mark else key
            made.put(name, node.keys[key], _filled(value, values))
        return made
    return node


def _touching(
    whole: Merged, one: Shock, groups: Sequence[list[Map]]
) -> tuple[list[list[Map]], tuple[str, ...]]:
    """Return the changes that touch something of a scenario, and why others do not."""
    every = [change for group in groups for change in group]
    if not _wrong(whole, every):
        return list(groups), ()
    kept, left_out = [], []
    for group in groups:
        wrong = _wrong(whole, group)
        if wrong:
            what = ", ".join(
                f"{k} {shown(v)}" for k, v in [*group[0].entries.items()][:1]
            )
            left_out.append(f"{what}: {wrong[0].message}")
        else:
            kept.append(group)
    if not kept:
        message = f"touches nothing of this scenario. {' '.join(left_out)}"
        raise ScenarioError([Problem(f"--shock {quoted(one.name)}", 0, 0, "", message)])
    return kept, tuple(left_out)


def _wrong(whole: Merged, changes: Sequence[Map]) -> tuple[Problem, ...]:
    """Return what forbids some changes."""
    try:
        of_tree(_with(whole, changes))
    except ScenarioError as error:
        return error.problems
    return ()


def _with(whole: Merged, changes: Sequence[Map]) -> Merged:
    """Return a scenario with further changes after its own."""
    tree = whole.tree
    there = tree.entries.get("changes")
    own = there.items if isinstance(there, List) else []
    made = Map(tree.place, dict(tree.entries), dict(tree.keys), tree.flow)
    made.put("changes", tree.place, List(tree.place, [*own, *changes]))
    numbers = [*whole.change_numbers, *range(_NUMBERS, _NUMBERS + len(changes))]
    return replace(whole, tree=made, change_numbers=numbers)
