"""Units that are shared, held, kept, helped and opened: read, laid out, explained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import scenarios
from kernels import layout
from kernels.layout import DAY
from kernels.tallies import IN_USE
from scenarios import tables
from scenarios.explain import explain
from scenarios.flows import flows
from scenarios.scenario import Help, Interruption, Scenario
from simulator.replication import replicate

HOUR = DAY // 24
HOSPITAL = """\
caresim: 1
title: A hospital
period: {start: 2024-01-01, horizon: 1 year}
groups:
  urgency: [emergency, planned]
budgets: [hospital]
services:
  theatre:
    kind: staff
    capacity: 3
    needs: {by: urgency, emergency: 2, planned: 1}
    together_with: {surgeon: 1, nurses: 2}
    priority: {by: urgency, emergency: 1, planned: 2}
    interrupted: {by_priority: 1, afterwards: start_again}
    keeps_order: yes
    takes: 2 hours
    then: {ward: 50%, leave: rest}
  surgeon: {kind: staff, capacity: 4, takes: 1 hour}
  nurses: {kind: staff, capacity: 9, takes: 1 hour}
  ward:
    kind: beds
    capacity: 20
    takes: {law: exponential, mean: 4 days}
    due_within: {by: urgency, emergency: 2 hours, planned: 1 day}
    kept_back: {for emergencies: {who: {urgency: emergency}, capacity: 2}}
    helped_by:
      day unit: {after: 4 hours, leaving_free: 1, takes_times: 1.2}
      rehabilitation: always
    cleaning: 1 hour
    discharge_hours: {Mon-Fri 08:00-12:00: 40%, 20:00-02:00: 60%}
    then: {rehabilitation: 25%, leave: rest}
  day unit: {kind: beds, capacity: 6, takes: 8 hours}
  rehabilitation: {kind: beds, capacity: 30, takes: 10 days}
demand:
  theatre: {rate: 8 per day, who: {urgency: {emergency: 25%, planned: rest}}}
  day unit: {rate: 3 per day, who: {urgency: planned}}
"""
RULES = """\
escalation:
  winter ward:
    watches: ward
    measure: occupancy
    opens_above: 18
    closes_below: 12
    after: 4 hours
    adds: 4
    state: 3
    cost: {hospital: £2400 per day}
  longer days:
    watches: theatre
    measure: longest_wait
    opens_above: 6 hours
    closes_below: 1 hour
    after: 30 min
    adds: 1
"""
HELD = """\
caresim: 1
title: A bed during the operation
period: {start: 2024-01-01, horizon: 1 year}
services:
  ward: {kind: beds, capacity: 40, takes: 4 days}
  theatre: {kind: staff, capacity: 3, takes: 3 hours}
pathways:
  hip:
    start: before
    steps:
      before: {at: ward, takes: 1 day, then: operation}
      operation: {at: theatre, holding: ward, then: afterwards}
      afterwards: {at: ward, takes: 6 days}
demand:
  hip: {rate: 2 per day}
  ward: {rate: 3 per day}
