"""Services, pathways and destinations."""

import pytest

import scenarios
from kernels.layout import HOUR
from scenarios.problems import listed
from scenarios.scenario import Capacity, Target
from scenarios.service_spec import Beds
from tests.unit.scenarios.clinics import clinic, read, refused, said

THEN = "then: {ward: 10%, leave: rest}"
AWAY = "  home: {kind: unlimited, takes: 2 days}\ndemand:\n"


def _targets(text: str, more: str = "") -> list[Target]:
    return [branch.target for branch in read((THEN, text), more=more).steps[0].then]


def test_every_service_has_a_step_of_its_own_and_pathways_follow() -> None:
    more = (
        "  stays: {to: stay, rate: 1 per day}\n"
        "pathways:\n  stay:\n    start: night\n    steps:\n"
        "      night: {at: ward, takes: 1 day, then: clinic}\n"
        "      ward: {}\n"
    ).replace("then: clinic", "then: {clinic: 50%, ward: {share: rest, after: 1 day}}")
    made = read(more=more)
    assert [(s.service, s.pathway, s.name) for s in made.steps] == [
        ("clinic", None, None),
        ("ward", None, None),
        ("ward", "stay", "night"),
        ("ward", "stay", "ward"),
    ]
    night, ward = made.steps[2:]
    assert ward.takes == made.steps[1].takes
    # A step of the pathway comes before a service of the same name.
    assert [b.target for b in night.then] == [
        Target(service="clinic"),
        Target(step=("stay", "ward")),
    ]
    assert made.streams[1].to[0].target == Target(pathway="stay")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("then: ward", [Target(service="ward")]),
        ("then: leave", [Target()]),
        (THEN, [Target(service="ward"), Target()]),
        (
            "then: {ward: 1%, cured: rest}",
            [Target(service="ward"), Target(ending="cured")],
        ),
    ],
)
def test_names_lead_to_services_and_endings(text: str, targets: list[Target]) -> None:
    if text == "then: leave":
        made = scenarios.parse(
            clinic(
                (THEN, text),
                ("clinic: {rate", "ward: {rate"),
                more="  clinic: {rate: 1 per day}\n",
            ),
            "x",
        )
        assert [branch.target for branch in made.steps[0].then] == targets
        return
    assert _targets(text, "endings: [cured]\n") == targets


def test_branches_have_delays() -> None:
    then = (
        "then: {ward: {share: 50%, after: 8 weeks}, "
        "leave: {share: rest, arranged_in: {law: exponential, mean: 5 days}}}"
    )
    ward, leave = read((THEN, then)).steps[0].then
    assert ward.after is not None
    assert ward.after[0].parameters["value"].values == (56,)
    assert leave.share is None
    assert leave.arranged_in is not None
    assert leave.arranged_in[0].parameters["mean"].values == (5,)


def test_a_destination_with_a_delay_alone_is_for_all() -> None:
    (branch,) = read((THEN, "then: {ward: {after: 1 day}}")).steps[0].then
    assert branch.share is None
    assert branch.target == Target(service="ward")


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (
            "{wrad: 10%, leave: rest}",
            "services.clinic.then.wrad: 'wrad' is not a service, a pathway or "
            "an ending. Did you mean 'ward'? Declared: clinic, ward, leave.",
        ),
        (
            "{ward: 10%, leave: 80%}",
            "services.clinic.then: the shares add up to 90%. If the others leave, add "
            "`leave: rest`.",
        ),
        ("{ward: 90%, leave: 30%}", "services.clinic.then: the shares add up to 120%."),
        (
            "{ward: 60%, clinic: {share: 50%, after: 1 day}, leave: rest}",
            "services.clinic.then: the shares add up to 110%.",
        ),
        (
            "{ward: {by: age, child: 60%, adult: 70%}, leave: 40%}",
            "services.clinic.then: for adult the shares add up to 110%.",
        ),
        (
            "{ward: {value: 60%, times: {by: age, child: 2, rest: 1}}, leave: rest}",
            "services.clinic.then.ward: for child this share is 120%, more than 100%.",
        ),
        (
            "{ward: rest, leave: rest}",
            "services.clinic.then: only one of these can be the `rest`.",
        ),
        (
            "{ward: {after: 1 day}, leave: rest}",
            "services.clinic.then.ward: how many go here? Write `share: 30%`, or "
            "`share: rest`.",
        ),
        (
            "{ward: 0.1, leave: rest}",
            "services.clinic.then.ward: '0.1' is not a share. Shares carry a percent "
            "sign: 10%. Write for example 30%.",
        ),
        (
            "{ward: 10%, leave: {share: rest, after: 1 day}}",
            "services.clinic.then.leave.after: who leaves does not come back; a delay "
            "has no meaning here.",
        ),
        (
            "{ward: {share: 10%, in: 1 day}, leave: rest}",
            "services.clinic.then.ward.in: unknown key. Allowed: after, arranged_in, "
            "keeps_bed, share.",
        ),
        (
            "[ward]",
            "services.clinic.then: a destination is a name, or names with shares: "
            "{ward: 40%, leave: rest}; not a list.",
        ),
        (
            "{by: age, child: ward, adult: leave}",
            "services.clinic.then: `by` stands on the shares: {ward: {by: age, child: "
            "10%, rest: 5%}, leave: rest}.",
        ),
        ("{}", "services.clinic.then: this is empty."),
    ],
)
def test_wrong_destinations_are_refused(then: str, message: str) -> None:
    assert refused((THEN, f"then: {then}")) == [message]


