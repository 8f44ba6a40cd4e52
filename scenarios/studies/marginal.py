"""A study of what a little more capacity would do, one service at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from scenarios.documents import Text, document
from scenarios.files import opened
from scenarios.merging import Merged, merged
from scenarios.problems import ScenarioError
from scenarios.reading import chosen
from scenarios.scenario import Scenario
from scenarios.studies.bases import base_of
from scenarios.studies.names import level_part, variant_name
from scenarios.studies.study import Study, Variant
from scenarios.studies.variations import Variation

UNLIMITED = "unlimited"
POSTS = "capacity.workforce.whole_time_equivalents"
_UNITS = {"staff": "server", "beds": "bed", "caseload": "place", "slots": "slot"}


class More(NamedTuple):
    """How much more capacity each service gets."""

    operation: str
    """`add` or `multiply_by`."""
    value: str
    """As in a change."""
    said: str
    """As it was asked: `1`, `5%`."""

    def words(self, unit: str) -> str:
        """Return it in words: `1 more bed`, `5% more`."""
        if self.operation == "multiply_by":
            return f"{self.said} more"
        return f"{self.said} more {unit}{'' if self.said == '1' else 's'}"


class Changed(NamedTuple):
    """A service that gets more, and the variant in which it does."""

    service: str
    variant: str
    """Its name."""
    more: str
    """In words."""


class LeftOut(NamedTuple):
    """A service that cannot get more."""

    service: str
    why: str


class Marginal(NamedTuple):
    """The study, and which service each variant is about."""

    study: Study
    changed: tuple[Changed, ...]
    left_out: tuple[LeftOut, ...]


def more_of(text: str) -> More | None:
    """Return how much more a text asks for, `1` or `5%`; None: it asks for nothing."""
    tidy = text.strip()
    try:
        value = Decimal(tidy.removesuffix("%").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value <= 0:
        return None
    if tidy.endswith("%"):
        return More("multiply_by", f"{1 + value / 100:f}", tidy)
    return More("add", f"{value:f}", tidy)


def marginal_study(
    name_or_path: str | Path,
    services: Sequence[str] | None,
    more: More,
    scale: str | None = None,
) -> Marginal:
    """Return a study of a scenario, and of it with more capacity at each service.

    Parameters
    ----------
    name_or_path : str or Path
        A scenario's file, or a name of the catalogue.
    services : sequence of str, optional
        Of the scenario; all that have a limit if left out.
    more : More
    scale : str, optional
        Another ratio than the scenario's, such as `1:20`.

    Raises
    ------
    ScenarioError
        If the scenario is wrong, or a service that was named cannot get more.
    """
    whole = merged(opened(name_or_path), chosen(scale))
    base = base_of(whole).checked()
    alone = Variant(base.name, base.title, base.name, {}, 0, {}, base)
    scenario = alone.scenario()
    made: list[tuple[Changed, Variant]] = []
    left_out: list[LeftOut] = []
    wrong: list[ScenarioError] = []
    for name in _all(scenario) if services is None else services:
        try:
            made.append(_changed(whole, scenario, name, more))
        except ScenarioError as error:
            wrong.append(error)
            left_out.append(LeftOut(name, error.problems[0].message))
    if wrong and services is not None:
        raise ScenarioError([problem for e in wrong for problem in e.problems])
    variants = (alone, *(variant for _, variant in made))
    question = f"What would {more.words('unit')} of capacity at each service do?"
    study = Study(f"{base.name}-marginal", question, variants, alone.name, None, None)
    return Marginal(study, tuple(one for one, _ in made), tuple(left_out))


def _all(scenario: Scenario) -> list[str]:
    """Return the services that have a limit."""
    return [s.name for s in scenario.services if s.kind != UNLIMITED]


def _changed(
    whole: Merged, scenario: Scenario, service: str, more: More
) -> tuple[Changed, Variant]:
    """Return the variant in which a service has more.

    Raises
    ------
    ScenarioError
        If it cannot.
    """
    kinds = {s.name: s.kind for s in scenario.services}
    unit = _UNITS.get(kinds.get(service, ""), "unit")
    try:
        return _variant(whole, service, more, unit, "")
    except ScenarioError as refused:
        try:
            return _variant(whole, service, more, "whole-time equivalent", POSTS)
        except ScenarioError:
            raise refused from None


def _variant(
    whole: Merged, service: str, more: More, unit: str, what: str
) -> tuple[Changed, Variant]:
    """Return the variant of one change."""
    base = base_of(whole, [_variation(service, more, what)]).checked()
    words = more.words(unit)
    level = level_part(service, words)
    name = variant_name(base.name, [level], level[-60:], 0)
    title = f"{base.title}: {words} at {service}"
    made = Variant(name, title, base.name, {service: more.value}, 0, {}, base)
    made.scenario()
    return Changed(service, name, words), made


def _variation(service: str, more: More, what: str) -> Variation:
    """Return the change as a variation of one value."""
    lines = [f"services: {json.dumps(service)}", f"{more.operation}: {more.value}"]
    lines += [f"what: {what}"] if what else []
    change, _ = document("\n".join(lines), f"more at {service}")
    node = change.entries[more.operation]
    assert isinstance(node, Text)  # as it has just been written
    return Variation(service, change, node.place, more.operation, (node.value,), None)
