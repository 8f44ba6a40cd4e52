"""Changes become moves of the numbers they act on."""

import pytest

from scenarios.dates import moment
from scenarios.scenario import Move, Scenario
from tests.unit.scenarios.clinics import read, refused

SECTORS = (
    ("    kind: staff\n", "    kind: staff\n    sector: surgery\n"),
    ("    kind: beds\n", "    kind: beds\n    sector: hospital\n"),
)


def _changed(*changes: str, edits: tuple[tuple[str, str], ...] = ()) -> Scenario:
    more = "changes:\n" + "".join(f"  - {{{change}}}\n" for change in changes)
    return read(*SECTORS, *edits, more=more)


def _refused(*changes: str, edits: tuple[tuple[str, str], ...] = ()) -> list[str]:
    more = "changes:\n" + "".join(f"  - {{{change}}}\n" for change in changes)
    return refused(*SECTORS, *edits, more=more)


def _capacity(made: Scenario) -> tuple[Move, ...]:
    return made.services[1].capacity[0].number.moves


def test_the_dates_say_the_shape() -> None:
    made = _changed(
        "services: ward, add: 3",
        "services: ward, add: -2, from: 2024-02-01",
        "services: ward, multiply_by: 1.5, from: 2024-03-01, reached_by: 2024-06-01",
        "services: ward, set_to: 9, from: 2024-07-01, until: 2024-08-01 12:00",
        "services: ward, multiply_by: 0.9, in_months: [Dec, Jan]",
        "services: ward, curve: {2024-04-01: 1.1, 2024-02-01: 0.9}",
    )
    assert _capacity(made) == (
        Move("add", (3,)),
        Move("add", (-2,), begin=moment("2024-02-01")),
        Move(
            "multiply",
            (1.5,),
            begin=moment("2024-03-01"),
            reached=moment("2024-06-01"),
        ),
        Move(
            "set",
            (9,),
            begin=moment("2024-07-01"),
            until=moment("2024-08-01 12:00"),
        ),
        Move("multiply", (0.9,), months=(1, 12)),
        Move(
            "curve",
            curve=((moment("2024-02-01"), 0.9), (moment("2024-04-01"), 1.1)),
        ),
    )


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("services: ward, add: 1", {"ward"}),
        ("services: [clinic, ward], multiply_by: 2", {"clinic", "ward"}),
        ("services: all, multiply_by: 2", {"clinic", "ward"}),
        ("services: {sector: hospital}, multiply_by: 2", {"ward"}),
        ("services: {kind: staff}, multiply_by: 2", {"clinic"}),
        ("services: {kind: [staff, beds], sector: hospital}, add: 1", {"ward"}),
    ],
)
def test_selectors_select_services(change: str, moved: set[str]) -> None:
    made = _changed(change)
    found = {s.name for s in made.services if s.capacity[0].number.moves}
    assert found == moved


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("demand: clinic, multiply_by: 2", {"clinic"}),
        ("demand: all, multiply_by: 2", {"clinic", "emergencies"}),
        ("demand: {sector: hospital}, multiply_by: 2", {"emergencies"}),
        ("demand: {to: ward}, multiply_by: 2", {"emergencies"}),
        ("demand: {kind: staff}, multiply_by: 2", {"clinic"}),
    ],
)
def test_selectors_select_streams(change: str, moved: set[str]) -> None:
    more = "  emergencies: {to: ward, rate: 1 per day}\n"
    made = read(*SECTORS, more=f"{more}changes: [{{{change}}}]\n")
    assert {s.name for s in made.streams if s.rate.moves} == moved


def test_what_names_the_number_inside_a_service() -> None:
    made = _changed(
        "services: ward, what: takes.mean, set_to: 5 days",
        "services: clinic, what: then.ward, add: 2%",
        "services: clinic, what: then.ward.share, multiply_by: 2",
    )
    assert made.steps[1].takes is not None
    assert made.steps[1].takes[0].parameters["mean"].moves == (Move("set", (5,)),)
    share = made.steps[0].then[0].share
    assert share is not None
    assert share.moves == (Move("add", (0.02,)), Move("multiply", (2,)))


def test_a_change_of_a_table_by_times_acts_on_each_number() -> None:
    edit = (
        "{Mon-Fri 08:30-17:00: 2}",
        "{Mon-Fri 08:30-17:00: 2, Sat 09:00-12:00: 1}",
    )
    made = _changed(
        "services: clinic, add: 1",
        "services: clinic, what: 'capacity.Sat 09:00-12:00', multiply_by: 2",
        "services: clinic, set_to: {Mon-Fri 08:30-17:00: 5, Sat 09:00-12:00: 4}",
        edits=(edit,),
    )
    week, saturday = (entry.number.moves for entry in made.services[0].capacity)
    assert week == (Move("add", (1,)), Move("set", (5,)))
    assert saturday == (Move("add", (1,)), Move("multiply", (2,)), Move("set", (4,)))


