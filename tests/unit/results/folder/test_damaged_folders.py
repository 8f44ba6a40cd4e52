"""Run folders that are cut off, altered, half copied, foreign, newer or read-only.

Each is refused with one line that says what is wrong, and nothing changes on disk.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

import results
from results.errors import ResultError
from results.shelf.verification import folder_checks
from tests.unit.results.folders import (
    RECORDS,
    SHARED,
    files_in,
    flip,
    recorded_run,
    refusal,
    rewrite,
)

PARTS = [f"{table}/replication-000{n}" for table in RECORDS for n in (1, 2)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return recorded_run().write(tmp_path_factory.mktemp("runs") / "run").path


@pytest.fixture
def folder(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


def everything(path):
    """Read all that a run folder holds."""
    run = results.load(path)
    assert run.labels.title
    for table in SHARED:
        assert getattr(run, table).num_rows
    for table in RECORDS:
        for number in run.replications:
            assert run.records(table, number).num_rows


def refused(path, message, action=everything):
    """Assert that a folder is refused in one line, and that nothing changes."""
    before = files_in(path)
    with pytest.raises(ResultError, match=message) as caught:
        action(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert files_in(path) == before
    if path.is_dir():
        packed = path.with_name("sent.zip")
        with pytest.raises(ResultError) as caught:
            results.pack(path, packed)
        assert "\n" not in str(caught.value)
        assert not packed.exists()
        assert files_in(path) == before


def test_the_whole_folder_is_read_and_found_right(folder):
    everything(folder)
    assert all(check.holds for check in folder_checks(folder))
    assert results.pack(folder, folder.with_name("sent.zip")) == []


@pytest.mark.parametrize("name", [*SHARED, *PARTS])
@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.7, 0.99])
def test_a_table_that_is_cut_off_anywhere_is_refused(folder, name, share):
    file = folder / f"{name}.parquet"
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    refused(folder, rf"{name}\.parquet is damaged: it has [\d,]+ bytes, not")
    wrong = [check for check in folder_checks(folder) if not check.holds]
    assert [name in check.sentence for check in wrong] == [True]


@pytest.mark.parametrize("name", [*SHARED, *PARTS])
@pytest.mark.parametrize("place", [0, 3, 40, 0.25, 0.5, 0.75, -9, -5, -1])
def test_one_bit_that_is_turned_over_is_found(folder, name, place):
    file = folder / f"{name}.parquet"
    size = file.stat().st_size
    flip(file, int(size * place) if isinstance(place, float) else place, bit=5)
    refused(folder, rf"{name}\.parquet is damaged: its bytes are not those")
    wrong = [check for check in folder_checks(folder) if not check.holds]
    assert [name in check.sentence for check in wrong] == [True]


@pytest.mark.parametrize("name", [*SHARED, *PARTS])
def test_a_table_that_was_not_copied_is_named(folder, name):
    (folder / f"{name}.parquet").unlink()
    refused(folder, rf"{name}\.parquet cannot be read: No such file")
    assert not all(check.holds for check in folder_checks(folder))


@pytest.mark.parametrize("table", RECORDS)
def test_a_folder_of_records_that_was_not_copied_is_named(folder, table):
    shutil.rmtree(folder / table)
    refused(folder, rf"{table}/replication-0001\.parquet cannot be read")


def test_a_copy_is_refused_until_all_of_it_is_there(whole, tmp_path):
    copy = tmp_path / "run"
    files = sorted(files_in(whole))
    for count in range(len(files)):
        for name in files[:count]:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(whole / name, copy / name)
        copy.mkdir(exist_ok=True)
        refused(copy, r"(is no whole run folder|cannot be read|has no)")
        shutil.rmtree(copy)


def test_no_bit_of_a_manifest_can_change_what_it_says(whole, folder):
    file = folder / "manifest.json"
    content = file.read_bytes()
    said = json.loads(content)
    for place in range(0, len(content), 7):
        file.write_bytes(content)
        flip(file, place, bit=place % 8)
        reason = refusal(lambda: results.load(folder))
        if reason is None:
            assert results.load(folder).manifest == said
        else:
            assert "\n" not in reason


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_a_manifest_that_is_cut_off_is_refused(folder, share):
    file = folder / "manifest.json"
    text = file.read_text()
    file.write_text(text[: int(len(text) * share)])
    refused(folder, r"manifest\.json is damaged")
    with pytest.raises(ResultError, match=r"manifest\.json is damaged"):
        folder_checks(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", "null", '{"format": NaN}'])
@pytest.mark.parametrize("name", ["manifest.json", "log.json"])
def test_what_is_no_json_map_is_refused(folder, name, text):
    (folder / name).write_text(text)
    refused(folder, rf"{name} is damaged")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"format": True}, "was not written by caresim"),
        ({"format": 0}, "was not written by caresim"),
        ({"format": "1"}, "was not written by caresim"),
        ({"seed": "1"}, "seed is not a whole number"),
        ({"seed": -1}, "seed is not a whole number"),
        ({"replications": 2}, "replications is not a list"),
        ({"replications": []}, "replications is not a list"),
        ({"replications": [2, 1]}, "replications is not a list"),
        ({"replications": [1, 1]}, "replications is not a list"),
        ({"replications": [0, 1]}, "replications is not a list"),
        ({"replications": ["1"]}, "replications is not a list"),
        ({"labels": []}, "labels is not a map"),
        ({"scenario": "west-yorkshire"}, "scenario is not a map"),
        ({"tables": []}, "tables is not a map"),
        ({"scenario_digest": 7}, "scenario_digest is not a SHA-256"),
        ({"model_digest": "x" * 64}, "model_digest is not a SHA-256"),
        ({"status": "failed"}, "the run is failed, not complete"),
    ],
)
def test_parts_of_a_manifest_that_are_of_another_sort_are_refused(
    folder, parts, message
):
    rewrite(folder, **parts)
    refused(folder, message)


@pytest.mark.parametrize("part", ["bytes", "rows", "sha256"])
@pytest.mark.parametrize("value", [None, "x", -1, 1.5, []])
def test_what_a_manifest_says_of_a_table_must_be_of_its_form(folder, part, value):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    tables["waits"][part] = value
    rewrite(folder, tables=tables)
    refused(folder, "'waits' lacks a digest, bytes or rows")


def test_records_of_a_replication_that_is_not_there_are_refused(folder):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    tables["visits/replication-0003"] = tables["visits/replication-0001"]
    rewrite(folder, tables=tables)
    refused(folder, r"unknown table 'visits/replication-0003'")


def test_labels_without_a_part_are_refused(folder):
    rewrite(folder, labels={"title": "A small world"})
    with pytest.raises(ResultError, match="the labels are damaged"):
        everything(folder)


def test_another_scenario_in_the_manifest_is_found_by_its_digest(folder):
    rewrite(folder, scenario={"caresim": "1", "title": "Another"})
    (wrong,) = [check for check in folder_checks(folder) if not check.holds]
    assert wrong.about == "scenario"


def test_a_changed_manifest_is_found_by_its_own_digest(folder):
    file = folder / "manifest.json"
    file.write_text(file.read_text().replace('"seed": 1', '"seed": 2'))
    refused(folder, r"manifest\.json is damaged: it is not what its digest says")


def test_a_newer_format_is_refused_with_what_to_do(folder):
    rewrite(folder, format=2, caresim="9.0", tables=["of another form"])
    refused(folder, r"has format 2, written by caresim 9\.0; .*: update it")


@pytest.mark.parametrize("name", ["manifest.json", "log.json", "measures.parquet"])
def test_a_folder_or_a_pipe_in_the_place_of_a_file_is_refused(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()
    refused(folder, "it is no file|Is a directory")
    if hasattr(os, "mkfifo"):
        (folder / name).rmdir()
        os.mkfifo(folder / name)
        with pytest.raises(ResultError, match="it is no file"):
            everything(folder)


def test_a_run_can_be_read_by_a_link_to_its_folder_or_files(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    everything(link)
    elsewhere = tmp_path / "elsewhere.parquet"
    (folder / "waits.parquet").rename(elsewhere)
    (folder / "waits.parquet").symlink_to(elsewhere)
    everything(folder)


def test_links_that_lead_nowhere_or_in_a_circle_are_refused(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "gone")
    with pytest.raises(ResultError, match="there is no such run folder"):
        results.load(link)
    (folder / "waits.parquet").unlink()
    (folder / "waits.parquet").symlink_to("waits.parquet")
    refused(folder, r"waits\.parquet cannot be read: ")
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").symlink_to("nowhere")
    refused(folder, r"is no whole run folder: it has no manifest\.json")


def test_an_empty_and_a_foreign_folder_are_no_runs(tmp_path):
    refused(tmp_path, r"is no whole run folder: it has no manifest\.json")
    (tmp_path / "manifest.json").write_text('{"name": "an app", "format": 3}')
    (tmp_path / "thesis.txt").write_text("years of work")
    refused(tmp_path, "was not written by caresim")


def test_a_name_that_no_file_can_have_is_a_clear_error():
    with pytest.raises(ResultError, match="there is no such run folder"):
        results.load("a\0b")


@pytest.fixture
def read_only(folder):
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def test_a_read_only_folder_is_read_checked_and_packed(read_only, tmp_path):
    before = files_in(read_only)
    everything(read_only)
    assert all(check.holds for check in folder_checks(read_only))
    results.pack(read_only, tmp_path / "sent.zip")
    assert files_in(read_only) == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the administrator may write everywhere",
)
def test_nothing_is_written_into_a_read_only_folder(read_only):
    for action in (
        lambda: results.load(read_only).write(read_only / "inner"),
        lambda: results.pack(read_only, read_only / "sent.zip"),
    ):
        with pytest.raises(ResultError, match="cannot be written: Permission denied"):
            action()


def test_a_disk_that_is_read_only_is_a_clear_error(folder, tmp_path, monkeypatch):
    run = results.load(folder)

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    before = files_in(tmp_path)
    for action in (
        lambda: run.write(tmp_path / "again"),
        lambda: results.pack(folder, tmp_path / "new" / "sent.zip"),
    ):
        with pytest.raises(ResultError, match="Read-only file system") as caught:
            action()
        assert "\n" not in str(caught.value)
    assert files_in(tmp_path) == before
