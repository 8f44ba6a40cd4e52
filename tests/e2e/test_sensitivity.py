"""How far single numbers move a measure, as the command says it and keeps it."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import results
from simulator.cli import main

WORLD = """\
caresim: 1
title: A desk, and a ward that nobody is sure of
period: {start: 2024-01-01, horizon: 40 days, replications: 3}
services:
  desk: {kind: staff, capacity: 1, takes: {law: exponential, mean: 30 min}}
  ward:
    kind: beds
    capacity: 6
    takes: {law: exponential, mean: {between: [1 day, 2 days], most_likely: 1.3 days}}
demand:
  desk: {rate: {between: [4 per day, 6 per day]}}
  ward: {rate: {between: [2 per day, 4 per day]}}
"""
STAY, RATE, IDLE = "services.ward.takes.mean", "demand.ward.rate", "demand.desk.rate"
USED = "ward: occupancy, mean"
MEASURE = ("--measure", USED)
MORRIS = ("--method", "morris", "--trajectories", 4)


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words):
    result = caresim("sensitivity", "world.yaml", "--workers", 1, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def played(folder, monkeypatch):
    """Go where runs stay from one test to the next: the same command goes on."""
    monkeypatch.chdir(folder)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")


def test_each_number_is_moved_to_its_ends_alone(played):
    plain = told(*MEASURE)
    rows = {row["name"]: row for row in plain["inputs"]}
    assert [row["rank"] for row in plain["inputs"]] == [1, 2, 3]
    assert list(rows)[2] == IDLE
    assert (rows[RATE]["low"]["value"], rows[RATE]["high"]["value"]) == (
        "2 per day",
        "4 per day",
    )
    assert (
        rows[STAY]["high"]["change"]["mean"] > 0 > rows[STAY]["low"]["change"]["mean"]
    )
    # The desk has patients of its own: no patient of the ward notices.
    for end in ("low", "high"):
        assert rows[IDLE][end]["change"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
        assert rows[IDLE][end]["verdict"] == "exactly as before"
    assert plain["replications"] == 3


def test_a_change_is_that_of_two_runs_by_hand(played):
    plain = told(*MEASURE)
    for name, text in (("base", WORLD), ("long", WORLD)):
        stay = "1.3 days" if name == "base" else "2 days"
        span = "{between: [1 day, 2 days], most_likely: 1.3 days}"
        Path(f"{name}.yaml").write_text(text.replace(span, stay), encoding="utf-8")
        caresim("run", f"{name}.yaml", "--out", name, "--replace")
    base, longer = results.load("base"), results.load("long")
    (row,) = results.compare(longer, baseline=base, measures=[USED]).rows
    (found,) = [r for r in plain["inputs"] if r["name"] == STAY]
    assert found["high"]["change"]["mean"] == row.difference.mean
    assert found["high"]["change"]["low"] == row.difference.low


def test_any_number_can_be_moved_by_a_share(world):
    words = ("--by", "50%", "--number", "services.ward.capacity", "--number", STAY)
    plain = told(*MEASURE, *words)
    rows = {row["name"]: row for row in plain["inputs"]}
    beds = rows["services.ward.capacity"]
    assert (beds["low"]["value"], beds["high"]["value"]) == ("3", "9")
    assert beds["low"]["change"]["mean"] > 0 > beds["high"]["change"]["mean"]
    assert rows[STAY]["low"]["value"] == "0.65 days"
    assert len(rows) == 2


def test_many_numbers_are_screened(played):
    plain = told(*MEASURE, *MORRIS)
    rows = {row["name"]: row for row in plain["inputs"]}
    assert plain["trajectories"] == 4
    sizes = [row["mu_star"]["mean"] for row in plain["inputs"]]
    assert sizes == sorted(sizes, reverse=True)
    # It moves the desk alone.
    assert rows[IDLE]["mu_star"]["mean"] == 0
    assert not rows[IDLE]["shows"]
    assert rows[STAY]["shows"]
    assert rows[STAY]["mu"]["mean"] > 0
    assert len(list(Path("runs/world-morris/runs").iterdir())) == 4 * 4


def test_the_table_and_the_sentences_say_the_same(played):
    for words, heads in (((), "low_change_mean"), (MORRIS, "mu_star")):
        plain = told(*MEASURE, *words)
        with Path(plain["folder"], "sensitivity.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row, other in zip(rows, plain["inputs"], strict=True):
            assert row["input"] == other["name"]
            value = other["low"]["change"] if not words else other["mu_star"]
            assert float(row[heads]) == value["mean"]
        result = caresim("sensitivity", "world.yaml", *MEASURE, *words)
        assert result.exit_code == 0, result.output
        assert "replications are there already." in result.stderr
        said = "Not told from luck: demand.desk.rate." if words else "Most comes from "
        assert said in result.stdout


def test_charts_are_drawn(played):
    for words, texts in (
        ((), ("at its low end", "ward, takes, mean", "4 per day")),
        (MORRIS, ("not told from luck", "demand, desk, rate")),
    ):
        command = ("sensitivity", "world.yaml", *MEASURE, *words)
        result = caresim(*command, "--chart", "a.svg", "--replace")
        assert result.exit_code == 0, result.output
        drawn = Path("a.svg").read_text("utf-8")
        assert all(text in drawn for text in texts)


def test_where_nothing_moves_it_is_said(played):
    words = ("--measure", "ward: capacity, mean", "--chart", "still.svg", "--replace")
    result = caresim("sensitivity", "world.yaml", *words)
    assert result.exit_code == 0, result.output
    assert "No number moves it at all." in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "wrad: wait, mean"), "Did you mean 'ward: wait, mean'"),
        ((*MEASURE, "--by", "10"), "--by '10': is no share to move a number by"),
        ((*MEASURE, "--number", STAY), "--number goes with --by"),
        (
            (*MEASURE, "--by", "10%", "--number", "services.ward.take.mean"),
            f"Did you mean '{STAY}'?",
        ),
        ((*MEASURE, "--trajectories", 5), "--trajectories go with --method morris."),
        (
            (*MEASURE, "--method", "morris", "--trajectories", 2),
            "--trajectories 2: too few to say how sure their mean is",
        ),
        (
            (*MEASURE, "--method", "morris", "--trajectories", 90_000),
            "are 360,000 runs; at most 100,000.",
        ),
        ((*MEASURE, "--replications", 1), "one cannot tell luck from what a number"),
        ((*MEASURE, "--chart", "a.pdf"), "name a .svg or a .png file."),
    ],
)
def test_what_cannot_be_meant_is_told(world, words, said):
    result = caresim("sensitivity", "world.yaml", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("runs").exists()


def test_all_that_is_wrong_is_told_at_once(world):
    sure = "caresim: 1\ntitle: Sure\nperiod: {start: 2024-01-01, horizon: 9 days}\n"
    sure += "services:\n  desk: {kind: staff, capacity: 1, takes: 30 min}\n"
    sure += "demand:\n  desk: {rate: 4 per day}\n"
    Path("world.yaml").write_text(sure, encoding="utf-8")
    words = ("--measure", "x", "--by", "z", "--replications", 1, "--chart", "c")
    result = caresim("sensitivity", "world.yaml", *words)
    assert result.exit_code == 2
    assert "nothing is uncertain in world" in result.stderr
    assert result.stderr.count("Error: ") == 5
