"""Rows of the state in which nothing stands yet, laid out along cache lines."""

import numpy as np
from numpy.typing import NDArray

from kernels.layout import Table
from kernels.state import CHUNK, PERSON

Integers = NDArray[np.int64]

SHARE_CELLS = 8
"""One for each cause in line, and two for the length of a cache line."""


def in_lines(shape: tuple[int, ...]) -> Integers:
    """Return zeros of which the first begins a cache line of 64 bytes."""
    count = int(np.prod(shape))
    memory = np.zeros(count + 8, dtype=np.int64)
    skip = -memory.ctypes.data % 64 // 8
    return memory[skip : skip + count].reshape(shape)


def free_chunks(count: int) -> Integers:
    """Return free chunks, each naming the next; the last names none."""
    chunks = in_lines((count, 2 + 2 * CHUNK))
    chunks[:, 0] = np.arange(1, count + 1)
    chunks[-1, 0] = -1
    return chunks


def free_shares(rows: int) -> Integers:
    """Return free rows for the time of clocks by cause, each naming the next.

    Row 0 is never free; the last names it, which is none.
    """
    shares = in_lines((rows, SHARE_CELLS))
    shares[1:-1, 0] = np.arange(2, rows)
    return shares


def no_clocks(shape: tuple[int, ...]) -> Integers:
    """Return clocks that do not run."""
    clocks = in_lines(shape)
    clocks.fill(-1)
    return clocks


def no_people(rows: int) -> Table:
    """Return empty rows for patients, each on two whole cache lines."""
    memory = np.zeros(rows * PERSON.itemsize + 128, dtype=np.int8)
    skip = -memory.ctypes.data % 128
    return memory[skip : skip + rows * PERSON.itemsize].view(PERSON)
