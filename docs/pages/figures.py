"""Figures of a run: a measure of a service, of all its parts together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.measures.naming import Measure, Name, measure_of
from results.run import Run

OVER_TIME = ("number", "total")
"""Statistics that are added up over months; others of what adds up are averaged."""


def definition(figure: Name) -> Measure:
    """Return what is measured.

    Raises
    ------
    KeyError
        If there is no such measure.
    """
    found = measure_of(*figure.parts)
    if found is None:
        raise KeyError(f"no such measure: {figure.text}")
    return found


class Figures:
    """Figures of one run over some of its months.

    Parameters
    ----------
    run : Run
    months : iterable of str
        Such as `2022-05`.
    group : str, optional
        A recorded group; left out, everybody.
    """

    def __init__(self, run: Run, months: Iterable[str], group: str = "all") -> None:
        table = run.measures.to_pandas()
        self.months = list(months)
        kept = (table["group"] == group) & table["period"].isin(self.months)
        self._rows = table[kept].copy()
        for column in ("kind", "subject", "measure", "statistic"):
            self._rows[column] = self._rows[column].astype(str)
        self._scale, self._replications = run.labels.scale, list(run.replications)

    def has(self, figure: Name) -> bool:
        """Return whether the run has such a measure."""
        return len(self._of(figure)) > 0

    def values(self, figure: Name) -> NDArray[np.float64]:
        """Return the figure in each replication, at full size, shape (replications,).

        A mean of nobody is nan.

        Raises
        ------
        KeyError
            If the run has no such measure.
        """
        rows = self._of(figure)
        if not len(rows):
            raise KeyError(f"the run has no measure {figure.text}")
        if figure.measure.endswith("at the end"):
            rows = rows[rows["period"] == self.months[-1]]
        by = rows.groupby("replication")
        if definition(figure).adds:
            found = by["value"].sum() / self._scale
            if figure.statistic not in OVER_TIME:
                found = found / len(self.months)
        else:
            found = by["numerator"].sum() / by["denominator"].sum()
        found = found.reindex(self._replications)
        return np.asarray(found.to_numpy(), dtype=np.float64)

    def by_month(self, figure: Name) -> dict[str, NDArray[np.float64]]:
        """Return a mean or share in each month, by replication; nan: of nobody."""
        by = self._of(figure).groupby(["period", "replication"], observed=True)
        sums = by[["numerator", "denominator"]].sum()
        shares = (sums["numerator"] / sums["denominator"]).unstack()
        shares = shares.reindex(columns=self._replications)
        return {str(m): row.to_numpy(np.float64) for m, row in shares.iterrows()}

    def _of(self, figure: Name) -> pd.DataFrame:
        rows = self._rows
        rows = rows[
            (rows["kind"] == figure.kind)
            & (rows["measure"] == figure.measure)
            & (rows["statistic"] == figure.statistic)
        ]
        own = rows[rows["subject"] == figure.subject]
        if not len(own):
            own = rows[rows["subject"].str.startswith(f"{figure.subject} in ")]
        return own
