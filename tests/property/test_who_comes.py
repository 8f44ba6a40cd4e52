"""Who comes, when and how many: parties, booked and listed patients, and returns."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

import scenarios
from kernels.arrivals import arrivals
from kernels.latecomers import expected
from kernels.layout import DAY, HOUR, MINUTE, Model, Table
from kernels.philox import key
from scenarios.dates import moment
from scenarios.tables import model as tables_of

KEY = key(7, 1)
HEAD = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 2 years}
services:
  desk: {kind: unlimited, takes: 10 min}
"""
GROUPS = "groups:\n  age: [child, adult]\n"


def model_of(
    stream: str, changes: str = "", groups: str = "", *, more: str = ""
) -> Model:
    """Return a model of one stream."""
    text = f"{HEAD}{groups}{more}demand:\n  desk: {{{stream}}}\n"
    return tables_of(scenarios.parse(text + changes, "x"))


def change(words: str) -> str:
    return f"changes:\n  - {{demand: desk, {words}}}\n"


def coming(model: Model, luck: int = KEY) -> Table:
    """Return all who come in a run, in order of time and identity."""
    parts = (arrivals(model, luck, model.begin, model.end), expected(model, luck))
    rows = np.concatenate(parts)
    return rows[np.lexsort((rows["who"], rows["time"]))]


def people(rows: Table) -> dict[int, int]:
    """Return when each patient comes."""
    found = dict(zip(rows["who"].tolist(), rows["time"].tolist(), strict=True))
    assert len(found) == len(rows)
    return found


def in_windows(model: Model, days: int) -> Table:
    """Return the arrivals of a run, asked for piece by piece."""
    edges = [*range(model.begin, model.end, days * DAY), model.end]
    parts = [arrivals(model, KEY, a, b) for a, b in pairwise(edges)]
    return np.concatenate(parts)


# Parties

PARTIES = "rate: 20 per day, arrive_together: {2: 70%, 5: rest}"
FIRSTS = ~(0x3F << 14)


def parties(rows: Table) -> dict[tuple[int, int], int]:
    """Return the size of each party, by its time and the identity of the first."""
    keys, sizes = np.unique(
        np.stack([rows["time"], rows["who"] & FIRSTS]), axis=1, return_counts=True
    )
    return {
        (int(time), int(who)): int(size)
        for (time, who), size in zip(keys.T, sizes, strict=True)
    }


def test_parties_come_at_the_rate_and_in_the_sizes_that_are_written() -> None:
    rows = coming(model_of(PARTIES))
    sizes = parties(rows)
    n = len(sizes)
    assert abs(n - 20 * 731) < 4 * np.sqrt(20 * 731)
    twos = sum(size == 2 for size in sizes.values())
    assert set(sizes.values()) == {2, 5}
    assert abs(twos - 0.7 * n) < 4 * np.sqrt(0.7 * 0.3 * n)
    people(rows)


def test_the_first_of_a_party_is_who_would_have_come_alone() -> None:
    alone = people(coming(model_of("rate: 20 per day")))
    together = people(coming(model_of(PARTIES)))
    assert alone.items() <= together.items()


def test_a_party_of_the_baseline_comes_with_the_same_members_when_more_come() -> None:
    before = people(coming(model_of(PARTIES)))
    after = people(coming(model_of(PARTIES, change("multiply_by: 1.3"))))
    assert before.items() <= after.items()
    assert len(after) / len(before) == pytest.approx(1.3, abs=0.03)
    fewer = people(coming(model_of(PARTIES, change("multiply_by: 0.7"))))
    assert fewer.items() <= before.items()


def test_when_larger_parties_are_likelier_no_party_shrinks() -> None:
    before = parties(coming(model_of(PARTIES)))
    words = "what: arrive_together.2, multiply_by: 0.5, from: 2025-01-01"
    after = parties(coming(model_of(PARTIES, change(words))))
    assert before.keys() == after.keys()
    assert all(after[party] >= size for party, size in before.items())
    late = [s for (t, _), s in after.items() if t >= moment("2025-01-01")]
    assert np.mean(np.array(late) == 5) == pytest.approx(0.65, abs=0.03)
    early = {p for p in before if p[0] < moment("2025-01-01")}
    assert all(after[party] == before[party] for party in early)


