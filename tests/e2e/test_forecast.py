"""What is said before a run: how long it takes, and what memory it needs."""

from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

import scenarios
from scenarios.tables import model
from simulator import forecast as forecasting
from simulator.cli import main
from simulator.executors import Job
from simulator.forecast import duration_text, forecast, memory_text
from tests.peak import linux_only, printed
from tests.worlds import BASE

GROWING = """\
caresim: 1
title: A list that grows
period: {start: 2024-01-01, horizon: 2 years, replications: 1}
services:
  desk: {kind: staff, capacity: 3, takes: {law: exponential, mean: 1 min}}
demand:
  desk: {rate: 5616 per day}
"""
SCRIPT = """
import scenarios
from simulator import forecast
from simulator.experiment import run

forecast.SHORT = 0.0
scenario = scenarios.read(sys.argv[1])
run(scenario, workers=1, announce=lambda needed: print(needed.memory / 2**20)).write(
    sys.argv[2]
)
print(peak())
"""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.04, "2 s"),
        (47.3, "47 s"),
        (119, "120 s"),
        (150, "2.5 min"),
        (9000, "2.5 hours"),
    ],
)
def test_a_time_is_said_to_two_digits(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(3e5, "10 MB"), (123e6, "120 MB"), (1.05e9, "1.1 GB")]
)
def test_memory_is_said_to_two_digits(size: float, text: str) -> None:
    assert memory_text(size) == text


def test_nothing_is_said_of_a_short_run(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(BASE)
    tables = model(scenarios.read(file))
    assert forecast(Job(tables, 1, "compiled", False), 3, 2) is None


def test_a_long_run_takes_longer_than_the_machine_could_play_it() -> None:
    tables = model(scenarios.read("west-yorkshire", "1:20"))
    needed = forecast(Job(tables, 1, "compiled", False), 1, 1)
    assert needed is not None
    assert 5 < needed.seconds < 2000
    assert 1e9 < needed.memory < 1e10  # 1.7e9 measured


def test_a_pause_in_the_pilot_does_not_silence_the_forecast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second stretch played, the shorter one, is held up by half a minute."""
    tables = model(scenarios.read("west-yorkshire", "1:20"))
    calls = count()
    clock = forecasting.thread_time
    held: list[float] = [0.0]

    def paused() -> float:
        if next(calls) == 3:  # two stretches, each looks at the clock twice
            held[0] = 30.0
        return clock() + held[0]

    monkeypatch.setattr(forecasting, "thread_time", paused)
    needed = forecast(Job(tables, 1, "compiled", False), 1, 1)
    assert held[0] == 30.0
    assert needed is not None
    assert 5 < needed.seconds < 2000


def test_the_run_says_beforehand_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(BASE)
    monkeypatch.setattr(forecasting, "SHORT", 0.0)
    out = str(tmp_path / "out")
    done = CliRunner().invoke(main, ["run", str(file), "--out", out, "--workers", "2"])
    assert done.exit_code == 0
    said = done.stderr.index("This will take about ")
    assert " on 2 workers, and about " in done.stderr
    assert said < done.stderr.index("1 of 3")


@linux_only
@pytest.mark.parametrize("scenario", ["growing", "west-yorkshire-quick"])
def test_memory_is_foreseen_within_a_factor_of_two(
    tmp_path: Path, scenario: str
) -> None:
    file = tmp_path / "growing.yaml"
    file.write_text(GROWING)
    name = file if scenario == "growing" else scenario
    expected, peak = printed(SCRIPT, name, tmp_path / "out")
    assert peak / 2 < expected < peak * 2
