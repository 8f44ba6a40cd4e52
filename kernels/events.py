"""Pending events: a heap for the present, buckets and epochs of time for later.

Adding and taking an event costs the same however many are pending for a later time:
those wait unsorted in the epoch of their time, close together in chunks; when the epoch
comes they are dealt into its buckets, and when the bucket comes, into the heap. By then
many are stale (a patient was called in, and will not lose patience); those never see
the heap.

Simultaneous facts commute (docs/background/semantics.md), so events of one moment have
no order of their own. They come in an order mixed from their code and a salt, which
tests change.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit_inside
from kernels.prefetch import ask_for
from kernels.state import (
    BEGIN,
    BITS,
    BUCKET,
    CHUNK,
    CHUNK_FREE,
    CHUNK_N,
    E_CALENDAR,
    EDGE,
    END,
    EPOCH_BITS,
    FAR_FREE,
    FAR_N,
    HEAP_N,
    LAST_CHUNK,
    LAST_EVENTS,
    NOW_EPOCH,
    ORDER_BITS,
    ROWS_MASK,
    SALT,
    STAMPS,
    State,
)

Integers = NDArray[np.int64]

_ORDER = (1 << ORDER_BITS) - 1
_BUCKETS = (1 << EPOCH_BITS) - 1
_AHEAD = 6
"""Events before the one that is dealt whose stamps are asked for."""


@jit_inside
def code(kind: int, row: int, stamp: int) -> int:
    """Return the code of an event: what happens, to which row, and its stamp."""
    return (int(stamp) << 33) | (int(row) << 3) | kind


@jit_inside
def schedule(state: State, time: int, what: int) -> None:
    """Add an event; one that falls due at the end of the run or later is left out."""
    n = state.n
    if time >= n[END]:
        return
    bucket = (time - n[BEGIN]) >> n[BITS]
    if bucket <= n[BUCKET]:
        push(state.heap, n, time, what)
    elif bucket >> EPOCH_BITS <= n[NOW_EPOCH]:
        _into_bucket(state, bucket, time, what)
    else:
        _into_epoch(state, bucket >> EPOCH_BITS, time, what)


@inlined
def _into_bucket(state: State, bucket: int, time: int, what: int) -> None:
    """Add an event to a bucket of this epoch; there must be room."""
    n, place = state.n, bucket & _BUCKETS
    row = n[FAR_FREE]
    event = state.far[row]
    n[FAR_FREE] = event["next"]
    n[FAR_N] += 1
    event["time"] = time
    event["code"] = what
    event["next"] = state.heads[place]
    state.heads[place] = row


@inlined
def _into_epoch(state: State, epoch: int, time: int, what: int) -> None:
    """Add an event to a later epoch; there must be room for a chunk."""
    n, chunks, last = state.n, state.chunks, state.last_chunks[epoch]
    chunk = last[LAST_CHUNK]
    if chunk < 0 or last[LAST_EVENTS] == CHUNK:
        before, chunk = chunk, n[CHUNK_FREE]
        n[CHUNK_FREE] = chunks[chunk, 0]
        n[CHUNK_N] += 1
        chunks[chunk, 0] = before
        last[LAST_CHUNK], last[LAST_EVENTS] = chunk, 0
    last[LAST_EVENTS] += 1
    at = 2 * last[LAST_EVENTS]
    chunks[chunk, at], chunks[chunk, at + 1] = time, what
    if at & 7 == 6:
        ask_for(chunks, chunk, (at >> 3) + 1)


@inlined
def outdate(stamps: NDArray[np.int32], row: int) -> None:
    """Let what is pending for a patient count no longer."""
    stamps[row] = (stamps[row] + 1) & STAMPS


@jit_inside
def _is_stale(stamps: NDArray[np.int32], what: int) -> bool:
    """Return whether what was pending for a patient no longer counts."""
    if what & 7 >= E_CALENDAR:
        return False
    return bool(stamps[(what >> 3) & ROWS_MASK] != what >> 33)


@jit_inside
def open_bucket(state: State) -> bool:
    """Move the events of the next bucket to the heap; return whether there was room."""
    n, heap, far = state.n, state.heap, state.far
    bucket = n[BUCKET] + 1
    if bucket >> EPOCH_BITS > n[NOW_EPOCH] and not _open_epoch(state):
        return False
    place = bucket & _BUCKETS
    _ask_for_stamps(state, (bucket + 1) & _BUCKETS)
    row = state.heads[place]
    while row >= 0:
        if 2 * n[HEAP_N] + 2 > len(heap):
            state.heads[place] = row
            return False
        event = far[row]
        if not _is_stale(state.stamps, event["code"]):
            push(heap, n, event["time"], event["code"])
            _ask_for_patient(state, event["code"])
        after = event["next"]
        event["next"] = n[FAR_FREE]
        n[FAR_FREE] = row
        n[FAR_N] -= 1
        row = after
    state.heads[place] = -1
    n[BUCKET] = bucket
    n[EDGE] = n[BEGIN] + ((bucket + 1) << n[BITS])
    return True


@inlined
def _ask_for_stamps(state: State, place: int) -> None:
    """Ask for what tells of the events of a bucket whether they are stale."""
    row = state.heads[place]
    while row >= 0:
        event = state.far[row]
        ask_for(state.stamps, (event["code"] >> 3) & ROWS_MASK, 0)
        row = event["next"]


@inlined
def _ask_for_patient(state: State, what: int) -> None:
    """Ask for what an event that is soon due looks at."""
    if what & 7 < E_CALENDAR:
        row = (what >> 3) & ROWS_MASK
        ask_for(state.people, row, 1)
        ask_for(state.people, row, 0)
        ask_for(state.since, row, 0)


@jit_inside
def _open_epoch(state: State) -> bool:
    """Deal the next epoch into its buckets; return whether all had room."""
    n, chunks = state.n, state.chunks
    epoch = n[NOW_EPOCH] + 1
    last = state.last_chunks[epoch]
    chunk = last[LAST_CHUNK]
    while chunk >= 0:
        while last[LAST_EVENTS] > 0:
            if n[FAR_N] >= len(state.far):
                last[LAST_CHUNK] = chunk
                return False
            at = 2 * last[LAST_EVENTS]
            last[LAST_EVENTS] -= 1
            time, what = chunks[chunk, at], chunks[chunk, at + 1]
            if at > 2 * _AHEAD:
                later = chunks[chunk, at + 1 - 2 * _AHEAD]
                ask_for(state.stamps, (later >> 3) & ROWS_MASK, 0)
            if not _is_stale(state.stamps, what):
                _into_bucket(state, (time - n[BEGIN]) >> n[BITS], time, what)
        before = chunks[chunk, 0]
        chunks[chunk, 0] = n[CHUNK_FREE]
        n[CHUNK_FREE] = chunk
        n[CHUNK_N] -= 1
        chunk = before
        last[LAST_EVENTS] = CHUNK
    last[LAST_CHUNK] = -1
    n[NOW_EPOCH] = epoch
    return True


@jit_inside
def push(heap: Integers, n: Integers, time: int, what: int) -> None:
    """Add an event to the heap, which must have room."""
    rank = (time << ORDER_BITS) | ((what ^ n[SALT]) & _ORDER)
    at = n[HEAP_N]
    n[HEAP_N] = at + 1
    _rise(heap, at, rank, what)


@inlined
def _rise(heap: Integers, at: int, rank: int, what: int) -> None:
    """Put an event into a hole of the heap, or above it where it comes earlier."""
    while at > 0:
        parent = (at - 1) >> 1
        if heap[2 * parent] <= rank:
            break
        heap[2 * at] = heap[2 * parent]
        heap[2 * at + 1] = heap[2 * parent + 1]
        at = parent
    heap[2 * at] = rank
    heap[2 * at + 1] = what


@jit_inside
def first_due(heap: Integers) -> int:
    """Return when the first event of the heap, which is not empty, falls due."""
    return int(heap[0] >> ORDER_BITS)


@jit_inside
def pop(heap: Integers, n: Integers) -> int:
    """Take the first event from the heap; return its code.

    The hole sinks to the bottom along the earlier children, where the last event fills
    it and rises: most last events belong there, and no step depends on a guess.
    """
    first = heap[1]
    last = n[HEAP_N] - 1
    n[HEAP_N] = last
    rank, what = heap[2 * last], heap[2 * last + 1]
    at, child = 0, 1
    while child < last:
        right = child + 1
        if right < last:
            child += heap[2 * right] < heap[2 * child]
        heap[2 * at] = heap[2 * child]
        heap[2 * at + 1] = heap[2 * child + 1]
        at, child = child, 2 * child + 1
    _rise(heap, at, rank, what)
    return int(first)
