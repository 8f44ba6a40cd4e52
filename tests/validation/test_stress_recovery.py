"""A closed service, held against the time in which its backlog must drain."""

from pathlib import Path

import numpy as np
import pytest

from simulator.batch.batches import Asked
from simulator.stress.playing import question, stress

SCENARIO = """\
caresim: 1
title: A service with room
period: {{start: 2024-01-01, horizon: 52 weeks, replications: 40, seed: {seed}}}
services:
  clinic: {{kind: slots, capacity: {{00:00-24:00: {slots}}}, takes: 20 min}}
demand:
  clinic: {{rate: {rate} per day}}
"""
CASES = {201: (100, 0.8, 14), 202: (200, 0.9, 7), 203: (60, 0.5, 28)}


@pytest.mark.validate
@pytest.mark.parametrize("seed", CASES)
def test_a_backlog_drains_in_the_time_it_takes(seed: int, tmp_path: Path) -> None:
    slots, load, closed = CASES[seed]
    rate = slots * load
    backlog, drains = closed * rate, closed * load / (1 - load)
    file = tmp_path / "clinic.yaml"
    file.write_text(
        SCENARIO.format(seed=seed, slots=slots, rate=rate), encoding="utf-8"
    )
    within = 0.05 * backlog
    asking = question(
        file,
        [f"strike: capacity=0, lasts={closed} days, times=1, from=2024-03-04"],
        within=f"{within} patients",
    )
    (found,) = stress(asking, tmp_path / "batch", Asked(workers=1)).differences
    # The list without luck, at each midnight; a week's is the mean of seven.
    days = np.arange(52 * 7, dtype=float)
    begins = 63.0
    up = np.clip((days - begins) * rate, 0, backlog)
    exact = np.where(
        days < begins + closed, up, backlog - (days - begins - closed) * (slots - rate)
    )
    weeks = np.maximum(exact, 0).reshape(-1, 7).mean(axis=1)
    in_all, worst = found.in_all, found.at(int(np.argmax(weeks)))
    assert in_all is not None
    for value, truth in ((in_all, weeks.sum()), (worst, weeks.max())):
        assert value.standard_error is not None
        assert abs(value.mean - truth) < 4 * value.standard_error + 0.01 * truth
    # Weeks begin on Mondays: a time is told to the beginning of the next one.
    truth = drains * (1 - 0.05)
    half = found.quantiles[0]
    assert half.low is not None
    assert half.high is not None
    assert half.low - 7 <= truth <= half.high + 7
    assert found.recovered == 40
