"""Commands that look after run folders, as an analyst types them."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

import results
import simulator
from results.folder.manifest import signed
from results.folder.writing import write as write_folder
from simulator import verification
from simulator.cli import main
from tests.unit.results.folders import files_in, flip, rewrite
from tests.worlds import child, write


def caresim(*words: object, typed: str = "") -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run of four replications, and one of a what-if."""
    folder = tmp_path_factory.mktemp("made")
    write(folder, "base")
    write(folder, "more", child("  - services: ward\n    add: 6"))
    run = simulator.run(folder / "base.yaml", replications=4, record=True)
    run.write(folder / "runs" / "base")
    simulator.run(folder / "more.yaml", replications=2).write(folder / "runs" / "more")
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with these runs, but not the scenario files."""
    shutil.copytree(made / "runs", tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def altered(run: Path, to: Path, **manifest: object) -> None:
    """Write a run anew with one figure changed, and digests that fit."""
    of = results.load(run)
    values = of.measures.column("value").to_pylist()
    values[-1] += 1
    at = of.measures.schema.get_field_index("value")
    measures = of.measures.set_column(
        at, of.measures.schema.field(at), pa.array(values)
    )
    names = of.manifest["tables"]
    tables = {name: of._tables[name]() for name in names} | {"measures": measures}
    left_out = ("tables", "manifest_digest")
    said = {k: v for k, v in of.manifest.items() if k not in left_out}
    write_folder(to, {**said, **manifest}, of.log, tables.items())


# verify


def test_verify_says_what_was_checked(here: Path) -> None:
    result = caresim("verify", "runs/more")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "manifest.json is whole: format 1, written by caresim 0.1.0.",
        "All tables are as written: measures, series and waits.",
        "The scenario in the manifest has the digest noted.",
        "The scenario still gives the model whose digest is noted.",
        "runs/more is as it was written. That its scenario gives these results, "
        "--replay N proves.",
    ]


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_verify_simulates_again_without_any_scenario_file(
    here: Path, engine: str
) -> None:
    assert list(here.glob("*.yaml")) == []
    before = files_in(here)
    some = caresim("verify", "runs/base", "--replay", 2, "--engine", engine)
    assert some.exit_code == 0, some.output
    assert (
        f"Simulated again with the {engine} engine, from the scenario and the seed 1 "
        "in the manifest: replications 1 and 4 of 4, spread evenly." in some.output
    )
    assert "The rows of measures, series and waits are the same to the last bit." in (
        some.output
    )
    assert "The same bytes come out again for visits (2 files), " in some.output
    every = caresim("verify", "runs/base", "--replay", 99, "--engine", engine)
    assert every.exit_code == 0, every.output
    assert "in the manifest: all 4 replications." in every.output
    assert "The same bytes come out again for measures, series, waits, visits (4" in (
        every.output
    )
    assert every.output.splitlines()[-1] == (
        "runs/base is as it was written, and its scenario gives it."
    )
    assert files_in(here) == before


def test_the_replications_replayed_are_spread_evenly() -> None:
    numbers = [2, 3, 5, 7, 11, 13, 17]
    assert verification.chosen(numbers, 1) == [2]
    assert verification.chosen(numbers, 2) == [2, 17]
    assert verification.chosen(numbers, 3) == [2, 7, 17]
    assert (
        verification.chosen(numbers, 7) == verification.chosen(numbers, 50) == numbers
    )
    assert verification.chosen(numbers, 0) == []


def test_one_figure_made_up_is_found_by_simulating_again(here: Path) -> None:
    altered(Path("runs/more"), Path("runs/made-up"))
    assert caresim("verify", "runs/made-up").exit_code == 0, "digests fit"
    result = caresim("verify", "runs/made-up", "--replay", 2)
    assert result.exit_code == 3
    (wrong,) = [x for x in result.output.splitlines() if x.startswith("DIFFERS: ")]
    assert re.fullmatch(
        r"DIFFERS: measures, replication 2, row [\d,]+ \(whole, model, model, all, "
        r"balance of patients, number, patients\): value is 1\.0, and 0\.0 if "
        r"simulated again\.",
        wrong,
    )
    assert "The same bytes come out again for series and waits." in result.output
    assert "One thing differs: do not rely on runs/made-up." in result.output
    plain = json.loads(
        caresim("verify", "runs/made-up", "--replay", 1, "--json").stdout
    )
    assert plain["holds"] is True, "replication 1 is as it should be"
    assert plain["replayed"] == [1]


def test_what_differs_is_listed_and_nothing_is_simulated_then(here: Path) -> None:
    flip(here / "runs" / "base" / "waits.parquet", 100)
    (here / "runs" / "base" / "visits" / "replication-0003.parquet").unlink()
    (here / "runs" / "base" / "log.json").write_text("{")
    before = files_in(here)
    result = caresim("verify", "runs/base", "--replay", 1)
    assert result.exit_code == 3
    wrong = [x for x in result.output.splitlines() if x.startswith("DIFFERS: ")]
    assert len(wrong) == 3
    assert "waits.parquet is damaged: its bytes are not those" in wrong[1]
    assert "visits/replication-0003.parquet cannot be read: No such file" in wrong[0]
    assert "log.json is damaged" in wrong[2]
    assert "Nothing was simulated again, because of what differs" in result.output
    assert "3 things differ: do not rely on runs/base." in result.output
    plain = json.loads(caresim("verify", "runs/base", "--json").stdout)
    assert plain["holds"] is False
    assert files_in(here) == before


def test_a_scenario_that_was_exchanged_is_found(here: Path) -> None:
    manifest = json.loads((here / "runs/more/manifest.json").read_text())
    scenario = manifest["scenario"]
    scenario["services"]["ward"]["capacity"] = "13"
    rewrite(here / "runs/more", scenario=scenario)
    result = caresim("verify", "runs/more")
    assert result.exit_code == 3
    assert "DIFFERS: The scenario in the manifest has not the digest" in result.output
    assert "DIFFERS: The scenario gives another model than that whose" in result.output


def test_names_and_figures_beside_the_model_are_checked(here: Path) -> None:
    manifest = json.loads((here / "runs/more/manifest.json").read_text())
    labels = manifest["labels"]
    labels["standards"][0]["target"] = [[None, 0.5]]
    rewrite(here / "runs/more", labels=labels)
    result = caresim("verify", "runs/more")
    assert result.exit_code == 3
    assert "DIFFERS: The scenario gives other names or figures: standards." in (
        result.output
    )


def test_libraries_that_have_changed_since_are_named(here: Path) -> None:
    log = json.loads((here / "runs/more/log.json").read_text())
    log["versions"]["holidays"] = "0.1"
    (here / "runs/more/log.json").write_text(json.dumps(log))
    rewrite(here / "runs/more", model_digest="0" * 64)
    result = caresim("verify", "runs/more")
    assert result.exit_code == 3
    assert re.search(
        r"digest is noted \(holidays 0\.1 then, [\d.]+ now\)", result.output
    )


def test_a_scenario_that_is_refused_now_is_said(here: Path) -> None:
    manifest = json.loads((here / "runs/more/manifest.json").read_text())
    rewrite(here / "runs/more", scenario={**manifest["scenario"], "beds": {}})
    result = caresim("verify", "runs/more", "--replay", 1)
    assert result.exit_code == 3
    assert "DIFFERS: This caresim refuses the scenario: more (as the run keeps it)" in (
        result.output
    )


def test_a_run_of_another_caresim_is_said_to_be_one(here: Path) -> None:
    rewrite(here / "runs/more", caresim="0.0.1")
    result = caresim("verify", "runs/more", "--replay", 2)
    assert result.exit_code == 0
    assert "It was written by caresim 0.0.1, and this is caresim 0.1.0" in result.output


# pack and unpack


def test_a_run_is_packed_sent_and_unpacked(here: Path) -> None:
    packed = caresim("pack", "runs/base")
    assert packed.exit_code == 0
    assert re.fullmatch(r"Packed run: base\.zip \([\d.]+ [kM]B\)\n", packed.output)
    assert caresim("pack", "runs/base").exit_code == 1
    assert caresim("pack", "runs/base", "--replace").exit_code == 0
    unpacked = caresim("unpack", "base.zip")
    assert unpacked.output == "Result folder: runs/base-2\n"
    assert files_in(here / "runs/base-2") == files_in(here / "runs/base")
    assert caresim("unpack", "base.zip", "--out", "runs/base").exit_code == 1
    assert caresim("unpack", "base.zip", "--out", "a/b").exit_code == 0
    assert caresim("compare", "runs/base", "a/b", "--expect-equal").exit_code == 0


def test_equal_runs_give_equal_packed_files_but_for_the_log(
    made: Path, here: Path
) -> None:
    run = simulator.run(made / "base.yaml", replications=4, record=True, engine="simpy")
    run.write("runs/again")
    for name in ("base", "again"):
        assert caresim("pack", f"runs/{name}", "-o", f"{name}.zip").exit_code == 0
    parts = []
    for name in ("base", "again"):
        with zipfile.ZipFile(f"{name}.zip") as packed:
            at = packed.getinfo("log.json").header_offset
        parts.append(Path(f"{name}.zip").read_bytes()[:at])
    assert parts[0] == parts[1]


def test_what_is_left_out_is_said(here: Path) -> None:
    (here / "runs/more/notes.txt").write_text("mine")
    result = caresim("pack", "runs/more", "-o", "out/more.zip")
    assert "Left out, as no part of the run: notes.txt" in result.stderr
    assert result.stdout.startswith("Packed run: out/more.zip")


# runs


def test_runs_are_listed(here: Path) -> None:
    result = caresim("runs")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].split()[:3] == ["folder", "title", "written"]
    rows = {line.split()[0]: line for line in lines[1:3]}
    assert "A small world" in rows["runs/base"]
    assert re.search(
        r"\d{4}-\d\d-\d\d \d\d:\d\d +4 +[\d.]+ [kM]B +recorded +complete",
        rows["runs/base"],
    )
    assert "recorded" not in rows["runs/more"]
    assert re.fullmatch(r"2 runs, [\d.]+ MB\.", lines[3])
    plain = json.loads(caresim("runs", "--json").stdout)
    assert {run["path"] for run in plain["runs"]} == {"runs/base", "runs/more"}


def test_a_title_in_brackets_is_printed_as_it_is(here: Path) -> None:
    manifest = json.loads((here / "runs/more/manifest.json").read_text())
    labels = {**manifest["labels"], "title": "[red]What[/] if"}
    rewrite(here / "runs/more", labels=labels)
    assert "[red]What[/] if" in caresim("runs").output


def test_where_there_are_no_runs_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert caresim("runs").output == "There are no runs below runs.\n"
    assert list(tmp_path.iterdir()) == []
    assert caresim("runs", "nowhere").exit_code == 1
    assert caresim("runs", tmp_path, "--prune", "--keep", 0, "--yes").exit_code == 0


def test_one_run_is_described(here: Path) -> None:
    result = caresim("runs", "runs/more")
    assert result.exit_code == 0
    assert result.output == caresim("runs", "runs/more", "--describe").output
    assert "What if (scenario 'more')" in result.output
    assert "Changes:\n  services: ward, add: 6\n" in result.output
    assert "compiled engine" in result.output
    plain = json.loads(caresim("runs", "runs/more", "--json").stdout)
    assert plain["seed"] == 1
    assert plain["log"]["engine"] == "compiled"
    assert caresim("runs", "runs", "--describe").exit_code == 1


def test_prune_asks_before_anything_goes(here: Path) -> None:
    before = files_in(here)
    told = caresim("runs", "--prune", "--keep", 1, "--dry-run")
    assert told.exit_code == 0
    assert told.output.startswith("Would go: runs/base (A small world, ")
    assert files_in(here) == before
    for typed in ("n\n", ""):
        asked = caresim("runs", "--prune", "--keep", 1, typed=typed)
        assert asked.exit_code == 1
        assert "Remove them for good? [y/N]" in asked.output
        assert asked.stderr.endswith("Nothing was removed.\n")
        assert files_in(here) == before
    done = caresim("runs", "--prune", "--keep", 1, typed="y\n")
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "Removed."
    assert [path.name for path in (here / "runs").iterdir()] == ["more"]


def test_prune_by_age_and_size(here: Path) -> None:
    log = json.loads((here / "runs/base/log.json").read_text())
    log["finished"] = "2020-01-01T00:00:00+00:00"
    (here / "runs/base/log.json").write_text(json.dumps(log))
    nothing = caresim("runs", "--prune", "--older-than", "20 years", "--yes")
    assert nothing.output == "Nothing is to go.\n"
    nothing = caresim("runs", "--prune", "--larger-than", "1 TB", "--yes")
    assert nothing.output == "Nothing is to go.\n"
    words = ("--older-than", "30 days", "--larger-than", "0.1 kB", "--json", "--yes")
    done = json.loads(caresim("runs", "--prune", *words).stdout)
    assert done["runs"] == ["runs/base"]
    assert done["removed"] is True
    assert [path.name for path in (here / "runs").iterdir()] == ["more"]


def test_prune_without_a_rule_takes_leftovers_alone(here: Path) -> None:
    from results.folder.leftovers import owner

    left = here / "runs" / f".old.unfinished-{owner()}-1"
    left.mkdir()
    listed = caresim("runs").output
    assert f"runs/{left.name}: left behind, 0 bytes." in listed
    assert "`caresim runs --prune` clears away what was left behind." in listed
    done = caresim("runs", "--prune", "--yes")
    assert f"To go: runs/{left.name} (left behind, 0 bytes)" in done.output
    assert "Say which runs may go with --older-than" in done.output
    assert sorted(path.name for path in (here / "runs").iterdir()) == ["base", "more"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--older-than", "30 days"], "--older-than belongs to --prune"),
        (["--dry-run"], "--dry-run belongs to --prune"),
        (["--prune", "--older-than", "soon"], "'soon' is no age"),
        (["--prune", "--larger-than", "big"], "'big' is no size"),
        (["--prune", "--describe"], "Either --describe or --prune"),
        (["--prune", "--keep", "1", "--json"], "add --yes or --dry-run"),
    ],
)
def test_options_that_say_nothing_are_refused(
    here: Path, words: list[str], said: str
) -> None:
    before = files_in(here)
    result = caresim("runs", *words)
    assert result.exit_code == 2
    assert said in result.output
    assert files_in(here) == before


# Every command that reads runs


def harm(run: Path, how: str) -> None:
    """Harm a run folder."""
    if how == "truncated":
        content = (run / "measures.parquet").read_bytes()
        (run / "measures.parquet").write_bytes(content[:-100])
    elif how == "one bit":
        flip(run / "waits.parquet", 500)
    elif how == "half copied":
        (run / "series.parquet").unlink()
    elif how == "manifest cut off":
        text = (run / "manifest.json").read_text()
        (run / "manifest.json").write_text(text[:1000])
    elif how == "manifest altered":
        text = (run / "manifest.json").read_text()
        (run / "manifest.json").write_text(text.replace("ward", "Ward"))
    elif how == "newer":
        content = json.loads((run / "manifest.json").read_text())
        text = json.dumps(signed({**content, "format": 2}))
        (run / "manifest.json").write_text(text)
    elif how == "foreign":
        (run / "manifest.json").write_text('{"name": "an app"}')
    else:
        shutil.rmtree(run)
        run.mkdir()


@pytest.mark.parametrize(
    "how",
    [
        "truncated",
        "one bit",
        "half copied",
        "manifest cut off",
        "manifest altered",
        "newer",
        "foreign",
        "empty",
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ["compare", "runs/base", "runs/more"],
        ["compare", "runs/more", "runs/base"],
        ["runs", "runs/more", "--describe"],
        ["pack", "runs/more", "-o", "more.zip"],
        ["verify", "runs/more", "--replay", "1"],
    ],
    ids=" ".join,
)
def test_every_command_refuses_a_harmed_run_in_one_line(
    here: Path, how: str, words: list[str]
) -> None:
    harm(here / "runs" / "more", how)
    before = files_in(here)
    result = caresim(*words)
    if words[0] == "verify" and how in ("truncated", "one bit", "half copied"):
        assert result.exit_code == 3
        wrong = [x for x in result.output.splitlines() if x.startswith("DIFFERS: ")]
        assert len(wrong) == 1
    else:
        assert result.exit_code == 1
        assert re.fullmatch(r"Error: runs/more: [^\n]+\n", result.output)
    assert files_in(here) == before
