"""Writing and reading run folders, and everything that can go wrong with them."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from results import load
from results.errors import ResultError
from results.folder import leftovers, placement, writing
from results.folder.contents import file_digest
from results.folder.manifest import signed
from tests.unit.results.small import (
    HANDED_BACK,
    WAITING,
    labels,
    model,
    run,
    tally,
    visit,
)

MONTHS = (0, 27, 58)
FILES = [
    "log.json",
    "manifest.json",
    "measures.parquet",
    "series.parquet",
    "waits.parquet",
]


@pytest.fixture(scope="module")
def small_run():
    of = model(months=MONTHS)
    first = tally(of, [visit(1, 2, 3), visit(26, 30, 31), visit(2, outcome=WAITING)])
    second = tally(of, [visit(1, 1, 3, outcome=HANDED_BACK), visit(3, 4, 5, part=1)])
    scenario = {"title": "A small world", "routes": {"ward": "30%", "home": "rest"}}
    return run(first, second, labels=labels(months=MONTHS), scenario=scenario)


@pytest.fixture
def folder(small_run, tmp_path):
    return small_run.write(tmp_path / "run").path


def names_in(path):
    return sorted(entry.name for entry in path.iterdir())


def test_a_run_is_the_same_after_writing_and_loading(small_run, folder):
    after = load(folder)
    for table in ("measures", "series", "waits"):
        kept, before = getattr(after, table), getattr(small_run, table)
        assert kept.to_pylist() == before.to_pylist()
        assert kept.schema.equals(before.schema, check_metadata=True)
    added = {name: after.manifest[name] for name in ("tables", "manifest_digest")}
    assert {**small_run.manifest, **added} == after.manifest
    assert after.labels == small_run.labels
    assert after.replications == (1, 2)
    assert after.log == {"engine": "hand"}
    assert after.path == folder


def test_the_folder_holds_what_the_reference_lists(folder):
    assert names_in(folder) == FILES


def test_the_same_run_gives_the_same_bytes(small_run, folder, tmp_path):
    again = small_run.write(tmp_path / "again").path
    copied = load(folder).write(tmp_path / "copied").path
    for name in FILES:
        assert (folder / name).read_bytes() == (again / name).read_bytes()
        assert (folder / name).read_bytes() == (copied / name).read_bytes()


def test_the_manifest_holds_no_time_machine_or_engine(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert list(manifest) == [
        "caresim",
        "format",
        "labels",
        "manifest_digest",
        "model_digest",
        "replications",
        "scenario",
        "scenario_digest",
        "seed",
        "status",
        "tables",
    ]
    assert manifest["status"] == "complete"
    entry = manifest["tables"]["measures"]
    assert entry["sha256"] == file_digest(folder / "measures.parquet")
    assert entry["rows"] == pq.read_metadata(folder / "measures.parquet").num_rows


def test_the_order_of_destinations_is_kept(folder):
    assert list(load(folder).manifest["scenario"]["routes"]) == ["ward", "home"]


def test_tables_are_plain_parquet_with_units_and_descriptions(folder):
    file = pq.ParquetFile(folder / "measures.parquet")
    assert [str(field.type) for field in file.schema_arrow][:3] == [
        "int32",
        "string",
        "string",
    ]
    about = json.loads(file.schema_arrow.metadata[b"caresim"])
    assert about["columns"]["value"] == {
        "description": "the figure",
        "unit": "see unit",
    }
    assert b"pandas" not in file.schema_arrow.metadata
    assert file.metadata.num_row_groups == 2  # one for each replication
    column = file.metadata.row_group(0).column(1)
    assert column.compression == "SNAPPY"
    assert "RLE_DICTIONARY" in column.encodings


def test_every_column_stands_in_the_reference():
    from results.layout.columns import LAYOUTS

    page = Path(__file__).parents[4] / "docs/reference/run-folder.md"
    text = page.read_text(encoding="utf-8")
    for table, columns in LAYOUTS.items():
        section = text.partition(f"`{table}`" if table != "series" else "### series")[2]
        assert all(f"`{column.name}`" in section for column in columns), table


def test_a_folder_that_is_there_is_refused(small_run, folder):
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(ResultError, match="is there already"):
        small_run.write(folder)
    assert (folder / "manifest.json").read_bytes() == before


def test_a_run_folder_gives_way_when_asked_to(small_run, folder):
    (folder / "old").touch()
    small_run.write(folder, replace=True)
    assert names_in(folder) == FILES
    assert names_in(folder.parent) == ["run"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "foreign manifest"])
def test_what_is_no_run_folder_is_never_replaced(small_run, folder, tmp_path, kind):
    place = tmp_path / "place"
    if kind == "file":
        place.touch()
    elif kind == "link":
        place.symlink_to(folder)
    else:
        place.mkdir()
        (place / "thesis.txt").touch()
    if kind == "foreign manifest":
        (place / "manifest.json").write_text('{"name": "browser extension"}')
    with pytest.raises(ResultError, match="is no run folder"):
        small_run.write(place, replace=True)
    assert place.exists()
    assert names_in(tmp_path) == ["place", "run"]


def test_parents_are_made(small_run, tmp_path):
    assert small_run.write(tmp_path / "a" / "b" / "run").path.is_dir()


def test_a_full_disk_leaves_nothing_behind(small_run, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        ResultError, match=r"run: cannot be written: No space left"
    ) as caught:
        small_run.write(tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert names_in(tmp_path) == []


def test_a_disk_that_refuses_in_mid_file_leaves_nothing_behind(small_run, tmp_path):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(ResultError, match="cannot be written: File too large"):
            small_run.write(tmp_path / "run")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names_in(tmp_path) == []


def test_an_interruption_leaves_nothing_behind(small_run, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "write_table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small_run.write(tmp_path / "run")
    assert names_in(tmp_path) == []


def test_a_parent_that_is_a_file_is_a_clear_error(small_run, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match=r"file/run: cannot be written: "):
        small_run.write(tmp_path / "file" / "run")


def test_the_old_folder_stays_if_the_new_one_cannot_be_moved(
    small_run, folder, monkeypatch
):
    (folder / "old").touch()
    rename = Path.rename

    def stubborn(self, target):
        if ".unfinished-" in self.name:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(ResultError, match="Permission denied"):
        small_run.write(folder, replace=True)
    assert "old" in names_in(folder)
    assert names_in(folder.parent) == ["run"]


KILLED = """
import sys
from pathlib import Path
from results.folder import writing

