"""The plan that meets a question, as the command finds, writes and says it."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import results
import scenarios
from simulator.batch.store import Store
from simulator.cli import main

WORLD = """\
caresim: 1
title: A clinic that falls behind, and a ward behind it
period: {start: 2024-01-01, horizon: 8 months, replications: 4}
budgets: [trust]
services:
  clinic:
    kind: slots
    capacity: {Mon 09:00-10:00: 20}
    cost_of_capacity: {trust: £100 per slot}
    then: {ward: 20%, leave: rest}
  ward:
    kind: beds
    capacity: 2
    takes: {law: exponential, mean: 3 days}
    cost_of_capacity: {trust: £300 per unit per day}
clocks:
  referral: {start: joins clinic, stop: starts clinic}
standards:
  four weeks: {clock: referral, target: 90%, within: 4 weeks, counts: still_waiting}
demand:
  clinic: {rate: 24 per week}
"""
SLOTS = "{services: clinic, add: {between: [0, 16], step: 2}, from: 2024-03-01}"
ASKED = f"""\
caresim: 1
solve: How many slots keep four weeks from June on?
base: world
levers:
  slots: {SLOTS}
conditions:
  weeks: {{standard: four weeks, from: 2024-06}}
probability: 80%
margin: 15%
"""
TWO = f"""\
caresim: 1
solve: Which slots and beds keep the list and the wait for the ward short?
base: world
levers:
  beds: {{services: ward, add: [0, 1, 2]}}
  slots: {SLOTS.replace("step: 2", "step: 4")}
conditions:
  list:
    measure: "clinic: list at the end, number"
    at_most: 60 patients
    from: 2024-07
  ward: {{measure: "ward: wait, mean", at_most: 1 days, each: period}}
