"""Random numbers as a function of what they are for: Philox4x32-10.

A block of four 32-bit words belongs to (key, who, k, purpose): the key says which
replication, `who` which patient, k which visit, and `layout.P_VISIT` ... what for.
No order of asking and no number of workers can change it.

All words are held in int64 and masked after each product. So the same source gives
the same words compiled (where products wrap) and as plain Python (where they do not),
and unsigned integers, which numba turns into floats when it meets signed ones, never
occur.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy
as 1, 2, 3. SC11 (2011), section 3.3.
"""

from kernels.jit import jit

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
    k0, k1 = int(key) & _MASK, (int(key) >> 32) & _MASK
    c0, c1 = int(who) & _MASK, (int(who) >> 32) & _MASK
    c2, c3 = int(k) & _MASK, int(purpose) & _MASK
    for _ in range(10):
        even, odd = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0 = ((odd >> 32) & _MASK) ^ c1 ^ k0
        c2 = ((even >> 32) & _MASK) ^ c3 ^ k1
        c1, c3 = odd & _MASK, even & _MASK
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
    return _signed(high, low)


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
        product = left * _MULTIPLIER_2X32
        left = ((product >> 32) & _MASK) ^ k ^ right
        right = product & _MASK
        k = (k + _WEYL_0) & _MASK
    return _signed(left, right)


@jit
def _signed(high: int, low: int) -> int:
    """Join two words as an int64."""
    return ((high - ((high >> 31) << 32)) << 32) | low
