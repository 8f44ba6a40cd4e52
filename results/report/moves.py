"""From where to where: how visits ended or, with records, who went on to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from results.report.monthly import of_providers, of_whole
from results.tables.building import record_name

if TYPE_CHECKING:
    from results.run import Run

Integers = NDArray[np.int64]
Moves = dict[tuple[str, str], dict[int, float]]
"""How many went from somewhere to somewhere, in each replication."""
OUTCOMES = {
    "completions": "treated",
    "left unseen": "left unseen",
    "turned away": "turned away",
    "did not attend": "did not attend",
    "list at the end": "still waiting at the end",
    "in use at the end": "in treatment at the end",
}
"""How a visit may end, by the measure that counts it."""
OUTSIDE = "from outside"


def has_records(run: Run) -> bool:
    """Return whether a run folder holds the records of its patients.

    Parameters
    ----------
    run : Run
    """
    names = (
        record_name(t, n) for t in ("visits", "patients") for n in run.replications
    )
    return set(names) <= set(run.manifest.get("tables", ()))


def endings(run: Run) -> Moves:
    """Return how the visits at each service ended.

    Parameters
    ----------
    run : Run
    """
    return {
        (service, outcome): values
        for measure, outcome in OUTCOMES.items()
        for service, values in of_providers(run, measure, "number", of_whole).items()
    }


def journeys(run: Run) -> Moves:
    """Return who went from where to where while things were counted.

    Parameters
    ----------
    run : Run
        With records of patients.

    Returns
    -------
    dict
        From outside or a service to a service, when a patient joined there; and from
        the last service to how the patient left the model.
    """
    moves: Moves = {}
    for replication in run.replications:
        for pair, count in _counted(_moves(run, replication)):
            empty = dict.fromkeys(run.replications, 0.0)
            moves.setdefault(pair, empty)[replication] += count
    return moves


class _Some(NamedTuple):
    """Moves of many patients, as places in lists of names."""

    sources: Sequence[str]
    targets: Sequence[str]
    source: Integers
    target: Integers


def _counted(parts: Iterator[_Some]) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield each pair of names with how often it occurs."""
    for part in parts:
        both = part.source * len(part.targets) + part.target
        for code, count in zip(*np.unique(both, return_counts=True), strict=True):
            source, target = divmod(int(code), len(part.targets))
            yield (part.sources[source], part.targets[target]), int(count)


def _moves(run: Run, replication: int) -> Iterator[_Some]:
    """Yield the moves of one replication: those who joined, then those who left."""
    names = [service.name for service in run.labels.services]
    visits = run.visits(replication)
    visits = visits.filter(pc.equal(visits["part"], pa.scalar(0, pa.int32())))
    visits = visits.sort_by([("who", "ascending"), ("visit", "ascending")])
    who, joined = (visits[c].to_numpy() for c in ("who", "joined"))
    service = _places(visits["service"], names)
    before = np.concatenate(([len(names)], service))[:-1]
    before[_changes(who)] = len(names)
    counted = joined >= 0
    yield _Some([*names, OUTSIDE], names, before[counted], service[counted])
    patients = run.records("patients", replication)
    patients = patients.filter(pc.greater_equal(patients["left"], pa.scalar(0.0)))
    leaving = patients["who"].to_numpy()
    last = np.searchsorted(who, leaving, side="right") - 1
    known = (last >= 0) & (who[last] == leaving)
    ends = [_ending(name) for name in run.labels.endings]
    ending = _places(patients["ending"], run.labels.endings)
    yield _Some(names, ends, service[last[known]], ending[known])


def _ending(name: str) -> str:
    """Return what an ending is called; `leave` is the plain one."""
    return "left the system" if name == "leave" else f"left: {name}"


def _changes(who: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return at which places another patient begins."""
    return np.concatenate(([True], who[1:] != who[:-1]))[: len(who)]


def _places(column: pa.ChunkedArray[Any], names: Sequence[str]) -> Integers:
    """Return the place of each text in a list of names."""
    found = pc.index_in(
        column.cast(pa.string()), value_set=pa.array(names, pa.string())
    )
    return np.asarray(found.to_numpy(), np.int64)
