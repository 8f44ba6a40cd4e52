"""Random numbers as a function of what they are for: Philox4x32-10.

A block of four 32-bit words belongs to (key, who, k, purpose): the key says which
replication, `who` which patient, k which visit, and `layout.P_VISIT` ... what for.
No order of asking and no number of workers can change it.

Words are held in int64. Only products are unsigned: numba lets LLVM assume that signed
ones never overflow (and gave wrong lots for it), and it turns unsigned numbers into
floats where they meet signed ones.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy
as 1, 2, 3. SC11 (2011), section 3.3.
"""

import numpy as np

from kernels.jit import inlined, jit

Words = tuple[int, int, int, int]

_MASK = 0xFFFFFFFF
_MULTIPLIER_0 = 0xD2511F53
_MULTIPLIER_1 = 0xCD9E8D57
_MULTIPLIER_2X32 = 0xD256D193
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_KEY_PURPOSE = _MASK  # far from the purposes of layout


@jit
def block(key: int, who: int, k: int, purpose: int) -> Words:
    """Return the four random words of a purpose.

    Parameters
    ----------
    key : int64
        From `key`.
    who : int64
        Identity of the patient.
    k : int64
        Which visit or candidate, below 2**32.
    purpose : int64
        A purpose of `layout`, below 2**32.

    Returns
    -------
    tuple of int64, shape (4,)
        Words of 32 bits, 0 to 2**32 - 1.
    """
    return rounds(key, who, k, purpose)


@inlined
def rounds(key: int, who: int, k: int, purpose: int) -> Words:
    """Return what `block` does, as a part of a loop that draws many blocks."""
    k0, k1 = int(key) & _MASK, (int(key) >> 32) & _MASK
    c0, c1 = int(who) & _MASK, (int(who) >> 32) & _MASK
    c2, c3 = int(k) & _MASK, int(purpose) & _MASK
    for _ in range(10):
        high_0, low_0 = _product(_MULTIPLIER_0, c0)
        high_1, low_1 = _product(_MULTIPLIER_1, c2)
        c0, c1 = high_1 ^ c1 ^ k0, low_1
        c2, c3 = high_0 ^ c3 ^ k1, low_0
        k0, k1 = (k0 + _WEYL_0) & _MASK, (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3


@jit
def unit53(high: int, low: int) -> float:
    """Return a number between 0 and 1, both excluded, from two words.

    Parameters
    ----------
    high, low : int64
        Words of a block. The lowest 12 bits of `low` are not used.

    Returns
    -------
    float
        An odd multiple of 2**-53, so the centre of one of 2**52 equal cells; it and
        1 - it are exact. (Cells of half the width would round up to 1.)
    """
    return float(2 * ((high << 20) | (low >> 12)) + 1) * 2.0**-53


@jit
def unit32(word: int) -> float:
    """Return a number between 0 and 1, both excluded, from one word.

    Parameters
    ----------
    word : int64
        Word of a block.

    Returns
    -------
    float
        An odd multiple of 2**-33, so the centre of one of 2**32 equal cells.
    """
    return float(2 * word + 1) * 2.0**-33


@jit
def key(seed: int, replication: int) -> int:
    """Return the key of a replication.

    Parameters
    ----------
    seed : int64
        As written in the scenario.
    replication : int64
        From 0.

    Returns
    -------
    int64
        Two words of a block, so neighbouring seeds have unrelated keys.
    """
    high, low, _, _ = block(seed, replication, 0, _KEY_PURPOSE)
    return signed(high, low)


@jit
def lot(key: int, who: int) -> int:
    """Return a patient's lot: who comes first among those who are otherwise equal.

    Parameters
    ----------
    key : int64
        From `key`.
    who : int64
        Identity of the patient.

    Returns
    -------
    int64
        Different for different patients: Philox2x32-10 maps the 64 bits of `who` one
        to one, under the low word of the key; the high word is mixed in before.
    """
    k = int(key) & _MASK
    left = (int(who) ^ (int(key) >> 32)) & _MASK
    right = (int(who) >> 32) & _MASK
    for _ in range(10):
        high, low = _product(_MULTIPLIER_2X32, left)
        left, right = high ^ k ^ right, low
        k = (k + _WEYL_0) & _MASK
    return signed(left, right)


@jit
def _product(a: int, b: int) -> tuple[int, int]:
    """High and low word of the product of two words."""
    product = np.uint64(a) * np.uint64(b)
    high, low = np.int64(product >> np.uint64(32)), np.int64(product & np.uint64(_MASK))
    return int(high), int(low)


@jit
def signed(high: int, low: int) -> int:
    """Join two words as an int64."""
    return ((high - ((high >> 31) << 32)) << 32) | low
