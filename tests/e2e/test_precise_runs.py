"""As many replications as it takes: the same, whoever simulates them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner

import results
import simulator
from scenarios import parse
from simulator.batch.store import Store
from simulator.cli import main
from simulator.precision.running import Wish

CLINIC = """\
caresim: 1
title: A clinic
period: {start: 2024-01-01, horizon: 10 days}
services:
  clinic: {kind: staff, capacity: 1, takes: {law: exponential, mean: 20 min}}
  chapel: {kind: staff, capacity: 1, takes: 9 min}
demand:
  clinic: {rate: 48 per day}
  chapel: {rate: 0 per day}
"""
WAIT = "clinic: wait, mean"
ASKED = (
    "--precision",
    f"{WAIT}: 10%",
    "--precision",
    "clinic.in line.mean: 0.1 patients",
)


def caresim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def caresim_json(*words):
    return json.loads(caresim(*words, "--json").stdout)


def files_of(folder):
    """Return all files of a run folder that depend on what was asked alone."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "log.json"}


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(CLINIC, encoding="utf-8")
    return tmp_path


@pytest.fixture
def undisturbed(clinic):
    """Return the files of a run with one worker, and how many replications it has."""
    result = caresim("run", "clinic.yaml", *ASKED, "--workers", 1, "--out", "one")
    assert result.exit_code == 0, result.output
    return files_of(Path("one")), len(results.load("one").replications)


def test_a_run_goes_on_until_its_intervals_are_narrow(undisturbed):
    run = results.load("one")
    (listed,) = caresim_json("measures", "one", WAIT)
    found = listed["mean"]
    half = (found["high"] - found["low"]) / 2
    assert half <= found["mean"] / 11
    parts = run.manifest["precision"]
    wait, line = parts["measures"]
    assert parts["reached"]
    assert wait["half_width"] == pytest.approx(half, rel=1e-9)
    assert (wait["asked"], line["asked"]) == ("10%", "0.1 patients")
    assert line["half_width"] <= 0.1


def test_replications_are_those_of_a_plain_run(undisturbed):
    _, count = undisturbed
    caresim("run", "clinic.yaml", "--replications", count, "--out", "plain")
    plain, precise = results.load("plain"), results.load("one")
    assert plain.measures.equals(precise.measures)
    own = ("precision", "manifest_digest")
    one, other = (
        {k: v for k, v in run.manifest.items() if k not in own}
        for run in (precise, plain)
    )
    assert one == other


@pytest.mark.parametrize("workers", [2, 7])
def test_workers_do_not_show(undisturbed, workers):
    result = caresim(
        "run", "clinic.yaml", *ASKED, "--workers", workers, "--out", "many"
    )
    assert result.exit_code == 0, result.output
    assert files_of(Path("many")) == undisturbed[0]


@pytest.mark.slow
def test_the_engine_does_not_show(undisturbed):
    words = ("--engine", "simpy", "--workers", 2, "--out", "simpy")
    result = caresim("run", "clinic.yaml", *ASKED, *words)
    assert result.exit_code == 0, result.output
    assert files_of(Path("simpy")) == undisturbed[0]


def test_an_interrupted_run_loses_nothing(undisturbed, monkeypatch):
    real, kept = Store.keep, []

    def interrupting(self, key, numbers, content):
        real(self, key, numbers, content)
        kept.extend(numbers)
        if len(kept) > 10:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "keep", interrupting)
        words = ("run", "clinic.yaml", *ASKED, "--workers", 1, "--out", "again")
        result = caresim(*words)
    assert result.exit_code == 130
    said = f"Interrupted: {len(kept)} replications are kept in again.units; the same"
    assert said in result.stderr
    assert not Path("again").exists()
    units = {p.name for p in Path("again.units").rglob("*.unit")}
    result = caresim(*words)
    assert result.exit_code == 0, result.output
    assert files_of(Path("again")) == undisturbed[0]
    # What was there was not simulated again.
    assert units < {p.name for p in Path("again.units").rglob("*.unit")}
    numbers = Store(Path("again.units"))
    (key,) = {p.parent.name for p in Path("again.units").rglob("*.unit")}
    stretches = [n for s in numbers.there(key) for n in s.numbers]
    assert len(stretches) == len(set(stretches))


