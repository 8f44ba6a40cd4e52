"""Reading scenario files: from text to a `Scenario`, or to all that is wrong."""

from __future__ import annotations

from pathlib import Path

from scenarios.csv_tables import with_tables
from scenarios.documents import Map
from scenarios.files import Written, catalogue_folder, names_in, opened
from scenarios.merging import Merged, merged
from scenarios.patient_lists import with_lists
from scenarios.places import Problems
from scenarios.problems import ScenarioError
from scenarios.repeating import with_blocks
from scenarios.resolving import resolved
from scenarios.scenario import Scenario
from scenarios.typed import typed


def read(name_or_path: str | Path) -> Scenario:
    """Return a scenario from a file, or one that is shipped with caresim.

    Parameters
    ----------
    name_or_path : str or Path
        The path of a `.yaml` file, or the name of a file of the catalogue.

    Raises
    ------
    ScenarioError
        If anything is wrong; `problems` holds all that is wrong, with its places.
    """
    return _scenario(opened(name_or_path))


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
    problems = Problems(whole.tree, whole.change_numbers, list(whole.problems))
    with_tables(whole, problems)
    with_lists(whole, problems)
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


def catalogue() -> tuple[tuple[str, str], ...]:
    """Return the name and title of each shipped scenario, in alphabetical order."""
    names = names_in(catalogue_folder())
    return tuple((name, _title(name)) for name in names)


def _title(name: str) -> str:
    tree = merged(opened(name)).tree.entries.get("title")
    return str(getattr(tree, "value", name))
