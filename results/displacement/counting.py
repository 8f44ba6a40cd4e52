"""What a ledger counts of one replication: ends, use and waits, as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.displacement import world as of
from results.displacement.names import Names, Parts, everybody
from results.displacement.pairs import (
    OTHER_TIMES,
    SAME,
    Pairs,
    SameVisits,
    pairs,
    same_visits,
)
from results.displacement.world import NEVER, World
from results.layout.labels import DAY

Places = NDArray[np.int64]

COMES = ("in both", "only in A", "only in B")
IN_BOTH, ONLY_A, ONLY_B = range(len(COMES))
USERS = ("only in A", "only in B", "in both, A", "in both, B", "in both, change")
"""Whose use of services is counted, and in which run; the last is B less A."""
USERS_A, USERS_B, USERS_CHANGE = 2, 3, 4
DOINGS = ("joined", "treated", "left unseen", "turned away", "did not attend")
MOVES = ("longer", "shorter", "as long")
NOTHING = -1
"""The code of what there is none of."""
PERCENTS = (50, 90)


class Counts(NamedTuple):
    """One replication; each a table of codes, with what was counted."""

    rows: dict[str, Places]
    """Everybody: comes, what, a, b (ends as codes), stream, group, patients."""
    use: dict[str, Places]
    """users, part (0: everybody), is_sector, subject, doing, patients, visits."""
    waits: dict[str, NDArray[np.float64]]
    """part (0: everybody), subject (-1: all waits), move, number, mean, percentiles."""


class View(NamedTuple):
    """What people are kept apart by in some rows."""

    first: int
    """The code of its first part: 0 is everybody, the parts come after."""
    parts: Parts


def counts(a: World, b: World, names: Names, parts: Parts) -> Counts:
    """Return what a ledger says of one replication.

    Parameters
    ----------
    a, b : World
    names : Names
    parts : Parts
        What people are kept apart by, besides being counted all together.
    """
    joined = pairs(a, b, names)
    together = everybody(names)
    views = [View(0, together), View(1, parts)]
    if parts.names == together.names:
        views.pop()
    use = list(_use((a, b), names, joined, views))
    visits = same_visits(a, b, joined)
    waits = [_waits(a, joined, visits, of) for of in views]
    return Counts(_rows(a, b, names, joined), _stacked(use), _stacked(waits))


def _people_of(world: World, view: View) -> Places:
    """Return the part of each patient."""
    first, parts = view
    part: Places = parts.of[world.stream if parts.by_stream else world.group] + first
    return part


def _rows(a: World, b: World, names: Names, joined: Pairs) -> dict[str, Places]:
    """Return everybody, put together where all is alike."""
    codes = joined.ends_a.codes(names), joined.ends_b.codes(names)
    people = [
        _people(
            a, joined.a, IN_BOTH, joined.what, codes[0][joined.a], codes[1][joined.b]
        ),
        _people(a, joined.only_a, ONLY_A, NOTHING, codes[0][joined.only_a], NOTHING),
        _people(b, joined.only_b, ONLY_B, NOTHING, NOTHING, codes[1][joined.only_b]),
    ]
    columns = [np.concatenate(parts) for parts in zip(*people, strict=True)]
    found, number = distinct(columns)
    named = ("comes", "what", "a", "b", "stream", "group")
    return {**dict(zip(named, found, strict=True)), "patients": number}


def _people(
    world: World,
    places: Places,
    comes: int,
    what: Places | int,
    *ends: Places | int,
) -> list[Places]:
    """Return a column each for some patients."""
    columns = (comes, what, *ends, world.stream[places], world.group[places])
    return [np.broadcast_to(c, places.shape).astype(np.int64) for c in columns]


def distinct(columns: list[Places]) -> tuple[list[Places], Places]:
    """Return the distinct rows of some columns, ascending, and how often each is there.

    Parameters
    ----------
    columns : list of ndarray of int
        From -1 on; of one length.
    """
    key, so_far = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        size = int(column.max(initial=0)) + 2
        if so_far * size > _LARGEST:
            found, key = np.unique(key, return_inverse=True)
            so_far = len(found)
        key, so_far = key * size + column + 1, so_far * size
    _, first, number = np.unique(key, return_index=True, return_counts=True)
    return [column[first] for column in columns], number


_LARGEST = 2**62


def _use(
    worlds: tuple[World, World], names: Names, joined: Pairs, views: list[View]
) -> Iterator[dict[str, Any]]:
    """Yield who used what: of four sorts of users, services and sectors."""
    for side, world in enumerate(worlds):
        users = np.full(len(world.who), (ONLY_A, ONLY_B)[side] - 1)
        users[joined[2 + side]] = (USERS_A, USERS_B)[side]
        for view in views:
            part = _people_of(world, view)
            # Those in both have the group that they have in A.
            part[joined[2 + side]] = _people_of(worlds[0], view)[joined.a]
            kept = _Users(users, part, len(view[1].names) + view[0])
            service = world.whole.service.astype(np.int64)
            for is_sector, subject in enumerate((service, names.sector_of[service])):
                yield from _used(world.whole, kept, subject, is_sector)


class _Users(NamedTuple):
    """Of each patient, among whom their use is counted."""

    users: Places
    part: Places
    n_parts: int


def _used(
    visits: of.Visits, kept: _Users, subject: Places, is_sector: int
) -> Iterator[dict[str, Any]]:
    """Yield patients and visits by users, part and subject."""
    n_subjects = int(subject.max(initial=0)) + 1
    order = np.argsort(
        visits.owner.astype(np.int64) * n_subjects + subject, kind="stable"
    )
    sort = (kept.users * kept.n_parts + kept.part)[visits.owner] * n_subjects + subject
    for doing, did in enumerate(_doings(visits)):
        rows = order[did[order]]
        # The first visit of each patient to each subject.
        new = np.ones(len(rows), bool)
        new[1:] = np.diff(visits.owner[rows]) != 0
        new[1:] |= np.diff(subject[rows]) != 0
        number = np.bincount(sort[rows])
        cells = np.flatnonzero(number)
        sorts, subjects = np.divmod(cells, n_subjects)
        yield {
            "users": sorts // kept.n_parts,
            "part": sorts % kept.n_parts,
            "is_sector": is_sector,
            "subject": subjects,
            "doing": doing,
            "patients": np.bincount(sort[rows[new]], minlength=len(number))[cells],
            "visits": number[cells],
        }


def _doings(visits: of.Visits) -> Iterator[NDArray[np.bool_]]:
    """Yield which visits joined, were treated, left unseen, turned away, absent."""
    yield np.ones(len(visits.owner), bool)
    yield (visits.started != NEVER) & (visits.outcome != of.ABSENT)
    for outcome in (of.LEFT, of.TURNED_AWAY, of.ABSENT):
        yield visits.outcome == outcome


def _stacked(tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return tables one below the other; what is one number holds for all rows."""
    return {
        name: np.concatenate(
            [np.broadcast_to(t[name], t["part"].shape) for t in tables]
        )
        for name in tables[0]
    }


