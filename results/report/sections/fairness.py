"""Who waits longer than whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from results.labels import ALL
from results.report.charts.by_subject import Row, dots
from results.report.content import Chart, Section, Table
from results.report.monthly import bounded, by_group
from results.report.study import Study
from results.report.tables import cell, explained, heads
from results.statistics import Estimate, estimate, paired
from results.words import with_interval

Groups = dict[str, dict[int, float]]
"""A measure of one subject, by group and replication."""
_SERVICES, _GROUPS = 3, 12
"""How many services have a chart, and how many groups it shows."""
_NONE = (
    "No groups were recorded apart. With `record: {by: [...]}` in the scenario every "
    "measure is had by group."
)
_SAID = (
    "Recorded groups are compared where they use the same service. A gap is between "
    "the two groups that are furthest apart in the first run; as they were picked for "
    "that, it may look somewhat larger than it is."
)
_ALONE = "No service was used by more than one group in every replication."


class _Gap(NamedTuple):
    """Two groups, and by how much they differ in each run."""

    subject: str
    high: str
    low: str
    runs: tuple[Estimate | None, ...]


def fairness_section(study: Study) -> Section:
    """Return the section on fairness.

    Parameters
    ----------
    study : Study
    """
    if len(study.runs[0].labels.group_names) == 1:
        return Section("fairness", "Fairness", (_NONE,))
    waits = [by_group(run, "service", "wait", "mean") for run in study.runs]
    within = [by_group(run, "standard", "within", "share") for run in study.runs]
    gaps = [gap for s in study.ranked if (gap := _gap(s, waits))]
    missed = [gap for s in study.standards if (gap := _gap(s, within))]
    charts = tuple(
        _chart(study, place, gap, [run.get(gap.subject, {}) for run in waits])
        for place, gap in enumerate(gaps[:_SERVICES], start=1)
    )
    tables = (
        _gaps(study, "Gaps in mean waits", ("waits longest", "waits least"), gaps),
        _gaps(study, "Gaps in standards", ("most within", "fewest within"), missed),
    )
    known = tuple(table for table in tables if table.rows)
    said_first = (_SAID if known else _ALONE,)
    return Section("fairness", "Fairness", said_first, charts, known, scaled=False)


def _gap(subject: str, runs: Sequence[dict[str, Groups]]) -> _Gap | None:
    """Return the gap of a subject; None where there are not two groups to compare."""
    base = _everywhere(runs[0].get(subject, {}))
    means = {
        name: estimate(list(values.values())).mean for name, values in base.items()
    }
    if len(set(means.values())) < 2:
        return None
    high, low = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    gaps = (_between(run.get(subject, {}), low, high) for run in runs)
    return _Gap(subject, high, low, tuple(gaps))


def _everywhere(groups: Groups) -> Groups:
    """Return the groups that have a value in each replication, everybody left out."""
    most = max((len(values) for values in groups.values()), default=0)
    return {n: v for n, v in groups.items() if n != ALL and len(v) == most}


def _between(groups: Groups, low: str, high: str) -> Estimate | None:
    """Return by how much two groups differ, over the replications that have both."""
    x, y = groups.get(low, {}), groups.get(high, {})
    both = sorted(x.keys() & y.keys())
    return paired([x[n] for n in both], [y[n] for n in both]) if both else None


def _chart(study: Study, place: int, gap: _Gap, runs: Sequence[Groups]) -> Chart:
    """Return the mean waits of the groups at a service."""
    rows = [
        Row(
            name,
            {
                run: bounded(estimate(list(groups[name].values())), "mean")
                if name in groups
                else None
                for run, groups in zip(study.names, runs, strict=True)
            },
        )
        for name in _shown(study, runs)
    ]
    table = Table(
        explained(study, f"Mean wait at {gap.subject}, by group"),
        ("group", *heads(study, ["mean wait"])),
        tuple((r.name, *(cell(v, "days") for v in r.values.values())) for r in rows),
    )
    return Chart(
        f"fairness-{place}",
        f"Mean wait by group: {gap.subject}",
        f"Mean waits at {gap.subject}. {_told(study, gap)}",
        table,
        dots(rows, unit="days", axis="days, mean wait of the whole period"),
    )


def _shown(study: Study, runs: Sequence[Groups]) -> list[str]:
    """Return the groups in the scenario's order; of many, those that wait longest."""
    known = {name for groups in runs for name in groups}
    order = [name for name in study.runs[0].labels.group_names[1:] if name in known]

    def wait(name: str) -> float:
        found = (groups[name].values() for groups in runs if name in groups)
        return max(estimate(list(values)).mean for values in found)

    longest = set(sorted(order, key=wait, reverse=True)[:_GROUPS])
    return [name for name in order if name in longest]


def _told(study: Study, gap: _Gap) -> str:
    """Say a gap in each run, and whether it may be chance."""
    gaps = [
        f"{with_interval(value, 'days')} in {name}"
        for value, name in zip(gap.runs, study.spoken, strict=True)
        if value is not None
    ]
    text = (
        f"Between '{gap.high}', who wait longest in {study.spoken[0]}, and "
        f"'{gap.low}', who wait least, the gap is {', '.join(gaps)}."
    )
    interval = gap.runs[0].interval if gap.runs[0] else None
    if interval is None or interval[0] <= 0:
        text += f" That of {study.spoken[0]} may be chance."
    return text


def _gaps(
    study: Study, caption: str, ends: tuple[str, str], gaps: Sequence[_Gap]
) -> Table:
    """Return the gaps of all subjects."""
    unit = "days" if "waits" in caption else "share"
    body = tuple(
        (gap.subject, gap.high, gap.low, *(cell(v, unit) for v in gap.runs))
        for gap in gaps
    )
    columns = ("", *ends, *heads(study, ["gap" if unit == "days" else "gap, points"]))
    return Table(explained(study, caption), columns, body, 3)
