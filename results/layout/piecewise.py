"""Tables that are made replication by replication, as they are too large to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa


class PiecewiseTable:
    """A table in pieces; each is made when it is asked for."""

    def __init__(self, makers: Sequence[Callable[[], pa.Table]]) -> None:
        self._makers = makers

    def __call__(self) -> pa.Table:
        """Return the whole table."""
        return pa.concat_tables(list(self))

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield the pieces, the next one being made in the meantime."""
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self._makers[0])
            for maker in self._makers[1:]:
                piece, coming = coming.result(), pool.submit(maker)
                yield piece
            yield coming.result()
