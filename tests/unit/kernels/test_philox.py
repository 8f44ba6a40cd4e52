"""Philox against its published answers and a naive twin; units, keys and lots."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config

from kernels.philox import block, key, lot, unit32, unit53

MASK = 2**32 - 1
words32 = st.integers(0, MASK)
whole64 = st.integers(-(2**63), 2**63 - 1)


def signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def naive_block(counter, keys):
    """Philox4x32-10 as in section 3.3 of the paper, in whole numbers."""
    c, k = list(counter), list(keys)
    for number in range(10):
        if number:
            k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
        high0, low0 = divmod(0xD2511F53 * c[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
    return tuple(c)


def naive_lot_backwards(drawn: int, k: int) -> int:
    """Undo lot: rounds in reverse, dividing by the multiplier modulo 2**32."""
    multiplier = 0xD256D193
    inverse = pow(multiplier, -1, 2**32)
    left, right = (drawn >> 32) & MASK, drawn & MASK
    low_key, high_key = k & MASK, (k >> 32) & MASK
    for number in reversed(range(10)):
        before = right * inverse % 2**32
        high = multiplier * before >> 32
        round_key = (low_key + number * 0x9E3779B9) % 2**32
        left, right = before, left ^ high ^ round_key
    return signed((right << 32) | (left ^ high_key))


PUBLISHED = [  # Random123 1.14, kat_vectors, philox4x32 10
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((MASK,) * 4, (MASK,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "keys", "answer"), PUBLISHED)
def test_blocks_have_the_published_answers(counter, keys, answer):
    whole_key = signed(keys[1] << 32 | keys[0])
    who = signed(counter[1] << 32 | counter[0])
    assert block(whole_key, who, counter[2], counter[3]) == answer
    assert naive_block(counter, keys) == answer


@given(whole64, whole64, words32, words32)
def test_blocks_are_those_of_the_naive_twin(whole_key, who, k, purpose):
    counter = (who & MASK, (who >> 32) & MASK, k, purpose)
    keys = (whole_key & MASK, (whole_key >> 32) & MASK)
    assert block(whole_key, who, k, purpose) == naive_block(counter, keys)


def test_numbers_from_tables_give_the_same_block_as_plain_ones():
    from_tables = block(np.int64(7), np.int64(2**62 + 1), np.int32(3), np.int32(1))
    assert from_tables == block(7, 2**62 + 1, 3, 1)


def test_the_visit_before_the_first_has_a_block_of_its_own():
    assert block(7, 1, -1, 0) == naive_block((1, 0, MASK, 0), (7, 0))


def test_units_are_never_0_or_1():
    assert unit53(0, 0) == 2.0**-53
    assert unit53(MASK, MASK) == 1.0 - 2.0**-53
    assert unit32(0) == 2.0**-33
    assert unit32(MASK) == 1.0 - 2.0**-33


@given(words32, words32)
def test_units_and_their_complements_are_exact(high, low):
    cell = (high << 20) | (low >> 12)
    u = unit53(high, low)
    assert u * 2.0**53 == 2 * cell + 1
    assert (1.0 - u) * 2.0**53 == 2**53 - 2 * cell - 1
    assert unit32(high) * 2.0**33 == 2 * high + 1


def test_units_of_blocks_are_uniform_and_independent():
    n = 2_000 if config.DISABLE_JIT else 20_000
    words = np.array([block(5, who, 0, 0) for who in range(n)])
    cells = np.zeros((8, 8))
    for w0, w1, w2, _ in words:
        cells[int(unit53(w0, w1) * 8), int(unit32(w2) * 8)] += 1
    # 63 degrees of freedom: 103.4 is exceeded once in a thousand times
    assert np.sum((cells - n / 64) ** 2 / (n / 64)) < 103.4
    shares = words / 2.0**32
    assert np.all(abs(np.corrcoef(shares.T) - np.eye(4)) < 4 / np.sqrt(n))


def test_neighbouring_seeds_and_replications_have_unrelated_keys():
    keys = {key(seed, number) for seed in range(30) for number in range(30)}
    assert len(keys) == 900
    bits = [
        bin((key(1, n) ^ key(1, n + 1)) & (2**64 - 1)).count("1") for n in range(60)
    ]
    assert 28 < np.mean(bits) < 36


def test_keys_are_words_of_a_block():
    w0, w1, _, _ = naive_block((3, 0, 0, MASK), (1, 0))
    assert key(1, 3) == signed(w0 << 32 | w1)


def test_a_lot_is_philox_2x32_in_its_published_form():
    # kat_vectors, philox2x32 10; with a high key word of 0 nothing is mixed in
    assert lot(0, 0) == signed(0xFF1DAE596CD10DF2)
    assert lot(0x13198A2E, signed(0x85A308D3_243F6A88)) == signed(0xDD7CE038_F62A4C12)


@given(whole64, whole64)
def test_a_lot_tells_who_drew_it(whole_key, who):
    drawn = lot(whole_key, who)
    assert -(2**63) <= drawn < 2**63
    assert naive_lot_backwards(drawn, whole_key) == who


def test_lots_are_fair_between_neighbours():
    n = 1_000 if config.DISABLE_JIT else 10_000
    firsts = sum(lot(9, 2 * who) < lot(9, 2 * who + 1) for who in range(n))
    assert abs(firsts - n / 2) < 4 * np.sqrt(n / 4)