on_average: yes
margin: 20%
"""


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def solved(*words, code=0):
    result = caresim("solve", "asked.yaml", "--workers", 2, *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def ask(text=ASKED):
    Path("asked.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")
    ask()


def test_the_answer_is_a_scenario_that_keeps_its_promise(world):
    found = solved()
    slots = int(found["answer"]["amounts"]["slots"])
    assert slots > 0
    assert found["certain"]
    # A slot a week at £100, over the last twelve months that there are.
    assert found["answer"]["pounds_a_year"] == pytest.approx(slots * 5200, rel=0.03)
    plan = scenarios.read(found["plan"])
    assert plan.resolved["changes"] == [
        {"services": "clinic", "add": str(slots), "from": "2024-03-01"}
    ]
    result = caresim("run", found["plan"], "--replications", 20, "--out", "again")
    assert result.exit_code == 0, result.output
    met = results.load("again").measures.to_pandas()
    met = met[(met.subject == "four weeks") & (met.measure == "met")]
    met = met[met.period.isin(["2024-06", "2024-07", "2024-08"])]
    kept = met.groupby("replication").value.min()
    assert (kept == 1).mean() >= 0.65


def test_one_less_is_shown_not_to_be_enough(world):
    found = solved()
    slots = int(found["answer"]["amounts"]["slots"])
    below = {int(p["amounts"]["slots"]): p for p in found["plans"]}[slots - 2]
    assert below["verdict"] == "fails, tested"
    assert below["all_kept"] < 0.8 * below["replications"]
    assert any(f"plus {slots - 2} is not enough" in s for s in found["sentences"])


def test_the_evidence_lies_in_the_folder_of_the_run(world):
    found = solved("--chart", "chart.svg")
    folder = Path(found["folder"])
    run = results.load(folder / "runs" / "plan")
    assert run.manifest["solve"]["answer"] == found["answer"]
    assert len(run.replications) == found["answer"]["replications"]
    rows = list(csv.DictReader((folder / "solve.csv").read_text().splitlines()))
    assert len(rows) == len(found["plans"])
    assert {row["verdict"] for row in rows} >= {"holds, tested", "fails, tested"}
    assert "<svg" in Path("chart.svg").read_text()
    assert caresim("verify", folder / "runs" / "plan").exit_code == 0


def test_what_was_simulated_is_used_again(world):
    first = solved()
    units = sorted(Path(first["folder"]).glob("units/*/*.unit"))
    times = {path: path.stat().st_mtime_ns for path in units}
    assert times
    second = solved("--replace")
    assert second == first
    assert {path: path.stat().st_mtime_ns for path in units} == times
    assert sorted(Path(first["folder"]).glob("units/*/*.unit")) == units


def test_workers_and_engines_change_nothing(world):
    ask(ASKED.replace("between: [0, 16], step: 2", "between: [0, 8], step: 8"))
    first = solved()
    others = [
        solved("--replace", "--out", "one", "--workers", 1),
        solved("--replace", "--out", "simpy", "--engine", "simpy"),
    ]
    for other in others:
        assert other["answer"] == first["answer"]
        assert other["plans"] == first["plans"]
    assert Store(Path("one")).book().study == "asked-solve"


def test_a_plan_that_is_there_is_not_written_over(world):
    solved()
    result = caresim("solve", "asked.yaml")
    assert result.exit_code == 1
    assert "asked-plan.yaml: is there already" in result.stderr


def test_two_levers_cost_least_together(world):
    ask(TWO)
    found = solved()
    amounts = found["answer"]["amounts"]
    assert int(amounts["beds"]) > 0
    assert int(amounts["slots"]) > 0
    cheaper = [
        p
        for p in found["plans"]
        if p["pounds_a_year"] < found["answer"]["pounds_a_year"]
    ]
    assert cheaper
    assert all(p["verdict"].startswith("fails") for p in cheaper)


def test_no_plan_says_what_binds(world):
    ask(ASKED.replace("between: [0, 16]", "between: [0, 2]"))
    found = solved(code=3)
    assert found["answer"] is None
    assert found["plan"] is None
    assert not Path("asked-plan.yaml").exists()
    assert (
        "No plan: even with slots plus 2, four weeks is kept" in found["sentences"][0]
    )


def test_time_may_bind(world):
    ask(ASKED.replace("from: 2024-03-01", "from: 2024-08-01"))
    found = solved(code=3)
    assert any("What binds is time" in said for said in found["sentences"])


def test_a_budget_may_bind(world):
    ask(f"{ASKED}budget: £10 thousand a year\n")
    found = solved(code=3)
    assert "The budget binds" in found["sentences"][0]
    assert int(found["cheapest_beyond_the_budget"]["slots"]) > 2


def test_nothing_need_be_added(world):
    ask(ASKED.replace("from: 2024-06", "from: 2024-01, until: 2024-01"))
    ask(Path("asked.yaml").read_text() + "sustainable: no\n")
    found = solved()
    assert found["answer"]["amounts"] == {"slots": "0"}
    assert "Nothing need be added" in found["sentences"][0]


def test_a_list_that_still_grows_is_no_answer(world):
    asked = ASKED.replace("from: 2024-06", "from: 2024-01, until: 2024-01")
    ask(asked)
    found = solved()
    assert int(found["answer"]["amounts"]["slots"]) >= 4
    assert any("clinic would still grow" in said for said in found["sentences"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("standard: four weeks", "standard: for weeks", "Did you mean 'four weeks'?"),
        ("from: 2024-06", "from: 2023-06", "2023-06 is no month of the period"),
        (
            "standard: four weeks",
            'measure: "clinc: wait, mean", at_most: 2 days',
            "Did you mean 'clinic: wait, mean'",
        ),
        (
            "standard: four weeks",
            'measure: "clinic: wait, mean", at_most: 2',
            "'2' is no limit of a time",
        ),
        (
            SLOTS,
            "{services: ward, add: [0, 1], what: takes.mean}",
            "ward",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_runs(world, old, new, message):
    ask(ASKED.replace(old, new))
    result = caresim("solve", "asked.yaml")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.startswith("asked.yaml:")
    assert not Path("runs").exists()


def test_what_nobody_ever_has_is_no_condition(world):
    Path("world.yaml").write_text(WORLD.replace("ward: 20%", "ward: 0%"))
    measure = 'measure: "ward: wait, mean", at_most: 2 days'
    ask(ASKED.replace("standard: four weeks", measure))
    result = caresim("solve", "asked.yaml")
    assert result.exit_code == 2
    said = "asked.yaml:7:3 conditions.weeks: has no value in any month"
    assert said in result.stderr
    assert not Path("asked-plan.yaml").exists()


def test_several_levers_need_prices(world):
    Path("world.yaml").write_text(
        WORLD.replace("    cost_of_capacity: {trust: £300 per unit per day}\n", "")
    )
    ask(ASKED.replace("  slots:", "  beds: {services: ward, add: [0, 1]}\n  slots:"))
    result = caresim("solve", "asked.yaml")
    assert result.exit_code == 2
    assert "levers.beds: has no price" in result.stderr


def test_check_and_explain_read_questions(world):
    result = caresim("check", "asked.yaml")
    assert result.output == "asked is right: 1 lever, 9 plans, 1 condition.\n"
    result = caresim("explain", "asked.yaml")
    assert result.output.splitlines()[1:] == [
        "slots: 9 amounts from 0 to 16, which costs £82,578 a year, from 2024-03-01.",
        "weeks: four weeks, in every month from 2024-06 to 2024-08.",
        "Asked for is the plan of least cost that keeps this all together with a "
        "probability of 80% at least.",
    ]
    plain = json.loads(caresim("explain", "asked.yaml", "--json").output)
    assert plain["levers"][0]["amounts"][-1] == "16"
    assert caresim("explain", "asked.yaml", "--scale", "1:2").exit_code == 2


def test_check_tells_what_is_wrong_with_a_question(world):
    ask(ASKED.replace("four weeks", "for weeks").replace("margin: 15%", "margin: 15%"))
    result = caresim("check", "asked.yaml")
    assert result.exit_code == 2
    assert "asked.yaml:7:3 conditions.weeks.standard" in result.stderr
