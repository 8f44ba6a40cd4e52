"""`caresim export` and `caresim document` from a run folder to files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import simulator
from simulator.cli import main
from tests.worlds import write


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two runs; one knows its visits."""
    folder = tmp_path_factory.mktemp("runs")
    path = write(folder, "base")
    simulator.run(path, replications=2, record=True).write(folder / "recorded")
    simulator.run(path, replications=2, seed=5).write(folder / "plain")
    return folder


def called(folder: Path, *words: str) -> Result:
    """Return what a command gives, runs being named by their folders."""
    known = {"recorded", "plain"}
    full = [str(folder / word) if word in known else word for word in words]
    return CliRunner().invoke(main, full)


def test_all_exports_at_once(runs: Path, tmp_path: Path) -> None:
    book, folder, log = (tmp_path / n for n in ("all.xlsx", "all", "log.csv"))
    result = called(
        runs,
        *("export", "recorded", "--xlsx", str(book)),
        *("--csv", str(folder), "--eventlog", str(log)),
    )
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1:] == [
        f"Excel workbook: {book}",
        f"CSV files: {folder}",
    ]
    assert openpyxl.load_workbook(book).sheetnames[0] == "Contents"
    events = pd.read_csv(log)
    assert result.output.startswith(f"Event log of {len(events):,} events: {log}")
    assert set(events["concept:name"]) >= {"clinic", "ward", "arrival", "depart"}
    table = pd.read_csv(folder / "measures.csv")
    assert set(table["run"]) == {"recorded"}


def test_runs_side_by_side_fit_to_be_published(runs: Path, tmp_path: Path) -> None:
    book = tmp_path / "both.xlsx"
    result = called(
        runs, "export", "recorded", "plain", "--xlsx", str(book), "--publish"
    )
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Suppressed: ")
    sheet = openpyxl.load_workbook(book)["Services"]
    headings = [cell.value for cell in sheet[1]]
    assert {"recorded: mean", "plain: mean"} <= set(headings)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plain"], "say what to write: --xlsx, --csv or --eventlog"),
        (["plain", "--eventlog", "x.csv"], "visits were not recorded"),
        (["plain", "recorded", "--eventlog", "x.csv"], "that of one run"),
        (
            ["recorded", "--eventlog", "x.csv", "--publish"],
            "tells of single patients and cannot be made fit to publish",
        ),
        (["plain", "--xlsx", "x.xlsx", "--below", "8"], "say how to --publish"),
        (["plain", "plain", "--csv", "x"], "is named twice"),
        (["plain", "--xlsx", "x.csv"], "named like results.xlsx"),
        (["nowhere", "--csv", "x"], "there is no such run folder"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_line(
    words: list[str],
    said: str,
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = called(runs, "export", *words)
    assert result.exit_code == 1
    assert said in result.output
    assert result.output.count("\n") == 1
    assert not list(tmp_path.iterdir())
