"""What disks, clocks and others do to the folder of a batch: a clear word each."""

import errno
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from results.errors import ResultError
from simulator.batch import merging, units
from simulator.batch.store import DamagedUnitError, Store
from tests.batches.conftest import Undisturbed
from tests.batches.processes import PHASES, How, ended, started
from tests.batches.studies import (
    REPLICATIONS,
    RUNS,
    UNITS,
    WARD,
    caresim,
    files_of,
    replications_in,
    runs_of,
    units_of,
    write_study,
)

BATCH = ("batch", "beds.yaml", "--out", "out")
FULL = os.strerror(errno.ENOSPC)


# Disks


def full_from(call: int) -> None:
    """Let the disk be full from a certain time on that something is brought to it."""
    synced, left = os.fsync, [call]

    def fsync(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, FULL)
        synced(handle)

    os.fsync = fsync


def refuse(call: Callable[..., Any], error: int, *args: Any, **more: Any) -> Any:
    """Let a call of the system fail where something would be written."""
    if args and "out" in str(args[0]):
        raise OSError(error, os.strerror(error))
    return call(*args, **more)


def read_only() -> None:
    """Let nothing be written into the folder of the batch."""
    os.mkdir = partial(refuse, os.mkdir, errno.EROFS)


@pytest.mark.parametrize("call", [0, 9, 20, 40])
def test_a_full_disk_ends_a_batch_with_one_line_and_it_goes_on_with_room(
    tmp_path: Path, undisturbed: Undisturbed, call: int
) -> None:
    write_study(tmp_path)
    said = ended(tmp_path, BATCH, How(before=partial(full_from, call)))
    assert said.code == 1
    line = said.text.strip().splitlines()[-1]
    assert line.startswith("Error: ")
    assert line.endswith(f"cannot be written: {FULL}")
    left = [path for path in (tmp_path / "out").rglob("*") if "unfinished" in path.name]
    assert left == []
    assert ended(tmp_path, BATCH).code == 0
    assert runs_of(tmp_path / "out") == undisturbed.runs


