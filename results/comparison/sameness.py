"""Where two runs are the same to the last bit: that is known, not estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.folder.manifest import TABLES
from results.folder.parquet import by_replication
from results.layout.columns import file_schema
from results.selection.text_columns import coded, rows

if TYPE_CHECKING:
    from results.run import Run

Unchanged = frozenset[tuple[str, str]]
"""Kinds and names of subjects."""
Integers = NDArray[np.int64]
_CELL = ("group", "measure", "statistic")


@dataclass(frozen=True)
class Sameness:
    """Where runs are the same as a baseline; looked up once for each period."""

    baseline: Run
    _known: dict[tuple[int, str], Unchanged] = field(default_factory=dict)

    def of(self, run: Run, period: str) -> Unchanged:
        """Return the subjects that are unchanged in a period; none for another seed."""
        if run.seed != self.baseline.seed:
            return frozenset()
        key = id(run), period
        if key not in self._known:
            self._known[key] = unchanged(self.baseline, run, period)
        return self._known[key]


def unchanged(a: Run, b: Run, period: str) -> Unchanged:
    """Return the subjects whose every figure in a period is the same.

    Parameters
    ----------
    a, b : Run
        Of the same replications.
    period : str
        A month, or `whole`.

    Returns
    -------
    frozenset
        Every figure, for every group: then every patient's journey there is the same,
        as far as anything that is counted tells.
    """
    texts: dict[str, int] = {}
    one, other = (_by_subject(run, period, texts) for run in (a, b))
    return frozenset(
        subject
        for subject in one.keys() & other.keys()
        if np.array_equal(one[subject], other[subject])
    )


def _by_subject(
    run: Run, period: str, texts: dict[str, int]
) -> Mapping[tuple[str, str], Integers]:
    """Return all figures of each subject as whole numbers, in one order for all runs.

    Parameters
    ----------
    texts : dict
        The number of each text, filled as they come.
    """
    table = rows(run.measures, period=period)
    values = table["value"].to_numpy().view(np.int64)
    columns = [_numbers(table.column(name), texts) for name in (*_CELL,)]
    columns += [table["replication"].to_numpy().astype(np.int64), values]
    cells = np.column_stack(columns)
    kind, subject = (_numbers(table.column(n), texts) for n in ("kind", "subject"))
    order = np.lexsort((*cells.T[::-1], subject, kind))
    whose = np.column_stack((kind, subject))[order]
    edges = np.flatnonzero((np.diff(whose, axis=0) != 0).any(axis=1)) + 1
    spelled = list(texts)
    found = {}
    for part in np.split(np.arange(len(order)), edges):
        if len(part):
            key = spelled[whose[part[0], 0]], spelled[whose[part[0], 1]]
            found[key] = cells[order[part]]
    return found


def _numbers(column: pa.ChunkedArray[Any], texts: dict[str, int]) -> Integers:
    """Return a text column as numbers, the same number for the same text."""
    codes, known = coded(column)
    return np.array([texts.setdefault(t, len(texts)) for t in known], np.int64)[codes]


def is_equal(a: Run, b: Run) -> bool:
    """Return whether all tables of measures, series and waits hold the same values.

    Parameters
    ----------
    a, b : Run
    """
    return all(_same(a, b, name) for name in TABLES)


def _same(a: Run, b: Run, name: str) -> bool:
    """Return whether a table holds the same values in both runs."""
    digests = [_digest(run, name) for run in (a, b)]
    if digests[0] is not None and digests[0] == digests[1]:
        return True
    tables = [getattr(run, name) for run in (a, b)]
    if tables[0].num_rows != tables[1].num_rows:
        return False
    # Part by part, because spelling out all texts of a large run takes gigabytes.
    plain = file_schema(name)
    return all(
        one.cast(plain).equals(other.cast(plain)) for one, other in _parts(*tables)
    )


def _parts(a: pa.Table, b: pa.Table) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield the tables of each replication side by side."""
    yield from zip(by_replication(a), by_replication(b), strict=False)


def _digest(run: Run, name: str) -> str | None:
    """Return the digest of a table, if the run has been written."""
    entry = run.manifest.get("tables", {}).get(name, {})
    digest: str | None = entry.get("sha256")
    return digest
