"""Durations and shares as planners write them."""

import pytest

from scenarios.texts import TextError, duration, share


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("45 min", 0.03125),
        ("86400 sec", 1.0),
        ("1 hour", 1 / 24),
        ("2.15 hours", 2.15 / 24),
        ("3 days", 3.0),
        ("1,000 days", 1000.0),
        ("18 weeks", 126.0),
        ("6 months", 182.625),
        ("1 year", 365.25),
        ("0 min", 0.0),
        (".5 days", 0.5),
        ("3\u00a0days", 3.0),
    ],
)
def test_durations_are_read_in_days(text: str, days: float) -> None:
    assert duration(text).value == pytest.approx(days, rel=1e-15)


def test_the_source_mark_is_kept_apart() -> None:
    quantity = duration("39 days (pack)")
    assert (quantity.value, quantity.text, quantity.source) == (39.0, "39 days", "pack")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("15", "'15' is not a duration. It has no unit. Write for example 45 min"),
        ("15 hrs", "The unit 'hrs' is not known. Did you mean 'hours'?"),
        ("15 dya", "Did you mean 'day'?"),
        ("45min", "Put a space before the unit: 45 min."),
        ("-3 days", "It is negative."),
        ("4 per day", "This is a rate."),
        ("1 hour 15 min", "Write it in one unit: 75 min."),
        ("1001 years", "is longer than 1,000 years."),
        ("1e3 days", "is not a duration"),
        ("inf days", "is not a duration"),
        ("1_000 days", "is not a duration"),
        ("0x10 days", "is not a duration"),
        ("1,00 days", "is not a duration"),
        ("٣ days", "is not a duration"),
        ("", "is not a duration"),
        ("9" * 30 + " days", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(TextError) as error:
        duration(text)
    assert why in str(error.value)


def test_what_is_added_to_a_duration_may_be_negative() -> None:
    assert duration("-3 days", signed=True).value == -3.0
    assert duration("\u22123 days", signed=True).value == -3.0


@pytest.mark.parametrize(
    ("text", "value"), [("30%", 0.3), ("0%", 0.0), ("100%", 1.0), ("5.5 %", 0.055)]
)
def test_shares_are_fractions(text: str, value: float) -> None:
    assert share(text).value == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.1", "Shares carry a percent sign: 10%."),
        ("30", "Shares carry a percent sign: 30%."),
        ("120%", "A share lies between 0% and 100%."),
        ("-5%", "A share lies between 0% and 100%."),
        ("half", "Write for example 30%."),
    ],
)
def test_what_is_no_share_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(TextError) as error:
        share(text)
    assert f"'{text}' is not a share. {why}" in str(error.value)