"""


def _scenario(*changes: str, rules: str = RULES) -> Scenario:
    text = HOSPITAL + rules
    if changes:
        text += "changes:\n" + "".join(f"  - {change}\n" for change in changes)
    return scenarios.parse(text)


def _service(scenario: Scenario, name: str):
    return next(s for s in scenario.services if s.name == name)


def _step(scenario: Scenario, name: str):
    return next(s for s in scenario.steps if s.service == name and s.pathway is None)


def _said(*changes: str, rules: str = RULES) -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        _scenario(*changes, rules=rules)
    return [f"{p.path}: {p.message}" for p in error.value.problems]


# What is written


def test_what_a_service_says_of_its_units_is_read() -> None:
    scenario = _scenario()
    theatre, ward = _service(scenario, "theatre"), _service(scenario, "ward")
    step = _step(scenario, "theatre")
    assert step.needs.values == (2, 1)
    assert [(n, x.values) for n, x in step.together_with] == [
        ("surgeon", (1,)),
        ("nurses", (2,)),
    ]
    assert theatre.interrupted == Interruption(1, start_again=True)
    assert theatre.keeps_order
    assert not ward.keeps_order
    assert ward.due_within.values == pytest.approx((2 / 24, 1))
    (reserve,) = ward.kept_back
    assert (reserve.name, reserve.groups, reserve.capacity) == (
        "for emergencies",
        (True, False),
        2,
    )
    first, second = ward.helped_by
    assert (first.service, first.leaving_free) == ("day unit", 1)
    assert first.after == pytest.approx(4 / 24)
    assert first.takes_times.values == (1.2,)
    assert second == Help("rehabilitation")
    assert [share.values for _, share in ward.discharge_hours] == [(0.4,), (0.6,)]


def test_rules_of_escalation_are_read() -> None:
    ward, days = _scenario().escalation
    assert (ward.watches, ward.to, ward.adds, ward.state) == ("ward", "ward", 4, 3)
    assert [(p.budget, p.per, p.number.values) for p in ward.costs] == [
        ("hospital", "day", (2400,))
    ]
    assert (days.opens_above, days.closes_below) == pytest.approx((0.25, 1 / 24))
    assert (days.to, days.state, days.costs) == ("theatre", 1, ())


def test_all_that_is_wrong_with_units_is_told_at_once() -> None:
    text = HOSPITAL.replace("surgeon: 1, nurses", "surgoen: 1, nurses")
    text = text.replace("      rehabilitation: always", "      ward: always")
    text = text.replace("capacity: 2}}", "capacity: 25}}")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text + RULES.replace("closes_below: 12", "closes_below: 20"))
    assert [p.path for p in error.value.problems] == [
        "services.theatre.together_with.surgoen",
        "services.ward.kept_back",
        "services.ward.helped_by.ward",
        "escalation.winter ward.closes_below",
    ]


def test_a_service_that_cannot_be_read_is_told_alone() -> None:
    text = HOSPITAL.replace("capacity: 4, takes: 1 hour", "capcity: 4, takes: 1 hour")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text + RULES)
    assert [p.path for p in error.value.problems] == ["services.surgeon.capcity"]


def test_staff_from_a_workforce_may_be_kept_back_and_needed_in_numbers() -> None:
    workforce = "{workforce: {whole_time_equivalents: 9, each_gives: 4 places}}"
    text = HOSPITAL.replace(
        "day unit: {kind: beds, capacity: 6, takes: 8 hours}",
        f"day unit: {{kind: caseload, capacity: {workforce}, takes: 1 day, needs: 3}}",
    )
    assert _step(scenarios.parse(text), "day unit").needs.values == (3,)


def test_units_that_a_rule_opens_or_a_helper_has_may_be_needed() -> None:
    text = HOSPITAL.replace("capacity: 3\n", "capacity: 1\n")
    said = []
    for rules in ("", RULES):
        try:
            scenarios.parse(text + rules)
        except scenarios.ScenarioError as error:
            said.append([p.path for p in error.problems])
    assert said == [["services.theatre.needs"]]
    day = "day unit: {kind: beds, capacity: 6, takes: 8 hours"
    helped = f"{day}, needs: 8, helped_by: {{rehabilitation: always}}"
    assert scenarios.parse(HOSPITAL.replace(day, helped))


# Rows of the model


def test_needs_help_reserves_and_hours_become_rows() -> None:
    scenario = _scenario()
    model = tables.model(scenario)
    names = [s.name for s in scenario.services]
    theatre = model.steps[names.index("theatre")]
    rows = model.needs[theatre["need"] : theatre["need"] + theatre["needs"]]
    assert [names[i] for i in rows["service"]] == ["theatre", "surgeon", "nurses"]
    own = rows[0]
    units = [model.wholes[own["units"] + own["units_stride"] * g] for g in (0, 1)]
    assert units == [2, 1]
    ward = model.services[names.index("ward")]
    helps = model.helps[ward["help"] : ward["help"] + ward["helps"]]
    assert [names[i] for i in helps["service"]] == ["day unit", "rehabilitation"]
    assert helps["after"].tolist() == [4 * HOUR, 0]
    assert helps["leaving"].tolist() == [1, 0]
    assert helps["factor"][1] == -1
    assert model.reserves["units"].tolist() == [2]
    assert model.reserve_groups.tolist() == [[True, False]]
    allowance = ward["allowance"]
    assert model.allowances[allowance : allowance + 2].tolist() == [2 * HOUR, DAY]
    hours = model.hours[ward["hour"] : ward["hour"] + ward["hours"]]
    assert hours["days"].tolist() == [0b11111, 0b1111111]
    assert hours["begin"].tolist() == [8 * HOUR, 20 * HOUR]
    assert hours["until"].tolist() == [12 * HOUR, 26 * HOUR]
    desk = model.services[names.index("theatre")]
    assert (desk["interrupts"], desk["in_order"]) == (1, 1)
    assert ward["cleaning"] >= 0 > desk["cleaning"]


def test_rules_of_escalation_become_rows_in_microseconds_and_units() -> None:
    model = tables.model(_scenario())
    first, second = model.escalations
    assert (first["measure"], first["opens"], first["closes"]) == (
        layout.OCCUPANCY,
        18,
        12,
    )
    assert (first["after"], first["adds"], first["level"]) == (4 * HOUR, 4, 3)
    assert second["measure"] == layout.LONGEST_WAIT
    assert (second["opens"], second["closes"]) == (6 * HOUR, HOUR)


def test_reserves_and_rules_are_scaled_and_needs_are_not() -> None:
    scale = "scale: {ratio: 1:2, instead: {theatre: 3, surgeon: 4, nurses: 9}}\n"
    model = tables.model(_scenario(rules=RULES + scale))
    assert model.reserves["units"].tolist() == [1]
    assert model.helps["leaving"].tolist() == [1, 0]  # halves go up
    first, _ = model.escalations
    assert (first["opens"], first["closes"], first["adds"]) == (9, 6, 2)
    assert sorted(np.unique(model.wholes[model.needs["units"]])) == [1, 2]


def test_what_steps_hold_and_take_becomes_rows() -> None:
    scenario = scenarios.parse(HELD)
    model = tables.model(scenario)
    held = [
        model.holding[row["hold"] : row["hold"] + row["holds"]].tolist()
        for row in model.steps
    ]
    assert held == [[], [], [], [0], []]
    assert model.steps["needs"].tolist() == [0, 0, 0, 0, 0]


# Changes and extending files


@pytest.mark.parametrize(
    ("change", "found", "wanted"),
    [
        (
            "{services: theatre, what: needs, set_to: 1}",
            lambda s: _step(s, "theatre").needs.values,
            (1, 1),
        ),
        (
            "{services: theatre, what: needs, add: 1, who: {urgency: planned}}",
            lambda s: _step(s, "theatre").needs.values,
            (2, 2),
        ),
        (
            "{services: theatre, what: together_with.nurses, multiply_by: 1.5}",
            lambda s: dict(_step(s, "theatre").together_with)["nurses"].values,
            (3,),
        ),
        (
            "{services: ward, what: kept_back.for emergencies.capacity, set_to: 0}",
            lambda s: (_service(s, "ward").kept_back[0].capacity,),
            (0,),
        ),
        (
            "{services: ward, what: helped_by.day unit.leaving_free, add: 1}",
            lambda s: (_service(s, "ward").helped_by[0].leaving_free,),
            (2,),
        ),
        (
            "{services: ward, what: helped_by.day unit.after, multiply_by: 6}",
            lambda s: (_service(s, "ward").helped_by[0].after,),
            (1,),
        ),
        (
            "{services: ward, what: due_within, multiply_by: 0.5}",
            lambda s: _service(s, "ward").due_within.values,
            (1 / 24, 0.5),
        ),
        (
            "{services: theatre, what: interrupted.by_priority, set_to: 0}",
            lambda s: (_service(s, "theatre").interrupted.by_priority,),
            (0,),
        ),
        (
            "{escalation: winter ward, add: 2}",
            lambda s: (s.escalation[0].adds,),
            (6,),
        ),
        (
            "{escalation: all, what: after, multiply_by: 2}",
            lambda s: tuple(rule.after for rule in s.escalation),
            (8 / 24, 1 / 24),
        ),
        (
            "{escalation: longer days, what: opens_above, set_to: 3 hours}",
            lambda s: (s.escalation[1].opens_above,),
            (3 / 24,),
        ),
        (
            "{escalation: winter ward, what: state, set_to: 2}",
            lambda s: (s.escalation[0].state,),
            (2,),
        ),
    ],
)
def test_changes_alter_what_is_said_of_units(change: str, found, wanted) -> None:
    assert found(_scenario(change)) == pytest.approx(wanted)


def test_factors_cleaning_hours_and_prices_may_change_on_a_date() -> None:
    scenario = _scenario(
        "{services: ward, what: helped_by.day unit.takes_times, set_to: 1.5, "
        "from: 2024-07-01}",
        "{services: ward, what: cleaning, multiply_by: 2, from: 2024-07-01}",
        '{services: ward, what: "discharge_hours.20:00-02:00", add: -20%, '
        "from: 2024-07-01}",
        '{services: ward, what: "discharge_hours.Mon-Fri 08:00-12:00", add: 20%, '
        "from: 2024-07-01}",
        "{escalation: winter ward, what: cost.hospital, multiply_by: 1.1, "
        "from: 2024-07-01}",
    )
    ward, rule = _service(scenario, "ward"), scenario.escalation[0]
    assert len(ward.helped_by[0].takes_times.moves) == 1
    assert all(len(share.moves) == 1 for _, share in ward.discharge_hours)
    assert len(rule.costs[0].number.moves) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "{services: theatre, what: interrupted.by_priority, set_to: 0, "
            "from: 2024-07-01}",
            "changes.0: services.theatre.interrupted.by_priority can be changed, but "
            "not on a date.",
        ),
        (
            "{services: theatre, what: interrupted.by_priority, multiply_by: 1.5}",
            "changes.0: a priority is a whole number from 0 to 1000.",
        ),
        (
            "{services: theatre, what: interrupted.by_priority, set_to: 0, "
            "who: {urgency: planned}}",
            "changes.0: this is the same for all groups "
            "(services.theatre.interrupted.by_priority).",
        ),
        (
            "{services: ward, what: helped_by.day unit.leaving_free, add: -2}",
            "changes.0: this is less than nothing "
            "(services.ward.helped_by.day unit.leaving_free).",
        ),
        (
            "{services: ward, what: helped_by.day unit.takes_times, multiply_by: 0, "
            "from: 2024-07-01}",
            "changes.0: from 2024-07-01 on this factor is 0: treatment would take no "
            "time (services.ward.helped_by.day unit.takes_times).",
        ),
        (
            '{services: ward, what: "discharge_hours.20:00-02:00", add: 10%}',
            "changes.0: from 2024-01-01 on the shares add up to 110% "
            "(services.ward.discharge_hours).",
        ),
        (
            "{services: ward, what: kept_back.for emergencies.capacity, add: 30}",
            "services.ward.kept_back: 32 are kept back, and there are never more than "
            "20.",
        ),
        (
            "{services: theatre, what: keeps_order, set_to: no}",
            "changes.0.what: services.theatre has no 'keeps_order'. It has: capacity, "
            "interrupted.by_priority, needs, priority, takes, then.ward, "
            "then.ward.share, together_with.nurses, together_with.surgeon.",
        ),
        (
            "{escalation: winter wards, add: 2}",
            "changes.0.escalation: 'winter wards' is not in escalation. Did you mean "
            "'winter ward'?",
        ),
        (
            "{escalation: winter ward, what: adds, add: -4}",
            "escalation.winter ward.adds: this opens nothing: write 1 or more.",
        ),
        (
            "{escalation: {kind: beds}, add: 2}",
            "changes.0.escalation: this selects nothing.",
        ),
    ],
)
def test_changes_that_make_no_sense_are_refused(change: str, message: str) -> None:
    assert _said(change) == [message]


def test_an_extending_file_adds_a_rule_and_alters_one(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HOSPITAL + RULES, encoding="utf-8")
    child = (
        "caresim: 1\nextends: base\ntitle: More\nescalation:\n"
        "  spring ward: {watches: ward, measure: waiting, opens_above: 5, "
        "closes_below: 0, after: 1 day, adds: 2}\n"
        "changes:\n  - {escalation: winter ward, add: 1}\n"
    )
    (tmp_path / "more.yaml").write_text(child, encoding="utf-8")
    scenario = scenarios.read(tmp_path / "more.yaml")
    assert [(r.name, r.adds) for r in scenario.escalation] == [
        ("winter ward", 5),
        ("longer days", 1),
        ("spring ward", 2),
    ]
    again = scenarios.parse(scenarios.written(scenario))
    assert again.escalation == scenario.escalation


def test_an_extending_file_does_not_write_a_rule_again(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HOSPITAL + RULES, encoding="utf-8")
    child = f"caresim: 1\nextends: base\ntitle: More\n{RULES}"
    (tmp_path / "more.yaml").write_text(child, encoding="utf-8")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.read(tmp_path / "more.yaml")
    assert [p.message for p in error.value.problems] == [
        f"'{name}' already stands in base.yaml; what is there is altered under "
        "`changes`."
        for name in ("winter ward", "longer days")
    ]


# The load


def _units(scenario: Scenario) -> dict[str, float]:
    model = tables.model(scenario)
    found = flows(model, model.start, model.end)
    names = [s.name for s in scenario.services]
    return dict(zip(names, found.units.tolist(), strict=True))


def test_the_load_counts_what_is_needed_together() -> None:
    units = _units(_scenario())
    hours = 8 * 2 / 24  # patients in theatre on average
    assert units["theatre"] == pytest.approx(hours * (0.25 * 2 + 0.75))
    assert units["surgeon"] == pytest.approx(hours)
    assert units["nurses"] == pytest.approx(hours * 2)


def test_the_load_counts_cleaning_and_the_wait_for_an_hour_of_discharge() -> None:
    # 4 a day; to the next weekday 13/14 of a day on average, to the next day half one.
    stay = 4 + 0.4 * (1 + 1 + 1 + 1 + 9) / 14 + 0.6 / 2
    assert _units(_scenario())["ward"] == pytest.approx(4 * (stay + 1 / 24))


def test_the_load_counts_a_bed_that_is_held_during_the_operation() -> None:
    units = _units(scenarios.parse(HELD))
    assert units["theatre"] == pytest.approx(2 * 3 / 24)
    assert units["ward"] == pytest.approx(3 * 4 + 2 * (1 + 3 / 24 + 6))


def test_the_load_counts_places_held_in_delays_and_several_at_once() -> None:
    text = """\
