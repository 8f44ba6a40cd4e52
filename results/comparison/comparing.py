"""Runs compared: what moved, by how much, how sure that is, and what did not move.

With one seed, the same replication of two runs has the same patients with the same
luck, so differences are taken pair by pair and are sharp. With different seeds the
runs are independent, and the intervals are Welch's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from results.comparison.comparability import check_comparable, with_common
from results.comparison.findings import Finding, corrected, finding, flat, table
from results.comparison.inputs import Difference, differences
from results.comparison.questions import USUAL, USUAL_GAPS, questions
from results.comparison.sameness import Sameness, is_equal
from results.comparison.sentences import sentences
from results.comparison.views import Frame, View, is_apart, is_asked, views
from results.errors import ResultError
from results.selection.quantiles import asked_percents

if TYPE_CHECKING:
    from results.layout.labels import Labels
    from results.run import Run


class Incomparable(NamedTuple):
    """A measure that cannot be compared, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Contrast:
    """One run against the baseline."""

    name: str
    """What the run is called."""
    run: Run
    paired: bool
    """Whether differences were taken replication by replication."""
    inputs: tuple[Difference, ...]
    """Where the scenario differs from that of the baseline."""
    rows: tuple[Finding, ...]
    incomparable: tuple[Incomparable, ...]


