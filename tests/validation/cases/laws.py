"""Laws by their usual parameters: what comes out has the mean and spread written."""

from tests.validation.harness import Case, Metric
from tests.validation.quantities import (
    clock_mean_square,
    clock_percentile,
    measure,
)

CLOCK = "time at home"


def _law(
    name: str, law: str, mean: float, sd: float, percentiles: tuple[float, ...] = ()
) -> Case:
    """Return a case of the family D: mean, spread and percentiles 5, 50 and 95."""
    return Case(
        name,
        f"{name}: {law}",
        (
            Metric("mean", measure(f"{CLOCK}: time, mean"), mean, "days"),
            Metric(
                "mean square, days²",
                clock_mean_square(CLOCK),
                sd**2 + mean**2,
                limit=0.015,
            ),
            *(
                Metric(
                    f"{percent}th percentile",
                    clock_percentile(percent / 100, CLOCK),
                    expected,
                    "days",
                )
                for percent, expected in zip((5, 50, 95), percentiles, strict=False)
            ),
        ),
    )


CASES = (
    _law(
        "D01",
        "lognormal, given mean and sd",
        7.4,
        8.61,
        (1.05299166851, 4.82336679929, 22.094065866),
    ),
    _law(
        "D02",
        "gamma, given mean and cv",
        5.0,
        3.0,
        (1.27062319678, 4.41449755399, 10.7297504709),
    ),
    _law("D03", "triangular", 9.0, 2.16024689947, (6.0, 8.67544467966, 13.0)),
    _law(
        "D06",
        "normal, cut below",
        16.0,
        1.73205080757,
        (13.1510299471, 16.0, 18.8489700529),
    ),
    _law(
        "D08",
        "Erlang of three stages",
        4.0,
        2.30940107676,
        (1.09025526289, 3.56541375163, 8.39439149583),
    ),
    _law("D10", "hyperexponential", 8.8, 12.1061967603),
)
