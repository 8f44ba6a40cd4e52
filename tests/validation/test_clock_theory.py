"""Those still waiting at a month's end, against closed formulas.

The share within a time of those still waiting is the ratio of two expectations: clocks
whose time is within, and clocks, at a moment of a steady state. For a clock whose times
have the distribution F and the mean m, the age of those that run has the density
(1 - F(t)) / m (D. R. Cox, Renewal Theory, 1962, section 5.2).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import simulator
from scenarios import read
from tests.validation.harness import BOUND

HEAD = "caresim: 1\ntitle: A line in steady state\n"
PERIOD = "period: {start: 2020-01-01, warm_up: 1 year, horizon: 10 years, seed: 10}\n"


def counted(folder: Path, text: str, standard: str) -> tuple[float, float, float]:
    """Return the share within, its standard error and how many are on, on average.

    Months are added up in each replication; the error comes from replications alone.
    """
    path = folder / "line.yaml"
    path.write_text(HEAD + PERIOD + text)
    run = simulator.run(read(path), replications=40, workers=1)
    rows = [
        row
        for row in run.measures.to_pylist()
        if row["subject"] == standard
        and row["period"] == "whole"
        and (row["measure"], row["statistic"]) == ("within", "share")
    ]
    above, below = np.array([(r["numerator"], r["denominator"]) for r in rows]).T
    share = above.sum() / below.sum()
    # The error of a ratio: that of the mean of what each adds to it.
    errors = (above - share * below) / below.mean()
    months = 120
    error = float(errors.std(ddof=1) / math.sqrt(len(errors)))
    return float(share), error, float(below.mean()) / months


MM1 = """\
services:
  desk: {kind: staff, capacity: 1, takes: {law: exponential, mean: 1 day}}
clocks: {stay: {start: joins desk, stop: ends desk}}
standards:
  ten days: {clock: stay, within: 10 days, target: 90%, counts: still_waiting}
demand: {desk: {rate: 0.8 per day}}
"""


def test_one_server_with_exponential_times(tmp_path: Path) -> None:
    # The stay in M/M/1 is exponential with rate 1 - 0.8; so is the age of those there.
    share, error, number = counted(tmp_path, MM1, "ten days")
    assert error < 0.02
    assert abs(share - (1 - math.exp(-0.2 * 10))) < BOUND * error
    assert number == pytest.approx(0.8 / 0.2, rel=0.1)


CONSTANT = """\
services:
  list: {kind: unlimited, takes: 20 weeks}
clocks: {wait: {start: joins list, stop: ends list}}
standards:
  eighteen: {clock: wait, within: 18 weeks, target: 92%, counts: still_waiting}
demand: {list: {rate: 2 per day}}
"""


def test_a_list_on_which_everybody_waits_as_long(tmp_path: Path) -> None:
    # Everybody is treated after 20 weeks, nobody within 18; and yet nine in ten of
    # those on the list have waited for less, as ages are spread evenly from 0 to 20.
    share, error, number = counted(tmp_path, CONSTANT, "eighteen")
    assert error < 0.002
    assert abs(share - 18 / 20) < BOUND * error
    assert number == pytest.approx(2 * 140, rel=0.02)


PAUSING = """\
services:
  assessment: {kind: unlimited, takes: {law: exponential, mean: 20 days}}
  holiday: {kind: unlimited, takes: 30 days}
  treatment: {kind: unlimited, takes: {law: exponential, mean: 40 days}}
pathways:
  plan:
    start: first
    steps:
      first: {at: assessment, then: away}
      away: {at: holiday, then: last}
      last: {at: treatment}
clocks:
  plan:
    start: joins first
    pause: starts holiday
    resume: ends holiday
    stop: ends treatment
standards:
  soon: {clock: plan, within: 35 days, target: 50%, counts: still_waiting}
demand: {plan: {rate: 2 per day}}
"""


def test_a_clock_that_stands_still_for_a_month(tmp_path: Path) -> None:
    # Of the 90 days 20 are spent before the pause, with an exponential age; 30 in it,
    # with the whole first part on the clock; and 40 after it, with the first part and
    # an exponential age. The two parts together are a sum of two exponentials.
    share, error, number = counted(tmp_path, PAUSING, "soon")
    first = 1 - math.exp(-35 / 20)
    both = 1 - (40 * math.exp(-35 / 40) - 20 * math.exp(-35 / 20)) / (40 - 20)
    expected = (20 * first + 30 * first + 40 * both) / 90
    assert error < 0.003
    assert abs(share - expected) < BOUND * error
    assert number == pytest.approx(2 * 90, rel=0.02)
