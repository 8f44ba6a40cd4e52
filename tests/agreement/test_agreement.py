"""Both engines play the same model to the last bit, whatever the order of facts."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.layout import Model, Records, Table
from kernels.philox import key
from scenarios.scenario import Scenario
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.generator import Maker
from tests.conformance.histories import check_records

CHUNKS = 8
SALTS = (0, 0x5555555555555555, 0x2AAAAAAAAAAAAAAB)
WITHOUT_NUMBERS = ["who", "visit", "reason", "since", "until", "units"]
SORTED_BY = (
    ["who", "visit", "part"],
    ["who", "visit", "reason", "service", "since", "until"],
    ["who", "clock", "since", "stopped"],
    ["who"],
    ["who", "visit", "cause"],
    ["rule", "opened"],
)


def together(chunks: Iterable[Records]) -> list[Table]:
    tables = [np.concatenate(rows) for rows in zip(*chunks, strict=True)]
    return [
        np.sort(table, order=order)
        for table, order in zip(tables, SORTED_BY, strict=True)
    ]


def assert_same(expected: list[Table], found: list[Table], how: str) -> None:
    for one, other in zip(expected, found, strict=True):
        assert len(one) == len(other), how
        assert (one == other).all(), how


def check(seed: int, *, ties: bool) -> None:
    model = tables_of(Maker(seed, ties=ties).scenario())
    luck = key(7, seed % 1000)
    expected = together(Replica(model, luck).run())
    check_records(model, luck, Records(*expected))
    shuffled = Replica(model, luck, np.random.default_rng(seed))
    assert_same(expected, together(shuffled.run()), f"shuffled facts, model {seed}")
    for salt in SALTS:
        found = together(compiled.records(model, luck, salt))
        assert_same(expected, found, f"compiled, salt {salt}, model {seed}")


@pytest.mark.parametrize("chunk", range(CHUNKS))
@settings(max_examples=125)
@given(seed=st.integers(0, 2**40))
def test_engines_agree_where_most_things_are_simultaneous(
    chunk: int, seed: int
) -> None:
    check(seed * CHUNKS + chunk, ties=True)


@pytest.mark.parametrize("chunk", range(CHUNKS))
@settings(max_examples=125)
@given(seed=st.integers(0, 2**40))
def test_engines_agree_where_times_are_drawn(chunk: int, seed: int) -> None:
    check(seed * CHUNKS + chunk, ties=False)


@pytest.mark.validate
@pytest.mark.parametrize("chunk", range(40))
def test_engines_agree_on_twenty_thousand_models(chunk: int) -> None:
    for seed in range(chunk * 500, (chunk + 1) * 500):
        check(10**15 + seed, ties=bool(seed % 2))


def renumbered(scenario: Scenario, order: list[int]) -> Scenario:
    """Return the scenario with its services, and their steps, in another order."""
    own = len(scenario.services)
    return replace(
        scenario,
        services=tuple(scenario.services[i] for i in order),
        steps=(*(scenario.steps[i] for i in order), *scenario.steps[own:]),
    )


@settings(max_examples=100)
@given(seed=st.integers(0, 2**40))
def test_the_order_in_which_services_are_written_does_not_matter(seed: int) -> None:
    scenario = Maker(seed, ties=bool(seed % 2)).scenario()
    order = list(np.random.default_rng(seed).permutation(len(scenario.services)))
    one = tables_of(scenario)
    other = tables_of(renumbered(scenario, order))
    expected = together(compiled.records(one, key(7, 1)))
    found = together(compiled.records(other, key(7, 1)))
    assert_same(without_numbers(expected, one), without_numbers(found, other), "order")


def without_numbers(tables: list[Table], model: Model) -> list[Table]:
    """Blank what is merely the number of a row."""
    for name in ("step", "service", "cause"):
        tables[0][name] = 0
    for name in ("service", "home", "wanted"):
        tables[1][name] = 0
    tables[1] = np.sort(tables[1], order=WITHOUT_NUMBERS)
    tables[4]["cause"] = 0
    return tables