def test_a_law_by_group_is_changed_in_every_group() -> None:
    edit = (
        "takes: {law: exponential, mean: 4 days}",
        "takes: {by: age, child: {law: exponential, mean: 2 days}, "
        "adult: {law: exponential, mean: 4 days}}",
    )
    made = _changed("services: ward, what: takes.mean, multiply_by: 2", edits=(edit,))
    assert made.steps[1].takes is not None
    for law in made.steps[1].takes:
        assert law.parameters["mean"].moves == (Move("multiply", (2,)),)


def test_who_narrows_a_change_to_groups() -> None:
    for change in (
        "demand: {to: clinic, who: {age: child}}, multiply_by: 2",
        "demand: clinic, who: {age: child}, multiply_by: 2",
    ):
        (move,) = _changed(change).streams[0].rate.moves
        assert move == Move("multiply", (2,), (True, False))


def test_what_is_added_for_a_group_is_all_its_own() -> None:
    stream = _changed("demand: clinic, who: {age: child}, add: 5 per day").streams[0]
    assert stream.shares == ()
    assert stream.rate.values == (10, 40)
    assert stream.rate.moves == (Move("add", (5, 0), (True, False)),)


def test_a_factor_may_differ_by_group() -> None:
    change = "demand: clinic, multiply_by: {by: age, child: 1.5, rest: 1}"
    stream = _changed(change).streams[0]
    assert stream.rate.moves == (Move("multiply", (1.5, 1)),)


def test_adding_to_a_table_by_group_adds_to_each_number() -> None:
    edit = ("50 per day", "{by: age, child: 3 per day, adult: 5 per day}")
    stream = _changed("demand: clinic, add: 1 per day", edits=(edit,)).streams[0]
    assert stream.rate.moves == (Move("add", (1,)),)


def test_setting_a_table_by_group_to_one_number_shares_it_by_people() -> None:
    edit = ("50 per day", "{by: age, child: 3 per day, adult: 5 per day}")
    stream = _changed("demand: clinic, set_to: 10 per day", edits=(edit,)).streams[0]
    assert stream.rate.moves == (Move("set", (2, 8)),)


def test_a_value_beside_factors_keeps_them_when_it_is_set() -> None:
    edit = (
        "ward: 10%",
        "ward: {value: 10%, times: {by: age, child: 1.5, rest: 1}}",
    )
    made = _changed(
        "services: clinic, what: then.ward.value, set_to: 4%",
        "services: clinic, what: then.ward, set_to: 4%",
        edits=(edit,),
    )
    share = made.steps[0].then[0].share
    assert share is not None
    assert share.values == pytest.approx((0.15, 0.1))
    first, second = share.moves
    assert first.values == pytest.approx((0.06, 0.04))
    assert second.values == (0.04,)


def test_routes_are_the_shares_that_lead_in_from_outside() -> None:
    more = (
        "  other: {to: home, rate: 1 per day}\n"
        "changes: [{routes: {into: {sector: hospital}}, multiply_by: 1.5}]\n"
    )
    home = (
        "  home:\n    kind: unlimited\n    takes: 2 days\n    sector: hospital\n"
        "    turned_away: {full: {share: 5%, then: {ward: 50%, leave: rest}}}\n"
        "    then: {ward: 10%, leave: rest}\n"
    )
    away = "    turned_away: {full: {share: 5%, then: {home: 20%, leave: rest}}}\n"
    made = read(
        *SECTORS,
        ("    kind: staff\n    sector", away + "    kind: staff\n    sector"),
        ("demand:\n", home + "demand:\n"),
        more=more,
    )
    clinic, home_service = made.services[0], made.services[2]
    moved = [
        made.steps[0].then[0].share,
        clinic.turned_away[0].then[0].share,
        made.steps[2].then[0].share,
        home_service.turned_away[0].then[0].share,
    ]
    assert [len(share.moves) if share else None for share in moved] == [1, 1, 0, 0]


def test_routes_out_of_a_service_alone() -> None:
    made = _changed("routes: {out_of: clinic}, multiply_by: 1.5")
    share = made.steps[0].then[0].share
    assert share is not None
    assert share.moves == (Move("multiply", (1.5,)),)


def test_a_priority_is_changed_for_the_whole_run() -> None:
    edit = ("    capacity: 12\n", "    capacity: 12\n    priority: 3\n")
    made = _changed(
        "services: ward, what: priority, set_to: {by: age, child: 1, adult: 2}",
        edits=(edit,),
    )
    assert made.steps[1].priority.values == (1, 2)
    assert made.steps[1].priority.moves == ()


