"""What the examples of the language are measured by."""

from __future__ import annotations

from benchmarks.features import BAR, EXAMPLES, FEW, Feature, events, measured, text
from scenarios import read
from scenarios.tables import model
from simulator.replication import replicate


def test_events_are_those_of_the_records() -> None:
    tables = model(read(EXAMPLES / "turned-away-when-full.yaml"))
    played = replicate(tables, 1, 1, "simpy", keep=True)
    assert played.records is not None
    visits = played.records.visits
    over = int((visits["ended"] >= 0).sum())
    assert events(tables, played.tallies) == len(visits) + over + len(tables.calendar)


def test_an_example_is_played_until_enough_has_happened() -> None:
    found = measured("kind-staff", 1)
    assert found.events >= 150_000
    assert found.ns_per_event > 1


def test_the_slowest_stands_first_and_the_bar_is_counted() -> None:
    quick, slow = Feature("a", 8, FEW, BAR - 1.0), Feature("b", 8, FEW, BAR + 1.0)
    lines = text([quick, slow]).splitlines()
    assert lines[0].startswith("1 of 2 examples")
    assert [line.split()[1] for line in lines[-2:]] == ["b", "a"]


def test_examples_with_few_events_stand_apart() -> None:
    many, few = Feature("a", 8, FEW, BAR + 1.0), Feature("b", 8, FEW - 1, BAR + 1.0)
    page = text([few, many])
    assert page.startswith("0 of 1 examples")
    assert page.index("| a ") < page.index("1 with fewer") < page.index("| b ")
