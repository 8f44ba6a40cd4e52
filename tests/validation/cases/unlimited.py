"""Everybody is treated at once: how many units would be needed."""

from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    delay_chance,
    in_use,
    measure,
    midnight_variance,
    midnights_above,
    per_day,
)


def _course(last: dict[int, float], stops: dict[int, float]) -> tuple[float, float]:
    """Return how many sessions are attended on average, and who gives up.

    Parameters
    ----------
    last : dict of int to float
        How likely each session is to be the last.
    stops : dict of int to float
        Of those with more to come, the share who give up after a session; else 2%.
    """
    attended = given_up = 0.0
    there = 1.0
    for session in range(1, max(last) + 1):
        attended += there * sum(x for n, x in last.items() if n >= session)
        longer = sum(x for n, x in last.items() if n > session)
        given_up += there * longer * stops.get(session, 0.02)
        there *= 1 - stops.get(session, 0.02)
    return attended, given_up


ATTENDED, GIVEN_UP = _course({6: 0.3, 12: 0.5, 20: 0.2}, {1: 0.12, 2: 0.08})
WEEKS = ATTENDED / 0.9
"""F121: how long a place is held; each session is tried 1 / 0.9 times."""

CASES = (
    Case(
        "T07a",
        "T07a: M/G/infinity, lognormal",
        (
            Metric("mean beds in use", in_use("medical ward"), 19.2, limit=EXACT_USE),
            Metric("variance", midnight_variance("medical ward", 19.2), 19.2),
            Metric(
                "share of nights above 22",
                midnights_above(22, "medical ward"),
                0.220599680736,
            ),
            Metric(
                "P(N = 22) / P(N <= 22)",
                delay_chance(22, "medical ward"),
                0.0894634840279,
            ),
            Metric(
                "share of nights above 26",
                midnights_above(26, "medical ward"),
                0.0536538031711,
                limit=0.02,
            ),
            Metric(
                "P(N = 26) / P(N <= 26)",
                delay_chance(26, "medical ward"),
                0.0279067219842,
                limit=0.02,
            ),
        ),
        quick=12,
    ),
    Case(
        "T08a",
        "T08a = P1: stroke beds, network of M/G/infinity",
        (
            Metric("acute beds in use", in_use("acute stroke unit"), 8.14549283154),
            Metric(
                "rehabilitation beds in use", in_use("rehabilitation"), 9.71821756262
            ),
            *(
                Metric(
                    f"acute, P(N = {beds}) / P(N <= {beds})",
                    delay_chance(beds, "acute stroke unit"),
                    expected,
                    limit=0.03,
                )
                for beds, expected in (
                    (9, 0.180649439066),
                    (10, 0.128272801442),
                    (11, 0.0867462527423),
                    (12, 0.0556082257621),
                    (13, 0.0336696552569),
                    (14, 0.0192133261989),
                )
            ),
            *(
                Metric(
                    f"rehabilitation, P(N = {beds}) / P(N <= {beds})",
                    delay_chance(beds, "rehabilitation"),
                    expected,
                    limit=0.03,
                )
                for beds, expected in (
                    (10, 0.201545616363),
                    (12, 0.109057332101),
                    (14, 0.049724359491),
                    (16, 0.0186039485923),
                )
            ),
        ),
    ),
    Case(
        "F54",
        "M/M/infinity",
        (
            Metric("mean in use", in_use("health visiting"), 240.0, limit=EXACT_USE),
            Metric(
                "variance",
                midnight_variance("health visiting", 240.0),
                240.0,
                limit=0.06,
            ),
            Metric(
                "mean stay",
                measure("health visiting: length of stay, mean"),
                12,
                "weeks",
            ),
        ),
    ),
    Case(
        "F69",
        "M/G/infinity whose beds are kept until care at home is arranged",
        (
            Metric(
                "mean beds in use",
                in_use("older people's ward"),
                4 * (9 + 0.4 * 6),
                limit=EXACT_USE,
            ),
            Metric(
                "mean beds kept",
                measure("older people's ward: delayed, mean"),
                4 * 0.4 * 6,
            ),
            Metric("mean in home care", in_use("home care"), 4 * 0.4 * 42),
            Metric(
                "reviews per day",
                measure("community review: arrivals, per day"),
                4 * 0.3,
            ),
            Metric(
                "mean time under care",
                measure("under care: time, mean"),
                9 + 0.4 * (6 + 42) + 0.3 * (10 + 2 / 24),
                "days",
            ),
        ),
    ),
    Case(
        "F95",
        "F95: sessions until drop-out, geometric, at most twelve",
        (
            # A place is held for a week for each session that is held.
            Metric(
                "places taken",
                in_use("therapy course"),
                2 * 7 * (1 - 0.9**12) / 0.1,
            ),
        ),
    ),
    Case(
        "F121",
        "sessions by shares, missed and given up: M/G/infinity, Little",
        (
            Metric("places taken", in_use("talking therapy"), 21 * WEEKS),
            Metric(
                "its variance",
                midnight_variance("talking therapy", 21 * WEEKS),
                21 * WEEKS,
                limit=0.06,
            ),
            Metric("give up per day", per_day("given up", "arrivals"), 3 * GIVEN_UP),
            Metric(
                "share of sessions missed",
                measure("talking therapy: sessions: did not attend, share"),
                0.1,
            ),
        ),
        quick=6,
    ),
)
