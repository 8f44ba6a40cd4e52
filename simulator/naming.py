"""The names of a scenario, as results keep them."""

from __future__ import annotations

from kernels.calendars import open_census, open_time
from kernels.layout import Model
from kernels.levels import states
from results.layout.labels import (
    EscalationLabel,
    GroupLabel,
    Labels,
    PaidLabel,
    PriceLabel,
    RulePriceLabel,
    ServiceLabel,
    StandardLabel,
    StepLabel,
    iso,
)
from scenarios.curves import steps
from scenarios.prices import monthly_prices, paid, rules_paid
from scenarios.scenario import Scenario, Standard
from scenarios.tables import event_names, group_names, recorded_names


def labels(scenario: Scenario, model: Model) -> Labels:
    """Return the names and sizes that the tallies of a model lack.

    Raises
    ------
    ValueError
        If a price differs between groups that are not recorded apart.
    """
    waits, rules = event_names(scenario)
    names = [name for name, _ in scenario.groups]
    kept = [name for name in names if name in scenario.record_by]
    months = [int(edge) for edge in model.months]
    return Labels(
        title=scenario.title,
        scenario=scenario.name,
        start=iso(model.start),
        end=iso(model.end),
        months=tuple(iso(int(edge)) for edge in model.months),
        services=tuple(
            ServiceLabel(s.name, s.kind, s.sector, s.home) for s in scenario.services
        ),
        pathways=tuple(p.name for p in scenario.pathways if not p.is_course),
        streams=tuple(s.name for s in scenario.streams),
        endings=("leave", *scenario.endings),
        clocks=tuple(c.name for c in scenario.clocks),
        pausing=tuple(c.name for c in scenario.clocks if c.pause),
        standards=tuple(_standard(scenario, s, months) for s in scenario.standards),
        groups=_groups(kept, recorded_names(scenario)),
        waits=tuple(waits),
        staying=tuple(bool(then < 0) for then in model.waits["then"]),
        rules=tuple(rules),
        escalations=tuple(
            EscalationLabel(rule.name, rule.to, int(row["adds"]))
            for rule, row in zip(scenario.escalation, model.escalations, strict=True)
        ),
        states=states(model) - len(model.escalations),
        machines=tuple(
            (service.name, int(machines))
            for service, machines in zip(
                scenario.services, model.services["machines"], strict=True
            )
            if machines
        ),
        blocking=bool(model.branches["keeps"].any()),
        helped=tuple(s.name for s in scenario.services if s.helped_by),
        missed=_missed(scenario),
        moving_back=tuple(
            service.name
            for service in scenario.services
            if any(help_.moves_back != "no" for help_ in service.helped_by)
        ),
        budgets=scenario.budgets,
        prices=_prices(scenario, model),
        paid=tuple(PaidLabel(*item) for item in paid(scenario, model)),
        rule_prices=tuple(
            RulePriceLabel(*item) for item in rules_paid(scenario, model)
        ),
        open_time=_table(open_time(model).tolist()),
        open_census=_table(open_census(model).tolist()),
        scale=scenario.scale.ratio,
        steps=tuple(StepLabel(s.service, s.pathway, s.name) for s in scenario.steps),
        everybody=_groups(names, group_names(scenario)),
    )


def _missed(scenario: Scenario) -> tuple[str, ...]:
    """Return the services without slots at which patients may miss a session."""
    at = {step.service for step in scenario.steps if step.absence is not None}
    rows = scenario.services
    return tuple(s.name for s in rows if s.name in at and s.kind != "slots")


def _groups(
    dimensions: list[str], groups: list[tuple[str, ...]]
) -> tuple[GroupLabel, ...]:
    """Return the labels of groups; everybody is one group without dimensions."""
    return tuple(
        GroupLabel(", ".join(g) or "all", tuple(zip(dimensions, g, strict=True)))
        for g in groups
    )


def _standard(
    scenario: Scenario, standard: Standard, months: list[int]
) -> StandardLabel:
    within = standard.within
    return StandardLabel(
        name=standard.name,
        clock=standard.clock,
        within=None if within is None else within.values[0],
        counts=standard.counts,
        target=tuple(
            (iso(since) if since > months[0] else None, value)
            for since, value in steps(scenario.period, standard.target, months)
        ),
        measure=standard.measure,
        percentile=standard.percentile,
        services=standard.services,
        cost_of=standard.cost_of,
    )


def _prices(scenario: Scenario, model: Model) -> tuple[PriceLabel, ...]:
    return tuple(
        PriceLabel(
            service.name, p.budget, p.per, monthly_prices(scenario, model, p), p.kind
        )
        for service in scenario.services
        for p in service.costs
    )


def _table(rows: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in rows)
