"""By when standards are met again, as the command and the report say it."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main

CLINIC = """\
caresim: 1
title: A clinic with a list
period: {start: 2024-01-01, horizon: 12 months, replications: 12}
services:
  clinic: {kind: slots, capacity: {09:00-17:00: SLOTS}, takes: 20 min}
start_state:
  clinic: {waiting: {number: 120, for: {0-4 weeks: rest}}}
clocks:
  first seen: {start: joins clinic, stop: starts clinic}
standards:
  two weeks: {clock: first seen, within: 2 weeks, target: 90%, counts: completed}
  a year: {clock: first seen, within: 52 weeks, target: 90%, counts: completed}
demand:
  clinic: {rate: 5.5 per day}
"""


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two runs: slow recovers late, quick soon."""
    path = tmp_path_factory.mktemp("recovery")
    for name, slots in (("slow", "6"), ("quick", "7")):
        file = path / f"{name}.yaml"
        file.write_text(CLINIC.replace("SLOTS", slots), encoding="utf-8")
        result = caresim("run", file, "--workers", 1, "--out", path / name)
        assert result.exit_code == 0, result.output
    return path


def test_only_standards_that_are_missed_are_told(folder):
    result = caresim("recover", folder / "slow")
    assert result.exit_code == 0
    assert "two weeks: met again, for three months at least" in result.stdout
    assert "It is missed at some time in 12 of 12 replications." in result.stdout
    assert "12 replications tell shares only roughly" in result.stdout
    assert "a year" not in result.stdout
    asked = caresim("recover", folder / "slow", "--standard", "a year")
    assert "missed in no month of any of 12 replications." in asked.stdout


def test_what_is_told_can_be_counted_again_from_the_table(folder):
    import results

    (plain,) = json.loads(caresim("recover", folder / "slow", "--json").stdout)
    rows = [
        row
        for row in results.load(folder / "slow").measures.to_pylist()
        if (row["subject"], row["measure"]) == ("two weeks", "met")
        and row["group"] == "all"
        and row["period"] != "whole"
    ]
    for number in range(1, 13):
        months = sorted(r["period"] for r in rows if r["replication"] == number)
        met = {r["period"]: r["value"] for r in rows if r["replication"] == number}
        assert met["2024-01"] == 0
        first = next(
            (
                month
                for place, month in enumerate(months[:-2])
                if all(met[m] for m in months[place : place + 3])
            ),
            None,
        )
        assert plain["replication"][str(number)]["met_again_from"] == first
    found = [of["met_again_from"] for of in plain["replication"].values()]
    for share in plain["shares"]:
        count = sum(month is not None and month <= share["month"] for month in found)
        assert share["met_again"] == count


def test_runs_stand_side_by_side_as_table_csv_and_chart(folder, tmp_path):
    chart = tmp_path / "chart.png"
    words = ("recover", folder / "slow", folder / "quick", "--standard", "two weeks")
    result = caresim(*words, "--chart", chart)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert sum(line.startswith(("slow ", "quick ")) for line in lines) == 2
    assert chart.read_bytes().startswith(b"\x89PNG")
    again = caresim(*words, "--chart", chart)
    assert again.exit_code == 1
    assert caresim(*words, "--chart", chart, "--replace").exit_code == 0
    rows = list(csv.DictReader(io.StringIO(caresim(*words, "--csv").stdout)))
    last = {
        row["run"]: float(row["share"]) for row in rows if row["month"] == "2024-04"
    }
    assert last["quick"] > last["slow"]
    assert all(float(r["low"]) <= float(r["share"]) <= float(r["high"]) for r in rows)


def test_a_measure_with_a_limit_is_a_standard_of_ones_own(folder):
    words = ("recover", folder / "slow", "--measure", "clinic.list at the end.number")
    result = caresim(*words, "--at-most", "60 patients", "--for", 2, "--json")
    (plain,) = json.loads(result.stdout)
    assert plain["asked"] == "clinic: list at the end, number, at most 60 patients"
    assert plain["for_months"] == 2
    shares = ("recover", folder / "slow", "--measure", "two weeks: within, share")
    later = caresim(*shares, "--at-least", "90%", "--json")
    (same,) = json.loads(later.stdout)
    (standard,) = json.loads(caresim("recover", folder / "slow", "--json").stdout)
    assert same["shares"] == standard["shares"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--standard", "three weeks"),
            "is no standard of slow. Standards: 'two weeks'",
        ),
        (("--since", "2023-01"), "is no month of slow; write 2024-01 to 2024-12."),
        (("--at-most", "3 days"), "are limits of a --measure: name one."),
        (("--measure", "clinic: wait, mean"), "needs one limit, --at-most or"),
        (
            ("--measure", "clinc: wait, mean", "--at-most", "3 days"),
            "Did you mean 'clinic: wait, mean'",
        ),
        (
            ("--measure", "clinic: wait, mean", "--at-most", "3 patients"),
            "is no limit of a time; write a time such as 3 min",
        ),
        (
            ("--measure", "two weeks: within, share", "--at-least", "0.9"),
            "is no limit of a share; write a share such as 92%.",
        ),
        (("--chart", "chart.pdf"), "name a .svg or a .png file."),
        (("--csv", "--json"), "--json and --csv print the same; choose one."),
    ],
)
def test_what_cannot_be_meant_is_told(folder, words, said):
    result = caresim("recover", folder / "slow", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_more_runs_than_can_be_told_apart_are_not_drawn(folder, tmp_path):
    chart = tmp_path / "chart.svg"
    result = caresim("recover", *[folder / "slow"] * 7, "--chart", chart)
    assert result.exit_code == 2
    assert "more than 6 runs cannot be told apart" in result.stderr
    assert not chart.exists()


def test_all_that_is_wrong_is_told_at_once(folder):
    words = ("--standard", "x", "--standard", "y", "--since", "z", "--at-most", "1 day")
    result = caresim("recover", folder / "slow", folder / "quick", *words)
    assert result.exit_code == 2
    assert result.stderr.count("Error: ") == 5


def test_a_report_tells_it_where_a_standard_is_missed(folder, tmp_path):
    page = tmp_path / "report.html"
    caresim("report", folder / "slow", folder / "quick", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert "When standards are met again</h2>" in text
    assert "Two weeks in the what-if: It is missed at some time in" in text
    steady = tmp_path / "steady.yaml"
    steady.write_text(
        CLINIC.replace("SLOTS", "9").replace("number: 120", "number: 1"), "utf-8"
    )
    caresim("run", steady, "--workers", 1, "--replications", 3, "--out", tmp_path / "s")
    without = tmp_path / "without.html"
    assert caresim("report", tmp_path / "s", "--out", without).exit_code == 0
    assert "When standards are met again" not in without.read_text(encoding="utf-8")
    said = caresim("recover", tmp_path / "s").stdout
    assert "No standard is missed in any month of any replication." in said


def test_the_command_runs_where_nothing_draws(folder, monkeypatch, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "altair", None)
    for name in [n for n in sys.modules if n.startswith("results.report.charts")]:
        monkeypatch.delitem(sys.modules, name)
    assert caresim("recover", folder / "slow").exit_code == 0
    result = caresim("recover", folder / "slow", "--chart", Path(tmp_path / "c.svg"))
    assert result.exit_code == 1
    assert "is not installed here" in result.stderr
