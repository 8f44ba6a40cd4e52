"""A run in one file: the same bytes for equal runs, unpacked whole or not at all."""

import io
import json
import os
import shutil
import zipfile
from functools import partial
from pathlib import Path

import pytest

import results
from results.errors import ResultError
from results.shelf import packing
from tests.unit.results.folders import (
    files_in,
    flip,
    recorded_run,
    refusal,
    rewrite,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return recorded_run().write(tmp_path_factory.mktemp("runs") / "run").path


@pytest.fixture
def folder(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


@pytest.fixture
def file(folder, tmp_path):
    results.pack(folder, tmp_path / "sent.zip")
    return tmp_path / "sent.zip"


def test_what_is_packed_comes_out_again_byte_by_byte(folder, file, tmp_path):
    run = results.unpack(file, tmp_path / "new" / "run")
    assert files_in(run.path) == files_in(folder)
    assert run.measures.equals(results.load(folder).measures)


def test_equal_runs_give_equal_files_whenever_and_wherever(folder, file, tmp_path):
    other = tmp_path / "elsewhere" / "another name"
    shutil.copytree(folder, other)
    for path in other.rglob("*"):
        os.utime(path, (1e9, 1e9))
        path.chmod(0o700)
    results.pack(other, tmp_path / "other.zip")
    assert (tmp_path / "other.zip").read_bytes() == file.read_bytes()


def test_only_the_last_part_differs_where_the_log_does(folder, file, tmp_path):
    (folder / "log.json").write_text('{"engine": "foot"}\n')
    results.pack(folder, tmp_path / "other.zip")
    packed = [zipfile.ZipFile(f) for f in (file, tmp_path / "other.zip")]
    names = packed[0].namelist()
    assert names[0] == "manifest.json"
    assert names[-1] == "log.json"
    ends = [p.getinfo("log.json").header_offset for p in packed]
    assert ends[0] == ends[1]
    one, other = (f.read_bytes()[: ends[0]] for f in (file, tmp_path / "other.zip"))
    assert one == other
    assert results.unpack(tmp_path / "other.zip", tmp_path / "b").log["engine"] == (
        "foot"
    )


def test_any_program_can_open_it_and_nothing_in_it_is_compressed(file, tmp_path):
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        assert {about.compress_type for about in packed.infolist()} == {0}
        packed.extractall(tmp_path / "by another program")
    assert results.load(tmp_path / "by another program").replications == (1, 2)


def test_what_is_no_part_of_the_run_is_left_out_and_named(folder, file, tmp_path):
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("private")
    (folder / "link").symlink_to("/etc/hostname")
    left_out = results.pack(folder, tmp_path / "other.zip")
    assert left_out == ["link", "notes/mine.txt"]
    assert (tmp_path / "other.zip").read_bytes() == file.read_bytes()


def test_a_damaged_run_is_not_packed(folder, tmp_path):
    flip(folder / "visits" / "replication-0002.parquet", 100)
    with pytest.raises(ResultError, match=r"visits/replication-0002\.parquet is dama"):
        results.pack(folder, tmp_path / "sent.zip")
    assert not (tmp_path / "sent.zip").exists()


def test_a_file_that_is_there_stays_unless_it_may_go(folder, file, tmp_path):
    file.write_text("mine")
    with pytest.raises(ResultError, match="is there already"):
        results.pack(folder, file)
    assert file.read_text() == "mine"
    results.pack(folder, file, replace=True)
    assert results.unpack(file, tmp_path / "new").seed == 1
    with pytest.raises(ResultError, match="is there already"):
        results.pack(folder, folder, replace=True)


def test_a_folder_that_is_there_stays_unless_it_is_a_run_that_may_go(file, tmp_path):
    for name in ("thesis", "run"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "mine.txt").write_text("mine")
        before = files_in(tmp_path / name)
        with pytest.raises(ResultError, match="is there already"):
            results.unpack(file, tmp_path / name)
        assert files_in(tmp_path / name) == before
    with pytest.raises(ResultError, match="is no run folder"):
        results.unpack(file, tmp_path / "thesis", replace=True)
    results.unpack(file, tmp_path / "run", replace=True)
    assert "mine.txt" not in files_in(tmp_path / "run")


def refused(file, message):
    """Assert that a file is not unpacked, and that nothing comes to be."""
    target = file.parent / "target" / "run"
    with pytest.raises(ResultError, match=message) as caught:
        results.unpack(file, target)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)
    assert not target.exists()
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


@pytest.mark.parametrize("share", [0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    refused(file, "is no packed run, or damaged")


def test_no_bit_of_the_file_can_change_what_comes_out(file, folder, tmp_path):
    content, expected = file.read_bytes(), files_in(folder)
    for place in range(0, len(content), 211):
        file.write_bytes(content)
        flip(file, place, bit=place % 8)
        target = tmp_path / f"out-{place}"
        reason = refusal(partial(results.unpack, file, target))
        if reason is None:
            assert files_in(target) == expected
        else:
            assert "\n" not in reason
            assert not target.exists()


def test_other_files_and_folders_are_no_packed_runs(file, folder, tmp_path):
    (tmp_path / "text.zip").write_text("not a zip")
    refused(tmp_path / "text.zip", "is no packed run, or damaged")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as other:
        other.writestr("beach.jpg", b"sand")
    refused(tmp_path / "photos.zip", r"is no packed run: it holds no manifest\.json")
    refused(tmp_path / "nowhere.zip", "there is no such file")
    with pytest.raises(ResultError, match="is a folder; what is unpacked is a file"):
        results.unpack(folder, tmp_path / "new")


def repacked(file, change=None, more=(), compress=zipfile.ZIP_STORED):
    """Write a packed run anew: parts changed or left out, more added."""
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    if change is not None:
        change(parts)
    with zipfile.ZipFile(file, "w", compress) as packed:
        for name, content in [*parts.items(), *more]:
            packed.writestr(name, content)


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "a/../../evil", "visits/../../evil", "C:\\evil"]
)
def test_nothing_is_written_outside_the_folder(file, name):
    outside = set(file.parent.rglob("*"))
    repacked(file, more=[(name, b"evil")])
    refused(file, r"evil', which is no part of a run")
    assert set(file.parent.rglob("*")) - outside <= {file.parent / "target"}


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "visits/../../evil"])
def test_a_manifest_that_names_files_elsewhere_is_refused(file, folder, name):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    rewrite(folder, tables={**tables, name: tables["waits"]})
    text = (folder / "manifest.json").read_bytes()
    evil = [(f"{name}.parquet", (folder / "waits.parquet").read_bytes())]
    repacked(file, lambda parts: parts.update({"manifest.json": text}), evil)
    refused(file, "speaks of an unknown table")


