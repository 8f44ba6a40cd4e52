"""Standards, entered a second time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from kernels.layout import EPOCH
from scenarios.scenario.standards import Standard
from tests.catalogue import pack
from tests.catalogue.comparing import (
    HOUR,
    MINUTE,
)
from tests.catalogue.shipped import Shipped, value


class Promise(NamedTuple):
    """A standard as the pack has it."""

    name: str
    days: float
    targets: dict[str, float]
    """By the month from which they hold; "" from the start."""
    row: str
    text: str


A_AND_E = ">=95% (constitution); 76% by Mar-24; 78% by Mar-25 and Mar-26"
FOUR_HOURS = {"": 0.95, "2024-03": 0.76, "2025-03": 0.78}
THERAPY = "75% <=6 wk, 95% <=18 wk"
PROMISES = [
    Promise(
        "four hours in A&E departments", 4 * HOUR, FOUR_HOURS, "A&E 4-hour", A_AND_E
    ),
    Promise(
        "four hours in A&E of all types", 4 * HOUR, FOUR_HOURS, "A&E 4-hour", A_AND_E
    ),
    Promise(
        "treatment within 18 weeks",
        126,
        {"": 0.92, "2026-03": 0.65},
        "RTT 18 weeks",
        ">=92% incomplete; interim 65% by Mar-26",
    ),
    Promise(
        "test within 6 weeks",
        42,
        {"": 0.99, "2025-03": 0.95},
        "DM01 6 weeks",
        "<=1% over 6 weeks; interim 95% within 6 wk by Mar-25",
    ),
    Promise(
        "cancer answer within 28 days",
        28,
        {"": 0.75, "2026-03": 0.80},
        "Cancer 28-day FDS",
        "75%; 80% by Mar-26",
    ),
    Promise("cancer treatment within 31 days", 31, {"": 0.96}, "Cancer 31-day", "96%"),
    Promise(
        "cancer treatment within 62 days",
        62,
        {"": 0.85, "2026-03": 0.75},
        "Cancer 62-day",
        "85%; interim 75% by Mar-26",
    ),
    Promise(
        "ambulance within 40 minutes",
        40 * MINUTE,
        {"": 0.90},
        "Ambulance C2",
        "mean 18 min, 90th 40 min; interim mean 30 min",
    ),
    Promise(
        "111 answered within a minute",
        MINUTE,
        {"": 0.95},
        "NHS 111",
        "95% answered in 60 s; abandoned <5%",
    ),
    Promise("therapy within 6 weeks", 42, {"": 0.75}, "Talking Therapies", THERAPY),
    Promise("therapy within 18 weeks", 126, {"": 0.95}, "Talking Therapies", THERAPY),
]
INCOMPLETE = ("treatment within 18 weeks", "test within 6 weeks")
"""Of those still waiting; the others of those seen."""


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_standards_are_those_of_the_pack(model: Shipped, promise: Promise) -> None:
    assert pack.text("national standard", promise.row) == promise.text
    standard = standards(model)[promise.name]
    counts = "still_waiting" if promise.name in INCOMPLETE else "completed"
    assert value(standard.within, 0) == pytest.approx(promise.days)
    assert standard.counts == counts
    assert targets_of(standard) == pytest.approx(promise.targets)


def standards(model: Shipped) -> dict[str, Standard]:
    """Return the standards by name."""
    return {standard.name: standard for standard in model.scenario.standards}


def targets_of(standard: Standard) -> dict[str, float]:
    """Return the targets by the month from which they hold; "" from the start."""
    found = {"": value(standard.target, 0)}
    for move in standard.target.moves:
        assert move.operation == "set"
        assert move.begin is not None
        found[str(EPOCH + np.timedelta64(move.begin, "us"))[:7]] = move.values[0]
    return found


def test_every_other_standard_is_a_judgement(model: Shipped) -> None:
    promised = {promise.name for promise in PROMISES}
    for name, standard in standards(model).items():
        source = standard.target.source
        assert source is not None
        assert name in promised or source.name == "judgement", name
