"""Who comes, and how often."""

import pytest

import scenarios
from kernels.values import value_at
from scenarios import tables
from scenarios.dates import moment
from scenarios.scenario import Scenario, Stream
from tests.unit.scenarios.clinics import read, refused, said

TWO_DIMENSIONS = """\
caresim: 1
title: Two dimensions
period: {{start: 2024-01-01, horizon: 1 year}}
groups:
  age: [child, adult]
  need: [high, low]
{people}
services:
  clinic: {{kind: unlimited, takes: 1 day}}
demand:
  clinic: {{{stream}}}
"""
BY_AGE = "people: {number: {by: age, child: 1000, adult: 4000}}"


def _stream(people: str, stream: str) -> tuple[Stream, Scenario]:
    text = TWO_DIMENSIONS.format(people=people, stream=stream)
    made = scenarios.parse(text, "x")
    return made.streams[0], made


def _refused(people: str, stream: str) -> list[str]:
    text = TWO_DIMENSIONS.format(people=people, stream=stream)
    return [line.split(" ", 1)[1] for line in said(text)]


def test_a_plain_rate_is_shared_by_the_numbers_of_people() -> None:
    stream = read().streams[0]
    assert stream.rate.values == (50,)
    assert [share.values for share in stream.shares] == [(0.2,), (0.8,)]
    assert not stream.per_person


def test_a_rate_by_group_is_each_groups_own() -> None:
    edit = ("50 per day", "{by: age, child: 3 per day, adult: 1 every 2 days}")
    stream = read(edit).streams[0]
    assert stream.rate.values == (3, 0.5)
    assert stream.shares == ()


def test_a_rate_per_people_goes_with_the_people_of_each_group() -> None:
    edit = ("50 per day", "365.25 per 1000 people per year")
    made = read(edit)
    assert made.streams[0].per_person
    assert made.streams[0].rate.values == (0.001, 0.001)
    assert made.people is not None
    assert made.people.values == (1000, 4000)


def test_who_names_a_group() -> None:
    stream = read(("rate: 50", "who: {age: adult}, rate: 50")).streams[0]
    assert [share.values for share in stream.shares] == [(0,), (1,)]


def test_who_gives_shares() -> None:
    edit = ("rate: 50", "who: {age: {child: 30%, adult: rest}}, rate: 50")
    stream = read(edit).streams[0]
    assert [share.values[0] for share in stream.shares] == pytest.approx([0.3, 0.7])


def test_a_list_of_groups_is_shared_by_their_people() -> None:
    edits = [
        ("[child, adult]", "[child, adult, older]"),
        ("adult: 4000", "adult: 4000, older: 3000"),
        ("rate: 50", "who: {age: [child, older]}, rate: 50"),
    ]
    stream = read(*edits).streams[0]
    assert [share.values[0] for share in stream.shares] == [0.25, 0, 0.75]


def test_shares_of_one_dimension_and_people_of_another_multiply() -> None:
    stream, _ = _stream(
        BY_AGE, "who: {need: {high: 25%, low: rest}}, rate: 100 per day"
    )
    shares = [share.values[0] for share in stream.shares]
    assert shares == pytest.approx([0.05, 0.15, 0.2, 0.6])


def test_a_rate_by_age_is_divided_by_need_as_who_says() -> None:
    stream, _ = _stream(
        BY_AGE,
        "who: {need: {high: 25%, low: rest}}, "
        "rate: {by: age, child: 8 per day, adult: 40 per day}",
    )
    assert stream.rate.values == pytest.approx((2, 6, 10, 30))


def test_stated_shares_hold_in_each_age_even_where_people_are_told_apart() -> None:
    people = (
        "people: {number: {by: age, child: {by: need, high: 100, low: 900}, "
        "adult: {by: need, high: 3000, low: 1000}}}"
    )
    stream, _ = _stream(
        people,
        "who: {need: {high: 20%, low: rest}}, "
        "rate: {by: age, child: 10 per day, adult: 40 per day}",
    )
    assert stream.rate.values == pytest.approx((2, 8, 8, 32))


