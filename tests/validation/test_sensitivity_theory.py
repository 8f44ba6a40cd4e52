"""Single numbers that are moved: against exact differences and elementary effects."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from results.statistics.screening import screened
from scenarios.studies.inputs import uncertain_base, values_of
from scenarios.studies.moving import STEP, morris_study
from simulator.batch.batches import Asked
from simulator.sensitivity.asking import Wish, question
from simulator.sensitivity.effects import Bars, Screening
from simulator.sensitivity.playing import sensitivity
from tests.validation.formulas import MMc
from tests.validation.uncertain_shares import CUBE, DESK, FIRST_SEED, RATES, TIMES, WAIT

LEVELS = (0.0, 1 / 3, 2 / 3, 1.0)


def _value(u: np.ndarray) -> np.ndarray:
    """Return a function with a straight input, a bent one, and one that cancels out."""
    x, y, z = np.moveaxis(u, -1, 0)
    return 2 * x + np.exp(2 * y) + 6 * (z - 0.5) * (2 * y - 1)


def _counted() -> dict[str, tuple[float, float, float]]:
    """Return mean, mean size and standard deviation of all elementary effects."""
    found = {}
    for i, name in enumerate("xyz"):
        every = []
        for u in product(LEVELS, repeat=3):
            if u[i] < 0.5:
                low, high = np.array(u), np.array(u)
                high[i] += STEP
                every.append(float((_value(high) - _value(low)) / STEP))
        effects = np.array(every)
        sizes = effects.mean(), np.abs(effects).mean(), effects.std()
        found[f"services.{name}.takes"] = tuple(float(size) for size in sizes)
    return found


def test_trajectories_give_the_elementary_effects_that_are_counted_out(
    tmp_path: Path,
) -> None:
    file = tmp_path / "cube.yaml"
    file.write_text(CUBE, encoding="utf-8")
    made = morris_study(uncertain_base(file), 400, FIRST_SEED, 3)
    drawn = {v.name: (v.drawn, v.luck) for v in made.study.variants}
    random = np.random.default_rng(FIRST_SEED)
    # Luck of a trajectory is the same at all its points, but for a part of its own.
    shared = random.normal(size=(401, 3))
    values = {
        name: _value(np.array(values_of(texts, made.inputs)) - 1)
        + shared[luck]
        + 0.5 * random.normal(size=3)
        for name, (texts, luck) in drawn.items()
    }
    steps: dict[str, list[np.ndarray]] = {}
    for move in made.moves:
        difference = (values[move.high] - values[move.low]) / STEP
        steps.setdefault(move.name, []).append(difference)
    found = screened({name: np.array(rows) for name, rows in steps.items()})
    exact = _counted()
    for one in found:
        told = zip((one.mu, one.mu_star, one.sigma), exact[one.name], strict=True)
        for value, true in told:
            # Luck adds to the size of effects that are near zero, as is told beside it.
            room = one.of_luck * (value is one.mu_star)
            assert abs(value.mean - true) < 3 * (value.standard_error or 0.1) + room, (
                one.name
            )
    assert [one.shows for one in found] == [True] * 3


def _desk(folder: Path, **wish: object) -> Bars | Screening:
    file = folder / "desk.yaml"
    file.write_text(DESK, encoding="utf-8")
    asking = question(file, Wish(WAIT, **wish))  # type: ignore[arg-type]
    return sensitivity(asking, folder / "runs", Asked(seed=FIRST_SEED))


def test_bars_are_the_differences_that_erlang_gives(tmp_path: Path) -> None:
    found = _desk(tmp_path, replications=20)
    assert isinstance(found, Bars)

    def change(rate: float, time: float) -> float:
        return MMc(rate, time, 3).wait - MMc(2.1, 0.95, 3).wait

    exact = {
        RATES: (change(1.8, 0.95), change(2.4, 0.95)),
        TIMES: (change(2.1, 0.8), change(2.1, 1.1)),
    }
    for bar in found.bars:
        for side, true in zip((bar.low, bar.high), exact[bar.name], strict=True):
            error = side.change.standard_error
            assert error is not None
            assert abs(side.change.mean - true) < 3 * error, bar.name
    assert [bar.name for bar in found.bars] == [TIMES, RATES]
    assert all(
        s.verdict in ("falls", "rises") for b in found.bars for s in (b.low, b.high)
    )


@pytest.mark.validate
def test_elementary_effects_of_a_desk_are_those_of_erlang(tmp_path: Path) -> None:
    found = _desk(tmp_path, method="morris", trajectories=60, replications=8)
    assert isinstance(found, Screening)

    def wait(rate: float, time: float) -> float:
        return MMc(1.8 + 0.6 * rate, 0.8 + 0.3 * time, 3).wait

    lows = LEVELS[:2]
    exact = {
        RATES: np.mean([wait(u + STEP, v) - wait(u, v) for u in lows for v in LEVELS]),
        TIMES: np.mean([wait(u, v + STEP) - wait(u, v) for u in LEVELS for v in lows]),
    }
    for one in found.inputs:
        assert one.shows
        assert one.mu.standard_error is not None
        off = abs(one.mu.mean - exact[one.name] / STEP)
        assert off < 3 * one.mu.standard_error, one.name
