"""The part of the page of +30% that says what would hold the list, and how surely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from docs.pages.figures import Figures
from results.measures.naming import parse_name
from results.summary.recovery import wilson
from results.words.numbers import amount
from scenarios import parse
from scenarios import read as scenario_of
from scenarios.questions import question
from simulator.experiment import run
from simulator.solve_pages import overlay
from simulator.solving.solving import solved

HERE = Path(__file__).parent
ASKED = HERE / "community-places.yaml"
KEPT = HERE / "community-places.json"
PLAYED = Path("build") / "community-places"
BASELINE, TEAM = "west-yorkshire", "community mental health"
SHARE = parse_name(f"{TEAM} within 18 weeks: within, share")
YEAR = 365.25
AGAIN, OTHER_SEED = 100, 2
"""Replications of the plan, with other luck than that by which it was found."""


def freeze() -> None:
    """Look for the least places that hold the list, try them, and keep what is found.

    Raises
    ------
    RuntimeError
        If there is no plan that holds it.
    """
    answer = solved(question(ASKED), PLAYED).answer
    if answer.plan is None:
        raise RuntimeError("no plan holds the list: " + " ".join(answer.sentences()))
    kept = answer.as_dict()
    months = kept["conditions"][0]["months"]
    plan = parse(overlay(answer) + "record: {by: []}\n", "the plan")
    made = run(plan, replications=AGAIN, seed=OTHER_SEED)
    by_month = Figures(made, months).by_month(SHARE)
    least, lever = answer.limits[0].value, answer.question.levers[0]
    held = (np.array(list(by_month.values())) >= least).all(axis=0)
    kept["again"] = {"replications": AGAIN, "all_kept": int(held.sum())}
    kept["at_least"], kept["step"] = least, float(lever.more(lever.values[1]))
    kept["each_month"] = float(lever.each_month or 0)
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8")


def section() -> str:
    """Return what would hold the list, in words and as a table."""
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    factor = float(kept["answer"]["amounts"]["places"])
    there, price = _team()
    more = there * (factor - 1)
    lines = ["| places | all months kept in | |", "|--:|--:|---|"]
    lines += [
        f"| {float(plan['amounts']['places']) - 1:+.0%} | {plan['all_kept']} of "
        f"{plan['replications']} | {plan['verdict']} |"
        for plan in kept["plans"]
    ]
    again, probability, least = kept["again"], kept["probability"], kept["at_least"]
    low, high = wilson(again["all_kept"], again["replications"])
    certain = "" if kept["certain"] else " Not all tests came to an end."
    return (
        f"**{factor - 1:.0%} more places in {TEAM}**, {more:,.0f} places that cost "
        f"{amount(more * price * YEAR, 'pounds')} a year, is the least that holds the "
        f"list with a probability of {probability:.0%}, give or take "
        f"{100 * kept['margin']:.0f} percentage points: at least {least:.0%} "
        "of those on it have then waited for less than 18 weeks in every month of the "
        "last two years. Places are added everywhere by the same share, "
        f"{kept['each_month']:.1%} of today's each month from April 2022 on. In steps "
        f"of {kept['step']:.0%}; found by "
        "[caresim solve](../guides/solve.md) at 1:20 with a confidence of "
        f"{kept['confidence']:.0%}.{certain} Tried once more with other luck, it was "
        f"held in {again['all_kept']} of {again['replications']} replications "
        f"({low:.0%} to {high:.0%}).\n\n" + "\n".join(lines)
    )


def _team() -> tuple[float, float]:
    """Return the places of the team, and the pounds of one for a day."""
    parts = [s for s in scenario_of(BASELINE).services if s.written_name == TEAM]
    places = sum(entry.number.values[0] for s in parts for entry in s.capacity)
    return places, parts[0].costs[0].number.values[0]
