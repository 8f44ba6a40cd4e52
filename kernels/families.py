"""The plain laws of random times: quantiles and shares, family by family.

A law as planners write it (mean and sd, mean and cv, ...) is first brought into the
`Plain` form of its family; everything else works on that. Shares come in pairs, below
and above a value, as in `special`.

The dispatch by family is a chain of tests, which compiles to a jump, so some functions
return in many places.

References
----------
N. L. Johnson, S. Kotz, N. Balakrishnan: Continuous univariate distributions (1994,
1995), chapters 13, 14, 17, 19, 21, 25 and 26. PERT is their beta law scaled to its
range, with the weight 4 of D. G. Malcolm et al., Operations Research 7 (1959).
"""

import math
from typing import NamedTuple

import numpy as np

from kernels.elementary import exp, expm1, log, log1p, normal_cdf, normal_quantile
from kernels.jit import jit
from kernels.layout import (
    L_CV_GAMMA,
    L_CV_LOGNORMAL,
    L_CV_NORMAL,
    L_EXPONENTIAL,
    L_FIXED,
    L_GAMMA,
    L_LOGNORMAL,
    L_LOGNORMAL_MEDIAN,
    L_NORMAL,
    L_PERT,
    L_TRIANGULAR,
    L_UNIFORM,
    L_WEIBULL,
)
from kernels.special import (
    Shares,
    beta_quantile,
    beta_shares,
    gamma_quantile,
    gamma_shares,
    log_gamma,
)


class Plain(NamedTuple):
    """A law by its family and the parameters that its formulas need.

    ============ ======= ============= =========
    family       x       y             z
    ============ ======= ============= =========
    fixed        value
    exponential  mean
    lognormal    median  sd of the log
    gamma        scale   shape
    normal       mean    sd
    weibull      scale   1 / shape
    uniform      lowest                highest
    triangular   lowest  most likely   highest
    pert         lowest  most likely   highest
    ============ ======= ============= =========
    """

    family: int
    """L_FIXED, L_EXPONENTIAL, L_LOGNORMAL, L_GAMMA, L_NORMAL, L_WEIBULL, L_UNIFORM,
    L_TRIANGULAR or L_PERT."""
    x: float
    y: float
    z: float


@jit
def plain(kind: int, a: float, b: float, c: float) -> Plain:  # noqa: PLR0911
    """Return the plain form of a law.

    Parameters
    ----------
    kind : int
        A kind of `layout`, neither mixture nor observed.
    a, b, c : float
        As written in `layout.LAW`.

    Returns
    -------
    Plain
        A law without spread, or one of positive times whose mean is 0, is fixed.
    """
    if kind in (L_LOGNORMAL, L_CV_LOGNORMAL, L_LOGNORMAL_MEDIAN):
        return lognormal(kind, a, b)
    if kind == L_UNIFORM:
        return _ranged(L_UNIFORM, a, a, b)
    if kind == L_TRIANGULAR:
        return _ranged(L_TRIANGULAR, a, b, c)
    if kind == L_PERT:
        return _ranged(L_PERT, a, b, c)
    if kind in (L_NORMAL, L_CV_NORMAL):
        sd = b if kind == L_NORMAL else a * b
        return Plain(L_NORMAL, a, sd, 0.0) if sd > 0.0 else _fixed(a)
    if kind == L_FIXED or a <= 0.0:
        return _fixed(a)
    if kind == L_EXPONENTIAL:
        return Plain(L_EXPONENTIAL, a, 0.0, 0.0)
    cv = b / a if kind in (L_GAMMA, L_WEIBULL) else b
    if cv <= 0.0:
        return _fixed(a)
    if kind in (L_GAMMA, L_CV_GAMMA):
        return Plain(L_GAMMA, a * cv * cv, 1.0 / (cv * cv), 0.0)
    power = _weibull_power(cv)
    return Plain(L_WEIBULL, a * exp(-log_gamma(1.0 + power)), power, 0.0)


@jit
def lognormal(kind: int, a: float, b: float) -> Plain:
    """Return the plain form of a lognormal law.

    Parameters
    ----------
    kind : int
        L_LOGNORMAL, L_CV_LOGNORMAL or L_LOGNORMAL_MEDIAN.
    a : float
        Mean.
    b : float
        Sd, cv or median.

    Returns
    -------
    Plain
        Fixed at the mean where there is no spread.
    """
    if a <= 0.0 or b <= 0.0:
        return _fixed(a)
    if kind == L_LOGNORMAL_MEDIAN:
        if b >= a:
            return _fixed(a)
        return Plain(L_LOGNORMAL, b, math.sqrt(2.0 * log(a / b)), 0.0)
    cv = b / a if kind == L_LOGNORMAL else b
    square = 1.0 + cv * cv
    return Plain(L_LOGNORMAL, a / math.sqrt(square), math.sqrt(log(square)), 0.0)


@jit
def mean_of(law: Plain) -> float:  # noqa: PLR0911
    """Return the mean of an uncut law.

    Parameters
    ----------
    law : Plain

    Returns
    -------
    float
        In the unit of the law.
    """
    family, x, y, z = law
    if family == L_LOGNORMAL:
        return x * exp(0.5 * y * y)
    if family == L_GAMMA:
        return x * y
    if family == L_WEIBULL:
        return x * exp(log_gamma(1.0 + y))
    if family == L_UNIFORM:
        return 0.5 * (x + z)
    if family == L_TRIANGULAR:
        return (x + y + z) / 3.0
    if family == L_PERT:
        return (x + 4.0 * y + z) / 6.0
    return x


