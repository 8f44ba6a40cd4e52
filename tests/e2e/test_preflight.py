"""What `caresim explain` says before a run, alone and beside one."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main

WORLD = """\
caresim: 1
title: A clinic that is short, and a ward that it feeds
period: {start: 2024-01-01, horizon: 12 months, replications: 10}
services:
  clinic:
    kind: slots
    capacity: {working days 09:00-17:00: 70}
    takes: 30 min
    then: {ward: 10%, leave: rest}
  ward: {kind: beds, capacity: 12, takes: {law: exponential, mean: 2 days}}
demand:
  clinic: {rate: 80 per day}
"""


def caresim(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")
    return tmp_path


def test_a_list_that_grows_is_the_simulated_one(world: Path) -> None:
    assert caresim("run", "world.yaml", "--out", "run").exit_code == 0
    said = caresim("explain", "world.yaml", "--beside", "run", "--csv")
    assert said.exit_code == 0, said.output
    rows = list(csv.DictReader(io.StringIO(said.stdout)))
    assert len(rows) == 2 * 12
    for row in rows[2:12]:
        expected, seen = float(row["waiting"]), float(row["simulated_waiting_mean"])
        assert expected == pytest.approx(seen, rel=0.03)
    plain = json.loads(
        caresim("explain", "world.yaml", "--beside", "run", "--json").stdout
    )
    last = plain["rows"][11]
    assert last["simulated_waiting"]["low"] < last["waiting"]
    assert last["waiting"] < last["simulated_waiting"]["high"]
    assert plain["sentences"][0].startswith("clinic falls short from January 2024")
    table = caresim("explain", "world.yaml", "--beside", "run").stdout
    assert "fluid" in table
    assert "Erlang C" in table
    assert "end of 2024-12" in table


def test_every_service_has_a_row(world: Path) -> None:
    said = caresim("explain", "world.yaml", "--preflight").stdout
    assert "clinic   2024-01" in said
    assert "ward     –" in said
    assert "clinic falls short from January 2024 (month 1)" in said
    plain = json.loads(caresim("explain", "world.yaml", "--json").stdout)
    assert plain["preflight"]["rows"][0]["formula"] == "fluid"
    assert plain["sentences"][-2:] == [
        s for s in said.splitlines() if s.startswith(("clinic falls", "ward would"))
    ]


def test_a_run_of_something_else_is_refused(world: Path) -> None:
    other = WORLD.replace("12 months", "6 months").replace("ward", "unit")
    Path("other.yaml").write_text(other, encoding="utf-8")
    caresim("run", "other.yaml", "--out", "run", "--replications", 2)
    said = caresim("explain", "world.yaml", "--beside", "run")
    assert said.exit_code == 2
    assert said.stderr.splitlines() == [
        "Error: --beside: the run is of 2024-01 to 2024-06, and the scenario of "
        "2024-01 to 2024-12.",
        "Error: --beside: the run has no service 'ward'.",
    ]
    both = caresim("explain", "world.yaml", "--csv", "--json")
    assert "--json and --csv print the same" in both.stderr


def test_a_study_has_no_one_pre_flight(world: Path) -> None:
    text = "caresim: 1\nstudy: How many?\nbase: world\nvary:\n  beds: "
    text += "{services: ward, add: [0, 5]}\n"
    Path("study.yaml").write_text(text, encoding="utf-8")
    said = caresim("explain", "study.yaml", "--preflight")
    assert said.exit_code == 2
    assert "a study has many scenarios" in said.stderr
