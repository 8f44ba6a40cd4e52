"""What one more unit does, held against the closed forms of Erlang."""

from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import binom

from tests.validation.marginal_effects import MEASURES, repeats, truth

LEVEL, BAND = 0.95, 0.999


def check(count: int, folder: Path) -> None:
    """Check that intervals hold the exact effects as often as they should."""
    exact, held, sums = truth(), Counter[str](), Counter[str]()
    for found in repeats(count, folder):
        for measure, service in MEASURES.items():
            first, other = found[measure].ranked
            assert first.service == service
            change = first.change
            assert change is not None
            assert change.low is not None
            assert change.high is not None
            assert change.high < 0
            held[measure] += change.low <= exact[measure] <= change.high
            sums[measure] += change.mean / count
            # The other service has other patients: nothing of this one moves.
            assert other.is_none
            assert other.verdict == "exactly as before"
    least, most = binom.interval(BAND, count, LEVEL)
    told = {m: f"{sums[m]:.5f}, exactly {exact[m]:.5f}" for m in exact}
    print(f"\n{count} repeats, allowed {least:.0f} to {most:.0f}: {dict(held)}; {told}")  # noqa: T201
    assert all(least <= held[measure] <= most for measure in exact), held
    for measure, mean in sums.items():
        assert mean == pytest.approx(exact[measure], rel=0.3 / count**0.5)


@pytest.mark.slow
def test_one_more_unit_does_what_erlang_says(tmp_path: Path) -> None:
    check(5, tmp_path)


@pytest.mark.validate
def test_one_more_unit_does_what_erlang_says_two_hundred_times(
    tmp_path: Path,
) -> None:
    check(200, tmp_path)
