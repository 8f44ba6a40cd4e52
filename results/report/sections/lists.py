"""Who waits, month by month, and for how long they have waited so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.report.charts import palette
from results.report.charts.by_month import Parts, Stack, side_by_side, stacks_by_month
from results.report.content import Chart, Section, Table
from results.report.monthly import WHOLE, Months
from results.report.sections.by_month import Shown, drawn_months, monthly_chart
from results.report.study import Study
from results.report.tables import heads, whole_table
from results.selection.text_columns import rows
from results.words.numbers import number

if TYPE_CHECKING:
    from results.run import Run
    from results.statistics.estimates import Estimate

Floats = NDArray[np.float64]

AGES: dict[str, float] = {
    "under 1 day": 1.0,
    "1 to 7 days": 7.0,
    "1 to 6 weeks": 42.0,
    "6 to 18 weeks": 126.0,
    "18 to 52 weeks": 364.0,
    "over 52 weeks": np.inf,
}
"""Bands of ages, and where each ends, in days."""
_STACKS, _PANELS = 4, 12
"""Of how many services the ages are drawn, and how many small charts that makes."""
_SAID = (
    "Lists and ages are those just before each month's end. Whoever waits still has no "
    "waiting time yet: the age of a list says how long those on it have waited so far."
)


def lists_section(study: Study) -> Section:
    """Return the section on waiting lists.

    Parameters
    ----------
    study : Study
    """
    waits = {
        head: (tuple(_fair(study, study.of_services("wait", statistic))), "days")
        for head, statistic in (
            ("mean wait", "mean"),
            ("half wait less than", "median"),
            ("nine in ten wait less than", "90th percentile"),
        )
    }
    others = {
        "in line at the end": study.column("service", "list at the end", "number"),
        "mean age of the list": study.column("service", "age of the list", "mean"),
        "left unseen": study.column("service", "left unseen", "share"),
        "turned away": study.column("service", "turned away", "share"),
    }
    subjects = "service", study.services
    tables = (
        whole_table(
            study, f"Waits of those who were seen{_last(study)}", subjects, waits
        ),
        whole_table(study, "Those who wait, and those who left", subjects, others),
    )
    charts = (lists_chart(study, "lists", study.panels), *_ages_chart(study))
    return Section("lists", "Waiting lists", (_SAID,), charts, tables)


def _fair(study: Study, runs: Sequence[Months]) -> Iterator[Months]:
    """Yield waits over the whole, or in the last month where the list still grows."""
    for found, summary in zip(runs, study.summaries, strict=True):
        growing = {row.service: row.last for row in summary.services if row.last}
        yield {
            subject: _at_last(periods, growing.get(subject))
            for subject, periods in found.items()
        }


def _at_last(
    periods: Mapping[str, Estimate], last: str | None
) -> Mapping[str, Estimate]:
    """Return values by period, the last month's standing for the whole."""
    if last is None:
        return periods
    others = {period: v for period, v in periods.items() if period != WHOLE}
    return {**others, WHOLE: others[last]} if last in others else others


def _last(study: Study) -> str:
    """Say of which services the waits are those of the last month."""
    rows = (row for summary in study.summaries for row in summary.services)
    names = dict.fromkeys(row.service for row in rows if row.last)
    if not names:
        return ""
    return f"; in the last month where the list still grows: {', '.join(names)}"


def lists_chart(study: Study, name: str, most: int) -> Chart:
    """Return the lists of the services that matter most.

    Parameters
    ----------
    study : Study
    name : str
        Of the chart's files.
    most : int
        Services that are shown.
    """
    found = study.of_services("list at the end", "number")
    return monthly_chart(
        study,
        name,
        "Waiting lists at the months' ends",
        "How many wait:",
        [Shown(s, found, "patients", study.patients) for s in study.ranked[:most]],
    )


