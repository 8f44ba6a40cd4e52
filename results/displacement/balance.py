"""Whether a ledger balances: everybody in one row, as the engines counted them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from results.displacement.ends import THERE, end_of
from results.displacement.names import Names
from results.displacement.world import NEVER, World
from results.errors import ResultError

if TYPE_CHECKING:
    from results.run import Run

_THERE = "patients there at the end"
_GONE = "patients gone"


class Account(NamedTuple):
    """What a run has counted of its patients without looking at records."""

    name: str
    values: dict[tuple[int, str], int]
    """By replication and measure; those of 0 may be missing."""


def account(run: Run) -> Account:
    """Return how many patients left a run by each ending, and how many are there."""
    table = run.measures
    chosen = (
        (pc.field("kind") == "model")
        & (pc.field("group") == "all")
        & (pc.field("period") == "whole")
    )
    rows = table.filter(chosen).select(["replication", "measure", "value"]).to_pylist()
    values = {(r["replication"], r["measure"]): round(r["value"]) for r in rows}
    return Account(f"'{run.labels.scenario}'", values)


def check_balance(
    account: Account,
    number: int,
    world: World,
    counted: tuple[NDArray[np.int64], NDArray[np.int64]],
    names: Names,
) -> None:
    """Refuse rows that are not everybody of a replication, each of them once.

    Parameters
    ----------
    account : Account
    number : int
        Of the replication.
    world : World
        The records.
    counted : (ndarray, ndarray)
        The ends in the rows, as codes, and how many patients have each.
    names : Names

    Raises
    ------
    ResultError
        Naming the replication, and the first number that is another.
    """
    for what, rows, others, whose in _pairs(account, number, world, counted, names):
        if rows != others:
            raise ResultError(
                f"the ledger does not balance: in replication {number} of "
                f"{account.name} its rows have {rows:,} {what}, but {whose} {others:,}"
            )


def _pairs(
    account: Account,
    number: int,
    world: World,
    counted: tuple[NDArray[np.int64], NDArray[np.int64]],
    names: Names,
) -> Iterator[tuple[str, int, int, str]]:
    """Yield what is counted, by the rows and otherwise, and who says the latter."""
    codes, patients = counted
    yield "patients", int(patients.sum()), len(world.who), "the records"
    there, gone = 0, [0] * len(names.endings)
    for code, many in zip(codes.tolist(), patients.tolist(), strict=True):
        end = end_of(code, names)
        if end.state in THERE:
            there += many
        else:
            gone[end.ending] += many
    counts = account.values
    yield (
        "patients who are still there",
        there,
        counts.get((number, _THERE), 0),
        "the measures",
    )
    early = world.ending[(world.left != NEVER) & (world.left < 0)]
    before = np.bincount(early, minlength=len(gone)).tolist()
    for code, ending in enumerate(names.endings):
        said = counts.get((number, f"{_GONE} ({ending})"), 0)
        yield (
            f"patients who left by '{ending}' since counting began",
            gone[code] - before[code],
            said,
            "the measures",
        )