def tables():
    print("writing", flush=True)
    sys.stdin.read()
    yield

writing.write(Path(sys.argv[1]), {}, {}, tables())
"""


def test_a_killed_run_leaves_a_hidden_folder_that_the_next_run_removes(
    small_run, tmp_path
):
    place = tmp_path / "run"
    command = [sys.executable, "-c", KILLED, str(place)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"writing\n"
        (left,) = names_in(tmp_path)
        placement.clean_up(place)  # in use: it stays
        assert names_in(tmp_path) == [left]
        process.kill()
        process.wait()
    assert left.startswith(".run.unfinished-")
    with pytest.raises(ResultError, match="no such run folder"):
        load(place)
    small_run.write(place)
    assert names_in(tmp_path) == ["run"]


def dead_process():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_an_old_folder_left_aside_comes_back(small_run, folder, tmp_path):
    host = leftovers.owner().rpartition("-")[0]
    folder.rename(tmp_path / f".run.replaced-{host}-{dead_process()}-1")
    with pytest.raises(ResultError, match="is there already"):
        small_run.write(folder)
    assert names_in(tmp_path) == ["run"]
    assert load(folder).replications == (1, 2)


def test_an_old_folder_left_aside_is_removed_where_the_new_one_has_come(
    small_run, folder, tmp_path
):
    host = leftovers.owner().rpartition("-")[0]
    shutil.copytree(folder, tmp_path / f".run.replaced-{host}-{dead_process()}-1")
    small_run.write(folder, replace=True)
    assert names_in(tmp_path) == ["run"]


def test_hidden_folders_of_others_are_left_alone(small_run, tmp_path):
    host = leftovers.owner().rpartition("-")[0]
    others = [
        f".run.unfinished-elsewhere-{dead_process()}-1",
        f".other.unfinished-{host}-{dead_process()}-1",
        f".run.unfinished-{host}-1-1",  # process 1 lives
        ".run.unfinished-mine",
    ]
    for name in others:
        (tmp_path / name).mkdir()
    small_run.write(tmp_path / "run")
    assert names_in(tmp_path) == sorted([*others, "run"])


def test_a_folder_of_an_earlier_process_with_our_number_is_removed(small_run, tmp_path):
    (tmp_path / f".run.unfinished-{leftovers.owner()}-999999").mkdir()
    small_run.write(tmp_path / "run")
    assert names_in(tmp_path) == ["run"]


def test_a_missing_folder_and_a_file_are_no_runs(tmp_path):
    with pytest.raises(ResultError, match="there is no such run folder"):
        load(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match="is a file; a run is a folder"):
        load(tmp_path / "file")


def test_a_foreign_folder_is_no_run(tmp_path):
    with pytest.raises(ResultError, match=r"has no manifest\.json"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text('{"name": "browser extension"}')
    with pytest.raises(ResultError, match="was not written by caresim"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "\xff", "[" * 100_000])
def test_a_damaged_manifest_is_a_clear_error(folder, text):
    (folder / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(ResultError, match=r"manifest\.json is damaged") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def change(folder, **parts):
    """Rewrite the manifest as somebody would who knows of its digest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(signed({**json.loads(path.read_text()), **parts})))


