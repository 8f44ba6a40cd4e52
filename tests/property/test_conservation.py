"""What a run reports of patients, time, money and clocks is what its visits say."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import simulator
from results import Run
from tests.worlds import write

Column = np.ndarray
DAYS = 60.0
"""January and February 2024: the period that counts, after a week of warm-up."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path: Path = write(tmp_path_factory.mktemp("world"), "base")
    return simulator.run(path, replications=1, record=True)


def columns(table: pa.Table, *names: str) -> tuple[Column, ...]:
    return tuple(table[name].to_numpy(zero_copy_only=False) for name in names)


def measured(run: Run, kind: str, subject: str, measure: str, group: str) -> float:
    """Return a measure of the whole period; 0 where it has no row."""
    return sum(
        row["value"]
        for row in run.measures.to_pylist()
        if row["period"] == "whole"
        and (row["kind"], row["subject"], row["group"]) == (kind, subject, group)
        and f"{row['measure']}, {row['statistic']}" == measure
    )


def inside(times: Column) -> Column:
    """Return which moments count; a moment that never was does not."""
    return (times >= 0) & (times < DAYS)


def overlap(begin: Column, end: Column) -> float:
    """Return the time of stays that lies in the period; NaN lasts to its end."""
    last = np.where(np.isnan(end), DAYS, end)
    return float((last.clip(0, DAYS) - begin.clip(0, DAYS)).sum())


GROUPS = ("child", "adult")


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("service", ["clinic", "emergency", "ward", "therapy"])
def test_of_who_came_to_a_service_all_are_gone_or_there(
    run: Run, service: str, group: str
) -> None:
    def of(measure: str) -> float:
        return measured(run, "service", service, measure, group)

    where, who, outcome, part, joined, over = columns(
        run.visits(1), "service", "group", "outcome", "part", "joined", "ended"
    )
    here = (where == service) & (who == group)
    before = here & (joined < 0) & (part == 0)
    over_before = here & (over < 0) & (outcome != "handed back")
    there_at_first = before.sum() - over_before.sum()
    gone = ("completions", "left unseen", "turned away", "did not attend")
    there = of("list at the end, number") + of("in use at the end, number")
    decided = sum(of(f"{name}, number") for name in gone)
    assert of("arrivals, number") > 0
    assert there_at_first + of("arrivals, number") == decided + there


@pytest.mark.parametrize("group", GROUPS)
def test_of_who_came_to_the_model_all_are_gone_or_there(run: Run, group: str) -> None:
    who, entered, left = columns(run.records("patients", 1), "group", "entered", "left")
    mine = who == group

    def of(measure: str) -> float:
        return measured(run, "model", "model", measure, group)

    there_at_first = (mine & (entered < 0) & ~(left < 0)).sum()
    assert of("patients entered, number") == (mine & inside(entered)).sum()
    assert of("patients gone, number") == (mine & inside(left)).sum()
    assert there_at_first + of("patients entered, number") == of(
        "patients gone, number"
    ) + of("patients there at the end, number")


@pytest.mark.parametrize("service", ["clinic", "emergency", "ward", "therapy"])
def test_the_mean_line_is_what_patients_waited(run: Run, service: str) -> None:
    """Little's law on the path: arrival rate x mean wait is no approximation here."""
    where, joined, started, ended = columns(
        run.visits(1), "service", "joined", "started", "ended"
    )
    here = where == service
    gone = np.where(np.isnan(started), ended, started)
    waited = overlap(joined[here], gone[here])
    line = measured(run, "service", service, "in line, mean", "all")
    assert line * DAYS == pytest.approx(waited, rel=1e-9)


def test_money_is_price_times_what_visits_used(run: Run) -> None:
    where, part, started, freed = columns(
        run.visits(1), "service", "part", "started", "freed"
    )
    seen = (where == "emergency") & inside(started) & (part == 0)
    in_bed = (where == "ward") & ~np.isnan(started)
    expected = {
        "emergency": 114 * seen.sum(),
        "ward": 400 * overlap(started[in_bed], freed[in_bed]),
    }
    for service, money in expected.items():
        spent = measured(run, "service", service, "cost, total", "all")
        assert spent == pytest.approx(money, rel=1e-9)
        assert spent > 0
    whole = measured(run, "budget", "hospital", "spending, total", "all")
    assert whole == pytest.approx(sum(expected.values()), rel=1e-9)


def test_a_clock_runs_from_the_visit_that_starts_it_to_the_one_that_stops_it(
    run: Run,
) -> None:
    """`seen` starts on joining the clinic and stops at a start there or on leaving."""
    who, where, outcome, joined, started = columns(
        run.visits(1), "who", "service", "outcome", "joined", "started"
    )
    patients, left = columns(run.records("patients", 1), "who", "left")
    gone = dict(zip(patients.tolist(), left.tolist(), strict=True))
    at_clinic = np.flatnonzero(where == "clinic")
    running: dict[int, float] = {}
    times = []
    for row in at_clinic[np.lexsort((joined[at_clinic], who[at_clinic]))]:
        since = running.setdefault(int(who[row]), float(joined[row]))
        if outcome[row] != "did not attend" and not np.isnan(started[row]):
            times.append((since, float(started[row])))
            del running[int(who[row])]
    times += [(since, gone[person]) for person, since in running.items()]
    stopped = [(since, stop) for since, stop in times if 0 <= stop < DAYS]
    number = measured(run, "clock", "seen", "stopped, number", "all")
    mean = measured(run, "clock", "seen", "time, mean", "all")
    assert number == len(stopped) > 0
    assert mean == pytest.approx(np.mean([b - a for a, b in stopped]), rel=1e-9)
