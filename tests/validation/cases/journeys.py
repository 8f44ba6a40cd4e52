"""Several services one after the other: Jackson networks, feedback, tandems."""

from tests.validation.formulas import MMc
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    in_use,
    line,
    mean_wait,
    measure,
    occupancy,
    present,
    rate,
    share_waiting,
    utilisation,
)

FRONT, FRAILTY, MINOR = MMc(6, 1 / 6, 2), MMc(1.62, 1, 3), MMc(4.38, 0.5, 3)
BLOODS, RESULTS = MMc(4.5, 8 / 60, 1), MMc(4.5, 1 / 3, 2)

CASES = (
    Case(
        "T17a",
        "T17a: open Jackson network",
        (
            Metric(
                "mean time in the network",
                measure("time in urgent care: time, mean"),
                2.5509165153,
                "hours",
            ),
            Metric(
                "triage: visits per day",
                measure("triage: arrivals, per day"),
                10.5263157895 * 24,
            ),
            Metric(
                "triage: utilisation",
                utilisation("triage"),
                0.877192982456,
                limit=EXACT_USE,
            ),
            Metric("triage: mean number", present("triage"), 8.18230906821),
            Metric("triage: mean wait", mean_wait("triage"), 0.52731936148, "hours"),
            Metric("triage: share waiting", share_waiting("triage"), 0.777102216917),
            Metric("imaging: mean number", present("imaging"), 1.08612804878),
            Metric(
                "imaging: mean wait",
                mean_wait("imaging"),
                0.0396976626016,
                "hours",
            ),
            Metric("imaging: share waiting", share_waiting("imaging"), 0.267436884895),
            Metric(
                "observation: occupancy",
                occupancy("observation"),
                0.842105263158,
                limit=EXACT_USE,
            ),
            Metric("observation: mean number", present("observation"), 11.1388950054),
            Metric(
                "observation: mean wait",
                mean_wait("observation"),
                0.645487563781,
                "hours",
                limit=0.02,
            ),
            Metric(
                "observation: share waiting",
                share_waiting("observation"),
                0.50959544509,
            ),
        ),
    ),
    Case(
        "F63",
        "M/M/1 with feedback; GSTH 4.2",
        (
            # 3 an hour from outside are 4 visits an hour, which 6 an hour can be.
            Metric(
                "mean time in assessment",
                measure("time in assessment: time, mean"),
                2 / 3,
                "hours",
            ),
            Metric("mean wait of a visit", mean_wait("assessment"), 1 / 3, "hours"),
            Metric("mean number", present("assessment"), 2.0),
            Metric(
                "visits per patient",
                rate("assessment: arrivals, number", "assessment: entered, number"),
                4 / 3,
            ),
        ),
    ),
    Case(
        "F64",
        "M/M/1, then M/M/2; Burke, GSTH 4.1",
        (
            Metric(
                "mean time in all",
                measure("one-stop time: time, mean"),
                BLOODS.wait + BLOODS.mean + RESULTS.wait + RESULTS.mean,
                "hours",
            ),
            Metric("bloods: mean wait", mean_wait("bloods"), BLOODS.wait, "hours"),
            Metric(
                "results: mean wait", mean_wait("results clinic"), RESULTS.wait, "hours"
            ),
            Metric(
                "results: share waiting",
                share_waiting("results clinic"),
                RESULTS.share_waiting,
            ),
        ),
    ),
    Case(
        "F65",
        "M/M/2, then one of two M/M/3 by group; GSTH 4.2",
        (
            Metric(
                "frailty: mean wait", mean_wait("frailty unit"), FRAILTY.wait, "hours"
            ),
            Metric("front: mean wait", mean_wait("front door"), FRONT.wait, "hours"),
            Metric("minor: mean wait", mean_wait("minor illness"), MINOR.wait, "hours"),
            Metric(
                "frailty: older patients per day",
                measure("frailty unit: arrivals, per day", "older"),
                6 * 0.4 * 0.6 * 24,
            ),
            Metric(
                "frailty: younger patients per day",
                measure("frailty unit: arrivals, per day", "younger"),
                6 * 0.6 * 0.05 * 24,
            ),
            Metric("minor: mean in use", in_use("minor illness"), MINOR.load),
            Metric("minor: mean line", line("minor illness"), MINOR.line),
        ),
    ),
)