def small_files() -> None:
    """Let the system refuse files as large as a unit."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))


def test_a_unit_that_the_system_refuses_leaves_nothing_half(
    here: Path, undisturbed: Undisturbed
) -> None:
    said = ended(here, BATCH, How(before=small_files))
    assert said.code == 1
    assert (
        said.text.strip().splitlines()[-1].endswith("cannot be written: File too large")
    )
    assert len(replications_in(here / "out")) == 2 * len(units_of(here / "out"))
    assert ended(here, BATCH).code == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_a_disk_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    write_study(tmp_path)
    said = ended(tmp_path, BATCH, How(before=read_only))
    assert (said.code, said.text.count("\n")) == (1, 1)
    assert said.text.endswith("cannot be written: Read-only file system\n")


def test_a_folder_that_may_not_be_written_is_a_clear_error(here: Path) -> None:
    folder = here / "out"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("the administrator may write everywhere")
    result = caresim(*BATCH)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith(
        "cannot be written: Permission denied"
    )


def no_claims() -> None:
    """Let nobody claim anything."""
    mkdir = os.mkdir

    def refused(path: Any, *args: Any, **more: Any) -> None:
        if "claims" in str(path):
            raise OSError(errno.ENOSPC, FULL)
        mkdir(path, *args, **more)

    os.mkdir = refused


def test_a_batch_that_can_claim_nothing_does_its_work(
    here: Path, undisturbed: Undisturbed
) -> None:
    said = ended(here, BATCH, How(before=no_claims))
    assert said.code == 0, said.text
    assert runs_of(here / "out") == undisturbed.runs
    assert not (here / "out" / "claims").exists()


# Shards


def test_a_shard_that_is_missing_is_told_by_its_replications(here: Path) -> None:
    for shard in ("1/3", "3/3"):
        assert caresim(*BATCH, "--shard", shard).exit_code == 0
    result = caresim("merge", "out")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines == [
        "ward: 2 of 4 replications are there; missing: 3 to 4",
        "ward_beds-4: 2 of 4 replications are there; missing: 1 to 2",
        "The batch command simulates what is missing.",
        "1 run folder was put together.",
    ]


# Damage


def spoiled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def of_another(path: Path) -> None:
    others = [
        other for other in units_of(path.parents[2]) if other.parent != path.parent
    ]
    path.write_bytes(others[0].read_bytes())


def of_other_numbers(path: Path) -> None:
    sibling = next(other for other in path.parent.glob("*.unit") if other != path)
    path.write_bytes(sibling.read_bytes())


@pytest.mark.parametrize("spoil", [spoiled, emptied, cut, of_another, of_other_numbers])
def test_a_damaged_unit_is_put_aside_said_and_simulated_again(
    here: Path, undisturbed: Undisturbed, spoil: Callable[[Path], None]
) -> None:
    for shard in ("1/2", "2/2"):
        assert caresim(*BATCH, "--shard", shard).exit_code == 0
    path = units_of(here / "out")[2]
    spoil(path)
    bad = path.read_bytes()
    result = caresim("merge", "out")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {path.relative_to(here)}: is damaged: ")
    assert path.read_bytes() == bad, "merge leaves it alone"
    result = caresim(*BATCH)
    aside = path.with_name(f"{path.name}.damaged")
    assert result.exit_code == 0
    assert "A unit was damaged and has been simulated again" in result.stdout
    assert aside.name in result.stdout
    assert aside.read_bytes() == bad
    assert runs_of(here / "out") == undisturbed.runs
    assert (
        f"Damaged, put aside: {aside.relative_to(here)}"
        in caresim("status", "out").stdout
    )


def test_a_unit_that_was_put_aside_keeps_its_place_beside_the_next_one(
    here: Path, undisturbed: Undisturbed
) -> None:
    for _ in range(2):
        caresim(*BATCH, "--shard", "1/2")
        caresim(*BATCH, "--shard", "2/2")
        spoiled(units_of(here / "out")[0])
        assert caresim(*BATCH).exit_code == 0
        for run in sorted((here / "out" / "runs").iterdir()):
            run.rename(here / f"{run.name}-{len(list(here.iterdir()))}")
    assert caresim("merge", "out").exit_code == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_a_unit_of_a_newer_caresim_is_refused_and_stays(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "FORMAT", 2)
    for shard in ("1/2", "2/2"):
        caresim(*BATCH, "--shard", shard)
    before = files_of(here / "out")
    monkeypatch.setattr(units, "FORMAT", 1)
    for words in (BATCH, ("merge", "out")):
        result = caresim(*words)
        assert result.exit_code == 1
        line = result.stderr.splitlines()[-1]
        assert line.endswith("has format 2, written by a newer caresim: update it")
    assert files_of(here / "out") == before


def test_a_book_of_a_newer_caresim_is_refused(here: Path) -> None:
    caresim(*BATCH, "--shard", "1/2")
    book = here / "out" / "batch.json"
    book.write_text(book.read_text().replace('"format": 1', '"format": 2'))
    for words in (BATCH, ("merge", "out"), ("status", "out")):
        result = caresim(*words)
        assert result.exit_code == 1
        assert "has format 2, written by caresim" in result.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1, "runs": [3]}'])
def test_a_damaged_book_is_a_clear_error(here: Path, content: str) -> None:
    caresim(*BATCH, "--shard", "1/2")
    (here / "out" / "batch.json").write_text(content)
    for words in (BATCH, ("merge", "out"), ("status", "out")):
        result = caresim(*words)
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith(
            "Error: out/batch.json: is damaged"
        )


def test_words_of_another_state_of_a_scenario_are_not_put_together(here: Path) -> None:
    """As after a batch that was killed just when it wrote down a changed scenario."""
    caresim(*BATCH)
    book = (here / "out" / "batch.json").read_bytes()
    write_study(here, ward=WARD.replace("2 per day", "3 per day"))
    caresim(*BATCH)
    (here / "out" / "batch.json").write_bytes(book)
    result = caresim("merge", "out")
    assert result.exit_code == 1
    assert "is of another state of the scenario; run the batch again" in result.stderr


# Clocks


@pytest.mark.parametrize("moment", [0.0, 9e9])
def test_a_clock_that_is_set_back_or_forth_changes_nothing(
    here: Path, undisturbed: Undisturbed, moment: float
) -> None:
    assert caresim(*BATCH, "--shard", "2/3").exit_code == 0
    for path in (here / "out").rglob("*"):
        os.utime(path, (moment, moment))
    assert caresim(*BATCH, "--shard", "1/3").exit_code == 0
    spoiled(units_of(here / "out")[0])
    assert ended(here, BATCH, How(before=partial(other_time, moment))).code == 0
    assert runs_of(here / "out") == undisturbed.runs


def other_time(moment: float) -> None:
    """Let the clock stand at another moment."""
    import time

    time.time = lambda: moment
    time.time_ns = lambda: int(moment * 1e9)


# Others


def test_batches_that_begin_in_one_folder_at_the_same_time_share_the_work(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    write_study(tmp_path)
    several = [started(tmp_path, [*BATCH, "--workers", 1]) for _ in range(3)]
    for one in several:
        said = one.ended()
        assert said.code == 0, said.text
    assert runs_of(tmp_path / "out") == undisturbed.runs
    found = replications_in(tmp_path / "out")
    assert len(found) == len(set(found)) == RUNS * REPLICATIONS
    assert list((tmp_path / "out").glob("claims/*/*")) == []


def test_a_batch_begins_with_what_nobody_else_has_claimed(
    here: Path, undisturbed: Undisturbed
) -> None:
    caresim(*BATCH, "--shard", "7/7")  # of which there is none
    store = Store(here / "out")
    first = store.book().runs[0]
    claim = here / "out" / "claims" / first.key / "000001-000002.elsewhere-1"
    claim.parent.mkdir(parents=True)
    claim.touch()
    assert "1 units of work are in hand" in caresim("status", "out").stdout
    times: list[str] = []
    keep = Store.keep

    def noted(self: Store, key: str, numbers: tuple[int, ...], content: bytes) -> None:
        times.append(f"{key}-{numbers[0]}")
        keep(self, key, numbers, content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "keep", noted)
        assert caresim(*BATCH, "--workers", 1).exit_code == 0
    assert times[-1] == f"{first.key}-1"
    assert claim.exists(), "what another machine has begun is its own"
    assert runs_of(here / "out") == undisturbed.runs


def test_a_batch_leaves_what_another_one_was_asked_for_since(
    here: Path, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.batch import batches

    whole = batches.conducted

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(batches, "conducted", whole)
        caresim(*BATCH, "--replications", 6, "--shard", "1/9")
        return whole(*args)

    monkeypatch.setattr(batches, "conducted", meanwhile)
    result = caresim(*BATCH)
    assert result.exit_code == 0
    assert "Another batch in this folder has asked for more since" in result.stdout
    assert caresim(*BATCH).exit_code == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_a_run_folder_that_another_batch_has_just_put_there_will_do(
    here: Path, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = merging.Run.write

    def late(self: merging.Run, path: Path, **more: Any) -> None:
        write(self, path, **more)
        raise ResultError(f"{path}: cannot be written: Directory not empty")

    monkeypatch.setattr(merging.Run, "write", late)
    assert caresim(*BATCH).exit_code == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_a_folder_of_another_study_or_of_something_else_is_refused(here: Path) -> None:
    caresim(*BATCH)
    write_study(here / "other")
    (here / "other" / "beds.yaml").rename(here / "other" / "nurses.yaml")
    before = files_of(here / "out")
    result = caresim("batch", "other/nurses.yaml", "--out", "out")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Error: out: holds the batch of the study 'beds', not of 'nurses'; name "
        "another folder with --out"
    )
    assert files_of(here / "out") == before
    (here / "mine").mkdir()
    (here / "mine" / "thesis.txt").touch()
    result = caresim("batch", "beds.yaml", "--out", "mine")
    assert result.exit_code == 1
    assert "mine: is no folder of a batch and not empty" in result.stderr
    assert [path.name for path in (here / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("command", ["merge", "status"])
def test_a_folder_without_a_batch_is_refused(here: Path, command: str) -> None:
    for folder in ("nowhere", "."):
        result = caresim(command, folder)
        assert result.exit_code == 1
        assert result.stderr == f"Error: {folder}: is no folder of a batch\n"


def test_phases_are_those_that_a_batch_has(undisturbed: Undisturbed) -> None:
    assert set(undisturbed.steps) == set(PHASES)
    assert len(units_of(undisturbed.folder)) == UNITS


def test_a_unit_that_is_gone_when_it_is_put_aside_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "000001-000001.unit"
    path.touch()
    first, second = (DamagedUnitError(path, "is damaged") for _ in range(2))
    assert first.put_aside() == second.put_aside()
