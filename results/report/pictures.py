"""Single charts as files, drawn as those of a report are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from results.errors import ResultError
from results.report.content import Chart, Specification, Table
from results.report.saving import check_free, save

if TYPE_CHECKING:
    from results.statistics.estimates import Estimate

MISSING = (
    "Charts are drawn with altair and vl-convert-python, and {name} is not installed "
    "here. Install them with: python -m pip install altair vl-convert-python"
)
CERTAIN, PERHAPS, SAME = "certain", "may be chance", "exactly as before"
"""How sure a difference is."""
ENDINGS = (".svg", ".png")
_NO_TABLE = Table("", (), ())


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


class TornadoRow(NamedTuple):
    """One input at one of its ends."""

    name: str
    value: str
    """As it would be written."""
    end: str
    """`low` or `high`."""
    change: Estimate


class Dot(NamedTuple):
    """One input that was screened."""

    name: str
    size: Estimate
    """The mean size of its effects."""
    varies: float
    """Their standard deviation."""
    shows: bool
    """Whether it is told from luck."""


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


def wrong_chart(path: Path | None) -> list[str]:
    """Say why a chart cannot be drawn as a file of that name.

    Parameters
    ----------
    path : Path or None
        None: no chart is asked for.
    """
    if path is None or path.suffix in ENDINGS:
        return []
    return [f"--chart '{path}': name a .svg or a .png file."]


def picture(drawing: Callable[[], Specification], path: Path, *, replace: bool) -> None:
    """Write one chart, as SVG or PNG.

    Parameters
    ----------
    drawing : callable
        Returns the chart; it imports what draws, which may not be installed.
    path : Path
        Its ending says which.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken, or what draws is not installed.
    """
    check_free([path], replace=replace)
    try:
        from results.report.charts.rendering import png, svg  # noqa: PLC0415

        drawn = svg(Chart(path.stem, "", "", _NO_TABLE, drawing()))
    except ModuleNotFoundError as error:
        raise ResultError(MISSING.format(name=error.name)) from error
    content = png(drawn) if path.suffix == ".png" else drawn.encode()
    save({path: content}, replace=replace)
