"""What a report asks of a comparison: how, where inputs differ, and what moved.

All that reports know of `results.comparison` stands here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from results.comparison import Finding, compare
from results.inputs import ABSENT, Difference

if TYPE_CHECKING:
    from results.run import Run

_CHANGE = re.compile(r"changes\[\d+\]")
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_KEY = re.compile(r"\b(\w+): ")


@dataclass(frozen=True)
class Input:
    """A place at which the inputs differ."""

    where: str
    before: str
    after: str
    sentence: str


@dataclass(frozen=True)
class Moved:
    """What became of a measure, in words."""

    finding: Finding
    likely: bool
    """Whether its own interval leaves no difference out."""
    sentence: str
    """Empty where nothing is to be said."""


@dataclass(frozen=True)
class Against:
    """One run held against the baseline."""

    how: str
    """By how many pairs of what, in a sentence."""
    inputs: tuple[Input, ...]
    moved: tuple[Moved, ...]
    """One for each question, whatever the answer."""
    incomparable: tuple[tuple[str, str], ...]
    """Measures, and why they cannot be compared."""


def against(runs: Sequence[Run]) -> tuple[Against, ...]:
    """Return each run but the first, held against the first.

    Parameters
    ----------
    runs : sequence of Run
        The baseline first.

    Raises
    ------
    ResultError
        If they cannot be compared.
    """
    return tuple(_against(runs[0], run) for run in runs[1:])


def _against(base: Run, run: Run) -> Against:
    comparison = compare(base, run)
    sentences = comparison.sentences()
    return Against(
        how=sentences[1],
        inputs=tuple(_input(difference) for difference in comparison.inputs),
        moved=tuple(_moved(row, sentences) for row in comparison.rows),
        incomparable=tuple((i.name, i.reason) for i in comparison.incomparable),
    )


def _moved(row: Finding, sentences: Sequence[str]) -> Moved:
    interval = row.difference.interval
    likely = interval is not None and (interval[0] > 0 or interval[1] < 0)
    found = (line for line in sentences if line.startswith(f"{row.name} "))
    return Moved(row, likely, capitalised(next(found, "")))


def capitalised(sentence: str) -> str:
    """Return a sentence that begins with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def _input(difference: Difference) -> Input:
    a, b = plain(difference.a), plain(difference.b)
    sentence = f"{plain(difference.path.replace('.', ', '))}: {a} becomes {b}."
    if _CHANGE.fullmatch(difference.path) and difference.a == ABSENT:
        sentence = f"Changed: {b}."
    elif _CHANGE.fullmatch(difference.path) and difference.b == ABSENT:
        sentence = f"No longer changed: {a}."
    return Input(difference.path, a, b, capitalised(sentence))


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