def test_a_rate_by_need_is_divided_by_age_by_the_numbers_of_people() -> None:
    stream, _ = _stream(BY_AGE, "rate: {by: need, high: 10 per day, low: 5 per day}")
    assert stream.rate.values == pytest.approx((2, 1, 8, 4))


def test_people_who_are_not_told_apart_by_need_add_up_to_what_is_written() -> None:
    _, made = _stream(BY_AGE, "rate: {by: need, high: 10 per day, low: 5 per day}")
    assert made.people is not None
    assert made.people.values == (500, 500, 2000, 2000)


def test_a_rate_per_people_with_shares_of_need_counts_each_person_once() -> None:
    stream, made = _stream(
        BY_AGE,
        "who: {need: {high: 25%, low: rest}}, rate: 365.25 per 1000 people per year",
    )
    assert made.people is not None
    daily = [r * n for r, n in zip(stream.rate.values, made.people.values, strict=True)]
    assert daily == pytest.approx([0.25, 0.75, 1.0, 3.0])


def test_a_rate_per_people_for_one_need_comes_from_all_people() -> None:
    stream, made = _stream(
        BY_AGE, "who: {need: high, age: adult}, rate: 365.25 per 1000 people per year"
    )
    assert made.people is not None
    daily = [r * n for r, n in zip(stream.rate.values, made.people.values, strict=True)]
    assert daily == pytest.approx([0, 0, 4, 0])


NO_ADULTS = "people: {number: {by: age, child: 1000, adult: 0}}"


@pytest.mark.parametrize(
    "adult", ["0 per day", "{by: need, high: 0 per day, low: 0 per day}"]
)
def test_of_a_rate_of_nothing_it_is_not_asked_who_comes(adult: str) -> None:
    child = "{by: need, high: 2 per day, low: 3 per day}"
    stream, _ = _stream(BY_AGE, f"rate: {{by: age, child: {child}, adult: {adult}}}")
    assert stream.rate.values == (2, 3, 0, 0)


def test_where_there_are_no_people_it_is_not_asked_who_comes() -> None:
    child = (
        "{by: need, high: 2 per 1000 people per day, low: 3 per 1000 people per day}"
    )
    rate = f"rate: {{by: age, child: {child}, adult: 8 per 1000 people per day}}"
    stream, made = _stream(NO_ADULTS, rate)
    assert made.people is not None
    daily = [r * n for r, n in zip(stream.rate.values, made.people.values, strict=True)]
    assert daily == pytest.approx([1, 1.5, 0, 0])  # of 500 people each
    assert len(tables.model(made).clouds) == 2


def test_it_is_asked_after_all_where_a_change_may_bring_somebody() -> None:
    child = "{by: need, high: 2 per day, low: 3 per day}"
    stream = f"rate: {{by: age, child: {child}, adult: 0 per day}}"
    change = "changes: [{demand: clinic, add: 1 per day}]\n"
    text = TWO_DIMENSIONS.format(people=BY_AGE, stream=stream) + change
    (message,) = said(text)
    assert "nothing says who comes by 'need'" in message


def test_a_new_town_brings_patients_once_people_live_there() -> None:
    change = (
        "changes:\n  - {people: {who: {age: adult}}, set_to: 5000, from: 2024-07-01}\n"
    )
    made = read(
        ("adult: 4000", "adult: 0"),
        ("50 per day", "2 per 1000 people per day"),
        more=change,
    )
    model = tables.model(made)
    levels = [
        [
            value_at(model.values, model.knots, row["level"], moment(day))
            for row in model.clouds
        ]
        for day in ("2024-03-01", "2024-08-01")
    ]
    assert levels == [pytest.approx([2, 0]), pytest.approx([2, 10])]


