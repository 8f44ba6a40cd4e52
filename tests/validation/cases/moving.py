"""Nothing steady: profiles, shifts, changes, and systems that fill from empty."""

import math
from calendar import monthrange
from datetime import date

from scipy import stats

from tests.validation.formulas import (
    days_for_each_working_day,
    infinite_servers,
    seasonal_rate,
)
from tests.validation.harness import EXACT_USE, Case, Floats, Metric, Outcome
from tests.validation.quantities import (
    at_midnight,
    daily,
    in_use,
    in_use_at,
    line,
    line_at,
    mean_at_midnights,
    measure,
    number_made_to_wait,
    spread_at_midnight,
    wait_of_patient,
)

HOUR = 1 / 24


def _cycle(hour: int) -> float:
    """Return the mean over an hour of the sine of T09a."""
    turn = 2 * math.pi / 24
    return 12 + 8 * (math.cos(turn * hour) - math.cos(turn * (hour + 1))) / turn


EMERGENCY = infinite_servers([(1.0, _cycle(h % 24), 0.0) for h in range(48)], 4.0, 0.0)
"""Mean number present at the end of each hour."""

TEAM = infinite_servers(
    [
        (40, 5, 0),
        (20, 6.5, 0),
        (40, 6.5, 0),
        (60, 6.5, 0),
        (100, 6.5, -0.0325),
        (40, 3.25, 0),
    ],
    30,
    150,
)
"""F70: present 40, 60, 100, 160, 260 and 300 days after the start."""

LIST = {26: 452.0, 52: 348.0, 78: 244.000854363, 104: 140.838876242}
SPREAD = {26: 36.7695526214, 52: 51.9999999996, 104: 71.6476713927}
TREATED = 5667.16112376
"""T26a: the list after some weeks, its standard deviation, and operations in all."""

LATE = stats.norm(0.5, 2)
"""F104: hours late; just before midnight those are there who came since 23:00."""

SEASONS = (1.2, 1.1, 1, 1, 0.9, 0.9, 0.8, 0.8, 1, 1, 1.1, 1.2)
DAILY = (0.1 * 43_000 + 0.24 * 100_000) / 365.25


def _eighteen_hours(halves: Floats) -> Floats:
    return halves[:, :36].sum(axis=1)


def _spread(halves: Floats) -> Floats:
    return (_eighteen_hours(halves) - 227.133333333) ** 2


def _unused(o: Outcome) -> Floats:
    return 50 * 26 + 56 * 78 - o.measure("orthopaedic operation: starts, number")


