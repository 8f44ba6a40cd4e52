"""Patients whom a change keeps away, and who come later.

Points of a cloud between the level without a change and the level with it are those
whom it keeps away. Some of them, by luck of their own, come after a time drawn for
them, counted in operational time, so that nobody comes when the stream rests.

Several changes are laid one upon the other, in the order in which they act: a point is
kept away by the first that takes the level below it.
"""

import numpy as np

from kernels.arrivals import (
    Demand,
    Window,
    demand_of,
    height_of,
    points,
    rows_of,
    tau,
    time_of,
    week_at,
    week_of,
)
from kernels.coming import Sizes, both_in_order, in_order, with_parties
from kernels.jit import jit, jit_with_new_arrays
from kernels.laws import Laws, duration, laws_of
from kernels.layout import P_LATER, SCHEDULED, Model, Table
from kernels.philox import block, unit32, unit53
from kernels.values import value_at


def expected(model: Model, key: int) -> Table:
    """Return all whose moment is known when a replication begins.

    Parameters
    ----------
    model : Model
    key : int
        From `philox.key`.

    Returns
    -------
    ndarray of SCHEDULED
        `Model.scheduled` and those who come later, in order of time.
    """
    if not len(model.falls):
        return model.scheduled
    late = late_of(
        demand_of(model), model.falls, laws_of(model), key, model.begin, model.end
    )
    return both_in_order(model.scheduled, late)


@jit_with_new_arrays
def late_of(
    demand: Demand, falls: Table, laws: Laws, key: int, begin: int, end: int
) -> Table:
    """Return those who come later than they would have.

    Parameters
    ----------
    demand : Demand
        From `arrivals.demand_of`.
    falls : ndarray of FALL
    laws : Laws
    key : int64
    begin, end : int64
        The run, microseconds: who is kept away before it does not come later.

    Returns
    -------
    ndarray of SCHEDULED
    """
    sizes = Sizes(demand.parties, demand.values, demand.knots)
    rows = np.zeros(1024, SCHEDULED)
    n = 0 * end
    for cloud in range(len(demand.clouds)):
        source = demand.clouds[cloud]
        first, last = rows_of(demand, source["profile"])
        for f in range(source["fall"], source["fall"] + source["falls"]):
            since, until = max(begin, falls[f]["begin"]), min(end, falls[f]["end"])
            window = Window(key, since, until)
            week = week_of(demand.shapes, first, last, since)
            while week.begin < until:
                before = n
                above = falls[f]["above"] + 0
                rows, n = points(demand, cloud, above, week, window, rows, n)
                n = _kept(demand, falls, laws, key, cloud, f + 0, end, rows, before, n)
                if source["parties"] > 0:
                    rows, n = with_parties(sizes, source, key, rows, before, n)
                week = week_at(demand.shapes, week.row, last, week.number + 1)
    return in_order(rows, n, begin, end)


@jit
def _kept(
    demand: Demand,
    falls: Table,
    laws: Laws,
    key: int,
    cloud: int,
    fall: int,
    end: int,
    rows: Table,
    first: int,
    n: int,
) -> int:
    """Keep of the rows from `first` on those who come later; return how many are taken.

    Their time becomes that at which they come.
    """
    kept = first
    shape, last = rows_of(demand, demand.clouds[cloud]["profile"])
    for at in range(first, n):
        time, who = rows[at]["time"], rows[at]["who"]
        if not _is_kept_away(demand, falls, key, cloud, fall, time, who):
            continue
        w0, w1, w2, _ = block(key, who, 0, P_LATER)
        share = value_at(demand.values, demand.knots, falls[fall]["share"], time)
        if unit32(w2) >= share:
            continue
        days = duration(laws, falls[fall]["law"] + 0, time, unit53(w0, w1))
        moment = tau(demand.shapes, shape, last, time) + days
        later = max(time_of(demand.shapes, shape, last, moment), time)
        if later < end:
            rows[kept] = rows[at]
            rows[kept]["time"] = later
            kept += 1
    return kept


@jit
def _is_kept_away(
    demand: Demand,
    falls: Table,
    key: int,
    cloud: int,
    fall: int,
    time: int,
    who: int,
) -> bool:
    """Whether it is this fall that keeps a point under its upper level away."""
    values, knots = demand.values, demand.knots
    height = height_of(key, who)
    if height < value_at(values, knots, demand.clouds[cloud]["level"], time):
        return False
    for earlier in range(demand.clouds[cloud]["fall"], fall):
        if height >= value_at(values, knots, falls[earlier]["below"], time) and (
            height < value_at(values, knots, falls[earlier]["above"], time)
        ):
            return False
    return bool(height >= value_at(values, knots, falls[fall]["below"], time))