def test_sizes_may_differ_by_group() -> None:
    stream = (
        "rate: {by: age, child: 10 per day, adult: 10 per day}, "
        "arrive_together: {1: {by: age, child: 20%, adult: 90%}, 3: rest}"
    )
    rows = coming(model_of(stream, groups=GROUPS))
    for group, share in ((0, 0.2), (1, 0.9)):
        sizes = np.array(list(parties(rows[rows["group"] == group]).values()))
        assert np.mean(sizes == 1) == pytest.approx(share, abs=0.02)


def test_parties_are_as_large_whatever_the_windows() -> None:
    model = model_of(PARTIES)
    whole = arrivals(model, KEY, model.begin, model.end)
    assert in_windows(model, 17).tolist() == whole.tolist()


# Booked

LIST = "booked_at: {Mon Wed Fri 07:30: 2, Tue 09:00-12:00: 3}"


def test_booked_patients_come_on_the_dot_spread_over_the_hours() -> None:
    rows = coming(model_of(LIST))
    week = rows[rows["time"] < moment("2024-01-08")]["time"] - moment("2024-01-01")
    monday = [7.5, 7.5, 33, 34, 35, 55.5, 55.5, 103.5, 103.5]
    assert week.tolist() == [round(hours * HOUR) for hours in monday]


