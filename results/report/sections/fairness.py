"""Who waits longer than whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from results.measures.naming import Name
from results.report.against import gaps_of_runs
from results.report.charts.by_subject import Row, dots
from results.report.content import Chart, Section, Table
from results.report.monthly import PROVIDERS, bounded, by_group, of_providers
from results.report.study import Study
from results.report.tables import cell, explained, heads
from results.selection.people import recorded_dimensions
from results.statistics.estimates import Estimate, estimate
from results.words.numbers import with_interval

Groups = dict[str, dict[int, float]]
"""A measure of one subject, by group and replication."""
_SERVICES, _GROUPS, _ROWS = 3, 12, 20
"""Services that have a chart, groups that it shows, and rows of a table."""
WAIT, WITHIN = "wait, mean", "within, share"
"""The measures of which gaps are told."""
_NONE = (
    "No groups were recorded apart. With `record: {by: [...]}` in the scenario every "
    "measure is had by group."
)
_SAID = (
    "Recorded groups are compared where they use the same service. A gap is that "
    "between the two groups of a dimension that lie furthest apart in the first run; "
    "as they were picked for that, its interval is wider than that of one group alone."
)
_ALONE = "No service was used by more than one group."


class _Gap(NamedTuple):
    """Two groups, and by how much they differ in each run."""

    name: Name
    who: str
    """`most deprived against other`."""
    clear: bool
    """Whether chance is ruled out in the first run."""
    runs: tuple[Estimate | None, ...]

    @property
    def size(self) -> float:
        """How far apart they are in the first run."""
        return abs(self.runs[0].mean) if self.runs[0] else 0.0


def fairness_section(study: Study) -> Section:
    """Return the section on fairness.

    Parameters
    ----------
    study : Study
    """
    dimensions = recorded_dimensions(study.runs[0].labels)
    if not dimensions:
        return Section("fairness", "Fairness", (_NONE,))
    # Of parts of a block nothing is told, so nothing is asked.
    waits_asked = (f"{service}: {WAIT}" for service in study.services)
    gaps = gaps_of_runs(study.runs, dimensions, (*waits_asked, WITHIN))
    found = sorted(_worth_telling(study, [_Gap(*gap) for gap in gaps]), key=_weight)
    waits = [gap for gap in found if gap.name.kind in PROVIDERS]
    missed = [gap for gap in found if gap.name.kind == "standard"]
    tables = (
        _gaps(study, "Gaps in mean waits", waits),
        _gaps(study, "Gaps in standards, in percentage points", missed),
    )
    known = tuple(table for table in tables if table.rows)
    said = (_SAID if known else _ALONE,)
    charts = _charts(study, waits)
    return Section("fairness", "Fairness", said, charts, known, scaled=False)


def _worth_telling(study: Study, gaps: Sequence[_Gap]) -> Iterator[_Gap]:
    """Yield gaps that there are, between groups that come in every replication."""
    most = len(study.runs[0].replications)
    for gap in gaps:
        first = gap.runs[0]
        if first and first.n == most and any(v.mean for v in gap.runs if v):
            yield gap


def _weight(gap: _Gap) -> tuple[bool, float]:
    """Return how soon to tell a gap: what is clear first, then what is large."""
    return not gap.clear, -gap.size


def _charts(study: Study, waits: Sequence[_Gap]) -> tuple[Chart, ...]:
    """Return the waits by group at the services that matter most."""
    runs = [of_providers(run, "wait", "mean", by_group) for run in study.runs]
    largest: dict[str, _Gap] = {}
    for gap in sorted(waits, key=lambda gap: gap.size):
        largest[gap.name.subject] = gap
    shown = [largest[service] for service in study.ranked if service in largest]
    return tuple(
        _chart(study, place, gap, [run.get(gap.name.subject, {}) for run in runs])
        for place, gap in enumerate(shown[:_SERVICES], start=1)
    )


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
        explained(study, f"Mean wait at {gap.name.subject}, by group"),
        ("group", *heads(study, ["mean wait"])),
        tuple((r.name, *(cell(v, "days") for v in r.values.values())) for r in rows),
    )
    return Chart(
        f"fairness-{place}",
        f"Mean wait by group: {gap.name.subject}",
        f"Mean waits at {gap.name.subject}. {_told(study, gap)}",
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
    text = f"The gap between groups, {gap.who}, is {', '.join(gaps)}."
    return text if gap.clear else f"{text} That of {study.spoken[0]} may be chance."


def _gaps(study: Study, caption: str, gaps: Sequence[_Gap]) -> Table:
    """Return the gaps of all subjects."""
    unit = "days" if "waits" in caption else "share"
    body = tuple(
        (
            gap.name.subject,
            gap.who,
            *(cell(value, unit) for value in gap.runs),
        )
        for gap in gaps[:_ROWS]
    )
    if len(gaps) > _ROWS:
        caption += f", the first {_ROWS} of {len(gaps)}"
    columns = ("", "between", *heads(study, ["gap"]))
    return Table(explained(study, caption), columns, body, 2)
