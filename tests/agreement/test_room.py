"""More room for patients changes nothing: it is given while a replication goes on."""

from pathlib import Path

import numpy as np
import pytest

from kernels import growth, initial, state
from kernels.layout import Model, Table
from kernels.philox import key
from kernels.tallies import Tallies
from scenarios.tables import model as tables_of
from simulator import compiled
from tests.agreement.test_agreement import assert_same, scenario_of, together

MODELS, FEW = 40, 16
"""For so many patients there is room at first."""


def played(model: Model, number: int) -> tuple[list[Table], Tallies]:
    luck = key(1, number)
    return together(compiled.records(model, luck)), compiled.tallied(model, luck)


def test_room_that_is_given_later_is_as_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [tables_of(scenario_of(seed, tmp_path)) for seed in range(MODELS)]
    expected = [played(model, seed) for seed, model in enumerate(models)]
    first, more = initial.state_of, growth._more_people
    grown: set[int] = set()

    def noted(now: state.State) -> state.State:
        grown.add(len(again))
        return more(now)

    monkeypatch.setattr(initial, "state_of", lambda m, _, rows: first(m, FEW, rows))
    monkeypatch.setattr(growth, "_more_people", noted)
    again: list[tuple[list[Table], Tallies]] = []
    for seed, model in enumerate(models):
        again.append(played(model, seed))
    for seed, (one, other) in enumerate(zip(expected, again, strict=True)):
        assert_same(one[0], other[0], f"seed {seed}")
        for a, b in zip(one[1][:-1], other[1][:-1], strict=True):
            assert np.array_equal(a, b), f"seed {seed}"
    assert len(grown) > MODELS // 2