def test_growth_is_changed_for_the_whole_run() -> None:
    edit = ("rate: 50 per day", "rate: 50 per day, growth: 2% per year")
    made = _changed("demand: clinic, what: growth, set_to: 3% per year", edits=(edit,))
    assert made.streams[0].growth is not None
    assert made.streams[0].growth.values == (0.03,)


def test_people_are_changed() -> None:
    made = _changed(
        "people: all, multiply_by: 2", "people: {who: {age: child}}, add: 9"
    )
    assert made.people is not None
    assert made.people.moves == (
        Move("multiply", (2,)),
        Move("add", (9,), (True, False)),
    )


def test_steps_of_pathways_are_changed() -> None:
    more = (
        "  stays: {to: stay, rate: 1 per day}\n"
        "pathways: {stay: {start: night, steps: {night: {at: ward, takes: 1 day}}}}\n"
        "changes: [{pathways: stay, what: steps.night.takes, multiply_by: 2}]\n"
    )
    step = read(more=more).steps[2]
    assert step.takes is not None
    assert step.takes[0].parameters["value"].moves == (Move("multiply", (2,)),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("services: wards, add: 1", "changes.0.services: 'wards' is not in services."),
        (
            "services: {sector: hospitl}, add: 1",
            "changes.0.services: this selects nothing. Did you mean 'hospital'? "
            "Sectors: hospital, surgery.",
        ),
        (
            "services: {sector: hospital, kind: staff}, add: 1",
            "changes.0.services: this selects nothing: no one thing has all of these.",
        ),
        (
            "services: {region: north}, add: 1",
            "changes.0.services.region: unknown key. Allowed: kind, sector, to, who.",
        ),
        (
            "services: ward, from: 2024-02-01",
            "changes.0: one change does one thing: multiply_by, add, set_to or curve.",
        ),
        (
            "services: ward, add: 1, set_to: 3",
            "changes.0: one change does one thing: multiply_by, add, set_to or curve.",
        ),
        (
            "multiply_by: 2",
            "changes.0: a change begins with what it is about, once: demand, services, "
            "pathways, people, teams, routes, escalation, standards, start_state.",
        ),
        (
            "services: ward, demand: all, multiply_by: 2",
            "changes.0: a change begins with what it is about, once: demand, services, "
            "pathways, people, teams, routes, escalation, standards, start_state.",
        ),
        (
            "services: ward, remove: yes",
            "changes.0.remove: `remove` is part of the language, but this version of "
            "caresim cannot do it yet.",
        ),
        (
            "demand: all, multiply_by: 30%",
            "changes.0.multiply_by: '30%' is not a factor. 30% more is 1.30, 30% less "
            "is 0.70. Write for example 1.30.",
        ),
        (
            "demand: all, multiply_by: {between: [-0.2, 0.4]}",
            "changes.0.multiply_by.between.0: '-0.2' is not a factor. It is negative. "
            "Write for example 1.30.",
        ),
        (
            "services: ward, what: takes.mean, set_to: 8",
            "changes.0.set_to: '8' is not a duration. It has no unit. Write for "
            "example "
            "45 min, 3 days, 18 weeks. (services.ward.takes.mean)",
        ),
        (
            "services: ward, what: takes.average, multiply_by: 2",
            "changes.0.what: services.ward.takes has no 'average'. It has: mean.",
        ),
        (
            "services: ward, what: takes, multiply_by: 2",
            "changes.0.what: services.ward has no 'takes'. Did you mean 'takes.mean'? "
            "It has: capacity, takes.mean.",
        ),
        (
            "services: all, what: cost.hospital, multiply_by: 2",
            "changes.0.what: services.clinic has no 'cost.hospital'. It has: ",
        ),
        (
            "demand: all, multiply_by: 2, from: 2024-09-01, reached_by: 2024-04-01",
            "changes.0: `reached_by` (2024-04-01) must lie after `from` (2024-09-01).",
        ),
        (
            "demand: all, multiply_by: 2, reached_by: 2024-04-01",
            "changes.0: `reached_by` needs `from`: when does the ramp begin?",
        ),
        (
            "demand: all, multiply_by: 2, from: 2024-02-01, until: 2024-02-01",
            "changes.0: `until` (2024-02-01) must lie after `from` (2024-02-01).",
        ),
        (
            "demand: all, multiply_by: 2, from: 2025-01-01",
            "changes.0.from: 2025-01-01 lies after the end of the run.",
        ),
        (
            "demand: all, multiply_by: 2, until: 2023-01-01",
            "changes.0.until: 2023-01-01 lies before the beginning of the run "
            "(2024-01-01).",
        ),
        (
            "demand: all, multiply_by: 2, in_months: [January]",
            "changes.0.in_months.0: 'January' is not a month. Did you mean 'Jan'?",
        ),
        (
            "demand: all, curve: {2024-02-01: 1}",
            "changes.0.curve: a curve needs at least two dates.",
        ),
        (
            "demand: all, curve: {2024-02-01: 1, 2024-03-01: 2}, until: 2024-05-01",
            "changes.0.until: a curve has its own dates; leave `until` out.",
        ),
        (
            "demand: all, curve: {2024-02-01: 1, 2024-02-01 00:00: 2}",
            "changes.0.curve: two of these dates are the same.",
        ),
        (
            "services: clinic, what: then.ward, multiply_by: 11, from: 2024-02-01",
            "changes.0: from 2024-02-01 on this share is 110%, more than 100% "
            "(services.clinic.then.ward).",
        ),
        (
            "services: ward, add: -20, from: 2024-02-01",
            "changes.0: from 2024-02-01 on this is -8, less than nothing "
            "(services.ward.capacity).",
        ),
        (
            "services: ward, what: takes.mean, add: -5 days, from: 2024-02-01",
            "changes.0: from 2024-02-01 on `mean` must be more than nothing "
            "(services.ward.takes.mean).",
        ),
        (
            "services: ward, who: {age: child}, add: 1",
            "changes.0: a capacity is the same for all groups.",
        ),
        (
            "services: clinic, set_to: 5",
            "changes.0.set_to: services.clinic.capacity is written by times of the "
            "week; write `set_to: {Mon-Fri 08:30-17:00: ...}` for the same times.",
        ),
        (
            "demand: clinic, add: 5 per 1000 people per year",
            "changes.0.add: '5 per 1000 people per year' is of another kind than "
            "'50 per day', which it changes.",
        ),
        (
            "routes: {into: ward}, set_to: 5%",
            "changes.0.set_to: routes are multiplied: multiply_by or curve.",
        ),
        (
            "routes: {into: clinic}, multiply_by: 2",
            "changes.0.routes: nothing leads from outside into what is selected.",
        ),
        ("routes: {}, multiply_by: 2", "changes.0.routes: give `into` or `out_of`"),
        (
            "pathways: all, multiply_by: 2",
            "changes.0: say which number: `what: steps.NAME.takes.mean`",
        ),
        (
            "people: child, multiply_by: 2",
            "changes.0.people: write `people: all`, or `people: {who: {age: older}}`.",
        ),
        (
            "demand: all, source: gues, multiply_by: 2",
            "changes.0.source: 'gues' is not a declared source.",
        ),
    ],
)
def test_wrong_changes_are_refused_with_the_reason(change: str, message: str) -> None:
    found = _refused(change)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_route_that_takes_the_rest_cannot_be_multiplied() -> None:
    edit = ("then: {ward: 10%, leave: rest}", "then: {ward: rest, leave: 20%}")
    (found,) = _refused("routes: {into: ward}, multiply_by: 2", edits=(edit,))
    assert found.startswith(
        "changes.0.routes: services.clinic.then.ward leads there with all patients, or "
        "with the `rest`"
    )


