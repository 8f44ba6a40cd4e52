"""Rounds of a step of the fluid, and how fast lines lose patients."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import scenarios
from kernels.laws import duration, mean
from scenarios import tables
from scenarios.figures import Figures
from scenarios.preflight.patience import patience_of
from scenarios.preflight.stage import ROUNDS, settled


class Rounds:
    """Rounds that end in a circle of some length, after some others."""

    def __init__(self, before: int, length: int) -> None:
        self.before, self.length, self.played = before, length, 0

    def after(self, number: int) -> int:
        if number <= self.before:
            return number
        return self.before + (number - self.before) % self.length

    def flow(self, joined: np.ndarray, served: np.ndarray) -> Any:
        self.played += 1
        coming = np.array([float(self.after(int(joined[0]) + 1))])
        return SimpleNamespace(coming=coming, served=served, accepted=np.zeros(1))

    def digest(self, flow: Any) -> bytes:
        return bytes(flow.coming.tobytes())


@pytest.mark.parametrize(("before", "length"), [(0, 2), (7, 3), (30, 24), (90, 7)])
def test_circles_that_are_left_out_change_nothing(before: int, length: int) -> None:
    rounds: Any = Rounds(before, length)
    flow, has_settled = settled(rounds, np.zeros(1), np.ones(1))
    assert flow.coming[0] == rounds.after(ROUNDS)
    assert not has_settled
    assert rounds.played < 25 + before + 2 * length


def test_rounds_without_circles_are_all_played() -> None:
    rounds: Any = Rounds(10 * ROUNDS, 1)
    flow, has_settled = settled(rounds, np.zeros(1), np.ones(1))
    assert (flow.coming[0], has_settled) == (float(ROUNDS), False)


LAWS = """\
caresim: 1
title: Lines that patients leave
period: {start: 2024-01-01, horizon: 3 months}
services:
  ward:
    kind: beds
    capacity: 1
    takes: 1 day
    while_waiting:
      by chance: {after: {law: exponential, mean: 5 days}, then: leave}
      after days: {after: {law: uniform, lowest: 2 days, highest: 8 days}, then: leave}
      cut: {after: {law: exponential, mean: 5 days, at_most: 9 days}, then: leave}
      late: {after: 12 days, then: leave}
demand:
  ward: {rate: 1 per day}
"""


def test_lines_lose_patients_as_each_would_alone() -> None:
    model = tables.model(scenarios.parse(LAWS))
    figures = Figures(model, (model.months[:-1] + model.months[1:]) // 2)
    events = [int(law) for law in model.waits["law"]] * 4
    lengths = np.repeat([0.0, 1.5, 4.0, 20.0], 4)
    found = patience_of(figures, events)
    assert len(found) == 3
    rates = found[1].rates(lengths)
    chances = (np.arange(256) + 0.5) / 256
    time = int(figures.moments[1])
    for law, length, rate in zip(events, lengths.tolist(), rates.tolist(), strict=True):
        average = mean(figures.laws, law, time)
        times = np.sort(
            [duration(figures.laws, law, time, u) for u in chances.tolist()]
        )
        held = np.array([np.minimum(times, w).mean() for w in times.tolist()])
        first = max(length, held[0])
        # F(w) / E[min(T, w)], w such that E[min(T, w)] is the length.
        alone = float((held <= first + 1e-12).mean()) / first
        is_plain = law == events[0] or length >= average
        assert rate == pytest.approx(1.0 / average if is_plain else alone)
