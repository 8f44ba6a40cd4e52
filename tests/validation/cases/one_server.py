"""One server: M/M/1, M/G/1, D/M/1, slots."""

from tests.validation.formulas import (
    MG1,
    Chain,
    MMc,
    cut_normal,
    exponential,
    gamma,
    mixture,
    observed,
    pert,
    sessions,
    slotted_wait,
    triangular,
    uniform,
    variance_of_average,
    weibull,
)
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    line,
    mean_square_wait,
    mean_wait,
    measure,
    of_use,
    present,
    share_waiting,
    turned_away,
    utilisation,
    wait_above,
    wait_percentile,
)

HOUR, MINUTE = 1 / 24, 1 / 1440
SQUARE_HOURS = 24.0**-2
"""Expected squares are given in hours squared; quantities are in days squared."""

WEEKLY = sessions(10, 12)


def _mg1(name: str, service: str, law: str, queue: MG1) -> Case:
    """Return a case of Pollaczek and Khinchine, times in minutes."""
    return Case(
        name,
        f"M/G/1, {law}; GSTH 5.1",
        (
            Metric("mean wait", mean_wait(service), queue.wait, "min"),
            Metric("share waiting", share_waiting(service), queue.used),
            Metric(
                "mean square wait, days²",
                mean_square_wait(service),
                queue.square_wait * MINUTE**2,
                limit=0.03,
            ),
            Metric("utilisation", utilisation(service), queue.used, limit=EXACT_USE),
        ),
        quick=10 if name == "F59" else 0,
    )


