"""What the measures mean that a run shows: for readers of exports and documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from results.measures.naming import MEASURES


class Definition(NamedTuple):
    """A measure, in texts."""

    measure: str
    """What it is split by stands in capitals: `left unseen (WAITING EVENT)`."""
    statistic: str
    of: str
    """Kinds of subjects that show it."""
    unit: str
    meaning: str


def definitions(shown: Iterable[tuple[str, str, str]]) -> list[Definition]:
    """Return the definition of each measure that is shown, in the order of tables.

    Parameters
    ----------
    shown : iterable of (str, str, str)
        Kind, measure and statistic as tables name them.
    """
    used = {_unsplit(*names) for names in shown}
    found = []
    for m in MEASURES:
        is_split = bool(m.split_by)
        kinds = [k for k in m.kinds if (k, m.name, m.statistic, is_split) in used]
        if kinds:
            name = f"{m.name} ({m.split_by.upper()})" if is_split else m.name
            of = ", ".join(kinds)
            found.append(Definition(name, m.statistic, of, m.unit, m.meaning))
    return found


def _unsplit(kind: str, measure: str, statistic: str) -> tuple[str, str, str, bool]:
    """Return a measure without the name by which it is split."""
    name, bracket, _ = measure.partition(" (")
    return kind, name, statistic, bool(bracket)
