"""How far apart answers lie, and why, as the command says it, keeps it and goes on."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import results
from results.selection.figures import figures
from simulator.cli import main
from tests.worlds import UNSURE

WORLD = UNSURE.replace("replications: 4", "replications: 3")
MORE = WORLD.replace("capacity: 6", "capacity: 9").replace("A desk", "More beds")
STAY, RATE = "services.ward.takes.mean", "demand.ward.rate"
USED = "ward: occupancy, mean"
MEASURE = ("--measure", USED)
TINY = ("--draws", 5, "--replications", 2)
AGAINST = ("--against", "more.yaml", "--less-is-better")
FEW = ("--draws", 12, "--replications", 2)


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words, file="world.yaml"):
    result = caresim("uncertain", file, "--workers", 1, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")
    Path("more.yaml").write_text(MORE, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def played(folder, monkeypatch):
    """Go where runs stay from one test to the next: the same command goes on."""
    monkeypatch.chdir(folder)
    Path("world.yaml").write_text(WORLD, encoding="utf-8")
    Path("more.yaml").write_text(MORE, encoding="utf-8")


def used(folder):
    """Return the occupancy in each replication of each run, in order."""
    return {
        path.name: list(
            next(
                v for n, v in figures(results.load(path)).items() if n.text == USED
            ).values()
        )
        for path in sorted(Path(folder).iterdir())
    }


def test_spread_is_split_and_shared_out(played):
    plain = told(*MEASURE, *FEW)
    (one,) = plain["measures"]
    rows = np.array(list(used("runs/world-uncertain/runs").values()))
    assert rows.shape == (12, 2)
    assert one["mean"]["mean"] == pytest.approx(rows.mean())
    luck = rows.var(axis=1, ddof=1).mean()
    assert one["variance_of_luck"]["mean"] == pytest.approx(luck)
    between = rows.mean(axis=1).var(ddof=1) - luck / 2
    assert one["variance_of_what_is_not_known"]["mean"] == pytest.approx(between)
    assert one["share_not_known"]["mean"] == pytest.approx(between / (between + luck))
    half, most = one["bands"]
    assert most["low"] < half["low"] < one["mean"]["mean"] < half["high"] < most["high"]
    inputs = {row["name"]: row for row in one["inputs"]}
    assert set(inputs) == {STAY, RATE}
    for row in inputs.values():
        assert 0.1 < row["first"]["mean"] <= row["total"]["mean"] + 0.02 < 1


def test_each_draw_has_its_own_seed_and_goes_on_from_what_is_there(world):
    told(*MEASURE, "--draws", 4, "--replications", 2)
    few = used("runs/world-uncertain/runs")
    result = caresim("uncertain", "world.yaml", *MEASURE, "--draws", 6)
    assert result.exit_code == 0, result.output
    assert "8 of 30 replications are there already." in result.stderr
    more = used("runs/world-uncertain/runs")
    for name, values in few.items():
        assert more[name][:2] == values
    runs = [
        results.load(p) for p in sorted(Path("runs/world-uncertain/runs").iterdir())
    ]
    assert len({run.manifest["seed"] for run in runs}) == 6
    assert "6 draws are too few for a 95% band" in result.stdout


def test_another_measure_costs_no_simulation_and_the_table_says_the_same(played):
    told(*MEASURE, *FEW)
    words = ("--measure", "desk: arrivals, number", *MEASURE, *FEW)
    result = caresim("uncertain", "world.yaml", *words)
    assert "24 of 24 replications are there already." in result.stderr
    # Nobody knows anything about the desk that matters to it: it is luck alone.
    lines = result.stdout.splitlines()
    assert any(line.startswith("desk: arrivals, number:") for line in lines)
    assert "No shares of inputs: what is not known does not show above luck." in lines
    with Path("runs/world-uncertain/uncertain.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    plain = {m["measure"]: m for m in told(*words)["measures"]}
    for row in rows:
        if row["part"] == "first order":
            of = {i["name"]: i for i in plain[row["asked"]]["inputs"]}
            assert float(row["value"]) == of[row["input"]]["first"]["mean"]
    assert {row["part"] for row in rows} == {
        *("mean", "50% band", "95% band", "variance of what is not known"),
        *("variance of luck", "share of what is not known", "first order", "total"),
        "not followed",
    }


def test_the_design_saltelli_changes_one_number_with_the_same_luck(played):
    words = ("--draws", 8, "--replications", 2, "--design", "saltelli")
    (one,) = told(*MEASURE, *words, "--out", "frozen")["measures"]
    assert one["not_followed"] is None
    assert {row["name"] for row in one["inputs"]} == {STAY, RATE}
    names = [p.name for p in sorted(Path("frozen/runs").iterdir())]
    assert len(names) == 8 * 4
    seeds = {
        results.load(f"frozen/runs/{name}").manifest["seed"]
        for name in names
        if name.endswith("draw-007")
    }
    assert len(seeds) == 1


def test_a_choice_of_two_scenarios_is_taken_in_pairs(played):
    words = (*MEASURE, *FEW, *AGAINST, "--out", "choice")
    plain = told(*words)
    base, difference = plain["measures"]
    assert difference["measure"] == f"{USED}: more less world"
    rows = used("choice/runs")
    pairs = [
        np.subtract(rows[f"more_draw-{i:03d}"], rows[f"world_draw-{i:03d}"])
        for i in range(1, 13)
    ]
    assert difference["mean"]["mean"] == pytest.approx(np.mean(pairs))
    # The same patients: luck hardly shows in the difference.
    assert difference["variance_of_luck"]["mean"] < base["variance_of_luck"]["mean"]
    (decision,) = plain["decisions"]
    assert decision["gain"]["mean"] == pytest.approx(-np.mean(pairs))
    # More beds are emptier whatever is the case, so nothing is worth finding out.
    assert decision["chance_to_be_wrong"] == 0
    assert decision["worth_of_knowing_all"]["mean"] == pytest.approx(0, abs=1e-12)
    result = caresim("uncertain", "world.yaml", *words)
    assert "as things are known, take it:" in result.stdout
    assert "No input is worth finding out alone" in result.stdout


def test_what_is_worth_finding_out_is_told_for_a_bar(played):
    words = (*FEW, "--decision", f"{USED} < 70%")
    plain = told(*words)
    (decision,) = plain["decisions"]
    rows = np.array(list(used("runs/world-uncertain/runs").values()))
    assert decision["gain"]["mean"] == pytest.approx(0.7 - rows.mean())
    assert decision["chance_to_keep_it"] == (rows < 0.7).mean()
    worth = [row["mean"] for row in decision["worth_of_knowing"]]
    assert worth == sorted(worth, reverse=True)
    assert 0 < worth[0] <= decision["worth_of_knowing_all"]["mean"]
    result = caresim("uncertain", "world.yaml", *words)
    assert "points" in result.stdout
    assert "on average it lies" in result.stdout


def test_the_chart_is_drawn_and_gives_way_only_if_asked(played):
    words = ("uncertain", "world.yaml", *MEASURE, *FEW, "--chart", "spread.svg")
    assert caresim(*words).exit_code == 0
    drawn = Path("spread.svg").read_text("utf-8")
    for text in ("half of all cases", "ward, takes, mean", "luck", USED):
        assert text in drawn
    again = caresim(*words)
    assert again.exit_code == 1
    assert "spread.svg" in again.stderr


def test_numbers_of_a_smaller_scale_are_said_to_be(world):
    plain = told(*MEASURE, *TINY, "--scale", "1:2", "--out", "half")
    assert "One simulated patient stands for 2" in plain["warnings"][0]


def test_too_few_draws_for_the_inputs_are_said(world):
    words = (*TINY, "--decision", f"{USED} < 70%")
    result = caresim("uncertain", "world.yaml", *words)
    assert "No shares of inputs: 5 draws are too few for 2 inputs: 9" in result.stdout
    assert "what finding out is worth is not told: 5 draws" in result.stdout


def test_a_measure_without_a_value_somewhere_is_refused(world):
    empty = WORLD.replace("rate: 4 per day", "rate: 0.02 per day")
    Path("world.yaml").write_text(empty, encoding="utf-8")
    words = ("--measure", "desk: wait, mean", *TINY)
    result = caresim("uncertain", "world.yaml", *words)
    assert result.exit_code == 1
    assert "'desk: wait, mean' has no value in " in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "wrad: wait, mean"), "Did you mean 'ward: wait, mean'"),
        ((), "name a --measure, such as 'ward: wait, mean', or a --decision."),
        ((*MEASURE, "--draws", 1), "--draws 1: too few to say how far apart they lie"),
        ((*MEASURE, "--replications", 1), "one of each draw cannot tell luck from"),
        (
            (*MEASURE, "--draws", 90_000, "--design", "saltelli"),
            "are 360,000 runs; at most 100,000.",
        ),
        ((*MEASURE, "--against", "more.yaml"), "say what is better of the measures"),
        ((*MEASURE, "--less-is-better"), "go with --against."),
        (
            (*MEASURE, "--against", "world.yaml", "--less-is-better"),
            "has the name of the scenario itself, 'world'",
        ),
        (
            (
                "--against",
                "more.yaml",
                "--less-is-better",
                "--decision",
                f"{USED} < 1%",
            ),
            "--against 'more.yaml': by which --measure?",
        ),
        (("--decision", USED), "is no measure below or above a value. Write for"),
        (("--decision", f"{USED} < 3 days"), "'3 days' is no value of a share; write"),
        (("--decision", "x < 3 days"), "'x' is no measure of this scenario"),
        ((*MEASURE, "--chart", "a.pdf"), "name a .svg or a .png file."),
    ],
)
def test_what_cannot_be_meant_is_told(world, words, said):
    result = caresim("uncertain", "world.yaml", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("runs").exists()


def test_all_that_is_wrong_is_told_at_once(world):
    sure = WORLD.replace("{between: [2 per day, 4 per day]}", "3 per day").replace(
        "{between: [1 day, 2 days], most_likely: 1.3 days}", "1 day"
    )
    Path("world.yaml").write_text(sure, encoding="utf-8")
    words = ("--measure", "x", "--draws", 1, "--replications", 1, "--chart", "c")
    result = caresim("uncertain", "world.yaml", *words)
    assert result.exit_code == 2
    assert "nothing is uncertain in world; write a number there as" in result.stderr
    assert result.stderr.count("Error: ") == 5
