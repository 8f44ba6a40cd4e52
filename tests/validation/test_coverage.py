"""What 95% is worth: how often intervals hold the truth, how often there is an alarm.

The bands are those of the binomial law: beyond them a right method falls once in a
thousand times. Seeds were fixed before the first run (`known_differences.FIRST_SEED`).
"""

from collections import Counter

import pytest
from scipy.stats import binom

from tests.validation.known_differences import (
    TRUTH,
    with_a_true_difference,
    without_any_difference,
)

LEVEL, BAND = 0.95, 0.999
ALARMS = 0.05


def held(pairs):
    """Return how often each interval holds the truth, by measure and way of pairing."""
    found = Counter()
    for same, apart in with_a_true_difference(pairs):
        assert same.paired
        assert not apart.paired
        for way, comparison in (("paired", same), ("independent", apart)):
            for row in comparison.rows:
                low, high = row.difference.interval
                found[row.name, way] += low <= TRUTH[row.name] <= high
    return found


def check_coverage(pairs):
    """Check that the intervals of so many pairs of runs hold the truth often enough."""
    least, most = binom.interval(BAND, pairs, LEVEL)
    found = held(pairs)
    assert len(found) == 2 * len(TRUTH)
    outside = {key: n for key, n in found.items() if not least <= n <= most}
    assert outside == {}, (least, most)
    print(f"\n{pairs} pairs, allowed {least:.0f} to {most:.0f}: {dict(found)}")  # noqa: T201


def check_alarms(runs):
    """Check that so many comparisons without any difference raise few alarms."""
    most = binom.ppf(BAND, runs, ALARMS)
    single, alarms = 0, 0
    for comparison in without_any_difference(runs):
        assert len(comparison.rows) == 40
        assert not any(row.unchanged for row in comparison.rows)
        alarms += any(row.clear for row in comparison.rows)
        single += sum(row.likely for row in comparison.rows)
    assert alarms <= most
    # Uncorrected, one question in twenty would raise one: two in every comparison.
    assert single == pytest.approx(40 * runs * ALARMS, rel=8 / runs**0.5)
    print(f"\n{runs} comparisons, allowed {most:.0f}: {alarms}; single {single}")  # noqa: T201


@pytest.mark.slow
def test_intervals_of_some_pairs_hold_the_true_difference():
    check_coverage(20)


@pytest.mark.slow
def test_some_comparisons_without_a_difference_raise_few_alarms():
    check_alarms(20)


@pytest.mark.validate
def test_intervals_of_a_thousand_pairs_hold_the_true_difference_95_times_in_100():
    check_coverage(1000)


@pytest.mark.validate
def test_forty_questions_raise_a_false_alarm_in_no_more_than_5_of_100_comparisons():
    check_alarms(1000)
