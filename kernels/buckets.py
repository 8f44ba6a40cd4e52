"""Distributions of times: how many fell into each of many narrow buckets.

A bucket is never wider than 1/128 of its times. Only what is used is kept: sixteen
neighbouring buckets share a page, and an open-addressed table finds the page of a
distribution (what, in which month, where, for whom) by its key.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit, jit_inside
from kernels.prefetch import ask_for

Integers = NDArray[np.int64]

# Kinds of distributions.
H_STARTED, H_LEFT, H_IN_LINE, H_STOPPED, H_RUNNING, H_STANDARD = range(6)

_UNIT_BITS = 16
_HALF_BITS = 7
BUCKET_BITS = 13
PAGE_BITS = 4
GROUP_BITS, SUBJECT_BITS, MONTH_BITS = 14, 14, 12
"""Of a key, from the bucket upwards; the kind stands above the month."""
_KIND_AT = BUCKET_BITS + GROUP_BITS + SUBJECT_BITS + MONTH_BITS
NONE_WAITS = (-1, -1, -1, -1)
"""No keys that wait to be counted."""
_AT_ONCE = 1 << 16
"""Pages that are settled, or added up, together."""
Waiting = tuple[int, int, int, int]
_HALF = 0xFFFFFFFF
_MIXERS = (np.uint64(0x9E3779B1), np.uint64(0x85EBCA77), np.uint64(0xC2B2AE3D))


class Buckets(NamedTuple):
    """How many times fell into which bucket."""

    keys: Integers
    """The table: keys of pages, -1 where free; shape a power of two."""
    rows: NDArray[np.int32]
    """The row of each key's page."""
    pages: NDArray[np.integer]
    """Numbers by page and bucket, shape (pages, 16): of int32, a page is one cache
    line. Settled, they are of the smallest type that holds them."""
    used: Integers
    """How many pages are in use, shape (1,)."""


def no_buckets(pages: int = 1 << 9) -> Buckets:
    """Return buckets of nothing, with room for some pages (a power of two)."""
    return Buckets(
        np.full(2 * pages, -1, dtype=np.int64),
        np.zeros(2 * pages, dtype=np.int32),
        _pages(pages),
        np.zeros(1, dtype=np.int64),
    )


def _pages(pages: int) -> NDArray[np.int32]:
    """Return empty pages, each of them on one cache line."""
    memory = np.zeros((pages + 1) << PAGE_BITS, dtype=np.int32)
    skip = -memory.ctypes.data % 64 // 4
    size = pages << PAGE_BITS
    return memory[skip : skip + size].reshape(pages, 1 << PAGE_BITS)


def more_buckets(buckets: Buckets) -> Buckets:
    """Return the same buckets with room for twice as many pages."""
    more = no_buckets(2 * len(buckets.pages))
    more.pages[: len(buckets.pages)] = buckets.pages
    more.used[0] = buckets.used[0]
    _move(buckets.keys, buckets.rows, more.keys, more.rows)
    return more


def emptied(buckets: Buckets) -> Buckets:
    """Return buckets of nothing in the room of others, which are used up."""
    buckets.keys.fill(-1)
    buckets.pages[: buckets.used[0]] = 0
    buckets.used[0] = 0
    return buckets


def settled(buckets: Buckets) -> Buckets:
    """Return buckets in the order of their keys, without room for more."""
    if is_settled(buckets):
        return buckets
    taken = np.flatnonzero(buckets.keys >= 0)
    taken = taken[np.argsort(buckets.keys[taken])]
    most = int(buckets.pages[: buckets.used[0]].max(initial=0))
    pages = np.empty((len(taken), 1 << PAGE_BITS), dtype=np.min_scalar_type(most))
    for first in range(0, len(taken), _AT_ONCE):
        some = buckets.rows[taken[first : first + _AT_ONCE]]
        pages[first : first + _AT_ONCE] = buckets.pages[some]
    return _in_order(buckets.keys[taken], pages)


def _in_order(keys: Integers, pages: NDArray[np.integer]) -> Buckets:
    """Return settled buckets."""
    used = np.array([len(keys)], dtype=np.int64)
    return Buckets(keys, np.arange(len(keys), dtype=np.int32), pages, used)


