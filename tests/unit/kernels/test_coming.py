"""Parties, sessions, lists and latecomers against naive twins of a few lines."""

import math

import numpy as np
import pytest

import scenarios
from kernels import layout as k
from kernels.arrivals import arrivals, height_of
from kernels.bookings import booked
from kernels.coming import Sizes, both_in_order, party_of, size_of, with_others
from kernels.latecomers import expected
from kernels.laws import duration, laws_of
from kernels.layout import DAY
from kernels.philox import block, key, unit32, unit53
from kernels.values import value_at
from scenarios.tables import model as tables_of

KEY = key(5, 2)
HEAD = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 4 weeks}
groups: {age: [child, adult]}
services:
  desk: {kind: unlimited, takes: 10 min}
demand:
"""


def model_of(stream: str, changes: str = "") -> k.Model:
    text = f"{HEAD}  desk: {{{stream}}}\n{changes}"
    return tables_of(scenarios.parse(text, "x"))


def sizes(*rows: tuple[int, float | None]) -> Sizes:
    """Return tables of sizes and shares; None is the rest."""
    shares = [share for _, share in rows if share is not None]
    numbers = iter(range(len(shares)))
    return Sizes(
        np.array([(s, -1 if x is None else next(numbers)) for s, x in rows], k.PARTY),
        np.array([(share, 0, 0) for share in shares], k.VALUE),
        np.zeros(0, k.KNOT),
    )


# Parties


def test_a_size_is_the_first_whose_shares_reach_the_luck():
    tables = sizes((1, 0.5), (2, None), (5, 0.2))
    found = [size_of(tables, 0, 3, 0, u) for u in (0.01, 0.49, 0.51, 0.79, 0.81, 0.99)]
    assert found == [1, 1, 2, 2, 5, 5]


def test_shares_that_fall_short_by_a_rounding_error_have_somebody_come():
    tables = sizes((2, 0.1), (3, 0.9 - 1e-12))
    assert size_of(tables, 0, 2, 0, 1 - 2.0**-33) == 3


def test_shares_that_leave_nothing_for_the_rest_leave_it_out():
    tables = sizes((1, None), (2, 0.6), (3, 0.4 + 1e-12))
    assert size_of(tables, 0, 3, 0, 1e-9) == 2


def test_without_sizes_everybody_comes_alone():
    assert party_of(sizes(), 0, 0, KEY, 0, 17) == 1


def test_members_stand_apart_by_their_step():
    rows = np.zeros(2, k.SCHEDULED)
    rows["who"], rows["time"], rows["group"] = [100, 200], [7, 8], [1, 2]
    rows, n = with_others(rows, 2, 1, 4, 1000)
    assert n == 5
    assert rows["who"][:n].tolist() == [100, 200, 1200, 2200, 3200]
    assert rows["time"][:n].tolist() == [7, 8, 8, 8, 8]
    assert rows["group"][:n].tolist() == [1, 2, 2, 2, 2]


def test_two_tables_are_ordered_by_time_and_identity():
    one, other = np.zeros(2, k.SCHEDULED), np.zeros(1, k.SCHEDULED)
    one["time"], one["who"] = [1, 5], [3, 2]
    other["time"], other["who"] = 5, 1
    assert both_in_order(one, other)["who"].tolist() == [3, 1, 2]


def test_parties_of_a_model_are_the_points_with_others_beside_them():
    stream = "rate: 8 per day, who: {age: adult}"
    alone = model_of(stream)
    together = model_of(f"{stream}, arrive_together: {{1: 40%, 3: rest}}")
    naive = []
    for time, who, *_ in arrivals(alone, KEY, alone.begin, alone.end).tolist():
        size = 1 if unit32(block(KEY, who, 0, k.P_ARRIVAL)[3]) < 0.4 else 3
        naive += [(time, who + member * 2**14) for member in range(size)]
    found = arrivals(together, KEY, together.begin, together.end)
    assert list(zip(found["time"], found["who"], strict=True)) == sorted(naive)


# Sessions and lists


def test_booked_patients_are_those_of_a_naive_twin():
    model = model_of(
        "booked_at: {every day 09:00-10:00: 3, Sat 00:10: 2}, "
        "who: {age: {child: 30%, adult: rest}}, "
        "punctuality: {law: uniform, lowest: -30 min, highest: 10 min}"
    )
    naive = []
    for session in model.sessions:
        for place in range(session["places"]):
            length = int(session["until"] - session["time"])
            due = int(session["time"]) + place * length // int(session["places"])
            who = int(session["who"]) + place * 64
            w0, w1, w2, _ = block(KEY, who, 0, k.P_BOOKED)
            late = (-30 + 40 * unit53(w0, w1)) * 60e6
            time = due + math.floor(late + 0.5)
            if due >= model.begin:
                time = max(time, model.begin)
            if model.begin <= time < model.end:
                naive.append((time, who, 0 if unit32(w2) < 0.3 else 1))
    found = booked(model, KEY, model.begin, model.end)
    rows = zip(found["time"], found["who"], found["group"], strict=True)
    assert len(naive) == 3 * 28 + 2 * 4
    for (time, who, group), row in zip(sorted(naive), rows, strict=True):
        assert abs(time - row[0]) <= 1
        assert (who, group) == row[1:]


def test_listed_patients_are_those_of_a_naive_twin():
    times = [f"2024-01-{day:02d} 08:30,child\\n" for day in range(1, 29)]
    stream = f'from_file: "arrives,age\\n{"".join(times)}"'
    model = model_of(stream, "changes:\n  - {demand: desk, multiply_by: 1.4}\n")
    naive = [
        (int(row["time"]), int(row["who"]) + copy)
        for row in model.listed
        for copy in range(2)
        if copy + unit32(block(KEY, int(row["who"]) + copy, 0, k.P_ARRIVAL)[2]) < 1.4
    ]
    found = booked(model, KEY, model.begin, model.end)
    assert len(found) > 28
    assert list(zip(found["time"], found["who"], strict=True)) == naive


def test_a_model_without_plans_has_nobody_booked():
    model = model_of("rate: 8 per day, who: {age: adult}")
    assert len(booked(model, KEY, model.begin, model.end)) == 0


# Those who come later


def test_latecomers_are_those_of_a_naive_twin():
    stream = "rate: 30 per day, who: {age: adult}"
    later = "returns: {share: 50%, after: {law: exponential, mean: 5 days}}"
    change = f"demand: desk, multiply_by: 0.5, until: 2024-01-20, {later}"
    changes = f"changes:\n  - {{{change}}}\n"
    model = model_of(stream, changes)
    usual = model_of(stream)
    laws, fall = laws_of(model), model.falls[0]
    naive = []
    for time, who, *_ in arrivals(usual, KEY, usual.begin, usual.end).tolist():
        level = value_at(model.values, model.knots, int(fall["below"]), time)
        w0, w1, w2, _ = block(KEY, who, 0, k.P_LATER)
        if height_of(KEY, who) >= level and unit32(w2) < 0.5:
            days = duration(laws, int(fall["law"]), time, unit53(w0, w1))
            naive.append((time + days * DAY, who))
    found = expected(model, KEY)
    naive = [(time, who) for time, who in sorted(naive) if time < model.end]
    assert len(found) > 50
    assert [who for _, who in naive] == found["who"].tolist()
    assert found["time"] == pytest.approx([time for time, _ in naive], abs=2)


def test_a_model_without_falls_expects_those_who_are_scheduled():
    model = model_of("rate: 8 per day, who: {age: adult}")
    assert expected(model, KEY) is model.scheduled


def test_a_point_that_two_changes_keep_away_comes_after_the_first():
    stream = "rate: 30 per day, who: {age: adult}"
    changes = "changes:\n" + "".join(
        f"  - {{demand: desk, multiply_by: {factor}, from: 2024-01-08, "
        f"returns: {{share: 100%, after: {days} days}}}}\n"
        for factor, days in ((0.5, 1), (0.4, 2))
    )
    usual = model_of(stream)
    due = arrivals(usual, KEY, usual.begin, usual.end)
    times = dict(zip(due["who"].tolist(), due["time"].tolist(), strict=True))
    late = expected(model_of(stream, changes), KEY)
    assert len(np.unique(late["who"])) == len(late) > 300
    for time, who in zip(late["time"].tolist(), late["who"].tolist(), strict=True):
        days = 1 if height_of(KEY, who) >= 15.0 else 2
        assert abs(time - times[who] - days * DAY) <= 2
        assert height_of(KEY, who) >= 6.0
