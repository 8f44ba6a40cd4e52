"""Those who are there when a run begins, against naive twins and closed forms."""

import math

import numpy as np
import pytest
from numba.core import config

import scenarios
from kernels import layout as k
from kernels.laws import Laws, duration, laws_of, longer
from kernels.layout import DAY
from kernels.philox import key
from kernels.start import clocks_at, met, there, time_beyond, weighed
from scenarios.tables import model as tables_of

KEY = key(5, 2)
HEAD = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 4 weeks}
groups: {age: [child, adult]}
services:
  desk:
    kind: slots
    capacity: {Mon-Fri 09:00-17:00: 8}
    then: ward
    priority: 2
  ward: {kind: beds, capacity: 40, takes: TAKES}
demand:
  desk: {rate: 1 per day, who: {age: adult}}
clocks:
  wait: {start: joins desk, stop: starts ward, pause: ends desk, resume: joins ward}
  stay: {start: starts ward, stop: leaves}
"""
BANDS = "for: {0-6 weeks: 78%, 6-18 weeks: 19%, 18-30 weeks: rest}"
WHO = "who: {age: {child: 40%, adult: rest}}"
LAWS = {
    "fixed": "4 days",
    "exponential": "{law: exponential, mean: 4 days}",
    "gamma": "{law: gamma, mean: 4 days, cv: 0.7}",
    "lognormal": "{law: lognormal, mean: 4 days, cv: 1.2}",
    "uniform": "{law: uniform, lowest: 1 day, highest: 7 days}",
    "cut": "{law: gamma, mean: 4 days, cv: 0.7, at_least: 1 day, at_most: 9 days}",
    "observed": "{law: observed, values: [1 day, 3 days, 8 days]}",
    "mixture": (
        "{law: mixture, of: {short: {share: 70%, takes: {law: exponential, mean: "
        "1 day}}, long: {share: rest, takes: {law: gamma, mean: 11 days, cv: 0.5}}}}"
    ),
}

needs_compiler = pytest.mark.skipif(
    bool(config.DISABLE_JIT), reason="so many stays take long where nothing is compiled"
)
POINTS, CLOSE = (500, 0.05) if config.DISABLE_JIT else (40_000, 0.01)


def model_of(start: str, takes: str = "4 days", scale: str = "1:1") -> k.Model:
    text = HEAD.replace("TAKES", takes) + f"scale: {{ratio: {scale}}}\n"
    return tables_of(scenarios.parse(f"{text}start_state: {{{start}}}\n", "x"))


def waiting(number: int, scale: str = "1:1") -> k.Table:
    start = f"desk: {{waiting: {{number: {number}, {BANDS}, {WHO}}}}}"
    return there(model_of(start, scale=scale), KEY)


def law_of(takes: str) -> tuple[Laws, int]:
    model = model_of("", takes)
    return laws_of(model), int(model.steps["law"][1])


def in_treatment(number: int, takes: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how much has elapsed of stays, and what is left of them, in days."""
    start = f"ward: {{in_treatment: {{number: {number}, {WHO}}}}}"
    model = model_of(start, takes)
    found = there(model, KEY)
    elapsed = (model.begin - found["started"]) / DAY
    return elapsed, found["lasts"] / DAY - elapsed


def test_a_longer_list_has_the_people_of_a_shorter_one_and_more():
    shorter, longer_one = waiting(520), waiting(600)
    assert len(shorter) == 520
    assert len(longer_one) == 600
    kept = longer_one[np.isin(longer_one["who"], shorter["who"])]
    assert np.array_equal(kept, shorter)


def test_a_smaller_scale_has_some_of_the_people_of_a_larger_one():
    few = waiting(510, "1:20")
    assert len(few) == 26
    assert np.isin(few["who"], waiting(510)["who"]).all()


def test_ages_and_groups_are_shared_out_as_written():
    found = waiting(20_000)
    weeks = (model_of("").begin - found["joined"]) / (7 * DAY)
    assert np.mean(weeks < 6) == pytest.approx(0.78, abs=0.01)
    assert np.mean((weeks >= 6) & (weeks < 18)) == pytest.approx(0.19, abs=0.01)
    assert np.mean(weeks[weeks < 6]) == pytest.approx(3.0, abs=0.06)
    assert weeks.max() <= 30
    assert np.mean(found["group"] == 0) == pytest.approx(0.4, abs=0.015)
    assert (found["started"] == -1).all()
    assert (np.diff(found["joined"]) >= 0).all()


def test_everybody_has_waited_before_the_run():
    start = "desk: {waiting: {number: 5, for: {0 days: rest}, who: {age: child}}}"
    model = model_of(start)
    assert (there(model, KEY)["joined"] == model.begin - 1).all()


@needs_compiler
@pytest.mark.parametrize(("name", "takes"), LAWS.items())
def test_stays_are_met_in_proportion_to_their_length(name: str, takes: str):
    """Both what has elapsed and what is left have the mean E[X^2] / (2 E[X])."""
    laws, law = law_of(takes)
    luck = (np.arange(200_000) + 0.5) / 200_000
    stays = np.array([duration(laws, law, 0, u) for u in luck])
    mean = np.mean(stays**2) / (2 * np.mean(stays))
    error = 5 * np.sqrt(np.mean(stays**3) / (3 * np.mean(stays)) / 20_000)
    for times in in_treatment(20_000, takes):
        assert (times >= 0).all()
        assert np.mean(times) == pytest.approx(mean, abs=error)
        assert np.mean(times) == pytest.approx(mean, rel=0.04)


