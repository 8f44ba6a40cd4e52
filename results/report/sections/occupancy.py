"""How busy the services are, and the beds that nobody may leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from results.report.charts.by_subject import dots, row_height
from results.report.content import Chart, Section, Table
from results.report.monthly import WHOLE, Months, mean_of
from results.report.sections.by_month import Shown, monthly_chart
from results.report.sections.by_subject import whole_row
from results.report.study import Study
from results.report.tables import at, cell, heads, largest, said, whole_table
from results.selection.measured import measured
from results.statistics.estimates import estimate
from results.summary.summary import BUSY

if TYPE_CHECKING:
    from results.run import Run
    from results.statistics.estimates import Estimate

_ALL = 40
"""How many pairs of services the table of blocked beds has."""
_TALL = 620
"""Height of a chart that fits on a page with what stands around it, in points."""
_SAID = (
    "Occupancy is the share of beds, places and staff time in use, and of appointments "
    "taken. Staff who finish their last patient after closing may be above 100%."
)
_UNLIMITED = "All services are unlimited, so none is ever full."
_NEVER_BLOCKED = "No bed or place is kept by anybody whose treatment has ended."


def occupancy_section(study: Study) -> Section:
    """Return the section on occupancy.

    Parameters
    ----------
    study : Study
    """
    found = _busy(study)
    services = [s for s in study.ranked if any(s in run for run in found)]
    if not services:
        return Section("occupancy", "Occupancy", (_UNLIMITED,))
    shown = [Shown(s, found, "share", "in use") for s in services[: study.panels]]
    charts = (
        busy_chart(study, "occupancy"),
        monthly_chart(
            study, "occupancy-by-month", "Occupancy by month", "Share in use:", shown
        ),
    )
    return Section("occupancy", "Occupancy", (_SAID,), charts, scaled=False)


def has_busy(study: Study) -> bool:
    """Return whether anything can be full.

    Parameters
    ----------
    study : Study
    """
    return any(_busy(study))


def busy_chart(study: Study, name: str, most: int | None = None) -> Chart:
    """Return how busy services are over the whole period.

    Parameters
    ----------
    study : Study
    name : str
        Of the chart's files.
    most : int, optional
        How many services it shows; without it, as many as fit on a page.
    """
    found = _busy(study)
    known = [s for s in study.ranked if any(at(run, s) for run in found)]
    services = known[: most or _TALL // row_height(len(study.runs))]
    services.sort(key=lambda s: -largest(found, s))
    rows = [whole_row(study, s, found) for s in services]
    more = len(known) - len(services)
    others = f" {more} further services stand in the table." if more else ""
    fullest = "; ".join(
        f"{row.name} {said(list(row.values.values())[-1], 'share')}" for row in rows[:3]
    )
    where = f" in {study.spoken[-1]}" if len(study.runs) > 1 else ""
    table = whole_table(
        study,
        "All services, the whole period",
        ("service", [s for s in study.services if s in known]),
        {"in use": (found, "share")},
    )
    return Chart(
        name,
        "How full services are",
        f"Share in use, whole period. The fullest{where}: {fullest}.{others}",
        table,
        dots(rows, unit="share", axis="in use, whole period"),
    )


def _busy(study: Study) -> tuple[Months, ...]:
    """Return how busy services are, each by the measure of its kind."""
    by_measure = [study.of_services(*measure) for measure in _measures()]
    return tuple(
        {subject: v for found in by_measure for subject, v in found[place].items()}
        for place in range(len(study.runs))
    )


def _measures() -> list[tuple[str, str]]:
    """Return the measures of how busy a service is, each once."""
    return list(dict.fromkeys(BUSY.values()))


def blocked_section(study: Study) -> Section:
    """Return the section on beds that are kept after the end of treatment.

    Parameters
    ----------
    study : Study
    """
    found = study.of_services("delayed", "mean")
    most = {s: largest(found, s) for s in study.services}
    services = sorted((s for s in most if most[s] > 0), key=lambda s: -most[s])
    if not services:
        return Section("blocked", "Beds blocked", (_NEVER_BLOCKED,))
    intro = (
        "Beds and places that patients keep after their treatment has ended, as they "
        "wait for the next service or for the hour of discharge; on average over time."
    )
    chart = monthly_chart(
        study,
        "blocked",
        "Beds and places kept after the end of treatment",
        "How many are kept, on average:",
        [Shown(s, found, "places", "beds or places") for s in services[: study.panels]],
    )
    columns = {
        "kept after treatment": (found, "places"),
        "of that, until the next service calls in": study.column(
            "service", "blocked", "mean"
        ),
        "length of stay": study.column("service", "length of stay", "mean"),
    }
    table = whole_table(
        study, "The whole period, on average", ("service", services), columns
    )
    waited = _waited_for(study)
    tables = (table, waited) if waited.rows else (table,)
    return Section("blocked", "Beds blocked", (intro,), (chart,), tables)


def _waited_for(study: Study) -> Table:
    """Return which services kept beds waited for, in bed-days."""
    runs = [_days_waited_for(run) for run in study.runs]
    pairs = list(dict.fromkeys(pair for run in runs for pair in run))
    pairs.sort(key=lambda pair: -max(mean_of(run.get(pair)) for run in runs))
    body = [
        (
            f"{kept}, for {wanted}",
            *(cell(run.get((kept, wanted)), "unit-days") for run in runs),
        )
        for kept, wanted in pairs[:_ALL]
    ]
    columns = heads(study, ["unit-days"])
    caption = "Which beds are kept, and for which service, over the whole period"
    return Table(caption, ("kept at", *columns), tuple(body))


def _days_waited_for(run: Run) -> Mapping[tuple[str, str], Estimate]:
    """Return bed-days kept, by the service that keeps and that which is waited for."""
    table = measured(
        run, kind="service", statistic="total", group="all", period=WHOLE
    ).to_pydict()
    days: dict[tuple[str, str], list[float]] = {}
    for subject, measure, value in zip(
        *(table[c] for c in ("subject", "measure", "value")), strict=True
    ):
        if measure.startswith("blocked ("):
            wanted = measure.removeprefix("blocked (").removesuffix(")")
            days.setdefault((subject, wanted), []).append(value)
    return {pair: estimate(values) for pair, values in days.items() if any(values)}
