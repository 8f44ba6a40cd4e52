"""The state of every service at every midnight."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kernels.tallies import Tallies
from results.layout.columns import schema, text_column
from results.layout.labels import Labels


def series_table(labels: Labels, replication: int, tallies: Tallies) -> pa.Table:
    """Return the midnight census of one replication, one service after the other.

    Parameters
    ----------
    labels : Labels
    replication : int
    tallies : Tallies

    Returns
    -------
    pyarrow.Table
        `columns.LAYOUTS["series"]`.
    """
    nights, services = labels.midnights, [s.name for s in labels.services]
    shape = len(services), len(nights)
    census = tallies.census.cumsum(axis=0)[: len(nights)].astype(np.int32)
    opened = np.array(labels.open_census, np.int32).reshape(shape[::-1]).T.ravel()
    service, night = np.indices(shape).reshape(2, -1)
    columns = [
        pa.array(np.full(len(night), replication, np.int32)),
        pa.array(np.array(nights, "datetime64[D]")[night]),
        text_column(service, services),
        pa.array(census[:, :, 0].T.ravel()),
        pa.array(census[:, :, 1].T.ravel()),
        pa.array(opened, mask=opened < 0),
    ]
    return pa.Table.from_arrays(columns, schema=schema("series"))