@dataclass(frozen=True)
class Comparison:
    """Runs against a baseline."""

    baseline: Run
    contrasts: tuple[Contrast, ...]
    frame: Frame

    @property
    def rows(self) -> tuple[Finding, ...]:
        """What became of every measure, one run after the other."""
        return tuple(row for contrast in self.contrasts for row in contrast.rows)

    @property
    def paired(self) -> bool:
        """Whether all differences were taken replication by replication."""
        return all(contrast.paired for contrast in self.contrasts)

    @property
    def inputs(self) -> tuple[Difference, ...]:
        """Where the scenarios differ from that of the baseline."""
        return tuple(each for contrast in self.contrasts for each in contrast.inputs)

    @property
    def incomparable(self) -> tuple[Incomparable, ...]:
        """What cannot be compared, and why."""
        return tuple(
            each for contrast in self.contrasts for each in contrast.incomparable
        )

    def sentences(self) -> list[str]:
        """Return the comparison in plain words, the inputs first."""
        return sentences(self)

    @cached_property
    def equal(self) -> bool:
        """Whether all tables of measures, series and waits hold the same values."""
        return all(is_equal(self.baseline, c.run) for c in self.contrasts)

    def table(self) -> pa.Table:
        """Return one row for each finding, the interval in columns of its own."""
        return table(self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain maps, lists, texts and numbers."""
        return {
            "baseline": self.baseline.labels.title,
            "runs": [
                {"run": c.name, "title": c.run.labels.title, "paired": c.paired}
                for c in self.contrasts
            ],
            "by": self.frame.by,
            "group": self.frame.group,
            "period": self.frame.period,
            "gaps": list(self.frame.gaps),
            "paired": self.paired,
            "equal": self.equal,
            "inputs": [
                {"run": c.name, **each._asdict(), "text": each.text}
                for c in self.contrasts
                for each in c.inputs
            ],
            "rows": [flat(row) for row in self.rows],
            "incomparable": [
                {"run": c.name, **each._asdict()}
                for c in self.contrasts
                for each in c.incomparable
            ],
        }


def compare(
    *runs: Run,
    baseline: Run | None = None,
    measures: Iterable[str] | None = None,
    by: str = "",
    group: str = "all",
    period: str = "whole",
    gaps: Iterable[str] = (),
) -> Comparison:
    """Compare runs with a baseline, measure by measure.

    Parameters
    ----------
    *runs : Run
    baseline : Run, optional
        What the others are held against; the first run without it.
    measures : iterable of str, optional
        Which questions to ask: "ward: wait, mean", "wait, mean" for all subjects, or
        patterns such as "ward: *". Without it, the usual ones. The more questions, the
        larger a difference must be to count as clear.
    by : str
        Tell apart by `month`, `group`, `service` or a dimension such as `place`.
    group : str
        A recorded group, all that share one (`age: child`), or `all`.
    period : str
        A month such as `2022-04`, or `whole`.
    gaps : iterable of str
        Compare gaps between groups: "most deprived against other", or a dimension.

    Returns
    -------
    Comparison

    Raises
    ------
    ResultError
        If runs cannot be compared, or there is no such measure, group or period.
    """
    base = runs[0] if baseline is None and runs else baseline
    others = [r for r in runs if r is not base] if baseline else list(runs[1:])
    if base is None or not others:
        raise ResultError(
            "one run has nothing to be compared with: name another, or ask of it alone "
            "in which months standards are met, or the gap between groups"
        )
    base, *others = with_common([base, *others])
    for other in others:
        check_comparable(base, other)
    wanted = None if measures is None else list(measures)
    percents = asked_percents(wanted or ())
    frame = Frame(by, group, period, tuple(gaps), percents)
    names = run_names([base, *others])[1:]
    contrasts = [_opened(base, *each) for each in zip(names, others, strict=True)]
    same = Sameness(base)
    for view in views([base, *others], frame):
        contrasts = [
            _asked(same, contrast, view.of(place), wanted, by)
            for place, contrast in enumerate(contrasts, 1)
        ]
    return Comparison(base, tuple(_judged(contrasts)), frame)


def run_names(runs: Sequence[Run]) -> list[str]:
    """Return what runs are called: their folder, else their scenario; all different.

    Parameters
    ----------
    runs : sequence of Run
    """
    named: list[str] = []
    for run in runs:
        name = run.path.name if run.path else run.labels.scenario
        if name in named and run.path:
            name = str(run.path)
        number, plain = 2, name
        while name in named:
            name, number = f"{plain} ({number})", number + 1
        named.append(name)
    return named


def _opened(base: Run, name: str, run: Run) -> Contrast:
    """Return a contrast of which nothing has been asked yet."""
    inputs = differences(base.manifest["scenario"], run.manifest["scenario"])
    return Contrast(name, run, base.seed == run.seed, tuple(inputs), (), ())


def _asked(
    same: Sameness, contrast: Contrast, view: View, measures: list[str] | None, by: str
) -> Contrast:
    """Return a contrast with the findings of one view more."""
    base = same.baseline
    subjects = base.labels.subjects, contrast.run.labels.subjects
    asked = questions(
        (view.figures[0], view.figures[1]),
        subjects,
        measures,
        paired=contrast.paired,
        without=USUAL if view.who is None else USUAL_GAPS,
        block_of=_block_of((base.labels, contrast.run.labels), by),
    )
    untouched = same.of(contrast.run, view.period)
    found = [
        replace(row, unchanged=(row.kind, row.subject) in untouched)
        for row in (
            finding(contrast.name, name, pair, view, is_paired=contrast.paired)
            for name, pair in asked.pairs.items()
            if is_asked(base.labels, by, name)
        )
    ]
    lacking = [Incomparable(*each) for each in asked.incomparable.items()]
    return replace(
        contrast,
        rows=(*contrast.rows, *found),
        incomparable=(*contrast.incomparable, *lacking),
    )


def _block_of(labels: tuple[Labels, Labels], by: str) -> dict[str, str]:
    """Return which services are asked about together, and as which block.

    Where services, or the places that they are one per, are told apart, none are.
    """
    if is_apart(labels[0], by):
        return {}
    known = labels[1].block_of
    return {s: b for s, b in labels[0].block_of.items() if known.get(s) == b}


def _judged(contrasts: Sequence[Contrast]) -> Iterator[Contrast]:
    """Yield the contrasts, corrected for all questions of all of them.

    What can be compared in some month or group is not called incomparable.
    """
    rows = iter(list(corrected([row for c in contrasts for row in c.rows])))
    for contrast in contrasts:
        found = tuple(next(rows) for _ in contrast.rows)
        known = {row.name for row in found}
        lacking = dict.fromkeys(i for i in contrast.incomparable if i.name not in known)
        yield replace(contrast, rows=found, incomparable=tuple(lacking))
