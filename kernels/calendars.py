"""When services are open: units open over time, in each month, at each midnight."""

import numpy as np
from numpy.typing import NDArray

from kernels.layout import SLOTS, UNLIMITED, Model, Table
from kernels.tallies import midnights

Integers = NDArray[np.int64]


def rows_of(model: Model, service: int) -> Table:
    """Return the calendar rows of a service."""
    row = model.services[service]
    return model.calendar[row["calendar"] : row["calendar"] + row["calendars"]]


def open_time(model: Model) -> Integers:
    """Return what each service offers in each month, shape (M, S).

    Units open x microseconds; for slot services the number of slots; -1 for unlimited
    services. A slot belongs to the month of its moment.
    """
    months = np.asarray(model.months)
    result = np.zeros((len(months) - 1, len(model.services)), dtype=np.int64)
    for service, kind in enumerate(model.services["kind"]):
        rows = rows_of(model, service)
        if kind == UNLIMITED:
            result[:, service] = -1
        elif kind == SLOTS:
            together = int(model.services["per_slot"][service])
            result[:, service] = _slots_between(rows, months, together)
        else:
            result[:, service] = np.diff(_integral(rows, months))
    return result


def time_open(model: Model) -> Integers:
    """Return for how long each service has a unit open in each month, shape (M, S).

    Microseconds; the whole month for unlimited and slot services.
    """
    months = np.asarray(model.months)
    result = np.repeat(np.diff(months)[:, None], len(model.services), axis=1)
    for service, kind in enumerate(model.services["kind"]):
        if kind not in (SLOTS, UNLIMITED):
            rows = rows_of(model, service).copy()
            rows["capacity"] = rows["capacity"] > 0
            result[:, service] = np.diff(_integral(rows, months))
    return result


def _integral(rows: Table, moments: Integers) -> Integers:
    """Return the units open x time from the first row to each moment."""
    times = rows["time"].astype(np.int64)
    units = rows["capacity"].astype(np.int64)
    before = np.concatenate(([0], np.cumsum(units[:-1] * np.diff(times))))
    at = np.maximum(np.searchsorted(times, moments, side="right") - 1, 0)
    return np.asarray(before[at] + units[at] * (moments - times[at]))


def _slots_between(rows: Table, moments: Integers, together: int) -> Integers:
    """Return how many slots lie from each moment to the next.

    So many have one moment together.
    """
    counts = np.cumsum(np.concatenate(([0], rows["capacity"].astype(np.int64))))
    result = np.empty(len(moments), dtype=np.int64)
    for i, moment in enumerate(moments.tolist()):
        at = int(np.searchsorted(rows["time"], moment, side="left"))
        result[i] = counts[at]
        if at and rows["until"][at - 1] > moment:
            n = int(rows["capacity"][at - 1])
            begin, until = int(rows["time"][at - 1]), int(rows["until"][at - 1])
            # Slot j is at begin + j * length // n; those of one moment go by the first.
            before = -((begin - int(moment)) * n // (until - begin))
            result[i] -= n - min(-(-before // together) * together, n)
    return np.diff(result)


def open_census(model: Model) -> Integers:
    """Return the units open just before each midnight, shape (midnights, S).

    For slot services the slots of the day before; -1 for unlimited services.
    """
    nights = midnights(model)
    result = np.full((len(nights), len(model.services)), -1, dtype=np.int64)
    for service, kind in enumerate(model.services["kind"]):
        rows = rows_of(model, service)
        if kind == SLOTS:
            days = np.concatenate((nights[:1] - 86_400_000_000, nights))
            together = int(model.services["per_slot"][service])
            slots = _slots_between(rows, days, together) if len(nights) else 0
            result[:, service] = slots
        elif kind != UNLIMITED:
            at = np.searchsorted(rows["time"], nights, side="left") - 1
            result[:, service] = rows["capacity"][np.maximum(at, 0)]
    return result
