"""Whether lists still grow at the end of a period."""

import numpy as np
import pytest

from results.statistics.growth import Growth, grows

SEED = 4
LUCK = np.random.default_rng(SEED)


@pytest.fixture(autouse=True)
def same_luck() -> None:
    """Let no test depend on those before it."""
    LUCK.bit_generator.state = np.random.default_rng(SEED).bit_generator.state


def lists(slope: float, spread: float, replications: int = 10) -> np.ndarray:
    """Return lists of some hundred that rise in a straight line, and vary."""
    noise = LUCK.normal(0.0, spread, (replications, 8))
    return 100.0 + slope * np.arange(8) + noise


def test_a_list_that_rises_in_all_replications_grows():
    assert grows(lists(10.0, 5.0))


def test_a_steady_list_does_not_grow():
    assert not any(grows(lists(0.0, 20.0)) for _ in range(50))


def test_a_falling_list_does_not_grow():
    assert not grows(lists(-10.0, 5.0))


def test_a_rise_of_less_than_a_tenth_is_not_spoken_of():
    assert not grows(lists(0.5, 0.01))


def test_a_rise_that_may_be_chance_is_not_spoken_of():
    assert not grows(lists(2.0, 60.0))


def test_an_empty_list_does_not_grow():
    assert not grows(np.zeros((5, 4)))


def test_it_is_said_in_plain_words():
    ends = "still grows at the end: averages over the period say little."
    assert Growth(("clinic",), ("home care",)).sentences() == [
        f"The list of clinic {ends}",
        f"The number in home care {ends}",
    ]


def test_several_are_said_together():
    ends = "still grow at the end: averages over the period say little."
    assert Growth(("a", "b", "c"), ("d", "e")).sentences() == [
        f"The lists of a, b and c {ends}",
        f"The numbers in d and e {ends}",
    ]
