"""The results as text: on the screen, and kept in `results.md`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from benchmarks.definitions import CASES, TOLERANCE
from benchmarks.machine import machine, today, versions
from benchmarks.rows import ENOUGH, Row

RESULTS = Path(__file__).parent / "results.md"
HEADER = (
    "engine",
    "version",
    "patients",
    "runs",
    "CPU s",
    "customers/s",
    "ns/event",
    "to SimPy",
    "before, s",
)
INTRODUCTION = f"""\
# How fast caresim is

Measured on {{date}} by `make bench`, with {{versions}}. Machine: {{machine}}. Its
load average before: {{others}} (0 is idle; above that, others were working too and
slowed the runs, most of all those on two threads).

Each engine and case ran in a process of its own, so that none slows another.
Customers/s are patients who came divided by CPU time, on one thread: the best of
several runs (after one of more than {ENOUGH:.0f} s there is no other). For caresim
that is a whole replication of the scenario file in `benchmarks/cases/`, all
statistics on; reading the file and making its tables stands under "before", as does
building or compiling a peer's model. Imports and the compiling of caresim's engine
are left out. Events are logical: arrivals, ends of treatment, departures unseen,
changes of shift. "To SimPy" is the ratio of customers/s to SimPy with one process per
patient. All answers were compared with theory or with published values, and all lie
within {TOLERANCE:.0f} standard deviations. In (d), CPU time per patient depends on
how many come: the list only grows.
"""


def document(rows: Sequence[Row], others: str) -> str:
    """Return the whole of `results.md`.

    Parameters
    ----------
    rows : sequence of Row
    others : str
        How busy the machine was before (`machine.others`).
    """
    opening = INTRODUCTION.format(
        date=today(), versions=versions(), machine=machine(), others=others
    )
    paragraphs = (fill(paragraph, 88) for paragraph in opening.split("\n\n"))
    return "\n\n".join((*paragraphs, text(rows))) + "\n"


def text(rows: Sequence[Row]) -> str:
    """Return a section for each case, then what threads and long lists do."""
    names = [name for name in CASES if any(_is_plain(row, name) for row in rows)]
    return "\n\n".join((*(section(rows, name) for name in names), *remarks(rows)))


def section(rows: Sequence[Row], name: str) -> str:
    """Return the table of a case."""
    cells = [_cells(row) for row in rows if _is_plain(row, name)]
    return f"## {name}: {CASES[name].title}\n\n{table([HEADER, *cells])}"


def remarks(rows: Sequence[Row]) -> list[str]:
    """Return a section on two threads, and one on long lists."""
    threads = [
        f"On {row.threads} threads, replications of {row.case} run "
        f"{row.ratio_to_one_thread:.2f} times as fast as on one, by the clock on the "
        f"wall: {row.customers_per_s:,.0f} customers/s."
        for row in rows
        if row.ratio_to_one_thread is not None
    ]
    lists = [
        f"While {row.answers['list_at_end']:,.0f} are in line, {row.engine} takes "
        f"{row.slow_down:.2f} times as long for a patient as while a hundredth of them "
        f"are: {row.customers_per_s:,.0f} customers/s, {row.ns_per_event:,.0f} "
        "ns/event. How this is measured stands in `benchmarks/lists.py`."
        for row in rows
        if row.slow_down is not None
    ]
    return [
        f"## {title}\n\n{fill(sentence, 88)}"
        for title, said in (("Two threads", threads), ("Long lists", lists))
        for sentence in said
    ]


def mistakes(rows: Sequence[Row]) -> list[str]:
    """Return a line for each wrong answer."""
    return [
        f"{row.case}, {row.engine}, {row.patients:,} patients: {what}"
        for row in rows
        for what in row.wrong
    ]


def _is_plain(row: Row, name: str) -> bool:
    return row.case == name and row.ratio_to_one_thread is None


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.engine,
        row.version,
        f"{row.patients:,}",
        f"{row.runs}",
        f"{row.seconds:.3f}",
        f"{row.customers_per_s:,.0f}",
        f"{row.ns_per_event:,.0f}",
        _ratio(row.ratio_to_simpy),
        f"{row.preparation_s:.2f}",
    )


def _ratio(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns stand below each other as text too."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = [
        "-" * width if number < 2 else "-" * (width - 1) + ":"
        for number, width in enumerate(widths)
    ]
    head, *rest = lines
    return "\n".join(_line(line, widths) for line in (head, rule, *rest))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if number < 2 else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
