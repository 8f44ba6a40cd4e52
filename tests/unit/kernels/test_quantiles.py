"""Quantiles from buckets, beside those of the times themselves."""

import numpy as np
import pytest

from kernels.buckets import (
    H_IN_LINE,
    H_STARTED,
    bucket_edges,
    count,
    distribution,
    more_buckets,
    no_buckets,
    pages_left,
    place,
    settled,
)
from kernels.quantiles import NOBODY, quantiles

PERCENTS = np.array([1, 50, 90, 100], dtype=np.int64)
MONTHS, SUBJECTS = 4, 3
PARTS = ((0,), (1,), (2,), (0, 1), (2, 1))
"""Each alone, then some together; nobody comes to the last of them."""


def drawn(seed, groups, people=400):
    """Return times by month, subject and group; some are zero, one subject has none."""
    of = np.random.default_rng(seed)
    where = zip(
        of.integers(0, MONTHS, people).tolist(),
        of.integers(0, SUBJECTS - 1, people).tolist(),
        of.integers(0, groups, people).tolist(),
        strict=True,
    )
    times = np.where(of.random(people) < 0.2, 0, of.lognormal(28, 3, people))
    return list(zip(where, times.astype(np.int64).tolist(), strict=True))


def counted(kind, rows):
    buckets = no_buckets(4)
    # Others of another kind and of the last subject but one must not be read.
    for (month, subject, group), time in rows:
        for each in (kind, kind + 1):
            if pages_left(buckets) < 1:
                buckets = more_buckets(buckets)
            count(buckets, distribution(each, time) | place(month, subject, group))
    return settled(buckets)


def expected(times, percent):
    """Return the bucket in which a quantile lies, and how far into it."""
    times = np.sort(times)
    for time in times:
        number = bucket_number(time)
        lower, upper = edges(number)
        below = int(np.sum(times < max(lower, 1 if time else 0)))
        inside = (
            int(np.sum(times < upper)) - below if upper else int(np.sum(times == 0))
        )
        if 100 * (below + inside) >= percent * len(times):
            return number, (percent * len(times) - 100 * below) / (100 * inside)
    raise AssertionError(percent)


def edges(number):
    return tuple(int(edge) for edge in bucket_edges(np.int64(number)))


def bucket_number(time):
    return distribution(0, int(time))


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("kind", [H_STARTED, H_IN_LINE])
@pytest.mark.parametrize("last_only", [False, True])
def test_quantiles_are_those_of_the_times(groups, kind, last_only):
    rows = drawn(7 + groups, groups)
    found = quantiles(
        counted(kind, rows),
        kind,
        PARTS,
        groups,
        MONTHS,
        PERCENTS,
        last_only=last_only,
    )
    shown = groups + 1 if groups > 1 else 1
    assert found.bucket.shape == (len(PARTS), len(PERCENTS), shown, MONTHS + 1)
    whole = {MONTHS - 1} if last_only else set(range(MONTHS))
    checked = 0
    for part, together in enumerate(PARTS):
        for group in range(shown):
            for period in range(MONTHS + 1):
                months = whole if period == MONTHS else {period}
                times = np.array(
                    [
                        time
                        for (month, s, g), time in rows
                        if s in together and month in months and group in (0, g + 1)
                    ]
                )
                at = (part, slice(None), group, period)
                if not len(times):
                    assert (found.bucket[at] == NOBODY).all()
                    continue
                checked += 1
                for row, percent in enumerate(PERCENTS):
                    bucket, inside = expected(times, int(percent))
                    assert found.bucket[at][row] == bucket
                    assert found.inside[at][row] == inside
    assert checked == (len(PARTS) - 1) * shown * (MONTHS + 1)


def test_nobody_at_all_has_no_quantiles():
    found = quantiles(
        settled(no_buckets(4)), H_STARTED, PARTS, 2, 3, PERCENTS, last_only=False
    )
    assert (found.bucket == NOBODY).all()
    assert (found.inside == 0).all()
