"""Arrivals as points of a fixed cloud: how many, when, and who they are."""

import hashlib
import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core import config
from scipy import stats

from kernels import layout as k
from kernels.arrivals import (
    _EDGES,
    LAYERS,
    Demand,
    arrivals,
    arrivals_of,
    salt,
    tau,
    time_of,
)
from kernels.layout import DAY, HOUR, MOST_PER_DAY, WEEK
from kernels.philox import block, key

KEY = key(1, 1)
START = 1162 * WEEK  # in April 2022
FEW = 10 if config.DISABLE_JIT else 1
"""Plain Python is slow: it gets along with fewer patients."""

OFFICE = np.where((np.arange(168) < 120) & (np.arange(168) % 24 // 9 == 1), 3.0, 0.0)
UNEVEN = 0.2 + np.arange(168) % 24 / 10.0 + (np.arange(168) > 120)


def shape(week, weeks, start=START, closed=()):
    """Lay a weekly profile out by the hour, some weeks closed, and scale it to 1."""
    weights = np.tile(np.asarray(week, float) / np.mean(week), weeks)
    for number in closed:
        weights[168 * number : 168 * (number + 1)] = 0.0
    rows = np.zeros(len(weights) + 1, k.SHAPE)
    rows["time"] = start + HOUR * np.arange(len(rows))
    rows["tau"] = start / DAY + np.concatenate(([0.0], np.cumsum(weights / 24)))
    rows["weight"] = [*weights, weights[0]]
    return rows


def demand(*levels, shapes=None, names="abcdefgh", weeks=60):
    """Put clouds together; a level is a number or a list of knots."""
    values, knots = [], []
    for level in levels:
        own = level if isinstance(level, list) else []
        values.append((0.0 if own else level, len(knots), len(own)))
        knots += own
    shapes = shape(np.ones(168), weeks) if shapes is None else shapes
    clouds = [
        (salt("stream", names[i]), i, 10 + i, 0, i, 20 + i, 0, 0, 0, 0)
        for i in range(len(levels))
    ]
    return Demand(
        np.array(clouds, k.CLOUD),
        np.array([(0, len(shapes))], k.PROFILE),
        shapes,
        np.array(values, k.VALUE),
        np.array(knots, k.KNOT),
        np.zeros(0, k.PARTY),
    )


def people(rows):
    """Return when each patient comes."""
    return dict(zip(rows["who"].tolist(), rows["time"].tolist(), strict=True))


def naive(clouds, begin, end):
    """Walk through every layer of every week as the design says it, without speed."""
    edges = [0.0] + [2.0 ** (j / 4 - 7) for j in range(LAYERS)]
    coming = []
    for cloud, level in zip(clouds.clouds, clouds.values["base"], strict=True):
        first, last = (
            math.floor(np.interp(t, clouds.shapes["time"], clouds.shapes["tau"]) / 7)
            for t in (begin, end)
        )
        for week in range(first, last + 1):
            for layer in range(LAYERS):
                bottom, top = edges[layer], edges[layer + 1]
                passed, number = 0.0, 0
                while bottom < level:
                    who = int(cloud["salt"]) << 40 | layer << 33 | week << 20 | number
                    w0, w1, w2, _ = block(KEY, who, 0, k.P_ARRIVAL)
                    u = (((w0 << 20) | (w1 >> 12)) + 0.5) / 2**52
                    passed -= math.log(1 - u) / (top - bottom)
                    if passed >= 7:
                        break
                    moment = 7 * week + passed
                    row = int(np.searchsorted(clouds.shapes["tau"], moment, "right"))
                    row = clouds.shapes[row - 1]
                    time = row["time"] + (moment - row["tau"]) / row["weight"] * DAY
                    height = bottom + (top - bottom) * (w2 + 0.5) / 2**32
                    if begin <= time < end and height < level:
                        coming.append((time, who))
                    number += 1
    return sorted(coming)


# Layers and names


def test_layers_have_four_steps_to_an_octave_and_no_end_in_reach():
    assert _EDGES[0] == 0.0
    assert _EDGES[1] == 2.0**-7
    assert _EDGES[-1] == MOST_PER_DAY
    assert np.all(_EDGES[5:] == 2.0 * _EDGES[1:-4])
    assert _EDGES[1:] == pytest.approx(2.0 ** (np.arange(LAYERS) / 4 - 7), rel=1e-15)
    widest = 7.0 * (_EDGES[-1] - _EDGES[-2])
    assert widest + 10.0 * math.sqrt(widest) < 2**20


def test_a_mark_depends_on_all_names_and_on_nothing_else():
    assert salt("walk-in", "adult") == 6756716
    assert salt("walk-in", "adult") != salt("walk-ina", "dult")
    assert len({salt("stream", str(n)) for n in range(100)}) == 100
    assert all(0 <= salt(str(n)) < 2**23 for n in range(100))


def test_identities_are_positive_and_all_different():
    rows = arrivals_of(demand(0.5, 40.0), KEY, START, START + 8 * WEEK)
    assert np.all(rows["who"] > 0)
    assert len(set(rows["who"].tolist())) == len(rows)
    assert set(((rows["who"] >> 20) & 0x1FFF).tolist()) == set(range(1162, 1170))


def test_patients_carry_what_their_cloud_says():
    rows = arrivals_of(demand(3.0, 5.0), KEY, START, START + 4 * WEEK)
    assert {tuple(row) for row in rows[["stream", "group", "to"]].tolist()} == {
        (0, 10, 20),
        (1, 11, 21),
    }
    assert {int(who) >> 40 for who in rows["who"][rows["stream"] == 1]} == {
        salt("stream", "b")
    }


def test_arrivals_of_a_model_are_those_of_its_tables():
    tables = demand(3.0, 5.0)
    model = SimpleNamespace(**tables._asdict(), begin=START, plans=())
    rows = arrivals(model, KEY, START, START + WEEK)
    assert rows.dtype == k.SCHEDULED
    assert rows.tobytes() == arrivals_of(tables, KEY, START, START + WEEK).tobytes()


# Against a naive twin, and against theory


@pytest.mark.parametrize("week", [np.ones(168), OFFICE, UNEVEN])
def test_arrivals_are_those_of_the_naive_twin(week):
    clouds = demand(0.02, 0.9, 17.0, shapes=shape(week, 6))
    begin, end = START + 2 * DAY, START + 19 * DAY
    rows = arrivals_of(clouds, KEY, begin, end)
    expected = naive(clouds, begin, end)
    assert rows["who"].tolist() == [who for _, who in expected]
    assert np.all(np.abs(rows["time"] - [time for time, _ in expected]) <= 1.0)


@pytest.mark.parametrize("level", [0.003, 0.03, 0.7, 12.0, 150.0])
def test_as_many_come_as_the_level_says(level):
    weeks = 52 if level > 1.0 else 520
    days = 7.0 * (weeks / FEW if level > 1.0 else weeks)
    clouds = demand(level, weeks=weeks)
    n = len(arrivals_of(clouds, KEY, START, START + int(days * DAY)))
    assert abs(n - level * days) < 4.0 * math.sqrt(level * days)


def test_counts_by_hour_of_the_week_follow_the_profile_and_nights_are_empty():
    level = 600.0 / FEW
    rows = arrivals_of(
        demand(level, shapes=shape(OFFICE, 52)), KEY, START, START + 52 * WEEK
    )
    counts = np.bincount((rows["time"] - START) // HOUR % 168, minlength=168)
    expected = level * 52 / 24 * OFFICE / np.mean(OFFICE)
    assert np.all(counts[expected == 0.0] == 0)
    open_hours = expected > 0.0
    excess = (counts - expected)[open_hours] ** 2 / expected[open_hours]
    assert stats.chi2.sf(np.sum(excess), np.sum(open_hours)) > 0.01


@pytest.mark.parametrize("level", [0.6, 77.0])
def test_gaps_in_operational_time_are_exponential(level):
    weeks = 300 if level < 1.0 else 60 // FEW
    shapes = shape(OFFICE, weeks)
    rows = arrivals_of(demand(level, shapes=shapes), KEY, START, START + weeks * WEEK)
    moments = np.interp(rows["time"], shapes["time"], shapes["tau"])
    assert stats.kstest(np.diff(moments) * level, "expon").pvalue > 0.01


def test_weekly_counts_are_neither_more_nor_less_even_than_chance():
    level, weeks = 60.0 / FEW, 400
    rows = arrivals_of(demand(level, weeks=weeks), KEY, START, START + weeks * WEEK)
    counts = np.bincount((rows["time"] - START) // WEEK, minlength=weeks)
    assert np.var(counts) / np.mean(counts) == pytest.approx(1.0, abs=0.25)
    assert abs(np.corrcoef(counts[1:], counts[:-1])[0, 1]) < 0.2


def test_a_ramp_brings_as_many_each_week_as_it_says():
    weeks, level = 100, 100.0 / FEW
    ramp = [(START + 20 * WEEK, level), (START + 70 * WEEK, 1.3 * level)]
    clouds = demand(ramp, shapes=shape(UNEVEN, weeks))
    rows = arrivals_of(clouds, KEY, START, START + weeks * WEEK)
    counts = np.bincount((rows["time"] - START) // WEEK, minlength=weeks)
    hours = np.arange(168 * weeks) + 0.5  # straight within an hour: the middle is exact
    rates = np.interp(hours, [20 * 168, 70 * 168], [level, 1.3 * level]) / 24
    profile = np.tile(UNEVEN / np.mean(UNEVEN), weeks)
    expected = (rates * profile).reshape(weeks, 168).sum(axis=1)
    excess = np.sum((counts - expected) ** 2 / expected)
    assert stats.chi2.sf(excess, weeks) > 0.01
    assert stats.chi2.cdf(excess, weeks) > 0.001


# The same people in every scenario


@pytest.mark.parametrize("level", [0.03, 0.7, 12.0, 333.0])
def test_a_rise_keeps_every_patient_at_the_same_time_and_adds_to_them(level):
    weeks = 52 if level < 100.0 else 10 // FEW
    end = START + weeks * WEEK
    before = people(arrivals_of(demand(level), KEY, START, end))
    after = people(arrivals_of(demand(1.3 * level), KEY, START, end))
    assert before.items() <= after.items()
    added = 0.3 * level * 7 * weeks
    assert abs(len(after) - len(before) - added) < 4.0 * math.sqrt(added) + 1.0


def test_a_fall_only_takes_patients_away():
    end = START + 10 * WEEK
    before = people(arrivals_of(demand(30.0), KEY, START, end))
    after = people(arrivals_of(demand(27.0), KEY, START, end))
    assert after.items() < before.items()
    lost = 0.1 * 30.0 * 70
    assert abs(len(before) - len(after) - lost) < 4.0 * math.sqrt(lost)


def test_before_a_ramp_begins_nothing_differs_and_then_patients_are_added():
    end = START + 30 * WEEK
    ramp = [(START + 10 * WEEK, 5.0), (START + 25 * WEEK, 6.5)]
    before = people(arrivals_of(demand(5.0), KEY, START, end))
    after = people(arrivals_of(demand(ramp), KEY, START, end))
    assert before.items() < after.items()
    new = [time for who, time in after.items() if who not in before]
    assert min(new) > START + 10 * WEEK


def test_a_pulse_of_ten_times_demand_leaves_the_others_where_they_are():
    end = START + 12 * WEEK
    high = (START + 2 * WEEK, START + 11 * WEEK)
    pulse = [(high[0], 3.0), (high[0], 30.0), (high[1], 30.0), (high[1], 3.0)]
    before = people(arrivals_of(demand(3.0), KEY, START, end))
    after = people(arrivals_of(demand(pulse), KEY, START, end))
    assert before.items() < after.items()
    new = [time for who, time in after.items() if who not in before]
    assert high[0] <= min(new)
    assert max(new) < high[1]
    assert abs(len(new) - 27.0 * 63) < 4.0 * math.sqrt(27.0 * 63)


def test_another_cloud_shifts_nobody():
    end = START + 6 * WEEK
    alone = arrivals_of(demand(4.0, 0.2, names="bc"), KEY, START, end)
    together = arrivals_of(demand(9.0, 4.0, 0.2, names="abc"), KEY, START, end)
    others = together[together["stream"] > 0]
    assert people(others) == people(alone)


def test_another_replication_brings_other_people():
    end = START + 20 * WEEK
    one = arrivals_of(demand(5.0), key(1, 1), START, end)
    other = arrivals_of(demand(5.0), key(1, 2), START, end)
    assert not set(one["time"].tolist()) & set(other["time"].tolist())


def test_another_profile_keeps_the_people_and_moves_their_times():
    end = START + 20 * WEEK
    flat = people(arrivals_of(demand(5.0), KEY, START, end))
    moved = arrivals_of(demand(5.0, shapes=shape(OFFICE, 60)), KEY, START, end)
    assert people(moved).keys() == flat.keys()
    assert people(moved) != flat


# Stretches of a run, closed stretches, order

BUSY = demand(
    0.05,
    [(START + 3 * WEEK, 2.0), (START + 3 * WEEK, 6.0), (START + 7 * WEEK, 1.0)],
    11.0,
    shapes=shape(OFFICE, 12, closed=(4, 5)),
)
BUSY_ROWS = arrivals_of(BUSY, KEY, START, START + 10 * WEEK)
cuts = st.lists(st.integers(START, START + 10 * WEEK), max_size=4)
edges = st.lists(
    st.integers(0, 10 * 7 * 24).map(lambda h: START + h * HOUR), max_size=4
)


@settings(max_examples=50 // FEW)
@given(cuts | edges)
def test_the_stretches_into_which_a_run_is_cut_do_not_matter(inner):
    moments = sorted({START, *inner, START + 10 * WEEK})
    parts = [arrivals_of(BUSY, KEY, begin, end) for begin, end in pairwise(moments)]
    assert np.array_equal(np.concatenate(parts), BUSY_ROWS)


@pytest.mark.parametrize("row", [0, 3, -1])
def test_a_patient_belongs_to_the_stretch_that_begins_as_he_comes(row):
    time = int(BUSY_ROWS["time"][row])
    assert time in arrivals_of(BUSY, KEY, time, time + 1)["time"]
    assert len(arrivals_of(BUSY, KEY, time + 1, time + 1)) == 0
    assert time not in arrivals_of(BUSY, KEY, time - HOUR, time)["time"]


def test_arrivals_are_the_same_to_the_last_bit_on_every_machine():
    table = np.stack([BUSY_ROWS["time"], BUSY_ROWS["who"]]).astype("<i8")
    assert hashlib.sha256(table.tobytes()).hexdigest()[:16] == "82682a1229809390"


def test_nobody_comes_in_closed_weeks():
    weeks = (BUSY_ROWS["time"] - START) // WEEK
    assert set(weeks.tolist()) == {0, 1, 2, 3, 6, 7, 8, 9}


def test_a_later_beginning_of_the_tables_changes_nobody():
    whole = demand(7.0, shapes=shape(UNEVEN, 12))
    late = whole._replace(
        shapes=whole.shapes[168 + 30 :],
        profiles=np.array([(0, len(whole.shapes) - 198)], k.PROFILE),
    )
    begin, end = START + WEEK + 30 * HOUR, START + 6 * WEEK
    expected = arrivals_of(whole, KEY, begin, end)
    assert arrivals_of(late, KEY, begin, end).tobytes() == expected.tobytes()
    assert arrivals_of(late, KEY, START, end).tobytes() == expected.tobytes()


def test_nobody_comes_after_a_profile_has_closed_for_good():
    shapes = shape(np.ones(168), 3)
    shapes["weight"][-1] = 0.0
    rows = arrivals_of(demand(9.0, shapes=shapes), KEY, START, START + 50 * WEEK)
    assert len(rows) > 100
    assert rows["time"][-1] < START + 3 * WEEK


@pytest.mark.parametrize("level", [0.0, -3.0])
def test_nobody_comes_without_a_level(level):
    assert len(arrivals_of(demand(level), KEY, START, START + WEEK)) == 0


def test_simultaneous_patients_are_ordered_by_identity():
    shapes = np.array([(START, START / DAY, 1e9)], k.SHAPE)  # a week in 605 us
    rows = arrivals_of(demand(80.0, 90.0, shapes=shapes), KEY, START, START + 2000)
    assert len(set(rows["time"].tolist())) < len(rows) / 2
    pairs = list(zip(rows["time"].tolist(), rows["who"].tolist(), strict=True))
    assert pairs == sorted(pairs)


def test_a_crowd_in_one_hour_is_sorted_as_well():
    week = np.zeros(168)
    week[50] = 1.0
    rows = arrivals_of(demand(100.0, shapes=shape(week, 6)), KEY, START, START + WEEK)
    assert np.all(np.diff(rows["time"]) >= 0)
    assert set(((rows["time"] - START) // HOUR).tolist()) == {50}


# Operational time


@given(st.integers(START, START + 12 * WEEK))
def test_operational_time_is_the_profile_added_up(time):
    last = len(BUSY.shapes) - 1
    expected = np.interp(time, BUSY.shapes["time"], BUSY.shapes["tau"])
    assert tau(BUSY.shapes, 0, last, time) == pytest.approx(expected, abs=1e-9)


@given(st.floats(0.0, 10.0 * 7.0))
def test_the_moment_of_an_operational_time_is_where_it_is_reached(days):
    last = len(BUSY.shapes) - 1
    moment = START / DAY + days
    time = time_of(BUSY.shapes, 0, last, moment)
    assert tau(BUSY.shapes, 0, last, time) == pytest.approx(moment, abs=1e-9)


def test_operational_time_that_stands_still_leads_to_the_end_of_that_stretch():
    shapes = shape(OFFICE, 2)
    last = len(shapes) - 1
    closing = START + 18 * HOUR
    evening = tau(shapes, 0, last, closing)
    assert tau(shapes, 0, last, closing + 5 * HOUR) == evening
    assert time_of(shapes, 0, last, evening) == START + DAY + 9 * HOUR


def test_operational_time_outside_the_rows():
    shapes = shape(OFFICE, 2)
    last = len(shapes) - 1
    assert tau(shapes, 0, last, START - DAY) == shapes["tau"][0]
    assert time_of(shapes, 0, last, shapes["tau"][0] - 1.0) == START
    assert time_of(shapes, 0, last, shapes["tau"][-1] + 1.0) == k.NEVER