def test_changes_that_take_shares_together_over_100_are_refused() -> None:
    edit = (
        "then: {ward: 10%, leave: rest}",
        "then: {ward: 10%, clinic: {share: {by: age, child: 50%, adult: 60%}, "
        "after: 1 day}, leave: rest}",
    )
    change = (
        "services: clinic, what: then.ward, multiply_by: 5, from: 2024-02-01, "
        "reached_by: 2024-06-01"
    )
    assert _refused(change, edits=(edit,)) == [
        "changes.0: from 2024-06-01 on for adult the shares add up to 110% "
        "(services.clinic.then)."
    ]


def test_shares_without_a_rest_must_stay_whole() -> None:
    edit = ("then: {ward: 10%, leave: rest}", "then: {ward: 10%, leave: 90%}")
    change = "services: clinic, what: then.ward, multiply_by: 0.5, from: 2024-02-01"
    assert _refused(change, edits=(edit,)) == [
        "changes.0: from 2024-02-01 on the shares add up to 95% (services.clinic.then)."
    ]


def test_a_priority_cannot_be_changed_on_a_date() -> None:
    edit = ("    capacity: 12\n", "    capacity: 12\n    priority: 3\n")
    change = "services: ward, what: priority, set_to: 1, from: 2024-02-01"
    assert _refused(change, edits=(edit,)) == [
        "changes.0: services.ward.priority can be changed, but not on a date."
    ]
