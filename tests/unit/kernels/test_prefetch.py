"""Rows that are asked for beforehand: nothing changes but the speed."""

import numba
import numpy as np
import pytest

from kernels.prefetch import ask_for

ROW = np.dtype([("time", "i8"), ("share", "f8")])


@numba.njit
def asking(table, row, line):
    ask_for(table, row, line)
    return len(table)


@pytest.mark.parametrize(
    "table",
    [
        np.zeros(3, dtype=ROW),
        np.zeros(3, dtype=np.int32),
        np.zeros((3, 2, 5), dtype=np.int64),
        np.zeros((3, 0), dtype=np.int64),
        np.zeros(0, dtype=np.int64),
    ],
)
def test_rows_of_any_table_can_be_asked_for_even_those_that_are_not_there(table):
    before = table.copy()
    assert asking(table, 2, 1) == asking(table, 10**6, 7) == len(table)
    assert np.array_equal(table, before)