CASES = (
    Case(
        "T09a",
        "T09a: Mt/M/infinity, the sine as a staircase (EMW)",
        tuple(
            Metric(
                f"present after {hour} hours",
                in_use_at(hour * HOUR),
                EMERGENCY[hour - 1],
            )
            for hour in (12, 6, 18, 24, 36, 47)
        ),
        quick=60,
    ),
    Case(
        "T10",
        "T10: counts of a non-stationary Poisson process",
        (
            Metric("who come in 18 hours", daily(_eighteen_hours), 227.133333333),
            Metric("their variance", daily(_spread), 227.133333333, limit=0.02),
            Metric(
                "who come in 24 hours",
                measure("front desk: arrivals, per day"),
                229.5,
            ),
            Metric(
                "who come 11:00 to 13:00",
                daily(lambda h: h[:, 10:14].sum(axis=1)),
                57.6666666667,
            ),
            Metric(
                "who come 13:00 to 14:00",
                daily(lambda h: h[:, 14:16].sum(axis=1)),
                18.0666666667,
            ),
            Metric(
                "days on which nobody comes before 06:30",
                daily(lambda h: h[:, 0] == 0),
                0.306256181348,
                limit=0.02,
            ),
            Metric(
                "days on which more than 250 come in 18 hours",
                daily(lambda h: _eighteen_hours(h) > 250),
                0.0622910418778,
                limit=0.04,
            ),
        ),
    ),
    Case(
        "T23a",
        "T23a: Mt/M/c(t), patients handed back at closing",
        (
            Metric(
                "patient-hours in line",
                lambda o: 24 * line("emergency department")(o),
                100.928056174,
            ),
            Metric(
                "staff-hours worked",
                lambda o: 24 * in_use("emergency department")(o),
                158.341777148,
            ),
            Metric(
                "utilisation of rostered hours",
                measure("emergency department: utilisation, of rostered time"),
                0.833377774464,
            ),
            Metric(
                "who come", measure("emergency department: arrivals, number"), 214.0
            ),
            Metric("who must wait", number_made_to_wait(), 135.603520226),
            Metric("in line at 06:00", line_at(6 * HOUR), 0.244252519232, limit=0.05),
            Metric("treated at 06:00", in_use_at(6 * HOUR), 2.91101849617),
            Metric("in line at 12:00", line_at(12 * HOUR), 9.02901482042),
            Metric("treated at 12:00", in_use_at(12 * HOUR), 8.78666481567),
            Metric("in line at 18:00", line_at(18 * HOUR), 5.35659619467, limit=0.02),
            Metric("treated at 18:00", in_use_at(18 * HOUR), 9.81345639267),
            Metric(
                "in line at 24:00",
                measure("emergency department: list at the end, number"),
                11.236616337,
            ),
            Metric(
                "treated at 24:00",
                measure("emergency department: in use at the end, number"),
                4.83616222777,
            ),
        ),
    ),
    Case(
        "T26a",
        "T26a: a list of 400, weekly slots; Lindley's recursion",
        (
            *(
                Metric(
                    f"list after {week} weeks",
                    at_midnight(7 * week, "orthopaedic operation", "waiting"),
                    LIST[week],
                    limit=0.03,
                )
                for week in (52, 26, 78, 104)
            ),
            *(
                Metric(
                    f"its variance after {week} weeks",
                    spread_at_midnight(
                        7 * week, "orthopaedic operation", "waiting", LIST[week]
                    ),
                    sd**2,
                    limit=0.1,
                )
                for week, sd in SPREAD.items()
            ),
            Metric(
                "operations",
                measure("orthopaedic operation: starts, number"),
                TREATED,
            ),
            Metric("slots lost", _unused, 50 * 26 + 56 * 78 - TREATED, limit=0.4),
        ),
    ),
    Case(
        "T29a",
        "T29a: M/M/1 from empty",
        (
            Metric(
                "present at 20",
                at_midnight(20, "desk", "waiting", "in_use"),
                3.51970961093,
                limit=0.02,
            ),
            *(
                Metric(
                    f"present at {time}",
                    at_midnight(time, "desk", "waiting", "in_use"),
                    expected,
                    limit=0.02,
                )
                for time, expected in (
                    (1, 0.626142538742),
                    (5, 1.75218331539),
                    (100, 6.44392087667),
                )
            ),
            *(
                Metric(
                    f"chance of being busy at {time}",
                    at_midnight(time, "desk", "in_use"),
                    expected,
                    limit=0.02,
                )
                for time, expected in (
                    (1, 0.440550878337),
                    (5, 0.704193869182),
                    (20, 0.821048495881),
                    (100, 0.881183737185),
                )
            ),
            *(
                Metric(
                    f"mean wait of patient no. {number}",
                    wait_of_patient(number),
                    expected,
                    "days",
                    limit=0.02,
                )
                for number, expected in (
                    (2, 0.473684210526),
                    (5, 1.32946480367),
                    (10, 2.19500343701),
                    (50, 4.99845127708),
                )
            ),
        ),
    ),
    Case(
        "F70",
        "Mt/M/infinity: a step and a ramp of demand (EMW)",
        tuple(
            Metric(
                f"in care on day {day}",
                at_midnight(day, "community team", "in_use"),
                TEAM[row],
            )
            for row, day in ((3, 160), (0, 40), (1, 60), (2, 100), (4, 260), (5, 300))
        ),
        quick=20,
    ),
    Case(
        "F71",
        "M/D/infinity: stays of 20 days become 15 for those who come from day 40 on",
        tuple(
            Metric(
                f"in use on day {day}", at_midnight(day, "step-down beds", "in_use"), n
            )
            for day, n in ((80, 90.0), (40, 120.0), (55, 120.0), (58, 102.0))
        ),
    ),
    Case(
        "F75",
        "counts: people who grow by 2%, demand by 3%, seasons",
        tuple(
            Metric(
                f"who come on a day of {first:%B %Y}",
                mean_at_midnights(night + 1, night + monthrange(*pair)[1], "advice"),
                seasonal_rate(first, DAILY, 1.02 * 1.03 - 1, SEASONS),
            )
            for pair in ((2025, 5), (2024, 1), (2024, 7), (2024, 12))
            for first in (date(*pair, 1),)
            for night in ((first - date(2024, 1, 1)).days,)
        ),
    ),
    Case(
        "F76",
        "counts: working days only",
        (
            # The week from Monday 9 December 2024, then the one after Boxing Day.
            Metric(
                "who come on a working day",
                mean_at_midnights(9, 13, "referral desk"),
                50 * days_for_each_working_day(),
            ),
            Metric(
                "who come on a day from 24 December to 1 January",
                mean_at_midnights(24, 32, "referral desk"),
                50 * days_for_each_working_day() * 4 / 9,
            ),
        ),
    ),
    Case(
        "F77",
        "counts: shares that change on dates",
        tuple(
            Metric(
                f"who are sent home on day {day}",
                at_midnight(day, "care at home", "in_use"),
                expected,
            )
            for day, expected in ((150, 35.25), (35, 40.0), (60, 60.0), (190, 30.0))
        ),
    ),
    Case(
        "F104",
        "booked for midnight, normally late: who is there has come within an hour",
        (
            Metric(
                "there at midnight",
                mean_at_midnights(2, 398, "night desk"),
                10 * float(LATE.cdf(0) - LATE.cdf(-1)),
            ),
            # The last are early for the midnight at which the run is over.
            Metric(
                "who come",
                measure("night desk: arrivals, number"),
                4000 + 10 * float(LATE.cdf(0)),
                limit=EXACT_USE,
            ),
        ),
    ),
)
