"""Published models, against exact answers or an independent simulation."""

from tests.validation.formulas import MMc
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    mean_wait,
    measure,
    present,
    turned_away,
    utilisation,
    wait_between,
)

HOUR, MINUTE = 1 / 24, 1 / 1440
HALF_WIDTH = 1.96
"""Standard errors in half a 95% interval."""


def _simulated(service: str, mean: float, half: float) -> Metric:
    """Return a mean wait that the independent simulation gives, in minutes."""
    name, own_error = f"{service}: mean wait", half / HALF_WIDTH
    return Metric(name, mean_wait(service), mean, "min", own_error, limit=0.02)


def _clinic(
    name: str, service: str, group: str, expected: tuple[float, float]
) -> Metric:
    """Return a mean wait of P6: completed visits that joined in (3, 27) hours."""
    quantity = wait_between(service, 3 * HOUR, 27 * HOUR, group)
    mean, half = expected
    return Metric(name, quantity, mean, "hours", half / HALF_WIDTH, limit=0.03)


def _bank(name: str, service: str, mean: float, half: float) -> Case:
    """Return a case of P7: completed visits that joined in (100, 1540) minutes."""
    quantity = wait_between(service, 100 * MINUTE, 1540 * MINUTE)
    metric = Metric("mean wait", quantity, mean, "min", half / HALF_WIDTH, limit=0.03)
    return Case(name, "P7: independent simulation of 4,000 runs", (metric,))


CASES = (
    Case(
        "P2",
        "P2: independent simulation of 2,000 runs",
        (
            _simulated("examination", 25.35, 0.38),
            _simulated("triage", 30.88, 0.79),
            _simulated("registration", 102.96, 1.03),
            _simulated("treatment", 134.51, 1.15),
            _simulated("stabilisation", 151.66, 3.27),
            _simulated("trauma treatment", 17.89, 0.58),
            Metric("who come", measure("triage: arrivals, number"), 229.5),
            Metric(
                "who are discharged",
                measure("model: patients gone (discharged), number"),
                165.96,
                own_error=0.36 / HALF_WIDTH,
            ),
        ),
    ),
    Case(
        "P3",
        "P3: M/M/5 with consultations of 15 minutes; GSTH 2.3",
        (
            Metric("mean wait", mean_wait("practice nurses"), 5.541468, "min"),
            Metric(
                "utilisation", utilisation("practice nurses"), 0.75, limit=EXACT_USE
            ),
        ),
    ),
    Case(
        "P6",
        "P6: independent simulation of 8,000 runs",
        (
            _clinic("child clinic", "child clinic", "", (0.3652, 0.0087)),
            _clinic("reception, babies", "clinic reception", "baby", (0.2665, 0.0043)),
            _clinic(
                "reception, children", "clinic reception", "child", (0.2734, 0.0041)
            ),
            _clinic("baby clinic", "baby clinic", "", (0.2643, 0.0073)),
        ),
    ),
    _bank("P7-three", "three tellers", 4.367, 0.078),
    _bank("P7-four", "four tellers", 0.860, 0.017),
    Case(
        "P11-priority",
        "P11: M/M/1, two priorities (Ciw test suite)",
        (
            # Published as times in system, 2 and 6 mean times; ours is 15 minutes.
            Metric(
                "mean wait, routine", mean_wait("advice line", "routine"), 75.0, "min"
            ),
            Metric(
                "mean wait, urgent", mean_wait("advice line", "urgent"), 15.0, "min"
            ),
        ),
    ),
    Case(
        "P11-single",
        "P11: M/M/1, 5/8 used (Ciw documentation)",
        (
            Metric("mean wait", mean_wait("help desk"), MMc(5, 1 / 8, 1).wait, "hours"),
            Metric("utilisation", utilisation("help desk"), 0.625, limit=EXACT_USE),
        ),
    ),
    Case(
        "P11-limited",
        "P11: M/M/2/3 (simmer vignette)",
        (
            Metric("share turned away", turned_away("pharmacy"), 0.049360),
            Metric("mean number", present("pharmacy"), 0.7623400),
        ),
    ),
)