def test_a_change_of_some_people_is_about_them_alone() -> None:
    change = "changes: [{people: {who: {age: adult}}, set_to: 6000}]\n"
    made = scenarios.parse(
        TWO_DIMENSIONS.format(
            people=BY_AGE, stream="who: {need: high}, rate: 2 per day"
        )
        + change,
        "x",
    )
    assert made.people is not None
    (move,) = made.people.moves
    assert move.groups == (False, False, True, True)
    assert {move.values[g if len(move.values) > 1 else 0] for g in (2, 3)} == {3000}


def test_without_groups_there_is_nothing_to_say() -> None:
    text = TWO_DIMENSIONS.format(people="", stream="rate: 2 per day")
    text = text.replace("groups:\n  age: [child, adult]\n  need: [high, low]\n", "")
    assert said(text) == []


@pytest.mark.parametrize(
    ("people", "stream", "message"),
    [
        (
            "",
            "rate: 5 per day",
            "demand.clinic: nothing says who comes by 'age'. Write `who: {age: "
            "child}`, "
            "shares (`who: {age: {child: 40%, adult: rest}}`), a rate by group (`{by: "
            "age, ...}`), or numbers of `people`.",
        ),
        (BY_AGE, "rate: 5 per day", "demand.clinic: nothing says who comes by 'need'."),
        (
            BY_AGE,
            "rate: 2 per 1000 people per year",
            "demand.clinic: nothing says who comes by 'need'.",
        ),
        (
            "",
            "who: {need: high}, rate: {by: age, child: 1 per day, adult: 2 per day}",
            None,
        ),
        (
            "",
            "who: {need: high}, rate: 2 per 1000 people per year",
            "demand.clinic.rate: a rate per people needs numbers of people: a "
            "`people:` "
            "section.",
        ),
        (
            BY_AGE,
            "who: {need: high, age: {child: 20%, adult: rest}}, "
            "rate: {by: age, child: 1 per day, adult: 2 per day}",
            "demand.clinic.who: `who` and the rate both divide by age.",
        ),
        (
            BY_AGE,
            "who: {need: {high: 20%, low: 70%}}, rate: 5 per day",
            "demand.clinic.who.need: the shares add up to 90%.",
        ),
        (
            BY_AGE,
            "who: {need: heigh}, rate: 5 per day",
            "demand.clinic.who.need: 'heigh' is not a group of need. Did you mean "
            "'high'? Groups: high, low.",
        ),
        (
            BY_AGE,
            "who: {needs: high}, rate: 5 per day",
            "demand.clinic.who.needs: 'needs' is not a dimension of `groups`. Did you "
            "mean 'need'? Dimensions: age, need.",
        ),
        (
            "people: {number: {by: age, child: 0, adult: 4000}}",
            "who: {need: high, age: child}, rate: 5 per day",
            "demand.clinic: nobody can come: there are no such people.",
        ),
        (
            "people: {number: {by: age, child: 0, adult: 4000}}",
            "who: {need: high}, rate: {by: age, child: 1 per day, adult: 2 per day}",
            "demand.clinic: nobody can come for child, high: there are no such people.",
        ),
        (
            "people: {number: {by: age, child: 0, adult: 4000}}",
            "who: {need: high, age: {child: 20%, adult: rest}}, rate: 5 per day",
            "demand.clinic: nobody can come for child, high: there are no such people.",
        ),
        (
            "people: {number: {by: age, child: 0, adult: 4000}}",
            "who: {need: high, age: {child: 0%, adult: rest}}, rate: 5 per day",
            None,
        ),
        (
            BY_AGE,
            "who: {need: high}, rate: {by: age, child: 1 per day, adult: 2 per 1000 "
            "people per year}",
            "demand.clinic.rate: either all of these rates are per people, or none.",
        ),
        (
            "people: {number: {by: age, child: 1000, adult: 9000000000}}",
            "who: {need: high}, rate: 20 per 10 people per week",
            "demand.clinic.rate: together this is more than 10,000,000 a day.",
        ),
    ],
)
def test_it_must_be_clear_who_comes(
    people: str, stream: str, message: str | None
) -> None:
    found = _refused(people, stream)
    if message is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(message)


