"""Shares of inputs and what they are worth, against answers worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from results.statistics.decisions import worths
from results.statistics.laws import Input, polynomials
from results.statistics.shares import shares_by_changing, shares_of_surface
from results.statistics.surfaces import least_draws, surface

SEED = 20_261_130
MIDDLES = (np.arange(1024) + 0.5) / 1024
UNIT = [Input(name, MIDDLES) for name in ("a", "b", "c")]


def test_polynomials_are_orthonormal_under_the_law_of_the_input() -> None:
    for grid in (
        MIDDLES,
        stats.triang(0.2, 3, 5).ppf(MIDDLES),
        np.repeat([8, 9, 10.0], 4),
    ):
        table = polynomials(grid).at(grid)
        square = table.T @ table / len(grid)
        assert square == pytest.approx(np.eye(len(square)), abs=1e-8)


def test_an_input_of_three_values_has_three_polynomials() -> None:
    assert len(polynomials(np.repeat([8, 9, 10.0], 4)).weights) == 3


def test_a_polynomial_is_found_and_its_shares_are_exact() -> None:
    x = np.random.default_rng(SEED).uniform(size=(80, 3))
    # With U uniform: Var(12 U) = 12, Var((6U - 3) x (6V - 3)) = 9, and nothing of c.
    y = 12 * x[:, 0] + (6 * x[:, 0] - 3) * (6 * x[:, 1] - 3)
    found = shares_of_surface(surface(UNIT, x, y), np.column_stack([y, y]))
    assert found is not None
    shares = {share.name: share for share in found.inputs}
    told = {n: (s.first.mean, s.total.mean) for n, s in shares.items()}
    assert told["a"] == pytest.approx((12 / 21, 1.0), abs=1e-6)
    assert told["b"] == pytest.approx((0.0, 9 / 21), abs=1e-6)
    assert told["c"] == pytest.approx((0.0, 0.0), abs=1e-6)
    assert found.left is not None
    assert found.left.mean == pytest.approx(0.0, abs=1e-6)
    assert next(iter(shares)) == "a"


def test_what_each_draw_would_change_is_that_of_fitting_without_it() -> None:
    random = np.random.default_rng(SEED)
    x = random.uniform(size=(30, 3))
    y = x.sum(axis=1) + random.normal(size=30)
    found = surface(UNIT, x, y)
    columns = found.columns(x)
    rest = np.delete(columns, 4, axis=0)
    weights = np.linalg.lstsq(rest, np.delete(y, 4), rcond=None)[0]
    assert found.without[4] == pytest.approx(weights)
    left = np.delete(y, 4) - rest @ weights
    spread = left @ left / (29 - len(weights))
    assert found.rest_without[4] == pytest.approx(spread)
    doubt = spread * np.diag(np.linalg.inv(rest.T @ rest))
    assert found.doubt_without[4] == pytest.approx(doubt)


def test_luck_is_not_shared_out() -> None:
    random = np.random.default_rng(SEED)
    told = []
    for _ in range(60):
        x = random.uniform(size=(100, 3))
        y = 12**0.5 * x[:, :1] + random.normal(size=(100, 2))
        found = shares_of_surface(surface(UNIT, x, y.mean(axis=1)), y)
        assert found is not None
        shares = {share.name: share for share in found.inputs}
        told.append([shares[n].first.mean for n in "abc"])
    means, errors = np.mean(told, axis=0), np.std(told, axis=0, ddof=1) / 60**0.5
    assert (np.abs(means - [1, 0, 0]) < 3 * errors + 0.01).all()


def test_nothing_above_luck_has_no_shares() -> None:
    random = np.random.default_rng(SEED)
    x = random.uniform(size=(50, 3))
    y = random.normal(size=(50, 4))
    assert shares_of_surface(surface(UNIT, x, y.mean(axis=1)), y) is None
    assert shares_by_changing(y, -y, {"a": y}) is None


def test_without_luck_changing_one_number_is_what_scipy_does() -> None:
    random = np.random.default_rng(SEED)
    a, b = random.uniform(size=(2, 512, 3))

    def f(x: np.ndarray) -> np.ndarray:
        return x[..., 0] + 2 * x[..., 1] ** 2 + x[..., 0] * x[..., 2]

    one = {}
    for i, name in enumerate("abc"):
        changed = a.copy()
        changed[:, i] = b[:, i]
        one[name] = f(changed)
    known = {
        "f_A": f(a)[None],
        "f_B": f(b)[None],
        "f_AB": np.array([v[None] for v in one.values()]),
    }
    scipys = stats.sobol_indices(func=known, n=512)
    twice = {name: np.column_stack([v, v]) for name, v in one.items()}
    found = shares_by_changing(
        np.column_stack([f(a)] * 2), np.column_stack([f(b)] * 2), twice
    )
    assert found is not None
    for share in found.inputs:
        place = "abc".index(share.name)
        # scipy divides by the variance of both sets as one, about their joint mean.
        assert share.first.mean == pytest.approx(scipys.first_order[place], abs=0.01)
        assert share.total.mean == pytest.approx(scipys.total_order[place], abs=0.01)


def test_too_few_draws_are_refused() -> None:
    assert least_draws(3) == 12
    with pytest.raises(ValueError, match="11 draws are too few for 3 inputs"):
        surface(UNIT, np.zeros((11, 3)), np.zeros(11))


def test_knowing_is_worth_what_the_integrals_say() -> None:
    # Δ = a + b/2 - 0.6 with uniform a and b. Of a uniform law from l < 0 to h > 0 the
    # mean of its positive part is h² / 2(h - l).
    exact = {
        "a": 0.65**2 / 2 - 0.15,  # E[Δ | a] lies between -0.35 and 0.65
        "b": 0.4**2 / 2 / 0.5 - 0.15,  # between -0.1 and 0.4
        "c": 0.0,
    }
    inner = lambda b: (0.4 + b / 2) ** 2 / 2  # noqa: E731  the mean over a, given b
    points = (np.arange(20_000) + 0.5) / 20_000
    whole = float(np.mean([inner(b) for b in points])) - 0.15
    wrong = float(np.mean(np.clip(0.6 - points / 2, 0, 1)))
    random = np.random.default_rng(SEED)
    told, known, wrongs = [], [], []
    for _ in range(25):
        x = random.uniform(size=(150, 3))
        gains = x[:, 0] + x[:, 1] / 2 - 0.6 + 0.1 * random.normal(size=150)
        found = worths(surface(UNIT, x, gains), gains)
        values = {worth.name: worth.value for worth in found.inputs}
        told.append([values[name].mean for name in "abc"])
        known.append(found.all_inputs.mean)
        wrongs.append(found.wrong)
        assert found.inputs[0].name == "a"
    means, errors = np.mean(told, axis=0), np.std(told, axis=0, ddof=1) / 25**0.5
    assert (np.abs(means - [exact[n] for n in "abc"]) < 3 * errors + 0.002).all()
    assert np.mean(known) == pytest.approx(whole, abs=0.006)
    assert np.mean(wrongs) == pytest.approx(wrong, abs=0.02)


def test_what_never_changes_the_decision_is_worth_nothing() -> None:
    x = np.random.default_rng(SEED).uniform(size=(50, 3))
    gains = np.maximum(x[:, 0] - 0.5, 0)
    found = worths(surface(UNIT, x, gains), gains)
    assert found.wrong == 0
    assert all(
        worth.value.mean == pytest.approx(0, abs=1e-12) for worth in found.inputs
    )
