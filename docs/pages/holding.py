"""The part of the page of +30% that says what would hold the list, and how surely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from results.words.numbers import amount
from scenarios import read as scenario_of
from scenarios.questions import question
from simulator.solving.solving import solved

HERE = Path(__file__).parent
ASKED = HERE / "community-places.yaml"
KEPT = HERE / "community-places.json"
PLAYED = Path("build") / "community-places"
BASELINE, TEAM = "west-yorkshire", "community mental health"
YEAR = 365.25


def freeze() -> None:
    """Look for the least places that hold the list, and keep what is found."""
    found = solved(question(ASKED), PLAYED).answer
    text = json.dumps(found.as_dict(), indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8")


def section() -> str:
    """Return what would hold the list, in words and as a table."""
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    best = kept["answer"]
    factor = float(best["amounts"]["places"])
    there, price = _team()
    more = there * (factor - 1)
    lines = ["| places | all months kept in | |", "|--:|--:|---|"]
    lines += [
        f"| {float(plan['amounts']['places']) - 1:+.0%} | {plan['all_kept']} of "
        f"{plan['replications']} | {plan['verdict']} |"
        for plan in kept["plans"]
    ]
    surely = f"a probability of {kept['probability']:.0%}"
    certain = "" if kept["certain"] else " Not all tests came to an end."
    return (
        f"**{factor - 1:.0%} more places in {TEAM}**, {more:,.0f} places that cost "
        f"{amount(more * price * YEAR, 'pounds')} a year, is the least that holds the "
        "list: with "
        f"{surely} at least 92% of those on it have waited for less than 18 weeks in "
        "every month of the last two years. Places are added everywhere by the same "
        "share, half a per cent of today's each month from April 2022 on. In steps of "
        "2%; found by [caresim solve](../guides/solve.md) at 1:20 with a confidence of "
        f"{kept['confidence']:.0%}, where nothing lies within "
        f"{100 * kept['margin']:.0f} percentage points of {kept['probability']:.0%}."
        f"{certain}\n\n" + "\n".join(lines)
    )


def _team() -> tuple[float, float]:
    """Return the places of the team, and the pounds of one for a day."""
    parts = [s for s in scenario_of(BASELINE).services if s.written_name == TEAM]
    places = sum(entry.number.values[0] for s in parts for entry in s.capacity)
    return places, parts[0].costs[0].number.values[0]
