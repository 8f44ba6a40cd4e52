"""The questions of the catalogue, as they are written in `questions.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from results.measures.naming import Name, parse_name

HERE = Path(__file__).parent
BASELINE = "west-yorkshire"
ALL = "all"


@dataclass(frozen=True)
class Question:
    """What one page asks."""

    name: str
    """Of the scenario."""
    against: str
    headline: Name
    direction: str
    """`rises`, `falls`, or `changes` where either may be, or too few come to tell."""
    group: str
    """Of whom the headline is; `all`, or a recorded group."""
    figures: tuple[Name, ...]
    """What the page shows, the headline first."""
    says: str
    cannot: str


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions, in the order of writing."""
    written = yaml.safe_load((HERE / "questions.yaml").read_text(encoding="utf-8"))
    everywhere = [parse_name(name) for name in written["everywhere"]]
    found = []
    for name, entry in written["questions"].items():
        against = entry.get("against", BASELINE)
        own = [parse_name(each) for each in [entry["headline"], *entry["also"]]]
        shown = own if against == "young-people" else [*own, *everywhere]
        found.append(
            Question(
                name,
                against,
                own[0],
                entry["direction"],
                entry.get("group", ALL),
                tuple(dict.fromkeys(shown)),
                entry["says"],
                entry["cannot"],
            )
        )
    return tuple(found)


def scenarios_played() -> list[str]:
    """Return every scenario that a page needs, once each."""
    names = [n for each in questions() for n in (each.against, each.name)]
    return list(dict.fromkeys(names))


def figures_of(name: str) -> list[Name]:
    """Return every figure that some page shows of a scenario."""
    asked = [each for each in questions() if name in (each.name, each.against)]
    return list(dict.fromkeys(figure for each in asked for figure in each.figures))
