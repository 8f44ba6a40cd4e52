"""Both engines play every shipped scenario to the last bit, at one patient in 100.

Here for 90 days around what each of them changes; `make validate` plays them whole.
"""

import functools
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from kernels.layout import DAY, Model
from kernels.philox import key
from scenarios.dates import moment
from scenarios.scenario import Scenario
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.test_agreement import assert_same, together

NAMES = [each.name for each in scenarios.catalogue()]
FULL_SIZE = ["young-people", "red-kite-view"]
"""Small enough to be played as they are."""
DAYS, BEFORE = 90, 30
"""How long each is played, and how much of that before its first change."""


def hundredth(name: str, folder: Path) -> Scenario:
    """Return a shipped scenario at 1:100."""
    file = folder / "hundredth.yaml"
    file.write_text(
        f"caresim: 1\nextends: {name}\ntitle: One in 100\nscale: {{ratio: 1:100}}\n"
    )
    return scenarios.read(file)


def around_its_change(scenario: Scenario, name: str) -> Scenario:
    """Return a scenario that is played for 90 days around what it changes first."""
    before = _dates("west-yorkshire")
    own = [date for date in _dates(name) if date not in before]
    begin = scenario.period.begin
    if own:
        begin = max(begin, moment(min(own)) - BEFORE * DAY)
    return cut(scenario, begin, DAYS)


@functools.cache
def _dates(name: str) -> list[str]:
    """Return from when on the changes of a scenario hold, where they say so."""
    changes = scenarios.read(name).resolved.get("changes", [])
    assert isinstance(changes, list)
    return [change["from"] for change in changes if "from" in change]


def cut(scenario: Scenario, begin: int, days: int) -> Scenario:
    """Return a scenario without warm-up that lasts some days from a moment on."""
    end = begin + days * DAY
    period = replace(scenario.period, begin=begin, start=begin, end=end)
    return replace(scenario, period=period)


def assert_engines_agree(model: Model, how: str, fewest: int) -> None:
    found = together(compiled.records(model, key(1, 1)))
    assert len(found[0]) > fewest
    assert_same(together(Replica(model, key(1, 1)).run()), found, how)


@pytest.mark.parametrize("name", NAMES)
def test_engines_agree_on_90_days(name: str, tmp_path: Path) -> None:
    fewest = 50 if name in FULL_SIZE else 20_000
    scenario = around_its_change(hundredth(name, tmp_path), name)
    assert_engines_agree(tables_of(scenario), name, fewest)


@pytest.mark.parametrize("name", FULL_SIZE)
def test_engines_agree_on_200_days_at_full_size(name: str) -> None:
    scenario = scenarios.read(name)
    model = tables_of(cut(scenario, scenario.period.begin, 200))
    assert_engines_agree(model, name, 10_000)


@pytest.mark.validate
@pytest.mark.parametrize("name", NAMES)
def test_engines_agree_on_the_whole(name: str, tmp_path: Path) -> None:
    assert_engines_agree(tables_of(hundredth(name, tmp_path)), name, 1000)


@pytest.mark.validate
@pytest.mark.parametrize("name", FULL_SIZE)
def test_engines_agree_on_the_whole_at_full_size(name: str) -> None:
    assert_engines_agree(tables_of(scenarios.read(name)), name, 100_000)