def added_up(parts: list[Buckets]) -> Buckets:
    """Return the buckets of all parts together.

    Parameters
    ----------
    parts : list of Buckets
        Settled, at least one.

    Returns
    -------
    Buckets
        Settled.
    """
    if len(parts) == 1:
        return parts[0]
    keys = _without_doubles(np.concatenate([part.keys for part in parts]))
    kind = np.result_type(*(part.pages for part in parts))
    pages = np.empty((len(keys), 1 << PAGE_BITS), dtype=kind)
    for first in range(0, len(keys), _AT_ONCE):
        sums = _sums(parts, keys[first : first + _AT_ONCE])
        needed = np.min_scalar_type(int(sums.max()))
        pages = pages.astype(np.result_type(pages, needed), copy=False)
        pages[first : first + _AT_ONCE] = sums
    return _in_order(keys, pages)


def _without_doubles(keys: Integers) -> Integers:
    """Return different keys in order; the given ones are put in order, too."""
    # `np.unique` looks keys up in a table, which takes eight times as long.
    keys.sort()
    is_new = np.ones(len(keys), dtype=np.bool_)
    is_new[1:] = keys[1:] != keys[:-1]
    return keys[is_new]


def _sums(parts: list[Buckets], keys: Integers) -> Integers:
    """Return the numbers of some pages that follow each other, all parts together."""
    sums = np.zeros((len(keys), 1 << PAGE_BITS), dtype=np.int64)
    for part in parts:
        first, last = np.searchsorted(part.keys, (keys[0], keys[-1] + 1))
        rows = np.searchsorted(keys, part.keys[first:last])
        _add_rows(sums, rows, part.pages[first:last].astype(np.int64))
    return sums


@jit
def _add_rows(sums: Integers, rows: Integers, pages: Integers) -> None:
    """Add each page to a row of sums."""
    for i in range(len(rows)):
        for place in range(pages.shape[1]):
            sums[rows[i], place] += pages[i, place]


def is_settled(buckets: Buckets) -> bool:
    """Return whether buckets have no room for more, not even in their table."""
    return len(buckets.keys) == len(buckets.pages)


def filled(buckets: Buckets, most: int) -> Iterator[NDArray[np.intp]]:
    """Yield the places of settled buckets that are not empty, page by page.

    So many at once, the last ones as many as are left; at least once, if only none.
    """
    waiting, begun = np.zeros(0, dtype=np.intp), False
    for first in range(0, len(buckets.pages), _AT_ONCE):
        here = np.flatnonzero(buckets.pages[first : first + _AT_ONCE])
        waiting = np.concatenate((waiting, here + (first << PAGE_BITS)))
        while len(waiting) >= most:
            begun = True
            yield waiting[:most]
            waiting = waiting[most:]
    if len(waiting) or not begun:
        yield waiting


def counted(buckets: Buckets, places: NDArray[np.intp]) -> tuple[Integers, Integers]:
    """Return the keys of settled buckets at some of the places, and their numbers."""
    page, place = places >> PAGE_BITS, places & ((1 << PAGE_BITS) - 1)
    keys = (buckets.keys[page] << PAGE_BITS) | place
    return keys, buckets.pages[page, place].astype(np.int64)


@jit
def pages_left(buckets: Buckets) -> int:
    """Return for how many more pages there is room."""
    return int(len(buckets.pages) - buckets.used[0])


@jit
def bucket(time: int) -> int:
    """Return the bucket of a time in microseconds.

    Bucket 0 holds exactly zero; then come 128 buckets of 65.536 ms; above them 128
    buckets to each doubling, so that a bucket is never wider than 1/128 of its times.
    """
    if time <= 0:
        return 0
    unit = time >> _UNIT_BITS
    if unit < 1 << _HALF_BITS:
        return 1 + unit
    octave = 0
    for step in (32, 16, 8, 4, 2, 1):
        if unit >> (octave + step) >= 1 << _HALF_BITS:
            octave += step
    half = (unit >> octave) & ((1 << _HALF_BITS) - 1)
    return 1 + ((octave + 1) << _HALF_BITS) + half