def test_capacity_is_open_always_or_at_times_of_the_week() -> None:
    clinic_, ward = read().services
    assert ward.capacity[0].times is None
    (entry,) = clinic_.capacity
    assert entry.times is not None
    assert (entry.times.begin, entry.times.end) == (int(8.5 * HOUR), 17 * HOUR)
    assert entry.number.values == (2,)


def test_a_calendar_stands_for_its_times() -> None:
    more = "calendars: {shifts: [Mon-Fri 08:00-12:00, Sat 09:00-11:00]}\n"
    made = read(("{Mon-Fri 08:30-17:00: 2}", "{shifts: 3}"), more=more)
    numbers = [entry.number.values for entry in made.services[0].capacity]
    assert numbers == [(3,), (3,)]
    assert [e.times.days[5] for e in made.services[0].capacity if e.times] == [
        False,
        True,
    ]


def test_always_is_a_time_too() -> None:
    made = read(("{Mon-Fri 08:30-17:00: 2}", "{always: 3}"))
    (entry,) = made.services[0].capacity
    assert entry == Capacity(None, entry.number)
    assert entry.number.values == (3,)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            (
                "{Mon-Fri 08:30-17:00: 2}",
                "{Mon-Fri 08:30-17:00: 2, Wed 16:00-20:00: 1}",
            ),
            "services.clinic.capacity.Wed 16:00-20:00: 'Wed 16:00-20:00' overlaps "
            "'Mon-Fri 08:30-17:00'.",
        ),
        (
            ("{Mon-Fri 08:30-17:00: 2}", "{always: 2, Wed 16:00-20:00: 1}"),
            "services.clinic.capacity.always: `always` leaves no time for another "
            "entry.",
        ),
        (
            (
                "    capacity: 12\n    takes: {law: exponential, mean: 4 days}\n",
                "    capacity: 12\n    end_of_shift: finish\n    takes: 1 day\n",
            ),
            "services.ward.end_of_shift: unknown key for beds. Allowed: "
            + listed(Beds.allowed())
            + ".",
        ),
        (
            ("kind: beds", "kind: slots"),
            "services.ward.capacity: slots need days: {Mon-Fri 09:00-17:00: 12} is "
            "that "
            "many on each of them.",
        ),
        (
            ("kind: beds", "kind: bed"),
            "services.ward.kind: 'bed' is not a kind. Did you mean 'beds'? Kinds: "
            "'staff', 'beds', 'slots', 'caseload', 'unlimited'.",
        ),
        (
            ("    kind: beds\n", ""),
            "services.ward: `kind` is missing. Kinds: 'staff', 'beds', 'slots', "
            "'caseload', 'unlimited'.",
        ),
        (
            ("    takes: {law: exponential, mean: 4 days}\n", ""),
            "services.ward: `takes` is missing: how long do patients stay? Write for "
            "example {law: exponential, mean: 4 days}.",
        ),
        (
            ("capacity: 12", "capacity: {by: age, child: 3, adult: 4}"),
            "services.ward.capacity: a capacity is the same for all groups.",
        ),
        (
            ("capacity: 12", "capacity: {between: [10, 13.5]}"),
            "services.ward.capacity.between.1: '13.5' is not a whole number. Write "
            "for example 12.",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    cost: {nobody: £3 per day}\n",
            ),
            "services.ward.cost.nobody: 'nobody' is not a budget. There is no "
            "`budgets:` section.",
        ),
        (
            ("    capacity: 12\n", "    capacity: 12 (KH03)\n"),
            "services.ward.capacity: 'KH03' is not a declared source. There is no "
            "`sources:` section.",
        ),
        (
            ("    capacity: 12\n", "    capacity: 12\n    priority: 1.5\n"),
            "services.ward.priority: '1.5' is not a whole number. Write for example "
            "12.",
        ),
        (
            ("    capacity: 12\n", "    capacity: 12\n    priority: 1001\n"),
            "services.ward.priority: '1001' is larger than 1,000.",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    turned_away: {full: {then: leave}}\n",
            ),
            "services.ward.turned_away.full: write when: `when_waiting`, `when_wait` "
            "or `share`.",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    turned_away: {when_waiting: 3, then: leave}\n",
            ),
            "services.ward.turned_away: this needs a name: {gives up: {after: 6 hours, "
            "then: leave}}.",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    while_waiting: {goes: {then: leave}}\n",
            ),
            "services.ward.while_waiting.goes: write either `after` (a time) or `risk` "
            "(a share per time).",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    while_waiting: {up: {after: 1 day, priority: 1, "
                "then: leave}}\n",
            ),
            "services.ward.while_waiting.up: write `then` if they go, or `priority` "
            "if they stay in line.",
        ),
        (
            (
                "    capacity: 12\n",
                "    capacity: 12\n    while_waiting: {goes: {risk: 1% per week, "
                "who: {age: {child: 3%}}, then: leave}}\n",
            ),
            "services.ward.while_waiting.goes.who.age: write a group or a list of "
            "groups; shares belong to demand.",
        ),
    ],
)
def test_wrong_services_are_refused(edit: tuple[str, str], message: str) -> None:
    assert refused(edit) == [message]