def test_numbers_by_group_may_be_nested_and_have_a_rest() -> None:
    _, made = _stream(
        "people: {number: {by: age, child: {by: need, high: 1, low: 2}, rest: 8}}",
        "who: {need: high}, rate: 1 per day",
    )
    assert made.people is not None
    assert made.people.values == (1, 2, 4, 4)


def test_a_value_goes_with_factors() -> None:
    edit = (
        "ward: 10%",
        "ward: {value: {by: age, child: 10%, adult: 20%}, "
        "times: [{by: age, child: 2, rest: 1}, 0.5]}",
    )
    share = read(edit).steps[0].then[0].share
    assert share is not None
    assert share.values == (0.1, 0.1)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("{by: age, adult: 4000}", "no value for child. Add it or a `rest:`."),
        (
            "{by: age, child: 1, adult: 2, rest: 3}",
            "every group of age is named already; leave `rest` out.",
        ),
        ("{by: age, child: {by: age, rest: 1}, rest: 3}", "age was asked for already."),
        ("{by: agee, rest: 3}", "'agee' is not a dimension of `groups`."),
        ("{child: 1, adult: 2}", "which dimension? Begin with `by`"),
        ("{value: 3}", "`times` is missing"),
        ("{between: [1000]}", "write two numbers, the lower and the higher"),
        ("{most_likely: 1000}", "`between` is missing"),
        ("[1, 2]", "a number belongs here, such as 511400, not a list."),
    ],
)
def test_wrong_tables_by_group_are_refused(number: str, message: str) -> None:
    found = refused(("{by: age, child: 1000, adult: 4000}", number))
    assert len(found) == 1
    assert message in found[0]


def test_a_stream_goes_to_what_it_is_named_after_or_says() -> None:
    made = read(more="  walk-ins: {to: {ward: 30%, clinic: rest}, rate: 2 per day}\n")
    first, second = made.streams
    assert [branch.target.service for branch in first.to] == ["clinic"]
    assert [branch.target.service for branch in second.to] == ["ward", "clinic"]


def test_the_sector_of_a_stream_is_that_of_where_it_goes() -> None:
    made = read(
        ("    kind: beds\n", "    kind: beds\n    sector: hospital\n"),
        more=(
            "  to the ward: {to: ward, rate: 2 per day}\n"
            "  both: {to: {ward: 30%, clinic: rest}, rate: 2 per day}\n"
            "  own: {to: ward, sector: private, rate: 2 per day}\n"
        ),
    )
    assert [s.sector for s in made.streams] == [None, "hospital", None, "private"]


def test_profiles_are_multiplied_and_must_meet() -> None:
    more = (
        "profiles:\n  weekdays: {days: [1, 1, 1, 1, 1, 0, 0]}\n"
        "  saturdays: {during: {Sat 08:00-12:00: 1}}\n"
    )
    edit = ("rate: 50 per day", "rate: 50 per day, profile: [weekdays]")
    assert [p.name for p in read(edit, more=more).streams[0].profiles] == ["weekdays"]
    both = ("rate: 50 per day", "rate: 50 per day, profile: [weekdays, saturdays]")
    assert refused(both, more=more) == [
        "demand.clinic.profile: these are never above 0 at the same time, so nobody "
        "would ever come."
    ]


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ("{hours: [1, 2, 3]}", "profiles.p.hours: hours needs 24 values and has 3."),
        (
            "{days: [0, 0, 0, 0, 0, 0, 0]}",
            "profiles.p: every weight is 0, so nobody would ever come.",
        ),
        ("{}", "profiles.p: write one of hours, days, week, months, during."),
        (
            "{during: {Mon 08:00-12:00: 1, Mon 11:00-13:00: 2}}",
            "profiles.p.during.Mon 11:00-13:00: 'Mon 11:00-13:00' overlaps "
            "'Mon 08:00-12:00'.",
        ),
    ],
)
def test_wrong_profiles_are_refused(profile: str, message: str) -> None:
    assert refused(more=f"profiles:\n  p: {profile}\n") == [message]
