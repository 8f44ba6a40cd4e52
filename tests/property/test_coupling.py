"""What two runs share: the same patients with the same luck."""

from pathlib import Path

import numpy as np
import pytest

import results
import simulator
from results import Run
from tests.worlds import child, write

UP = """\
  - demand: {names}
    multiply_by: 1.3
    from: 2024-01-10
    reached_by: 2024-02-01"""


def run(path: Path, *, record: bool = False, replications: int = 2) -> Run:
    return simulator.run(path, replications=replications, record=record)


def people(of: Run) -> dict[int, tuple[float, str]]:
    table = of.records("patients", 1)
    names = table.column_names
    stream = "stream" if "stream" in names else names[1]
    rows = zip(
        table["who"].to_pylist(),
        table["entered"].to_pylist(),
        table[stream].to_pylist(),
        strict=True,
    )
    return {who: (entered, of_stream) for who, entered, of_stream in rows}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("worlds")
    write(made, "base")
    return made


@pytest.fixture(scope="module")
def base(folder: Path) -> Run:
    return run(folder / "base.yaml", record=True)


def test_when_demand_rises_all_who_came_before_still_come_at_the_same_time(
    folder: Path, base: Run
) -> None:
    path = write(folder, "more", child(UP.format(names="all")))
    before, after = people(base), people(run(path, record=True))
    assert before.items() <= after.items()
    added = len(after) / len(before)
    # 30% more in the second month, half of that while it rises: about 1.2 in all.
    assert 1.12 < added < 1.28


@pytest.mark.parametrize("factor", [0.5, 0.9, 0.99])
def test_when_demand_falls_nobody_new_comes(
    folder: Path, base: Run, factor: float
) -> None:
    change = f"  - demand: all\n    multiply_by: {factor}"
    after = people(run(write(folder, f"less-{factor}", child(change)), record=True))
    before = people(base)
    assert after.items() <= before.items()
    assert len(after) / len(before) == pytest.approx(factor, abs=0.05)


def test_a_change_that_changes_nothing_makes_no_difference_at_all(
    folder: Path, base: Run
) -> None:
    change = "  - demand: all\n    multiply_by: 1.0"
    compared = results.compare(base, run(write(folder, "same", child(change))))
    assert compared.equal
    assert all(row.difference.mean == 0 and row.unchanged for row in compared.rows)


def test_a_change_leaves_what_it_does_not_touch_exactly_as_it_was(
    folder: Path, base: Run
) -> None:
    change = "  - services: ward\n    add: 4"
    compared = results.compare(base, run(write(folder, "beds", child(change))))
    library = [row for row in compared.rows if row.subject == "library"]
    ward = [row for row in compared.rows if row.subject == "ward"]
    assert library
    assert all(row.unchanged for row in library)
    assert any(row.difference.mean != 0 for row in ward)


def test_a_stream_that_is_added_shifts_nobody(folder: Path, base: Run) -> None:
    text = child("  - demand: all\n    multiply_by: 1.0")
    text += "demand:\n  walkers: {to: library, rate: 5 per day}\n"
    after = people(run(write(folder, "walkers", text), record=True))
    kept = {who: what for who, what in after.items() if what[1] != "walkers"}
    assert kept == people(base)


def test_more_beds_never_make_a_patient_wait_longer_for_one(
    folder: Path, base: Run
) -> None:
    # One service, first come first served, the same arrivals: true for each patient.
    text = """\
caresim: 1
title: A queue
period: {start: 2024-01-01, horizon: 2 months}
services:
  desk: {kind: staff, capacity: 2, takes: {law: lognormal, mean: 40 min, cv: 1}}
demand:
  desk: {rate: 65 per day}
"""
    write(folder, "queue", text)
    one = run(folder / "queue.yaml", record=True)
    change = "  - services: desk\n    add: 1"
    other = run(write(folder, "queue-3", child(change, "queue")), record=True)
    waits = [
        {
            who: (started if started is not None else np.inf) - joined
            for who, joined, started in zip(
                table["who"].to_pylist(),
                table["joined"].to_pylist(),
                table["started"].to_pylist(),
                strict=True,
            )
        }
        for table in (one.visits(1), other.visits(1))
    ]
    assert waits[0].keys() == waits[1].keys()
    assert all(waits[1][who] <= waits[0][who] for who in waits[0])
    assert sum(waits[1].values()) < sum(w for w in waits[0].values() if np.isfinite(w))


EVERY_WAY = """\
demand:
  families: {to: library, rate: 6 per day, arrive_together: {2: 70%, 5: rest}}
  list: {to: library, booked_at: {Mon Wed 10:00-12:00: 4}, who: {age: adult}}
"""


def test_parties_and_the_booked_of_the_baseline_all_come_when_demand_rises(
    folder: Path,
) -> None:
    text = child("  - {demand: library, multiply_by: 1.0}") + EVERY_WAY
    before = people(run(write(folder, "ways", text), record=True))
    both = "demand: [families, list], multiply_by: 1.5, from: 2024-01-17"
    more = write(folder, "more-ways", child(f"  - {{{both}}}", "ways"))
    after = people(run(more, record=True))
    assert before.keys() <= after.keys()
    came = {who: what for who, what in before.items() if what[1] != "list"}
    assert came.items() <= after.items()
    booked = [sum(of == "list" for _, of in w.values()) for w in (before, after)]
    # Half as many again on 12 of 18 days of clinics; those of the warm-up count too.
    assert booked[1] > booked[0] > 60


def test_who_is_kept_away_comes_later_with_the_same_luck(
    folder: Path, base: Run
) -> None:
    fall = "multiply_by: 0.5, until: 2024-01-20, returns: {share: 50%, after: 10 days}"
    change = f"  - {{demand: library, {fall}}}"
    before = people(base)
    after = people(run(write(folder, "later", child(change)), record=True))
    assert after.keys() < before.keys()
    moved = {who for who, (time, _) in after.items() if time != before[who][0]}
    assert 60 < len(moved) < 200
    assert {before[who][1] for who in moved} == {"library"}