def test_events_rules_and_absences_are_read() -> None:
    slots = (
        "    kind: staff\n    capacity: {Mon-Fri 08:30-17:00: 2}\n"
        "    takes: {law: lognormal, mean: 15 min, sd: 8 min}\n",
        "    kind: slots\n    capacity: {Mon-Fri 08:30-17:00: 20}\n"
        "    did_not_attend: {share: {by: age, child: 5%, rest: 10%}, then: leave}\n"
        "    turned_away: {full: {when_waiting: 6, share: 30%, who: {age: child}, "
        "then: leave}}\n"
        "    while_waiting:\n      loses heart: {risk: 1.5% per week, then: leave}\n"
        "      goes: {after: {law: exponential, mean: 3 days}, who: {age: [adult]}, "
        "then: ward}\n",
    )
    made = read(slots)
    service, step = made.services[0], made.steps[0]
    assert step.takes is None
    assert service.did_not_attend is not None
    assert service.did_not_attend.share.values == (0.05, 0.1)
    (rule,) = service.turned_away
    assert rule.share is not None
    assert (rule.when_waiting, rule.share.values) == (6, (0.3,))
    assert rule.groups == (True, False)
    heart, goes = step.waiting
    assert heart.risk is not None
    assert (1 - heart.risk.values[0]) ** 7 == pytest.approx(0.985)
    assert goes.after is not None
    assert goes.groups == (False, True)


