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


Values = Sequence["Estimate | None"]
"""One for each month; None: nobody was there to look at."""


class ByMonth(NamedTuple):
    """A measure by month, beside its limit."""

    title: str
    unit: str
    axis: str
    lines: Sequence[tuple[str, Values]]
    """By name."""
    limit: tuple[str, Values]


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


class Panel(NamedTuple):
    """What is drawn of the spread of one measure."""

    title: str
    unit: str
    """In which its numbers are."""
    mean: float
    bands: Sequence[tuple[float, float]]
    """Ends of that of half of all cases, and of that of 95 of 100."""
    shares: Sequence[tuple[str, float, float]]
    """Of each input: its part of all variance alone, and further with others."""
    luck: float
    """Part of all variance."""


def spread_picture(panels: Sequence[Panel], path: Path, *, replace: bool) -> None:
    """Write bands and shares of measures, as SVG or PNG.

    Parameters
    ----------
    panels : sequence of Panel
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
        from results.report.charts.spreads import spread_chart  # noqa: PLC0415

        return spread_chart(panels)

    _write(drawing, path, replace=replace)


class TornadoRow(NamedTuple):
    """One input at one of its ends."""

    name: str
    value: str
    """As it would be written."""
    end: str
    """`low` or `high`."""
    change: Estimate


def tornado_picture(
    rows: Sequence[TornadoRow], path: Path, *, axis: str, replace: bool
) -> None:
    """Write what each input does at its ends, as SVG or PNG.

    Parameters
    ----------
    rows : sequence of TornadoRow
        Both ends of each input, the longest bar first.
    path : Path
        Its ending says which.
    axis : str
        What the axis says.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.moved import tornado_chart  # noqa: PLC0415

        return tornado_chart(rows, axis)

    _write(drawing, path, replace=replace)


class Dot(NamedTuple):
    """One input that was screened."""

    name: str
    size: Estimate
    """The mean size of its effects."""
    varies: float
    """Their standard deviation."""
    shows: bool
    """Whether it is told from luck."""


def screening_picture(
    dots: Sequence[Dot], path: Path, *, measure: str, unit: str, replace: bool
) -> None:
    """Write what screening says of each input, as SVG or PNG.

    Parameters
    ----------
    dots : sequence of Dot
        The largest first.
    path : Path
        Its ending says which.
    measure, unit : str
        Whose change is told, and in what.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.moved import screening_chart  # noqa: PLC0415

        return screening_chart(dots, measure, unit)

    _write(drawing, path, replace=replace)


def by_month_picture(
    panels: Sequence[ByMonth], months: Sequence[date], path: Path, *, replace: bool
) -> None:
    """Write small charts by month, as SVG or PNG.

    Parameters
    ----------
    panels : sequence of ByMonth
    months : sequence of date
        First days, one for each value.
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
        from results.report.charts.by_month import (  # noqa: PLC0415
            Line,
            Panel,
            lines_by_month,
        )

        drawn = [
            Panel(
                one.title,
                one.unit,
                one.axis,
                [Line(name, v, run) for run, (name, v) in enumerate(one.lines)],
                [Line(*one.limit)],
            )
            for one in panels
        ]
        return lines_by_month(drawn, months)

    _write(drawing, path, replace=replace)


def plans_picture(
    rows: Sequence[tuple[str, Estimate, bool]],
    path: Path,
    *,
    limit: float | None,
    axis: str,
    replace: bool,
) -> None:
    """Write what was found of plans, as SVG or PNG.

    Parameters
    ----------
    rows : sequence of (str, Estimate, bool)
        Name, a share, and whether the plan holds.
    path : Path
        Its ending says which.
    limit : float or None
        The share that was asked for.
    axis : str
        What the horizontal axis says.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """

    def drawing() -> Any:
        from results.report.charts.plans import plans_chart  # noqa: PLC0415

        return plans_chart(rows, limit=limit, axis=axis)

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
