"""The checks of records find what they are there to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kernels import layout
from kernels.layout import Model, Records, Table
from kernels.philox import key
from scenarios.tables import model as tables_of
from simulator import compiled
from tests.agreement.generator import Maker
from tests.conformance.histories import (
    area,
    check_records,
    number_after,
    pauses,
)

LUCK = key(7, 1)
SEEDS = range(60)


def history(seed: int) -> tuple[Model, Records]:
    """Return a generated model and what the compiled engine writes of it."""
    model = tables_of(Maker(seed, ties=bool(seed % 2)).scenario())
    chunks = compiled.records(model, LUCK)
    tables = (np.concatenate(rows) for rows in zip(*chunks, strict=True))
    return model, Records(*tables)


HISTORIES = [history(seed) for seed in SEEDS]
Damage = Callable[[Records, int], Records | None]
"""Damages the records at a place, or finds that nothing can be damaged there."""


def without(table: str) -> Damage:
    """Return a damage that loses a row."""

    def damage(records: Records, at: int) -> Records | None:
        rows: Table = getattr(records, table)
        if not len(rows):
            return None
        return records._replace(**{table: np.delete(rows, at % len(rows))})

    return damage


def twice(table: str) -> Damage:
    """Return a damage that writes a row twice."""

    def damage(records: Records, at: int) -> Records | None:
        rows: Table = getattr(records, table)
        if not len(rows):
            return None
        again = rows[at % len(rows)]
        return records._replace(**{table: np.append(rows, again)})

    return damage


def moved(table: str, name: str, by: int, *outcomes: int) -> Damage:
    """Return a damage that moves a time of a row, of visits with some outcomes."""

    def damage(records: Records, at: int) -> Records | None:
        rows: Table = getattr(records, table).copy()
        there = rows[name] >= 0
        if outcomes:
            there &= np.isin(rows["outcome"], outcomes)
        some = np.flatnonzero(there)
        if not len(some):
            return None
        rows[name][some[at % len(some)]] += by
        return records._replace(**{table: rows})

    return damage


def in_another_group(records: Records, at: int) -> Records | None:
    """Put a patient into another group."""
    groups = records.patients["group"]
    if len(np.unique(groups)) < 2:
        return None
    patients = records.patients.copy()
    patients["group"][at % len(patients)] = (groups[at % len(patients)] + 1) % 2
    return records._replace(patients=patients)


def still_waiting(records: Records, at: int) -> Records | None:
    """Let somebody who was treated wait to the end, beside a unit that is free."""
    visits = records.visits.copy()
    some = np.flatnonzero(visits["outcome"] == layout.COMPLETED)
    if not len(some):
        return None
    row = visits[some[at % len(some)] :][:1]
    row["outcome"] = layout.WAITING
    for name in ("started", "ended", "freed"):
        row[name] = -1
    return records._replace(visits=visits)


DAMAGES = {
    "a patient is lost": without("patients"),
    "a patient is there twice": twice("patients"),
    "a visit is lost": without("visits"),
    "a visit is there twice": twice("visits"),
    "a clock is lost": without("clocks"),
    "a clock is there twice": twice("clocks"),
    "somebody joins later": moved("visits", "joined", layout.WEEK),
    "somebody is treated for longer": moved(
        "visits", "freed", layout.WEEK, layout.COMPLETED
    ),
    "a clock starts later": moved("clocks", "since", 1),
    "a clock stops later": moved("clocks", "stopped", 1),
    "somebody leaves before the end of a visit": moved(
        "patients", "left", -layout.WEEK
    ),
    "somebody is in another group": in_another_group,
    "somebody is forgotten in line": still_waiting,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_records_of_an_engine_are_in_order(seed: int) -> None:
    model, records = HISTORIES[seed]
    check_records(model, LUCK, records)


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found(what: str) -> None:
    tried = 0
    for model, records in HISTORIES:
        # Clocks that pause are worked out anew in tests/validation.
        if "clock" in what and any(pauses(model, c) for c in range(model.n_clocks)):
            continue
        for at in (0, 17, 101):
            damaged = DAMAGES[what](records, at)
            if damaged is not None:
                tried += 1
                with pytest.raises(AssertionError):
                    check_records(model, LUCK, damaged)
    assert tried > 20


def test_the_area_under_a_path_is_the_sum_of_stays() -> None:
    begins, ends = np.array([0, 2, 2]), np.array([5, 2, 9])
    times = np.array([0, 2, 5, 9])
    assert number_after(begins, ends, times).tolist() == [1, 2, 1, 0]
    assert area(begins, ends) == 5 + 0 + 7
