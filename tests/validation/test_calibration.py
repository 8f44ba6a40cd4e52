"""Whether the intervals that a run reports hold the truth as often as they say."""

from __future__ import annotations

import pytest

import simulator
from scenarios import read
from tests.validation.harness import SCENARIOS
from tests.validation.report import keep_coverage

RUNS = 1000
REPLICATIONS = 10
FEWEST, MOST = 936, 963
"""Of 1,000 intervals of 95%: the validation pack's rule 5, two standard errors."""


@pytest.mark.validate
def test_intervals_hold_the_true_mean_in_19_of_20_runs() -> None:
    """M/M/1, 80% used: the true mean wait is 4 minutes."""
    scenario = read(SCENARIOS / "T36a.yaml")
    held = 0
    for seed in range(1, RUNS + 1):
        run = simulator.run(scenario, replications=REPLICATIONS, seed=seed, workers=1)
        wait = run.summary().services[0].wait_mean
        assert wait is not None
        assert wait.low is not None
        assert wait.high is not None
        held += wait.low <= 4 / 1440 <= wait.high
    keep_coverage(held, RUNS)
    assert FEWEST <= held <= MOST
