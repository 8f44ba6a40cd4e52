"""Waits and losses of a service in its steady state: Erlang's formulas.

Each takes arrays and returns arrays. Loads and numbers of servers need not be whole:
Erlang's loss formula is continued by the incomplete gamma function.

References
----------
D. L. Jagerman: Some properties of the Erlang loss function. Bell System Technical
Journal 53 (1974) 525-551, equation 1 (its continuous form).
L. Kleinrock: Queueing systems, volume 1 (1975), sections 3.4 to 3.7.
A. Mandelbaum, S. Zeltyn: Service engineering in action: the Palm/Erlang-A queue. In:
Advances in services innovations (2007), pages 17-45.
A. O. Allen: Probability, statistics, and queueing theory (1990), section 5.7 (the
correction of Allen and Cunneen); T. Kimura: Operations Research 34 (1986) 240-251.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, gammaln

Floats = NDArray[np.float64]
_LOST = 1e-290
"""Below this the incomplete gamma function has no digits left."""


def erlang_b(load: ArrayLike, servers: ArrayLike) -> Floats:
    """Return the share who are lost where nobody may wait (M/G/c/c).

    Parameters
    ----------
    load : array_like
        Offered load, erlangs.
    servers : array_like
        Above 0, not necessarily whole.

    Returns
    -------
    ndarray of float
    """
    a, c = np.broadcast_arrays(*_floats(load, servers))
    a = np.maximum(a, 1e-300)
    tail = gammaincc(c + 1.0, a)
    # Where the tail is lost to rounding, a is far above c, and 1 - c/a is exact.
    is_lost = tail < _LOST
    log = c * np.log(a) - a - gammaln(c + 1.0) - np.log(np.where(is_lost, 1.0, tail))
    return np.asarray(np.where(is_lost, 1.0 - c / a, np.exp(log)))


def erlang_c(load: ArrayLike, servers: ArrayLike) -> Floats:
    """Return the share who wait where everybody does (M/M/c); 1 without a steady state.

    Parameters
    ----------
    load, servers : array_like
        As for `erlang_b`.

    Returns
    -------
    ndarray of float
    """
    a, c = np.broadcast_arrays(*_floats(load, servers))
    lost, busy = erlang_b(a, c), np.minimum(a / c, 1.0)
    return np.asarray(lost / (1.0 - busy * (1.0 - lost)))


def wait_of_all(load: ArrayLike, servers: ArrayLike, stay: ArrayLike) -> Floats:
    """Return the mean wait of M/M/c, of those who do not wait as well.

    Parameters
    ----------
    load, servers : array_like
        As for `erlang_b`.
    stay : array_like
        Mean time of treatment.

    Returns
    -------
    ndarray of float
        In the unit of `stay`; infinite without a steady state.
    """
    a, c, s = np.broadcast_arrays(*_floats(load, servers, stay))
    spare = c - a
    waits = erlang_c(a, c) * s / np.where(spare > 0.0, spare, 1.0)
    return np.asarray(np.where(spare > 0.0, waits, np.inf))


def spread_factor(square_cv: ArrayLike) -> Floats:
    """Return by what the wait of M/M/c is multiplied for M/G/c.

    (1 + cv²) / 2, cv being that of the time of treatment: exact for one server, else an
    approximation (Allen and Cunneen; Kimura).

    Parameters
    ----------
    square_cv : array_like
        cv² of the time of treatment.

    Returns
    -------
    ndarray of float
    """
    (square,) = _floats(square_cv)
    return np.asarray((1.0 + square) / 2.0)


def erlang_a(
    load: ArrayLike, servers: ArrayLike, stay: ArrayLike, patience: ArrayLike
) -> tuple[Floats, Floats]:
    """Return who leaves unseen, and the mean wait, of M/M/c with patience (Erlang-A).

    P(wait) = A b / (1 + (A - 1) b), of those the share 1/(ρA) + 1 - 1/ρ leaves, where
    b is Erlang's loss, ρ = a/c and A = x eʸ y⁻ˣ γ(x, y) with x = cθ/s, y = aθ/s for a
    mean patience θ. The mean wait is the share who leave, times the mean patience.

    Parameters
    ----------
    load, servers, stay : array_like
        As for `wait_of_all`.
    patience : array_like
        Mean of the exponential time after which those in line leave.

    Returns
    -------
    left, wait : ndarray of float
        Share of all, and mean time in line of all (those who leave as well).
    """
    a, c, s, p = np.broadcast_arrays(*_floats(load, servers, stay, patience))
    a = np.maximum(a, 1e-12)
    lost, busy = erlang_b(a, c), a / c
    x, y = c * p / s, a * p / s
    part = gammainc(x, y)
    # Then y is far below x: lines are short, and hardly anybody's patience ends in one.
    is_patient = part < _LOST
    log = np.log(x) + y - x * np.log(y) + gammaln(x)
    log = log + np.log(np.where(is_patient, 1.0, part))
    ratio = np.exp(np.minimum(np.where(is_patient, 0.0, log), 600.0))
    waits = ratio * lost / (1.0 + (ratio - 1.0) * lost)
    left = waits * (1.0 / (busy * ratio) + 1.0 - 1.0 / busy)
    patient = wait_of_all(np.minimum(a, c * (1.0 - 1e-9)), c, s) / p
    left = np.clip(np.where(is_patient, patient, left), 0.0, 1.0)
    return left, left * p


def limited_line(
    load: ArrayLike, servers: ArrayLike, stay: ArrayLike, room: ArrayLike
) -> tuple[Floats, Floats]:
    """Return who is turned away, and the wait of the others, of M/M/c/c+K.

    Parameters
    ----------
    load, servers, stay : array_like
        As for `wait_of_all`.
    room : array_like
        How many may wait.

    Returns
    -------
    turned_away, wait : ndarray of float
    """
    a, c, s, k = np.broadcast_arrays(*_floats(load, servers, stay, room))
    busy, lost = a / c, erlang_b(a, c)
    near = np.abs(busy - 1.0) < 1e-9
    b = np.where(near, 1.0, busy)
    power = b**k
    # Chances of 1 to K in line, and their mean, beside that of all c busy and none.
    beyond = np.where(near, k, b * (1.0 - power) / np.where(near, 1.0, 1.0 - b))
    below = np.where(near, 1.0, 1.0 - b) ** 2
    length = b * (1.0 - (k + 1.0) * power + k * power * b) / below
    length = np.where(near, k * (k + 1.0) / 2.0, length)
    whole = 1.0 + lost * beyond
    away = lost * power / whole
    in_line = lost * length / whole
    accepted = np.maximum(a * (1.0 - away), 1e-300) / np.maximum(s, 1e-300)
    return np.asarray(away), np.asarray(in_line / np.minimum(accepted, 1e300))


def wait_for_slot(patients: ArrayLike, slots: ArrayLike) -> Floats:
    """Return the mean wait for one of evenly spaced slots, taken by who is first.

    Half a slot's distance until the next one, and the wait of M/D/1 behind those who
    came before: 1/(2s) + ρ / (2 s (1 - ρ)).

    Parameters
    ----------
    patients, slots : array_like
        Per unit of time.

    Returns
    -------
    ndarray of float
        In that unit of time; infinite without a steady state.
    """
    joined, s = np.broadcast_arrays(*_floats(patients, slots))
    spare = s - joined
    waits = (1.0 + joined / np.where(spare > 0.0, spare, 1.0)) / (2.0 * s)
    return np.asarray(np.where(spare > 0.0, waits, np.inf))


def _floats(*numbers: ArrayLike) -> list[Floats]:
    return [np.asarray(number, dtype=np.float64) for number in numbers]


def waits(length: Floats, called: Floats, gone: Floats) -> Floats:
    """Return how long somebody waits who joins lines of some length.

    Those before are called in or leave at the present rates: so many days until they
    are gone, dQ/dt = -called - θQ with θ = gone / Q.

    Parameters
    ----------
    length, called, gone : ndarray of float
        In line; called in, and leaving, a day.

    Returns
    -------
    ndarray of float
        Days; infinite where nobody is called in.
    """
    risk = gone / np.maximum(length, 1e-300)
    ratio = length / np.maximum(called, 1e-300)
    ratio = np.where(length <= 1e-9, 0.0, ratio)
    is_plain = risk * ratio < 1e-9
    found = np.log1p(risk * ratio) / np.where(is_plain, 1.0, risk)
    found = np.where(is_plain, ratio, found)
    return np.where((called <= 0.0) & (length > 1e-9), np.inf, found)
