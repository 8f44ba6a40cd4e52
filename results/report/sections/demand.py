"""How many come, and for how many there is room, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from results.report.content import Chart, Section
from results.report.monthly import Months, by_month, of_providers
from results.report.sections.by_month import Shown, monthly_chart
from results.report.study import Study
from results.report.tables import at, whole_table
from results.statistics.estimates import Estimate

if TYPE_CHECKING:
    from results.run import Run

_SAID = (
    "Demand is how many join the waiting line a day. Capacity is how many a day could "
    "be seen: the appointments offered; or the beds, places and staff there are, "
    "divided by the time that a visit takes one of them up, delays included, on "
    "average over the whole period of the first run. Where demand stays above "
    "capacity, the list grows."
)


def demand_section(study: Study) -> Section:
    """Return the section on demand and capacity.

    Parameters
    ----------
    study : Study
    """
    started = study.of_services("starts", "number")
    seen = tuple(
        _a_day(run, found) for run, found in zip(study.runs, started, strict=True)
    )
    columns = {
        "joining a day": study.column("service", "arrivals", "per day"),
        "seen a day": (seen, "visits"),
        "capacity a day": (_room(study), "visits"),
    }
    table = whole_table(
        study, "All services, the whole period", ("service", study.services), columns
    )
    chart = demand_chart(study, "demand", study.panels)
    return Section("demand", "Demand and capacity", (_SAID,), (chart,), (table,))


def demand_chart(study: Study, name: str, most: int) -> Chart:
    """Return demand and capacity of the services that matter most.

    Parameters
    ----------
    study : Study
    name : str
        Of the chart's files.
    most : int
        Services that are shown.
    """
    joined, room = study.of_services("arrivals", "per day"), _room(study)
    return monthly_chart(
        study,
        name,
        "Demand and capacity by month",
        "Those who join the waiting line a day, and how many there is room for:",
        [
            Shown(service, joined, "visits", "joining a day", room, "Capacity")
            for service in study.ranked[:most]
        ],
    )


def _room(study: Study) -> tuple[Months, ...]:
    return tuple(_capacity(run, study.runs[0]) for run in study.runs)


def _a_day(run: Run, found: Months) -> Months:
    """Return numbers divided by the days of their periods."""
    days = dict(zip(run.labels.period_names, run.labels.days, strict=True))
    return {
        subject: {period: _times(v, 1 / days[period]) for period, v in periods.items()}
        for subject, periods in found.items()
    }


def _times(value: Estimate, factor: float) -> Estimate:
    """Return an estimate in another unit."""

    def scaled(number: float | None) -> float | None:
        return None if number is None else number * factor

    ends = scaled(value.low), scaled(value.high), scaled(value.standard_error)
    return Estimate(value.mean * factor, *ends, value.n)


def _capacity(run: Run, base: Run) -> Months:
    """Return for how many visits a day there is room, by service and period."""
    offered = _a_day(run, of_providers(run, "slots", "offered", by_month))
    opened = of_providers(run, "capacity", "mean", by_month)
    seen = _a_day(base, of_providers(base, "starts", "number", by_month))
    taken = of_providers(base, "in use", "mean", by_month)
    found = dict(offered)
    for name in opened:
        visits = _visits_a_unit(name, seen, taken)
        if visits:
            found[name] = {
                period: _times(value, visits) for period, value in opened[name].items()
            }
    return found


def _visits_a_unit(service: str, seen: Months, taken: Months) -> float:
    """Return how many visits a day each unit in use saw over the whole period."""
    visits, units = (at(found, service) for found in (seen, taken))
    return visits.mean / units.mean if visits and units and units.mean else 0.0
