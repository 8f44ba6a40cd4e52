"""Event logs tell what visits tell, in columns that other programs know."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from results.errors import ResultError
from results.export.eventlog import write_event_log
from tests.unit.results.export.clinics import FORMULA, one

RUN = one(recorded=True)


def logged(tmp_path: Path, style: str) -> list[dict[str, str]]:
    """Return the rows of an event log."""
    path = tmp_path / "log.csv"
    count = write_event_log(RUN, path, style, 1)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    return rows


def of(rows: list[dict[str, str]], column: str, who: int) -> list[dict[str, str]]:
    return [row for row in rows if row[column] == str(who)]


def test_process_mining_sees_each_step_of_a_journey(tmp_path: Path) -> None:
    rows = logged(tmp_path, "process")
    mine = of(rows, "case:concept:name", 49)
    told = [(r["concept:name"], r["lifecycle:transition"]) for r in mine]
    service = f"'{FORMULA}"
    assert told == [
        ("arrival", "complete"),
        (service, "schedule"),
        (service, "start"),
        (service, "complete"),
        ("'+1", "schedule"),
        ("'+1", "start"),
        ("'+1", "complete"),
        ("depart", "complete"),
    ]
    # Day 49 after 3 February 2000, and a quarter of a day later.
    assert mine[1]["time:timestamp"] == "2000-03-23T00:00:00.000000"
    assert mine[2]["time:timestamp"] == "2000-03-23T06:00:00.000000"
    assert mine[2]["org:resource"] == f"{service} 1"
    assert mine[5]["pathway"] == "way"
    gone = of(rows, "case:concept:name", 111)
    assert [r["lifecycle:transition"] for r in gone] == [
        *("complete", "schedule", "withdraw", "complete")
    ]
    assert gone[2]["cause"] == "gives up"


def test_events_come_in_the_order_of_time(tmp_path: Path) -> None:
    moments = [row["time:timestamp"] for row in logged(tmp_path, "process")]
    assert moments == sorted(moments)


def test_vidigi_finds_arrival_queue_use_and_departure(tmp_path: Path) -> None:
    rows = logged(tmp_path, "vidigi")
    assert list(rows[0])[:6] == [
        *("entity_id", "pathway", "event", "event_type", "time", "resource_id")
    ]
    mine = of(rows, "entity_id", 20)
    assert [(r["event_type"], r["event"]) for r in mine] == [
        ("arrival_departure", "arrival"),
        ("queue", f"'{FORMULA}: waits"),
        ("resource_use", f"'{FORMULA}: begins"),
        ("resource_use_end", f"'{FORMULA}: ends"),
        ("arrival_departure", "depart"),
    ]
    # Minutes since the midnight before the first event, on day 10.
    times = [float(row["time"]) for row in mine]
    assert times == [14400, 14400, 14760, 15840, 17280]
    assert [r["resource_id"] for r in mine] == ["", "", "1", "1", ""]


def test_a_unit_has_one_patient_at_a_time(tmp_path: Path) -> None:
    busy: dict[tuple[str, str], str] = {}
    seen = 0
    for row in logged(tmp_path, "vidigi"):
        unit = row["service"], row["resource_id"]
        if row["event_type"] == "resource_use_end":
            assert busy.pop(unit) == row["entity_id"]
        elif row["event_type"] == "resource_use":
            assert unit not in busy
            busy[unit] = row["entity_id"]
            seen += 1
    assert seen == 41
    assert not busy


def test_without_recorded_visits_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="run it again with --record visits"):
        write_event_log(one(), tmp_path / "log.csv", "process", 1)
    assert not list(tmp_path.iterdir())


def test_a_replication_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="there is no replication 3"):
        write_event_log(RUN, tmp_path / "log.csv", "process", 3)