caresim: 1
title: Two key workers for each, who stay
period: {start: 2024-01-01, horizon: 1 year}
services:
  key workers: {kind: caseload, capacity: 90, takes: 1 day, needs: 2, cleaning: 1 day}
  therapist: {kind: staff, capacity: 3, takes: 12 hours}
pathways:
  therapy:
    start: opening
    steps:
      opening:
        at: key workers
        then: {session: {share: 80%, after: 2 days}, leave: rest}
      session:
        at: therapist
        holding: key workers
        then: {session: {share: 50%, after: 6 days}, closing: rest}
      closing: {at: key workers, takes: 3 days, needs: 1}
demand:
  therapy: {rate: 5 per day}
""".replace("kind: caseload", "kind: beds")
    units = _units(scenarios.parse(text))
    sessions = 5 * 0.8 / (1 - 0.5)
    held = 5 * 1 + 4 * 2 + sessions * (0.5 + 0.5 * 6) + 4 * 3
    cleaned = 5 * 1  # each place is given back once
    assert units["therapist"] == pytest.approx(sessions / 2)
    assert units["key workers"] == pytest.approx(2 * (held + cleaned))


def test_the_load_is_what_a_run_has_in_use_where_there_is_room() -> None:
    text = HELD.replace("takes: 4 days}", "takes: 4 days, cleaning: 2 hours}")
    text = text.replace("capacity: 40", "capacity: 400")
    text = text.replace("capacity: 3,", "capacity: 300,")
    text = text.replace("1 year}", "6 years, warm_up: 60 days}")
    scenario = scenarios.parse(text)
    model = tables.model(scenario)
    done = replicate(model, 1, 1, "compiled")
    used = done.tallies.counts[:, :2, :, IN_USE].sum(axis=(0, 2))
    average = used / (model.end - model.start)
    wanted = list(_units(scenario).values())
    assert average == pytest.approx(wanted, rel=0.05)


# In words


def test_explain_says_what_is_shared_held_and_opened() -> None:
    scenario = _scenario()
    assert explain(scenario, tables.model(scenario)).units == (
        "theatre: patients of priority 1 or smaller interrupt the treatment of others, "
        "which starts again afterwards.",
        "theatre: nobody is called in past one for whom there is no room.",
        "ward: helped by day unit after 4 hours in line while 1 bed stays free there; "
        "treatment then takes 1.2 times as long.",
        "ward: helped by rehabilitation whenever it has no room itself.",
        "ward: 'for emergencies' keeps 2 beds back for emergency.",
        "ward: called in is who is furthest beyond the time within which they are due, "
        "2 hours (emergency), 1 day (planned).",
        "ward: patients leave at Mon Tue Wed Thu Fri 08:00-12:00 (40%), 20:00-02:00 "
        "(60%); treatment lasts until then.",
        "ward: after each stay a bed is cleaned.",
        "theatre: a visit takes 1 (planned), 2 (emergency) of theatre, 1 of surgeon "
        "and 2 of nurses at once.",
        "ward: who goes on to rehabilitation keeps the bed until called in there.",
        "The load shown for the beds leaves out how long they are kept so, which "
        "depends on how long the next lines are.",
        "The load shown is that of each service's own patients, whoever treats them.",
        "Rule winter ward: when 18 beds or more of ward are in use for 4 hours, 4 beds "
        "more open at ward, until 12 beds or fewer of ward are in use for 4 hours. The "
        "system is in state 3 then. It costs £2,400 a day to hospital while it is "
        "open.",
        "Rule longer days: when the first in line of theatre has waited 6 hours or "
        "longer for 30 min, 1 unit more opens at theatre, until the first in line of "
        "theatre has waited 1 hour or less for 30 min.",
    )


def test_explain_says_what_a_step_holds_and_takes_for_itself() -> None:
    text = HELD.replace(
        "operation: {at: theatre,", "operation: {at: theatre, needs: 2,"
    )
    scenario = scenarios.parse(text)
    assert explain(scenario, tables.model(scenario)).units == (
        "hip, operation: a visit takes 2 of theatre at once.",
        "hip, operation: what patients have of ward stays theirs meanwhile, and while "
        "they wait for it.",
    )


def test_explain_says_what_a_rule_becomes_at_a_smaller_scale() -> None:
    scale = "scale: {ratio: 1:2, instead: {theatre: 3, surgeon: 4, nurses: 9}}\n"
    scenario = _scenario(rules=RULES + scale)
    said = explain(scenario, tables.model(scenario)).units
    assert (
        "At this scale winter ward opens 2 beds, at 9 and above, and closes at 6."
        in (said)
    )
    assert "At this scale longer days opens 1 unit." in said


def test_explain_says_who_moves_up_and_when_the_line_is_too_long() -> None:
    text = HOSPITAL.replace(
        "    takes: 2 hours\n",
        "    takes: 2 hours\n"
        "    while_waiting: {moves up: {after: 1 day, priority: 1}}\n"
        "    turned_away: {divert: {when_wait: 2 hours, then: leave}}\n",
    )
    scenario = scenarios.parse(text)
    said = explain(scenario, tables.model(scenario)).units
    assert "theatre: 'moves up' gives those in line priority 1." in said
    assert (
        "theatre: 'divert' turns away when the first in line has waited for 2 hours."
    ) in said
