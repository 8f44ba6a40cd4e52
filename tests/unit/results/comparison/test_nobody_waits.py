"""Runs in which nobody ever comes, in memory and from a folder."""

from pathlib import Path

import results
import simulator
from scenarios import parse

EMPTY = """\
caresim: 1
title: A desk to which nobody comes
period: {start: 2024-01-01, horizon: 2 months, replications: 2}
services:
  desk: {kind: staff, capacity: 1, takes: 10 min}
demand:
  desk: {rate: 0 per day}
"""


def test_nobody_has_no_percentile(tmp_path: Path) -> None:
    run = simulator.run(parse(EMPTY), workers=1)
    for each in (run, run.write(tmp_path / "run")):
        found = results.compare(each, each, measures=["desk: wait, 85th percentile"])
        assert found.rows == ()
        (lacking,) = found.incomparable
        assert "neither run has anybody" in lacking.reason
