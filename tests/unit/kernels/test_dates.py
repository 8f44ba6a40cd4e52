"""Slots of a sort: those for everybody, those of each reserve, those of a group."""

import numpy as np
import pytest

from kernels.layout import HOUR, NEVER, OPENING
from kernels.slots import next_of, next_slot, slot_length, slot_time


def sessions(rng):
    """Return a calendar of some sessions, one after the other."""
    rows, time = [], 0
    for _ in range(4):
        time += int(rng.integers(0, 5)) * HOUR
        until = time + int(rng.integers(1, 4)) * HOUR
        rows.append((time, until, int(rng.integers(1, 9))))
        time = until
    return np.array(rows, dtype=OPENING)


def every_slot(calendar, together, first, last):
    """Return session, slot and moment of every slot of a sort, written out plainly."""
    found = []
    for number, (begin, until, count) in enumerate(calendar.tolist()):
        for slot in range(count):
            is_of_sort = count - slot <= first and count - slot > last
            if is_of_sort:
                lead = slot - slot % together
                moment = begin + lead * (until - begin) // count
                found.append((number, slot, moment))
    return found


@pytest.mark.parametrize("seed", range(30))
def test_the_next_slot_of_a_sort_is_the_first_that_is_not_past(seed):
    rng = np.random.default_rng(seed)
    calendar = sessions(rng)
    together = int(rng.integers(1, 4))
    last = int(rng.integers(0, 4))
    first = NEVER if rng.random() < 0.4 else last + int(rng.integers(0, 4))
    slots = every_slot(calendar, together, first, last)
    for now in range(-HOUR, 25 * HOUR, HOUR // 4):
        expected = next((s for s in slots if s[2] >= now), (len(calendar), 0, NEVER))
        sort = (together, first, last)
        assert next_of(calendar, 0, len(calendar), 0, now, sort) == expected


@pytest.mark.parametrize("seed", range(5))
def test_without_reserves_every_slot_is_of_the_one_sort(seed):
    calendar = sessions(np.random.default_rng(seed))
    for now in range(0, 20 * HOUR, HOUR // 3):
        plain = next_slot(calendar, 0, len(calendar), 0, now)
        assert plain == next_of(calendar, 0, len(calendar), 0, now, (1, NEVER, 0))


def test_a_slot_of_several_patients_lasts_until_the_next():
    calendar = np.array([(0, 2 * HOUR, 16)], dtype=OPENING)
    assert slot_length(calendar, 0, 8) == HOUR
    assert slot_time(0, 2 * HOUR, 16, 8) == HOUR
    # One group that is larger than the session has all of it.
    assert slot_length(calendar, 0, 20) == 2 * HOUR
