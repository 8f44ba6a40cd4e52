"""The document of a run's methods: the STRESS-DES checklist, and the assumptions.

References
----------
T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc and S. J. E. Taylor,
Strengthening the reporting of empirical simulation studies: introducing the STRESS
guidelines, Journal of Simulation 13 (2019) 55-67.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from results.run import Run
from simulator.methods import inputs, logic, objectives, running
from simulator.methods.markdown import paragraph, plain
from simulator.methods.study import Study, study


class Item(NamedTuple):
    """An item of the checklist."""

    number: str
    name: str
    text: Callable[[Study], Iterator[str]]


CHECKLIST: dict[str, tuple[Item, ...]] = {
    "Objectives": (
        Item("1.1", "Purpose of the model", objectives.purpose),
        Item("1.2", "Model outputs", objectives.outputs),
        Item("1.3", "Experimentation aims", objectives.aims),
    ),
    "Logic": (
        Item("2.1", "Base model overview diagram", logic.diagram),
        Item("2.2", "Base model logic", logic.base),
        Item("2.3", "Scenario logic", logic.changes),
        Item("2.4", "Algorithms", logic.algorithms),
        Item("2.5.1", "Components: entities", logic.entities),
        Item("2.5.2", "Components: activities", logic.activities),
        Item("2.5.3", "Components: resources", logic.resources),
        Item("2.5.4", "Components: queues", logic.queues),
        Item("2.5.5", "Components: entry and exit points", logic.borders),
    ),
    "Data": (
        Item("3.1", "Data sources", inputs.sources),
        Item("3.2", "Pre-processing", inputs.preparation),
        Item("3.3", "Input parameters", inputs.parameters),
        Item("3.4", "Assumptions", inputs.assumed),
    ),
    "Experimentation": (
        Item("4.1", "Initialisation", running.beginning),
        Item("4.2", "Run length", running.length),
        Item("4.3", "Estimation approach", running.estimation),
    ),
    "Implementation": (
        Item("5.1", "Software or programming language", running.software),
        Item("5.2", "Random sampling", running.luck),
        Item("5.3", "Model execution", running.events),
        Item("5.4", "System specification", running.machine),
    ),
    "Code access": (Item("6.1", "Computer model sharing statement", running.access),),
}
"""The sections and items of STRESS-DES, version 1.0."""


def document(run: Run) -> str:
    """Return the methods of a run, as Markdown.

    Parameters
    ----------
    run : Run

    Raises
    ------
    ScenarioError
        If the run's scenario cannot be read by this version.
    """
    return "\n".join(_lines(study(run))).rstrip("\n") + "\n"


def _lines(of: Study) -> Iterator[str]:
    yield from (f"# Methods: {plain(of.scenario.title)}", "")
    yield from paragraph(
        "This document follows the checklist STRESS-DES 1.0 (Monks and others, Journal "
        "of Simulation 13 (2019) 55-67). caresim made it from the run folder alone; "
        "what a run cannot know is left for the authors to write."
    )
    for number, (section, items) in enumerate(CHECKLIST.items(), 1):
        yield from (f"## {number}. {section}", "")
        for item in items:
            yield from (f"### {item.number} {item.name}", "")
            yield from item.text(of)
    yield from ("## Assumptions log", "")
    yield from inputs.log(of)
