"""Limited room: beds without a waiting list, chairs, overflow, balking, redialling."""

from tests.validation.formulas import erlang_b
from tests.validation.harness import EXACT_USE, Case, Metric, Outcome, Quantity
from tests.validation.quantities import (
    in_use,
    line,
    mean_wait,
    measure,
    occupancy,
    rate,
    share_waiting,
    turned_away,
    utilisation,
)


def _ward(name: str, service: str, law: str) -> Case:
    """Return T03a with one law of the stays: the answer is the same for all."""
    return Case(
        name,
        f"T03a: Erlang B, {law}",
        9_600,
        (
            Metric("share lost", turned_away(service), 0.0828065699105),
            Metric("mean beds in use", in_use(service), 22.9298357522),
            Metric("occupancy", occupancy(service), 0.818922705437, limit=EXACT_USE),
        ),
        quick=3 if law == "exponential" else 0,
    )


def _lost_elsewhere(service: str, pathway: str) -> Quantity:
    """Return who finds neither a bed of their own nor one elsewhere ÷ who comes."""
    return rate(
        f"pathway {pathway}: turned away, number", f"{service}: arrivals, number"
    )


def _surgical_lost(o: Outcome):  # noqa: ANN202
    """Return the share lost of surgical patients: all there less the outliers."""
    of_all = [f"surgical beds: {what}, number" for what in ("turned away", "arrivals")]
    outliers = [name.replace("surgical beds", "pathway outliers") for name in of_all]
    lost, came = (
        o.measure(a) - o.measure(b) for a, b in zip(of_all, outliers, strict=True)
    )
    return lost / came


CASES = (
    _ward("T03a-exponential", "ward", "exponential"),
    _ward("T03a-lognormal", "acute ward", "lognormal, cv 1.2"),
    _ward("T03a-fixed", "short-stay ward", "all alike"),
    Case(
        "T04a",
        "T04a: M/M/4/10",
        10_100,
        (
            Metric("share turned away", turned_away("walk-in centre"), 0.168254034069),
            Metric("mean wait", mean_wait("walk-in centre"), 0.393689338323, "hours"),
            Metric("mean line", line("walk-in centre"), 2.94704567082),
            Metric("share waiting", share_waiting("walk-in centre"), 0.820051690506),
            Metric(
                "treated per day",
                lambda o: o.measure("walk-in centre: starts, number") / 45,
                7.48571369338 * 24,
            ),
            Metric(
                "utilisation",
                utilisation("walk-in centre"),
                0.935714211672,
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "T24a",
        "T24a: M/M/3 with balking",
        10_000,
        (
            Metric("share who balk", turned_away("walk-in clinic"), 0.205886216478),
            Metric("mean line", line("walk-in clinic"), 1.78544822445),
            Metric("mean wait", mean_wait("walk-in clinic"), 0.224835314725, "hours"),
            Metric(
                "utilisation",
                utilisation("walk-in clinic"),
                0.882348648357,
                limit=EXACT_USE,
            ),
        ),
        quick=6,
    ),
    Case(
        "T25a",
        "T25a: two wards with outliers",
        12_000,
        (
            Metric(
                "share of medical patients lost",
                _lost_elsewhere("medical beds", "outliers"),
                0.064511120646,
                limit=0.03,
            ),
            Metric("share of surgical patients lost", _surgical_lost, 0.181203521547),
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
        38_000,
        (
            Metric(
                "mean time until answered",
                measure("until answered: time, mean"),
                1.46666666667,
                "hours",
            ),
            Metric("utilisation", utilisation("telephone"), 0.8, limit=EXACT_USE),
            # Calls that find the line engaged: of new callers 4 x 0.8 an hour, of the
            # 5.866667 who redial 6 an hour each all but the 4 x 0.8 who get through.
            Metric(
                "engaged calls per day",
                lambda o: o.measure("telephone: turned away, number") / 30,
                (3.2 + 6 * 5.86666666667 - 3.2) * 24,
            ),
        ),
    ),
    Case(
        "T40a",
        "T40a: beds of their own and shared ones",
        10_000,
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
        7_400,
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
        7_400,
        (
            Metric("share lost", turned_away("labour room"), 0.6),
            Metric("occupancy", occupancy("labour room"), 0.6, limit=EXACT_USE),
            Metric(
                "mean stay", measure("labour room: length of stay, mean"), 9, "hours"
            ),
        ),
    ),
)
