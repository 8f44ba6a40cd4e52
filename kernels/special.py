"""Incomplete gamma and beta functions and their inverses, by own arithmetic.

Shares come in pairs, below and above a value, because one of them may be too close to
1 to be told from it. Inverses take such a pair and solve for the smaller one.

References
----------
M. Abramowitz, I. A. Stegun: Handbook of mathematical functions (1964), 6.1.40
(Stirling), 6.5.29 and 6.5.31 (incomplete gamma), 26.5.4 (incomplete beta), 26.4.17
(Wilson and Hilferty).
W. J. Lentz: Generating Bessel functions in Mie scattering calculations using
continued fractions. Applied Optics 15 (1976), 668-671.
"""

import math

from kernels.elementary import exp, log, log1p, normal_cdf, normal_quantile
from kernels.jit import jit

Shares = tuple[float, float]

_HALF_LOG_TWO_PI = 0.91893853320467274178
_EPSILON = 2.0**-53
_TINY = 1e-300
_LARGE = 1e6  # from here on Wilson and Hilferty are off by 2e-9 at five sigma, at most
_TERMS = 100_000  # a limit never reached: some 10 sqrt(_LARGE) terms are the most
_STEPS = 100  # likewise: 4 to 8 are usual


@jit
def log_gamma(x: float) -> float:
    """Return the logarithm of the gamma function.

    Parameters
    ----------
    x : float
        Above 0.

    Returns
    -------
    float
        With an absolute error of some 1e-15, or relative where it is large.
    """
    product = 1.0
    while x < 8.0:
        product *= x
        x += 1.0
    z = 1.0 / (x * x)
    tail = -3617.0 / 122400.0
    tail = tail * z + 1.0 / 156.0
    tail = tail * z - 691.0 / 360360.0
    tail = tail * z + 1.0 / 1188.0
    tail = tail * z - 1.0 / 1680.0
    tail = tail * z + 1.0 / 1260.0
    tail = tail * z - 1.0 / 360.0
    tail = tail * z + 1.0 / 12.0
    return (x - 0.5) * log(x) - x + _HALF_LOG_TWO_PI + tail / x - log(product)


@jit
def gamma_shares(shape: float, x: float) -> Shares:
    """Return the shares of the gamma law of scale 1 below and above a value.

    Parameters
    ----------
    shape : float
        Above 0.
    x : float
        May be infinite.

    Returns
    -------
    tuple of float
        Below and above; the smaller one has a small relative error.

    Notes
    -----
    Shapes above a million (a cv below 0.1%) take the formula of Wilson and Hilferty.
    """
    if x <= 0.0:
        return 0.0, 1.0
    if x > 1e300:
        return 1.0, 0.0
    if shape > _LARGE:
        z = 3.0 * math.sqrt(shape) * (exp(log(x / shape) / 3.0) - 1.0)
        z += 1.0 / (3.0 * math.sqrt(shape))
        return normal_cdf(z), normal_cdf(-z)
    if x < shape + 1.0:
        below = _gamma_density(shape, x) / shape * _gamma_series(shape, x)
        return below, 1.0 - below
    above = _gamma_density(shape, x) * _gamma_fraction(shape, x)
    return 1.0 - above, above


@jit
def gamma_quantile(shape: float, p: float, q: float) -> float:
    """Return the value of the gamma law of scale 1 with given shares on its sides.

    Parameters
    ----------
    shape : float
        Above 0.
    p, q : float
        Shares below and above, both above 0.

    Returns
    -------
    float
        Solved to a relative error of about 1e-13; 0 where it is below 1e-300.

    Notes
    -----
    The logarithms of both shares are concave in the logarithm y of the value. So
    Newton's method, after at most one step too far, nears the root from one side.
    """
    y = _gamma_start(shape, p, q)
    if y < -690.0 or shape > _LARGE:
        return exp(y)
    for _ in range(_STEPS):
        x = exp(y)
        below, above = gamma_shares(shape, x)
        density = _gamma_density(shape, x)
        step = _newton_step(p, q, below / density, above / density, density)
        y += step
        if abs(step) < 1e-8:  # the error left is of the order of its square
            break
    return exp(y)


