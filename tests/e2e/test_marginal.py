"""What one more unit would do, as the command says it, keeps it and goes on."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import results
from simulator.batch.store import Store
from simulator.cli import main

WORLD = """\
caresim: 1
title: A clinic, a ward, and a line of its own
period: {start: 2024-01-01, horizon: 30 days, replications: 6}
budgets: [trust]
services:
  clinic:
    kind: staff
    capacity: {08:00-20:00: 2}
    takes: {law: exponential, mean: 30 min}
    cost_of_capacity: {trust: £50 per unit per hour}
    then: {ward: 10%, leave: rest}
  ward: {kind: beds, capacity: 4, takes: {law: exponential, mean: 1 day}PRICE}
  line: {kind: staff, capacity: 1, takes: 9 min}
  home: {kind: unlimited, takes: 3 days}
  team:
    kind: caseload
    capacity: {workforce: {whole_time_equivalents: 4, each_gives: 5 places}}
    takes: {law: exponential, mean: 10 days}
demand:
  clinic: {rate: 40 per day}
  line: {rate: 20 per day}
  home: {rate: 1 per day}
  team: {rate: 2.2 per day}
"""
WAIT = ("--measure", "clinic: wait, mean")


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words):
    result = caresim("marginal", "world.yaml", "--workers", 1, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD.replace("PRICE", ""), encoding="utf-8")


def test_each_service_gets_one_more_and_the_rest_stays(world):
    plain = told(*WAIT)
    rows = {row["service"]: row for row in plain["services"]}
    assert next(iter(rows)) == "clinic"
    assert {name: row["more"] for name, row in rows.items()} == {
        "clinic": "1 more server",
        "ward": "1 more bed",
        "line": "1 more server",
        "team": "1 more whole-time equivalent",
    }
    assert rows["clinic"]["verdict"] == "falls"
    for other in ("ward", "line", "team"):
        assert rows[other]["verdict"] == "exactly as before"
        assert rows[other]["change"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_another_scale_is_that_of_all_runs(world):
    told(*WAIT, "--services", "clinic", "--scale", "1:2", "--out", "half")
    runs = [results.load(path) for path in sorted(Path("half/runs").iterdir())]
    assert len(runs) == 2
    assert {run.labels.scale for run in runs} == {0.5}
    wrong = caresim("marginal", "world.yaml", *WAIT, "--scale", "half")
    assert wrong.exit_code == 2
    assert "'half' is not a ratio" in wrong.output


def test_the_effect_is_that_of_two_runs_by_hand(world):
    plain = told(*WAIT, "--services", "clinic")
    Path("more.yaml").write_text(
        "caresim: 1\nextends: world\ntitle: One more\n"
        "changes:\n  - {services: clinic, add: 1}\n",
        encoding="utf-8",
    )
    for name in ("world", "more"):
        caresim("run", f"{name}.yaml", "--workers", 1, "--out", name)
    base, more = results.load("world"), results.load("more")
    (row,) = results.compare(more, baseline=base, measures=[WAIT[1]]).rows
    (effect,) = plain["services"]
    assert effect["change"]["mean"] == row.difference.mean
    assert effect["change"]["low"] == row.difference.low
    # One clinician more for twelve of twenty-four hours, at £50 an hour.
    assert effect["pounds_a_year"] == pytest.approx(12 * 50 * 365.25)
    per_price = effect["change_per_100000_pounds_a_year"]["mean"]
    assert per_price == pytest.approx(row.difference.mean / (6 * 36525) * 1e5)


def test_the_ranking_goes_by_pounds_only_where_all_have_a_price(world):
    plain = told(*WAIT, "--services", "clinic,ward")
    assert plain["ranked_by"] == "effect"
    result = caresim("marginal", "world.yaml", *WAIT, "--services", "clinic, ward")
    assert "not per pound, as only 1 of 2 have a price" in result.stdout
    priced = WORLD.replace("PRICE", ", cost_of_capacity: {trust: £9 per unit per day}")
    Path("world.yaml").write_text(priced, encoding="utf-8")
    plain = told("--measure", "ward: wait, mean", "--services", "clinic,ward")
    assert plain["ranked_by"] == "effect per pound"
    assert plain["services"][0]["service"] == "ward"


def test_workers_and_interruptions_do_not_show(world, monkeypatch):
    words = ("marginal", "world.yaml", *WAIT, "--services", "clinic,line")
    result = caresim(*words, "--workers", 1, "--out", "one")
    assert result.exit_code == 0, result.output
    real, kept = Store.keep, []

    def interrupting(self, key, numbers, content):
        real(self, key, numbers, content)
        kept.extend(numbers)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "keep", interrupting)
        stopped = caresim(*words, "--workers", 2, "--out", "two")
    assert stopped.exit_code == 130
    assert f"Interrupted: {len(kept)} of 18 replications are kept" in stopped.stderr
    again = caresim(*words, "--workers", 2, "--out", "two")
    assert again.exit_code == 0, again.output
    assert f"{len(kept)} of 18 replications are there already." in again.stderr
    assert (
        Path("one/marginal.csv").read_bytes() == Path("two/marginal.csv").read_bytes()
    )
    for run in Path("one/runs").iterdir():
        for file in run.iterdir():
            if file.name != "log.json":
                other = Path("two/runs", run.name, file.name)
                assert file.read_bytes() == other.read_bytes()


@pytest.mark.slow
def test_the_engine_does_not_show(world):
    words = (*WAIT, "--services", "clinic", "--replications", 2)
    one = told(*words, "--out", "one")
    other = told(*words, "--out", "other", "--engine", "simpy")
    assert one["services"] == other["services"]


def test_the_table_and_the_chart_say_the_same(world):
    result = caresim(
        "marginal", "world.yaml", *WAIT, "--workers", 1, "--chart", "chart.png"
    )
    assert result.exit_code == 0, result.output
    assert Path("chart.png").read_bytes().startswith(b"\x89PNG")
    assert "Most comes from clinic: 1 more server takes it down by" in result.stdout
    with Path("runs/world-marginal/marginal.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    plain = told(*WAIT)
    for row, other in zip(rows, plain["services"], strict=True):
        assert float(row["change_mean"]) == other["change"]["mean"]
        assert row["verdict"] == other["verdict"]


def test_what_is_too_little_to_be_a_unit_is_said(world):
    plain = told(*WAIT, "--services", "ward", "--by", "5%", "--replications", 2)
    assert plain["services"][0]["verdict"] == "nothing added: too little to be a unit"
    assert plain["services"][0]["change"] is None


def test_pounds_are_those_of_the_full_size(world):
    priced = WORLD.replace("PRICE", ", cost_of_capacity: {trust: £9 per unit per day}")
    words = ("--measure", "ward: starts, number", "--services", "ward", "--by", "20")
    for name, scale in (("full", ""), ("half", "scale: {ratio: '1:2'}\n")):
        text = priced.replace("capacity: 4,", "capacity: 8,").replace(
            "40 per", "90 per"
        )
        Path("world.yaml").write_text(text + scale, "utf-8")
        plain = told(*words, "--out", name)
        (row,) = plain["services"]
        assert row["pounds_a_year"] == pytest.approx(20 * 9 * 365.25)
        weight = 2 if scale else 1
        per_price = row["change_per_100000_pounds_a_year"]["mean"]
        expected = weight * row["change"]["mean"] / (20 * 9 * 365.25) * 1e5
        assert per_price == pytest.approx(expected)
        is_said = any(
            "One simulated patient stands for 2." in w for w in plain["warnings"]
        )
        assert is_said == bool(scale)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "clinc: wait, mean"), "Did you mean 'clinic: wait, mean'"),
        ((*WAIT, "--by", "none"), "--by 'none': is not how much more; write a number"),
        ((*WAIT, "--by", "0"), "--by '0': is not how much more"),
        (
            (*WAIT, "--services", "wards"),
            "is no service of this scenario; choose among",
        ),
        (
            (*WAIT, "--services", "home"),
            "--services 'home': has no limit; choose among",
        ),
        ((*WAIT, "--services", "ward,ward"), "'ward': is named more than once."),
        ((*WAIT, "--chart", "a.pdf"), "name a .svg or a .png file."),
    ],
)
def test_what_cannot_be_meant_is_told(world, words, said):
    result = caresim("marginal", "world.yaml", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("runs").exists()


def test_all_that_is_wrong_is_told_at_once(world):
    words = ("--measure", "x", "--services", "home,y", "--by", "z", "--chart", "c")
    result = caresim("marginal", "world.yaml", *words)
    assert result.exit_code == 2
    assert result.stderr.count("Error: ") == 5


TEAM = """\
caresim: 1
title: Two clinics with one team
period: {start: 2024-01-01, horizon: 30 days, replications: 2}
teams:
  nurses: {whole_time_equivalents: 9}
services:
  visits:
    kind: slots
    capacity:
      workforce:
        {team: nurses, share: 40%, each_gives: 22 per week, during: Mon-Sat 09:00-17:00}
    takes: 20 min
  ward: {kind: beds, capacity: 4, takes: {law: exponential, mean: 1 day}}
demand:
  visits: {rate: 7 per day}
  ward: {rate: 3 per day}
"""


def test_a_service_whose_team_is_shared_is_left_out_unless_it_is_named(world):
    Path("world.yaml").write_text(TEAM, encoding="utf-8")
    plain = told("--measure", "ward: wait, mean")
    assert [row["service"] for row in plain["services"]] == ["ward"]
    ((left),) = plain["left_out"]
    assert left["service"] == "visits"
    assert "is worked out from its workforce: multiply it" in left["why"]
    words = ("--measure", "ward: wait, mean", "--services", "visits")
    result = caresim("marginal", "world.yaml", *words)
    assert result.exit_code == 2
    assert "more at visits:1:1 vary.visits: the capacity of 'visits'" in result.stderr
    share = told(*words, "--by", "10%")
    assert share["services"][0]["more"] == "10% more"
    assert share["services"][0]["verdict"] == "exactly as before"
