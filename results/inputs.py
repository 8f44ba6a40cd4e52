"""Where the inputs of two runs differ: a comparison of meanings, not of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

ABSENT = "(absent)"
_NAMES_ONLY = ("name", "title", "notes", "extends", "source", "sources")
"""Parts of a scenario, at any depth, that change no number."""
_MARK = re.compile(r" \([^()]+\)$")
"""Where a number comes from, after it: `4.6% (GPAD)`."""


class Difference(NamedTuple):
    """A place at which two scenarios differ."""

    path: str
    """Dotted, as messages write it: `services.ward.capacity`, `changes[1].from`."""
    a: str
    """What stands there; `ABSENT` where nothing does."""
    b: str

    @property
    def text(self) -> str:
        """The difference in one line."""
        return f"{self.path}: {self.a} → {self.b}"


def differences(a: Mapping[str, object], b: Mapping[str, object]) -> list[Difference]:
    """Return where two resolved scenarios differ, in the order of writing.

    Parameters
    ----------
    a, b : mapping
        Plain maps, lists, texts and numbers.

    Returns
    -------
    list of Difference
        Titles, notes, sources and the like are left out: they change no number.
    """
    return list(_between(_meant(a), _meant(b), ""))


def _meant(value: object) -> object:
    """Return a value without names and marks that change no number."""
    if isinstance(value, Mapping):
        return {k: _meant(v) for k, v in value.items() if k not in _NAMES_ONLY}
    if isinstance(value, list | tuple):
        return [_meant(item) for item in value]
    return _MARK.sub("", value) if isinstance(value, str) else value


_NOTHING = object()


def _between(a: object, b: object, path: str) -> Iterator[Difference]:
    """Yield the differences of two values at a place."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            inner = f"{path}.{key}" if path else str(key)
            yield from _between(a.get(key, _NOTHING), b.get(key, _NOTHING), inner)
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
        pairs = zip_longest(a, b, fillvalue=_NOTHING)
        for place, (one, other) in enumerate(pairs):
            yield from _between(one, other, f"{path}[{place}]")
    elif a != b:
        yield Difference(path, _said(a), _said(b))


def _said(value: object) -> str:
    """Say a value in one line."""
    if value is _NOTHING:
        return ABSENT
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key}: {_said(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_said(item) for item in value)}]"
    first, *more = str(value).splitlines() or [""]
    return f"{first} ... ({len(more):,} more lines)" if more else first
