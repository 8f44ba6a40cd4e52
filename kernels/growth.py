"""More room in the state of the compiled engine, wherever it has become tight."""

import numpy as np

from kernels.empty_rows import SHARE_CELLS, free_chunks, in_lines, no_clocks, no_people
from kernels.shares import shares_left
from kernels.state import (
    CHUNK_FREE,
    CHUNK_N,
    FAR,
    FAR_FREE,
    FAR_N,
    FREE_N,
    HEAP_N,
    NEWCOMERS,
    RETURNED,
    SHARE_FREE,
    X_BED,
    State,
)


def roomier(state: State) -> State:
    """Return the same state with more room wherever it has become tight."""
    state = _more_people(state) if state.n[FREE_N] < 8 else state
    if len(state.heap) - 2 * state.n[HEAP_N] < 64:
        state = state._replace(heap=np.concatenate((state.heap, state.heap)))
    if len(state.far) - state.n[FAR_N] < 32:
        state = _more_far(state)
    if len(state.chunks) - state.n[CHUNK_N] < 8:
        state = _more_chunks(state)
    state = with_shares(state, 2 * state.share_of.shape[1])
    if len(state.newcomers) - state.n[NEWCOMERS] < 8:
        twice = np.concatenate((state.newcomers, state.newcomers))
        state = state._replace(newcomers=twice)
    if 0 < len(state.returned) < state.n[RETURNED] + 8:
        more = np.zeros(state.returned.shape, dtype=np.int64)
        state = state._replace(returned=np.concatenate((state.returned, more)))
    return state


def with_shares(state: State, rows: int) -> State:
    """Return the state with room for the shares of so many more clocks."""
    size = len(state.shares)
    missing = rows - shares_left(state.shares, state.n)
    if size == 0 or missing <= 0:
        return state
    more = in_lines((size + max(size // 4, missing), SHARE_CELLS))
    more[:size] = state.shares
    more[size:, 0] = np.arange(size + 1, len(more) + 1)
    more[-1, 0] = state.n[SHARE_FREE]
    state.n[SHARE_FREE] = size
    return state._replace(shares=more)


def _more_people(state: State) -> State:
    """Return the state with twice the rows for patients."""
    size = len(state.people)
    free = np.zeros(2 * size, dtype=np.int32)
    held = int(state.n[FREE_N])
    free[:size] = np.arange(2 * size - 1, size - 1, -1)
    free[size : size + held] = state.free[:held]
    state.n[FREE_N] = size + held
    people = no_people(2 * size)
    people[:size] = state.people
    since = no_clocks((2 * size, *state.since.shape[1:]))
    since[:size] = state.since
    stamps = np.concatenate((state.stamps, np.zeros_like(state.stamps)))
    links = np.concatenate((state.links, np.zeros_like(state.links)))
    notes = in_lines((2 * size, state.notes.shape[1]))
    notes[:size] = state.notes
    share_of = np.concatenate((state.share_of, np.zeros_like(state.share_of)))
    extra = np.concatenate((state.extra, np.zeros_like(state.extra)))
    if extra.shape[1] > 0:
        extra[size:, X_BED] = -1
    return state._replace(
        people=people,
        links=links,
        stamps=stamps,
        since=since,
        free=free,
        extra=extra,
        notes=notes,
        share_of=share_of,
        releases=np.concatenate((state.releases, state.releases)),
    )


def _more_far(state: State) -> State:
    """Return the state with twice the rows for later events."""
    size = len(state.far)
    more = np.zeros(size, dtype=FAR)
    more["next"] = np.arange(size + 1, 2 * size + 1)
    more["next"][-1] = state.n[FAR_FREE]
    state.n[FAR_FREE] = size
    return state._replace(far=np.concatenate((state.far, more)))


def _more_chunks(state: State) -> State:
    """Return the state with twice the chunks for events of later epochs."""
    size = len(state.chunks)
    more = free_chunks(size)
    more[:, 0] += size
    more[-1, 0] = state.n[CHUNK_FREE]
    state.n[CHUNK_FREE] = size
    chunks = in_lines((2 * size, more.shape[1]))
    chunks[:size], chunks[size:] = state.chunks, more
    return state._replace(chunks=chunks)
