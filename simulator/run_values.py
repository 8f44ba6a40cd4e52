"""Values of measures in many runs of a batch, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from results import load
from results.errors import ResultError
from results.measures.naming import Name, measure_of
from results.selection.figures import figures
from results.selection.quantiles import asked_percents

Floats = NDArray[np.float64]
Values = dict[Name, Floats]
"""For each measure its values, shape (runs, replications)."""


def run_values(folder: Path, runs: Sequence[str], measures: Sequence[Name]) -> Values:
    """Return the values of measures in runs of a batch.

    Parameters
    ----------
    folder : Path
        Of the batch.
    runs : sequence of str
        Names of run folders, all of as many replications.
    measures : sequence of Name

    Raises
    ------
    ResultError
        If a folder cannot be read, or a measure has no value in some replication.
    """
    percents = asked_percents([name.text for name in measures])
    rows: dict[Name, list[list[float]]] = {name: [] for name in measures}
    lacking: dict[Name, int] = dict.fromkeys(measures, 0)
    for one in runs:
        run = load(folder / "runs" / one)
        known = figures(run, percents=percents)
        for name, found in rows.items():
            found.append(_row(known.get(name, {}), name, run.replications))
            lacking[name] += int(np.isnan(found[-1]).sum())
    _check(lacking, len(runs))
    return {name: np.array(found) for name, found in rows.items()}


def _row(
    values: Mapping[int, float], name: Name, replications: Sequence[int]
) -> list[float]:
    """Return the value in each replication; where nothing happened, that of nothing."""
    defined = measure_of(*name.parts)
    quiet = None if defined is None else defined.quiet
    instead = np.nan if quiet is None else quiet
    return [float(values.get(number, instead)) for number in replications]


def _check(lacking: Mapping[Name, int], runs: int) -> None:
    """Refuse measures that have no value somewhere."""
    said = [
        f"'{name.text}' has no value in {count:,} replications of these {runs:,} runs: "
        "nobody is there to take it from. Simulate longer, or choose another measure."
        for name, count in lacking.items()
        if count
    ]
    if said:
        raise ResultError(" ".join(said))
