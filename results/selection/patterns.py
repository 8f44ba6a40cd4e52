"""Which measures are meant by names and patterns, as people write them.

`ward: wait, mean` is one measure; `wait, mean` is asked of all subjects; `*` stands for
anything (`ward: *`, `*: wait, *`). Capitals do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from results.errors import ResultError
from results.measures.naming import MEASURES, Measure, Name, measure_of, parse_name

Subjects = frozenset[tuple[str, str]]
"""Kinds and names of all that the measures of a run speak of."""
_WILD = "*?"
_NEAR = 3


def asked(
    names: Sequence[Name], subjects: Subjects, texts: Iterable[str]
) -> list[Name | str]:
    """Return the measures that names and patterns mean.

    Parameters
    ----------
    names : sequence of Name
        All that have a value.
    subjects : frozenset
        All that may be asked about.
    texts : iterable of str

    Returns
    -------
    list of Name or str
        A text where the measure is defined, but nobody has a value of it.

    Raises
    ------
    ResultError
        If there is no such measure; all such texts are named, with the nearest names.
    """
    wanted: list[Name | str] = []
    wrong: list[str] = []
    for text in texts:
        found = [name for name in names if _is_meant(name, text)]
        if found or _is_defined(text, subjects):
            wanted += found or [text]
        else:
            wrong.append(_unknown(names, text))
    if wrong:
        raise ResultError(" ".join(wrong))
    return list(dict.fromkeys(wanted))


def short(name: Name | Measure) -> str:
    """Return the name of a measure without its subject: `wait, mean`."""
    measure = name.measure if isinstance(name, Name) else name.name
    return f"{measure}, {name.statistic}"


def _is_meant(name: Name, text: str) -> bool:
    """Return whether a text means a measure, by its whole name or without subject."""
    wanted = text.casefold()
    spelled = name.text.casefold(), short(name).casefold()
    if any(sign in text for sign in _WILD):
        # Only * and ? are signs: brackets stand in names.
        pattern = wanted.replace("[", "[[]")
        return any(fnmatchcase(one, pattern) for one in spelled)
    return wanted in spelled


def _is_defined(text: str, subjects: Subjects) -> bool:
    """Return whether a measure can be asked for, whoever has a value of it."""
    if any(sign in text for sign in _WILD):
        return False
    measure, comma, statistic = text.rpartition(", ")
    if comma and any(measure_of(kind, measure, statistic) for kind in _KINDS):
        return True
    try:
        name = parse_name(text, subjects)
    except ResultError:
        return False
    return (name.kind, name.subject) in subjects


def _unknown(names: Sequence[Name], text: str) -> str:
    """Say that there is no such measure, and what may be meant."""
    if any(sign in text for sign in _WILD):
        return f"no measure has a name like '{text}'."
    known = [*(n.text for n in names), *dict.fromkeys(short(n) for n in names)]
    near = [f"'{name}'" for name in get_close_matches(text, known, n=_NEAR, cutoff=0.8)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return (
        f"there is no measure '{text}'.{hint} A name looks like 'community mental "
        "health: wait, mean'; `caresim measures RUN` lists those of a run."
    )


_KINDS = tuple(dict.fromkeys(kind for measure in MEASURES for kind in measure.kinds))
