"""CSV files are tidy, keep every digit, and hold nothing like a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from results.errors import ResultError
from results.export.export import export
from results.export.figures import names
from results.export.separated import FILES, safe, write_folder
from tests.unit.results.export.clinics import FORMULA, one

RUNS = {"baseline": one(), "later": one(1.0, "Later")}


def test_every_figure_has_a_line_with_all_its_digits(tmp_path: Path) -> None:
    write_folder(export(RUNS), tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "measures.csv")
    wanted = table[
        (table["run"] == "later")
        & (table["subject"] == f"'{FORMULA}")
        & (table["measure"] == "wait")
        & (table["statistic"] == "mean")
    ]
    whole = wanted[(wanted["group"] == "all") & (wanted["period"] == "whole")]
    assert whole["mean"].tolist() == [(1.25 + 1.35) / 2]
    assert whole["first_day"].tolist() == ["2000-02-03"]
    assert sorted(wanted[wanted["group"] == "all"]["period"]) == [
        *("2000-02", "2000-03", "whole")
    ]
    # Groups for the whole only, unless asked for month by month.
    assert set(wanted[wanted["group"] == "child"]["period"]) == {"whole"}


def test_groups_are_shown_month_by_month_if_asked_for(tmp_path: Path) -> None:
    write_folder(export(RUNS, groups_by_month=True), tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "measures.csv")
    assert len(table) == sum(
        run.measures.num_rows // len(run.replications) for run in RUNS.values()
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "'=x"])
def test_texts_that_look_like_formulas_are_marked_and_can_be_had_back(
    text: str,
) -> None:
    marked = safe(text)
    assert isinstance(marked, str)
    assert marked == "'" + text


@pytest.mark.parametrize("value", ["clinic", "A=B", "", -1.5, 0, None])
def test_all_else_stays_as_it_is(value: str | float | None) -> None:
    assert safe(value) is value


def test_files_are_utf_8_without_a_mark_and_with_plain_line_ends(
    tmp_path: Path,
) -> None:
    write_folder(export(RUNS), tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        set(FILES) - {"suppressed.csv"}
    )
    for name in ("measures.csv", "definitions.csv", "runs.csv"):
        raw = (tmp_path / "out" / name).read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        rows = list(csv.reader(raw.decode("utf-8").splitlines()))
        assert len({len(row) for row in rows}) == 1
    assert "÷" in (tmp_path / "out" / "definitions.csv").read_text(encoding="utf-8")


def test_only_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "out"
    write_folder(export(RUNS), place)
    with pytest.raises(ResultError, match="is there already"):
        write_folder(export(RUNS), place)
    write_folder(export(RUNS), place, replace=True)
    (place / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError, match="is no folder of CSV files"):
        write_folder(export(RUNS), place, replace=True)
    assert (place / "thesis.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_runs_are_named_as_shortly_as_tells_them_apart() -> None:
    assert names(["runs/a", "runs/b"]) == ["a", "b"]
    assert names(["x/run", "y/run"]) == ["x/run", "y/run"]
    with pytest.raises(ResultError, match="is named twice"):
        names(["runs/a", "runs/a"])
