"""Quantiles of distributions of times, by month and group and over all of them.

The p-quantile of n times is the time below which p x n of them lie, on a straight line
within its bucket. So each is a bucket, and how far into it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.buckets import (
    BUCKET_BITS,
    GROUP_BITS,
    MONTH_BITS,
    PAGE_BITS,
    SUBJECT_BITS,
    Buckets,
    distribution,
    place,
)
from kernels.jit import jit, jit_inside

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

PAGES = 1 << (BUCKET_BITS - PAGE_BITS)
"""Pages of a distribution."""
NOBODY = -1
"""Instead of a bucket."""
_MONTH, _EVERYBODY, _GROUPS = range(3)
"""Rows of sums: everybody in a month, everybody in the whole period, each group in it.
"""
_GROUP_AT = BUCKET_BITS - PAGE_BITS
_SUBJECT_AT = _GROUP_AT + GROUP_BITS
_MONTH_AT = _SUBJECT_AT + SUBJECT_BITS
"""Where these begin in the key of a page."""


class Quantiles(NamedTuple):
    """Quantiles of one kind of distribution, shape (subjects, percents, G, M + 1).

    Everybody is group 0, then come the recorded groups, if there are several; after the
    months comes the whole period.
    """

    bucket: NDArray[np.int32]
    """Number of the bucket; NOBODY where there is none."""
    inside: Floats
    """Which part of the bucket lies below the quantile."""


class _Pages(NamedTuple):
    """Pages of sixteen buckets of one subject."""

    keys: Integers
    """Ascending: by month, by group, by place."""
    numbers: Integers
    """Shape (pages, 16)."""


def quantiles(
    buckets: Buckets,
    kind: int,
    subjects: Sequence[Sequence[int]],
    groups: int,
    months: int,
    percents: Integers,
    *,
    last_only: bool,
) -> Quantiles:
    """Return quantiles of one kind of distribution.

    Parameters
    ----------
    buckets : Buckets
        Settled.
    kind : int
        `buckets.H_...`.
    subjects : sequence of sequences of int
        What is counted of these is taken together, ascending.
    groups, months : int
        How many there are; of groups, those recorded.
    percents : ndarray of int64
        Ascending, from 1 to 100.
    last_only : bool
        Whether the whole period is the last month, not all of them: so of what is
        counted at a month's end.

    Returns
    -------
    Quantiles
    """
    shown = groups + 1 if groups > 1 else 1
    shape = len(subjects), len(percents), shown, months + 1
    found = Quantiles(np.full(shape, NOBODY, np.int32), np.zeros(shape))
    sums = np.zeros((_GROUPS + groups, PAGES, 1 << PAGE_BITS), np.int64)
    last = max((max(parts) for parts in subjects), default=-1)
    edges = _edges(buckets.keys, kind, last + 1, months)
    for row, parts in enumerate(subjects):
        pages = _pages(buckets, edges[:, list(parts)].reshape(-1, 2))
        if len(parts) > 1:
            pages = _merged(pages)
        if len(pages.keys):
            of = Quantiles(found.bucket[row], found.inside[row])
            _of_subject(pages, _PLACES, percents, last_only, sums, of)
    return found


_PLACES = np.arange(PAGES)


def _edges(keys: Integers, kind: int, subjects: int, months: int) -> Integers:
    """Return where pages of each subject begin and end, shape (M, subjects, 2)."""
    where = [
        [place(month, subject, 0) for subject in range(subjects + 1)]
        for month in range(months)
    ]
    first = (np.array(where) | distribution(kind, 0)) >> PAGE_BITS
    at = np.searchsorted(keys, first)
    return np.stack((at[:, :-1], at[:, 1:]), axis=2)


def _pages(buckets: Buckets, edges: Integers) -> _Pages:
    """Return the pages of a subject."""
    rows = [slice(*pair) for pair in edges.tolist()]
    numbers = np.concatenate([buckets.pages[some] for some in rows])
    keys = np.concatenate([buckets.keys[some] for some in rows])
    return _Pages(keys, numbers.astype(np.int64))


def _merged(pages: _Pages) -> _Pages:
    """Return the pages of several subjects as those of one."""
    keys = pages.keys & ~(((1 << SUBJECT_BITS) - 1) << _SUBJECT_AT)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    if not len(heads):
        return pages
    return _Pages(keys[heads], np.add.reduceat(pages.numbers[order], heads))


@jit
def _of_subject(
    pages: _Pages,
    places: Integers,
    percents: Integers,
    last_only: bool,
    sums: Integers,
    found: Quantiles,
) -> None:
    """Find the quantiles of a subject, shape (percents, G, M + 1).

    The sums are zero, and are zero again afterwards.
    """
    shown, whole = found.bucket.shape[1], found.bucket.shape[2] - 1
    first = 0
    while first < len(pages.keys):
        month = _month_of(pages.keys[first])
        while first < len(pages.keys) and _month_of(pages.keys[first]) == month:
            last = _next_group(pages.keys, first)
            _add(pages, first, last, sums[_MONTH])
            if shown > 1:
                group = _group_of(pages.keys[first])
                _read(pages, first, last, percents, group + 1, month, found)
                if not last_only or month == whole - 1:
                    _add(pages, first, last, sums[_GROUPS + group])
            first = last
        everybody = _Pages(places, sums[_MONTH])
        _read(everybody, 0, PAGES, percents, 0, month, found)
        if not last_only or month == whole - 1:
            _add(everybody, 0, PAGES, sums[_EVERYBODY])
        sums[_MONTH] = 0
    for group in range(shown):
        row = _EVERYBODY + group
        _read(_Pages(places, sums[row]), 0, PAGES, percents, group, whole, found)
        sums[row] = 0


@jit_inside
def _month_of(key: int) -> int:
    """Return the month of a page."""
    return (key >> _MONTH_AT) & ((1 << MONTH_BITS) - 1)


@jit_inside
def _group_of(key: int) -> int:
    """Return the recorded group of a page."""
    return (key >> _GROUP_AT) & ((1 << GROUP_BITS) - 1)


@jit_inside
def _next_group(keys: Integers, first: int) -> int:
    """Return the first page of another group, or month."""
    last = first
    while last < len(keys) and keys[last] >> _GROUP_AT == keys[first] >> _GROUP_AT:
        last += 1
    return last


@jit_inside
def _add(pages: _Pages, first: int, last: int, sums: Integers) -> None:
    """Add the numbers of some pages to those of others, by place."""
    for row in range(first, last):
        at = pages.keys[row] & (PAGES - 1)
        for i in range(1 << PAGE_BITS):
            sums[at, i] += pages.numbers[row, i]


@jit_inside
def _read(
    pages: _Pages,
    first: int,
    last: int,
    percents: Integers,
    group: int,
    period: int,
    found: Quantiles,
) -> None:
    """Find the quantiles of what some pages count together."""
    total = 0
    for row in range(first, last):
        for i in range(1 << PAGE_BITS):
            total += pages.numbers[row, i]
    if total == 0:
        return
    below, wanted = 0, 0
    for row in range(first, last):
        for i in range(1 << PAGE_BITS):
            number = pages.numbers[row, i]
            if number == 0:
                continue
            while 100 * (below + number) >= percents[wanted] * total:
                rest = percents[wanted] * total - 100 * below
                at = pages.keys[row] & (PAGES - 1)
                found.bucket[wanted, group, period] = (at << PAGE_BITS) | i
                found.inside[wanted, group, period] = rest / (100 * number)
                wanted += 1
                if wanted == len(percents):
                    return
            below += number