def test_a_file_that_is_missing_or_there_twice_is_refused(file, tmp_path):
    copy = tmp_path / "copy.zip"
    shutil.copy(file, copy)
    repacked(file, lambda parts: parts.pop("waits.parquet"))
    refused(file, r"is damaged: waits\.parquet is missing")
    with pytest.warns(UserWarning, match="Duplicate"):
        repacked(copy, more=[("waits.parquet", b"again")])
    refused(copy, "it holds a file twice")


def test_a_compressed_file_is_refused_as_it_could_grow_without_end(file):
    bomb = b"0" * 10_000_000
    repacked(
        file,
        lambda parts: parts.update({"waits.parquet": bomb}),
        compress=zipfile.ZIP_DEFLATED,
    )
    refused(file, "is compressed or locked")


def test_a_table_with_other_bytes_is_refused(file):
    def harm(parts):
        parts["waits.parquet"] = parts["waits.parquet"][:-1] + b"x"

    repacked(file, harm)
    refused(file, r"waits\.parquet is damaged: its bytes are not those")


@pytest.mark.parametrize("name", ["manifest.json", "log.json"])
def test_a_manifest_or_log_that_is_no_json_is_refused(file, name):
    repacked(file, lambda parts: parts.update({name: b"{"}))
    refused(file, rf"{name} is damaged")


def test_a_newer_format_is_refused_with_what_to_do(file, folder):
    rewrite(folder, format=2, caresim="9.0")
    text = (folder / "manifest.json").read_bytes()
    repacked(file, lambda parts: parts.update({"manifest.json": text}))
    refused(file, r"has format 2, written by caresim 9\.0.*update it")


def test_an_interruption_leaves_nothing_behind(file, folder, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    names = sorted(p.name for p in tmp_path.iterdir())
    monkeypatch.setattr(packing, "json_map", interrupted)
    with pytest.raises(KeyboardInterrupt):
        results.unpack(file, tmp_path / "new")
    monkeypatch.setattr(packing, "_add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        results.pack(folder, tmp_path / "new.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_a_full_disk_leaves_nothing_behind(file, folder, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    names = sorted(p.name for p in tmp_path.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    for action in (
        lambda: results.unpack(file, tmp_path / "new"),
        lambda: results.pack(folder, tmp_path / "new.zip"),
    ):
        with pytest.raises(ResultError, match="cannot be written: No space left"):
            action()
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_a_locked_zip_is_refused(file):
    content = bytearray(file.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    directory = int.from_bytes(content[end + 16 : end + 20], "little")
    content[directory + 8] |= 1
    file.write_bytes(content)
    assert zipfile.ZipFile(io.BytesIO(content)).infolist()[0].flag_bits & 1
    refused(file, "is compressed or locked")
