"""A comparison told in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from results.comparison.movements import movement
from results.comparison.spread import spread
from results.comparison.views import MONTH
from results.statistics.growth import growing
from results.statistics.precision import for_half

if TYPE_CHECKING:
    from results.comparison.comparing import Comparison, Contrast
    from results.comparison.findings import Finding
    from results.run import Run

MOST = 20
"""Differences of inputs that are listed; the rest is counted."""


def sentences(comparison: Comparison) -> list[str]:
    """Return a comparison in plain words.

    For each run first how it was compared and where its inputs differ; then what moved
    for certain, what may have moved, where nothing moved, and what cannot be compared.

    Parameters
    ----------
    comparison : Comparison
    """
    return [
        line
        for contrast in comparison.contrasts
        for line in (
            *opening(comparison, contrast),
            *inputs(comparison.baseline, contrast),
            *growth(comparison, contrast),
            *found(comparison, contrast),
        )
    ]


def found(comparison: Comparison, contrast: Contrast) -> Iterator[str]:
    """Yield what was found out about one run.

    Parameters
    ----------
    comparison : Comparison
    contrast : Contrast
    """
    rows = contrast.rows
    views = {(row.group, row.period) for row in rows}
    is_spread = len(views) > 1 and not comparison.frame.gaps
    moved = [row for row in rows if row.clear or row.alone]
    likely = [row for row in rows if row.likely and not row.clear]
    if is_spread:
        yield from spread(rows)
    else:
        yield from (movement(row) for row in moved)
        yield from _doubts(likely, len(comparison.rows), len(contrast.run.replications))
    yield from _level(rows, moved if is_spread else [*moved, *likely])
    yield from _unchanged(rows)
    yield from (
        f"{name}: cannot be compared: {why}." for name, why in contrast.incomparable
    )


def _doubts(
    likely: Sequence[Finding], questions: int, replications: int
) -> Iterator[str]:
    """Say what moved by its own interval, but not for certain among all questions."""
    if likely:
        half = for_half(replications)
        yield (
            f"Less certain, as {questions} questions are asked at once (ask fewer, or "
            f"run more: {half} replications halve the intervals):"
        )
    for row in likely:
        yield movement(row)


def _level(rows: Sequence[Finding], moved: Iterable[Finding]) -> Iterator[str]:
    """Say where nothing moved that these replications could show."""
    elsewhere = {row.subject for row in moved}
    subjects = dict.fromkeys(row.subject for row in rows if not row.unchanged)
    still = [name for name in subjects if name not in elsewhere]
    if still:
        yield f"No clear change at: {', '.join(still)}."


def opening(comparison: Comparison, contrast: Contrast) -> Iterator[str]:
    """Yield which runs are compared, and how.

    Parameters
    ----------
    comparison : Comparison
    contrast : Contrast
    """
    base, run = comparison.baseline, contrast.run
    yield f"{_title(run, base)} against {_title(base, run)}{_scope(comparison)}."
    n = len(run.replications)
    if not contrast.paired:
        yield (
            f"The seeds differ ({base.seed} and {run.seed}), so the patients are not "
            "the same: the 95% intervals in brackets are those of independent runs, "
            "wider than with one seed."
        )
    elif n == 1:
        yield "One replication of each: no intervals, and chance may explain it all."
    else:
        yield (
            f"{n} pairs of replications with the same patients and the same luck; "
            "95% intervals in brackets."
        )
    if run.labels.scale < 1:
        yield (
            "Numbers are those of simulated patients, each of whom stands for "
            f"{1 / run.labels.scale:g}."
        )
    for each, other in ((run, base), (base, run)):
        if each.partial:
            yield f"{_title(each, other)}: {each.partial}"


def _title(run: Run, other: Run) -> str:
    """Return what a run is called, with its folder where titles are the same."""
    same = run.labels.title == other.labels.title
    folder = f" ({run.path.name})" if same and run.path else ""
    return f"'{run.labels.title}'{folder}"


def _scope(comparison: Comparison) -> str:
    """Say whose figures are compared, and of when."""
    frame = comparison.frame
    said = "" if frame.group == "all" else f" for {frame.group}"
    said += "" if frame.period == "whole" else f" in {frame.period}"
    said += f", by {frame.by}" if frame.by else ""
    if frame.gaps:
        said += f", gaps: {'; '.join(frame.gaps)}"
    return said


def inputs(base: Run, contrast: Contrast) -> Iterator[str]:
    """Yield where the inputs differ.

    Parameters
    ----------
    base : Run
    contrast : Contrast
    """
    if not contrast.inputs:
        digests = [r.manifest["scenario_digest"] for r in (base, contrast.run)]
        yield (
            "The inputs are the same."
            if digests[0] == digests[1]
            else "The inputs differ in names or in order only."
        )
    for difference in contrast.inputs[:MOST]:
        yield difference.text
    if len(contrast.inputs) > MOST:
        yield f"... and {len(contrast.inputs) - MOST} further differences of inputs."


def growth(comparison: Comparison, contrast: Contrast) -> Iterator[str]:
    """Yield where averages depend on how long was simulated.

    Parameters
    ----------
    comparison : Comparison
    contrast : Contrast
    """
    frame = comparison.frame
    runs = {"the baseline": comparison.baseline, "this run": contrast.run}
    names = {
        where: run.labels.shortened(growing(run).all) for where, run in runs.items()
    }
    if frame.period == "whole" and frame.by != MONTH and any(names.values()):
        where = "; ".join(f"in {at} {', '.join(of)}" for at, of in names.items() if of)
        yield (
            f"Still growing at the end: {where}. Their averages say as much of "
            "the length of the period: compare months, or numbers at the end."
        )


def _unchanged(rows: Sequence[Finding]) -> Iterator[str]:
    """Say at which subjects nothing is different, in no view."""
    touched = {row.subject for row in rows if not row.unchanged}
    subjects = dict.fromkeys(row.subject for row in rows if row.unchanged)
    same = [name for name in subjects if name not in touched]
    if same:
        yield f"Unchanged, every patient's journey is the same: {', '.join(same)}."
