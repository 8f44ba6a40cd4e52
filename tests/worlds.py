"""Small worlds as scenario files, for tests that need one from end to end."""

from pathlib import Path

import pytest

import scenarios

BASE = """\
caresim: 1
title: A small world
period: {start: 2024-01-01, warm_up: 1 week, horizon: 2 months, replications: 3}
groups:
  age: [child, adult]
people:
  number: {by: age, child: 4000, adult: 16000}
budgets: [hospital]
endings: [cured]
services:
  clinic:
    kind: slots
    capacity: {working days 09:00-17:00: 20}
    takes: {law: lognormal, mean: 20 min, cv: 0.5}
    did_not_attend: {share: 10%, then: {clinic: {share: 50%, after: 1 week}, leave: rest}}
    turned_away: {not accepted: {share: 10%, then: leave}}
    then: {ward: {share: {by: age, child: 10%, adult: 20%}}, therapy: 10%, cured: rest}
  emergency:
    kind: staff
    capacity: {08:00-20:00: 3, 20:00-08:00: 2}
    takes: {law: gamma, mean: 90 min, cv: 0.8}
    priority: {by: age, child: 1, adult: 2}
    end_of_shift: hand_back
    while_waiting:
      gives up: {after: {law: exponential, mean: 3 hours}, then: {clinic: 20%, leave: rest}}
    cost: {hospital: £114 per visit}
    then: {ward: 10%, leave: rest}
  ward:
    kind: beds
    capacity: 12
    takes: {law: weibull, mean: 3 days, cv: 1.2}
    turned_away: {full: {when_waiting: 8, then: leave}}
    cost: {hospital: £400 per day}
    then: {emergency: {share: 5%, after: 10 days}, leave: rest}
  therapy:
    kind: caseload
    capacity: 40
    takes: {law: exponential, mean: 40 days}
  library:
    kind: staff
    capacity: 1
    takes: 30 min
pathways:
  day surgery:
    start: theatre day
    steps:
      theatre day: {at: ward, takes: {law: uniform, lowest: 4 hours, highest: 12 hours}}
demand:
  clinic: {rate: 18 per day, profile: office}
  emergency: {rate: 30 per day, profile: hours}
  day surgery: {rate: 1 per day}
  library: {rate: 20 per day}
profiles:
  office: {during: {working days 09:00-17:00: 1}}
  hours: {hours: [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 4, 3, 2, 1]}
clocks:
  seen: {start: joins clinic, stop: [starts clinic, leaves]}
standards:
  two weeks: {clock: seen, within: 2 weeks, target: 90%, counts: completed}
record: {by: [age]}
"""


UNSURE = """\
caresim: 1
title: A desk, and a ward that nobody is sure of
period: {start: 2024-01-01, horizon: 40 days, replications: 4}
services:
  desk: {kind: staff, capacity: 1, takes: 30 min}
  ward:
    kind: beds
    capacity: 6
    takes: {law: exponential, mean: {between: [1 day, 2 days], most_likely: 1.3 days}}
demand:
  desk: {rate: 4 per day}
  ward: {rate: {between: [2 per day, 4 per day]}}
"""
"""A model with two uncertain numbers."""


def write(folder: Path, name: str, text: str = BASE) -> Path:
    """Write a scenario file and return its path."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def child(changes: str, parent: str = "base") -> str:
    """Return a file that extends another by some changes."""
    return f"caresim: 1\nextends: {parent}\ntitle: What if\nchanges:\n" + changes + "\n"


OFTEN = (
    "west-yorkshire",
    "west-yorkshire-quick",
    "mental-health-plus-30",
    "mutual-aid",
    "winter",
    "young-people",
    "red-kite-view",
)


def shipped() -> list[object]:
    """Return the names of the catalogue; `make validate` looks at the other ones.

    Most of them are West Yorkshire with another change, and take seconds to read.
    """
    return [
        each.name
        if each.name in OFTEN
        else pytest.param(each.name, marks=pytest.mark.validate)
        for each in scenarios.catalogue()
    ]