def test_nobody_is_booked_where_working_days_do_not_hold() -> None:
    rows = coming(model_of("booked_at: {working days 09:00: 4}"))
    days = set((rows["time"] // DAY).tolist())
    assert moment("2024-12-25") // DAY not in days
    assert moment("2024-12-24") // DAY in days
    assert len(rows) == 4 * len(days)


def test_bookings_that_do_not_come_out_whole_go_over_to_the_next_session() -> None:
    scale = "scale: {ratio: 1:20}\n"
    rows = coming(model_of("booked_at: {Mon-Fri 09:00-17:00: 16}", more=scale))
    weeks = np.bincount((rows["time"] - moment("2024-01-01")) // (7 * DAY))
    assert set(weeks[:-1]) == {4}


def test_booked_patients_meet_the_slots_of_the_same_session() -> None:
    text = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 6 months}
scale: {ratio: 1:20}
services:
  clinic: {kind: slots, capacity: {working days 09:00-17:00: 17}}
demand:
  clinic: {booked_at: {working days 09:00-17:00: 17}}
"""
    model = tables_of(scenarios.parse(text, "x"))
    rows = coming(model)
    slots = [
        int(row["time"] + j * (row["until"] - row["time"]) // row["capacity"])
        for row in model.calendar
        for j in range(row["capacity"])
    ]
    assert rows["time"].tolist() == [t for t in slots if t >= model.begin]


def test_more_bookings_keep_the_patients_and_add_others() -> None:
    before = people(coming(model_of(LIST)))
    words = change("multiply_by: 1.5, from: 2024-07-01")
    after = people(coming(model_of(LIST, words)))
    assert before.keys() <= after.keys()
    early = {w: t for w, t in after.items() if t < moment("2024-07-01")}
    assert early.items() <= before.items()
    assert len(after) == pytest.approx(len(before) * (1 + 0.5 * 549 / 731), abs=3)


def test_changes_of_bookings_are_read_at_the_beginning_of_a_session() -> None:
    words = change("what: booked_at.Tue 09:00-12:00, set_to: 6, from: 2024-06-01")
    rows = coming(model_of(LIST, words))
    tuesdays = rows["time"][(rows["time"] // DAY) % 7 == 1]
    by_day = np.unique(tuesdays // DAY, return_counts=True)
    expected_ = np.where(by_day[0] < moment("2024-06-01") // DAY, 3, 6)
    assert (by_day[1] == expected_).all()


def test_who_is_booked_is_shared_out_and_can_be_changed_for_one_group() -> None:
    stream = "booked_at: {every day 09:00: 10}, who: {age: {child: 20%, adult: rest}}"
    rows = coming(model_of(stream, groups=GROUPS))
    assert len(rows) == 7310
    assert np.mean(rows["group"] == 0) == pytest.approx(0.2, abs=4 * 0.005)
    words = change("who: {age: child}, multiply_by: 2")
    more = coming(model_of(stream, words, groups=GROUPS))
    assert len(more) == 8772
    assert np.mean(more["group"] == 0) == pytest.approx(1 / 3, abs=4 * 0.005)


def test_the_punctuality_is_that_of_its_law() -> None:
    late = "punctuality: {law: normal, mean: -5 min, sd: 8 min}"
    rows = coming(model_of(f"booked_at: {{every day 09:00: 5}}, {late}"))
    minutes = (rows["time"] % DAY - 9 * HOUR) / MINUTE
    assert stats.kstest(minutes, stats.norm(-5, 8).cdf).pvalue > 1e-3
    assert (minutes < 0).any()


def test_the_law_of_lateness_can_be_changed_and_cut() -> None:
    late = "punctuality: {law: uniform, lowest: -10 min, highest: 30 min}"
    words = change("what: punctuality.highest, set_to: 10 min, from: 2025-01-01")
    rows = coming(model_of(f"booked_at: {{every day 09:00: 5}}, {late}", words))
    minutes = (rows["time"] % DAY - 9 * HOUR) / MINUTE
    old = rows["time"] < moment("2025-01-01")
    assert stats.kstest(minutes[old], stats.uniform(-10, 40).cdf).pvalue > 1e-3
    assert stats.kstest(minutes[~old], stats.uniform(-10, 20).cdf).pvalue > 1e-3


def test_nobody_comes_before_the_run() -> None:
    late = "punctuality: {law: uniform, lowest: -60 min, highest: -20 min}"
    model = model_of(f"booked_at: {{every day 00:30: 5}}, {late}")
    rows = coming(model)
    first = rows[rows["time"] < model.begin + HOUR]
    assert (first["time"] >= model.begin).all()
    assert (first["time"] == model.begin).any()
    # Those of the last night come before midnight, but those of the next day do too.
    assert len(rows) == pytest.approx(5 * 731, abs=5)


def test_booked_patients_are_the_same_whatever_the_windows() -> None:
    late = "punctuality: {law: normal, mean: 0 min, sd: 3 hours}"
    model = model_of(f"{LIST}, {late}, arrive_together: {{1: 50%, 3: rest}}")
    whole = arrivals(model, KEY, model.begin, model.end)
    assert in_windows(model, 3).tolist() == whole.tolist()


def test_booked_parties_come_at_one_moment() -> None:
    late = "punctuality: {law: normal, mean: 0 min, sd: 3 min}"
    stream = f"booked_at: {{every day 09:00: 2}}, {late}, arrive_together: {{4: 100%}}"
    rows = coming(model_of(stream))
    firsts, sizes = np.unique(rows["who"] >> 6, return_counts=True)
    assert len(firsts) == 2 * 731
    assert set(sizes) == {4}
    assert all(len(set(rows["time"][rows["who"] >> 6 == f])) == 1 for f in firsts[:50])


def test_other_streams_and_a_longer_warm_up_change_nobody_who_is_booked() -> None:
    late = "punctuality: {law: normal, mean: 0 min, sd: 3 min}"
    one = people(coming(model_of(f"{LIST}, {late}")))
    text = f"{HEAD}demand:\n  a: {{to: desk, rate: 2 per day}}\n"
    text = text.replace("horizon", "warm_up: 1 month, horizon")
    text += f"  desk: {{{LIST}, {late}}}\n"
    model = tables_of(scenarios.parse(text, "x"))
    rows = coming(model)
    start = moment("2024-01-01") + DAY
    other = people(rows[(rows["stream"] == 1) & (rows["time"] >= start)])
    assert other == {who: time for who, time in one.items() if time >= start}


# Lists


def write_list(folder: Path, n: int = 4000, seed: int = 1) -> list[tuple[str, str]]:
    """Write a list of patients in folder/tables, and return its rows."""
    draw = np.random.default_rng(seed)
    minutes = np.sort(draw.integers(0, 731 * 1440, n))
    start = np.datetime64("2024-01-01T00:00")
    times = [str(start + int(m)).replace("T", " ") for m in minutes]
    ages = [str(a) for a in draw.choice(["child", "adult"], n)]
    (folder / "tables").mkdir(exist_ok=True)
    rows = list(zip(times, ages, strict=True))
    lines = ["arrives,age", *(",".join(row) for row in rows)]
    (folder / "tables" / "list.csv").write_text("\n".join(lines) + "\n")
    return rows


def listed(folder: Path, more: str = "", changes: str = "", name: str = "list.csv"):
    text = f"{HEAD}{GROUPS}{more}demand:\n  desk: {{from_file: tables/{name}}}\n"
    return tables_of(scenarios.parse(text + changes, "x", folder))


def test_listed_patients_come_as_they_are_written(tmp_path: Path) -> None:
    rows = write_list(tmp_path)
    found = coming(listed(tmp_path))
    assert found["time"].tolist() == [moment(time) for time, _ in rows]
    children = sum(age == "child" for _, age in rows)
    assert np.count_nonzero(found["group"] == 0) == children
    assert len(people(found)) == len(rows)


def test_the_order_of_rows_and_rows_that_are_added_change_nobody(
    tmp_path: Path,
) -> None:
    rows = write_list(tmp_path)
    before = people(coming(listed(tmp_path)))
    mixed = [*reversed(rows), ("2024-05-01 12:34:56", "child")]
    lines = ["age,arrives", *(f"{age},{time}" for time, age in mixed)]
    (tmp_path / "tables" / "list.csv").write_text("\n".join(lines) + "\n")
    after = people(coming(listed(tmp_path)))
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_at_a_smaller_scale_each_replication_keeps_other_rows(tmp_path: Path) -> None:
    write_list(tmp_path)
    whole = people(coming(listed(tmp_path)))
    model = listed(tmp_path, "scale: {ratio: 1:20}\n")
    kept = [people(coming(model, key(7, r))) for r in range(20)]
    counts = [len(k) for k in kept]
    assert all(k.items() <= whole.items() for k in kept)
    assert np.mean(counts) == pytest.approx(200, abs=4 * np.sqrt(190 / 20))
    assert np.var(counts) == pytest.approx(190, rel=0.9)
    assert len(set().union(*kept)) > 2000
    larger = people(coming(listed(tmp_path, "scale: {ratio: 1:10}\n"), key(7, 0)))
    assert kept[0].items() <= larger.items()


def test_a_change_of_a_list_adds_patients_or_leaves_some_out(tmp_path: Path) -> None:
    write_list(tmp_path)
    whole = people(coming(listed(tmp_path)))
    more = coming(listed(tmp_path, changes=change("multiply_by: 1.3")))
    assert whole.items() <= people(more).items()
    assert len(more) == pytest.approx(5200, abs=4 * np.sqrt(840))
    less = people(coming(listed(tmp_path, changes=change("multiply_by: 0.8"))))
    assert less.items() <= whole.items()
    assert len(less) == pytest.approx(3200, abs=4 * np.sqrt(640))
    words = change("who: {age: child}, multiply_by: 2")
    twice = coming(listed(tmp_path, changes=words))
    children = sum(1 for g in coming(listed(tmp_path))["group"] if g == 0)
    assert np.count_nonzero(twice["group"] == 0) == 2 * children


def test_a_parquet_file_says_what_the_csv_file_does(tmp_path: Path) -> None:
    rows = write_list(tmp_path)
    times = [np.datetime64(time.replace(" ", "T"), "us") for time, _ in rows]
    table = pa.table({"arrives": times, "age": [age for _, age in rows]})
    pq.write_table(table, tmp_path / "tables" / "list.parquet")
    one = coming(listed(tmp_path))
    other = coming(listed(tmp_path, name="list.parquet"))
    assert one.tolist() == other.tolist()


def test_listed_patients_are_the_same_whatever_the_windows(tmp_path: Path) -> None:
    write_list(tmp_path)
    model = listed(tmp_path, changes=change("multiply_by: 1.3"))
    whole = arrivals(model, KEY, model.begin, model.end)
    assert in_windows(model, 5).tolist() == whole.tolist()


# Those who come later

STEADY = "rate: 60 per day"
FALL = "multiply_by: 0.4, from: 2024-03-01, until: 2024-07-01"
LATER = (
    f"{FALL}, returns: {{share: 60%, after: {{law: gamma, mean: 6 months, cv: 0.5}}}}"
)


def test_those_who_are_kept_away_come_later_or_never() -> None:
    before = people(coming(model_of(STEADY)))
    lower = people(coming(model_of(STEADY, change(FALL))))
    after = people(coming(model_of(STEADY, change(LATER))))
    kept_away = before.keys() - lower.keys()
    back = after.keys() - lower.keys()
    assert lower.items() <= after.items()
    assert back <= kept_away
    n = len(kept_away)
    assert n == pytest.approx(0.6 * 60 * 122, abs=4 * np.sqrt(0.6 * 60 * 122))
    # Of the delays of the last of them, 0.3% lie beyond the run.
    assert len(back) == pytest.approx(0.6 * n, abs=4 * np.sqrt(0.24 * n) + 0.003 * n)
    assert all(after[who] >= before[who] for who in back)


def test_they_come_after_the_time_that_is_drawn() -> None:
    before = people(coming(model_of(STEADY)))
    late = people(expected(model_of(STEADY, change(LATER)), KEY))
    delays = np.array([(late[who] - before[who]) / DAY for who in late])
    mean = 365.25 / 2
    law = stats.gamma(4, scale=mean / 4)
    assert stats.kstest(delays, law.cdf).pvalue > 1e-3


def test_nobody_comes_later_at_a_time_at_which_the_stream_rests() -> None:
    profiles = "profiles:\n  office: {during: {working days 09:00-17:00: 1}}\n"
    stream = f"{STEADY}, profile: office"
    late = expected(model_of(stream, change(LATER), more=profiles), KEY)["time"]
    assert len(late) > 1000
    assert ((late // DAY) % 7 < 5).all()
    assert ((late % DAY >= 9 * HOUR) & (late % DAY <= 17 * HOUR)).all()


def test_a_point_is_kept_away_by_the_first_change_that_reaches_it() -> None:
    second = "multiply_by: 0.5, from: 2024-03-01, until: 2024-07-01"
    both = (
        f"changes:\n  - {{demand: desk, {FALL}, "
        "returns: {share: 100%, after: 1 day}}\n"
        f"  - {{demand: desk, {second}, returns: {{share: 100%, after: 100 days}}}}\n"
    )
    before = people(coming(model_of(STEADY)))
    once = people(coming(model_of(STEADY, change(FALL))))
    after = people(coming(model_of(STEADY, both)))
    assert before.keys() == after.keys()
    delays = {who: after[who] - before[who] for who in before}
    first = before.keys() - once.keys()
    assert all(abs(delays[who] - DAY) <= 1 for who in first)
    rest = [d for who, d in delays.items() if who not in first and d]
    assert all(abs(d - 100 * DAY) <= 1 for d in rest)
    assert len(rest) == pytest.approx(0.2 * 60 * 122, abs=4 * np.sqrt(1464))


def test_who_is_made_up_for_by_another_change_comes_at_their_time() -> None:
    half = "multiply_by: 0.5, from: 2024-03-01"
    more = "curve: {2024-01-10: 0.9, 2024-01-20: 2}"
    text = (
        f"changes:\n  - {{demand: desk, {half}, "
        "returns: {share: 100%, after: 30 days}}\n"
        f"  - {{demand: desk, {more}, returns: {{share: 0%, after: 1 day}}}}\n"
    )
    model = model_of(STEADY, text)
    since = moment("2024-03-01")
    assert len(expected(model, KEY)) == 0
    found = {w: t for w, t in people(coming(model)).items() if t >= since}
    usual = people(coming(model_of(STEADY)))
    assert found == {w: t for w, t in usual.items() if t >= since}


def test_without_the_change_means_with_all_other_changes() -> None:
    half = "multiply_by: 0.5, returns: {share: 100%, after: 30 days}"
    double = "multiply_by: 2"
    text = f"changes:\n  - {{demand: desk, {half}}}\n  - {{demand: desk, {double}}}\n"
    usual = people(coming(model_of(STEADY)))
    twice = people(coming(model_of(STEADY, change(double))))
    found = people(coming(model_of(STEADY, text)))
    assert usual.items() <= found.items()
    assert all(
        abs(time - twice[who] - 30 * DAY) <= 1
        for who, time in found.items()
        if who not in usual
    )


def test_only_the_groups_of_the_change_come_later() -> None:
    stream = "rate: {by: age, child: 20 per day, adult: 20 per day}"
    model = model_of(stream, change(f"who: {{age: child}}, {LATER}"), groups=GROUPS)
    late = expected(model, KEY)
    assert len(late) > 500
    assert set(late["group"]) == {0}


def test_a_party_that_comes_later_is_still_together() -> None:
    before = people(coming(model_of(PARTIES)))
    model = model_of(PARTIES, change(LATER))
    late = expected(model, KEY)
    sizes = parties(late)
    assert set(sizes.values()) == {2, 5}
    assert set(people(late)) <= before.keys()


# Surges, seasons and growth


def per_month(rows: Table, group: int | None = None) -> np.ndarray:
    own = rows if group is None else rows[rows["group"] == group]
    dates = np.datetime64("2000-01-03T00:00:00", "us") + own["time"]
    months = dates.astype("datetime64[M]").astype(int)
    return np.bincount(months - months.min(), minlength=24)


def near(counts: np.ndarray, means: np.ndarray) -> None:
    assert (np.abs(counts - means) < 4.5 * np.sqrt(means)).all()


DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 2)
DAYS[13] = 28


def test_a_surge_lasts_as_long_as_it_says() -> None:
    surge = change("multiply_by: 3, from: 2024-07-18, until: 2024-07-22")
    rows = coming(model_of("rate: 100 per day", surge))
    days = np.bincount((rows["time"] - moment("2024-01-01")) // DAY)
    means = np.full(731, 100.0)
    means[199:203] = 300.0
    assert (np.abs(days - means) < 4.5 * np.sqrt(means)).all()


def test_a_season_comes_back_every_year_for_the_groups_it_is_about() -> None:
    stream = "rate: {by: age, child: 50 per day, adult: 50 per day}"
    words = "who: {age: adult}, multiply_by: 1.4, in_months: [Dec, Jan, Feb]"
    rows = coming(model_of(stream, change(words), groups=GROUPS))
    winter = np.isin(np.arange(24) % 12, [0, 1, 11])
    near(per_month(rows, 0), 50.0 * DAYS)
    near(per_month(rows, 1), 50.0 * DAYS * np.where(winter, 1.4, 1))


def test_a_season_of_a_profile_and_growth_by_group_multiply() -> None:
    months = "[1.4, 1, 1, 1, 1, 1, 0.6, 1, 1, 1, 1, 1]"
    profiles = f"profiles:\n  seasons: {{months: {months}}}\n"
    stream = (
        "rate: {by: age, child: 50 per day, adult: 50 per day}, profile: seasons, "
        "growth: {by: age, child: 0% per year, adult: 20% per year}"
    )
    rows = coming(model_of(stream, groups=GROUPS, more=profiles))
    weights = np.tile([1.4, 1, 1, 1, 1, 1, 0.6, 1, 1, 1, 1, 1], 2)
    middles = (np.cumsum(DAYS) - DAYS / 2) / 365.25
    near(per_month(rows, 0), 50.0 * DAYS * weights)
    near(per_month(rows, 1), 50.0 * DAYS * weights * 1.2**middles)
