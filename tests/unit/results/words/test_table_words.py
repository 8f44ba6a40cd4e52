"""Estimates as tables and sentences say them."""

import pytest

from results.statistics.estimates import estimate
from results.words.numbers import plus_minus, with_interval

# Three values one apart: s = 1, half the interval 4.303 / sqrt(3) = 2.484.
THREE = [40.0, 41.0, 42.0]


@pytest.mark.parametrize(
    ("unit", "factor", "short", "long"),
    [
        ("days", 1.0, "41 ± 2 days", "41 days (39 to 43)"),
        ("share", 0.01, "41 ± 2%", "41% (39% to 43%)"),
        ("pounds", 1e6, "£41 million ± 2", "£41 million (£39 million to £43 million)"),
    ],
)
def test_an_estimate_is_said_with_no_more_digits_than_are_known(
    unit: str, factor: float, short: str, long: str
) -> None:
    value = estimate([x * factor for x in THREE])
    assert plus_minus(value, unit) == short
    assert with_interval(value, unit) == long


def test_one_replication_has_no_interval_to_say() -> None:
    assert plus_minus(estimate([41.0]), "days") == "41 days"
    assert with_interval(estimate([41.0]), "days") == "41 days"
