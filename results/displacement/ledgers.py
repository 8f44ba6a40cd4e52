"""The displacement ledger of two runs: what a change has done, patient by patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from results.comparison.comparability import check_comparable
from results.displacement.balance import Account, account, check_balance
from results.displacement.counting import (
    NOTHING,
    PERCENTS,
    Counts,
    counts,
)
from results.displacement.names import EVERYBODY, Names, Parts, names_of, parts
from results.displacement.tables import (
    as_table,
    flat,
    over_replications,
    people_table,
    use_table,
    waits_table,
)
from results.displacement.world import world
from results.errors import ResultError

if TYPE_CHECKING:
    from results.run import Run

Rows = list[dict[str, Any]]

MATRIX = ("what", "a_end", "b_end")
"""The columns that say from where to where those in both were moved."""
_WAITS = ("mean", *(f"percentile_{percent}" for percent in PERCENTS))


class Books(NamedTuple):
    """What is the same for all replications of a ledger."""

    runs: tuple[Run, Run]
    names: Names
    parts: Parts
    accounts: tuple[Account, Account]


class Ledger:
    """Where the patients of two runs ended, and what changed for those in both.

    Made by `ledger`. Rows of tables in which replications are put together have means
    over replications, with the ends of their 95% intervals.

    Parameters
    ----------
    runs : (Run, Run)
        The baseline first.
    parts : Parts
        What people are kept apart by.
    names : Names
    counted : mapping of int to Counts
        By replication.
    """

    def __init__(
        self,
        runs: tuple[Run, Run],
        parts: Parts,
        names: Names,
        counted: Mapping[int, Counts],
    ) -> None:
        self.a, self.b = runs
        self.parts, self._names, self._counted = parts, names, counted

    @property
    def replications(self) -> tuple[int, ...]:
        """The numbers of the replications."""
        return tuple(self._counted)

    def table(self) -> pa.Table:
        """Return everybody: a row for each sort of patient in each replication.

        Returns
        -------
        pyarrow.Table
            `replication`, `people` (the part asked for), `comes`, `what`, the end in
            either run (`a_end` in words; `a_state`, `a_service`, `a_sector`, `a_kind`,
            `a_cause`, `a_ending`; `b_end` ...), `stream`, `group`, and `patients`: how
            many. Every patient is in exactly one row.
        """
        return self._table

    @cached_property
    def _table(self) -> pa.Table:
        return people_table(self._counted, self._names, self.parts)

    def count(self, *columns: str) -> Rows:
        """Return how many patients are alike in some columns of `table`.

        Parameters
        ----------
        *columns : str
            For example `comes`, `b_sector`.

        Returns
        -------
        list of dict
            The texts of these columns, and `patients`, an `Estimate`.

        Raises
        ------
        ResultError
            If there is no such column.
        """
        known = [n for n in self._table.column_names if n not in _NO_TEXTS]
        wrong = [name for name in columns if name not in known]
        if wrong:
            raise ResultError(f"'{wrong[0]}' is not one of {', '.join(known)}")
        return self._means(self._table, columns, ["patients"])

    def ends(self) -> Rows:
        """Return where those ended who are in one of the runs only."""
        rows = self._apart("comes", "a_end", "b_end")
        return [
            {
                "people": row["people"],
                "comes": row["comes"],
                "end": row["a_end"] or row["b_end"],
                "patients": row["patients"],
            }
            for row in rows
            if row["a_end"] is None or row["b_end"] is None
        ]

    def moves(self) -> Rows:
        """Return the matrix of displacement: who ended where in A, and where in B."""
        return [row for row in self._apart(*MATRIX) if row["what"] is not None]

    def _apart(self, *columns: str) -> Rows:
        """Return counts of everybody, then those of the parts asked for."""
        rows: Rows = [{"people": EVERYBODY, **row} for row in self.count(*columns)]
        if self.is_apart:
            rows += self.count("people", *columns)
        return rows

    @property
    def is_apart(self) -> bool:
        """Whether people are kept apart by something."""
        return self.parts.names != (EVERYBODY,)

    def waits(self) -> Rows:
        """Return how much longer, and shorter, the same visits waited; in days.

        `number`, `mean` and the percentiles are estimates. The subject `all waits` is
        about the added waits of patients who went the same way.
        """
        table = waits_table(self._counted, self._names, self.parts)
        return self._means(table, ("people", "subject", "move"), ["number"], _WAITS)

    def use(self) -> Rows:
        """Return who used which services and sectors: patients and visits."""
        table = use_table(self._counted, self._names, self.parts)
        by = ("people", "users", "level", "subject", "doing")
        return self._means(table, by, ["patients", "visits"])

    def tables(self) -> dict[str, pa.Table]:
        """Return `ends`, `moves`, `waits` and `use` as tables."""
        figures = {"waits": ("number", *_WAITS), "use": ("patients", "visits")}
        texts = {
            "ends": ("people", "comes", "end"),
            "moves": ("people", *MATRIX),
            "waits": ("people", "subject", "move"),
            "use": ("people", "users", "level", "subject", "doing"),
        }
        return {
            name: as_table(getattr(self, name)(), of, figures.get(name, ("patients",)))
            for name, of in texts.items()
        }

    def sentences(self) -> list[str]:
        """Return what a planner reads first."""
        from results.displacement.sentences import sentences  # noqa: PLC0415 (imports this)

        return list(sentences(self))

    def as_dict(self) -> dict[str, Any]:
        """Return the ledger as plain data."""
        rows = {n: getattr(self, n)() for n in ("ends", "moves", "waits", "use")}
        return {
            "a": self.a.labels.title,
            "b": self.b.labels.title,
            "replications": list(self.replications),
            "sentences": self.sentences(),
            **{name: [flat(row) for row in of] for name, of in rows.items()},
        }

    def _means(
        self,
        table: pa.Table,
        by: Sequence[str],
        sums: Sequence[str],
        figures: Sequence[str] = (),
    ) -> Rows:
        """Return means over replications, parts of the people in their own order."""
        rows = over_replications(table, by, self.replications, sums, figures)
        order = {part: place for place, part in enumerate(self.parts.names, 1)}
        return sorted(rows, key=lambda row: order.get(row.get("people", ""), 0))


_NO_TEXTS = ("replication", "patients")


def ledger(a: Run, b: Run, *, by: str = "") -> Ledger:
    """Return what became of each patient in one run, and what in another.

    Parameters
    ----------
    a, b : Run
        With records of patients, one seed and the same replications; `a` is the
        baseline.
    by : str
        What to keep people apart by: `stream`, `group`, or a dimension of groups such
        as `age`; empty: all together.

    Returns
    -------
    Ledger

    Raises
    ------
    ResultError
        If the runs cannot be set side by side, one line saying why; or if the rows do
        not add up to the patients of both runs.
    """
    check_same_people(a, b)
    names = names_of(a.labels, b.labels)
    apart = parts(names, a.labels, by)
    books = Books((a, b), names, apart, (account(a), account(b)))
    # One replication after the other, so that memory is bounded.
    counted = {number: _counted(books, number) for number in a.replications}
    return Ledger((a, b), apart, names, counted)


def _counted(books: Books, number: int) -> Counts:
    """Return what is counted of one replication, having checked that it balances."""
    steps: dict[str, int] = {}
    one, other = (world(run, number, books.names, steps) for run in books.runs)
    found = counts(one, other, books.names, books.parts)
    for side, said, of in zip("ab", books.accounts, (one, other), strict=True):
        check_balance(said, number, of, _ends(found.rows, side), books.names)
    return found


def _ends(rows: Mapping[str, Any], side: str) -> tuple[Any, Any]:
    """Return the ends of everybody of one run, and how many have each."""
    there = np.flatnonzero(rows[side] != NOTHING)
    return rows[side][there], rows["patients"][there]


def check_same_people(a: Run, b: Run) -> None:
    """Refuse runs whose patients are not the same people, or were not recorded.

    Raises
    ------
    ResultError
        Naming what differs, and what to do.
    """
    check_comparable(a, b)
    if a.seed != b.seed:
        raise ResultError(
            f"'{b.labels.scenario}' cannot be set beside '{a.labels.scenario}' patient "
            f"by patient: seeds differ ({a.seed} and {b.seed}), so other people come. "
            "Run both with the same seed."
        )
    for run in (a, b):
        if not run.has_records:
            where = run.path or f"'{run.labels.scenario}'"
            raise ResultError(
                f"{where}: patients were not recorded. Run it again with "
                "--record visits."
            )
