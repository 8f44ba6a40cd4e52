"""The folder of a batch: claims of the living and the dead, and what they left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from results.errors import ResultError
from results.folder import leftovers
from simulator.batch.book import Book, PlannedRun
from simulator.batch.store import Store, Stretch


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "batch")


@pytest.fixture(scope="module")
def dead() -> int:
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    return process.pid


HOST = leftovers.owner().rpartition("-")[0]


def claim(store: Store, owner: str) -> Path:
    path = store.path / "claims" / "key" / f"000001-000004.{owner}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_claim_of_ones_own_is_none_of_anothers(store: Store) -> None:
    store.claim("key", (1, 2))
    assert store.begun() == 1
    assert store.claimed("key") == set()
    store.release("key", (1, 2))
    store.release("key", (1, 2))
    assert store.begun() == 0


def test_claims_of_the_living_and_of_other_machines_hold(store: Store) -> None:
    for owner in (f"{HOST}-{os.getppid()}", "far.away-1"):
        path = claim(store, owner)
        assert store.claimed("key") == {1, 2, 3, 4}
        path.unlink()


def test_claims_of_the_dead_of_this_machine_go(store: Store, dead: int) -> None:
    path = claim(store, f"{HOST}-{dead}")
    assert store.claimed("key") == set()
    assert not path.exists()


def test_what_the_dead_had_half_written_goes_and_that_of_others_stays(
    store: Store, dead: int
) -> None:
    store.keep("key", (1,), b"whole")
    folder = store.path / "units" / "key"
    for owner in (f"{HOST}-{dead}", "far.away-1"):
        (folder / f".000002-000002.unit.unfinished-{owner}-1").write_bytes(b"ha")
    assert store.there("key") == {Stretch(1, 1): folder / "000001-000001.unit"}
    store.sweep("key")
    assert sorted(path.name for path in folder.iterdir()) == [
        ".000002-000002.unit.unfinished-far.away-1-1",
        "000001-000001.unit",
    ]


def test_a_unit_is_replaced_by_the_same_one(store: Store) -> None:
    for content in (b"once", b"twice"):
        store.keep("key", (3, 4), content)
    (path,) = store.there("key").values()
    assert path.read_bytes() == b"twice"
    assert store.replications("key") == {3, 4}


@pytest.mark.parametrize(
    "name", ["000001.unit", "1-2.unit", "000001-000002.unit.damaged", "notes.txt"]
)
def test_other_files_among_units_are_none(store: Store, name: str) -> None:
    store.keep("key", (1,), b"")
    (store.path / "units" / "key" / name).touch()
    assert store.replications("key") == {1}


def test_a_book_is_read_as_it_was_written(store: Store) -> None:
    run = PlannedRun("a", "A", "k", 1, 4, 2, True, "a", {"beds": "2"}, 1, {"x": "1"})
    book = Book("study", "Why?", None, (run,))
    store.keep_book(book, {})
    assert store.book() == book
    with pytest.raises(ResultError, match=r"a\.json: is missing; run the batch"):
        store.frame(run)


def test_a_batch_may_begin_where_another_one_is_just_beginning(store: Store) -> None:
    store.path.mkdir()
    (store.path / f".batch.json.unfinished-{HOST}-{os.getppid()}-1").touch()
    store.keep_book(Book("study", "Why?", None, ()), {})
    assert store.book().study == "study"


def test_failures_are_kept_until_their_replication_is_tried_again(
    store: Store,
) -> None:
    run = PlannedRun("a", "A", "k", 1, 4, 2, False, "a")
    store.keep_book(Book("study", "Why?", None, (run,)), {})
    assert store.failures() == []
    store.keep_failure("a-000001", {"sentence": "Given up."})
    assert store.failures() == [{"sentence": "Given up."}]
    store.forget_failures({"a": [2, 3]})
    assert store.failures() == [{"sentence": "Given up."}]
    store.forget_failures({"a": [1, 2]})
    assert store.failures() == []
