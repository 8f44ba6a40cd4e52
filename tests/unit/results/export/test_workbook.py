"""Excel workbooks hold numbers as numbers, dates as dates, and texts as texts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from results.errors import ResultError
from results.export.export import export
from results.export.workbook import write_workbook
from tests.unit.results.export.clinics import FORMULA, NUMBER, one

RUNS = {"baseline": one(), "later": one(1.0, "Later")}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("book") / "results.xlsx"
    write_workbook(export(RUNS), path)
    return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    """Return the rows of a sheet, by heading."""
    first, *others = book[sheet].iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in others]


def the(found: list[dict[str, object]], **wanted: str) -> dict[str, object]:
    """Return the one row in which columns have given values."""
    (row,) = (
        row
        for row in found
        if all(row[name.capitalize()] == value for name, value in wanted.items())
    )
    return row


def test_the_contents_name_every_other_sheet(book: openpyxl.Workbook) -> None:
    listed = [cell.value for cell in book["Contents"]["A"]]
    assert book.sheetnames[0] == "Contents"
    assert all(name in listed for name in book.sheetnames[1:])
    assert {"Services", "Services by month", "Patients", "Fairness"} < set(
        book.sheetnames
    )
    assert all(book[name].max_row > 1 for name in book.sheetnames)


def test_two_runs_stand_side_by_side_with_mean_and_interval(
    book: openpyxl.Workbook,
) -> None:
    row = the(rows(book, "Services"), subject=FORMULA, measure="wait", statistic="mean")
    assert row["Unit"] == "hours"
    # Everybody waits 0.25 days in one replication, and 0.35 in the other.
    assert row["baseline: mean"] == pytest.approx(0.30 * 24)
    assert row["later: mean"] == pytest.approx(1.30 * 24)
    half = 12.706204736 * 0.05 * 24
    assert row["baseline: 95% from"] == pytest.approx(0.30 * 24 - half)
    assert row["baseline: 95% to"] == pytest.approx(0.30 * 24 + half)
    assert row["baseline: replications"] == 2


def test_no_cell_is_a_formula_whatever_things_are_called(
    book: openpyxl.Workbook,
) -> None:
    cells = [c for sheet in book for line in sheet.iter_rows() for c in line]
    assert {c.data_type for c in cells} <= {"s", "n", "d"}
    texts = {c.value for c in cells if c.data_type == "s"}
    assert {FORMULA, NUMBER, "@adult", "-A small world"} <= texts


def test_no_cell_leads_out_of_the_workbook(book: openpyxl.Workbook) -> None:
    links = [
        cell.hyperlink
        for sheet in book
        for line in sheet.iter_rows()
        for cell in line
        if cell.hyperlink
    ]
    assert len(links) == len(book.sheetnames) - 1
    assert all(link.target is None and link.location for link in links)


def test_months_are_dates_and_numbers_have_formats(book: openpyxl.Workbook) -> None:
    row = the(
        [
            r
            for r in rows(book, "Services by month")
            if r["First day"] == datetime(2000, 3, 1)
        ],
        subject=FORMULA,
        measure="starts",
        statistic="number",
    )
    assert row["Last day"] == datetime(2000, 3, 31)
    assert row["baseline: mean"] == 23
    sheet = book["Services by month"]
    by_name = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{by_name['First day']}2"].number_format == "d mmm yyyy"
    formats = {c.number_format for c in sheet[by_name["baseline: mean"]][1:]}
    assert {"#,##0.0", "0.0%"} <= formats


def test_headings_stay_in_sight_and_columns_are_wide_enough(
    book: openpyxl.Workbook,
) -> None:
    for name in book.sheetnames[1:]:
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref
        assert sheet.column_dimensions["A"].width >= 10


def test_fairness_shows_every_group(book: openpyxl.Workbook) -> None:
    groups = {row["Group"] for row in rows(book, "Fairness")}
    assert groups == {"everybody", "child", "@adult"}


def test_definitions_say_what_each_measure_shown_means(
    book: openpyxl.Workbook,
) -> None:
    defined = {(r["Measure"], r["Statistic"]) for r in rows(book, "Definitions")}
    for row in rows(book, "Services"):
        name = str(row["Measure"]).replace("(gives up)", "(WAITING EVENT)")
        assert (name, row["Statistic"]) in defined


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(export(RUNS), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_file_that_is_there_stays_unless_replacing_is_asked_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "results.xlsx"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError, match="is there already"):
        write_workbook(export(RUNS), path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_workbook(export(RUNS), path, replace=True)
    assert openpyxl.load_workbook(path).sheetnames[0] == "Contents"
    assert [p.name for p in tmp_path.iterdir()] == ["results.xlsx"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"named like results\.xlsx"):
        write_workbook(export(RUNS), tmp_path / "results.xls")


def test_a_sheet_that_grows_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("results.export.workbook.MOST_ROWS", 10)
    with pytest.raises(ResultError, match="export fewer runs, or --csv"):
        write_workbook(export(RUNS), tmp_path / "results.xlsx")
    assert not list(tmp_path.iterdir())
