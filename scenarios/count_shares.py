"""Maps of whole numbers to the shares that have them: `{2: 70%, 5: rest}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from scenarios.law_spec import Share as ShareOrRest
from scenarios.leaves import Spot
from scenarios.problems import quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Number
from scenarios.sums import Sums
from scenarios.texts import number
from scenarios.units import SHARE

Text = TypeVar("Text")
Value = TypeVar("Value")


class Counted(NamedTuple):
    """What is counted, in words."""

    what: str
    """`a number of people`."""
    most: int
    how: str
    """How it is written, as a sentence."""


class CountShares:
    """Reads whole numbers and the share that has each."""

    def __init__(self, quantities: Quantities, sums: Sums, counted: Counted) -> None:
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums
        self.counted = counted

    def shares(
        self, written: Mapping[str, ShareOrRest], spot: Spot, *, dated: bool
    ) -> dict[int, Number | None]:
        """Return the share that has each number; None is the rest.

        Parameters
        ----------
        written : mapping of str to text
        spot : Spot
        dated : bool
            Whether shares may change on dates.
        """
        read = self.quantities.number if dated else self.quantities.settled

        def share(text: ShareOrRest, at: Spot) -> Number | None:
            if text == "rest" or isinstance(text, str):
                return None
            found = read(text, at, SHARE)
            self.sums.check_share(found, at)
            return found

        found = self.counts(written, spot, share)
        if not self.problems.is_broken(*spot.path):
            hint = " Write `rest` for one."
            self.sums.check_shares(list(found.values()), spot, hint)
        return found

    def counts(
        self,
        written: Mapping[str, Text],
        spot: Spot,
        value: Callable[[Text, Spot], Value],
    ) -> dict[int, Value]:
        """Return what stands beside each number; report numbers that are none."""
        found: dict[int, Value] = {}
        for text, beside in written.items():
            at = spot.at(text)
            count = self._count(text, at)
            if count in found:
                self.problems.add(at.path, f"{count} stands here twice.", at_key=True)
            elif count is not None:
                found[count] = value(beside, at)
        return found

    def _count(self, text: str, spot: Spot) -> int | None:
        count, counted = number(text), self.counted
        if count is None or count != int(count) or not 1 <= count <= counted.most:
            message = f"{quoted(text)} is not {counted.what}. {counted.how}"
            self.problems.add(spot.path, message, at_key=True)
            return None
        return int(count)
