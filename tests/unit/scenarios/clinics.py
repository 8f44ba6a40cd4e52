"""A small scenario to be changed in tests, and what is said about it."""

from __future__ import annotations

import scenarios
from scenarios.scenario import Scenario

CLINIC = """\
caresim: 1
title: A clinic
period: {start: 2024-01-01, horizon: 1 year}
groups:
  age: [child, adult]
people:
  number: {by: age, child: 1000, adult: 4000}
services:
  clinic:
    kind: staff
    capacity: {Mon-Fri 08:30-17:00: 2}
    takes: {law: lognormal, mean: 15 min, sd: 8 min}
    then: {ward: 10%, leave: rest}
  ward:
    kind: beds
    capacity: 12
    takes: {law: exponential, mean: 4 days}
demand:
  clinic: {rate: 50 per day}
"""


def clinic(*edits: tuple[str, str], more: str = "") -> str:
    """Return the text of the clinic with some passages replaced and more at its end."""
    text = CLINIC
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} does not stand in the clinic once")
        text = text.replace(old, new)
    return text + more


def read(*edits: tuple[str, str], more: str = "") -> Scenario:
    """Return the clinic with some passages replaced and more at its end."""
    return scenarios.parse(clinic(*edits, more=more), "clinic")


def said(text: str) -> list[str]:
    """Return what is said about a text, without the name of the file."""
    try:
        scenarios.parse(text, "x")
    except scenarios.ScenarioError as error:
        return [str(problem).removeprefix("x:") for problem in error.problems]
    return []


def refused(*edits: tuple[str, str], more: str = "") -> list[str]:
    """Return what is said about the clinic, without places."""
    return [line.split(" ", 1)[1] for line in said(clinic(*edits, more=more))]