@jit
def beta_shares(a: float, b: float, x: float) -> Shares:
    """Return the shares of the beta law below and above a value.

    Parameters
    ----------
    a, b : float
        At least 1.
    x : float

    Returns
    -------
    tuple of float
        Below and above; the smaller one has a small relative error.
    """
    if x <= 0.0:
        return 0.0, 1.0
    if x >= 1.0:
        return 1.0, 0.0
    if x * (a + b + 2.0) < a + 1.0:
        below = _beta_below(a, b, x, 1.0 - x)
        return below, 1.0 - below
    above = _beta_below(b, a, 1.0 - x, x)
    return 1.0 - above, above


@jit
def beta_quantile(a: float, b: float, p: float, q: float) -> float:
    """Return the value of the beta law with given shares on its sides.

    Parameters
    ----------
    a, b : float
        At least 1.
    p, q : float
        Shares below and above, both above 0.

    Returns
    -------
    float
        Solved as in `gamma_quantile`, from below.
    """
    if p > q:
        return 1.0 - _beta_low_quantile(b, a, q)
    return _beta_low_quantile(a, b, p)


@jit
def _gamma_density(shape: float, x: float) -> float:
    """Density times x, in other words the density of the logarithm."""
    return exp(shape * log(x) - x - log_gamma(shape))


@jit
def _gamma_series(shape: float, x: float) -> float:
    """Series 6.5.29, 1 + x / (shape + 1) + ..."""
    term = total = 1.0
    for n in range(1, _TERMS):
        term *= x / (shape + n)
        total += term
        if term < total * _EPSILON:
            break
    return total


@jit
def _gamma_fraction(shape: float, x: float) -> float:
    """Continued fraction 6.5.31 in its even form, by Lentz's method."""
    b = x + 1.0 - shape
    c = 1.0 / _TINY
    d = 1.0 / b
    total = d
    for n in range(1, _TERMS):
        numerator = n * (shape - n)
        b += 2.0
        d = 1.0 / _not_zero(numerator * d + b)
        c = _not_zero(b + numerator / c)
        total *= c * d
        if abs(c * d - 1.0) < 2.0 * _EPSILON:
            break
    return total


@jit
def _not_zero(x: float) -> float:
    """Give the number, or something tiny in place of 0."""
    return x if abs(x) > _TINY else _TINY


@jit
def _gamma_start(shape: float, p: float, q: float) -> float:
    """Logarithm of a first value: by Wilson and Hilferty, or a bound from below."""
    z = normal_quantile(p) if p < q else -normal_quantile(q)
    root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * math.sqrt(shape))
    bound = (log(p) + log_gamma(shape + 1.0)) / shape
    if root <= _TINY:
        return bound
    return max(bound, log(shape) + 3.0 * log(root))


@jit
def _newton_step(
    p: float, q: float, below: float, above: float, density: float
) -> float:
    """Newton's step on the logarithm of the smaller share, at most 1 long.

    `below` and `above` are shares divided by the density.
    """
    if p < q:
        step = (log(p) - log(below * density)) * below
    else:
        step = (log(above * density) - log(q)) * above
    return min(max(step, -1.0), 1.0)


@jit
def _beta_below(a: float, b: float, x: float, rest: float) -> float:
    """Share below x = 1 - rest, by the hypergeometric series of 26.5.4."""
    term = total = 1.0
    for n in range(_TERMS):
        term *= x * (a + b + n) / (a + 1.0 + n)
        total += term
        if term < total * _EPSILON:
            break
    return exp(a * log(x) + b * log(rest) - _log_beta(a, b)) / a * total


@jit
def _beta_low_quantile(a: float, b: float, p: float) -> float:
    """Value with share p below, for p up to one half."""
    log_beta = _log_beta(a, b)
    y = (log(p) + log(a) + log_beta) / a
    for _ in range(_STEPS):
        x = exp(y)
        below, _above = beta_shares(a, b, x)
        density = exp(a * y + (b - 1.0) * log1p(-x) - log_beta)
        step = (log(p) - log(below)) * below / density
        y += step
        if abs(step) < 1e-8:
            break
    return exp(y)


@jit
def _log_beta(a: float, b: float) -> float:
    """Logarithm of the beta function."""
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)
