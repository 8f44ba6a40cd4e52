"""Reports: what runs show, as one HTML file that opens anywhere, and as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from results.errors import ResultError
from results.report.saving import check_free, save

if TYPE_CHECKING:
    from results.run import Run

MOST = 6
"""Runs that can be told apart in one chart."""
_MISSING = (
    "Reports are drawn with altair, vl-convert-python and jinja2, and {name} is not "
    "installed here. Install them with: python -m pip install altair vl-convert-python"
)


def write_report(
    runs: Sequence[Run],
    path: str | Path,
    *,
    title: str | None = None,
    charts: str | Path | None = None,
    replace: bool = False,
) -> list[Path]:
    """Write a report of one run, or of several against the first, the baseline.

    Parameters
    ----------
    runs : sequence of Run
        One to six, that can be compared with the first.
    path : str or Path
        The HTML file.
    title : str, optional
        Without it, that of the last run.
    charts : str or Path, optional
        A folder into which each chart goes as SVG and PNG, too.
    replace : bool
        Whether files of these names give way.

    Returns
    -------
    list of Path
        The files, the HTML first.

    Raises
    ------
    ResultError
        If runs cannot be compared, a place is taken, or what draws is not installed.
    """
    if not 1 <= len(runs) <= MOST:
        raise ResultError(
            f"a report has one to {MOST} runs, as more lines cannot be told apart; "
            f"got {len(runs)}"
        )
    check_free([Path(path)], replace=replace)
    files = _drawn(runs, title, Path(path), Path(charts) if charts else None)
    save(files, replace=replace)
    return list(files)


def _drawn(
    runs: Sequence[Run], title: str | None, path: Path, charts: Path | None
) -> dict[Path, bytes]:
    """Return the content of every file."""
    try:
        from results.report.building import build  # noqa: PLC0415 (optional packages)
        from results.report.charts.rendering import png, svg  # noqa: PLC0415
        from results.report.page import page  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ResultError(_MISSING.format(name=error.name)) from error
    report = build(runs, title)
    pictures = {chart.name: svg(chart) for chart in report.charts}
    files = {path: page(report, pictures).encode()}
    if charts is not None:
        for name, picture in pictures.items():
            files[charts / f"{name}.svg"] = picture.encode()
            files[charts / f"{name}.png"] = png(picture)
    return files
