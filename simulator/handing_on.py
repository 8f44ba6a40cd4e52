"""Exports as they are asked for: what is written, and one line about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from results import ResultError
from results.export.disclosure import Publishing
from results.export.eventlog import write_event_log
from results.export.export import export as of_runs
from results.export.figures import names
from results.export.separated import write_folder
from results.export.workbook import write_workbook
from results.run import Run
from simulator.folders import loaded


class Asked(NamedTuple):
    """What is to be written of some runs, and how."""

    xlsx: Path | None = None
    """Where to write a workbook."""
    csv: Path | None = None
    """Where to write a folder of CSV files."""
    eventlog: Path | None = None
    """Where to write an event log."""
    style: str = "process"
    """Of the event log: `process` or `vidigi`."""
    replication: int = 1
    """Of the event log."""
    groups_by_month: bool = False
    """Whether groups are shown month by month."""
    publish: bool = False
    """Whether small numbers are held back and others rounded."""
    below: int | None = None
    """Below what numbers are held back; 5 if left out."""
    round_to: int | None = None
    """To multiples of what others are rounded; 5 if left out."""
    replace: bool = False
    """Whether what is there gives way."""


def export(runs: Sequence[str], asked: Asked) -> Iterator[str]:
    """Write exports of run folders, and yield a line about each.

    Parameters
    ----------
    runs : sequence of str
        Run folders.
    asked : Asked

    Raises
    ------
    ResultError
        If nothing is asked for, or it cannot be had.
    """
    _check(runs, asked)
    found = dict(zip(names(runs), map(loaded, runs), strict=True))
    if asked.eventlog:
        (run,) = found.values()
        events = write_event_log(
            run, asked.eventlog, asked.style, asked.replication, replace=asked.replace
        )
        yield f"Event log of {events:,} events: {asked.eventlog}"
    if asked.xlsx or asked.csv:
        yield from _tables(found, asked)


def _check(runs: Sequence[str], asked: Asked) -> None:
    """Refuse what says nothing, or cannot be had together."""
    if not (asked.xlsx or asked.csv or asked.eventlog):
        raise ResultError("say what to write: --xlsx, --csv or --eventlog")
    if (asked.below or asked.round_to) and not asked.publish:
        raise ResultError("--below and --round-to say how to --publish: add it")
    if asked.eventlog and asked.publish:
        raise ResultError(
            "an event log tells of single patients and cannot be made fit to publish: "
            "leave out --publish or --eventlog"
        )
    if asked.eventlog and len(runs) > 1:
        raise ResultError("an event log is that of one run; name one run folder")


def _tables(runs: Mapping[str, Run], asked: Asked) -> Iterator[str]:
    """Write a workbook and CSV files, and yield a line about each."""
    rules = None
    if asked.publish:
        rules = Publishing(asked.below or 5, asked.round_to or 5)
    shown = of_runs(runs, groups_by_month=asked.groups_by_month, publishing=rules)
    if rules is not None:
        figures = sum(f is not None for line in shown.lines for f in line.figures)
        yield f"Suppressed: {len(shown.suppressed):,} of {figures:,} figures."
    if asked.xlsx:
        write_workbook(shown, asked.xlsx, replace=asked.replace)
        yield f"Excel workbook: {asked.xlsx}"
    if asked.csv:
        write_folder(shown, asked.csv, replace=asked.replace)
        yield f"CSV files: {asked.csv}"
