"""What shocks do, as the command says it, keeps it and goes on."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import results
from simulator.cli import main

WORLD = """\
caresim: 1
title: A clinic and a ward
period: {start: 2024-01-01, horizon: 40 weeks, replications: 6}
services:
  clinic: {kind: slots, capacity: {00:00-24:00: 40}, takes: 20 min}
  ward: {kind: beds, capacity: 20, takes: {law: exponential, mean: 2 days}}
demand:
  clinic: {rate: 30 per day}
  ward: {rate: 7 per day}
"""
CLOSED = ("--shock", "strike: capacity=0, lasts=14 days, times=1, from=2024-03-04")
OWN = """\
shock: Fewer beds and no buses
lasts: {value: 7 days, assumption: a week}
numbers:
  beds: {value: 10, is: beds that are left, source: the plan of the ward}
changes:
  - {services: ward, set_to: <beds>, from: <begins>, until: <ends>}
  - {services: {kind: staff}, multiply_by: 0.5, from: <begins>, until: <ends>}
"""


def caresim(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words: object) -> dict:
    result = caresim("stress", "world.yaml", "--workers", 1, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")


def test_a_backlog_grows_and_drains_as_it_must(world: None) -> None:
    plain = told(*CLOSED, "--within", "20 patients")
    (shock,) = plain["shocks"]
    assert shock["spells"] == [["2024-03-04", "2024-03-18"]]
    found = {row["measure"]: row for row in plain["differences"]}
    clinic = found["clinic: list at the end, number"]
    # 14 days of 30 wait when it opens again; 10 a day more can be seen than come.
    assert clinic["worst"] in ("2024-03-11", "2024-03-18")
    assert clinic["at_worst"]["mean"] == pytest.approx(375, rel=0.1)
    assert clinic["recovered"] == 6
    assert clinic["recovered_in_days"][0]["days"] == pytest.approx(40, abs=7)
    assert clinic["in_all"]["mean"] == pytest.approx(420 * (14 + 42) / 14, rel=0.15)
    ward = found["ward: list at the end, number"]
    assert ward["at_worst"] == {"mean": 0, "low": 0, "high": 0}
    assert ward["recovered_in_days"][0]["days"] == 0


def test_what_is_said_stands_in_the_tables_and_the_chart(world: None) -> None:
    words = ("stress", "world.yaml", *CLOSED, "--shock", "ward-closed: beds=0.5")
    words += ("--from", "2024-03-04", "--chart", "chart.svg", "--workers", 1)
    result = caresim(*words)
    assert result.exit_code == 0, result.output
    assert "Strike days (2024-03-04 to 2024-03-18):" in result.stdout
    assert "clinic: list: at worst +" in result.stdout
    assert "of the replications" in result.stdout
    assert Path("chart.svg").read_text("utf-8").startswith("<svg")
    folder = Path("runs/world-stress")
    with (folder / "stress.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2
    with (folder / "stress-by-period.csv").open(encoding="utf-8") as file:
        weeks = list(csv.DictReader(file))
    assert len(weeks) == 2 * 2 * 40
    by_week = {
        w["period"]: float(w["change"])
        for w in weeks
        if w["shock"] == rows[0]["shock"] and w["measure"] == rows[0]["measure"]
    }
    assert by_week[rows[0]["worst"]] == float(rows[0]["at_worst_mean"])
    assert set(list(by_week.values())[:9]) == {0.0}
    again = caresim(*words, "--replace")
    assert "18 of 18 replications are there already." in again.stderr
    assert len(results.load(folder / "runs" / "world").replications) == 6


def test_other_measures_are_looked_at_by_month(world: None) -> None:
    plain = told(*CLOSED, "--measure", "clinic: wait, mean", "--within", "1 day")
    (row,) = plain["differences"]
    assert (row["period"], row["worst"], row["in_all"]) == ("month", "2024-03", None)
    assert row["tolerance"] == 1.0
    plain = told(*CLOSED, "--measure", "clinic: starts, number")
    (row,) = plain["differences"]
    # Nobody is lost: what is not seen in March is seen later.
    assert row["in_all"]["mean"] == pytest.approx(0, abs=2)


def test_a_shock_of_ones_own(world: None) -> None:
    Path("own.yaml").write_text(OWN, encoding="utf-8")
    plain = told("--shock", "own.yaml", "--from", "2024-03-04")
    (shock,) = plain["shocks"]
    assert shock["title"] == "Fewer beds and no buses"
    assert shock["numbers"][-1]["source"] == "the plan of the ward"
    assert shock["left_out"][0].startswith("services {kind: staff}: ")
    assert plain["differences"][0]["measure"].startswith("ward")
    mended = told("--shock", "own.yaml: beds=20, from=2024-03-04", "--out", "other")
    assert mended["differences"][0]["at_worst"]["mean"] == 0


def test_the_shocks_that_come_with_it_are_listed(world: None) -> None:
    said = caresim("stress", "--list").stdout
    assert "strike: Strike days" in said
    found = json.loads(caresim("stress", "--list", "--json").stdout)
    assert len(found) >= 6
    for shock in found:
        for number in shock["numbers"]:
            assert ("source" in number) != ("assumption" in number)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--shock: name one; caresim stress --list lists them."),
        (("--shock", "strikes"), "'strikes' is no shock. Did you mean 'strike'?"),
        (("--shock", "strike: size=2"), "'size=2' is no value."),
        (
            ("--shock", "strike: at=wards"),
            "touches nothing of this scenario. services ",
        ),
        (("--shock", "strike: times=0"), "times: a whole number of 1 or more belongs"),
        (("--shock", "strike: lasts=5"), "--shock 'strike':"),
        (("--shock", "strike", "--from", "2023-03-04"), "must lie within the period"),
        (("--shock", "strike", "--from", "2024-10-01"), "must lie within the period"),
        (("--shock", "strike", "--within", "some"), "--within 'some': write a share"),
        (("--shock", "strike", "--measure", "x"), "--measure 'x':"),
        (("--shock", "strike", "--chart", "a.pdf"), "name a .svg or a .png file."),
    ],
)
def test_what_cannot_be_meant_is_told(
    world: None, words: tuple[str, ...], said: str
) -> None:
    result = caresim("stress", "world.yaml", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("runs").exists()


def test_all_that_is_wrong_with_a_file_is_told_at_once(world: None) -> None:
    wrong = OWN.replace("source: the plan of the ward", "from: here").replace(
        "<begins>, until", "<beginning>, until", 1
    )
    Path("own.yaml").write_text(wrong + "size: 3\n", encoding="utf-8")
    result = caresim("stress", "world.yaml", "--shock", "own.yaml")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("own.yaml:4:")
    assert "one of source and assumption" in result.stderr
    assert (
        "<beginning>: no number is called so. Did you mean 'begins'?" in result.stderr
    )
    assert "size: unknown key." in result.stderr
