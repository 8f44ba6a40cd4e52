"""Logarithm, exponential and the normal law, by basic arithmetic alone.

The mathematics libraries of Windows, Linux and macOS differ in the last bit; sums,
products, quotients and square roots do not. What is here uses nothing else, so equal
seeds give equal bytes everywhere.

Polynomials and reductions of `log`, `exp` and `normal_cdf` are those of fdlibm
(e_log.c, e_exp.c, s_erf.c): "Copyright (C) 1993 by Sun Microsystems, Inc. All rights
reserved. Permission to use, copy, modify, and distribute this software is freely
granted, provided that this notice is preserved."

References
----------
fdlibm 5.3, https://www.netlib.org/fdlibm/
M. J. Wichura: Algorithm AS 241. The percentage points of the normal distribution.
Applied Statistics 37 (1988), 477-484. Routine PPND16.
W. Kahan's formulas for log1p and expm1, as given by N. J. Higham: Accuracy and
stability of numerical algorithms (2002), section 1.14.1.
"""

import math

import numpy as np

from kernels.jit import jit

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_PER_LN2 = 1.44269504088896338700e00
_MANTISSA = 0x000FFFFFFFFFFFFF
_LOW_HALF = 0xFFFFFFFF
_ONE = 0x3FF << 52
_ROOT_HALF = 0x3FE6A09E << 32  # sqrt(1/2), to 32 bits
_EXP_MOST = 709.782712893383973096
_EXP_LEAST = -745.13321910194110842


@jit
def log(x: float) -> float:
    """Return the natural logarithm, off by less than 1 ulp.

    Parameters
    ----------
    x : float
        Finite and not below 2**-1022.

    Returns
    -------
    float
    """
    bits = np.float64(x).view(np.int64) + (_ONE - _ROOT_HALF)
    k = float((bits >> 52) - 1023)
    f = np.int64((bits & _MANTISSA) + _ROOT_HALF).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (
        3.999999999940941908e-01
        + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)
    )
    odd = z * (
        6.666666666666735130e-01
        + w
        * (
            2.857142874366239149e-01
            + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
        )
    )
    half = 0.5 * f * f
    r = s * (half + (even + odd))
    return float(r + k * _LN2_LOW - half + f + k * _LN2_HIGH)


@jit
def exp(x: float) -> float:
    """Return e to the power of x, off by less than 1 ulp.

    Parameters
    ----------
    x : float
        Not NaN.

    Returns
    -------
    float
        Infinite above 709.78 and 0 below -745.13.
    """
    if x > _EXP_MOST:
        return np.inf
    if x < _EXP_LEAST:
        return 0.0
    k = int(_PER_LN2 * x + math.copysign(0.5, x))
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    t = r * r
    p = 4.13813679705723846039e-08
    p = -1.65339022054652515390e-06 + t * p
    p = 6.61375632143793436117e-05 + t * p
    p = -2.77777777770155933842e-03 + t * p
    p = 1.66666666666666019037e-01 + t * p
    c = r - t * p
    y = 1.0 + (r * c / (2.0 - c) - low + high)
    # In two steps, for the power of two of a subnormal or huge result is none itself.
    half = k >> 1
    return y * _power_of_two(half) * _power_of_two(k - half)


@jit
def log1p(x: float) -> float:
    """Return log(1 + x), off by a few ulp, also where x is tiny.

    Parameters
    ----------
    x : float
        Above -1.

    Returns
    -------
    float
    """
    u = 1.0 + x
    return x if u == 1.0 else log(u) * x / (u - 1.0)


@jit
def expm1(x: float) -> float:
    """Return exp(x) - 1, off by a few ulp, also where x is tiny.

    Parameters
    ----------
    x : float
        Not NaN.

    Returns
    -------
    float
    """
    u = exp(x)
    if u == 1.0:
        return x
    if u < 2.0**-53 or u > 2.0**53:
        return u - 1.0
    return (u - 1.0) * x / log(u)


