"""Exports as they are asked for: what is written, and one line about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from results import ResultError, load
from results.export.disclosure import Publishing
from results.export.eventlog import write_event_log
from results.export.export import Export
from results.export.export import export as of_runs
from results.export.figures import names
from results.export.separated import write_folder
from results.export.workbook import write_workbook


def export(  # noqa: PLR0913  # each is a choice of its own
    runs: Sequence[str],
    *,
    xlsx: Path | None = None,
    csv: Path | None = None,
    eventlog: Path | None = None,
    style: str = "process",
    replication: int = 1,
    groups_by_month: bool = False,
    publish: bool = False,
    below: int | None = None,
    round_to: int | None = None,
    replace: bool = False,
) -> Iterator[str]:
    """Write exports of run folders, and yield a line about each.

    Parameters
    ----------
    runs : sequence of str
        Run folders.
    xlsx, csv, eventlog : Path, optional
        Where to write a workbook, a folder of CSV files, an event log.
    style : {"process", "vidigi"}
        Of the event log.
    replication : int
        Of the event log.
    groups_by_month : bool
        Whether groups are shown month by month.
    publish : bool
        Whether small numbers are held back and others rounded.
    below, round_to : int, optional
        How; 5 if left out.
    replace : bool
        Whether what is there gives way.

    Raises
    ------
    ResultError
        If nothing is asked for, or it cannot be had.
    """
    if not (xlsx or csv or eventlog):
        raise ResultError("say what to write: --xlsx, --csv or --eventlog")
    if (below or round_to) and not publish:
        raise ResultError("--below and --round-to say how to --publish: add it")
    if eventlog and publish:
        raise ResultError(
            "an event log tells of single patients and cannot be made fit to publish: "
            "leave out --publish or --eventlog"
        )
    if eventlog and len(runs) > 1:
        raise ResultError("an event log is that of one run; name one run folder")
    loaded = dict(zip(names(runs), map(load, runs), strict=True))
    if eventlog:
        (run,) = loaded.values()
        events = write_event_log(run, eventlog, style, replication, replace=replace)
        yield f"Event log of {events:,} events: {eventlog}"
    if xlsx or csv:
        rules = Publishing(below or 5, round_to or 5) if publish else None
        shown = of_runs(loaded, groups_by_month=groups_by_month, publishing=rules)
        yield from _tables(shown, xlsx, csv, replace=replace)


def _tables(
    shown: Export, xlsx: Path | None, csv: Path | None, *, replace: bool
) -> Iterator[str]:
    """Write a workbook and CSV files, and yield a line about each."""
    if shown.publishing is not None:
        figures = sum(f is not None for line in shown.lines for f in line.figures)
        yield f"Suppressed: {len(shown.suppressed):,} of {figures:,} figures."
    if xlsx:
        write_workbook(shown, xlsx, replace=replace)
        yield f"Excel workbook: {xlsx}"
    if csv:
        write_folder(shown, csv, replace=replace)
        yield f"CSV files: {csv}"
