"""Commands that follow patients: from one run into another, and one by one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import results
from simulator.cli import main

CLINIC = """\
caresim: 1
title: A clinic
period: {start: 2024-01-01, horizon: 3 months, replications: 3}
groups:
  age: [child, adult]
people:
  number: {by: age, child: 4000, adult: 16000}
endings: [cured]
services:
  front door:
    kind: staff
    sector: urgent care
    capacity: 2
    takes: {law: exponential, mean: 2 hours}
    while_waiting: {gives up: {after: {law: exponential, mean: 3 hours}, then: leave}}
    turned_away: {full: {when_waiting: 10, then: leave}}
    then: {ward: 20%, cured: rest}
  ward:
    kind: beds
    sector: hospital
    capacity: 12
    takes: {law: lognormal, mean: 3 days, cv: 1}
    then: {front door: {share: 10%, after: 1 week}, cured: rest}
demand:
  front door: {rate: 20 per day}
"""
MORE = """\
caresim: 1
extends: clinic
title: More patients
changes:
  - {demand: front door, multiply_by: 1.2}
"""


def caresim(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two recorded runs and some that do not fit them."""
    place = tmp_path_factory.mktemp("patients")
    (place / "clinic.yaml").write_text(CLINIC, encoding="utf-8")
    (place / "more.yaml").write_text(MORE, encoding="utf-8")
    record = ("--record", "visits")
    for name, scenario, more in (
        ("a", "clinic", record),
        ("b", "more", record),
        ("bare", "more", ()),
        ("seed", "more", (*record, "--seed", "7")),
        ("fewer", "more", (*record, "--replications", "2")),
    ):
        command = ("run", place / f"{scenario}.yaml", "--out", place / name, *more)
        result = caresim(*command)
        assert result.exit_code == 0, result.output
    return place


def test_a_ledger_is_read_in_sentences(here: Path) -> None:
    said = caresim("ledger", here / "a", here / "b")
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0].startswith("Patient by patient, 'More patients' (B)")
    assert any(line.startswith("Extra patients in B: ") for line in lines)
    assert "only in A nobody" in lines[1]
    assert lines[-1].startswith("It balances")


def test_more_demand_adds_patients_and_takes_none_away(here: Path) -> None:
    a, b = (results.load(here / name) for name in "ab")
    rows = results.ledger(a, b).table().to_pylist()
    for number in a.replications:
        of = [row for row in rows if row["replication"] == number]
        came = {
            run: run.records("patients", number)["who"].to_pylist() for run in (a, b)
        }
        extra = set(came[b]) - set(came[a])
        assert set(came[a]) < set(came[b])
        counted = sum(r["patients"] for r in of if r["comes"] == "only in B")
        assert counted == len(extra)
        left = sum(r["patients"] for r in of if r["b_state"] == "left unseen")
        visits = b.visits(number).to_pylist()
        # Leaving a line is the end in this model.
        assert left == sum(visit["outcome"] == "left" for visit in visits)


def test_tables_and_json_are_printed(here: Path) -> None:
    words = ("ledger", here / "a", here / "b", "--by", "age")
    shown = caresim(*words, "--show", "ends", "--show", "moves", "--show", "use")
    assert shown.exit_code == 0, shown.output
    assert "treated at front door, cured" in shown.output
    assert "child" in shown.output
    plain = json.loads(caresim(*words, "--json").output)
    people = {row["people"] for row in plain["waits"]}
    assert people == {"everybody", "child", "adult"}
    assert plain["ends"][0]["patients_low"] <= plain["ends"][0]["patients"]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("bare", "patients were not recorded. Run it again with --record visits."),
        ("seed", "seeds differ (1 and 7), so other people come."),
        ("fewer", "replications differ (1 to 3 and 1 to 2)."),
        ("nowhere", "there is no such run folder"),
        ("clinic.yaml", "is a file; a run is a folder"),
    ],
)
def test_what_cannot_be_set_beside_is_refused_in_a_line(
    here: Path, other: str, reason: str
) -> None:
    for command in (("ledger",), ("trace", "--patient", 5), ("trace",)):
        said = caresim(*command, here / "a", here / other)
        assert said.exit_code == 1
        (line,) = said.output.strip().splitlines()
        assert reason in line


def test_people_are_kept_apart_by_what_there_is(here: Path) -> None:
    said = caresim("ledger", here / "a", here / "b", "--by", "place")
    assert said.exit_code == 1
    assert "only by stream, group, age" in said.output


def test_one_patient_is_followed_through_both_runs(here: Path) -> None:
    whom = json.loads(caresim("trace", here / "a", here / "b", "--json").output)
    (who, *_) = whom["waited longer"]
    assert str(who) in caresim("trace", here / "a", here / "b").output
    words = ("trace", here / "a", here / "b", "--patient", who)
    told = caresim(*words)
    assert told.exit_code == 0, told.output
    assert "The same in both:" in told.output
    assert "Here they part, 2024-" in told.output
    plain = json.loads(caresim(*words, "--json").output)
    assert plain["parts_at"] in told.output
    assert plain["a"]["events"] != plain["b"]["events"]


def test_a_recorded_journey_is_the_one_that_is_simulated(here: Path) -> None:
    others = json.loads(caresim("trace", here / "b", "--json").output)["others"]
    for who in others[:3]:
        asked = ("--patient", who, "--replication", 1)
        recorded = caresim("trace", here / "b", *asked)
        assert recorded.output == caresim("trace", here / "more.yaml", *asked).output
        assert recorded.output.splitlines()[-1].count("leaves") == 1
    assert (
        others
        == json.loads(caresim("trace", here / "more.yaml", "--json").output)["others"]
    )
    unknown = caresim("trace", here / "b", "--patient", 5)
    assert unknown.exit_code == 1
    assert len(unknown.output.strip().splitlines()) == 1


def test_how_to_simulate_is_not_said_of_run_folders(here: Path) -> None:
    for name, value in (("--seed", "3"), ("--engine", "simpy")):
        said = caresim("trace", here / "a", here / "b", name, value)
        assert said.exit_code == 2
        assert f"{name} is for scenarios" in said.output
