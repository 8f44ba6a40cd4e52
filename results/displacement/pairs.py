"""The patients of two runs side by side: who is in both, and what changed for them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.displacement.ends import Ends, ends
from results.displacement.names import Names
from results.displacement.world import ABSENT, NEVER, Visits, World, waited

Places = NDArray[np.int64]

WHAT = (
    "same journey",
    "waited longer",
    "waited shorter",
    "other times",
    "other way",
    "other end",
)
"""What happened to patients who are in both; docs/background/measures.md defines it."""
SAME, LONGER, SHORTER, OTHER_TIMES, OTHER_WAY, OTHER_END = range(len(WHAT))
_SAME_WAY = ("visit", "service", "step", "outcome", "cause")


class Pairs(NamedTuple):
    """Two worlds, joined; places of patients within each of them."""

    only_a: Places
    only_b: Places
    a: Places
    """Those in both, ascending by identity; in the first world."""
    b: Places
    """The same patients, in the second."""
    ends_a: Ends
    ends_b: Ends
    what: NDArray[np.int64]
    """What happened to those in both: a place in `WHAT`."""
    more: NDArray[np.int64]
    """How much more waiting all their visits brought, in microseconds."""


class SameVisits(NamedTuple):
    """Visits that were treated in both runs."""

    pair: Places
    """Whose: a place in `Pairs.a`."""
    service: NDArray[np.int32]
    more: NDArray[np.int64]
    """How much longer it waited in the second run, in microseconds."""


def pairs(a: World, b: World, names: Names) -> Pairs:
    """Return the patients of two worlds, joined by identity and stream.

    Parameters
    ----------
    a, b : World
        With codes of the same names.
    names : Names
    """
    _, in_a, in_b = np.intersect1d(
        a.who, b.who, assume_unique=True, return_indices=True
    )
    same = a.stream[in_a] == b.stream[in_b]
    in_a, in_b = in_a[same], in_b[same]
    ends_a, ends_b = ends(a), ends(b)
    more = _waited(b)[in_b] - _waited(a)[in_a]
    same_end = ends_a.codes(names)[in_a] == ends_b.codes(names)[in_b]
    return Pairs(
        np.setdiff1d(np.arange(len(a.who)), in_a, assume_unique=True),
        np.setdiff1d(np.arange(len(b.who)), in_b, assume_unique=True),
        in_a,
        in_b,
        ends_a,
        ends_b,
        _what((a, b), (in_a, in_b), same_end, more),
        more,
    )


def _waited(world: World) -> NDArray[np.int64]:
    """Return how long each patient waited in all visits together."""
    # Differences of sums are right even where the sums themselves run over.
    sums = np.concatenate([[0], np.cumsum(waited(world.whole))])
    return np.diff(sums[world.first_whole])


def _what(
    worlds: tuple[World, World],
    places: tuple[Places, Places],
    same_end: NDArray[np.bool_],
    more: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return what happened to those who are in both."""
    a, b = worlds
    in_a, in_b = places
    what = np.select([more > 0, more < 0], [LONGER, SHORTER], OTHER_TIMES)
    way = same_end & _alike(worlds, places, whole=True)
    what[~way] = OTHER_WAY
    what[~same_end] = OTHER_END
    at_once = (a.entered[in_a] == b.entered[in_b]) & (a.left[in_a] == b.left[in_b])
    what[way & at_once & _alike(worlds, places, whole=False)] = SAME
    return what


def _alike(
    worlds: tuple[World, World], places: tuple[Places, Places], *, whole: bool
) -> NDArray[np.bool_]:
    """Return whose whole visits went the same way; or whose rows are all the same."""
    firsts = [w.first_whole if whole else w.first_row for w in worlds]
    tables = [w.whole if whole else w.rows for w in worlds]
    begins = [first[at] for first, at in zip(firsts, places, strict=True)]
    counts = [np.diff(first)[at] for first, at in zip(firsts, places, strict=True)]
    alike: NDArray[np.bool_] = counts[0] == counts[1]
    owner = np.repeat(np.flatnonzero(alike), counts[0][alike])
    rows = [ranges(begin[alike], counts[0][alike]) for begin in begins]
    for name in _SAME_WAY if whole else Visits._fields[1:]:
        one, other = (
            getattr(table, name)[at] for table, at in zip(tables, rows, strict=True)
        )
        alike[owner[one != other]] = False
    return alike


def ranges(begins: Places, counts: Places) -> Places:
    """Return `begin, begin + 1, ...`, so many of each, one after the other."""
    before = np.cumsum(counts) - counts
    found: Places = np.arange(int(counts.sum())) + np.repeat(begins - before, counts)
    return found


def same_visits(a: World, b: World, joined: Pairs) -> SameVisits:
    """Return the visits that patients in both made and were treated at in both.

    Parameters
    ----------
    a, b : World
    joined : Pairs
    """
    key_a, row_a = _keys(a, joined.a)
    key_b, row_b = _keys(b, joined.b)
    # Both ascend, as patients and their visits do.
    at = np.searchsorted(key_a, key_b)
    at[at == len(key_a)] = 0
    in_both = key_a[at] == key_b if len(key_a) else np.zeros(len(key_b), bool)
    pair, row_a, row_b = key_b[in_both] >> _BITS, row_a[at[in_both]], row_b[in_both]
    del key_a, key_b, at, in_both
    service = a.whole.service[row_a]
    same = service == b.whole.service[row_b]
    same &= a.whole.step[row_a] == b.whole.step[row_b]
    more = waited(b.whole)[row_b[same]] - waited(a.whole)[row_a[same]]
    return SameVisits(pair[same], service[same], more)


_BITS = 24
"""Of the number of a visit, in a key of patient and visit."""


def _keys(world: World, places: Places) -> tuple[Places, Places]:
    """Return patient and visit as one number, and its row, of those treated."""
    pair = np.full(len(world.who), -1)
    pair[places] = np.arange(len(places))
    whole = world.whole
    pairs_of = pair[whole.owner]
    treated = (pairs_of >= 0) & (whole.started != NEVER) & (whole.outcome != ABSENT)
    rows = np.flatnonzero(treated)
    return (pairs_of[rows] << _BITS) | whole.visit[rows], rows