def test_a_newer_format_is_refused_with_what_to_do(folder):
    change(folder, format=2, caresim="9.0")
    with pytest.raises(
        ResultError, match=r"format 2, written by caresim 9\.0.*update it"
    ):
        load(folder)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"status": "failed"}, "the run is failed, not complete"),
        ({"tables": {}}, "measures is missing"),
        ({"tables": 3}, "tables is not a map"),
        ({"format": "one"}, "was not written by caresim"),
    ],
)
def test_a_manifest_that_lacks_something_is_refused(folder, parts, message):
    change(folder, **parts)
    with pytest.raises(ResultError, match=message):
        load(folder)


@pytest.mark.parametrize("name", ["../../secret", "measures/../x", "notes", "visits/1"])
def test_a_manifest_cannot_point_at_other_files(folder, name):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    change(folder, tables={**tables, name: tables["measures"]})
    with pytest.raises(ResultError, match="unknown table"):
        load(folder)


def test_a_table_without_a_digest_is_refused(folder):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    change(folder, tables={**tables, "waits": {}})
    with pytest.raises(ResultError, match="'waits' lacks a digest"):
        load(folder)


def test_a_missing_table_is_named(folder):
    (folder / "series.parquet").unlink()
    with pytest.raises(
        ResultError, match=r"series\.parquet cannot be read: No such file"
    ):
        load(folder)


def test_a_missing_log_is_named(folder):
    (folder / "log.json").unlink()
    with pytest.raises(ResultError, match=r"it has no log\.json"):
        load(folder)


def test_a_truncated_table_is_found_on_loading(folder):
    file = folder / "measures.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ResultError, match=r"measures\.parquet is damaged: it has"):
        load(folder)


def test_a_changed_byte_is_found_on_loading(folder):
    file = folder / "waits.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with pytest.raises(ResultError, match=r"waits\.parquet is damaged: "):
        load(folder)


def test_bytes_that_are_read_but_not_those_of_the_manifest_are_refused(folder):
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    entry = {**tables["waits"], "sha256": "0" * 64}
    change(folder, tables={**tables, "waits": entry})
    with pytest.raises(ResultError, match="its bytes are not those of the manifest"):
        _ = load(folder).waits


def test_a_table_with_other_columns_is_a_clear_error(folder):
    shutil.copy(folder / "series.parquet", folder / "waits.parquet")
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    change(folder, tables={**tables, "waits": tables["series"]})
    with pytest.raises(ResultError, match=r"waits\.parquet is damaged: "):
        _ = load(folder).waits


def test_what_is_no_parquet_at_all_is_a_clear_error(folder):
    file = folder / "waits.parquet"
    file.write_bytes(b"x" * 100)
    tables = json.loads((folder / "manifest.json").read_text())["tables"]
    entry = {"bytes": 100, "rows": 1, "sha256": file_digest(file)}
    change(folder, tables={**tables, "waits": entry})
    with pytest.raises(ResultError, match=r"waits\.parquet is damaged: ") as caught:
        _ = load(folder).waits
    assert "\n" not in str(caught.value)


def test_replications_need_different_numbers(small_run):
    from results.run import Run
    from tests.unit.results.small import ORIGIN

    names, empty = labels(months=MONTHS), tally(model(months=MONTHS))
    with pytest.raises(ResultError, match=r"different numbers, got \[1, 1\]"):
        Run.from_replications(names, ORIGIN, [(1, empty), (1, empty)], {})
    with pytest.raises(ResultError, match=r"got \[\]"):
        Run.from_replications(names, ORIGIN, [], {})


def test_the_order_in_which_replications_come_does_not_show(small_run):
    from results.run import Run
    from tests.unit.results.small import ORIGIN

    names, of = labels(months=MONTHS), model(months=MONTHS)
    parts = [(1, tally(of, [visit(1, 2, 3)])), (2, tally(of, [visit(1, 3, 4)]))]
    one, other = (
        Run.from_replications(names, ORIGIN, rows, {}) for rows in (parts, parts[::-1])
    )
    assert one.measures.equals(other.measures)
    assert one.manifest == other.manifest


def test_importing_results_imports_nothing_heavy():
    code = (
        "import sys, results; "
        "print(*sorted(set(sys.modules) & {'numpy', 'pyarrow', 'numba', 'scipy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b""


def test_loading_a_run_compiles_nothing(folder):
    code = (
        "import sys, results; results.load(sys.argv[1]).summary(); "
        "print(*sorted(set(sys.modules) & {'numba', 'scipy.stats'}))"
    )
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.strip() == b""
