"""Every measure of a small rich world is what its records say, counted by hand.

The definitions stand in `definitions.py` as plain loops over the recorded visits,
holds, clocks and patients; nothing there is taken from the library.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

import simulator
from results import Run
from results.measures.naming import MEASURES
from results.run import record_name
from scenarios import read
from scenarios.tables import model as tables_of
from simulator.replication import replicate
from tests.hand.definitions import (
    BOOK,
    CAUSES,
    COSTING,
    OF_USE,
    PROMISED,
    RULES,
    WARDS,
    spells,
)
from tests.hand.world import World

FILE = Path(__file__).parent / "everything.yaml"
ENGINES = ("compiled", "simpy")
PLACES = ("Leeds", "Wakefield")
BEDS = (*WARDS, "rehabilitation", "hospice", "bay")
STAFF = ("emergency", "theatre", "nurses", "scanner")
SERVICES = ("clinic", "away", *STAFF, *BEDS, "therapy")

OWNERS: dict[tuple[str, str], tuple[str, ...]] = {
    **{
        ("block", name): ()
        for name in (
            *("left unseen", "wait before leaving", "did not attend", "handed back"),
            *("utilisation", "slots"),
        )
    },
    ("service", "left unseen"): ("emergency",),
    ("service", "wait before leaving"): ("emergency",),
    ("service", "turned away"): ("clinic", *WARDS),
    ("service", "did not attend"): ("clinic",),
    ("service", "handed back"): STAFF,
    ("service", "capacity"): (*STAFF, *BEDS, "therapy"),
    ("service", "utilisation"): STAFF,
    ("service", "occupancy"): (*BEDS, "therapy"),
    ("service", "slots"): ("clinic",),
    ("service", "blocked"): (*STAFF, *BEDS, "therapy"),
    ("service", "helped elsewhere"): ("rehabilitation",),
    ("service", "moved back"): ("rehabilitation",),
    ("service", "breakdowns"): ("scanner",),
    ("service", "down"): ("scanner",),
    ("service", "cost"): COSTING,
    ("service", "cost of use"): ("emergency", *WARDS),
    ("service", "cost of out of area"): WARDS,
    ("service", "cost of capacity"): ("emergency",),
    ("service", "cost of agency"): ("emergency",),
    ("service", "cost of escalation"): ("emergency", "rehabilitation"),
    ("service", "days out of area"): WARDS,
    ("clock", "time paused"): ("treated",),
    ("clock", "paused at the end"): ("treated",),
    ("standard", "cost per patient within"): ("four hours",),
}
"""Which subjects have a measure that not all have."""
STATISTICS: dict[str, tuple[tuple[str, str], ...]] = {
    "soon": (("counted", "number"), ("within", "number"), ("within", "share")),
    "on average": (("counted", "number"), ("achieved", "mean"), ("target", "time")),
    "not too full": (("achieved", "occupancy"), ("target", "share")),
    "few away": (("achieved", "patients"), ("target", "patients")),
}
BREACH = (("breach", "number"), ("breach", "mean"))
STATISTICS["soon"] += (*BREACH, ("target", "share"))
STATISTICS["not too late"] = STATISTICS["four hours"] = STATISTICS["soon"]
STATISTICS["nine in ten"] = (
    *(*STATISTICS["soon"][:3], *BREACH),
    *(("achieved", "percentile"), ("target", "time")),
)
SPLIT: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("service", "left unseen"): (
        ("emergency", "gives up"),
        ("emergency", "taken home"),
    ),
    ("service", "changed priority"): (("emergency", "gets worse"),),
    ("service", "turned away"): (
        ("clinic", "not accepted"),
        *((ward, rule) for ward in WARDS for rule in ("full", "refused")),
    ),
    ("service", "blocked"): tuple((ward, "rehabilitation") for ward in WARDS),
    ("service", "cost"): (
        *((name, "hospital") for name in COSTING),
        *((name, "commissioner") for name in ("emergency", *WARDS)),
    ),
    ("budget", "spending"): (
        *(("hospital", kind) for kind in ("use", "capacity", "escalation")),
        *(("commissioner", kind) for kind in ("out of area", "agency")),
    ),
    ("model", "patients gone"): (("model", "leave"), ("model", "cured")),
    ("standard", "breach"): tuple(
        (name, cause) for name in PROMISED if name != "on average" for cause in CAUSES
    ),
}
"""What stands in brackets, of which subject."""
SUBJECTS = {
    "service": SERVICES,
    "pathway": ("hip", "urgent"),
    "block": ("ward",),
    "stream": ("clinic", "emergency", "hospice", "therapy", "scanner", "hip", "urgent"),
    "clock": ("treated", "in A&E", "to recover"),
    "standard": (*PROMISED, *OF_USE),
    "escalation": ("fifth bed", "more doctors"),
    "state": ("state 1", "state 2", "state 3"),
    "budget": ("hospital", "commissioner"),
    "model": ("model",),
}
EVERYBODY = frozenset(
    (
        *("capacity", "utilisation", "occupancy", "slots", "balance", "opened"),
        *("breakdowns", "down"),
        *("cost of capacity", "cost of agency", "cost of escalation", "open", "held"),
        *("balance of patients", "cost per patient within", "spending"),
    )
)
"""Measures that there are for everybody alone."""

Cell = tuple[str, str, str, str, str, str]


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    return {
        engine: simulator.run(FILE, engine=engine, record=True) for engine in ENGINES
    }


def world_of(run: Run, engine: str) -> World:
    """Return the records of a run, with the looks that its engine took."""
    scenario = read(FILE)
    seed = scenario.period.seed
    records = replicate(tables_of(scenario), seed, 1, engine, keep=True).records
    assert records is not None
    world = World(run)
    months = [period.name for period in world.periods]
    for row in records.looks:
        look = {name: int(row[name]) for name in row.dtype.names}
        look["clock"] = run.labels.clocks[look["clock"]]
        look["group"] = run.labels.everybody[look["group"]].name
        look["month"] = months[look["month"]]
        world.looks.append(look)
    return world


def expected(world: World) -> dict[Cell, float]:
    """Return every number that the table of measures is to hold."""
    found = {}
    for (kind, measure, statistic, is_split), how in BOOK.items():
        for name, shown, subject in _subjects(kind, measure, statistic, is_split):
            for group in ("all", *PLACES):
                if not _is_shown(kind, name, shown, group):
                    continue
                for period in world.periods:
                    value = how(world, subject, group, period)
                    if value is not None:
                        cell = (kind, name, shown, statistic, group, period.name)
                        found[cell] = value
    return found


def _subjects(kind: str, measure: str, statistic: str, is_split: bool):
    """Yield subjects, the measure as tables name it, and the definition's subject."""
    if is_split:
        for name, by in SPLIT[kind, measure]:
            yield name, f"{measure} ({by})", f"{name}|{by}"
        return
    for name in OWNERS.get((kind, measure), SUBJECTS[kind]):
        of_sort = kind != "standard" or measure in ("met", "cost per patient within")
        if of_sort or (measure, statistic) in STATISTICS[name]:
            yield name, measure, name


