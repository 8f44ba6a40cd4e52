import numpy as np
import pyarrow as pa
import pytest

from results.layout.columns import text_column
from results.tables.sameness import first_difference


def table(names=("a", "b", "a"), values=(1.0, None, 3.0), dates=(1, 2, 3)):
    known = sorted(set(names))
    codes = np.array([known.index(name) for name in names], np.int32)
    return pa.table(
        {
            "name": text_column(codes, known),
            "value": pa.array(values, pa.float64()),
            "date": pa.array(dates, pa.date32()),
        }
    )


def test_equal_tables_do_not_differ_however_they_are_coded():
    one = table()
    other = one.set_column(
        0, "name", text_column(np.array([1, 0, 1], np.int32), ["b", "a"])
    )
    assert first_difference(one, other) is None
    in_pieces = pa.concat_tables([one.slice(0, 1), one.slice(1)])
    assert first_difference(in_pieces, other) is None
    assert first_difference(one.slice(0, 0), other.slice(0, 0)) is None


@pytest.mark.parametrize(
    ("other", "place"),
    [
        (table(names=("a", "b", "b")), (2, "name", ("a", "b"))),
        (table(values=(1.0, 2.0, 3.0)), (1, "value", (None, 2.0))),
        (table(values=(np.nextafter(1, 2), None, 3.0)), (0, "value")),
        (table(dates=(1, 2, 4)), (2, "date")),
        (table(names=("a", "c", "a"), dates=(9, 2, 3)), (0, "date")),
    ],
)
def test_the_first_row_that_differs_is_found(other, place):
    found = first_difference(table(), other)
    assert (found.row, found.column, found.values)[: len(place)] == place
    assert found.about == table().to_pylist()[place[0]]


def test_a_zero_with_another_sign_is_another_number():
    one, other = table(values=(0.0, None, 3.0)), table(values=(-0.0, None, 3.0))
    assert one.column("value").equals(other.column("value"))
    assert first_difference(one, other).row == 0


def test_an_empty_cell_is_not_a_zero():
    other = table(values=(1.0, 0.0, 3.0))
    assert first_difference(table(), other).values == (None, 0.0)


def test_a_longer_table_differs_where_the_shorter_one_ends():
    found = first_difference(table(), table().slice(0, 2))
    assert (found.row, found.column, found.values) == (2, "", (3, 2))
    found = first_difference(table().slice(0, 2), table())
    assert found.about["value"] == 3.0
