"""Our formulas and chains against the figures of the validation pack."""

import math

import pytest

from tests.validation.chains import in_groups, promoted
from tests.validation.formulas import MMc, erlang_b, exponential
from tests.validation.preemption import Broken, interrupting, preempting, repeated
from tests.validation.wards import (
    Exchange,
    Outliers,
    Repatriated,
    Surge,
    Tandem,
    fenced,
    held_beds,
    kaufman_roberts,
    reserved,
    saturated_line,
    theatres,
)


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=1e-8)


def test_interrupting_and_resuming() -> None:
    """T15a, T37a."""
    times = preempting([(0.3, exponential(1)), (0.4, exponential(1.25))])
    assert tuple(times) == close(1.42857142857, 8.39285714286)
    delays = [time - 1 / 3 for time in interrupting([0.2, 0.6, 1.2], 1 / 3, 1)]
    assert tuple(delays) == close(0.0238095238095, 0.15367965368, 1.0303030303)


def test_beginning_again_takes_longer_the_more_often_one_is_interrupted() -> None:
    seldom = repeated(1e-4, (1 / 3, 2 / 9), 0.6, 2 / 3)
    assert seldom == pytest.approx(2 / 3 + 0.6 * 4 / 9 / (2 * 0.6), rel=1e-3)
    resumed = preempting([(0.5, exponential(1 / 3)), (0.6, (2 / 3, 4 / 9, 8 / 27))])[1]
    assert repeated(0.5, (1 / 3, 2 / 9), 0.6, 2 / 3) > resumed


def test_breakdowns() -> None:
    """T34a."""
    broken = Broken(3, 5, 0.05, 0.5).steady()
    assert (
        broken.mean(lambda s: s[0]),
        broken.mean(lambda s: 1 - s[1]),
        broken.mean(lambda s: float(s[0] == 0)),
    ) == close(3.54545454545, 0.909090909091, 0.313506493506)


def test_blocking_after_treatment() -> None:
    """T20a; Hunt 1956."""
    tandem = Tandem(1, (8, 0.25), 0.4, (5, 0.1)).steady()
    assert (
        tandem.mean(lambda s: s[0]),
        tandem.mean(lambda s: s[2]),
        tandem.mean(lambda s: s[1] + s[2]),
        tandem.mean(lambda s: s[3]),
    ) == close(2.51730534424, 1.31590879014, 5.31590879014, 4.0)
    assert (saturated_line(2), saturated_line(3)) == close(2 / 3, 22 / 39)


def test_groups_who_come_together() -> None:
    """T21a."""
    families = in_groups(0.5, {1: 0.5, 2: 0.3, 3: 0.2}, 1.4, 1)
    assert (families.mean(lambda s: max(s[0] - 1, 0)),) == close(1.75649350649)


def test_beds_left_free_and_beds_of_their_own() -> None:
    """T31a; where nothing is kept, the two are one."""
    taken = reserved((2, 2.5), 0.2, 24, 2)
    assert (
        taken[24],
        math.fsum(taken[22:]),
        math.fsum(n * share for n, share in enumerate(taken)),
    ) == close(0.0269697692807, 0.240570341983, 19.2231730324)
    shared = fenced((2, 2.5), (0.2, 0.2), 24, 0)
    full = shared.mean(lambda s: float(sum(s) == 24))
    assert (full,) == close(reserved((2, 2.5), 0.2, 24, 0)[24])


def test_patients_of_several_sizes() -> None:
    """T32a."""
    shared = kaufman_roberts(12, [(6, 1), (2, 2)])
    assert (*shared.refused, shared.in_use) == close(
        0.109677430697, 0.236677413856, 8.3952257604
    )


def test_outliers() -> None:
    """T25a."""
    wards = Outliers((2, 1.5), (0.25, 0.2), (8, 10), 0).steady()
    assert (
        wards.mean(lambda s: float(s[0] == 8 and s[1] + s[2] == 10)),
        wards.mean(lambda s: s[1]),
    ) == close(0.064511120646, 1.36847312382)


def test_outliers_who_move_back() -> None:
    """Where none can lie elsewhere, and where it makes no difference where one lies."""
    alone = Repatriated((2, 1.5), (0.25, 0.2), (8, 0), 1.5).steady()
    assert (alone.mean(lambda s: float(s[0] == 8)),) == close(erlang_b(8, 8))
    pooled = Repatriated((2, 1e-9), (0.25, 0.2), (8, 4), 1).steady()
    lost = pooled.mean(lambda s: float(s[0] + s[1] == 12))
    assert lost == pytest.approx(erlang_b(8, 12), rel=1e-6)


def test_nobody_becomes_urgent_or_everybody_does_at_once() -> None:
    never = promoted((0.6, 1), 2, 1e-9, 120)
    assert tuple(never) == pytest.approx((0.4 / 0.7, 0.4 / 0.7 / 0.2), rel=1e-6)
    at_once = promoted((0.6, 1), 2, 1e4, 120)
    assert tuple(at_once) == pytest.approx((2.0, 2.0), rel=1e-3)


def test_a_rule_that_opens_no_bed_changes_nothing() -> None:
    ward = Surge(1.9, 0.2, 10, 0, 5, 2).steady()
    line = ward.mean(lambda s: s[1])
    assert line == pytest.approx(MMc(1.9, 5, 10).line, rel=1e-5)


def test_wards_without_each_other_are_those_of_erlang() -> None:
    rooms = theatres((2.0, 1.2), (3, 2), 7, (1, 2))
    wards = Exchange((0.9, 0.6), (1 / 4, 1 / 6), (0, 0), (4, 5)).steady()
    fast = held_beds(1.6, 1.0, 1e7, 1 / 3, 8)
    assert (
        rooms.mean(lambda s: float(s[0] == 3)),
        wards.mean(lambda s: float(s[0] == 4)),
        wards.mean(lambda s: float(s[2] == 5)),
        fast.mean(lambda s: float(sum(s) == 8)),
    ) == pytest.approx(
        (erlang_b(2.0, 3), erlang_b(3.6, 4), erlang_b(3.6, 5), erlang_b(6.4, 8)),
        rel=1e-5,
    )


def test_one_way_of_an_exchange_is_two_wards_in_a_row() -> None:
    """With room for all who come, the beds taken are those asked for."""
    wards = Exchange((0.5, 0.1), (1 / 2, 1 / 3), (0.4, 0), (12, 12)).steady()
    taken = wards.mean(lambda s: s[0]), wards.mean(lambda s: s[2])
    assert taken == pytest.approx((1.0, 3 * (0.1 + 0.5 * 0.4)), rel=1e-5)
