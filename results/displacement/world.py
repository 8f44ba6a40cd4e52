"""Everybody of one replication of a run, as sorted columns that can be joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.displacement.names import Names, coded
from results.errors import ResultError
from results.layout.labels import DAY
from results.tables.records import OUTCOMES

if TYPE_CHECKING:
    from results.run import Run

Times = NDArray[np.int64]
Codes = NDArray[np.int32]

NEVER = np.iinfo(np.int64).min
"""The moment of what has not happened."""
(
    COMPLETED,
    LEFT,
    TURNED_AWAY,
    ABSENT,
    HANDED_BACK,
    WAITING,
    IN_SERVICE,
) = range(len(OUTCOMES))


class Visits(NamedTuple):
    """Rows of visits, ascending by patient, visit and part; or whole visits."""

    owner: Codes
    """The patient's place in `World`."""
    visit: Codes
    service: Codes
    step: Codes
    """Pathway and step, as one code; -1: a service's own step."""
    outcome: Codes
    cause: Codes
    joined: Times
    started: Times
    ended: Times
    freed: Times

    def at(self, rows: Times) -> Visits:
        """Return some of the rows."""
        return Visits(*(column[rows] for column in self))  # type: ignore[arg-type]


class World(NamedTuple):
    """One replication of one run; P patients, ascending by identity and stream."""

    who: Times
    stream: Codes
    group: Codes
    ending: Codes
    """-1: still there at the end."""
    entered: Times
    left: Times
    rows: Visits
    """As recorded: a visit that was handed back has a row for each part."""
    whole: Visits
    """One row a visit: the start of its first part, the end of its last."""
    first_row: Times
    """Where each patient's `rows` begin, and the end of all; shape (P + 1,)."""
    first_whole: Times
    """Likewise of `whole`."""

    @property
    def last(self) -> Times:
        """The place of each patient's last visit in `whole`; -1: made none."""
        return np.where(np.diff(self.first_whole) > 0, self.first_whole[1:] - 1, -1)


def world(run: Run, number: int, names: Names, steps: dict[str, int]) -> World:
    """Return everybody of one replication.

    Parameters
    ----------
    run : Run
        With records of patients.
    number : int
        Of the replication.
    names : Names
    steps : dict
        Codes of pathways' steps known so far; new ones are added.

    Raises
    ------
    ResultError
        If a patient is there twice, or a visit is nobody's.
    """
    people = run.records("patients", number)
    who, stream = _whole_numbers(people, "who"), coded(people["stream"], names.streams)
    order = np.argsort(who)
    who, stream = who[order], stream[order]
    if len(who) > 1 and bool((np.diff(who) == 0).any()):
        raise ResultError(_damaged(run, number, "a patient is there twice"))
    group, ending = (
        coded(people[name], of)[order]
        for name, of in (("group", names.groups), ("ending", names.endings))
    )
    entered, left = (microseconds(people[name])[order] for name in ("entered", "left"))
    del people
    rows = _rows(run, number, names, steps, who)
    whole = _whole(rows)
    places = np.arange(len(who) + 1, dtype=np.int32)
    first_row = np.searchsorted(rows.owner, places)
    return World(
        who,
        stream,
        group,
        ending,
        entered,
        left,
        rows,
        whole,
        first_row,
        first_row if whole is rows else np.searchsorted(whole.owner, places),
    )


def _rows(
    run: Run, number: int, names: Names, steps: dict[str, int], who: Times
) -> Visits:
    """Return the recorded visits in their order."""
    table = run.records("visits", number).select(_NEEDED)
    theirs = _whole_numbers(table, "who")
    owner = np.searchsorted(who, theirs)
    known = owner < len(who)
    known[known] = who[owner[known]] == theirs[known]
    if not known.all():
        raise ResultError(_damaged(run, number, "a visit belongs to no patient"))
    visit, part = table["visit"].to_numpy(), table["part"].to_numpy()
    sizes = int(visit.max(initial=0)) + 1, int(part.max(initial=0)) + 1
    order = np.argsort((owner * sizes[0] + visit) * sizes[1] + part)
    found = {"owner": owner[order].astype(np.int32), "visit": visit[order]}
    found["step"] = _steps(table, steps)[order]
    table = table.drop_columns(["who", "visit", "part", "pathway", "step"])
    del theirs, known, owner, visit, part
    texts = {"service": names.services, "outcome": OUTCOMES, "cause": names.causes}
    for name in table.column_names:
        column = table[name]
        read = coded(column, texts[name]) if name in texts else microseconds(column)
        found[name] = read[order]
        # Together the columns are large: each goes when it has been read.
        del column
        table = table.drop_columns([name])
    pa.default_memory_pool().release_unused()
    return Visits(**found)


_NEEDED = ["who", "part", "pathway", *Visits._fields[1:]]


def _steps(table: pa.Table, known: dict[str, int]) -> Codes:
    """Return pathway and step of each row as one code."""
    columns = []
    for name in ("pathway", "step"):
        found = [str(text) for text in table[name].unique().drop_null().to_pylist()]
        columns.append((coded(table[name], tuple(found)), found))
    (pathway, pathways), (step, texts) = columns
    size = len(texts) + 1
    pairs = (pathway + 1) * size + step + 1
    codes = np.full((len(pathways) + 1) * size, -1, np.int32)
    for pair in np.flatnonzero(np.bincount(pairs)).tolist():
        if pair:
            p, s = divmod(pair, size)
            spelled = f"{pathways[p - 1] if p else ''}\n{texts[s - 1] if s else ''}"
            codes[pair] = known.setdefault(spelled, len(known))
    found_codes: Codes = codes[pairs]
    return found_codes


def _whole(rows: Visits) -> Visits:
    """Return whole visits: the parts of one that was handed back are put together."""
    new = np.ones(len(rows.owner), bool)
    new[1:] = (np.diff(rows.owner) != 0) | (np.diff(rows.visit) != 0)
    if new.all():
        return rows
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(new)) - 1
    begins, ends = rows.at(first), rows.at(last)
    return begins._replace(
        outcome=ends.outcome, cause=ends.cause, ended=ends.ended, freed=ends.freed
    )


def waited(visits: Visits) -> Times:
    """Return how long each visit waited, in microseconds; 0 while it still waits.

    Parameters
    ----------
    visits : Visits
        Whole ones.

    Returns
    -------
    ndarray of int64
        From joining the line to the start, or to leaving it.
    """
    end = np.where(visits.outcome == LEFT, visits.ended, visits.started)
    return np.where(end == NEVER, 0, end - visits.joined)


def microseconds(column: pa.ChunkedArray[Any]) -> Times:
    """Return moments in days as whole microseconds; NEVER where empty."""
    days = np.asarray(column.to_numpy(), np.float64)
    empty = np.isnan(days)
    times: Times = np.rint(np.where(empty, 0, days) * DAY).astype(np.int64)
    times[empty] = NEVER
    return times


def _whole_numbers(table: pa.Table, name: str) -> Times:
    return np.asarray(table[name].to_numpy(), np.int64)


def _damaged(run: Run, number: int, what: str) -> str:
    """Say that records make no sense."""
    where = run.path or f"'{run.labels.scenario}'"
    return f"{where}: the records of replication {number} are damaged: {what}"
