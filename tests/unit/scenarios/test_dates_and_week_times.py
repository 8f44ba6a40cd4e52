"""Dates, periods by the calendar, bank holidays, times of the week."""

import pytest

from kernels.layout import DAY, HOUR
from scenarios.dates import bank_holidays, moment, shifted, written_date
from scenarios.scenario import WeekTime
from scenarios.texts import TextError
from scenarios.weektimes import overlaps, week_time

WORKDAYS = (True, True, True, True, True, False, False)
EVERY = (True,) * 7


def test_moments_count_from_the_third_of_january_2000() -> None:
    assert moment("2000-01-03") == 0
    assert moment("2000-01-04 06:00") == DAY + 6 * HOUR
    assert moment("2024-01-01") == 8764 * DAY


def test_moments_are_written_as_they_are_read() -> None:
    assert written_date(moment("2024-02-29")) == "2024-02-29"
    assert written_date(moment("2024-02-29 08:30")) == "2024-02-29 08:30"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/04/2024", "'01/04/2024' is not a date. Dates are written year first."),
        ("2023-02-29", "'2023-02-29' is not a day of the calendar."),
        ("1999-12-31", "1999-12-31 lies before 2000-01-03"),
        ("2060-01-01", "2060-01-01 lies after 2059-12-31"),
        ("2024-01-01 24:00", "hours run from 00:00 to 23:59"),
        ("2024-1-1", "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(TextError) as error:
        moment(text)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2024-01-01", "1 year", "2025-01-01"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-01-01", "0.5 years", "2024-07-01"),
        ("2024-01-01 06:00", "19 hours", "2024-01-02 01:00"),
        ("2024-01-01", "8 weeks", "2024-02-26"),
    ],
)
def test_months_and_years_go_by_the_calendar(start: str, text: str, end: str) -> None:
    assert shifted(moment(start), text, 1) == moment(end)


def test_a_warm_up_of_a_year_begins_on_the_same_date() -> None:
    assert shifted(moment("2021-04-01"), "1 year", -1) == moment("2020-04-01")


def test_each_country_has_its_own_bank_holidays() -> None:
    boyne = moment("2024-07-12")
    easter_monday = moment("2024-04-01")
    assert boyne in bank_holidays("Northern Ireland")
    assert boyne not in bank_holidays("England")
    assert easter_monday in bank_holidays("England")
    assert easter_monday not in bank_holidays("Scotland")
    assert bank_holidays("none") == ()


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(TextError, match="Did you mean 'Scotland'"):
        bank_holidays("Scotlnd")


@pytest.mark.parametrize(
    ("text", "days", "holidays", "begin", "end"),
    [
        ("Mon-Fri 08:30-17:00", WORKDAYS, "as other days", 8.5, 17),
        ("working days 09:00-17:00", WORKDAYS, "not", 9, 17),
        ("Mon–Fri 08:30–17:00", WORKDAYS, "as other days", 8.5, 17),
        ("20:00-08:00", EVERY, "as other days", 20, 32),
        ("bank holidays", EVERY, "only", 0, 24),
        ("every day 08:00-24:00", EVERY, "as other days", 8, 24),
        ("weekends", (False,) * 5 + (True,) * 2, "as other days", 0, 24),
        (
            "Mon Wed Fri 07:00-12:00",
            (True, False, True, False, True, False, False),
            "as other days",
            7,
            12,
        ),
        (
            "Sat-Mon 10:00-12:00",
            (True, False, False, False, False, True, True),
            "as other days",
            10,
            12,
        ),
    ],
)
def test_times_of_the_week_are_read(
    text: str, days: tuple[bool, ...], holidays: str, begin: float, end: float
) -> None:
    expected = WeekTime(days, holidays, int(begin * HOUR), int(end * HOUR))
    assert week_time(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "Mon-Fri 8:30-17:00",
            "'8:30' in 'Mon-Fri 8:30-17:00' is not a time of day. Write 08:30.",
        ),
        ("Mo-Fri 08:30-17:00", "is not a day. Did you mean 'Mon'?"),
        ("workin days 08:30-17:00", "Did you mean 'working days'?"),
        ("Mon 18:00-25:00", "'25:00' in 'Mon 18:00-25:00' is not a time of day."),
        ("9am-5pm", "'9am-5pm' is not a time of day. Write 09:00-17:00."),
        ("Mon 8.30 AM - 12 pm", "is not a time of day. Write 08:30-12:00."),
        ("Fri 8 p.m. - 12 a.m.", "is not a time of day. Write 20:00-00:00."),
        ("Fri 9-5pm", "is not a time of day. Write 09:00-17:00."),
        ("Mon-Fri 13am-5pm", "is not a time of day. Hours run"),
        ("Mon 08:30", "is one instant. Write from when to when: 08:30-17:00."),
        ("08:00-08:00", "begins and ends at the same time"),
        ("Mon Wed Mon 08:00-09:00", "'Mon' in 'Mon Wed Mon 08:00-09:00' stands twice."),
        ("", "a time of the week is missing"),
    ],
)
def test_what_is_no_time_of_the_week_is_refused(text: str, why: str) -> None:
    with pytest.raises(TextError) as error:
        week_time(text)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (["08:00-20:00", "20:00-08:00"], []),
        (["Mon-Fri 08:30-17:00", "Wed 16:00-20:00"], [(0, 1)]),
        (["Sun 20:00-08:00", "Mon 07:00-09:00"], [(0, 1)]),
        (["working days 09:00-17:00", "bank holidays 10:00-14:00"], []),
        (["Mon-Fri 09:00-17:00", "bank holidays 10:00-14:00"], []),
        (["20:00-08:00", "bank holidays"], [(0, 1)]),
        (["working days", "Mon"], [(0, 1)]),
        (["working days", "weekends"], []),
    ],
)
def test_times_that_hold_at_one_moment_are_found(
    texts: list[str], pairs: list[tuple[int, int]]
) -> None:
    assert overlaps([week_time(t) for t in texts], holidays=True) == pairs


def test_without_bank_holidays_they_overlap_nothing() -> None:
    times = [week_time("20:00-08:00"), week_time("bank holidays")]
    assert overlaps(times, holidays=False) == []
