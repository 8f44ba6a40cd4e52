"""A unit of work is read as it was written, or not at all."""

import numpy as np
import pytest

from kernels.layout import Model, Records
from kernels.tallies import Tallies
from results.errors import ResultError
from scenarios import parse
from simulator.batch import units
from simulator.batch.units import NotWholeError, Unit, decoded, encoded
from simulator.experiment import prepared
from simulator.replication import Replication, replicate

TEXT = """\
caresim: 1
title: Three days
period: {start: 2024-01-01, horizon: 3 days}
groups: {age: [child, adult]}
people: {number: {by: age, child: 10, adult: 20}}
services:
  ward: {kind: beds, capacity: 1, takes: {law: exponential, mean: 1 day}}
clocks:
  stay: {start: joins ward, stop: leaves}
demand:
  ward: {rate: 3 per day}
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return prepared(parse(TEXT, "three-days"))[0]


@pytest.fixture(scope="module")
def played(model: Model) -> tuple[Replication, ...]:
    return tuple(replicate(model, 1, n, "compiled", keep=n < 3) for n in (2, 3))


@pytest.fixture(scope="module")
def content(played: tuple[Replication, ...]) -> bytes:
    return encoded(Unit("key", {"engine": "compiled"}, played))


def arrays_of(replication: Replication) -> list[np.ndarray]:
    *counts, buckets = replication.tallies
    return [*counts, *buckets, *(replication.records or ())]


def test_every_array_of_every_replication_comes_back(
    content: bytes, played: tuple[Replication, ...]
) -> None:
    found = decoded(content)
    assert (found.key, found.log) == ("key", {"engine": "compiled"})
    assert [r.number for r in found.replications] == [2, 3]
    for there, here in zip(found.replications, played, strict=True):
        assert (there.seconds, there.cpu_seconds) == (here.seconds, here.cpu_seconds)
        for a, b in zip(arrays_of(there), arrays_of(here), strict=True):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            assert a.tobytes() == b.tobytes()


def test_records_come_back_where_they_were_kept(content: bytes) -> None:
    first, second = decoded(content).replications
    assert second.records is None
    assert isinstance(first.records, Records)
    assert len(first.records.visits) > 0
    assert first.records.visits.dtype.names is not None


def test_empty_and_nested_arrays_come_back(played: tuple[Replication, ...]) -> None:
    """Rows without any, and fields that are themselves rows."""
    odd = np.zeros((0, 3), dtype=[("a", "i8", (2,)), ("b", [("c", "f8")])])
    plain = played[1]
    tallies = plain.tallies._replace(**{Tallies._fields[0]: odd})
    unit = Unit("key", {}, (plain._replace(tallies=tallies),))
    (found,) = decoded(encoded(unit)).replications
    assert found.tallies[0].shape == (0, 3)
    assert found.tallies[0].dtype == odd.dtype


def test_any_byte_that_is_another_is_noticed(content: bytes) -> None:
    places = {*range(70), *range(70, len(content), 41), len(content) - 1}
    for place in places:
        spoiled = bytearray(content)
        spoiled[place] ^= 1 << (place % 8)
        if place == 64:  # the end of the line says nothing
            continue
        with pytest.raises(NotWholeError, match="is damaged"):
            decoded(bytes(spoiled))


def test_a_unit_that_ends_too_soon_is_noticed(content: bytes) -> None:
    for length in {*range(70), *range(70, len(content), 97), len(content) - 1}:
        with pytest.raises(NotWholeError, match="is damaged"):
            decoded(content[:length])
    with pytest.raises(NotWholeError, match="is damaged"):
        decoded(content + b"\0")


def test_a_newer_format_is_not_damage(
    played: tuple[Replication, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "FORMAT", 7)
    content = encoded(Unit("key", {}, played))
    monkeypatch.undo()
    with pytest.raises(ResultError, match="has format 7, written by a newer") as caught:
        decoded(content)
    assert not isinstance(caught.value, NotWholeError)
