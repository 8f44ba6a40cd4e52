"""The checks of sums of money and of clocks find what they are there to find."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kernels import counting as counts_of
from kernels import layout, tallies
from kernels.layout import DAY, Model, Records
from kernels.philox import key
from kernels.tallies import Tallies
from scenarios.scenario import Price, Scenario
from scenarios.tables import model as tables_of
from simulator import compiled
from tests.agreement.written import Writer
from tests.conformance.accounts import check_accounts, spans

SEEDS = range(12)
Account = tuple[Scenario, Model, Records, Tallies]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> list[Account]:
    """Return generated files with prices, and what was tallied of each."""
    folder = tmp_path_factory.mktemp("written")
    return [account(seed, folder) for seed in SEEDS]


def account(seed: int, folder: Path) -> Account:
    scenario = Writer(seed, ties=bool(seed % 2)).scenario(folder)
    model = tables_of(scenario)
    chunks = compiled.records(model, key(7, seed))
    records = Records(*(np.concatenate(rows) for rows in zip(*chunks, strict=True)))
    return scenario, model, records, counts_of.tallies_of(model, [records])


def priced(scenario: Scenario) -> list[tuple[int, Price]]:
    """Return the prices of use that are never nought, and the rows of services."""
    return [
        (row, price)
        for row, service in enumerate(scenario.services)
        for price in service.costs
        if min(price.number.values) > 0
    ]


def more_used(per: str, column: int, more: int) -> Callable[[Account], Tallies | None]:
    """Return a damage that counts more where use has a price."""

    def damage(of: Account) -> Tallies | None:
        scenario, _, _, counted = of
        rows = [row for row, price in priced(scenario) if price.per == per]
        if not rows:
            return None
        counts = counted.counts.copy()
        counts[0, rows[0], 0, column] += more
        return counted._replace(counts=counts)

    return damage


def longer_open(of: Account) -> Tallies | None:
    """Count a rule as open for longer."""
    scenario, _, _, counted = of
    if not scenario.escalation:
        return None
    spells = counted.spells.copy()
    spells[0, 0, tallies.SPELL_TIME] += DAY
    return counted._replace(spells=spells)


def more_of_clocks(column: int) -> Callable[[Account], Tallies | None]:
    """Return a damage that counts one more, or a microsecond more, of a clock."""

    def damage(of: Account) -> Tallies | None:
        clocks = of[3].clocks.copy()
        clocks[0, -1, 0, column] += 1
        return of[3]._replace(clocks=clocks)

    return damage


def in_another_group(of: Account) -> Tallies | None:
    """Count a start for another group; everybody's number stays right."""
    scenario, _, _, counted = of
    counts = counted.counts.copy()
    for row, price in priced(scenario):
        starts = counts[0, row, :, tallies.STARTED]
        if price.per == "visit" and starts.min() < starts.max():
            most, least = starts.argmax(), starts.argmin()
            starts[most] -= 1
            starts[least] += 1
            return counted._replace(counts=counts)
    return None


DAMAGES = {
    "a start too many": more_used("visit", tallies.STARTED, 1),
    "a start of another group": in_another_group,
    "a minute in use too many": more_used("day", tallies.IN_USE, 60_000_000),
    "a rule open for too long": longer_open,
    "a clock that started": more_of_clocks(tallies.C_STARTED),
    "a clock that stopped": more_of_clocks(tallies.C_STOPPED),
    "a time of clocks": more_of_clocks(tallies.C_REST),
    "a pause of clocks": more_of_clocks(tallies.C_STOOD_REST),
    "a clock that runs": more_of_clocks(tallies.C_RUNNING),
    "a time so far": more_of_clocks(tallies.C_AGE_REST),
    "a clock that stands": more_of_clocks(tallies.C_PAUSED),
}


def test_sums_are_those_of_the_records(accounts: list[Account]) -> None:
    for scenario, model, records, counted in accounts:
        check_accounts(scenario, model, records, counted)


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found(what: str, accounts: list[Account]) -> None:
    tried = 0
    for scenario, model, records, counted in accounts:
        damaged = DAMAGES[what]((scenario, model, records, counted))
        if damaged is not None:
            tried += 1
            with pytest.raises(AssertionError):
                check_accounts(scenario, model, records, damaged)
    assert tried >= 3


def test_parts_between_pauses_make_one_clock(accounts: list[Account]) -> None:
    found = [span for of in accounts for span in spans(of[2].clocks)]
    assert len(found) < sum(len(of[2].clocks) for of in accounts)
    assert all(span.stood(int(layout.NEVER)) >= 0 for span in found)
