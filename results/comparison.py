"""Two runs compared: what moved, by how much, how sure that is, and what did not move.

With one seed, the same replication of both runs has the same patients with the same
luck, so differences are taken pair by pair and are sharp. With different seeds the
runs are independent, and the intervals are Welch's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from results.columns import LAYOUTS, file_schema
from results.comparability import check_comparable
from results.findings import finding_sentences
from results.growth import Growth, growing
from results.inputs import Difference, differences
from results.manifest import TABLES
from results.naming import Name, measure_of
from results.parquet import by_replication
from results.questions import Pair, questions
from results.selection import figures, rows
from results.statistics import Estimate, estimate, holm, paired, unpaired

if TYPE_CHECKING:
    from results.run import Run

DOUBT = 0.05
"""A difference counts as clear where its corrected p-value lies below this."""


@dataclass(frozen=True)
class Finding:
    """What became of one measure."""

    kind: str
    subject: str
    measure: str
    statistic: str
    name: str
    unit: str
    mean_a: float
    mean_b: float
    difference: Estimate
    """Of b less a, with its 95% interval."""
    p_corrected: float | None
    """Corrected for the number of questions asked (Holm)."""
    clear: bool
    """Whether chance is ruled out as an explanation."""
    unchanged: bool
    """Every patient's journey at this subject is the same in both runs."""


_TEXTS = ("kind", "subject", "measure", "statistic", "name", "unit")
_NUMBERS = ("mean_a", "mean_b", "difference", "low", "high", "standard_error")
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(_TEXTS, pa.string()),
    **dict.fromkeys(_NUMBERS, pa.float64()),
    "n": pa.int64(),
    "p": pa.float64(),
    "p_corrected": pa.float64(),
    "clear": pa.bool_(),
    "unchanged": pa.bool_(),
}


