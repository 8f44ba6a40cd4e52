"""What is to do is done once, by whoever it is, and what others have comes last."""

from collections import Counter
from pathlib import Path

import pytest

from simulator.batch.agenda import WHOLE, Agenda, Shard, all_blocks, counted, stretches
from simulator.batch.book import PlannedRun, blocks
from simulator.batch.store import Store
from simulator.batch.work import Piece


def run(key: str, replications: int, block: int = 3) -> PlannedRun:
    return PlannedRun(key, key, key, 1, replications, block, False, key)


RUNS = [run("a", 7), run("b", 1), run("a", 10), run("c", 6, 1)]
"""`a` is wanted twice."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def agenda_of(agenda: Agenda) -> list[Piece]:
    return list(iter(agenda.next, None))


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_every_replication_belongs_to_one_piece_of_one_shard(
    store: Store, count: int
) -> None:
    found: Counter[tuple[str, int]] = Counter()
    for number in range(1, count + 1):
        for piece in agenda_of(Agenda(store, RUNS, Shard(number, count))):
            found.update((piece.key, n) for n in piece.numbers)
    wanted = {"a": 10, "b": 1, "c": 6}
    assert found == Counter(
        {(key, n): 1 for key, most in wanted.items() for n in range(1, most + 1)}
    )


def test_what_is_there_is_not_done_again_and_the_gaps_are(store: Store) -> None:
    store.keep("a", (2,), b"")
    store.keep("a", (4, 5, 6), b"")
    found = [p.numbers for p in agenda_of(Agenda(store, [run("a", 7)]))]
    assert found == [(1,), (3,), (7,)]
    assert counted(store, [run("a", 7)]) == (4, 7)


def test_what_others_have_claimed_comes_last_unless_it_is_done_by_then(
    store: Store, tmp_path: Path
) -> None:
    claims = tmp_path / "claims" / "a"
    claims.mkdir(parents=True)
    for name in ("000001-000003", "000004-000006"):
        (claims / f"{name}.elsewhere-7").touch()
    agenda = Agenda(store, [run("a", 10)])
    first = [agenda.next() for _ in range(2)]
    assert [p.numbers for p in first if p] == [(7, 8, 9), (10,)]
    store.keep("a", (1, 2, 3), b"")
    assert [p.numbers for p in agenda_of(agenda)] == [(4, 5, 6)]


def test_what_has_failed_comes_next(store: Store) -> None:
    agenda = Agenda(store, RUNS)
    first = agenda.next()
    assert first is not None
    agenda.again(first.split())
    found = [agenda.next() for _ in range(4)]
    assert [p.numbers for p in found if p] == [(1,), (2,), (3,), (4, 5, 6)]
    assert [p.tries for p in found if p] == [1, 1, 1, 0]


def test_a_shard_counts_the_blocks_that_it_does(store: Store) -> None:
    for number in (1, 2, 3):
        shard = Shard(number, 3)
        for piece in agenda_of(Agenda(store, RUNS, shard)):
            store.keep(piece.key, piece.numbers, b"")
        have, total = counted(store, RUNS, shard)
        assert have == total
    assert counted(store, RUNS, WHOLE) == (17, 17)


def test_blocks_hold_no_gaps_and_no_more_than_their_size() -> None:
    numbers = [1, 2, 3, 5, 6, 9, 10, 11, 12]
    assert list(blocks(numbers, 3)) == [(1, 2, 3), (5, 6), (9, 10, 11), (12,)]
    assert list(blocks([], 3)) == []
    assert [b for _, b in all_blocks([run("a", 4)])] == [(1, 2, 3), (4,)]


def test_numbers_are_said_in_stretches() -> None:
    assert stretches([1, 2, 3, 5, 8, 9]) == "1 to 3, 5, 8 to 9"
    assert stretches([4]) == "4"
