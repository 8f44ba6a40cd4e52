"""Where the inputs of two runs differ: a comparison of meanings, not of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from results.comparison.input_words import NOTHING, Keys, in_words, is_about_the_same

ABSENT = "(absent)"
_NAMES_ONLY = ("name", "title", "theme", "notes", "extends", "source", "sources")
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
    text: str
    """The difference as a planner would say it."""


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
    one, other = _meant(a), _meant(b)
    return [
        Difference(
            _dotted(keys), _said(x), _said(y), in_words(keys, x, y, (one, other))
        )
        for keys, x, y in _between(one, other, ())
    ]


def _dotted(keys: Keys) -> str:
    """Write a place as messages do."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return text.removeprefix(".")


def _meant(value: object) -> object:
    """Return a value without names and marks that change no number."""
    if isinstance(value, Mapping):
        return {k: _meant(v) for k, v in value.items() if k not in _NAMES_ONLY}
    if isinstance(value, list | tuple):
        return [_meant(item) for item in value]
    return _MARK.sub("", value) if isinstance(value, str) else value


def _between(a: object, b: object, keys: Keys) -> Iterator[tuple[Keys, object, object]]:
    """Yield the differences of two values at a place."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            # A scenario without changes has none; it does not lack a section.
            without = [] if (*keys, key) == ("changes",) else NOTHING
            one, other = a.get(key, without), b.get(key, without)
            yield from _between(one, other, (*keys, str(key)))
    elif isinstance(a, list) and isinstance(b, list):
        if _is_long(a) or _is_long(b):
            yield from _between_lists(a, b, keys)
        elif a != b:
            yield keys, a, b
    elif a != b:
        yield keys, a, b


def _is_long(values: Sequence[object]) -> bool:
    """Return whether a list is one of maps, whose items are worth telling apart."""
    return any(isinstance(value, Mapping) for value in values)


def _between_lists(
    a: Sequence[object], b: Sequence[object], keys: Keys
) -> Iterator[tuple[Keys, object, object]]:
    """Yield the differences of two lists of maps, the same items beside each other.

    So a change that is put in between does not make all later ones differ.
    """
    one, other = list(map(repr, a)), list(map(repr, b))
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    for _, i, j, k, m in matcher.get_opcodes():
        pairs = zip_longest(a[i:j], b[k:m], fillvalue=NOTHING)
        for place, (x, y) in enumerate(pairs):
            at = (*keys, (k if k + place < m else i) + place)
            if x == y:
                continue
            if keys != ("changes",):
                yield from _between(x, y, at)
            elif is_about_the_same(x, y) or NOTHING in (x, y):
                yield at, x, y
            else:
                yield (*keys, i + place), x, NOTHING
                yield at, NOTHING, y


def _said(value: object) -> str:
    """Say a value in one line."""
    if value is NOTHING:
        return ABSENT
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key}: {_said(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_said(item) for item in value)}]"
    first, *more = str(value).splitlines() or [""]
    return f"{first} ... ({len(more):,} more lines)" if more else first
