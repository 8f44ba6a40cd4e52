"""A comparison told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from results.words import Unit, places, said, unit_for

if TYPE_CHECKING:
    from results.comparison import Comparison, Finding

MOST = 20
"""Differences of inputs that are listed; the rest is counted."""


def finding_sentences(comparison: Comparison) -> list[str]:
    """Return a comparison in plain words.

    First how it was made and where the inputs differ; then what moved for certain,
    what may have moved, where nothing moved, and what cannot be compared.

    Parameters
    ----------
    comparison : Comparison
    """
    rows = comparison.rows
    moved = [row for row in rows if row.clear or _is_alone(row)]
    likely = [row for row in rows if row not in moved and _is_likely(row)]
    return [
        *_opening(comparison),
        *_inputs(comparison),
        *_growth(comparison),
        *(f"{row.name} {_movement(row)}." for row in moved),
        *_doubts(likely, len(rows)),
        *_level(rows, [*moved, *likely]),
        *_unchanged(comparison),
        *(
            f"{name}: cannot be compared: {why}."
            for name, why in comparison.incomparable
        ),
    ]


def _is_likely(row: Finding) -> bool:
    """Return whether the interval leaves no difference out, for this question alone."""
    interval = row.difference.interval
    return interval is not None and (interval[0] > 0 or interval[1] < 0)


def _doubts(likely: list[Finding], questions: int) -> Iterator[str]:
    """Say what moved by its own interval, but not for certain among all questions."""
    if likely:
        yield (
            f"Less certain, as {questions} questions are asked at once (more "
            "replications would tell):"
        )
    for row in likely:
        yield f"{row.name} {_movement(row)}, perhaps."


def _level(rows: Sequence[Finding], moved: list[Finding]) -> Iterator[str]:
    """Say where nothing moved that these replications could show."""
    elsewhere = {row.subject for row in moved}
    subjects = dict.fromkeys(row.subject for row in rows if not row.unchanged)
    still = [subject for subject in subjects if subject not in elsewhere]
    if still:
        yield f"No clear change at: {', '.join(still)}."


def _opening(comparison: Comparison) -> Iterator[str]:
    """Say which runs are compared, and how."""
    a, b = comparison.a, comparison.b
    scope = "" if comparison.group == "all" else f" for {comparison.group}"
    scope += "" if comparison.period == "whole" else f" in {comparison.period}"
    yield f"'{b.labels.title}' against '{a.labels.title}'{scope}."
    n = len(b.replications)
    if not comparison.paired:
        yield (
            f"The seeds differ ({a.seed} and {b.seed}), so the patients are not the "
            "same: the 95% intervals in brackets are those of independent runs, wider "
            "than with one seed."
        )
    elif n == 1:
        yield "One replication of each: no intervals, and chance may explain it all."
    else:
        yield (
            f"{n} pairs of replications with the same patients and the same luck; "
            "95% intervals in brackets."
        )


def _inputs(comparison: Comparison) -> Iterator[str]:
    """Say where the inputs differ."""
    found = comparison.inputs
    digests = [r.manifest["scenario_digest"] for r in (comparison.a, comparison.b)]
    if not found:
        same = digests[0] == digests[1]
        yield (
            "The inputs are the same."
            if same
            else ("The inputs differ in names or in order only.")
        )
    for difference in found[:MOST]:
        yield f"Input {difference.text}"
    if len(found) > MOST:
        yield f"... and {len(found) - MOST} further differences of inputs."


def _growth(comparison: Comparison) -> Iterator[str]:
    """Say where averages depend on how long was simulated."""
    titles = (comparison.a.labels.title, comparison.b.labels.title)
    unsettled = {
        title: [*growth.lists, *growth.filling]
        for title, growth in zip(titles, comparison.growing, strict=True)
    }
    if comparison.period == "whole" and any(unsettled.values()):
        where = "; ".join(
            f"in '{title}' {', '.join(names)}"
            for title, names in unsettled.items()
            if names
        )
        yield (
            f"Still growing at the end: {where}. There, a difference of averages "
            "depends on how long was simulated: compare a month, or the list at the "
            "end."
        )


def _is_alone(row: Finding) -> bool:
    """Return whether one replication is all there is, and shows a difference."""
    return row.difference.standard_error is None and row.difference.mean != 0


def _movement(row: Finding) -> str:
    """Say how far a measure moved: `rises by 41 days (38 to 44)`."""
    mean, interval = row.difference.mean, row.difference.interval
    verb = "rises" if mean > 0 else "falls"
    unit = _unit(row, mean)
    if interval is None:
        decimals = places(None, mean / unit.size)
        return f"{verb} by {said(abs(mean), unit, decimals)} (one replication)"
    half = (interval[1] - interval[0]) / 2
    decimals = places(half / unit.size, mean / unit.size)
    ends = sorted(end if mean > 0 else -end for end in interval)
    size = said(abs(mean), unit, decimals)
    return f"{verb} by {size} ({_span((ends[0], ends[1]), unit, decimals)})"


def _span(ends: tuple[float, float], unit: Unit, decimals: int) -> str:
    """Say both ends of an interval; the unit has been said."""
    texts = (said(end, unit, decimals) for end in ends)
    if unit.name == "£":
        return " to ".join(texts)
    return " to ".join(text.partition(" ")[0] for text in texts)


def _unit(row: Finding, size: float) -> Unit:
    """Return the unit in which to say a difference."""
    if row.unit == "share":
        return Unit("percentage points", 0.01)
    return unit_for(row.unit, size)


def _unchanged(comparison: Comparison) -> Iterator[str]:
    """Say at which subjects nothing is different."""
    subjects = dict.fromkeys(row.subject for row in comparison.rows if row.unchanged)
    if subjects:
        yield f"Unchanged, every patient's journey is the same: {', '.join(subjects)}."
