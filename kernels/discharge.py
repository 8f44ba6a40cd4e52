"""When patients may leave: hours of discharge."""

import numpy as np

from kernels.jit import inlined, jit
from kernels.laws import Laws
from kernels.layout import DAY, P_DISCHARGE, Table
from kernels.philox import block, unit53
from kernels.state import Tables
from kernels.values import value_at


@jit
def leaving_time(
    laws: Laws,
    hours: Table,
    service: np.void,
    key: int,
    who: int,
    k: int,
    end: int,
) -> int:
    """Return when a patient leaves whose treatment would end at a moment.

    Parameters
    ----------
    laws : Laws
        For the values of shares.
    hours : ndarray of HOUR_OF_WEEK
    service : SERVICE
        Which of `hours` are its own; their shares, which may move, add up to one.
    key, who, k : int
        Key of the replication, patient and number of the visit.
    end : int
        Microseconds.

    Returns
    -------
    int
        A moment in the band of hours that the patient's luck chooses, the first on an
        allowed day that does not lie before `end`.
    """
    w0, w1, w2, w3 = block(key, who, k, P_DISCHARGE)
    u, row = unit53(w0, w1), service["hour"]
    last = row + service["hours"] - 1
    while row < last:
        u -= value_at(laws.values, laws.knots, hours[row]["share"], end)
        if u < 0.0:
            break
        row += 1
    band = hours[row]
    width = band["until"] - band["begin"]
    offset = int(band["begin"] + int(unit53(w2, w3) * width))
    midnight = (end - offset) // DAY * DAY
    while midnight + offset < end or not band["days"] >> (midnight // DAY % 7) & 1:
        midnight += DAY
    return int(midnight + offset)


@inlined
def leaving(tables: Tables, key: int, person: np.void, end: int) -> int:
    """Return when a patient in treatment leaves, whose treatment ends at a moment."""
    service = tables.services[person["service"]]
    if service["hours"] == 0:
        return end
    who, k = person["who"], person["visits"] - 1
    return leaving_time(tables.laws, tables.hours, service, key, who, k, end)
