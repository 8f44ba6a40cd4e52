"""Texts that are taken for numbers which may be others as well.

Of an uncertain number the central value is taken, of one that a study varies the first.
It travels through the reader as a text; whoever reads it checks the others beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.documents import Text
from scenarios.spans import Span

Loc = tuple[str | int, ...]


class Taken(str):
    """A text, and what might stand in its place."""

    __slots__ = ("is_read", "is_whole", "node", "others", "span")

    others: Sequence[tuple[Loc, str]]
    """All texts that might stand here, with their places below it."""
    span: Span | None
    """Where the number lies; None: it is one of the others."""
    node: Text | None
    """Where the text stands in the tree."""
    is_read: bool
    """Whether it was read as a number."""
    is_whole: bool
    """Whether it was read as a whole number."""

    @classmethod
    def of_span(cls, span: Span) -> Taken:
        """Return the central value of a span."""
        made = cls(span.central)
        made.span, made.others = span, span.written
        made.node, made.is_read, made.is_whole = None, False, False
        return made

    @classmethod
    def of_list(cls, texts: Sequence[str]) -> Taken:
        """Return the first of several texts."""
        made = cls(texts[0])
        made.span, made.others = None, [((i,), text) for i, text in enumerate(texts)]
        made.node, made.is_read, made.is_whole = None, False, False
        return made

    def read_as(self, *, whole: bool) -> str:
        """Return the plain text, noting that it is read as a number.

        The tree then holds the whole number where there can be no other.
        """
        self.is_read = True
        if whole and self.span is not None:
            self.is_whole = True
            text = self.span.whole().central
        else:
            text = str(self)
        if self.node is not None:
            self.node.value = text
        return text
