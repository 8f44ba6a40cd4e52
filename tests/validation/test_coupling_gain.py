"""What pairing gains, as `docs/background/coupling.md` says."""

import re

import numpy as np
import pytest

from benchmarks.coupling import (
    HEAD,
    PAGE,
    TAIL,
    WHAT_IFS,
    figures_of,
    gains,
    variance_ratio,
)

FIRST = WHAT_IFS[0]
AT_LEAST = 5


def test_the_ratio_is_that_of_variances():
    a, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.5, 4.0])
    # Variances 1 and 1.0833; differences 1, 1.5, 1: variance 0.08333.
    assert variance_ratio(a, b) == pytest.approx((1 + 13 / 12) / (1 / 12))


def test_ratios_are_said_with_two_figures():
    assert [figures_of(x) for x in (1.234, 12.34, 86.1, 253.0, 6774.3)] == [
        "1.2",
        "12",
        "86",
        "250",
        "6,800",
    ]


def rows() -> dict[tuple[str, str], float]:
    """Return the ratios of the page, by what-if and measure."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 6 and "**" in cells[-1]:
            ratio = re.match(r"\*\*([\d.,]+)", cells[-1])
            assert ratio
            found[cells[0], cells[1].strip("`")] = float(ratio[1].replace(",", ""))
    return found


def test_the_page_has_every_what_if_and_the_gain_that_was_promised():
    found = rows()
    assert list(found) == [(w.words, m) for w in WHAT_IFS for m in w.measures]
    assert found[FIRST.words, FIRST.measures[0]] >= AT_LEAST
    assert len({what for what, _ in found}) >= 4
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)


@pytest.mark.slow
def test_five_per_cent_more_capacity_has_at_least_five_times_less_variance_paired():
    first, beyond = gains(FIRST, replications=10)
    assert first.ratio >= AT_LEAST
    assert beyond.ratio >= AT_LEAST
    assert first.paired.mean < 0


@pytest.mark.validate
def test_the_page_says_what_comes_out():
    found = [gain for what_if in WHAT_IFS for gain in gains(what_if)]
    said = rows()
    for gain in found:
        ratio = said[gain.what_if, gain.measure]
        assert ratio == pytest.approx(gain.ratio, rel=0.05)
