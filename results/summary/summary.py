"""What a planner asks first of a run: one row for each service, standard and budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from results.layout.labels import Provider, StandardLabel
from results.measures.naming import CAUSES, Name
from results.selection.figures import Figures, figures
from results.statistics.estimates import Estimate, estimate
from results.statistics.growth import Growth, growing
from results.statistics.settling import Unsettled, unsettled
from results.statistics.settling import sentences as settling_sentences
from results.summary.breaches import breach_name, breach_sentence
from results.words.numbers import amount, with_interval

if TYPE_CHECKING:
    from results.run import Run

BUSY = {
    "staff": ("utilisation", "of rostered time"),
    "beds": ("occupancy", "mean"),
    "caseload": ("occupancy", "mean"),
    "slots": ("slots", "share used"),
}
"""How busy each kind of service is, as a measure; unlimited ones never are."""


UNITS = {
    "share": "share",
    "percentile": "days",
    "mean": "days",
    "occupancy": "share",
    "patients": "patients",
}
"""The unit of what each sort of standard promises."""
TARGETS = {
    "share": "share",
    "percentile": "time",
    "mean": "time",
    "occupancy": "share",
    "patients": "patients",
}
"""The statistic under which the target of each sort stands."""

_BUSY_WORDS = {
    "staff": "of rostered time worked",
    "beds": "of beds occupied",
    "caseload": "of places taken",
    "slots": "of slots used",
}


@dataclass(frozen=True)
class ServiceRow:
    """A service; of what is one per place, all places together.

    None: there is no such measure, or nothing to take it from.
    """

    service: str
    kind: str
    sector: str | None
    arrivals_per_day: Estimate | None
    wait_mean: Estimate | None
    """Days, as are the two below; of those whose treatment started."""
    wait_median: Estimate | None
    wait_90th: Estimate | None
    list_at_end: Estimate | None
    in_use: Estimate | None
    busy: Estimate | None
    """Share; of what, says `busy_measure`."""
    busy_measure: str
    """`utilisation, of rostered time`, `occupancy, mean` or `slots, share used`."""
    left_unseen: Estimate | None
    """Share, as are the two below."""
    turned_away: Estimate | None
    did_not_attend: Estimate | None
    last: str | None = None
    """The last month, where the list still grows: an average over the period would say
    little, so the wait's mean, median and percentile are those of this month."""


@dataclass(frozen=True)
class StandardRow:
    """A standard."""

    standard: str
    measure: str
    """`share`, `percentile` or `mean` of a clock; `occupancy` or `patients`."""
    clock: str | None
    within: float | None
    """Days; of a share."""
    counts: str | None
    percentile: int | None
    share: Estimate | None
    """Of those counted, within the time: of a share or a percentile."""
    achieved: Estimate | None
    """What is to reach the target: a share, days, an occupancy, or patients."""
    target: float | None
    """None where it changes within the period."""
    months_met: Estimate | None
    """Share of months."""
    causes: Mapping[str, Estimate]
    """Of all the time of those not within, the share put down to each cause; empty
    where there were none."""

    @property
    def why(self) -> str:
        """To what the time of those not within is put down; empty where none were."""
        return breach_sentence(self.causes)

    @property
    def unit(self) -> str:
        """The unit of what is achieved and promised."""
        return UNITS[self.measure]

    @property
    def promised(self) -> str:
        """The target in words; empty where it changes."""
        if self.target is None:
            return ""
        least = "" if self.measure == "share" else "at most "
        return least + amount(self.target, self.unit)


@dataclass(frozen=True)
class BudgetRow:
    """A budget."""

    budget: str
    spending: Estimate | None
    """Pounds."""