@needs_compiler
def test_exponential_stays_forget_what_has_elapsed():
    elapsed, left = in_treatment(20_000, LAWS["exponential"])
    for times in (elapsed, left):
        ordered = np.sort(1 - np.exp(-times / 4))
        assert np.abs(ordered - np.arange(20_000) / 20_000).max() < 0.012
    assert abs(np.corrcoef(elapsed, left)[0, 1]) < 0.03


@needs_compiler
def test_stays_of_one_length_are_met_anywhere():
    elapsed, left = in_treatment(20_000, LAWS["fixed"])
    assert elapsed + left == pytest.approx(4.0)
    assert np.abs(np.sort(elapsed) / 4 - np.arange(20_000) / 20_000).max() < 0.012


@pytest.mark.parametrize("name", ["exponential", "gamma", "lognormal", "uniform"])
def test_what_is_left_of_a_law_is_spread_over_all_luck(name: str):
    laws, law = law_of(LAWS[name])
    for elapsed in (0.5, 2.0, 5.0):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (
                (middle, high)
                if duration(laws, law, 0, middle) < elapsed
                else (low, middle)
            )
        for u in (0.01, 0.5, 0.99):
            expected = duration(laws, law, 0, low + u * (1 - low))
            found = longer(laws, law, 0, elapsed, u)
            assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["mixture", "observed", "cut"])
def test_any_law_is_drawn_given_that_it_lasts_so_long(name: str):
    laws, law = law_of(LAWS[name])
    luck = (np.arange(POINTS) + 0.5) / POINTS
    stays = np.array([duration(laws, law, 0, u) for u in luck])
    expected = np.sort(stays[stays >= 2.0])
    found = np.sort([longer(laws, law, 0, 2.0, u) for u in luck])
    assert found[0] >= 2.0
    for share in (0.1, 0.4, 0.9):
        one, other = np.quantile(expected, share), np.quantile(found, share)
        assert one == pytest.approx(other, rel=CLOSE)


def test_who_has_stayed_for_longer_than_the_law_can_give_leaves_at_once():
    laws, law = law_of(LAWS["fixed"])
    assert time_beyond(laws, law, 0, 9 * DAY, 0.3) == 9 * DAY
    assert time_beyond(laws, law, 0, 3 * DAY, 0.3) == 4 * DAY


def test_weights_add_up_to_the_mean():
    for takes in LAWS.values():
        laws, law = law_of(takes)
        sums = weighed(laws, law, 0)
        luck = (np.arange(POINTS) + 0.5) / POINTS
        mean = np.mean([duration(laws, law, 0, u) for u in luck])
        assert sums[-1] == pytest.approx(mean, rel=CLOSE)
        assert math.isfinite(met(laws, law, 0, sums, 1 - 2.0**-53))


def test_stays_end_at_hours_of_discharge():
    takes = "{law: exponential, mean: 4 days}, discharge_hours: {12:00-18:00: 100%}"
    start = f"ward: {{in_treatment: {{number: 300, {WHO}}}}}"
    model = model_of(start, takes)
    found = there(model, KEY)
    ends = (found["started"] + found["lasts"]) % DAY / DAY * 24
    assert ((ends >= 12) & (ends <= 18)).all()
    assert (found["started"] + found["lasts"] >= model.begin).all()


def test_rows_of_a_smaller_scale_are_there_at_a_larger_one():
    rows = [f"{1 + i % 300} days,{'adult' if i % 3 else 'child'}" for i in range(2000)]
    text = "\n".join(["waited,age", *rows]) + "\n"
    tree = HEAD.replace("TAKES", "4 days")
    tree += f"start_state:\n  desk:\n    waiting:\n      from_file: {text!r}\n"
    tree = tree.replace("'", '"')
    whole = there(tables_of(scenarios.parse(tree, "x")), KEY)
    part = scenarios.parse(f"{tree}scale: {{ratio: 1:4}}\n", "x")
    some = there(tables_of(part), KEY)
    assert len(whole) == len(np.unique(whole["who"])) == 2000
    assert len(some) == pytest.approx(500, abs=80)
    assert np.isin(some["who"], whole["who"]).all()
    other = there(tables_of(part), key(5, 3))
    assert not np.array_equal(other["who"], some["who"])


def test_clocks_have_gone_since_joining_or_starting():
    model = model_of("")
    row = np.zeros(1, k.THERE)
    row["joined"], row["started"], row["step"] = 100, -1, 0
    cells = np.full((2, 5), -1, dtype=np.int64)
    clocks_at(model.moment, model.moments, row[0], cells)
    assert cells[0].tolist() == [100, -1, 0, 0, 0]
    assert cells[1, 0] == -1
    row["started"], row["step"] = 300, 1
    cells = np.full((2, 5), -1, dtype=np.int64)
    clocks_at(model.moment, model.moments, row[0], cells)
    assert cells[:, 0].tolist() == [-1, 300]