@pytest.mark.slow
def test_a_killed_run_loses_nothing(undisturbed):
    words = [sys.executable, "-m", "simulator", "run", "clinic.yaml", *ASKED]
    words += ["--engine", "simpy", "--workers", "1", "--out", "killed"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(words, env=environment, start_new_session=True)
    waited = monotonic()
    while not list(Path().glob("killed.units/units/*/*.unit")):
        assert monotonic() - waited < 120
        assert process.poll() is None
        sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    result = caresim(*words[3:])
    assert result.exit_code == 0, result.output
    assert files_of(Path("killed")) == undisturbed[0]


def test_a_replication_that_fails_is_named_and_the_others_are_kept(clinic, monkeypatch):
    from simulator.batch import work

    real = work.replicate

    def poisoned(model, seed, number, engine, **how):
        if number == 7:
            raise ArithmeticError("broken")
        return real(model, seed, number, engine, **how)

    words = ("run", "clinic.yaml", *ASKED, "--workers", 1)
    with monkeypatch.context() as patched:
        patched.setattr(work, "replicate", poisoned)
        result = caresim(*words)
    assert result.exit_code == 1
    assert "replication 7 of seed 1 failed: ArithmeticError: broken." in result.stderr
    assert "The others are kept in runs/clinic.units." in result.stderr
    assert not Path("runs/clinic").exists()
    status = caresim("status", "runs/clinic.units")
    assert "9 of 200 replications are there" in status.stdout
    assert caresim(*words).exit_code == 0


def test_narrower_intervals_cost_only_the_further_replications(undisturbed):
    _, count = undisturbed
    before = {p.name for p in Path("one.units").rglob("*.unit")}
    words = ("--precision", f"{WAIT}: 7%", "--workers", 1, "--out", "one", "--replace")
    result = caresim("run", "clinic.yaml", *words, "--json")
    assert result.exit_code == 0, result.output
    assert before < {p.name for p in Path("one.units").rglob("*.unit")}
    plain = json.loads(result.stdout)
    assert plain["precision"]["reached"]
    assert len(results.load("one").replications) > count


def test_the_most_replications_are_said_to_be_too_few(clinic):
    words = ("--precision", f"{WAIT}: 1%", "--at-most", 12, "--workers", 1)
    result = caresim("run", "clinic.yaml", *words)
    assert result.exit_code == 0, result.output
    assert (
        "WARNING: 12 replications, the most that were allowed, are not" in result.stderr
    )
    assert "% of the mean). Asked: ± 1% of the mean, not reached." in result.stdout
    run = results.load("runs/clinic")
    assert len(run.replications) == 12
    assert not run.manifest["precision"]["reached"]
    assert run.partial is None


def test_a_share_of_what_may_be_nothing_is_answered_with_a_width(clinic):
    words = ("--precision", "clinic: balance, number: 5%", "--at-most", 11)
    result = caresim("run", "clinic.yaml", *words, "--workers", 1)
    assert result.exit_code == 0
    assert "not reached: the mean is 0, and a share of 0 is nothing." in result.stdout
    assert "such as '1 visit'" in result.stdout


def test_what_is_always_the_same_takes_the_fewest(clinic):
    words = ("--precision", "clinic: capacity, mean: 5%", "--workers", 1, "--at-least")
    result = caresim("run", "clinic.yaml", *words, 8)
    assert result.exit_code == 0
    assert "1 unit, the same in all 8 replications" in result.stdout


def test_a_measure_without_any_value_is_refused(clinic):
    asked = ("--precision", "chapel: wait, mean: 5%", "--precision", f"{WAIT}: 10%")
    result = caresim("run", "clinic.yaml", *asked, "--workers", 1)
    assert result.exit_code == 2
    assert "'chapel: wait, mean': has no value in any of the first 10" in result.stderr
    assert not Path("runs/clinic").exists()


def test_a_damaged_unit_is_simulated_again(undisturbed):
    unit = sorted(Path("one.units").rglob("*.unit"))[0]
    unit.write_bytes(unit.read_bytes()[:-9] + b"something")
    words = ("run", "clinic.yaml", *ASKED, "--workers", 1, "--out", "one", "--replace")
    result = caresim(*words)
    assert result.exit_code == 0, result.output
    assert files_of(Path("one")) == undisturbed[0]
    assert unit.with_name(f"{unit.name}.damaged").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ASKED, "--replications", 5), "--replications says how many replications"),
        ((*ASKED, "--only", "3"), "--only says how many replications"),
        (("--at-least", 5), "--at-least bounds what --precision finds; add --prec"),
        (("--at-most", 5), "or say --replications 5"),
        ((*ASKED, "--at-least", 9, "--at-most", 8), "is more than --at-most 8"),
        (("--precision", "clinc: wait, mean: 5%"), "Did you mean 'clinic: wait, mean'"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(clinic, words, said):
    result = caresim("run", "clinic.yaml", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not Path("runs").exists()


def test_the_library_does_what_the_command_does(undisturbed, tmp_path):
    scenario = simulator.run("clinic.yaml", replications=1, workers=1).manifest
    assert scenario["seed"] == 1
    wish = Wish(workers=1)
    found = simulator.precise_run("clinic.yaml", ASKED[1::2], tmp_path / "kept", wish)
    found.run.write("library")
    assert files_of(Path("library")) == undisturbed[0]
    assert found.is_reached
    parsed = parse(CLINIC)
    again = simulator.precise_run(parsed, ASKED[1::2], tmp_path / "parsed", wish)
    assert again.run.measures.equals(found.run.measures)