def _edges(ordered: Places) -> Places:
    """Return where each run of equal numbers begins, and the end of all."""
    new = np.ones(len(ordered) + 1, bool)
    new[1:-1] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(new)


def _waits(
    a: World, joined: Pairs, visits: SameVisits, view: View
) -> dict[str, NDArray[np.float64]]:
    """Return by how much the same visits, and the same ways, waited longer or less."""
    way = np.flatnonzero((joined.what >= SAME) & (joined.what <= OTHER_TIMES))
    part = _people_of(a, view)[joined.a]
    subject = np.concatenate([np.full(len(way), NOTHING), visits.service])
    more = np.concatenate([joined.more[way], visits.more])
    of_part = np.concatenate([part[way], part[visits.pair]])
    move = np.select([more > 0, more < 0], [0, 1], 2)
    key = (of_part * (int(subject.max(initial=0)) + 2) + subject + 1) * 3 + move
    # Few different numbers in a narrow type are sorted at once.
    key = key.astype(np.min_scalar_type(int(key.max(initial=0))))
    order = np.argsort(key, kind="stable")
    edges = _edges(key[order])
    lows, highs = edges[:-1], edges[1:]
    size = np.abs(more[order]) / DAY
    first = order[lows]
    found = {
        "part": of_part[first],
        "subject": subject[first],
        "move": move[first],
        "number": highs - lows,
    }
    pieces = [size[low:high] for low, high in zip(lows, highs, strict=True)]
    found["mean"] = np.array([piece.mean() for piece in pieces])
    for percent in PERCENTS:
        values = [np.percentile(piece, percent) for piece in pieces]
        found[f"percentile_{percent}"] = np.array(values)
    return {name: np.asarray(column, np.float64) for name, column in found.items()}
