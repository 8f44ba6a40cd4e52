"""CSV files: tidy, UTF-8, and safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from results.export.export import Export, first_and_last
from results.export.figures import Figure
from results.export.sheets import HIDDEN, Sheet, sheets
from results.folder.placement import new_folder

FILES = ("measures.csv", "definitions.csv", "runs.csv", "suppressed.csv")
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
"""Texts that begin so could be taken for formulas, or for texts that were marked."""

Value = str | float | int | None


def write_folder(shown: Export, path: str | Path, *, replace: bool = False) -> None:
    """Write a folder of CSV files.

    Parameters
    ----------
    shown : Export
    path : str or Path
    replace : bool
        Whether a folder of an earlier export gives way.

    Raises
    ------
    ResultError
        If it cannot be written.
    """
    tables = {"measures.csv": _measures(shown)}
    for sheet in sheets(shown):
        name = f"{sheet.name.lower()}.csv"
        if name in FILES:
            tables[name] = _plain(sheet)
    with new_folder(
        Path(path), replace=replace, is_ours=_is_export, what="folder of CSV files"
    ) as folder:
        for name, rows in tables.items():
            write_rows(folder / name, rows)


def _is_export(path: Path) -> bool:
    """Return whether a folder holds CSV files of an export, and nothing else."""
    return path.is_dir() and all(entry.name in FILES for entry in path.iterdir())


def write_rows(path: Path, rows: Iterable[Iterable[Value]]) -> None:
    """Write a CSV file: UTF-8, commas, a line of names first.

    Parameters
    ----------
    path : Path
    rows : iterable
        Texts are made safe, numbers written with all their digits.
    """
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([safe(value) for value in row] for row in rows)


def safe(value: Value) -> Value:
    """Return a text that no program takes for a formula; numbers stay as they are.

    An apostrophe is put before texts that begin with `= + - @`, a tab, a return or an
    apostrophe, and before no other: dropping one apostrophe from the front gives every
    text back as it was.
    """
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return value


def _measures(shown: Export) -> Iterator[list[Value]]:
    """Yield one line for each run, measure, group and period."""
    days = first_and_last(shown.runs)
    yield [
        *("run", "kind", "subject", "measure", "statistic", "group", "period"),
        *("first_day", "last_day", "unit", "mean", "low", "high", "replications"),
    ]
    for line in shown.lines:
        first, last = days[line.key.period]
        for run, figure in zip(shown.runs, line.figures, strict=True):
            if figure is not None:
                names = [run, *line.key, str(first), str(last), line.unit]
                yield [*names, *_numbers(figure)]


def _numbers(figure: Figure) -> list[Value]:
    if figure.mean is None:
        return [HIDDEN, HIDDEN, HIDDEN, None]
    return [figure.mean, figure.low, figure.high, figure.n]


def _plain(sheet: Sheet) -> Iterator[list[Value]]:
    """Yield the lines of a sheet."""
    yield [heading.text.lower().replace(" ", "_") for heading in sheet.headings]
    for row in sheet.rows:
        yield [
            str(cell.value) if isinstance(cell.value, date) else cell.value
            for cell in row
        ]
