"""Rates, risks, growth, money and plain numbers as planners write them."""

from collections.abc import Callable

import pytest

from scenarios.counts import factor, ratio, replications, seed, weight, whole
from scenarios.rates import growth, money, rate, risk
from scenarios.texts import Quantity, TextError


@pytest.mark.parametrize(
    ("text", "per_day", "per"),
    [
        ("12 per week", 12 / 7, ""),
        ("100 per hour", 2400.0, ""),
        ("3 per min", 4320.0, ""),
        ("1 every 4 days", 0.25, ""),
        ("2 every 30 min", 96.0, ""),
        ("365.25 per year", 1.0, ""),
        ("1,500 per day", 1500.0, ""),
        ("210 per 1000 people per year", 0.21 / 365.25, "person"),
        ("210 per 1,000 people per year", 0.21 / 365.25, "person"),
        ("0 per day", 0.0, ""),
    ],
)
def test_rates_are_read_per_day(text: str, per_day: float, per: str) -> None:
    quantity = rate(text)
    assert quantity.value == pytest.approx(per_day, rel=1e-14)
    assert quantity.per == per


def test_a_risk_is_the_share_who_leave_within_a_day() -> None:
    daily = risk("1.5% per week").value
    assert (1 - daily) ** 7 == pytest.approx(0.985, rel=1e-14)
    assert risk("2% per day").value == pytest.approx(0.02, rel=1e-14)


def test_growth_may_be_negative() -> None:
    assert growth("1.2% per year").value == 0.012
    assert growth("-0.5% per year").value == -0.005


@pytest.mark.parametrize(
    ("text", "pounds", "per"),
    [
        ("£37 per visit", 37.0, "visit"),
        ("£346.50 per day", 346.5, "day"),
        ("£700 per week", 100.0, "day"),
        ("£36,525 per year", 100.0, "day"),
        ("£ 5 per visit", 5.0, "visit"),
    ],
)
def test_prices_are_pounds_per_visit_or_per_day(
    text: str, pounds: float, per: str
) -> None:
    quantity = money(text)
    assert (quantity.value, quantity.per) == (pytest.approx(pounds), per)


@pytest.mark.parametrize(
    ("read", "text", "why"),
    [
        (rate, "10 min", "This is a time; how many patients per day or week?"),
        (rate, "12", "It does not say per what: per day, per week?"),
        (rate, "50/day", "Write 50 per day."),
        (rate, "50 per dya", "The unit 'dya' is not known. Did you mean 'day'?"),
        (rate, "50 per days", "Did you mean 'day'?"),
        (rate, "1 every 0 days", "Nothing comes every 0 days."),
        (rate, "1 per 0 people per year", "0 people are nobody."),
        (rate, "-5 per day", "It is negative."),
        (rate, "1e6 per day", "'1e6' is not a number."),
        (rate, "1000000 per hour", "is more than 10,000,000 a day."),
        (risk, "1.5%", "Per what?"),
        (risk, "100% per day", "It must be less than 100%."),
        (risk, "-1% per day", "A share lies between 0% and 100%."),
        (growth, "2%", "Per what?"),
        (growth, "2% per week", "It is per year."),
        (growth, "-100% per year", "It must lie above -100%"),
        (money, "37 per visit", "Money carries its sign."),
        (money, "£37", "Per what?"),
        (money, "£-37 per visit", "It is negative."),
        (money, "£37 per hour", "It is per visit, day, week, month or year."),
        (money, "£115 per session", "Prices per session come in a later version"),
        (factor, "30%", "30% more is 1.30, 30% less is 0.70."),
        (factor, "-0.5", "It is negative."),
        (factor, "2000000", "is larger than 1,000,000."),
        (ratio, "50%", "Write 0.5."),
        (ratio, "0.5 min", "It stands without a unit."),
        (weight, "-1", "not negative"),
        (whole, "twelve", "'twelve' is not a number. Write for example 12."),
        (whole, "10-14", "For a range write {between: [lowest, highest]}."),
        (whole, "12 beds", "Write it without a unit: 12."),
        (whole, "2.5", "is not a whole number."),
        (whole, "-2", "'-2' is negative."),
        (whole, "12:30", "is not a number."),
        (whole, "2000000", "is larger than 1,000,000."),
        (seed, "-1", "Write a whole number from 0 to 9223372036854775807."),
        (seed, "9223372036854775808", "is not a seed."),
        (seed, "1.5", "is not a seed."),
        (replications, "0", "Write 1 to 100,000."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    read: Callable[[str], Quantity], text: str, why: str
) -> None:
    with pytest.raises(TextError) as error:
        read(text)
    assert str(error.value).startswith(f"'{text}'")
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0", "0"),
        ("1,000 (lots)", "1000"),
        ("9223372036854775807", "9223372036854775807"),
        ("9007199254740993", "9007199254740993"),
    ],
)
def test_a_seed_keeps_all_its_digits(text: str, digits: str) -> None:
    assert seed(text).text == digits


def test_a_seed_of_thousands_of_digits_is_refused_like_any_other() -> None:
    with pytest.raises(TextError, match="is not a seed"):
        seed("9" * 5000)