@dataclass(frozen=True)
class Summary:
    """A run at a glance, for one group and period."""

    title: str
    group: str
    period: str
    replications: int
    scale: float
    services: tuple[ServiceRow, ...]
    standards: tuple[StandardRow, ...]
    budgets: tuple[BudgetRow, ...]
    growing: tuple[str, ...] = ()
    """Services whose list still grows at the end of the period."""
    filling: tuple[str, ...] = ()
    """Services whose list does not, but that still fill."""
    partial: str | None = None
    """What to say of a run that lacks replications; None if it is complete."""
    unsettled: tuple[Unsettled, ...] = ()
    """Others that are not steady over the whole period."""

    def sentences(self) -> list[str]:
        """Return the summary in plain words, one sentence for each row."""
        return [
            _opening(self),
            *(_service_sentence(row) for row in self.services),
            *self.warnings(),
            *(_standard_sentence(row) for row in self.standards if row.achieved),
            *(
                f"{r.budget}: spends {_said(r.spending, 'pounds')}."
                for r in self.budgets
            ),
        ]

    def warnings(self) -> list[str]:
        """Return what forbids to trust averages over the period."""
        return [
            *filter(None, [self.partial]),
            *Growth(self.growing, self.filling).sentences(),
            *settling_sentences(self.unsettled),
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as plain maps, lists, texts and numbers."""
        plain = asdict(self)
        return {**plain, "unsettled": [one._asdict() for one in self.unsettled]}


def summary(run: Run, group: str = "all", period: str = "whole") -> Summary:
    """Return a run at a glance, with 95% intervals over replications.

    Parameters
    ----------
    run : Run
    group : str
        A recorded group, or `all`.
    period : str
        A month such as `2022-04`, or `whole`.

    Raises
    ------
    ResultError
        If the run has no such group or period.
    """
    values = figures(run, group, period)
    labels = run.labels
    grows = growing(run)
    services = [_service(values, provider) for provider in labels.providers]
    if period == "whole" and grows.lists:
        last = labels.period_names[-2]
        at_last = figures(run, group, last)
        services = [
            _at_last(row, provider.kind, at_last, last)
            if set(provider.services).intersection(grows.lists)
            else row
            for row, provider in zip(services, labels.providers, strict=True)
        ]
    return Summary(
        title=labels.title,
        group=group,
        period=period,
        replications=len(run.replications),
        scale=labels.scale,
        services=tuple(services),
        standards=tuple(_standard(values, standard) for standard in labels.standards),
        budgets=tuple(_budget(values, budget) for budget in labels.budgets),
        growing=labels.shortened(grows.lists),
        filling=labels.shortened(grows.filling),
        unsettled=tuple(one for one in unsettled(run) if one.service not in grows.all),
        partial=run.partial,
    )


def _mean(values: Figures, name: Name) -> Estimate | None:
    """Return the estimate of a measure over the replications that have it."""
    found = values.get(name)
    return estimate(list(found.values())) if found else None


def _service(values: Figures, provider: Provider) -> ServiceRow:
    """Return the row of a service, or of all places together."""

    def of(measure: str, statistic: str) -> Estimate | None:
        return _mean(values, Name(provider.kind, provider.name, measure, statistic))

    busy = BUSY.get(provider.service_kind)
    return ServiceRow(
        service=provider.name,
        kind=provider.service_kind,
        sector=provider.sector,
        arrivals_per_day=of("arrivals", "per day"),
        wait_mean=of("wait", "mean"),
        wait_median=of("wait", "median"),
        wait_90th=of("wait", "90th percentile"),
        list_at_end=of("list at the end", "number"),
        in_use=of("in use", "mean"),
        busy=of(*busy) if busy else None,
        busy_measure=", ".join(busy or ()),
        left_unseen=of("left unseen", "share"),
        turned_away=of("turned away", "share"),
        did_not_attend=of("did not attend", "share"),
    )


def _at_last(row: ServiceRow, kind: str, values: Figures, last: str) -> ServiceRow:
    """Return the row of a service whose waits are those of the last month."""

    def of(statistic: str) -> Estimate | None:
        return _mean(values, Name(kind, row.service, "wait", statistic))

    return replace(
        row,
        wait_mean=of("mean"),
        wait_median=of("median"),
        wait_90th=of("90th percentile"),
        last=last,
    )


def _standard(values: Figures, standard: StandardLabel) -> StandardRow:
    """Return the row of a standard."""

    def of(measure: str, statistic: str) -> Estimate | None:
        return _mean(values, Name("standard", standard.name, measure, statistic))

    share = of("within", "share")
    is_share = standard.measure == "share"
    target = of("target", TARGETS[standard.measure])
    return StandardRow(
        standard=standard.name,
        measure=standard.measure,
        clock=standard.clock,
        within=standard.within,
        counts=standard.counts,
        percentile=standard.percentile,
        share=share,
        achieved=share if is_share else of("achieved", standard.measure),
        target=target.mean if target else None,
        months_met=of("met", "share of months"),
        causes={
            cause: share
            for cause in CAUSES
            if (share := of(breach_name(cause), "share")) is not None
        },
    )


def _budget(values: Figures, budget: str) -> BudgetRow:
    """Return the row of a budget."""
    return BudgetRow(budget, _mean(values, Name("budget", budget, "spending", "total")))


def _opening(whole: Summary) -> str:
    """Say what was simulated, and what the brackets hold."""
    times = f"{whole.replications} replications; 95% intervals in brackets"
    if whole.replications == 1:
        times = "one replication, so nothing is said of how sure the numbers are"
    scale = ""
    if whole.scale < 1:
        scale = f" One simulated patient stands for {1 / whole.scale:g}."
    return f"{whole.title}: {times}.{scale}"


def _said(value: Estimate | None, unit: str) -> str:
    """Say an estimate, if there is one."""
    return "nothing" if value is None else with_interval(value, unit)


def _service_sentence(row: ServiceRow) -> str:
    """Say the row of a service."""
    return f"{row.service}: " + "; ".join(_service_parts(row)) + "."


def _service_parts(row: ServiceRow) -> Iterator[str]:
    """Say what is to be said of a service."""
    if row.arrivals_per_day is None or not row.arrivals_per_day.mean:
        yield "nobody comes"
        return
    yield f"{_said(row.arrivals_per_day, 'visits')} a day"
    when = "" if row.last is None else f" in {row.last}, and rising"
    if row.wait_mean:
        yield f"mean wait {_said(row.wait_mean, 'days')}{when}"
    if row.wait_90th:
        yield f"nine in ten wait less than {_said(row.wait_90th, 'days')}"
    if row.list_at_end:
        yield f"{_said(row.list_at_end, 'patients')} in line at the end"
    if row.busy:
        yield f"{_said(row.busy, 'share')} {_BUSY_WORDS[row.kind]}"
    for share, what in (
        (row.left_unseen, "leave unseen"),
        (row.turned_away, "are turned away"),
        (row.did_not_attend, "do not attend"),
    ):
        if share and share.mean:
            yield f"{_said(share, 'share')} {what}"


def _standard_sentence(row: StandardRow) -> str:
    """Say the row of a standard."""
    achieved = _said(row.achieved, row.unit)
    said = {
        "share": f"{achieved} within {amount(row.within or 0.0, 'days')}",
        "percentile": f"{row.percentile}% within {achieved}",
        "mean": f"{achieved} on average",
        "occupancy": f"{achieved} occupied",
        "patients": f"{achieved} on average",
    }[row.measure]
    promised = f", {row.promised} promised" if row.target is not None else ""
    return f"{row.standard}: {said}{promised}. {row.why}".strip()
