"""Limited room: beds without a waiting list, chairs, overflow, balking, redialling."""

from tests.validation.chains import overflowing, redialling
from tests.validation.formulas import erlang_b
from tests.validation.harness import EXACT_USE, Case, Metric, Quantity
from tests.validation.quantities import (
    in_use,
    line,
    mean_wait,
    measure,
    occupancy,
    of_use,
    per_day,
    rate,
    share_waiting,
    turned_away,
)

LINES = redialling(12, 5, 3, 3, callers=400)
"""F78: three lines, an hour."""
AGAIN = LINES.mean(lambda state: state[1])

UNITS = overflowing((1.2, 0.5), (1 / 5, 1 / 4), (6, 4))
"""F79: two units, a day."""
FULL = erlang_b(6, 6)
BOTH_FULL = UNITS.shares[6, 4]
SECOND_FULL = UNITS.mean(lambda state: state[1] == 4)


def _ward(name: str, service: str, law: str) -> Case:
    """Return T03a with one law of the stays: the answer is the same for all."""
    return Case(
        name,
        f"T03a: Erlang B, {law}",
        (
            Metric("share lost", turned_away(service), 0.0828065699105),
            Metric("mean beds in use", in_use(service), 22.9298357522),
            Metric("occupancy", occupancy(service), 0.818922705437, limit=EXACT_USE),
        ),
        quick=8 if law == "exponential" else 0,
    )


def _lost_elsewhere(service: str, pathway: str) -> Quantity:
    """Return who finds neither a bed of their own nor one elsewhere ÷ who comes."""
    return rate(
        f"pathway {pathway}: turned away, number", f"{service}: arrivals, number"
    )


def _surgical(what: str) -> Quantity:
    """Return a number of surgical patients: of all there, less the outliers."""
    of_all = measure(f"surgical beds: {what}, number")
    of_outliers = measure(f"pathway outliers: {what}, number")
    return lambda o: of_all(o) - of_outliers(o)


CASES = (
    _ward("T03a-exponential", "ward", "exponential"),
    _ward("T03a-lognormal", "acute ward", "lognormal, cv 1.2"),
    _ward("T03a-fixed", "short-stay ward", "all alike"),
    Case(
        "T04a",
        "T04a: M/M/4/10",
        (
            Metric("share turned away", turned_away("walk-in centre"), 0.168254034069),
            Metric("mean wait", mean_wait("walk-in centre"), 0.393689338323, "hours"),
            Metric("mean line", line("walk-in centre"), 2.94704567082),
            Metric("share waiting", share_waiting("walk-in centre"), 0.820051690506),
            Metric(
                "treated per day",
                per_day("walk-in centre", "starts"),
                7.48571369338 * 24,
            ),
            of_use("walk-in centre", 0.935714211672),
        ),
    ),
    Case(
        "T24a",
        "T24a: M/M/3 with balking",
        (
            Metric("share who balk", turned_away("walk-in clinic"), 0.205886216478),
            Metric("mean line", line("walk-in clinic"), 1.78544822445),
            Metric("mean wait", mean_wait("walk-in clinic"), 0.224835314725, "hours"),
            of_use("walk-in clinic", 0.882348648357),
        ),
        quick=8,
    ),
    Case(
        "T25a",
        "T25a: two wards with outliers",
        (
            Metric(
                "share of medical patients lost",
                _lost_elsewhere("medical beds", "outliers"),
                0.064511120646,
            ),
            Metric(
                "share of surgical patients lost",
                lambda o: _surgical("turned away")(o) / _surgical("arrivals")(o),
                0.181203521547,
            ),
            Metric(
                "share of medical patients placed elsewhere",
                rate(
                    "pathway outliers: starts, number", "medical beds: arrivals, number"
                ),
                0.171059140478,
            ),
            Metric("mean outliers", in_use("pathway outliers"), 1.36847312382),
            Metric("medical beds in use", in_use("medical beds"), 6.11543791101),
            Metric(
                "surgical patients in bed",
                lambda o: in_use("surgical beds")(o) - in_use("pathway outliers")(o),
                6.1409735884,
            ),
        ),
    ),
    Case(
        "T28a",
        "T28a: M/M/1 retrial queue",
        (
            Metric(
                "mean time until answered",
                measure("until answered: time, mean"),
                1.46666666667,
                "hours",
            ),
            of_use("telephone", 0.8),
            # Calls that find the line engaged: of new callers 4 x 0.8 an hour, of the
            # 5.866667 who redial 6 an hour each all but the 4 x 0.8 who get through.
            Metric(
                "engaged calls per day",
                per_day("telephone", "turned away"),
                (3.2 + 6 * 5.86666666667 - 3.2) * 24,
            ),
        ),
    ),
    Case(
        "T40a",
        "T40a: beds of their own and shared ones",
        (
            Metric(
                "share of cardiology patients lost",
                _lost_elsewhere("cardiology beds", "cardiology patients elsewhere"),
                0.112544648134,
            ),
            Metric(
                "share of renal patients lost",
                _lost_elsewhere("renal beds", "renal patients elsewhere"),
                0.116236733111,
            ),
            Metric("shared beds in use", in_use("shared beds"), 1.63938738014),
        ),
    ),
    Case(
        "F55",
        "M/D/5/5; GSTH 2.5, whatever the law",
        (
            Metric("share lost", turned_away("intensive care"), erlang_b(4, 5)),
            Metric(
                "occupancy",
                occupancy("intensive care"),
                4 * (1 - erlang_b(4, 5)) / 5,
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F56",
        "M/G/1/1, Weibull; GSTH 2.5, whatever the law",
        (
            Metric("share lost", turned_away("labour room"), 0.6),
            Metric("occupancy", occupancy("labour room"), 0.6, limit=EXACT_USE),
            Metric(
                "mean stay", measure("labour room: length of stay, mean"), 9, "hours"
            ),
        ),
    ),
    Case(
        "F78",
        "M/M/3 retrial queue; Markov chain (Falin and Templeton 2.1)",
        (
            Metric(
                "mean time until answered",
                measure("until somebody answers: time, mean"),
                AGAIN / 12,
                "hours",
            ),
            of_use("switchboard", 0.8),
            # A first call finds the lines engaged as often as they are; each of those
            # who ring again tries three times an hour.
            Metric(
                "engaged calls per day",
                per_day("switchboard", "turned away"),
                LINES.mean(lambda state: (state[0] == 3) * (12 + 3 * state[1])) * 24,
            ),
        ),
        quick=10,
    ),
    Case(
        "F79",
        "Erlang loss with overflow to a second unit; Markov chain (Cooper 4.2)",
        (
            Metric(
                "share sent on",
                turned_away("high care"),
                FULL,
            ),
            # Those sent on find the second unit full more often than its own do.
            Metric(
                "share of all lost",
                rate(
                    "step-up beds: turned away, number",
                    "model: patients entered, number",
                ),
                (1.2 * BOTH_FULL + 0.5 * SECOND_FULL) / 1.7,
            ),
            Metric(
                "share lost of who come to the second",
                turned_away("step-up beds"),
                (1.2 * BOTH_FULL + 0.5 * SECOND_FULL) / (1.2 * FULL + 0.5),
            ),
            Metric(
                "beds in use in the second",
                in_use("step-up beds"),
                UNITS.mean(lambda state: state[1]),
            ),
            Metric(
                "occupancy",
                occupancy("high care"),
                1 - FULL,
                limit=EXACT_USE,
            ),
        ),
    ),
)
