"""Everybody is treated at once: how many units would be needed."""

from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    delay_chance,
    in_use,
    measure,
    midnight_variance,
    midnights_above,
)

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
)