def _ages_chart(study: Study) -> list[Chart]:
    """Return the lists by age; nothing, where nobody ever waits at a month's end."""
    most = min(_STACKS, max(1, _PANELS // len(study.runs)))
    ages = [ages_of_lists(run, study.ranked[:most]) for run in study.runs]
    services = [s for s in study.ranked[:most] if any(run[s].any() for run in ages)]
    if not services:
        return []
    tallest = {
        s: max(float(run[s].sum(axis=1).max()) for run in ages) for s in services
    }
    parts = _parts([run[s] for run in ages for s in services])
    shown = drawn_months(study)
    stacks = [
        Stack(
            s,
            name if len(ages) > 1 else "",
            study.patients,
            run[s][shown][:, parts].tolist(),
            tallest[s],
        )
        for s in services
        for run, name in zip(ages, study.names, strict=True)
    ]
    names = [list(AGES)[part] for part in parts]
    columns = side_by_side(len(ages))
    colours = palette.AGES[: len(names)] if len(names) > 1 else palette.AGES[3:4]
    bars = Parts(names, colours, "at the end of", "waiting")
    drawing = stacks_by_month(stacks, [study.months[at] for at in shown], bars, columns)
    return [
        Chart(
            "ages",
            "Waiting lists by age",
            _ages_sentence(study, services, ages),
            _ages_table(study, services, ages),
            drawing,
        )
    ]


def _parts(tables: Sequence[Floats]) -> list[int]:
    """Return the bands between the first and the last that hold anybody."""
    some = np.flatnonzero(sum(table.sum(axis=0) for table in tables))
    return list(range(int(some[0]), int(some[-1]) + 1))


def ages_of_lists(run: Run, services: Sequence[str]) -> dict[str, Floats]:
    """Return how many wait at each month's end, by age, on average over replications.

    Parameters
    ----------
    run : Run
    services : sequence of str

    Returns
    -------
    dict of str to ndarray of float, shape (months, ages)
        A bucket of waits that lies across the edge of a band is shared out.
    """
    table = run.once("lists by age", _listed)
    periods = {name: at for at, name in enumerate(run.labels.period_names[:-1])}
    shape = len(periods), len(AGES)
    parts = {provider.name: provider.services for provider in run.labels.providers}
    found = {}
    for service in services:
        cells = np.zeros(shape)
        own = pa.concat_tables(
            [rows(table, kind="service", subject=name) for name in parts[service]]
        )
        months = np.array(
            [periods[str(p)] for p in own["period"].to_pylist()], np.int64
        )
        lower, upper, count = (
            np.asarray(own[name].to_numpy(), np.float64)
            for name in ("lower", "upper", "count")
        )
        for band, share in enumerate(_shares(lower, upper)):
            np.add.at(cells[:, band], months, share * count)
        found[service] = cells / len(run.replications)
    return found


def _listed(run: Run) -> pa.Table:
    """Return the buckets of those in line."""
    parts = run.waits_by_replication()
    return pa.concat_tables([rows(part, wait="in line") for part in parts])


def _shares(lower: Floats, upper: Floats) -> list[Floats]:
    """Return which share of each bucket lies in each band."""
    width = np.where(upper > lower, upper - lower, 1.0)
    edges = [
        np.full(len(lower), -np.inf),
        *(np.full(len(lower), e) for e in AGES.values()),
    ]
    below = [
        np.where(lower < edge, np.clip((edge - lower) / width, 0, 1), 0.0)
        for edge in edges
    ]
    return [after - before for before, after in pairwise(below)]


def _ages_sentence(
    study: Study, services: Sequence[str], ages: Sequence[dict[str, Floats]]
) -> str:
    """Say how many have waited longest at the end."""
    told = []
    for service in services[:2]:
        last = [run[service][-1] for run in ages]
        band = max(int(np.flatnonzero(x)[-1]) if x.any() else 0 for x in last)
        texts = [
            f"{number(float(x[band]), 0)} of {number(float(x.sum()), 0)}"
            + (f" in {name}" if len(ages) > 1 else "")
            for x, name in zip(last, study.spoken, strict=True)
        ]
        told.append(f"of {service}, {' and '.join(texts)} {list(AGES)[band]}")
    return (
        "How long those on the list have waited so far, at each month's end. At the "
        f"end of {study.months[-1]:%B %Y} have waited: {'; '.join(told)}."
    )


def _ages_table(
    study: Study, services: Sequence[str], ages: Sequence[dict[str, Floats]]
) -> Table:
    """Return the last list of each service by age."""
    columns = heads(study, list(AGES))
    body = [
        (
            service,
            *(
                number(float(run[service][-1, band]), 1)
                for band in range(len(AGES))
                for run in ages
            ),
        )
        for service in services
    ]
    caption = f"Those in line at the end of {study.months[-1]:%B %Y}, by age"
    return Table(caption, ("service", *columns), tuple(body))
