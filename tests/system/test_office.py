"""An office program opens the workbook and sees what stands in it."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from results.export.export import export
from results.export.workbook import write_workbook
from tests.unit.results.export.clinics import FORMULA, one

pytestmark = pytest.mark.system


def test_libreoffice_opens_the_workbook_without_a_screen(tmp_path: Path) -> None:
    """Needs `soffice`, of Debian's package libreoffice-calc."""
    office = shutil.which("soffice")
    assert office, "soffice is not there: install libreoffice-calc"
    book = tmp_path / "results.xlsx"
    write_workbook(export({"baseline": one()}), book)
    # Every sheet becomes a CSV file; -1 asks for all of them.
    options = "44,34,76,1,,0,false,true,true,false,false,-1"
    form = f"csv:Text - txt - csv (StarCalc):{options}"
    done = subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            *("--headless", "--convert-to", form, "--outdir", str(tmp_path / "out")),
            str(book),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = {p.name: p for p in (tmp_path / "out").iterdir()}
    assert {"results-Contents.csv", "results-Services.csv"} <= files.keys()
    text = files["results-Services by month.csv"].read_text(encoding="utf-8")
    first, *rows = list(csv.reader(text.splitlines()))
    assert {row[0] for row in rows} == {FORMULA, "+1"}
    assert rows[0][first.index("First day")] == "3 Feb 2000"
    assert not any("Err:" in cell or "#" in cell for row in rows for cell in row)
