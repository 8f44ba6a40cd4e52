"""Markdown that any reader of it shows alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SPECIAL = r"\`*_[]<>|#~$"
"""Characters that would mean something else than themselves."""


def plain(text: object) -> str:
    """Return a text that is shown as it is, on one line.

    Parameters
    ----------
    text : object
        Its text is taken.
    """
    flat = " ".join(str(text).split())
    return "".join(f"\\{c}" if c in SPECIAL else c for c in flat)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table; an empty one is said to be empty.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequence
        Each as long as the headings.
    """
    body = [f"| {' | '.join(plain(cell) or '–' for cell in row)} |" for row in rows]
    if not body:
        return ["None.", ""]
    head = f"| {' | '.join(map(plain, headings))} |"
    return [head, f"|{'---|' * len(headings)}", *body, ""]


def listed(sentences: Iterable[str]) -> list[str]:
    """Return sentences one below the other; none: says so."""
    found = [f"* {plain(sentence)}" for sentence in sentences]
    return [*(found or ["None."]), ""]


def some(sentences: Iterable[str]) -> list[str]:
    """Return sentences one below the other; none: nothing."""
    found = list(sentences)
    return listed(found) if found else []


def paragraph(text: str) -> list[str]:
    """Return a paragraph of our own words, in which Markdown means what it means."""
    return [" ".join(text.split()), ""]


def authors(what: str) -> list[str]:
    """Return a place for what a run cannot know."""
    return [f"> **For the authors to write:** {what}", ""]
