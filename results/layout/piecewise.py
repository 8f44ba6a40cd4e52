"""Tables that are made piece by piece, as they are too large to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

ROWS = 1 << 20
"""Most rows of a row group, and of a piece of waits. Each replication begins a row
group of its own, so that the bytes do not depend on how the table was put together."""

Pieces = Iterable[pa.Table]


class PiecewiseTable:
    """A table in pieces; each is made when it is asked for.

    Parameters
    ----------
    makers : sequence of callable
        Each returns some pieces, one after the other: those of a replication.
    """

    def __init__(self, makers: Sequence[Callable[[], Pieces]]) -> None:
        self._makers = makers
        self._whole: pa.Table | None = None

    def __call__(self) -> pa.Table:
        """Return the whole table, and keep it."""
        if self._whole is None:
            self._whole = pa.concat_tables(list(self))
        return self._whole

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield the pieces, the next one being made in the meantime."""
        if self._whole is not None:
            yield self._whole
            return
        pieces = (piece for maker in self._makers for piece in maker())
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(next, pieces, None)
            while (piece := coming.result()) is not None:
                coming = pool.submit(next, pieces, None)
                yield piece
