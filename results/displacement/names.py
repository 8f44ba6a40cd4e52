"""One numbering for the names of two runs, so that their records can be joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.errors import ResultError
from results.layout.labels import Labels, ServiceLabel

Codes = NDArray[np.int64]

EVERYBODY = "everybody"
"""What the column `people` says of all together."""
UNNAMED = "no sector"


@dataclass(frozen=True)
class Names:
    """The names of two runs, those of the first in front; a code is a place in them."""

    services: tuple[str, ...]
    causes: tuple[str, ...]
    endings: tuple[str, ...]
    streams: tuple[str, ...]
    groups: tuple[str, ...]
    sectors: tuple[str, ...]
    labels: dict[str, ServiceLabel]
    """Of each service; that of the second run where both have it."""

    @cached_property
    def sector_of(self) -> Codes:
        """The code of each service's sector, shape (services,)."""
        named = [self.labels[name].sector or UNNAMED for name in self.services]
        return np.array([self.sectors.index(name) for name in named], dtype=np.int64)


def names_of(a: Labels, b: Labels) -> Names:
    """Return the names of two runs."""
    both = (a, b)
    labels = {s.name: s for of in both for s in of.services}
    return Names(
        services=_once(s.name for of in both for s in of.services),
        causes=_once(name for of in both for _, name in (*of.waits, *of.rules)),
        endings=_once(name for of in both for name in of.endings),
        streams=_once(name for of in both for name in of.streams),
        groups=_once(group.name for of in both for group in of.everybody),
        sectors=_once(s.sector or UNNAMED for s in labels.values()),
        labels=labels,
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def coded(column: pa.ChunkedArray[Any], names: tuple[str, ...]) -> NDArray[np.int32]:
    """Return a text column as codes; -1 where it is empty.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        By dictionary.
    names : tuple of str

    Raises
    ------
    ResultError
        If a text is none of the names.
    """
    place = {name: code for code, name in enumerate(names)}
    parts = [np.zeros(0, np.int32)]
    for chunk in column.chunks:
        if not isinstance(chunk, pa.DictionaryArray):
            raise TypeError(f"a column of {chunk.type} holds no texts")
        spelled = chunk.dictionary.to_pylist()
        unknown = [text for text in spelled if text not in place]
        if unknown:
            raise ResultError(f"'{unknown[0]}' stands in records, but not in labels")
        moved = np.array([*(place[str(text)] for text in spelled), -1], np.int32)
        parts.append(moved[chunk.indices.fill_null(len(spelled)).to_numpy()])
    return np.concatenate(parts)


class Parts(NamedTuple):
    """What people are kept apart by."""

    names: tuple[str, ...]
    of: Codes
    """The part of each group, or of each stream; the last is for those without one."""
    by_stream: bool = False


def everybody(names: Names) -> Parts:
    """Return one part that holds everybody."""
    return Parts((EVERYBODY,), np.zeros(len(names.groups), np.int64))


def parts(names: Names, labels: Labels, by: str) -> Parts:
    """Return what people are kept apart by.

    Parameters
    ----------
    names : Names
    labels : Labels
        Of the baseline.
    by : str
        `stream`, `group`, or a dimension such as `age`; empty: all together.

    Raises
    ------
    ResultError
        If people have no such dimension.
    """
    if not by:
        return everybody(names)
    if by == "stream":
        streams = (*names.streams, "there at the start")
        return Parts(streams, np.arange(len(streams)), by_stream=True)
    if by == "group":
        return Parts(names.groups, np.arange(len(names.groups)))
    values = {group.name: dict(group.values) for group in labels.everybody}
    known = _once(dimension for of in values.values() for dimension in of)
    if by not in known:
        ways = ", ".join(["stream", "group", *known])
        raise ResultError(f"people cannot be kept apart by '{by}', only by {ways}")
    unknown = [group for group in names.groups if group not in values]
    if unknown:
        raise ResultError(
            f"people cannot be kept apart by '{by}': the group '{unknown[0]}' is in "
            "one of the runs only"
        )
    found = _once(of[by] for of in values.values())
    place = [found.index(values[group][by]) for group in names.groups]
    return Parts(found, np.array(place, np.int64))