def bucket_edges(buckets: Integers) -> tuple[Integers, Integers]:
    """Return the lower and upper edges of buckets, in microseconds.

    A time t lies in a bucket if lower <= t < upper; bucket 0 is zero alone (0, 0).
    """
    number = np.maximum(buckets - 1, 0)
    octave = np.maximum((number >> _HALF_BITS) - 1, 0)
    low = number - (octave << _HALF_BITS)
    lower = (low << octave) << _UNIT_BITS
    upper = ((low + 1) << octave) << _UNIT_BITS
    return np.where(buckets == 0, 0, lower), np.where(buckets == 0, 0, upper)


@jit
def distribution(kind: int, time: int) -> int:
    """Return the part of a key that says which kind, and the bucket of a time."""
    return int((np.int64(kind) << _KIND_AT) | np.int64(bucket(time)))


@jit
def place(month: int, subject: int, group: int) -> int:
    """Return the part of a key that says where."""
    # Fields of records are 32 bits wide, and uncompiled code keeps to that width.
    key = (np.int64(month) << SUBJECT_BITS) | np.int64(subject)
    return int(((key << GROUP_BITS) | np.int64(group)) << BUCKET_BITS)


def unpacked(keys: Integers) -> tuple[Integers, ...]:
    """Return kind, month, subject, group and bucket of keys of buckets."""
    fields = []
    for bits in (BUCKET_BITS, GROUP_BITS, SUBJECT_BITS, MONTH_BITS):
        fields.append(keys & ((1 << bits) - 1))
        keys = keys >> bits
    return (keys, *reversed(fields))


@jit
def count(buckets: Buckets, key: int) -> None:
    """Add one to the number of a bucket; there must be room for a page."""
    page = key >> PAGE_BITS
    keys = buckets.keys
    at = _first_place(page, len(keys))
    while keys[at] != page:
        if keys[at] == -1:
            keys[at] = page
            buckets.rows[at] = buckets.used[0]
            buckets.used[0] += 1
            break
        at = (at + 1) & (len(keys) - 1)
    buckets.pages[buckets.rows[at], key & ((1 << PAGE_BITS) - 1)] += 1


@inlined
def count_later(buckets: Buckets, keys: Waiting, key: int) -> Waiting:
    """Let a key wait while its page is fetched; count the one that waited longest.

    Returns
    -------
    tuple of int
        The keys that wait; -1 for none.
    """
    page = key >> PAGE_BITS
    at = _first_place(page, len(buckets.keys))
    ask_for(buckets.keys, at, 0)
    ask_for(buckets.rows, at, 0)
    _ask_for_page(buckets, keys[2])
    if keys[0] >= 0:
        count(buckets, keys[0])
    return (keys[1], keys[2], keys[3], key)


@inlined
def _ask_for_page(buckets: Buckets, key: int) -> None:
    """Ask for the page of a key; rarely it is another one that is asked for."""
    if key >= 0:
        at = _first_place(key >> PAGE_BITS, len(buckets.keys))
        ask_for(buckets.pages, buckets.rows[at], 0)


@jit_inside
def count_waiting(buckets: Buckets, keys: Waiting) -> None:
    """Count all keys that wait."""
    for key in keys:
        if key >= 0:
            count(buckets, key)


@jit
def _first_place(page: int, size: int) -> int:
    """Return where in a table of some size a page is looked for first."""
    # The halves apart, as no product may overflow; the month stands in the upper one.
    low = np.uint64(page & _HALF) * _MIXERS[0]
    high = np.uint64(page >> 32) * _MIXERS[1]
    mixed = np.int64((low ^ high) >> np.uint64(16)) & _HALF
    product = np.uint64(mixed) * _MIXERS[2]
    return int(np.int64(product >> np.uint64(32)) & (size - 1))


@jit
def _move(
    old_keys: Integers,
    old_rows: NDArray[np.int32],
    keys: Integers,
    rows: NDArray[np.int32],
) -> None:
    """Enter every page of a table into a larger one."""
    for i in range(len(old_keys)):
        if old_keys[i] != -1:
            at = _first_place(old_keys[i], len(keys))
            while keys[at] != -1:
                at = (at + 1) & (len(keys) - 1)
            keys[at], rows[at] = old_keys[i], old_rows[i]
