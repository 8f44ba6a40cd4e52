"""Patients who come together: sizes of parties and their shares."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.layout import LARGEST_PARTY
from scenarios.law_spec import Share as ShareOrRest
from scenarios.leaves import Spot
from scenarios.problems import quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Number, PartySize
from scenarios.sums import Sums
from scenarios.texts import number
from scenarios.units import SHARE


class Parties:
    """Makes `PartySize`s of what is written."""

    def __init__(self, quantities: Quantities, sums: Sums) -> None:
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums

    def sizes(
        self, written: Mapping[str, ShareOrRest], spot: Spot
    ) -> tuple[PartySize, ...]:
        """Return the sizes in ascending order."""
        found: dict[int, PartySize] = {}
        for text, share in written.items():
            at = spot.at(text)
            size = self._size(text, at)
            if size in found:
                message = f"{size} stands here twice."
                self.problems.add(at.path, message, at_key=True)
            elif size is not None:
                found[size] = PartySize(size, self._share(share, at))
        if not self.problems.is_broken(*spot.path):
            shares = [size.share for size in found.values()]
            self.sums.check_shares(shares, spot, " Write `rest` for one.")
        return tuple(found[size] for size in sorted(found))

    def _share(self, written: ShareOrRest, at: Spot) -> Number | None:
        if written == "rest" or isinstance(written, str):
            return None
        share = self.quantities.number(written, at, SHARE)
        self.sums.check_share(share, at)
        return share

    def _size(self, text: str, at: Spot) -> int | None:
        value = number(text)
        if value is None or value != int(value) or not 1 <= value <= LARGEST_PARTY:
            message = (
                f"{quoted(text)} is not a number of people. Write how many come "
                f"together, 1 to {LARGEST_PARTY}, and their share: {{2: 70%, 5: rest}}."
            )
            self.problems.add(at.path, message, at_key=True)
            return None
        return int(value)
