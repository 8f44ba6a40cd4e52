"""Single charts as files, drawn as those of a report are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from results.errors import ResultError
from results.report.content import Chart, Table
from results.report.saving import check_free, save

if TYPE_CHECKING:
    from results.statistics.estimates import Estimate
    from results.summary.recovery import Recovery

MISSING = (
    "Charts are drawn with altair and vl-convert-python, and {name} is not installed "
    "here. Install them with: python -m pip install altair vl-convert-python"
)
CERTAIN, PERHAPS, SAME = "certain", "may be chance", "exactly as before"
"""How sure a difference is."""
_NO_TABLE = Table("", (), ())


def recovery_picture(
    panels: Sequence[tuple[str, Sequence[tuple[str, Recovery]]]],
    path: Path,
    *,
    replace: bool,
) -> None:
    """Write by when standards are met again, as SVG or PNG.

    Parameters
    ----------
    panels : sequence of (str, sequence of (str, Recovery))
        The title of each, and its runs by name.
    path : Path
        Its ending says which.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.by_date import recovery_chart  # noqa: PLC0415

        return recovery_chart(panels)

    _write(drawing, path, replace=replace)


def effects_picture(
    rows: Sequence[tuple[str, Estimate, str]],
    path: Path,
    *,
    unit: str,
    axis: str,
    replace: bool,
) -> None:
    """Write differences with their intervals, as SVG or PNG.

    Parameters
    ----------
    rows : sequence of (str, Estimate, str)
        Name, difference, and how sure it is: `CERTAIN`, `PERHAPS` or `SAME`.
    path : Path
        Its ending says which.
    unit, axis : str
        Of the numbers, and what the axis says.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.effects import effects_chart  # noqa: PLC0415

        return effects_chart(rows, unit=unit, axis=axis)

    _write(drawing, path, replace=replace)


class Shaded(NamedTuple):
    """A difference by date, and the spells of a shock."""

    title: str
    axis: str
    """What the vertical axis says."""
    days: Sequence[date]
    values: Sequence[Estimate]
    spells: Sequence[tuple[date, date]]
    tolerance: float
    """Which difference is as good as none."""


def shocks_picture(panels: Sequence[Shaded], path: Path, *, replace: bool) -> None:
    """Write what shocks do by date, as SVG or PNG.

    Parameters
    ----------
    panels : sequence of Shaded
        One below the other.
    path : Path
        Its ending says which.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.shocks import shocks_chart  # noqa: PLC0415

        return shocks_chart(panels)

    _write(drawing, path, replace=replace)


def _write(drawing: Callable[[], Any], path: Path, *, replace: bool) -> None:
    """Write a drawing as a file."""
    check_free([path], replace=replace)
    try:
        from results.report.charts.rendering import png, svg  # noqa: PLC0415

        picture = svg(Chart(path.stem, "", "", _NO_TABLE, drawing()))
    except ModuleNotFoundError as error:
        raise ResultError(MISSING.format(name=error.name)) from error
    content = png(picture) if path.suffix == ".png" else picture.encode()
    save({path: content}, replace=replace)
