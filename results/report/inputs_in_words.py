"""Where the inputs of two runs differ, as one would read it aloud."""

from __future__ import annotations

import re
from datetime import date

from results.inputs import ABSENT, Difference

_CHANGE = re.compile(r"changes\[\d+\]")
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_KEY = re.compile(r"\b(\w+): ")


def in_words(difference: Difference) -> str:
    """Return a difference in one sentence.

    Parameters
    ----------
    difference : Difference
        Of the resolved scenarios.
    """
    if _CHANGE.fullmatch(difference.path) and difference.a == ABSENT:
        return f"Changed: {plain(difference.b)}."
    if _CHANGE.fullmatch(difference.path) and difference.b == ABSENT:
        return f"No longer changed: {plain(difference.a)}."
    where = plain(difference.path.replace(".", ", "))
    return f"{where}: {plain(difference.a)} becomes {plain(difference.b)}."


def plain(text: str) -> str:
    """Return a value of a scenario without the marks of the language.

    Parameters
    ----------
    text : str
        Such as `{demand: {sector: mental health}, multiply_by: 1.30}`.
    """
    text = _KEY.sub(lambda key: key[1].replace("_", " ") + " ", text)
    text = _DATE.sub(lambda found: _day(found[1]), text)
    return re.sub(r"[{}\[\]]", "", text)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"
