"""What capacity costs in words: it is known before anything is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from kernels.layout import Model
from scenarios.prices import Paid, paid
from scenarios.scenario import Scenario

UNITS = {
    "unit": "days of units open",
    "staff": "days of whole-time equivalents in post",
    "slot": "slots",
}


def charges(scenario: Scenario, model: Model) -> Iterator[str]:
    """Yield a sentence about what each capacity costs each budget over the period."""
    for item in paid(scenario, model):
        of = "its capacity costs" if item.kind == "capacity" else "agencies cost"
        end = "whether used or not" if item.kind == "capacity" else "on top"
        yield (
            f"{item.service}: {of} {item.budget} £{_total(item):,.0f} over the period, "
            f"{end} ({fsum(item.units):,.0f} {UNITS[item.per]})."
        )


def _total(item: Paid) -> float:
    return fsum(n * price for n, price in zip(item.units, item.pounds, strict=True))