CASES = (
    Case(
        "T01a",
        "T01a: M/M/1, 83% used",
        (
            Metric("mean wait", mean_wait("chair"), 0.416666666667, "hours"),
            of_use("chair", 0.833333333333),
            Metric("mean number", present("chair"), 5.0),
            Metric("mean line", line("chair"), 4.16666666667),
            Metric("mean time in system", measure("visit: time, mean"), 0.5, "hours"),
            Metric(
                "share waiting above 0.5 h",
                wait_above(0.5 * HOUR, "chair"),
                0.306566200976,
            ),
            Metric(
                "share waiting above 1 h",
                wait_above(HOUR, "chair"),
                0.112779402697,
                limit=0.03,
            ),
            Metric(
                "95th percentile of waits",
                measure("chair: wait, 95th percentile"),
                1.40670535838,
                "hours",
            ),
            Metric(
                "95th percentile of times in system",
                measure("visit: time, 95th percentile"),
                1.49786613678,
                "hours",
            ),
        ),
    ),
    Case(
        "T05a",
        "T05a: M/G/1, lognormal, cv 1",
        (
            Metric("mean wait", mean_wait("CT scanner"), 0.8, "hours"),
            of_use("CT scanner", 0.8),
            Metric("mean line", line("CT scanner"), 3.2),
            Metric(
                "mean square wait, days²",
                mean_square_wait("CT scanner"),
                1.70666666667 * SQUARE_HOURS,
                limit=0.03,
            ),
            Metric("share waiting", share_waiting("CT scanner"), 0.8),
            Metric(
                "share waiting above 0.5 h",
                wait_above(0.5 * HOUR, "CT scanner"),
                0.466339455623,
            ),
            Metric(
                "share waiting above 2 h",
                wait_above(2 * HOUR, "CT scanner"),
                0.112101230615,
                limit=0.03,
            ),
        ),
    ),
    Case(
        "T05b",
        "T05b: M/G/1, gamma, cv 0.5",
        (
            Metric("mean wait", mean_wait("consultation"), 0.5, "hours"),
            of_use("consultation", 0.8),
            Metric("mean line", line("consultation"), 2.0),
            Metric(
                "mean square wait, days²",
                mean_square_wait("consultation"),
                0.6 * SQUARE_HOURS,
                limit=0.03,
            ),
            Metric("share waiting", share_waiting("consultation"), 0.8),
            Metric(
                "share waiting above 0.5 h",
                wait_above(0.5 * HOUR, "consultation"),
                0.363541117961,
            ),
            Metric(
                "share waiting above 1.5 h",
                wait_above(1.5 * HOUR, "consultation"),
                0.0682940075514,
                limit=0.03,
            ),
        ),
    ),
    Case(
        "T05c",
        "T05c: M/D/1",
        (
            Metric("mean wait", mean_wait("blood test"), 0.4, "hours"),
            of_use("blood test", 0.8),
            Metric("mean line", line("blood test"), 1.6),
            Metric(
                "mean square wait, days²",
                mean_square_wait("blood test"),
                0.373333333333 * SQUARE_HOURS,
                limit=0.03,
            ),
            Metric("share waiting", share_waiting("blood test"), 0.8),
            Metric(
                "share waiting above 0.3 h",
                wait_above(0.3 * HOUR, "blood test"),
                0.455322591264,
            ),
            Metric(
                "share waiting above 1 h",
                wait_above(HOUR, "blood test"),
                0.100497238246,
                limit=0.03,
            ),
        ),
    ),
    Case(
        "T30a",
        "T30a: D/M/1, booked arrivals",
        (
            Metric("mean wait", mean_wait("consulting room"), 0.338546167984, "hours"),
            Metric("share waiting", share_waiting("consulting room"), 0.628629796497),
            Metric(
                "share waiting above 12 min",
                wait_above(12 * MINUTE, "consulting room"),
                0.433621624594,
            ),
        ),
    ),
    Case(
        "F51",
        "M/M/1, half used; GSTH 2.2",
        (
            Metric("mean wait", mean_wait("dressings"), MMc(5, 0.1, 1).wait, "hours"),
            of_use("dressings", 0.5),
            Metric("share waiting", share_waiting("dressings"), 0.5),
            Metric(
                "90th percentile of waits",
                wait_percentile(0.9, "dressings"),
                MMc(5, 0.1, 1).percentile(0.9),
                "hours",
            ),
        ),
        quick=10,
    ),
    Case(
        "T36a",
        "T36a: M/M/1, 80% used, spread between replications (Whitt 1989)",
        (
            Metric("mean number", present("enquiries"), 4.0),
            Metric(
                "variance of the mean number over 10,000 min",
                lambda o: (present("enquiries")(o) - 4.0) ** 2,
                variance_of_average(Chain(0.8, 1, 1, room=300), 10_000),
                limit=0.07,
            ),
            of_use("enquiries", 0.8),
        ),
    ),
    _mg1("F57", "echo machine", "Weibull", MG1(1.8 / 60, weibull(20, 30))),
    _mg1("F58", "ultrasound", "PERT", MG1(2.5 / 60, pert(5, 12, 45))),
    _mg1("F59", "X-ray room", "uniform", MG1(4 / 60, uniform(4, 16))),
    _mg1("F60", "audiology", "triangular", MG1(3 / 60, triangular(5, 10, 30))),
    _mg1(
        "F61",
        "clinic room",
        "mixture of exponential and gamma",
        MG1(2 / 60, mixture([(0.7, exponential(10)), (0.3, gamma(40, 0.5))])),
    ),
    _mg1(
        "F67",
        "treatment room",
        "observed values",
        MG1(3 / 60, observed([5, 8, 8, 10, 12, 20, 45])),
    ),
    _mg1(
        "F68",
        "endoscopy",
        "normal, cut at both ends",
        MG1(1.8 / 60, cut_normal(20, 15, 10, 50)),
    ),
    Case(
        "F66",
        "slots evenly spaced, 12% do not attend; Cooper 5.12",
        (
            Metric(
                "mean wait",
                mean_wait("memory clinic"),
                slotted_wait(40 / 24, 0.5),
                "hours",
            ),
            Metric(
                "slots used",
                measure("memory clinic: slots, share used"),
                40 / 48,
                limit=EXACT_USE,
            ),
            Metric(
                "share who do not attend",
                measure("memory clinic: did not attend, share"),
                0.12,
            ),
        ),
    ),
    Case(
        "F74",
        "M/M/1 of those who are accepted; GSTH 2.2",
        (
            Metric(
                "mean wait",
                mean_wait("single point of access"),
                MMc(3, 0.25, 1).wait,
                "hours",
            ),
            Metric("share turned away", turned_away("single point of access"), 0.25),
            of_use("single point of access", 0.75),
        ),
    ),
    Case(
        "F82",
        "twelve slots at one hour of the week; Bailey 1954, convolution",
        (
            Metric("mean wait", mean_wait("weekly clinic"), WEEKLY.wait, "weeks"),
            Metric("mean list", line("weekly clinic"), WEEKLY.line),
            Metric(
                "slots used",
                measure("weekly clinic: slots, share used"),
                WEEKLY.used,
                limit=EXACT_USE,
            ),
        ),
        quick=10,
    ),
    Case(
        "T21a",
        "T21a: M^X/M/1; the wait is a patient's, not a family's",
        (
            Metric("mean wait", mean_wait("vaccinator"), 2.06646294882, "hours"),
            Metric("mean line", line("vaccinator"), 1.75649350649),
            of_use("vaccinator", 0.607142857143),
            Metric(
                "who come per day",
                measure("vaccinator: arrivals, per day"),
                0.5 * 1.7 * 24,
            ),
        ),
    ),
    Case(
        "T30a-booked",
        "T30a: D/M/1, booked arrivals",
        (
            Metric("mean wait", mean_wait("consultant"), 0.338546, "hours"),
            Metric("share waiting", share_waiting("consultant"), 0.62863),
        ),
    ),
    Case(
        "F93",
        "eight at nine o'clock: the k-th waits for k - 1 treatments",
        (
            Metric("mean wait", mean_wait("block clinic"), 3.5 * 20, "min"),
            Metric("share waiting", share_waiting("block clinic"), 7 / 8),
            of_use("block clinic", 160 / 1440),
        ),
    ),
    Case(
        "F94",
        "F94: slots given out ahead, three days' notice, then slotted M/D/1",
        (
            Metric(
                "mean time until the appointment",
                mean_wait("booked clinic"),
                3 + slotted_wait(19.2, 1 / 24),
                "days",
            ),
            Metric(
                "slots used",
                measure("booked clinic: slots, share used"),
                0.8,
                limit=EXACT_USE,
            ),
        ),
    ),
)