def test_costs_and_scale_are_read() -> None:
    more = "budgets: [hospital]\nscale: {ratio: 1:20, instead: {ward: 2}}\n"
    edit = (
        "    capacity: 12\n",
        "    capacity: 12\n    cost: {hospital: £70 per week}\n",
    )
    made = read(edit, more=more)
    (price,) = made.services[1].costs
    assert (price.budget, price.number.values, price.per) == ("hospital", (10,), "day")
    assert made.scale.ratio == 0.05
    assert made.services[1].instead is not None
    assert made.services[1].instead[0].number.values == (2,)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "scale: {ratio: 20}\n",
            "scale.ratio: '20' is not a ratio. Write for example 1:20.",
        ),
        (
            "scale: {instead: {clinic: 2}}\n",
            "scale.instead.clinic: this must be written for the same times as the "
            "capacity of 'clinic': {Mon-Fri 08:30-17:00: ...}.",
        ),
        (
            "scale: {instead: {ward: {08:00-20:00: 2}}}\n",
            "scale.instead.ward: this must be written for the same times as the "
            "capacity of 'ward': one number, as it is always open.",
        ),
        (
            "scale: {instead: {wards: 2}}\n",
            "scale.instead.wards: 'wards' is not a service. Did you mean 'ward'?",
        ),
        (
            "endings: [ward]\n",
            "endings.0: 'ward' is already the name of a service; services, pathways, "
            "shortest lines and endings share one set of names.",
        ),
        (
            "endings: [leave]\n",
            "endings.0: 'leave' is a word of the language; choose another name.",
        ),
        (
            "record: {visits: [wards]}\n",
            "record.visits.0: 'wards' is not a service. Did you mean 'ward'? Write "
            "none, all, or a list of services.",
        ),
        (
            "record: {by: [sex]}\n",
            "record.by.0: 'sex' is not a dimension of `groups`. Dimensions: age.",
        ),
    ],
)
def test_wrong_sections_are_refused(more: str, message: str) -> None:
    assert refused(more=more) == [message]


HOME = "  home: {kind: beds, capacity: 3, takes: 9 days}\ndemand:\n"


@pytest.mark.parametrize(
    ("lines", "keeps"),
    [
        ("then: {home: 10%, leave: rest}", True),
        ("then: home", True),
        ("then: {home: {share: 10%, keeps_bed: no}, leave: rest}", False),
        ("then: {home: {share: 10%, after: 1 day}, leave: rest}", False),
        ("then: {home: {share: 10%, arranged_in: 1 day}, leave: rest}", True),
        ("then: {home: 10%, leave: rest}\n    keeps_bed: no", False),
        (
            "then: {home: {share: 10%, keeps_bed: yes}, leave: rest}\n"
            "    keeps_bed: no",
            True,
        ),
    ],
)
def test_from_beds_to_beds_the_bed_is_kept_unless_it_is_said(
    lines: str, keeps: bool
) -> None:
    mean = "mean: 4 days}\n"
    edits = [(mean, f"{mean}    {lines}\n"), ("demand:\n", HOME)]
    made = scenarios.parse(clinic(*edits))
    ward = next(step for step in made.steps if step.service == "ward")
    assert ward.then[0].keeps_bed is keeps
    assert not any(branch.keeps_bed for branch in ward.then[1:])


def test_a_bed_cannot_be_kept_through_a_delay() -> None:
    mean = "mean: 4 days}\n"
    then = "    then: {home: {share: 10%, after: 1 day, keeps_bed: yes}, leave: rest}\n"
    (message,) = refused((mean, mean + then), ("demand:\n", HOME))
    assert message == (
        "services.ward.then.home.keeps_bed: with `after` the bed is given up; "
        "`arranged_in` keeps it."
    )


def test_a_price_that_differs_between_unrecorded_groups_is_refused() -> None:
    cost = "    cost: {hospital: {by: age, child: £1 per day, adult: £2 per day}}\n"
    edit = ("    capacity: 12\n", f"    capacity: 12\n{cost}")
    (message,) = refused(edit, more="budgets: [hospital]\n")
    assert "differs between groups that are not recorded apart" in message
    more = "budgets: [hospital]\nrecord: {by: [age]}\n"
    assert refused(edit, more=more) == []


def test_three_problems_of_one_service_are_told_at_once() -> None:
    edits = [
        ("capacity: 12", "capacity: twelve"),
        ("{law: exponential, mean: 4 days}", "{mean: 4 days}\n    colour: red"),
    ]
    assert [line.split(" ")[0] for line in said(clinic(*edits))] == [
        "16:15",
        "17:12",
        "18:5",
    ]


def test_problems_of_names_and_of_units_are_told_together() -> None:
    edits = [("{ward: 10%", "{wrad: 10%"), ("50 per day", "50")]
    assert len(said(clinic(*edits))) == 2