class Incomparable(NamedTuple):
    """A measure that cannot be compared, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Run b against run a, the baseline."""

    a: Run
    b: Run
    group: str
    period: str
    paired: bool
    """Whether differences were taken replication by replication."""
    inputs: tuple[Difference, ...]
    """Where the two scenarios differ."""
    rows: tuple[Finding, ...]
    incomparable: tuple[Incomparable, ...]

    growing: tuple[Growth, Growth] = (Growth(), Growth())
    """What still grows at the end of a, and of b."""

    def sentences(self) -> list[str]:
        """Return the comparison in plain words, the inputs first."""
        return finding_sentences(self)

    @cached_property
    def equal(self) -> bool:
        """Whether all tables of measures, series and waits hold the same values."""
        return all(_same(self.a, self.b, name) for name in TABLES)

    def table(self) -> pa.Table:
        """Return one row for each measure, the interval in columns of its own."""
        return pa.Table.from_pylist(
            [_flat(row) for row in self.rows], schema=pa.schema(_TYPES)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain maps, lists, texts and numbers."""
        return {
            "a": self.a.labels.title,
            "b": self.b.labels.title,
            "group": self.group,
            "period": self.period,
            "paired": self.paired,
            "equal": self.equal,
            "growing": [growth._asdict() for growth in self.growing],
            "inputs": [difference._asdict() for difference in self.inputs],
            "rows": [_flat(row) for row in self.rows],
            "incomparable": [item._asdict() for item in self.incomparable],
        }


def compare(
    a: Run,
    b: Run,
    *,
    measures: Iterable[str] | None = None,
    group: str = "all",
    period: str = "whole",
) -> Comparison:
    """Compare two runs, measure by measure.

    Parameters
    ----------
    a : Run
        The baseline.
    b : Run
        What is held against it.
    measures : iterable of str, optional
        Which questions to ask: "ward: wait, mean", or "wait, mean" for all subjects.
        Without it, the usual ones. The more questions, the larger a difference must be
        to count as clear.
    group : str
        A recorded group, or `all`.
    period : str
        A month such as `2022-04`, or `whole`.

    Returns
    -------
    Comparison

    Raises
    ------
    ResultError
        If the runs cannot be compared, or there is no such measure, group or period.
    """
    check_comparable(a, b)
    is_paired = a.seed == b.seed
    values = figures(a, group, period), figures(b, group, period)
    subjects = a.labels.subjects, b.labels.subjects
    asked = questions(values, subjects, measures, paired=is_paired)
    same = _unchanged(a, b, period) if is_paired else frozenset()
    found = [_finding(name, pair, is_paired) for name, pair in asked.pairs.items()]
    found = [replace(f, unchanged=(f.kind, f.subject) in same) for f in found]
    return Comparison(
        a=a,
        b=b,
        group=group,
        period=period,
        paired=is_paired,
        inputs=tuple(differences(a.manifest["scenario"], b.manifest["scenario"])),
        rows=tuple(_corrected(found)),
        incomparable=tuple(Incomparable(*item) for item in asked.incomparable.items()),
        growing=(growing(a), growing(b)),
    )


def _finding(name: Name, pair: Pair, is_paired: bool) -> Finding:
    """Return what became of one measure, not yet corrected."""
    x, y = (list(values.values()) for values in pair)
    measure = measure_of(name.kind, name.measure, name.statistic)
    return Finding(
        **name._asdict(),
        name=name.text,
        unit=measure.unit if measure else "",
        mean_a=estimate(x).mean,
        mean_b=estimate(y).mean,
        difference=paired(x, y) if is_paired else unpaired(x, y),
        p_corrected=None,
        clear=False,
        unchanged=False,
    )


def _corrected(found: list[Finding]) -> Iterator[Finding]:
    """Correct p-values for the number of questions.

    A subject at which nobody's journey differs raises no question: its differences
    are known to be zero.
    """
    asked = [f for f in found if f.difference.p is not None and not f.unchanged]
    corrected = holm([f.difference.p for f in asked if f.difference.p is not None])
    by_name = {f.name: p for f, p in zip(asked, corrected, strict=True)}
    for f in found:
        p = by_name.get(f.name)
        yield replace(f, p_corrected=p, clear=p is not None and p < DOUBT)


def _unchanged(a: Run, b: Run, period: str) -> frozenset[tuple[str, str]]:
    """Return the subjects whose every figure is the same, for every group."""
    one, other = (_by_subject(run, period) for run in (a, b))
    return frozenset(s for s in one.keys() & other.keys() if one[s] == other[s])


def _by_subject(run: Run, period: str) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Return all figures of a period by subject."""
    columns = rows(run.measures, period=period).to_pydict()
    result: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in zip(*columns.values(), strict=True):
        result.setdefault((row[_KIND], row[_SUBJECT]), []).append(row)
    return result


_KIND, _SUBJECT = (
    [column.name for column in LAYOUTS["measures"]].index(name)
    for name in ("kind", "subject")
)


def _same(a: Run, b: Run, name: str) -> bool:
    """Return whether a table holds the same values in both runs."""
    digests = [_digest(run, name) for run in (a, b)]
    if digests[0] is not None and digests[0] == digests[1]:
        return True
    tables = [getattr(run, name) for run in (a, b)]
    if tables[0].num_rows != tables[1].num_rows:
        return False
    # Part by part, because spelling out all texts of a large run takes gigabytes.
    parts = zip(*(by_replication(table) for table in tables), strict=False)
    plain = file_schema(name)
    return all(one.cast(plain).equals(other.cast(plain)) for one, other in parts)


def _digest(run: Run, name: str) -> str | None:
    """Return the digest of a table, if the run has been written."""
    entry = run.manifest.get("tables", {}).get(name, {})
    digest: str | None = entry.get("sha256")
    return digest


def _flat(row: Finding) -> dict[str, Any]:
    """Return a finding as one level of plain values."""
    plain = asdict(row)
    difference = plain.pop("difference")
    difference["difference"] = difference.pop("mean")
    return {**plain, **difference}
