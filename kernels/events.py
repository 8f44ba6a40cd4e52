"""Pending events: a heap for the present, buckets of time for what comes later.

Adding and taking an event costs the same however many are pending for a later time:
those wait unsorted in the bucket of their time until it comes. Simultaneous facts
commute (docs/background/semantics.md), so events of one moment have no order of
their own; their codes, salted in tests, only make runs repeatable.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit
from kernels.layout import Table
from kernels.state import BUCKET, FAR_FREE, FAR_N, HEAP_N, SALT

Integers = NDArray[np.int64]


@jit
def code(kind: int, row: int, stamp: int) -> int:
    """Return the code of an event: what happens, to which row, and its stamp."""
    return (int(stamp) << 33) | (int(row) << 3) | kind


@jit
def push(heap: Integers, n: Integers, time: int, what: int) -> None:
    """Add an event to the heap, which must have room."""
    at = n[HEAP_N]
    n[HEAP_N] = at + 1
    while at > 0:
        parent = (at - 1) >> 1
        above = heap[2 * parent]
        if above < time or (
            above == time and (heap[2 * parent + 1] ^ n[SALT]) <= (what ^ n[SALT])
        ):
            break
        heap[2 * at] = above
        heap[2 * at + 1] = heap[2 * parent + 1]
        at = parent
    heap[2 * at] = time
    heap[2 * at + 1] = what


@jit
def pop(heap: Integers, n: Integers) -> int:
    """Take the first event from the heap; return its code."""
    first = heap[1]
    last = n[HEAP_N] - 1
    n[HEAP_N] = last
    time, what = heap[2 * last], heap[2 * last + 1]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= last:
            break
        right = child + 1
        if right < last and (
            heap[2 * right] < heap[2 * child]
            or (
                heap[2 * right] == heap[2 * child]
                and (heap[2 * right + 1] ^ n[SALT]) < (heap[2 * child + 1] ^ n[SALT])
            )
        ):
            child = right
        below = heap[2 * child]
        if time < below or (
            time == below and (what ^ n[SALT]) <= (heap[2 * child + 1] ^ n[SALT])
        ):
            break
        heap[2 * at] = below
        heap[2 * at + 1] = heap[2 * child + 1]
        at = child
    heap[2 * at] = time
    heap[2 * at + 1] = what
    return int(first)


@jit
def schedule(
    heap: Integers,
    far: Table,
    heads: Integers,
    n: Integers,
    time: int,
    bucket: int,
    what: int,
) -> None:
    """Add an event that falls due at a time, in a bucket of time."""
    if bucket <= n[BUCKET]:
        push(heap, n, time, what)
        return
    row = n[FAR_FREE]
    event = far[row]
    n[FAR_FREE] = event["next"]
    n[FAR_N] += 1
    event["time"] = time
    event["code"] = what
    event["next"] = heads[bucket]
    heads[bucket] = row


@jit
def open_bucket(heap: Integers, far: Table, heads: Integers, n: Integers) -> bool:
    """Move the events of the next bucket to the heap; return whether there was room."""
    bucket = n[BUCKET] + 1
    row = heads[bucket]
    while row >= 0:
        if 2 * n[HEAP_N] + 2 > len(heap):
            heads[bucket] = row
            return False
        event = far[row]
        push(heap, n, event["time"], event["code"])
        after = event["next"]
        event["next"] = n[FAR_FREE]
        n[FAR_FREE] = row
        n[FAR_N] -= 1
        row = after
    heads[bucket] = -1
    n[BUCKET] = bucket
    return True
