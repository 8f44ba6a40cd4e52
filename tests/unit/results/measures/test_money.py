"""Money by budget holder, worked out by hand; totals reconcile."""

import pytest

from results.layout.labels import (
    EscalationLabel,
    GroupLabel,
    Labels,
    PaidLabel,
    PriceLabel,
    RulePriceLabel,
    ServiceLabel,
)
from results.measures.table import measures_table, shown
from tests.unit.results.small import (
    clock,
    labels,
    model,
    spell,
    standard,
    tally,
    value,
    visit,
)

MONTHS = (0, 27, 58)  # 3 February to 1 March, to 1 April
FEBRUARY, MARCH = "2000-02", "2000-03"
PLACES = (
    GroupLabel("Leeds", (("place", "Leeds"),)),
    GroupLabel("York", (("place", "York"),)),
)
USE = PriceLabel("beds", "NHS", "day", ((10.0, 10.0), (20.0, 20.0)))
AREA = PriceLabel("beds", "councils", "day", ((0.0, 5.0), (0.0, 6.0)), "out of area")
CAPACITY = PaidLabel("beds", "NHS", "capacity", "unit", (52.0, 62.0), (100.0, 110.0))
AGENCY = PaidLabel("staff", "NHS", "agency", "slot", (3.0, 4.0), (7.0, 7.0))
VISITS = [
    visit(21, 25, 30, service=1, group=0),  # 2 days in February, 3 in March
    visit(21, 26, 30, service=1, group=1),  # 1 day in February, 3 in March
]


def _names(**parts):
    names = labels(
        months=MONTHS,
        kinds=("staff", "beds"),
        budgets=("NHS", "councils"),
        prices=(USE, AREA),
        paid=(CAPACITY, AGENCY),
        groups=PLACES,
        **parts,
    )
    services = (
        ServiceLabel("staff", "staff"),
        ServiceLabel("beds", "beds", None, ("place", "Leeds")),
    )
    plain = {**names.as_dict(), "services": [vars(s) for s in services]}
    return Labels.from_dict(plain)


def _table(visits=VISITS, names=None, **of):
    names = names or _names()
    clocks = of.pop("clocks", ())
    made = model(months=MONTHS, kinds=("staff", "beds"), recorded=(0, 1), **of)
    tallies = tally(made, visits, clocks)
    return measures_table(names, 1, tallies, shown(names, [tallies]))


def test_every_kind_of_cost_is_counted_by_month():
    table = _table()
    # use: 3 days at £10, 6 at £20; out of area: York's day at £5, 3 at £6
    for measure, february, march in (
        ("cost of use", 30, 120),
        ("cost of out of area", 5, 18),
        ("cost of capacity", 5200, 6820),
        ("cost", 5235, 6958),
        ("cost (NHS)", 5230, 6940),
        ("cost (councils)", 5, 18),
        ("days out of area", 1, 3),
    ):
        for period, wanted in (
            (FEBRUARY, february),
            (MARCH, march),
            ("whole", february + march),
        ):
            assert value(table, "beds", measure, "total", period) == wanted, measure
    assert value(table, "staff", "cost of agency", "total") == 49
    assert value(table, "staff", "cost", "total", MARCH) == 28


def test_budgets_reconcile_with_services_kinds_visits_and_calendar():
    table = _table()
    kinds = ("use", "out of area", "capacity", "agency")
    for period in (FEBRUARY, MARCH, "whole"):
        spent = 0.0
        for budget in ("NHS", "councils"):
            total = value(table, budget, "spending", "total", period)
            parts = [
                value(table, budget, f"spending ({kind})", "total", period) or 0
                for kind in kinds
            ]
            assert total == sum(parts)
            spent += total
        services = [value(table, n, "cost", "total", period) for n in ("staff", "beds")]
        assert spent == sum(services)
    assert value(table, "NHS", "spending", "total") == 150 + 12020 + 49
    assert value(table, "councils", "spending", "total") == 23
    assert value(table, "NHS", "spending (capacity)", "total") == 52 * 100 + 62 * 110


