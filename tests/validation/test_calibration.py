"""Whether errors are as large as they say: of intervals, and of z over all cases."""

from __future__ import annotations

from statistics import NormalDist

import pytest

import simulator
from scenarios import read
from tests.validation.cases import CASES
from tests.validation.harness import SCENARIOS, Finding
from tests.validation.report import full_run, keep_coverage, spread

RUNS = 1000
REPLICATIONS = 10
FEWEST, MOST = 926, 971
"""Of 1,000 intervals of 95%, 99.9% of the time: the binomial law."""


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


@pytest.mark.validate
def test_z_varies_over_the_cases_as_luck_does() -> None:
    """One figure of each case: their z are like draws from the standard normal law.

    Too wide a spread means wrong answers or standard errors too small; too narrow a
    one, standard errors too large.
    """
    sd, low, high = spread([full_run(case)[0] for case in CASES])
    assert low <= sd <= high


def test_the_spread_of_z_is_told_from_one_that_is_too_narrow_or_too_wide() -> None:
    def of(sd: float) -> tuple[float, float, float]:
        metric = CASES[0].metrics[0]
        law = NormalDist(metric.expected, sd)
        means = [law.inv_cdf((i + 0.5) / 200) for i in range(200)]
        return spread([Finding("made up", metric, mean, 1.0, 30) for mean in means])

    sd, low, high = of(1.0)
    assert low < sd < high
    assert of(1.3)[0] > high
    assert of(0.7)[0] < low