def _is_shown(kind: str, name: str, measure: str, group: str) -> bool:
    """Return whether a subject has a measure, as tables name it, for a group."""
    if group == "all":
        return True
    plain = measure.partition(" (")[0]
    alone = (
        kind in ("escalation", "state"),
        plain in EVERYBODY and measure not in ("spending (use)", OUT_OF_AREA),
        measure == "blocked (rehabilitation)",
        name in OF_USE,
        (name, group) == ("nine in ten", "Wakefield"),
        # Nobody of Wakefield goes to the ward in Leeds.
        (name, group) == ("ward in Leeds", "Wakefield"),
        # Capacity and rules are not shared out, nor is a sum that they are part of.
        measure in ("cost", "cost (hospital)") and name in SHARED,
        measure == "cost (commissioner)" and name == "emergency",
    )
    return not any(alone)


OUT_OF_AREA = "spending (out of area)"
SHARED = ("emergency", "rehabilitation")


def shown(run: Run) -> dict[Cell, float]:
    """Return what the table of measures holds."""
    names = ("kind", "subject", "measure", "statistic", "group", "period")
    rows = run.measures.to_pylist()
    found = {tuple(row[name] for name in names): row["value"] for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_every_row_of_the_table_is_what_plain_loops_count(
    engine: str, runs: dict[str, Run]
) -> None:
    wanted, found = expected(world_of(runs[engine], engine)), shown(runs[engine])
    assert sorted(found.keys() - wanted.keys()) == []
    assert sorted(wanted.keys() - found.keys()) == []
    wrong = {}
    for cell, value in wanted.items():
        if cell[3] == "number" or cell[2] == "slots":
            is_right = found[cell] == pytest.approx(value, rel=1e-12)
        else:
            is_right = found[cell] == pytest.approx(value, rel=1e-9, abs=1e-9)
        if not is_right:
            wrong[cell] = (found[cell], value)
    assert wrong == {}


def test_every_measure_has_a_definition_by_hand() -> None:
    defined = {
        (kind, m.name, m.statistic, bool(m.split_by))
        for m in MEASURES
        for kind in m.kinds
    }
    assert sorted(defined - BOOK.keys()) == []
    assert sorted(BOOK.keys() - defined) == []


def test_something_happens_to_every_measure(runs: dict[str, Run]) -> None:
    """A definition that is only ever compared with 0 proves nothing."""
    largest: dict[tuple[str, str, str, bool], float] = defaultdict(float)
    for (kind, _, measure, statistic, *_), value in shown(runs["compiled"]).items():
        name, bracket, _ = measure.partition(" (")
        key = kind, name, statistic, bool(bracket)
        largest[key] = max(largest[key], abs(value))
    quiet = sorted(key for key in BOOK if not largest[key])
    assert quiet == [
        ("block", "balance", "number", False),
        *BLOCKS_OF_OTHER_KINDS,
        ("model", "balance of patients", "number", False),
        ("pathway", "balance", "number", False),
        ("service", "balance", "number", False),
    ]


BLOCKS_OF_OTHER_KINDS = [
    ("block", "did not attend", "number", False),
    ("block", "did not attend", "share", False),
    ("block", "handed back", "number", False),
    ("block", "left unseen", "number", False),
    ("block", "left unseen", "share", False),
    ("block", "slots", "offered", False),
    ("block", "slots", "share used", False),
    ("block", "utilisation", "of rostered time", False),
    ("block", "wait before leaving", "mean", False),
]
"""Wards are not such: tests/unit/results/measures/test_block_measures.py has them."""


def test_the_world_is_rich(runs: dict[str, Run]) -> None:
    world = World(runs["compiled"])
    held = {hold["reason"] for hold in world.holds}
    assert held == {
        *("blocked", "kept", "together", "helped", "cleaning", "moved back"),
    }
    assert {visit["outcome"] for visit in world.visits} == {
        *("completed", "left", "turned away", "did not attend", "handed back"),
        *("waiting", "in service"),
    }
    assert any(clock["dropped"] for clock in world.clocks)
    assert any(clock["part"] for clock in world.clocks)
    assert min(len(spells(world, rule)) for rule in RULES) > 10


def test_the_engines_give_the_same_tables_to_the_last_bit(
    runs: dict[str, Run],
) -> None:
    one, other = runs.values()
    assert one.manifest == other.manifest
    for name in ("measures", "series", "waits"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.num_rows == b.num_rows > 0
        assert a.equals(b, check_metadata=True), name
    for name in ("visits", "holds", "changes", "clocks", "patients"):
        tables = [run.records(name, 1).to_pylist() for run in (one, other)]
        keys = ("who", "visit", "part", "since", "time", "clock")
        a, b = (
            sorted(rows, key=lambda row: [str(row.get(key)) for key in keys])
            for rows in tables
        )
        assert a == b, record_name(name, 1)
        assert a
