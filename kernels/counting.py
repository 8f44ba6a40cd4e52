"""Tallies under way: records are added to them, and full tables of buckets put aside.

A table of buckets is enlarged until it holds `MOST_PAGES`. From then on a full one is
settled and put aside, and counting goes on in an empty one. Parts that were filled one
after the other have many pages in common, so some of them are added up together now
and then, and all of them at the end, when the patients are gone. So the memory stays
near what was counted, and the table in use close by however many months are counted.
"""

from collections.abc import Iterable

import numpy as np

from kernels.buckets import (
    Buckets,
    added_up,
    emptied,
    is_settled,
    more_buckets,
    settled,
)
from kernels.layout import Model, Records
from kernels.tallies import Tallies, empty
from kernels.tallying import tally

MOST_PAGES = 1 << 16
"""Pages of a table of buckets. With what finds them 6 MB, which stay in the caches."""
TOGETHER = 16
"""Parts that are added up while counting goes on."""


class Counting:
    """What is counted of a replication so far.

    Nothing may be added once the final tallies were asked for: ValueError.

    Parameters
    ----------
    model : Model
    tallies : Tallies, optional
        Of what was counted before; they are used up. Without, nothing was.
    """

    def __init__(self, model: Model, tallies: Tallies | None = None) -> None:
        self.model = model
        self.tallies = empty(model) if tallies is None else tallies
        """Not all there is: some buckets may lie aside."""
        self._aside: list[Buckets] = []
        self._older: list[Buckets] = []

    def add(self, records: Records) -> None:
        """Add some records."""
        done = np.zeros(2, dtype=np.int64)
        while not tally(self.model, self.tallies, records, done):
            self.make_room()

    def make_room(self) -> None:
        """Make room for more buckets."""
        buckets = self.tallies.buckets
        if is_settled(buckets):
            raise ValueError("final tallies cannot be added to")
        # What needs more than a whole empty table must not wait for ever.
        if len(buckets.pages) < MOST_PAGES or buckets.used[0] == 0:
            more = more_buckets(buckets)
        else:
            self._put_aside(settled(buckets))
            more = emptied(buckets)
        self.tallies = self.tallies._replace(buckets=more)

    def _put_aside(self, part: Buckets) -> None:
        """Keep what was counted in a table of buckets."""
        self._aside.append(part)
        if len(self._aside) == TOGETHER:
            self._older.append(added_up(self._aside))
            self._aside = []

    def final(self) -> Tallies:
        """Return all that was counted; nothing more may be added then."""
        parts = [*self._older, *self._aside, settled(self.tallies.buckets)]
        self._older, self._aside = [], []
        self.tallies = self.tallies._replace(buckets=added_up(parts))
        return self.tallies


def tallies_of(model: Model, chunks: Iterable[Records]) -> Tallies:
    """Return the tallies of records that come chunk by chunk."""
    counting = Counting(model)
    for records in chunks:
        counting.add(records)
    return counting.final()
