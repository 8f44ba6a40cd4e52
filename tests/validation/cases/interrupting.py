"""The more urgent interrupt; what is broken off is resumed or begun again."""

import numpy as np

from tests.validation.chains import breaking_down
from tests.validation.formulas import Moments, gamma
from tests.validation.harness import EXACT_USE, Case, Floats, Metric, Outcome
from tests.validation.preemption import interrupting, preempting, repeated
from tests.validation.quantities import measure, present


def _lognormal(mean: float, cv: float) -> Moments:
    """Return the moments of a lognormal law."""
    spread = 1 + cv**2
    return mean, mean**2 * spread, mean**3 * spread**3


def _times(name: str, origin: str, clock: str, times: dict[str, float]) -> Case:
    """Return mean times in hours; a visit broken off has several parts, so by clock."""
    return Case(
        name,
        origin,
        tuple(
            Metric(
                f"mean time, {group}",
                measure(f"{clock}: time, mean", group),
                time,
                "hours",
            )
            for group, time in reversed(times.items())
        ),
    )


SCANS = preempting([(0.6, gamma(0.5, 0.5)), (0.6, _lognormal(0.75, 1.2))])
TESTS = repeated(0.5, (1 / 3, 2 / 9), 0.6, 2 / 3)
TWO = interrupting([0.6, 1.2, 1.5], 0.5, 2)
ANALYSERS = breaking_down(6.0, 5.0, 2, 0.1, 0.5)
"""F107, an hour."""


def _scans_there(o: Outcome) -> Floats:
    """Return the mean number of scans waiting or under way."""
    there = "MRI scanner: in line, mean", "MRI scanner: in use, mean"
    return np.asarray(sum(o.measure(name, "scan") for name in there))


CASES = (
    _times(
        "T15a",
        "T15a: M/M/1, preemptive, resumed",
        "time in theatre",
        {"emergency": 1.42857142857, "elective": 8.39285714286},
    ),
    _times(
        "T37a-interrupted",
        "T37a: M/M/1, three classes, preemptive (Hillier and Lieberman)",
        "time with the doctor",
        {
            "critical": 1 / 3 + 0.0238095238095,
            "serious": 1 / 3 + 0.15367965368,
            "stable": 1 / 3 + 1.0303030303,
        },
    ),
    Case(
        "T34a",
        "T34a: M/M/1 with breakdowns, resumed",
        (
            Metric(
                "mean time for a scan",
                measure("time for a scan: time, mean", "scan"),
                1.18181818182,
                "hours",
            ),
            Metric("mean number of scans", _scans_there, 3.54545454545),
            Metric(
                "share of time broken",
                measure("MRI scanner: in use, mean", "breakdown"),
                1 - 0.909090909091,
            ),
        ),
    ),
    Case(
        "T34a-breaks",
        "T34a said with breakdowns",
        (
            Metric(
                "mean time for a scan",
                measure("time for a scan: time, mean"),
                1.18181818182,
                "hours",
            ),
            Metric("mean number of scans", present("MRI scanner"), 3.54545454545),
            Metric(
                "share of time broken",
                measure("MRI scanner: down, share of time"),
                1 - 0.909090909091,
            ),
        ),
    ),
    Case(
        "F107",
        "M/M/2 with breakdowns, resumed; Markov chain (Mitrany, Avi-Itzhak 1968)",
        (
            Metric(
                "mean number",
                present("analysers"),
                ANALYSERS.mean(lambda state: state[0]),
            ),
            Metric(
                "mean in treatment",
                measure("analysers: in use, mean"),
                ANALYSERS.mean(min),
                limit=EXACT_USE,
            ),
            Metric(
                "share of time broken", measure("analysers: down, share of time"), 1 / 6
            ),
        ),
    ),
    _times(
        "F83",
        "M/G/1, preemptive, resumed; GSTH 3.4.3",
        "time at the scanner",
        {"emergency": SCANS[0], "planned": SCANS[1]},
    ),
    _times(
        "F84",
        "M/D/1, preemptive, begun again; Gaver 1962",
        "time at the test",
        {"emergency": (1 / 3) / (1 - 1 / 6), "planned": TESTS},
    ),
    _times(
        "F85",
        "M/M/2, three classes, preemptive; Buzen and Bondi 1983",
        "time with the doctors",
        dict(zip(("critical", "serious", "stable"), TWO, strict=True)),
    ),
)
