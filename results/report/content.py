"""What a report is made of, before it becomes a page: sections, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Specification = Mapping[str, Any]
"""A chart in the words of Vega-Lite."""


@dataclass(frozen=True)
class Table:
    """Texts in rows and columns; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    """How many of the first columns hold texts; the others hold numbers."""


@dataclass(frozen=True)
class Chart:
    """A picture, and the same in words and numbers."""

    name: str
    """Of its files, without an ending."""
    title: str
    sentence: str
    """What it shows."""
    table: Table
    """The numbers behind it."""
    drawing: Specification | str
    """A specification, or an SVG that is finished."""


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading of its own."""

    name: str
    """Of its anchor."""
    title: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    scaled: bool = True
    """Whether its numbers are those of the small system, at a smaller scale."""


@dataclass(frozen=True)
class Key:
    """What a name in the legends stands for."""

    name: str
    title: str
    colour: str


@dataclass(frozen=True)
class Report:
    """All that the page shows."""

    title: str
    question: str
    changes: tuple[str, ...]
    """What other runs change against the baseline."""
    answer: tuple[str, ...]
    how_sure: tuple[str, ...]
    board: tuple[Chart, ...]
    key: tuple[Key, ...]
    scale: str
    """What numbers of patients stand for; empty at full size."""
    sections: tuple[Section, ...]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in the order of the page."""
        return (*self.board, *(c for section in self.sections for c in section.charts))
