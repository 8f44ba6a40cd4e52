"""Patients who lie elsewhere and move back to beds of their own."""

from tests.validation.formulas import Chain
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import in_use, measure, per_day, rate, turned_away
from tests.validation.wards import Repatriated

MOVED = Repatriated((2, 1.5), (1 / 4, 1 / 5), (8, 10), 1.5).steady()
"""F110, a day."""

AREA = Chain(4 / 7, 1 / 39, 22, leaving=1 / 39 / 1.25)
"""F111, a day: who is elsewhere is like somebody who waits and may lose patience."""

CASES = (
    Case(
        "F110",
        "outliers who move back, and stay longer elsewhere; Markov chain",
        (
            Metric(
                "medical patients lost",
                turned_away("general medicine"),
                MOVED.mean(lambda s: float(s[0] == 8 and s[1] + s[2] == 10)),
            ),
            Metric(
                "surgical patients lost",
                turned_away("general surgery"),
                MOVED.mean(lambda s: float(s[1] + s[2] == 10)),
            ),
            Metric(
                "outliers",
                measure("general medicine: helped elsewhere, mean"),
                MOVED.mean(lambda s: s[1]),
            ),
            Metric(
                "moved back a day",
                per_day("general medicine", "moved back"),
                MOVED.mean(lambda s: s[0] / 4 * (s[1] > 0)),
            ),
            Metric(
                "medical beds taken",
                in_use("general medicine"),
                MOVED.mean(lambda s: s[0]),
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F111",
        "out of area until a bed at home is free; Erlang A, Palm 1957",
        (
            Metric(
                "patients out of area",
                in_use("out of area"),
                AREA.line,
                limit=0.02,
            ),
            Metric(
                "share who are sent out of area",
                rate(
                    "mental health ward: helped elsewhere, number",
                    "mental health ward: starts, number",
                ),
                AREA.all_busy,
            ),
        ),
    ),
)
