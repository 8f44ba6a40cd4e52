"""What a report asks of a comparison: how, where inputs differ, and what moved.

All that reports know of `results.comparison` stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from results.comparison import Comparison, Contrast, Finding, compare, gaps
from results.comparison.movements import movement
from results.comparison.sentences import opening

if TYPE_CHECKING:
    from results.measures.naming import Name
    from results.run import Run
    from results.statistics.estimates import Estimate

Gap = tuple["Name", str, bool, tuple["Estimate | None", ...]]
"""A measure, between whom, whether clear in the first run, and how large in each."""


@dataclass(frozen=True)
class Input:
    """A place at which the inputs differ."""

    where: str
    before: str
    after: str
    sentence: str


@dataclass(frozen=True)
class Moved:
    """What became of a measure, in words."""

    finding: Finding
    likely: bool
    """Whether its own interval leaves no difference out."""
    sentence: str
    """Empty where nothing is to be said."""


@dataclass(frozen=True)
class Against:
    """One run held against the baseline."""

    how: str
    """By how many pairs of what, in a sentence."""
    inputs: tuple[Input, ...]
    moved: tuple[Moved, ...]
    """One for each question, whatever the answer."""
    incomparable: tuple[tuple[str, str], ...]
    """Measures, and why they cannot be compared."""


def against(runs: Sequence[Run]) -> tuple[Against, ...]:
    """Return each run but the first, held against the first.

    Parameters
    ----------
    runs : sequence of Run
        The baseline first.

    Raises
    ------
    ResultError
        If they cannot be compared.
    """
    if len(runs) == 1:
        return ()
    comparison = compare(*runs)
    return tuple(_against(comparison, each) for each in comparison.contrasts)


def _against(comparison: Comparison, contrast: Contrast) -> Against:
    return Against(
        how=list(opening(comparison, contrast))[1],
        inputs=tuple(Input(*difference) for difference in contrast.inputs),
        moved=tuple(_moved(row) for row in contrast.rows),
        incomparable=tuple((i.name, i.reason) for i in contrast.incomparable),
    )


def _moved(row: Finding) -> Moved:
    said = row.clear or row.likely or row.alone
    return Moved(row, row.likely, movement(row) if said else "")


def gaps_of_runs(
    runs: Sequence[Run], texts: Sequence[str], measures: Sequence[str]
) -> list[Gap]:
    """Return the gaps between groups in each run.

    Parameters
    ----------
    runs : sequence of Run
        The first chooses the groups.
    texts : sequence of str
        Dimensions, or groups set against each other.
    measures : sequence of str
    """
    others: list[dict[tuple[str, str], Estimate]] = []
    if len(runs) > 1:
        compared = compare(*runs, measures=measures, gaps=texts)
        others = [
            {(row.name, row.group): row.b for row in contrast.rows}
            for contrast in compared.contrasts
        ]
    return [
        (
            row.name,
            row.who,
            row.clear,
            (row.gap, *(other.get((row.name.text, row.who)) for other in others)),
        )
        for row in gaps(runs[0], texts, measures=measures)
    ]
