"""Both engines play every shipped scenario to the last bit, at one patient in 100."""

from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from kernels.layout import DAY, Model
from kernels.philox import key
from scenarios.scenario import Scenario
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.test_agreement import assert_same, together

NAMES = [each.name for each in scenarios.catalogue()]
FULL_SIZE = ["young-people", "red-kite-view"]
"""Small enough to be played as they are."""
FROM_THE_START = ["west-yorkshire", "mutual-aid"]
"""What differs within 90 days. Most other what-ifs change something later, and
until then are the baseline; `make validate` plays all of them whole."""


def model_of(name: str, folder: Path, days: int | None = None) -> Model:
    """Return a shipped scenario at 1:100, whole or from its start on for some days."""
    file = folder / "hundredth.yaml"
    file.write_text(
        f"caresim: 1\nextends: {name}\ntitle: One in 100\nscale: {{ratio: 1:100}}\n"
    )
    return tables_of(cut(scenarios.read(file), days))


def cut(scenario: Scenario, days: int | None) -> Scenario:
    """Return a scenario without warm-up that ends after some days."""
    if days is None:
        return scenario
    begin = scenario.period.start
    end = begin + days * DAY
    return replace(scenario, period=replace(scenario.period, begin=begin, end=end))


def assert_engines_agree(model: Model, how: str, fewest: int) -> None:
    found = together(compiled.records(model, key(1, 1)))
    assert len(found[0]) > fewest
    assert_same(together(Replica(model, key(1, 1)).run()), found, how)


@pytest.mark.parametrize("name", [*FROM_THE_START, *FULL_SIZE])
def test_engines_agree_on_the_first_90_days(name: str, tmp_path: Path) -> None:
    fewest = 50 if name in FULL_SIZE else 20_000
    assert_engines_agree(model_of(name, tmp_path, 90), name, fewest)


@pytest.mark.parametrize("name", ["adult-eating-disorders", "fairness"])
def test_engines_agree_on_the_first_week(name: str, tmp_path: Path) -> None:
    assert_engines_agree(model_of(name, tmp_path, 7), name, 1_500)


@pytest.mark.parametrize("name", FULL_SIZE)
def test_engines_agree_on_200_days_at_full_size(name: str) -> None:
    model = tables_of(cut(scenarios.read(name), 200))
    assert_engines_agree(model, name, 10_000)


@pytest.mark.validate
@pytest.mark.parametrize("name", NAMES)
def test_engines_agree_on_the_whole(name: str, tmp_path: Path) -> None:
    assert_engines_agree(model_of(name, tmp_path), name, 1000)


@pytest.mark.validate
@pytest.mark.parametrize("name", FULL_SIZE)
def test_engines_agree_on_the_whole_at_full_size(name: str) -> None:
    assert_engines_agree(tables_of(scenarios.read(name)), name, 100_000)