@jit
def normal_quantile(p: float) -> float:
    """Return the value below which a share p of the standard normal law lies.

    Parameters
    ----------
    p : float
        Above 0 and below 1. For shares close to 1 use the mirror image, minus the
        quantile of the share above.

    Returns
    -------
    float
        With a relative error of about 1e-16 times a few.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ppnd_central(0.180625 - q * q)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    z = _ppnd_near(r - 1.6) if r <= 5.0 else _ppnd_far(r - 5.0)
    return -z if q < 0.0 else z


@jit
def normal_cdf(x: float) -> float:
    """Return the share of the standard normal law below a value.

    Parameters
    ----------
    x : float
        May be infinite.

    Returns
    -------
    float
        With a small relative error also far below 0; the share above is that of -x.
    """
    return 0.5 * _erfc(-x * 0.70710678118654752440)


@jit
def _power_of_two(k: int) -> float:
    """2.0 ** k for -1022 <= k <= 1023."""
    return float(np.int64((k + 1023) << 52).view(np.float64))


@jit
def _ppnd_central(r: float) -> float:
    """Quotient of AS 241 for 0.075 <= p <= 0.925."""
    a = 2.5090809287301226727e3
    a = a * r + 3.3430575583588128105e4
    a = a * r + 6.7265770927008700853e4
    a = a * r + 4.5921953931549871457e4
    a = a * r + 1.3731693765509461125e4
    a = a * r + 1.9715909503065514427e3
    a = a * r + 1.3314166789178437745e2
    a = a * r + 3.3871328727963666080e0
    b = 5.2264952788528545610e3
    b = b * r + 2.8729085735721942674e4
    b = b * r + 3.9307895800092710610e4
    b = b * r + 2.1213794301586595867e4
    b = b * r + 5.3941960214247511077e3
    b = b * r + 6.8718700749205790830e2
    b = b * r + 4.2313330701600911252e1
    return a / (b * r + 1.0)


@jit
def _ppnd_near(r: float) -> float:
    """Quotient of AS 241 for tails down to exp(-25)."""
    c = 7.74545014278341407640e-4
    c = c * r + 2.27238449892691845833e-2
    c = c * r + 2.41780725177450611770e-1
    c = c * r + 1.27045825245236838258e0
    c = c * r + 3.64784832476320460504e0
    c = c * r + 5.76949722146069140550e0
    c = c * r + 4.63033784615654529590e0
    c = c * r + 1.42343711074968357734e0
    d = 1.05075007164441684324e-9
    d = d * r + 5.47593808499534494600e-4
    d = d * r + 1.51986665636164571966e-2
    d = d * r + 1.48103976427480074590e-1
    d = d * r + 6.89767334985100004550e-1
    d = d * r + 1.67638483018380384940e0
    d = d * r + 2.05319162663775882187e0
    return c / (d * r + 1.0)


@jit
def _ppnd_far(r: float) -> float:
    """Quotient of AS 241 for tails below exp(-25)."""
    e = 2.01033439929228813265e-7
    e = e * r + 2.71155556874348757815e-5
    e = e * r + 1.24266094738807843860e-3
    e = e * r + 2.65321895265761230930e-2
    e = e * r + 2.96560571828504891230e-1
    e = e * r + 1.78482653991729133580e0
    e = e * r + 5.46378491116411436990e0
    e = e * r + 6.65790464350110377720e0
    f = 2.04426310338993978564e-15
    f = f * r + 1.42151175831644588870e-7
    f = f * r + 1.84631831751005468180e-5
    f = f * r + 7.86869131145613259100e-4
    f = f * r + 1.48753612908506148525e-2
    f = f * r + 1.36929880922735805310e-1
    f = f * r + 5.99832206555887937690e-1
    return e / (f * r + 1.0)


@jit
def _erfc(x: float) -> float:
    """Complementary error function."""
    size = abs(x)
    if size < 0.84375:
        return 1.0 - (x + x * _erf_ratio(x * x))
    if size < 1.25:
        tail = 1.0 - 8.45062911510467529297e-01 - _erfc_ratio_near_one(size - 1.0)
    else:
        tail = _erfc_tail(size)
    return 2.0 - tail if x < 0.0 else tail


@jit
def _erf_ratio(z: float) -> float:
    """Quotient of erf(x) / x - 1 for z = x * x below 0.84375 ** 2."""
    p = -2.37630166566501626084e-05
    p = p * z - 5.77027029648944159157e-03
    p = p * z - 2.84817495755985104766e-02
    p = p * z - 3.25042107247001499370e-01
    p = p * z + 1.28379167095512558561e-01
    q = -3.96022827877536812320e-06
    q = q * z + 1.32494738004321644526e-04
    q = q * z + 5.08130628187576562776e-03
    q = q * z + 6.50222499887672944485e-02
    q = q * z + 3.97917223959155352819e-01
    return p / (q * z + 1.0)


@jit
def _erfc_ratio_near_one(s: float) -> float:
    """Quotient of erf(1 + s) - erf(1), about, for -0.15625 <= s < 0.25."""
    p = -2.16637559486879084300e-03
    p = p * s + 3.54783043256182359371e-02
    p = p * s - 1.10894694282396677476e-01
    p = p * s + 3.18346619901161753674e-01
    p = p * s - 3.72207876035701323847e-01
    p = p * s + 4.14856118683748331666e-01
    p = p * s - 2.36211856075265944077e-03
    q = 1.19844998467991074170e-02
    q = q * s + 1.36370839120290507362e-02
    q = q * s + 1.26171219808761642112e-01
    q = q * s + 7.18286544141962662868e-02
    q = q * s + 5.40397917702171048937e-01
    q = q * s + 1.06420880400844228286e-01
    return p / (q * s + 1.0)


@jit
def _erfc_tail(x: float) -> float:
    """Complementary error function from 1.25 on."""
    if x > 28.0:
        return 0.0
    s = 1.0 / (x * x)
    ratio = _erfc_ratio_near(s) if x < 1.0 / 0.35 else _erfc_ratio_far(s)
    # The upper half of the digits has an exact square.
    z = np.int64(np.float64(x).view(np.int64) & ~_LOW_HALF).view(np.float64)
    return float(exp(-z * z - 0.5625) * exp((z - x) * (z + x) + ratio) / x)


@jit
def _erfc_ratio_near(s: float) -> float:
    """Quotient for 1.25 <= x < 1 / 0.35, s = 1 / x ** 2."""
    r = -9.81432934416914548592e00
    r = r * s - 8.12874355063065934246e01
    r = r * s - 1.84605092906711035994e02
    r = r * s - 1.62396669462573470355e02
    r = r * s - 6.23753324503260060396e01
    r = r * s - 1.05586262253232909814e01
    r = r * s - 6.93858572707181764372e-01
    r = r * s - 9.86494403484714822705e-03
    q = -6.04244152148580987438e-02
    q = q * s + 6.57024977031928170135e00
    q = q * s + 1.08635005541779435134e02
    q = q * s + 4.29008140027567833386e02
    q = q * s + 6.45387271733267880336e02
    q = q * s + 4.34565877475229228821e02
    q = q * s + 1.37657754143519042600e02
    q = q * s + 1.96512716674392571292e01
    return r / (q * s + 1.0)


@jit
def _erfc_ratio_far(s: float) -> float:
    """Quotient for 1 / 0.35 <= x < 28, s = 1 / x ** 2."""
    r = -4.83519191608651397019e02
    r = r * s - 1.02509513161107724954e03
    r = r * s - 6.37566443368389627722e02
    r = r * s - 1.60636384855821916062e02
    r = r * s - 1.77579549177547519889e01
    r = r * s - 7.99283237680523006574e-01
    r = r * s - 9.86494292470009928597e-03
    q = -2.24409524465858183362e01
    q = q * s + 4.74528541206955367215e02
    q = q * s + 2.55305040643316442583e03
    q = q * s + 3.19985821950859553908e03
    q = q * s + 1.53672958608443695994e03
    q = q * s + 3.25792512996573918826e02
    q = q * s + 3.03380607434824582924e01
    return r / (q * s + 1.0)
