"""What is not known and luck, and the shares of inputs, against exact answers."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from results.statistics.decisions import worths
from results.statistics.shares import shares_of_surface
from results.statistics.surfaces import surface
from results.statistics.variances import split
from simulator.batch.batches import Asked
from simulator.uncertain.asking import Wish, question
from simulator.uncertain.outlook import Outlook
from simulator.uncertain.playing import uncertain
from tests.validation.uncertain_shares import (
    DESK,
    FIRST_SEED,
    LUCK,
    RATES,
    TIMES,
    WAIT,
    desk,
    desk_mean,
    desk_worth,
    drawn_desk,
    ishigami,
    played_ishigami,
)

WAYS = ("random", "latin_hypercube", "sobol", "saltelli")


@pytest.mark.parametrize("way", WAYS)
def test_shares_of_ishigami_are_those_in_closed_form(way: str, tmp_path: Path) -> None:
    exact = ishigami()
    found = played_ishigami(tmp_path, 512, way, FIRST_SEED)
    off = {"between": (found.split.between, exact.between)}
    off["luck"] = (found.split.within, LUCK**2)
    for share in found.shares.inputs:
        off[f"{share.name} first"] = (share.first, exact.first[share.name])
        off[f"{share.name} total"] = (share.total, exact.total[share.name])
    for name, (estimate, true) in off.items():
        assert estimate.standard_error is not None
        assert abs(estimate.mean - true) < 3 * estimate.standard_error + 1e-3, name


@pytest.mark.validate
@pytest.mark.parametrize("way", ["random", "saltelli"])
def test_shares_of_ishigami_hold_two_hundred_times(way: str, tmp_path: Path) -> None:
    exact, count = ishigami(), 200
    held: defaultdict[str, int] = defaultdict(int)
    means: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        found = played_ishigami(tmp_path, 300, way, seed)
        told = {"between": (found.split.between, exact.between)}
        told["luck"] = (found.split.within, LUCK**2)
        for share in found.shares.inputs:
            told[f"{share.name} first"] = (share.first, exact.first[share.name])
            told[f"{share.name} total"] = (share.total, exact.total[share.name])
        for name, (value, true) in told.items():
            assert value.low is not None
            assert value.high is not None
            held[name] += value.low <= true <= value.high
            means[name].append(value.mean - true)
    off = {n: (np.mean(v), np.std(v, ddof=1) / count**0.5) for n, v in means.items()}
    print(f"\n{way}: held of {count}: {dict(held)}; off: {off}")  # noqa: T201
    # The least that 93% would give but once in a thousand times.
    least = binom.ppf(0.001, count, 0.93)
    assert all(number >= least for number in held.values()), dict(held)
    for name, (bias, error) in off.items():
        size = exact.between if name == "between" else 1.0
        assert abs(bias) < 3 * error + 0.01 * size, name


def _desk(folder: Path, draws: int, replications: int, way: str) -> Outlook:
    file = folder / "desk.yaml"
    file.write_text(DESK, encoding="utf-8")
    wish = Wish([WAIT], [f"{WAIT} < 0.6 days"], None, None, draws, replications, way)
    return uncertain(question(file, wish), folder / way, Asked(seed=FIRST_SEED))


def _check_desk(found: Outlook) -> None:
    exact, (one,) = desk(), found.told
    assert one.shares is not None
    off = {"mean": (one.mean, desk_mean())}
    off["between"] = (one.split.between, exact.between)
    for share in one.shares.inputs:
        off[f"{share.name} first"] = (share.first, exact.first[share.name])
        off[f"{share.name} total"] = (share.total, exact.total[share.name])
    worths, true = found.decided[0].worths, desk_worth(0.6)
    assert worths is not None
    off["all"] = (worths.all_inputs, true["all"])
    for worth in worths.inputs:
        off[f"{worth.name} worth"] = (worth.value, true[worth.name])
    told = {n: (v.mean, v.standard_error, t) for n, (v, t) in off.items()}
    print(f"\n{told}")  # noqa: T201
    for name, (estimate, truth) in off.items():
        assert estimate.standard_error is not None
        assert abs(estimate.mean - truth) < 3 * estimate.standard_error, name


@pytest.mark.slow
def test_a_desk_of_unknown_load_is_what_erlang_says(tmp_path: Path) -> None:
    _check_desk(_desk(tmp_path, 60, 3, "random"))


@pytest.mark.validate
@pytest.mark.parametrize("way", ["random", "sobol", "saltelli"])
def test_a_desk_of_unknown_load_is_what_erlang_says_closely(
    way: str, tmp_path: Path
) -> None:
    _check_desk(_desk(tmp_path, 256, 8, way))


@pytest.mark.validate
def test_shares_and_worths_of_a_desk_hold_two_hundred_times() -> None:
    exact, true, count = desk(), desk_worth(0.6), 200
    held: defaultdict[str, int] = defaultdict(int)
    off: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        points, values, laws = drawn_desk(256, seed)
        shares = shares_of_surface(surface(laws, points, values.mean(axis=1)), values)
        assert shares is not None
        told = {"between": (split(values).between, exact.between)}
        for share in shares.inputs:
            told[f"{share.name} first"] = (share.first, exact.first[share.name])
            told[f"{share.name} total"] = (share.total, exact.total[share.name])
        gains = 0.6 - values.mean(axis=1)
        found = worths(surface(laws, points, gains), gains)
        told["all worth"] = (found.all_inputs, true["all"])
        for worth in found.inputs:
            told[f"{worth.name} worth"] = (worth.value, true[worth.name])
        for name, (value, truth) in told.items():
            assert value.low is not None
            assert value.high is not None
            held[name] += value.low <= truth <= value.high
            off[name].append(value.mean / truth - 1)
    means = {name: float(np.mean(values)) for name, values in off.items()}
    print(f"\nheld of {count}: {dict(held)}; off on average: {means}")  # noqa: T201
    least = binom.ppf(0.001, count, 0.92)
    assert all(number >= least for number in held.values()), dict(held)
    assert all(abs(mean) < 0.03 for mean in means.values()), means


def test_exact_shares_add_up() -> None:
    exact = desk()
    assert exact.first[RATES] + exact.first[TIMES] < 1
    assert exact.total[RATES] + exact.total[TIMES] > 1
