"""Excel workbooks. Texts stay texts: no cell is ever a formula or a link."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from results.errors import ResultError
from results.export.export import Export
from results.export.sheets import HIDDEN, Cell, Heading, Sheet, sheets
from results.folder.placement import new_file

MOST_ROWS = 1_048_576
"""Of a sheet."""
LONGEST = 32_767
"""Characters of a cell."""
FORMS = {
    "number": "#,##0.0",
    "fine": "#,##0.00",
    "percent": "0.0%",
    "money": "£#,##0",
    "whole": "#,##0",
    "date": "d mmm yyyy",
}
"""How numbers and dates are shown."""
WRITTEN = datetime(2000, 1, 1)
"""When every workbook says that it was made: the same runs give the same bytes."""


def write_workbook(shown: Export, path: str | Path, *, replace: bool = False) -> None:
    """Write an Excel workbook: contents, runs, a sheet for each theme, definitions.

    Parameters
    ----------
    shown : Export
    path : str or Path
        Ends in `.xlsx`.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If a sheet would grow too long, the library for it is not installed, or the
        file cannot be written.
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise ResultError(f"{path}: an Excel workbook is named like results.xlsx")
    pages = sheets(shown)
    for page in pages:
        if len(page.rows) >= MOST_ROWS:
            raise ResultError(
                f"the sheet '{page.name}' would have {len(page.rows):,} rows, and "
                f"Excel takes {MOST_ROWS:,}: export fewer runs, or --csv"
            )
    with new_file(Path(path), replace=replace) as place:
        _fill(place, shown, pages)


def _fill(place: Path, shown: Export, pages: list[Sheet]) -> None:
    """Write the workbook."""
    try:
        import xlsxwriter  # noqa: PLC0415 (an extra, and slow)
    except ImportError as error:
        raise ResultError(
            "Excel files need the package XlsxWriter: pip install caresim[report]"
        ) from error
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(place), options) as book:
        book.set_properties({"created": WRITTEN, "comments": "Made by caresim."})
        styles = {form: book.add_format({"num_format": f}) for form, f in FORMS.items()}
        styles["head"] = book.add_format(
            {"bold": True, "bg_color": "#D9E7F5", "text_wrap": True, "valign": "top"}
        )
        styles["title"] = book.add_format({"bold": True, "font_size": 14})
        styles["text"] = book.add_format({"text_wrap": True, "valign": "top"})
        styles["link"] = book.get_default_url_format()
        _contents(book.add_worksheet("Contents"), shown, pages, styles)
        for page in pages:
            _page(book.add_worksheet(page.name), page, styles)


def _contents(
    sheet: Any, shown: Export, pages: list[Sheet], styles: dict[str, Any]
) -> None:
    """Write the first sheet: what the workbook holds, and how to read it."""
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "Results of simulated what-if scenarios", styles["title"])
    row = 2
    for name, run in shown.runs.items():
        _write(sheet, row, 0, Cell(name), styles)
        _write(sheet, row, 1, Cell(run.labels.title), styles)
        row += 1
    row += 1
    for column, text in enumerate(("Sheet", "What it holds")):
        sheet.write_string(row, column, text, styles["head"])
    for page in pages:
        row += 1
        # A link inside the workbook, to a name that is our own.
        sheet.write_url(row, 0, f"internal:'{page.name}'!A1", styles["link"], page.name)
        sheet.write_string(row, 1, page.about, styles["text"])
    row += 2
    sheet.write_string(row, 0, "How to read it", styles["head"])
    for sentence in reading(shown):
        sheet.write_string(row, 1, sentence, styles["text"])
        row += 1
    _for_print(sheet)


def reading(shown: Export) -> list[str]:
    """Return how an export is to be read, in sentences.

    Parameters
    ----------
    shown : Export
    """
    found = [
        "Every figure is a mean over replications; the 95% interval says how sure the "
        "mean is, not how much a single year may differ.",
        "Where a figure is empty, there is nothing to take it from: nobody started, "
        "so nobody has a wait.",
        "Numbers are those of simulated patients; the sheet Runs says how many people "
        "one of them stands for.",
    ]
    if shown.publishing is not None:
        found.append(f"{HIDDEN} stands for a number that was suppressed.")
        found.append(shown.publishing.sentence())
    return found


def _page(sheet: Any, page: Sheet, styles: dict[str, Any]) -> None:
    """Write a sheet, its headings frozen and ready to be filtered."""
    for column, heading in enumerate(page.headings):
        sheet.set_column(column, column, heading.width)
        _head(sheet, column, heading, styles)
    sheet.set_row(0, 32)
    for row, cells in enumerate(page.rows, 1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, styles)
    sheet.freeze_panes(1, _texts(page))
    sheet.repeat_rows(0)
    _for_print(sheet)
    sheet.autofilter(0, 0, max(len(page.rows), 1), len(page.headings) - 1)


def _for_print(sheet: Any) -> None:
    """Let a sheet be as wide as a page."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _texts(page: Sheet) -> int:
    """Return how many columns stay in sight: the names with which rows begin."""
    names = ("Kind", "Subject", "Measure", "Statistic", "Group", "Run")
    return sum(heading.text in names for heading in page.headings)


def _head(sheet: Any, column: int, heading: Heading, styles: dict[str, Any]) -> None:
    sheet.write_string(0, column, heading.text[:LONGEST], styles["head"])


def _write(
    sheet: Any, row: int, column: int, cell: Cell, styles: dict[str, Any]
) -> None:
    """Write a cell as what it is."""
    if isinstance(cell.value, str):
        sheet.write_string(row, column, cell.value[:LONGEST])
    elif isinstance(cell.value, date):
        sheet.write_datetime(row, column, cell.value, styles[cell.form])
    elif cell.value is not None:
        sheet.write_number(row, column, cell.value, styles[cell.form])
