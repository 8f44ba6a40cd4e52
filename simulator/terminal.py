"""Where the commands print, and what their tables look like."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

NOTHING = "–"
"""Where there is no number."""
BRACKETS, PLUS_MINUS = "95% intervals in brackets", "± is half a 95% interval"
PAGE = 132
"""Columns where the output is no terminal."""


def console() -> Console:
    """Return where to print; wide enough for a table when it goes into a file."""
    return Console(width=None if sys.stdout.isatty() else PAGE, highlight=False)


def bare_table(title: str | None = None) -> Table:
    """Return a table without lines that has no columns yet."""
    return Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")


def plain_table(first: str) -> Table:
    """Return an empty table whose first column is never broken."""
    table = bare_table()
    table.add_column(first, no_wrap=True)
    return table
