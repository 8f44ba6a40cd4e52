"""How many people a figure rests on: the counts behind means, shares and costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from results.export.figures import Key
from results.layout.labels import Labels

PEOPLE = ("visits", "patients", "clocks", "units")
"""Units of numbers that count people; a unit in use is a person treated."""
NOBODY = ("balance", "balance of patients")
"""Numbers of nobody: they say whether all are accounted for."""

_JOINED = ("starts", "left unseen", "turned away", "did not attend")
_TREATED = ("completions", "handed back", "in use at the end")
_BASES: dict[str, tuple[str, ...]] = {
    "wait": ("starts",),
    "wait before leaving": ("left unseen",),
    "age of the list": ("list at the end",),
    "in line": (*_JOINED, "list at the end"),
    "in use": _TREATED,
    "length of stay": ("completions", "handed back"),
    "delayed": _TREATED,
    "blocked": _TREATED,
    "helped elsewhere": ("helped elsewhere",),
    "cost": (*_TREATED, "starts"),
    "cost of use": (*_TREATED, "starts"),
    "cost of out of area": (*_TREATED, "starts"),
    "days out of area": _TREATED,
    "time": ("stopped",),
    "time paused": ("stopped",),
    "time so far": ("running at the end",),
    "breach": ("breach",),
    "achieved": ("counted",),
    "met": ("counted",),
    "cost per patient within": ("within",),
}
"""By measure: the numbers of people on whom it rests, taken together."""


class Share(NamedTuple):
    """A share or rate, worked out from numbers of people that are shown."""

    above: tuple[str, ...]
    below: tuple[str, ...]
    """Numbers of people; empty: the denominator has to do with nobody (days, slots)."""


SHARES: dict[tuple[str, str], Share] = {
    ("arrivals", "per day"): Share(("arrivals",), ()),
    ("left unseen", "share"): Share(("left unseen",), _JOINED),
    ("turned away", "share"): Share(("turned away",), ("arrivals",)),
    ("did not attend", "share"): Share(
        ("did not attend",), ("starts", "did not attend")
    ),
    ("wait", "share above zero"): Share((), ("starts",)),
    ("slots", "share used"): Share(("starts", "did not attend"), ()),
    ("within", "share"): Share(("within",), ("counted",)),
}
"""Shares by measure and statistic; with none above, the numerator is not shown."""

_BY_USE = (("utilisation", "of rostered time"), ("occupancy", "mean"))


def is_count(key: Key, unit: str) -> bool:
    """Return whether a figure counts people."""
    named = key.measure not in NOBODY and key.statistic == "number"
    return named and unit in PEOPLE


def counts(key: Key, names: Sequence[str]) -> list[Key]:
    """Return the keys of some numbers of the same subject, group and period."""
    return [key._replace(measure=name, statistic="number") for name in names]


def bases(key: Key, labels: Labels) -> list[Key]:
    """Return what a figure rests on; empty: on nobody.

    Parameters
    ----------
    key : Key
    labels : Labels
    """
    name = key.measure.partition(" (")[0]
    if (name, key.statistic) in _BY_USE:
        return [key._replace(measure="in use", statistic="mean")]
    if key.kind == "standard" and name in ("achieved", "met"):
        (label,) = (s for s in labels.standards if s.name == key.subject)
        use = Key("service", "", "in use", "mean", key.group, key.period)
        if label.services:
            return [use._replace(subject=service) for service in label.services]
    return counts(key, _BASES.get(name, ()))
