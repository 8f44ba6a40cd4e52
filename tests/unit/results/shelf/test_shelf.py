"""Listing run folders, describing one, and removing only what may go."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import results
from results.errors import ResultError
from results.folder.leftovers import owner
from results.shelf import pruning
from results.shelf.description import description
from results.shelf.folders import runs_below, size_text
from results.shelf.pruning import Rules, plan, prune
from tests.unit.results.folders import files_in, recorded_run, rewrite

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HOST = owner().rpartition("-")[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return recorded_run().write(tmp_path_factory.mktemp("runs") / "run").path


@pytest.fixture
def put(whole, tmp_path):
    """Put a run somewhere below a folder, finished so many days ago."""

    def of(name, days=0):
        path = Path(shutil.copytree(whole, tmp_path / name))
        finished = (NOW - timedelta(days=days)).isoformat(timespec="seconds")
        (path / "log.json").write_text(json.dumps({"finished": finished}))
        return path

    return of


def dead_process():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def left_behind(path, state="unfinished", host=HOST, process=None):
    process = dead_process() if process is None else process
    left = path.with_name(f".{path.name}.{state}-{host}-{process}-1")
    left.mkdir(parents=True)
    (left / "waits.parquet").write_bytes(b"x" * 1000)
    return left


def test_runs_are_found_at_any_depth_the_newest_first(put, tmp_path):
    put("a", days=3)
    put("study/winter/b", days=1)
    put("study/c", days=2)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "manifest.json").write_text('{"name": "an app"}')
    found = runs_below(tmp_path)
    names = [str(run.path.relative_to(tmp_path)) for run in found.runs]
    assert names == ["study/winter/b", "study/c", "a"]
    first = found.runs[0]
    assert first.title == "A small world"
    assert first.status == "complete"
    assert first.replications == 2
    assert first.records == ("visits", "holds", "changes", "clocks", "patients")
    assert first.written == NOW - timedelta(days=1)
    sizes = [p.stat().st_size for p in first.path.rglob("*") if p.is_file()]
    assert first.size == sum(sizes) > 5_000


def test_a_run_is_not_searched_for_further_runs(put, whole, tmp_path):
    outer = put("outer")
    shutil.copytree(whole, outer / "inner")
    (found,) = runs_below(tmp_path).runs
    assert found.path == outer
    assert "inner/manifest.json" in found.others


def test_what_is_wrong_with_a_run_is_said_at_a_glance(put, tmp_path):
    (put("cut") / "waits.parquet").write_bytes(b"PAR1")
    (put("half") / "visits" / "replication-0001.parquet").unlink()
    (put("broken") / "manifest.json").write_text("{")
    (put("no log") / "log.json").unlink()
    rewrite(put("newer"), format=2, caresim="9.0")
    found = {run.path.name: run for run in runs_below(tmp_path).runs}
    assert {name: run.status for name, run in found.items()} == {
        "cut": "damaged",
        "half": "damaged",
        "broken": "damaged",
        "no log": "damaged",
        "newer": "newer format",
    }
    assert "waits.parquet is damaged: it has 4 bytes" in found["cut"].problem
    assert "visits/replication-0001" in found["half"].problem
    assert found["broken"].problem.startswith("manifest.json is damaged")
    assert "has no log.json" in found["no log"].problem
    assert "update it" in found["newer"].problem


@pytest.mark.parametrize("finished", ["yesterday", 7, None, "2026-01-01T00:00:00"])
def test_a_run_without_a_date_is_as_old_as_its_manifest(put, tmp_path, finished):
    path = put("run")
    (path / "log.json").write_text(json.dumps({"finished": finished}))
    os.utime(path / "manifest.json", (1_700_000_000, 1_700_000_000))
    (found,) = runs_below(tmp_path).runs
    by_file = datetime.fromtimestamp(1_700_000_000, UTC)
    has_date = finished == "2026-01-01T00:00:00"
    assert found.written == (datetime(2026, 1, 1, tzinfo=UTC) if has_date else by_file)


def test_links_are_not_followed(put, tmp_path):
    put("runs/a")
    (tmp_path / "runs" / "again").symlink_to(tmp_path / "runs" / "a")
    (tmp_path / "runs" / "round").symlink_to(tmp_path / "runs")
    assert len(runs_below(tmp_path / "runs").runs) == 1


def test_what_processes_left_is_listed_with_what_will_become_of_it(put, tmp_path):
    put("b")
    left_behind(tmp_path / "a")
    left_behind(tmp_path / "b", "replaced")
    left_behind(tmp_path / "c", "replaced")
    left_behind(tmp_path / "d", host="elsewhere")
    left_behind(tmp_path / "e", process=1)
    found = runs_below(tmp_path)
    assert {left.place.name: left.state for left in found.leftovers} == {
        "a": "left behind",
        "b": "left behind",
        "c": "to be put back",
        "d": "of elsewhere",
        "e": "in use",
    }
    assert {left.size for left in found.leftovers} == {1000}
    assert [run.path.name for run in found.runs] == ["b"]


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(ResultError, match="there is no such folder"):
        runs_below(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("rules", "going"),
    [
        (Rules(), []),
        (Rules(older_than=timedelta(days=15)), ["c", "d"]),
        (Rules(keep=1), ["b", "c", "d"]),
        (Rules(keep=0), ["a", "b", "c", "d"]),
        (Rules(keep=3, older_than=timedelta(days=15)), ["d"]),
        (Rules(keep=2, older_than=timedelta(days=25)), ["d"]),
        (Rules(larger_than=100_000), ["b"]),
        (Rules(larger_than=100_000, older_than=timedelta(days=15)), []),
        (Rules(keep=9), []),
    ],
)
def test_what_goes_must_fit_all_rules(put, tmp_path, rules, going):
    for name, days in (("a", 1), ("b", 10), ("c", 20), ("d", 30)):
        put(name, days)
    log = tmp_path / "b" / "log.json"
    log.write_text(log.read_text() + " " * 200_000)
    planned = plan(runs_below(tmp_path), rules, NOW)
    assert sorted(run.path.name for run in planned.runs) == going
    before = {run.path for run in runs_below(tmp_path).runs}
    prune(planned)
    after = {run.path for run in runs_below(tmp_path).runs}
    assert sorted(path.name for path in before - after) == going
    assert {entry.name for entry in tmp_path.iterdir()} == {p.name for p in after}


def test_nothing_goes_that_is_not_a_run_and_nothing_else(put, whole, tmp_path):
    (put("with notes") / "thesis.txt").write_text("years of work")
    (put("with a folder") / "empty").mkdir()
    (put("broken") / "manifest.json").write_text("{")
    rewrite(put("newer"), format=2, caresim="9.0")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text('{"name": "an app"}')
    (tmp_path / "link").symlink_to(whole)
    put("plain")
    planned = plan(runs_below(tmp_path), Rules(keep=0), NOW)
    assert [run.path.name for run in planned.runs] == ["plain"]
    reasons = {kept.path.name: kept.reason for kept in planned.kept}
    assert reasons["with notes"] == "it holds what is no part of a run: thesis.txt"
    assert "empty" in reasons["with a folder"]
    assert "not sure to be a run" in reasons["broken"]
    assert "newer format" in reasons["newer"]
    before = files_in(tmp_path)
    prune(planned)
    gone = {name for name in before if name.startswith("plain/")}
    assert files_in(tmp_path) == {k: v for k, v in before.items() if k not in gone}
    assert (tmp_path / "with a folder" / "empty").is_dir()


def test_a_run_that_is_cut_off_may_go(put, tmp_path):
    (put("cut") / "waits.parquet").write_bytes(b"PAR1")
    prune(plan(runs_below(tmp_path), Rules(keep=0), NOW))
    assert list(tmp_path.iterdir()) == []


def test_what_has_changed_since_it_was_shown_stays(put, tmp_path):
    path = put("run")
    planned = plan(runs_below(tmp_path), Rules(keep=0), NOW)
    (path / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="has changed in the meantime"):
        prune(planned)
    assert (path / "manifest.json").exists()


def test_a_link_that_has_come_in_the_place_of_a_run_stays(put, whole, tmp_path):
    path = put("run")
    planned = plan(runs_below(tmp_path), Rules(keep=0), NOW)
    shutil.rmtree(path)
    path.symlink_to(whole)
    with pytest.raises(ResultError, match="has changed in the meantime"):
        prune(planned)
    assert results.load(whole).replications == (1, 2)


def test_leftovers_of_dead_processes_go_and_old_runs_come_back(put, whole, tmp_path):
    left_behind(tmp_path / "a")
    shutil.copytree(whole, tmp_path / f".c.replaced-{HOST}-{dead_process()}-1")
    used = left_behind(tmp_path / "e", process=1)
    other = left_behind(tmp_path / "d", host="elsewhere")
    file = tmp_path / f".sent.zip.unfinished-{HOST}-{dead_process()}-1"
    file.write_bytes(b"x" * 10)
    planned = plan(runs_below(tmp_path), Rules(), NOW)
    assert planned.runs == ()
    assert len(planned.leftovers) == 3
    prune(planned)
    assert {p.name for p in tmp_path.iterdir()} == {"c", used.name, other.name}
    assert results.load(tmp_path / "c").replications == (1, 2)


def test_a_run_that_is_killed_while_it_goes_is_no_half_run(put, tmp_path, monkeypatch):
    path = put("run")
    planned = plan(runs_below(tmp_path), Rules(keep=0), NOW)

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("results.folder.placement.shutil.rmtree", interrupted)
    monkeypatch.setattr("results.folder.placement._remove", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        prune(planned)
    assert not path.exists()
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".run.unfinished-")


def test_a_disk_that_refuses_is_a_clear_error(put, tmp_path, monkeypatch):
    put("run")
    planned = plan(runs_below(tmp_path), Rules(keep=0), NOW)

    def refuse(*_):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ResultError, match="cannot be removed: Permission denied"):
        pruning.prune(planned)
    assert (tmp_path / "run" / "manifest.json").exists()


def test_a_plan_and_a_shelf_are_plain_data_too(put, tmp_path):
    put("run", days=1)
    left_behind(tmp_path / "a")
    found = runs_below(tmp_path)
    plain = json.loads(json.dumps(found.as_dict()))
    assert plain["runs"][0]["written"] == "2026-06-29T12:00:00+00:00"
    assert plain["leftovers"][0]["state"] == "left behind"
    planned = plan(found, Rules(keep=0), NOW).as_dict()
    assert planned["bytes"] == plain["runs"][0]["size"] + 1000
    assert json.loads(json.dumps(planned))["runs"] == [str(tmp_path / "run")]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345, "12 kB"),
        (1.5e6, "1.5 MB"),
        (2e9, "2.0 GB"),
        (3.2e13, "32 TB"),
    ],
)
def test_sizes_are_said_in_two_figures(size, text):
    assert size_text(size) == text


def test_a_description_says_what_went_in_and_what_it_holds(put):
    path = put("run", days=1)
    (path / "notes.txt").write_text("mine")
    lines = description(path).lines()
    assert lines[0] == "A small world (scenario 'small')"
    text = "\n".join(lines)
    assert "Period: 2000-02-03 to 2000-04-01 (58 days)" in text
    assert "Replications: 1 to 2 of seed 1" in text
    assert "Inputs: 1 service, 1 pathway, 1 stream of patients, 1 clock" in text
    assert "Groups: child, adult" in text
    assert "Written: 2026-06-29 12:00 UTC, by caresim 0.1.0" in text
    manifest = json.loads((path / "manifest.json").read_text())
    entry = manifest["tables"]["measures"]
    (row,) = [line for line in lines if line.startswith("  measures ")]
    assert f"{entry['rows']:,} rows" in row
    assert entry["sha256"][:16] in row
    assert f"Manifest digest: {manifest['manifest_digest']}" in text
    assert lines[-1] == "Not part of the run: notes.txt"


def test_a_description_of_a_damaged_log_does_without(put):
    path = put("run")
    log = {"finished": 7, "engine": None, "seconds": "long", "machine": "big"}
    (path / "log.json").write_text(json.dumps(log))
    assert "Written: by caresim 0.1.0" in description(path).lines()
