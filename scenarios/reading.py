"""Reading scenario files: from text to a `Scenario`, or to all that is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from scenarios.csv_tables import with_tables
from scenarios.documents import Map, Place, Text
from scenarios.files import Written, catalogue_folder, names_in, opened
from scenarios.merging import Merged, merged
from scenarios.patient_lists import with_lists
from scenarios.places import Problems
from scenarios.problems import ScenarioError
from scenarios.repeating import with_blocks
from scenarios.resolving import resolved
from scenarios.scenario import Scenario
from scenarios.typed import typed
from scenarios.uncertain import with_central


def read(name_or_path: str | Path, scale: str | None = None) -> Scenario:
    """Return a scenario from a file, or one that is shipped with caresim.

    Parameters
    ----------
    name_or_path : str or Path
        The path of a `.yaml` file, or the name of a file of the catalogue.
    scale : str, optional
        Another ratio than the one of the file: `1:20`, or `1:1`.

    Raises
    ------
    ScenarioError
        If anything is wrong; `problems` holds all that is wrong, with its places.
    """
    return of_tree(merged(opened(name_or_path), chosen(scale)))


def chosen(scale: str | None) -> Text | None:
    """Return a ratio that was chosen for one run, as if it were written."""
    return None if scale is None else Text(scale, Place("--scale", 1, 1))


def parse(text: str, name: str = "scenario", folder: Path | None = None) -> Scenario:
    """Return a scenario from its text.

    Parameters
    ----------
    text : str
        What would stand in a file.
    name : str
        What the scenario, and its file in messages, is called.
    folder : Path, optional
        Where its parent and tables are looked for; without it only in the catalogue.

    Raises
    ------
    ScenarioError
        If anything is wrong.
    """
    return _scenario(Written(name, name, text, folder))


def _scenario(written: Written) -> Scenario:
    return of_tree(merged(written))


def of_tree(whole: Merged) -> Scenario:
    """Return the scenario of a tree in which everything stands.

    Raises
    ------
    ScenarioError
        If anything is wrong.
    """
    found = list(whole.problems)
    problems = Problems(whole.tree, whole.change_numbers, found, whole.written)
    with_tables(whole, problems)
    with_lists(whole, problems)
    uncertain = with_central(problems)
    whole = replace(whole, tree=problems.tree, uncertain=uncertain)
    with_blocks(problems)
    spec = typed(problems, _declared_sources(whole))
    if spec is None or whole.problems:
        raise ScenarioError(problems.found)
    scenario = resolved(spec, whole, problems)
    if problems.found:
        raise ScenarioError(problems.found)
    return scenario


def _declared_sources(whole: Merged) -> list[str]:
    """Return the names of all sources, in order of writing."""
    section = whole.tree.entries.get("sources")
    if not isinstance(section, Map):
        return []
    parts = section.entries.values()
    return [name for part in parts if isinstance(part, Map) for name in part.entries]


class Shipped(NamedTuple):
    """A scenario that comes with caresim."""

    name: str
    title: str
    theme: str
    """What it is about, for lists."""


def catalogue() -> tuple[Shipped, ...]:
    """Return the shipped scenarios, in alphabetical order of their names."""
    return tuple(map(_shipped, names_in(catalogue_folder())))


def _shipped(name: str) -> Shipped:
    entries = merged(opened(name)).tree.entries
    title, theme = (
        getattr(entries.get(key), "value", "") for key in ("title", "theme")
    )
    return Shipped(name, title, theme)