def test_capacity_is_not_shared_out_to_groups():
    table = _table()
    assert value(table, "beds", "cost", "total", group="York") is None
    assert value(table, "NHS", "spending", "total", group="York") is None
    assert value(table, "beds", "cost of use", "total", group="York") == 10 + 60
    assert value(table, "beds", "cost (councils)", "total", group="York") == 23
    assert value(table, "councils", "spending", "total", group="Leeds") == 0
    assert value(table, "NHS", "spending (use)", "total", group="Leeds") == 20 + 60
    assert value(table, "beds", "days out of area", "total", group="Leeds") == 0
    assert value(table, "beds", "days out of area", "total", group="York") == 4


def test_days_out_of_area_need_the_place_to_be_recorded():
    kinds = ("staff", "beds")
    names = labels(months=MONTHS, kinds=kinds)
    made = model(months=MONTHS, kinds=kinds)
    tallies = tally(made, [visit(20, 24, 29, service=1)])
    table = measures_table(names, 1, tallies, shown(names, [tallies]))
    assert "days out of area" not in table.column("measure").to_pylist()


def test_a_standard_costs_its_services_over_those_within():
    cheap = standard("soon", "wait", 5)
    names = _names(
        clocks=("wait",),
        standards=(
            cheap,
            type(cheap)(**{**vars(cheap), "name": "priced", "cost_of": ("beds",)}),
        ),
    )
    clocks = [
        clock(20, 24, group=0),  # within, in February
        clock(25, 28, group=1),  # within, in March
        clock(20, 29, group=1),  # too late
    ]
    table = _table(
        names=names,
        clocks=clocks,
        n_clocks=1,
        standards=[(0, 5, 0), (0, 5, 0)],
        standard_groups=[[True, True], [True, True]],
    )
    name = "cost per patient within"
    assert value(table, "priced", name, "mean", FEBRUARY) == 5235
    assert value(table, "priced", name, "mean", MARCH) == 6958
    assert value(table, "priced", name, "mean") == pytest.approx((5235 + 6958) / 2)
    assert value(table, "priced", name, "mean", group="York") is None
    assert value(table, "soon", name, "mean") is None


def test_an_open_rule_costs_so_much_a_day_with_the_price_of_the_month():
    rule = RulePriceLabel("winter", 0, "beds", "NHS", (100.0, 200.0))
    doctor = RulePriceLabel("doctor", 1, "staff", "councils", (10.0, 10.0))
    names = labels(
        months=MONTHS,
        kinds=("staff", "beds"),
        budgets=("NHS", "councils"),
        prices=(USE, AREA),
        escalations=(
            EscalationLabel("winter", "beds", 4),
            EscalationLabel("doctor", "staff", 1),
        ),
        states=2,
        rule_prices=(rule, doctor),
        groups=PLACES,
    )
    made = model(
        months=MONTHS,
        kinds=("staff", "beds"),
        recorded=(0, 1),
        escalations=[(1, 0, 1, 4, 2, 18, 12, 0), (0, 1, 0, 1, 1, 5, 1, 0)],
    )
    # winter: 2 days of February and 3 of March; doctor: from day 50 to the end, 58
    spells = [spell(25, 30), spell(50, rule=1), spell(1, 58, rule=2)]
    tallies = tally(made, VISITS, spells=spells)
    table = measures_table(names, 1, tallies, shown(names, [tallies]))
    name = "cost of escalation"
    assert value(table, "beds", name, "total", FEBRUARY) == 200
    assert value(table, "beds", name, "total", MARCH) == 600
    assert value(table, "staff", name, "total") == 80
    assert value(table, "beds", "cost", "total", FEBRUARY) == 200 + 30 + 5
    assert value(table, "NHS", "spending (escalation)", "total") == 800
    assert value(table, "NHS", "spending", "total") == 800 + 150
    assert value(table, "councils", "spending", "total") == 80 + 23
    assert value(table, "beds", name, "total", group="York") is None
    assert value(table, "NHS", "spending", "total", group="York") is None
    assert Labels.from_dict(names.as_dict()) == names


def test_labels_with_money_are_kept_with_a_run():
    names = _names()
    assert Labels.from_dict(names.as_dict()) == names
    assert names.paid == (CAPACITY, AGENCY)
