"""Who is called first."""

import numpy as np
from scipy import stats

from tests.validation.chains import promoted
from tests.validation.due_dates import waits
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    line,
    mean_wait,
    measure,
    of_use,
    share_waiting,
    wait_above,
)

HOUR = 1 / 24

WORSE = promoted((0.6, 1.0), 2.0, 0.25)
"""F92, an hour."""
DUE = waits(*(stats.binom(10, p).pmf(np.arange(11)) for p in (0.3, 0.25)), slots=6)
"""F120, days from the hour before the appointments."""

CASES = (
    Case(
        "T13a",
        "T13a: M/M/9, two priorities",
        (
            Metric(
                "mean wait, routine",
                mean_wait("clinicians", "routine"),
                0.839991764912,
                "hours",
            ),
            Metric(
                "mean wait, urgent",
                mean_wait("clinicians", "urgent"),
                0.0933324183236,
                "hours",
            ),
            Metric("mean wait", mean_wait("clinicians"), 0.653326928265, "hours"),
            Metric("share waiting", share_waiting("clinicians"), 0.653326928265),
            Metric(
                "share waiting above 0.25 h, urgent",
                wait_above(0.25 * HOUR, "clinicians", "urgent"),
                0.113531196687,
            ),
            Metric(
                "share waiting above 1 h, urgent",
                wait_above(HOUR, "clinicians", "urgent"),
                0.000595757043496,
                limit=0.08,
            ),
            Metric(
                "share waiting above 0.25 h, routine",
                wait_above(0.25 * HOUR, "clinicians", "routine"),
                0.525855099692,
            ),
            Metric(
                "share waiting above 1 h, routine",
                wait_above(HOUR, "clinicians", "routine"),
                0.296118396959,
            ),
        ),
        quick=14,
    ),
    Case(
        "T14a",
        "T14a: M/G/1, two priorities (Cobham)",
        (
            Metric(
                "mean wait, outpatients",
                mean_wait("scanner", "outpatients"),
                0.4921875,
                "hours",
            ),
            Metric(
                "mean wait, inpatients",
                mean_wait("scanner", "inpatients"),
                0.14765625,
                "hours",
            ),
            of_use("scanner", 0.7),
        ),
    ),
    Case(
        "T37a",
        "T37a: M/M/1, three priorities (Hillier and Lieberman)",
        (
            Metric(
                "mean wait, stable",
                mean_wait("doctor", "stable"),
                0.909090909091,
                "hours",
            ),
            Metric(
                "mean wait, serious",
                mean_wait("doctor", "serious"),
                0.324675324675,
                "hours",
            ),
            Metric(
                "mean wait, critical",
                mean_wait("doctor", "critical"),
                0.238095238095,
                "hours",
            ),
            Metric("mean wait", mean_wait("doctor"), 0.666666666667, "hours"),
        ),
    ),
    Case(
        "T38",
        "T38: M/H2/1, one line for two groups",
        (
            Metric("mean wait", mean_wait("reception"), 0.283333333333, "hours"),
            Metric(
                "mean wait, babies",
                mean_wait("reception", "baby"),
                0.283333333333,
                "hours",
            ),
            Metric(
                "mean wait, children",
                mean_wait("reception", "child"),
                0.283333333333,
                "hours",
            ),
        ),
    ),
    Case(
        "F92",
        "M/M/1, those of low need become urgent at random; Markov chain",
        (
            Metric(
                "mean wait, low", mean_wait("memory nurse", "low"), WORSE.low, "hours"
            ),
            Metric(
                "mean wait, high",
                mean_wait("memory nurse", "high"),
                WORSE.high,
                "hours",
            ),
            Metric("mean line", line("memory nurse"), 1.6 * 2.0),
        ),
    ),
    Case(
        "F120",
        "the earliest due date first, dates by group; Markov chain",
        (
            Metric(
                "mean wait, routine",
                mean_wait("rapid access clinic", "routine"),
                DUE.routine + HOUR,
                "days",
            ),
            Metric(
                "mean wait, urgent",
                mean_wait("rapid access clinic", "urgent"),
                DUE.urgent + HOUR,
                "days",
                limit=0.02,
            ),
            Metric(
                "slots used",
                measure("rapid access clinic: slots, share used"),
                5.5 / 6,
                limit=EXACT_USE,
            ),
        ),
        quick=10,
    ),
)
