"""What the language has no word for, said with patients who never leave.

A finite population and a rate that switches at random: slots of one day let in as many
"patients" as there are machines, or one who stands for the state of the town.
"""

from tests.validation.harness import Case, Metric
from tests.validation.quantities import (
    line,
    mean_wait,
    measure,
    midnights_above,
    of_use,
    per_day,
    present,
    share_waiting,
)

CASES = (
    Case(
        "T19a",
        "T19a: machine repair, a population of twelve",
        (
            Metric("mean number down", present("technician"), 0.741108403423),
            Metric("mean line", line("technician"), 0.29075273956),
            Metric("mean wait", mean_wait("technician"), 5.16485547562, "hours"),
            Metric(
                "breakdowns per day",
                per_day("technician", "starts"),
                0.0562944579829 * 24,
            ),
            of_use("technician", 0.450355663863),
        ),
        quick=20,
    ),
    Case(
        "T22a",
        "T22a: MMPP(2)/M/9, surges",
        (
            Metric("mean wait", mean_wait("walk-in clinic"), 0.695228244079, "hours"),
            Metric("mean line", line("walk-in clinic"), 4.37000610564),
            Metric(
                "share waiting",
                share_waiting("walk-in clinic"),
                0.509879591479,
            ),
            Metric(
                "who come per day",
                measure("walk-in clinic: arrivals, per day"),
                6.28571428571 * 24,
            ),
            Metric(
                "share of midnights at which all are busy",
                midnights_above(8, "walk-in clinic"),
                0.393880914287,
            ),
        ),
    ),
)
