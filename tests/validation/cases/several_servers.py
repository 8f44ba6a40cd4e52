"""Several servers and everybody waits: M/M/c, M/D/c, caseloads."""

from tests.validation.chains import in_groups, joining_the_shorter
from tests.validation.formulas import MMc
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    line,
    mean_wait,
    measure,
    occupancy,
    of_use,
    present,
    share_waiting,
    utilisation,
    wait_above,
    wait_percentile,
)

HOUR, MINUTE = 1 / 24, 1 / 1440

APART, JOINT = MMc(3.2, 0.25, 1), MMc(6.4, 0.25, 2)
FAMILY_LINE = in_groups(4, {1: 0.4, 2: 0.3, 4: 0.3}, 4, 3).mean(
    lambda state: max(state[0] - 3, 0)
)
"""F88: the mean line."""
SHORTER = joining_the_shorter(8.0, (6.0, 4.0))
"""F106, an hour."""


def _mmc(name: str, service: str, queue: MMc) -> Case:
    """Return a case of M/M/c, times in hours."""
    return Case(
        name,
        "M/M/c; GSTH 2.3",
        (
            Metric("mean wait", mean_wait(service), queue.wait, "hours"),
            Metric("share waiting", share_waiting(service), queue.share_waiting),
            Metric(
                "share waiting above the mean time",
                wait_above(queue.mean * HOUR, service),
                queue.wait_above(queue.mean),
                limit=0.02,
            ),
            Metric("mean line", line(service), queue.line),
            Metric("utilisation", utilisation(service), queue.used, limit=EXACT_USE),
        ),
    )


CASES = (
    Case(
        "T02a",
        "T02a = P3, base: M/M/5",
        (
            Metric("mean wait", mean_wait("nurse clinic"), 0.521485189821, "min"),
            of_use("nurse clinic", 0.5),
            Metric("share waiting", share_waiting("nurse clinic"), 0.130371297455),
            Metric("mean line", line("nurse clinic"), 0.130371297455),
            Metric("mean number", present("nurse clinic"), 2.63037129746),
            Metric(
                "share waiting above 5 min",
                wait_above(5 * MINUTE, "nurse clinic"),
                1 - 0.962647997906,
            ),
            Metric(
                "share waiting above 10 min",
                wait_above(10 * MINUTE, "nurse clinic"),
                1 - 0.989298472228,
                limit=0.02,
            ),
            Metric(
                "95th percentile of waits",
                measure("nurse clinic: wait, 95th percentile"),
                3.83345403318,
                "min",
            ),
            Metric(
                "98th percentile of waits",
                wait_percentile(0.98, "nurse clinic"),
                7.49861696068,
                "min",
            ),
        ),
    ),
    Case(
        "T02d",
        "T02d: M/M/10, 95% used",
        (
            Metric("mean wait", mean_wait("minor injuries"), 0.825585578126, "hours"),
            of_use("minor injuries", 0.95),
            Metric("share waiting", share_waiting("minor injuries"), 0.825585578126),
            Metric("mean line", line("minor injuries"), 15.6861259844),
            Metric(
                "share waiting above 0.5 h",
                wait_above(0.5 * HOUR, "minor injuries"),
                1 - 0.49925703465,
            ),
            Metric(
                "90th percentile of waits",
                measure("minor injuries: wait, 90th percentile"),
                2.11092274023,
                "hours",
            ),
        ),
    ),
    Case(
        "T06a",
        "T06a: M/D/3, 90% used",
        (
            Metric("mean wait", mean_wait("booths"), 0.275582394726, "hours"),
            of_use("booths", 0.9),
            Metric("mean line", line("booths"), 3.7203623288),
            Metric("share waiting", share_waiting("booths"), 0.807680691671),
        ),
    ),
    Case(
        "T27a",
        "T27a: M/E2/20 caseload",
        (
            Metric("mean wait", mean_wait("therapists"), 4.21828866515, "hours"),
            Metric("occupancy", occupancy("therapists"), 0.9, limit=EXACT_USE),
            Metric("mean list", line("therapists"), 3.79645979863),
            Metric("share waiting", share_waiting("therapists"), 0.542748798412),
        ),
    ),
    _mmc("F52", "physiotherapy", MMc(2.8, 0.5, 2)),
    _mmc("F53", "call takers", MMc(54, 1 / 3, 20)),
    Case(
        "F80",
        "two times M/M/1 against M/M/2: what one line for all saves; GSTH 2.2, 2.3",
        (
            Metric(
                "mean wait, one line", mean_wait("joint clinic"), JOINT.wait, "hours"
            ),
            Metric("mean wait, north", mean_wait("north clinic"), APART.wait, "hours"),
            Metric("mean wait, south", mean_wait("south clinic"), APART.wait, "hours"),
            Metric(
                "saved by one line",
                lambda o: mean_wait("north clinic")(o) - mean_wait("joint clinic")(o),
                APART.wait - JOINT.wait,
                "hours",
                limit=0.02,
            ),
            Metric(
                "utilisation, one line",
                utilisation("joint clinic"),
                0.8,
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F88",
        "M^X/M/3; Markov chain (GSTH 3.1)",
        (
            Metric("mean wait", mean_wait("family clinic"), FAMILY_LINE / 8.8, "hours"),
            Metric("mean line", line("family clinic"), FAMILY_LINE),
            of_use("family clinic", 8.8 / 12),
        ),
    ),
    Case(
        "F106",
        "two M/M/1, joining the shorter; Markov chain (Kingman 1961)",
        (
            Metric(
                "mean number, quick desk",
                present("quick desk"),
                SHORTER.mean(lambda state: state[0]),
            ),
            Metric(
                "mean number, slow desk",
                present("slow desk"),
                SHORTER.mean(lambda state: state[1]),
            ),
            Metric(
                "utilisation, quick desk",
                utilisation("quick desk"),
                SHORTER.mean(lambda state: state[0] > 0),
                limit=EXACT_USE,
            ),
            Metric(
                "utilisation, slow desk",
                utilisation("slow desk"),
                SHORTER.mean(lambda state: state[1] > 0),
                limit=EXACT_USE,
            ),
            Metric(
                "mean line, both",
                lambda o: line("quick desk")(o) + line("slow desk")(o),
                SHORTER.mean(lambda state: sum(max(n - 1, 0) for n in state)),
            ),
        ),
    ),
    Case(
        "F105",
        "M/M/3 and M/M/2, one clinic per place; GSTH 2.3",
        tuple(
            Metric(
                f"mean wait, {place}",
                mean_wait(f"skin clinic in {place}"),
                clinic.wait,
                "hours",
            )
            for place, clinic in (
                ("Leeds", MMc(7.2, 1 / 3, 3)),
                ("Wakefield", MMc(3, 1 / 2, 2)),
            )
        ),
    ),
)
