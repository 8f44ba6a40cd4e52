"""Both engines play the same model to the last bit, whatever the order of facts."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.counting import tallies_of
from kernels.layout import Model, Records, Table
from kernels.levels import states
from kernels.philox import key
from scenarios.scenario import Scenario
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.features import SEEN, WITHOUT, Played
from tests.agreement.generator import Maker
from tests.agreement.written import Writer
from tests.conformance.accounts import check_accounts
from tests.conformance.histories import check_records

CHUNKS, MODELS = 2, 250
"""So many models in a chunk: 500 in all; `make validate` plays 20,000."""
LEAST_SEEN, LEAST_OTHERS = 5, 2
"""In how many models of a chunk each feature is, and makes a difference, at least."""
IS_REPEATABLE = settings.get_current_profile_name() == "repeatable"
FIRST = 0 if IS_REPEATABLE else secrets.randbelow(2**40)
"""The number of the first model; another one each time under another profile."""
SALTS = (0, 0x5555555555555555, 0x2AAAAAAAAAAAAAAB)
WITHOUT_NUMBERS = ["who", "visit", "reason", "since", "until", "units"]
SORTED_BY = (
    ["who", "visit", "part"],
    ["who", "visit", "reason", "service", "since", "until"],
    ["who", "clock", "since", "stopped"],
    ["who"],
    ["who", "visit", "cause"],
    ["rule", "opened", "closed"],
    ["who", "clock", "month"],
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


def scenario_of(seed: int, folder: Path) -> Scenario:
    """Return one of four sorts of models: built or written, with ties or without."""
    ties, is_written = bool(seed % 2), bool(seed // 2 % 2)
    if is_written:
        return Writer(seed // 4, ties=ties).scenario(folder)
    return Maker(seed // 4, ties=ties).scenario()


def check(seed: int, folder: Path, *, twice: bool = False) -> Played:
    """Play a model on both engines; return it, with what they wrote alike.

    The reference engine plays it with its simultaneous facts shuffled or, every other
    model of each sort, as they come; or both ways.
    """
    scenario = scenario_of(seed, folder)
    model = tables_of(scenario)
    luck = key(7, seed % 1000)
    shuffles = [np.random.default_rng(seed), None]
    first = seed // 4 % 2
    expected = together(Replica(model, luck, shuffles[first]).run())
    records = Records(*expected)
    check_records(model, luck, records)
    check_accounts(scenario, model, records, tallies_of(model, [records]))
    if twice:
        other = together(Replica(model, luck, shuffles[1 - first]).run())
        assert_same(expected, other, f"shuffled facts, model {seed}")
    for salt in SALTS:
        found = together(compiled.records(model, luck, salt))
        assert_same(expected, found, f"compiled, salt {salt}, model {seed}")
    return Played(scenario, model, luck, records)


class Census:
    """In how many models each feature occurs, and in how many it takes effect."""

    def __init__(self, models: int) -> None:
        self.models = models
        self.seen: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.others: Counter[str] = Counter()

    def count(self, played: Played) -> None:
        """Count a model; what it would be without a feature is played until enough."""
        self.seen.update(name for name, shows in SEEN.items() if shows(played))
        for name, without in WITHOUT.items():
            other = without(played.scenario)
            if other == played.scenario:
                continue
            self.written[name] += 1
            if self.others[name] < self.least(LEAST_OTHERS):
                self.others[name] += records_differ(other, played)

    def least(self, floor: int) -> int:
        """Return in how many of these models a feature must be."""
        return max(floor * self.models // MODELS, 1)

    def lost(self) -> list[str]:
        """Return the features that too few models have, or too few feel."""
        return [
            f"{what} {name}: {counts[name]}"
            for what, counts, names, floor in (
                ("seen", self.seen, SEEN, LEAST_SEEN),
                ("written", self.written, WITHOUT, LEAST_SEEN),
                ("without", self.others, WITHOUT, LEAST_OTHERS),
            )
            for name in names
            if counts[name] < self.least(floor)
        ]


def records_differ(other: Scenario, played: Played) -> bool:
    """Return whether another scenario leads to other records."""
    found = together(compiled.records(tables_of(other), played.luck))
    return any(
        len(one) != len(two) or bool((one != two).any())
        for one, two in zip(played.records, found, strict=True)
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engines_agree_and_no_feature_is_lost(chunk: int, tmp_path: Path) -> None:
    census = Census(MODELS)
    for seed in range(FIRST + chunk * MODELS, FIRST + (chunk + 1) * MODELS):
        census.count(check(seed, tmp_path))
    assert not census.lost()


@pytest.mark.validate
@pytest.mark.parametrize("chunk", range(40))
def test_engines_agree_on_twenty_thousand_models(chunk: int, tmp_path: Path) -> None:
    census = Census(500)
    for seed in range(chunk * 500, (chunk + 1) * 500):
        census.count(check(10**15 + seed, tmp_path, twice=True))
    assert not census.lost()


def test_a_lost_feature_is_noticed(tmp_path: Path) -> None:
    """The census of built models alone, which hold no sessions."""
    census = Census(4)
    for seed in (0, 1, 4, 5):
        census.count(check(seed, tmp_path))
    assert "seen sessions in slots: 0" in census.lost()
    assert "written sessions missed: 0" in census.lost()


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
    # Machines that are down stand after the states, by their service.
    last = states(model)
    tables[5]["rule"] = np.minimum(tables[5]["rule"], last)
    tables[5] = np.sort(tables[5], order=SORTED_BY[5])
    return tables