@jit
def lowest_of(law: Plain) -> float:
    """Return the lower end of a law's values.

    Parameters
    ----------
    law : Plain

    Returns
    -------
    float
        Minus infinity for the normal law.
    """
    if law.family == L_NORMAL:
        return -np.inf
    bounded = law.family in (L_FIXED, L_UNIFORM, L_TRIANGULAR, L_PERT)
    return law.x if bounded else 0.0


@jit
def highest_of(law: Plain) -> float:
    """Return the upper end of a law's values.

    Parameters
    ----------
    law : Plain

    Returns
    -------
    float
        Infinity for laws that have none.
    """
    if law.family == L_FIXED:
        return law.x
    return law.z if law.family in (L_UNIFORM, L_TRIANGULAR, L_PERT) else np.inf


@jit
def quantile(law: Plain, p: float, q: float) -> float:  # noqa: PLR0911
    """Return the value of a law with given shares on its sides.

    Parameters
    ----------
    law : Plain
    p, q : float
        Shares below and above, adding up to 1; the smaller one counts.

    Returns
    -------
    float
        In the unit of the law; an end of its values where a share is 0.
    """
    if p <= 0.0:
        return lowest_of(law)
    if q <= 0.0:
        return highest_of(law)
    family, x, y, z = law
    if family == L_EXPONENTIAL:
        return x * _minus_log(p, q)
    if family == L_LOGNORMAL:
        return x * exp(y * _normal(p, q))
    if family == L_GAMMA:
        return x * gamma_quantile(y, p, q)
    if family == L_NORMAL:
        return x + y * _normal(p, q)
    if family == L_WEIBULL:
        return x * exp(y * log(_minus_log(p, q)))
    if family == L_UNIFORM:
        return x + p * (z - x)
    if family == L_TRIANGULAR:
        return _triangular(law, p, q)
    if family == L_PERT:
        first, second = _pert_powers(law)
        return x + (z - x) * beta_quantile(first, second, p, q)
    return x


@jit
def shares(law: Plain, value: float) -> Shares:  # noqa: PLR0911
    """Return the shares of a law below and above a value.

    Parameters
    ----------
    law : Plain
    value : float
        May be infinite.

    Returns
    -------
    tuple of float
        Below and above; the smaller one has a small relative error.
    """
    if value <= lowest_of(law):
        return 0.0, 1.0
    if value >= highest_of(law):
        return 1.0, 0.0
    family, x, y, z = law
    if family == L_EXPONENTIAL:
        return _exponential_shares(value / x)
    if family == L_LOGNORMAL:
        return _normal_shares(log(value / x) / y)
    if family == L_GAMMA:
        return gamma_shares(y, value / x)
    if family == L_NORMAL:
        return _normal_shares((value - x) / y)
    if family == L_WEIBULL:
        return _exponential_shares(exp(log(value / x) / y))
    if family == L_TRIANGULAR:
        return _triangular_shares(law, value)
    if family == L_PERT:
        first, second = _pert_powers(law)
        return beta_shares(first, second, (value - x) / (z - x))
    return (value - x) / (z - x), (z - value) / (z - x)


@jit
def _fixed(value: float) -> Plain:
    """Law of one value."""
    return Plain(L_FIXED, value, 0.0, 0.0)


@jit
def _ranged(family: int, low: float, top: float, high: float) -> Plain:
    """Law between a lowest and a highest value."""
    if high <= low:
        return _fixed(low)
    return Plain(family, low, min(max(top, low), high), high)


@jit
def _normal(p: float, q: float) -> float:
    """Quantile of the standard normal law, by the smaller share."""
    return normal_quantile(p) if p < q else -normal_quantile(q)


@jit
def _normal_shares(z: float) -> Shares:
    """Shares of the standard normal law."""
    return normal_cdf(z), normal_cdf(-z)


@jit
def _minus_log(p: float, q: float) -> float:
    """-log(q), by the smaller share, unless q is 1 - p exactly."""
    return -log1p(-p) if p < q and 1.0 - q != p else -log(q)


@jit
def _exponential_shares(t: float) -> Shares:
    """Shares of the exponential law of mean 1."""
    return -expm1(-t), exp(-t)


@jit
def _triangular(law: Plain, p: float, q: float) -> float:
    """Quantile of the triangular law, from the nearer end."""
    _, low, top, high = law
    width = high - low
    if p * width < top - low:
        return low + math.sqrt(p * width * (top - low))
    return high - math.sqrt(q * width * (high - top))


@jit
def _triangular_shares(law: Plain, value: float) -> Shares:
    """Shares of the triangular law."""
    _, low, top, high = law
    if value < top:
        below = (value - low) ** 2 / ((high - low) * (top - low))
        return below, 1.0 - below
    above = (high - value) ** 2 / ((high - low) * (high - top))
    return 1.0 - above, above


@jit
def _pert_powers(law: Plain) -> Shares:
    """Both powers of the beta law behind PERT."""
    _, low, top, high = law
    width = high - low
    return 1.0 + 4.0 * (top - low) / width, 1.0 + 4.0 * (high - top) / width


@jit
def _weibull_power(cv: float) -> float:
    """1 / shape, solved by secants: the root of the gap is almost a straight line."""
    target = math.sqrt(log1p(cv * cv))
    before, power = 0.75 * target, 1.25 * target
    gap_before = _weibull_spread(before) - target
    for _ in range(60):
        gap = _weibull_spread(power) - target
        if gap == gap_before or abs(gap) < 1e-14 * target:
            break
        step = gap * (power - before) / (gap - gap_before)
        before, gap_before = power, gap
        power -= step
        if abs(step) < 1e-14 * power:
            break
    return power


@jit
def _weibull_spread(power: float) -> float:
    """Square root of log(1 + cv ** 2)."""
    twice = log_gamma(1.0 + 2.0 * power) - 2.0 * log_gamma(1.0 + power)
    return math.sqrt(max(twice, 0.0))
