"""Counting in tables that are put aside when they are full."""

import numpy as np
import pytest

from kernels import buckets, counting
from kernels.counting import Counting, tallies_of
from kernels.philox import key
from simulator import compiled
from tests.unit.kernels.test_loop import assert_same_tallies, small_model

BUSY = 5
"""A model of the generator with many visits."""


@pytest.mark.parametrize(("pages", "together"), [(8, 2), (16, 3), (64, 16)])
def test_what_is_put_aside_is_all_there(pages, together, monkeypatch):
    model = small_model(BUSY, ties=True)
    chunks = list(compiled.records(model, key(3, BUSY)))
    expected = tallies_of(model, chunks)
    monkeypatch.setattr(counting, "MOST_PAGES", pages)
    monkeypatch.setattr(counting, "TOGETHER", together)
    added = []
    monkeypatch.setattr(
        counting,
        "added_up",
        lambda parts: (added.append(len(parts)), buckets.added_up(parts))[1],
    )
    few = expected._replace(buckets=buckets.no_buckets(4))
    for part in few[:-1]:
        part[...] = 0
    again = Counting(model, few)
    for chunk in chunks:
        again.add(chunk)
    found = again.final()
    assert_same_tallies(found, tallies_of(model, chunks))
    assert len(added) > 1 or pages > 16
    assert set(added[:-2]) <= {together}


def test_a_table_for_which_even_an_empty_one_is_too_small_is_enlarged(monkeypatch):
    model = small_model(BUSY, ties=True)
    chunks = list(compiled.records(model, key(3, BUSY)))
    expected = tallies_of(model, chunks)
    monkeypatch.setattr(counting, "MOST_PAGES", 1)
    assert_same_tallies(tallies_of(model, chunks), expected)


def test_final_tallies_cannot_be_added_to():
    model = small_model(BUSY, ties=True)
    final = Counting(model).final()
    with pytest.raises(ValueError, match="cannot be added to"):
        Counting(model, final).make_room()


def test_numbers_of_many_pages_are_added_up_in_the_smallest_type(monkeypatch):
    monkeypatch.setattr(buckets, "_AT_ONCE", 16)
    keys = buckets.place(1, 0, 0) + 16 * np.arange(100)
    often = np.full(200, keys[-1])

    def part(some):
        table = buckets.no_buckets(1 << 8)
        for one in some:
            buckets.count(table, int(one))
        return buckets.settled(table)

    found = buckets.added_up([part(keys), part(often), part(often)])
    assert found.pages.dtype == np.uint16
    assert found.pages[:, 0].tolist() == [1] * 99 + [401]
    assert np.array_equal(found.keys, np.unique(keys >> buckets.PAGE_BITS))


@pytest.mark.parametrize("most", [1, 7, 50, 1 << 20])
@pytest.mark.parametrize("pages", [0, 1, 25])
def test_places_come_in_pieces_of_one_size(most, pages, monkeypatch):
    monkeypatch.setattr(buckets, "_AT_ONCE", 4)
    numbers = np.random.default_rng(pages).integers(0, 3, (pages, 16)).astype(np.uint8)
    table = buckets.no_buckets()._replace(
        keys=np.arange(pages), pages=numbers, rows=np.arange(pages, dtype=np.int32)
    )
    pieces = list(buckets.filled(table, most))
    every = np.flatnonzero(numbers)
    assert np.array_equal(np.concatenate(pieces), every)
    assert len(pieces) == max(-(-len(every) // most), 1)
    assert all(len(piece) == most for piece in pieces[:-1])
