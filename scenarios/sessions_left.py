"""How many sessions those have left who are in treatment when the run begins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from scenarios import texts
from scenarios.law_spec import Share
from scenarios.leaves import Spot
from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.sessions import MOST
from scenarios.start_spec import SESSIONS_LEFT
from scenarios.texts import Quantity

TOLERANCE = 1e-9
Bands = tuple[tuple[int, int, float], ...]
"""From and to, and the share; ascending."""


class SessionsLeft:
    """Reads numbers of sessions, and the share who have as many left."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def bands(self, written: Mapping[str, Share] | None, spot: Spot) -> Bands:
        """Return how many sessions are left: from and to, and the share."""
        if written is None:
            return ()
        found = []
        for text, share in written.items():
            band = self._band(text, spot)
            if not isinstance(share, Quantity | str):
                message = f"these shares are plain: {SESSIONS_LEFT}."
                self.problems.add(spot.at(text).path, message)
            elif band is not None:
                value = share.value if isinstance(share, Quantity) else math.nan
                found.append((*band, value))
        if self.problems.is_broken(*spot.path):
            return ()
        rests = sum(share == "rest" for share in written.values())
        total = math.fsum(s for _, _, s in found if not math.isnan(s))
        check_total(total, rests, spot.path, self.problems)
        rest = max(1.0 - total, 0.0)
        bands = sorted((a, b, rest if math.isnan(s) else s) for a, b, s in found)
        if any(after <= high for (_, high, _), (after, _, _) in pairwise(bands)):
            self.problems.add(spot.path, "two of these numbers overlap.")
        return tuple(bands)

    def _band(self, text: str, spot: Spot) -> tuple[int, int] | None:
        """Return from and to; report what are no numbers of sessions."""
        low, dash, high = text.replace("\u2013", "-").partition("-")
        first = number_left(low)
        last = number_left(high) if dash else first
        if first is not None and last is not None and first <= last:
            return first, last
        message = (
            f"{quoted(text)} is not a number of sessions. Write one, or from and to, "
            f"1 to {MOST}: {SESSIONS_LEFT}."
        )
        self.problems.add(spot.at(text).path, message, at_key=True)
        return None


def number_left(text: str) -> int | None:
    """Return a number of sessions; None if it is none."""
    value = texts.number(text.strip())
    is_whole = value is not None and value == int(value)
    if value is None or not is_whole or not 1 <= value <= MOST:
        return None
    return int(value)


def counted(bands: Sequence[tuple[int, int, float]]) -> dict[int, float]:
    """Return how likely each number of a band is: all of a band alike."""
    return {
        number: share / (high - low + 1)
        for low, high, share in bands
        for number in range(low, high + 1)
    }


def check_total(total: float, rests: int, path: Path, problems: Problems) -> None:
    """Report shares that do not add up, or several of which are the rest."""
    if rests > 1:
        problems.add(path, "only one of these can be the `rest`.")
    elif total > 1 + TOLERANCE or (not rests and total < 1 - TOLERANCE):
        hint = " Write `rest` for one." if total < 1 else ""
        problems.add(path, f"the shares add up to {total * 100:.6g}%.{hint}")
