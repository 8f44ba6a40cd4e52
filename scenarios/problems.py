"""What is wrong with a scenario: every problem with its place, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST_QUOTE = 60
MOST_COMPARED = 2000
"""Among more names the nearest is not looked for: it would take too long."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    line: int
    """From 1; 0: the file as a whole."""
    column: int
    """From 1."""
    path: str
    """Dotted: `services.clinic.takes.mean`; empty where there is none."""
    message: str

    def __str__(self) -> str:
        """Return the problem as one line."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        path = f" {self.path}:" if self.path else ("" if self.line else ":")
        return f"{place}{path} {self.message}"


class ScenarioError(ValueError):
    """A scenario that cannot be read; `problems` says all that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return one line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


def quoted(text: str) -> str:
    """Return a text in quotes, on one line and not too long."""
    flat = " ".join(text.split())
    if len(flat) > LONGEST_QUOTE:
        flat = flat[: LONGEST_QUOTE - 3] + "..."
    return f"'{flat}'"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of the known names, or nothing."""
    match = nearest(name, known)
    return "" if match is None else f" Did you mean {quoted(match)}?"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the nearest of the known names; None if none is near."""
    if len(known_names := list(known)) > MOST_COMPARED:
        return None
    by_form = {k.casefold(): k for k in reversed(known_names)}
    matches = get_close_matches(name.casefold(), list(by_form), 1, 0.65)
    return by_form[matches[0]] if matches else None


def listed(names: Iterable[str]) -> str:
    """Return names joined by commas, cut off where there are very many."""
    every = list(names)
    shown = every[:40]
    return ", ".join(shown) + (", ..." if len(every) > len(shown) else "")
