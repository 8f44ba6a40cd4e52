"""The rows of a run's measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from results.layout.labels import ALL
from results.selection.text_columns import rows

if TYPE_CHECKING:
    from results.run import Run


def measured(run: Run, **conditions: str) -> pa.Table:
    """Return the rows of measures in which text columns have given values.

    Parameters
    ----------
    run : Run
    **conditions : str
        The value wanted in the column of that name.
    """
    if conditions.get("group") != ALL:
        return rows(run.measures, **conditions)
    return rows(run.once("measures of everybody", _of_everybody), **conditions)


def _of_everybody(run: Run) -> pa.Table:
    """Return the measures of everybody, which are asked for again and again."""
    return rows(run.measures, group=ALL)
