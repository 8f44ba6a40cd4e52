"""How figures of the shipped scenario are compared with the pack's."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from tests.catalogue import known, pack
from tests.catalogue.shipped import Floats, Flow, Node, Shipped, law_of, mean_of

MINUTE, HOUR = 1 / 1440, 1 / 24
"""Days."""
TREATED = {
    "GP": 0.954,
    "N111": 0.90,
    "ED": 0.96,
    "TT": 0.69,
    "CMHT": 0.76,
    "CRIS": 0.80,
    "CYPM": 0.56,
}
"""Who gets as far as treatment, of those who arrive; all, elsewhere."""
LEFT = {"nhs 111": 0.10, "emergency department": 0.04, "mental health wards": 0.03}
"""Who leaves while waiting: hangs up, leaves unseen, is placed out of area."""
REMOVED = {"outpatients": 0.21, "planned surgery": 0.21}
"""Who is removed from hospital lists, of those who start."""


def close(found: float, expected: float, difference: known.Known = known.SAME) -> bool:
    """Return whether a figure is the pack's, times what is known."""
    return found == pytest.approx(
        expected * difference.factor, rel=difference.tolerance, abs=1e-6
    )


def of_code(model: Shipped, flows: dict[str, Flow], code: str) -> Floats:
    """Return arrivals per day at a service, by group; those booked at practices."""
    names = {pack.SERVICES[code]}
    if code == "OUTP":
        names.add("outpatient follow-up")
    parts_of_it = [f for name, f in flows.items() if model.base(name) in names]
    each = [f.accepted if code == "GP" else f.joined for f in parts_of_it]
    found: Floats = np.sum(each, axis=0)
    return found


def need(model: Shipped, flow: dict[str, Flow], name: str) -> dict[str, float]:
    """Return the part of those taken on at each place or trust."""
    taken = {
        service.home[1]: float(flow[service.name].accepted.sum())
        for service in model.named(name)
        if service.home is not None
    }
    return dict(zip(taken, parts(taken.values()), strict=True))


def by_base(model: Shipped, sent: dict[Node, float]) -> dict[str, float]:
    """Return shares by the services' names without their places."""
    found: dict[str, float] = {}
    for node, share in sent.items():
        name = model.base(node.service)
        found[name] = found.get(name, 0.0) + share
    return found


def fractions(text: str) -> list[float]:
    """Return the numbers between slashes."""
    return [float(part) for part in text.split("/")]


def parts(numbers: Iterable[float]) -> list[float]:
    """Return what part each is of their sum."""
    given = list(numbers)
    return [number / sum(given) for number in given]


def own_law_mean(model: Shipped, name: str, age: str = "adult") -> float:
    """Return the mean time of treatment of an age, the same in every place."""
    means = set()
    for service in model.named(name):
        takes = model.step(service.name).takes
        for g, group in enumerate(model.groups):
            if group[0] == age:
                means.add(round(mean_of(law_of(takes, g), g), 9))
    (only,) = means
    return only


def home(model: Shipped, service: str) -> str:
    """Return the place or trust of a service."""
    found = model.services[service].home
    return "" if found is None else found[1]


def class_of(age: str, deprivation: str) -> str:
    """Return the pack's class of a group."""
    (name,) = (n for n, c in pack.CLASSES.items() if c == (age, deprivation))
    return name
