"""Patients who come together: sizes of parties and their shares."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.layout import LARGEST_PARTY
from scenarios.count_shares import Counted, CountShares
from scenarios.law_spec import Share as ShareOrRest
from scenarios.leaves import Spot
from scenarios.quantities import Quantities
from scenarios.scenario import PartySize
from scenarios.sums import Sums

PEOPLE = Counted(
    "a number of people",
    LARGEST_PARTY,
    f"Write how many come together, 1 to {LARGEST_PARTY}, and their share: "
    "{2: 70%, 5: rest}.",
)


class Parties:
    """Makes `PartySize`s of what is written."""

    def __init__(self, quantities: Quantities, sums: Sums) -> None:
        self.reader = CountShares(quantities, sums, PEOPLE)

    def sizes(
        self, written: Mapping[str, ShareOrRest], spot: Spot
    ) -> tuple[PartySize, ...]:
        """Return the sizes in ascending order."""
        found = self.reader.shares(written, spot, dated=True)
        return tuple(PartySize(size, found[size]) for size in sorted(found))
