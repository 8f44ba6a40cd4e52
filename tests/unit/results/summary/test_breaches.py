"""What a summary says of those who were not within a standard."""

from results.measures.naming import CAUSES
from results.statistics.estimates import Estimate, estimate
from results.summary.breaches import SAID, breach_sentence


def shares(**of: float) -> dict[str, Estimate]:
    """Return shares by cause, as names that Python allows."""
    found = dict.fromkeys(CAUSES, 0.0)
    found |= {name.replace("_", " "): share for name, share in of.items()}
    return {cause: estimate([share, share]) for cause, share in found.items()}


def test_the_largest_part_comes_first_and_small_ones_are_left_out() -> None:
    said = breach_sentence(shares(closed=0.25, no_capacity=0.6, blocked=0.148))
    assert said == (
        "Of the time of those not within, 60% passed for want of capacity, 25% while "
        "it was closed and 15% behind patients who could not go on."
    )


def test_one_cause_stands_alone() -> None:
    said = breach_sentence(shares(rebooked=1.0))
    assert said.endswith("within, 100% passed after a missed appointment.")


def test_nothing_is_said_where_all_are_within() -> None:
    assert breach_sentence({}) == ""


def test_every_cause_has_words() -> None:
    assert tuple(SAID) == CAUSES
