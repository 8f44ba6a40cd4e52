"""Studies of draws with luck of their own, and of numbers that are moved."""

from decimal import Decimal
from itertools import pairwise

import pytest

from scenarios.problems import ScenarioError
from scenarios.studies.draws import seed_of
from scenarios.studies.inputs import (
    laws,
    share_of,
    uncertain_base,
    widened,
    wrong_numbers,
)
from scenarios.studies.moving import STEP, morris_study, tornado_study, trajectory
from scenarios.studies.spreads import FIRST, SECOND, spread_study

TOWN = """\
caresim: 1
title: A clinic and a ward
period: {start: 2024-01-01, horizon: 26 weeks}
services:
  clinic:
    kind: staff
    capacity: 6
    takes: {law: exponential, mean: 12 min}
    then: {ward: {between: [1.5%, 2.5%]}, leave: rest}
  ward:
    kind: beds
    capacity: {between: [28, 32]}
    takes: {law: exponential, mean: {between: [3 days, 6 days], most_likely: 4 days}}
demand:
  clinic: {rate: 15 per hour}
"""
STAY, BEDS = "services.ward.takes.mean", "services.ward.capacity"


@pytest.fixture
def town(tmp_path):
    file = tmp_path / "town.yaml"
    file.write_text(TOWN, encoding="utf-8")
    return uncertain_base(file)


def values(base):
    return {law.name: law for law in laws([base])}


def test_a_law_stands_for_equally_likely_values_in_the_unit_of_its_ends(town):
    grid = values(town)[STAY].grid
    assert len(grid) == 1024
    assert list(grid) == sorted(grid)
    # A triangular law of 3, 4 and 6 has the mean of the three.
    assert sum(grid) / 1024 == pytest.approx(13 / 3, abs=1e-4)
    assert set(values(town)[BEDS].grid) == {28, 29, 30, 31, 32}


def test_each_draw_has_luck_of_its_own(town):
    made = spread_study([town], 4, "random", 1, 5)
    assert [v.luck for v in made.study.variants] == [1, 2, 3, 4]
    assert made.study.replications == 5
    assert len({seed_of(7, luck) for luck in range(5)}) == 5
    assert seed_of(7, 0) == 7


def test_further_draws_leave_those_that_are_there(town):
    few, more = (spread_study([town], n, "random", 1, 5).study for n in (3, 6))
    assert few.variants == more.variants[:3]


def test_points_are_the_numbers_of_the_variants(town):
    for way in ("random", "latin_hypercube", "sobol"):
        made = spread_study([town], 8, way, 1, 5)
        for point, variant in zip(made.points, made.study.variants, strict=True):
            for law, value in zip(made.inputs, point, strict=True):
                assert law.value(variant.drawn[law.name]) == value
                assert variant.scenario().title.endswith(f"draw {variant.draw}")


def test_one_number_is_changed_for_that_of_the_second_set(town):
    made = spread_study([town], 5, "saltelli", 1, 5)
    by_name = {v.name: v for v in made.study.variants}
    sets = {s.sort: [by_name[n] for n in s.variants] for s in made.sets}
    assert list(sets) == [FIRST, SECOND, *(law.name for law in made.inputs)]
    assert len(by_name) == 5 * (3 + 2)
    for law in made.inputs:
        rows = zip(sets[FIRST], sets[SECOND], sets[law.name], strict=True)
        for a, b, changed in rows:
            assert changed.drawn == {**a.drawn, law.name: b.drawn[law.name]}
            assert changed.luck == a.luck == b.luck
    assert sets[FIRST][0].drawn != sets[SECOND][0].drawn


def test_the_same_number_has_the_same_draw_in_another_scenario(town, tmp_path):
    other = tmp_path / "more.yaml"
    other.write_text(TOWN.replace("capacity: 6", "capacity: 7"), encoding="utf-8")
    made = spread_study([town, uncertain_base(other)], 3, "random", 1, 5)
    first, second = made.study.variants[:3], made.study.variants[3:]
    assert [v.name for v in second] == [f"more_draw-00{i}" for i in (1, 2, 3)]
    for one, two in zip(first, second, strict=True):
        assert (one.drawn, one.luck) == (two.drawn, two.luck)


def test_a_tornado_has_each_number_at_its_ends_and_all_others_as_they_are(town):
    made = tornado_study(town, 4)
    base, *ends = made.study.variants
    assert (made.study.baseline, len(ends)) == ("town", 6)
    assert base.drawn == {}
    assert [v.luck for v in made.study.variants] == [0] * 7
    drawn = {v.name: v.drawn for v in ends}
    bars = {bar.law.name: bar for bar in made.bars}
    assert drawn[bars[STAY].low] == {STAY: "3 days"}
    assert drawn[bars[STAY].high] == {STAY: "6 days"}
    assert drawn[bars[BEDS].high] == {BEDS: "32"}
    for variant in ends:
        variant.scenario()


def test_a_trajectory_moves_each_input_once_by_a_step_between_levels():
    names = ["a", "b", "c"]
    levels = {round(i / 3, 6) for i in range(4)}
    for number in range(1, 30):
        rows = list(trajectory(names, number, 1))
        assert sorted(name for name, _ in rows[1:]) == names
        for (_, before), (moved, after) in pairwise(rows):
            off = {n: after[n] - before[n] for n in names}
            assert abs(off.pop(moved)) == pytest.approx(STEP)
            assert set(off.values()) == {0}
            assert {round(v, 6) for v in after.values()} <= levels


def test_trajectories_go_both_ways_and_begin_everywhere():
    starts = [dict(next(iter(trajectory(["a"], n, 1)))[1])["a"] for n in range(1, 401)]
    counts = [sum(abs(s - i / 3) < 1e-9 for s in starts) for i in range(4)]
    assert sum(counts) == 400
    # A quarter each, within three standard errors.
    assert all(abs(count - 100) < 3 * (400 * 3 / 16) ** 0.5 for count in counts)


def test_a_morris_study_has_a_variant_for_each_point(town):
    made = morris_study(town, 4, 1, 2)
    assert len(made.study.variants) == 4 * (3 + 1)
    assert len(made.moves) == 4 * 3
    by_name = {v.name: v for v in made.study.variants}
    span = values(town)
    for move in made.moves:
        low, high = by_name[move.low], by_name[move.high]
        assert low.luck == high.luck == move.trajectory
        law = span[move.name]
        assert law.value(low.drawn[move.name]) < law.value(high.drawn[move.name])


def test_any_number_can_be_moved_by_a_share(town):
    base = widened(town, ["services.clinic.takes.mean", STAY], Decimal("0.1"))
    found = {law.name: str(law.span) for law in laws([base])}
    assert found == {
        "services.clinic.takes.mean": (
            "between 10.8 min and 13.2 min, most likely 12 min"
        ),
        STAY: "between 3.6 days and 4.4 days, most likely 4 days",
    }
    # Others are taken as they were, for certain.
    assert (
        base.whole.tree.entries["services"].entries["ward"].entries["capacity"].value
        == "30"
    )


def test_all_uncertain_numbers_are_moved_where_none_is_named(town):
    base = widened(town, None, Decimal("0.5"))
    found = {law.name: str(law.span) for law in laws([base])}
    assert found["services.clinic.then.ward"] == "between 1% and 3%, most likely 2%"
    assert len(found) == 3


@pytest.mark.parametrize(
    ("share", "span"), [("0.1", "between 5 and 7"), ("0.3", "between 4 and 8")]
)
def test_where_only_whole_numbers_stand_ends_are_rounded(town, share, span):
    base = widened(town, ["services.clinic.capacity", STAY], Decimal(share))
    beds = {law.name: law.span for law in laws([base])}["services.clinic.capacity"]
    assert str(beds) == f"{span}, most likely 6"
    assert beds.is_whole


def test_what_cannot_be_moved_so_far_is_refused(tmp_path):
    file = tmp_path / "town.yaml"
    text = TOWN.replace("{between: [1.5%, 2.5%]}", "60%")
    file.write_text(text, encoding="utf-8")
    base = uncertain_base(file)
    with pytest.raises(ScenarioError, match="A share lies between 0% and 100%"):
        widened(base, ["services.clinic.then.ward"], Decimal("0.9"))


def test_what_is_no_number_is_said_with_the_nearest(town):
    said = wrong_numbers(town, ["services.ward.takes.men", STAY, STAY])
    assert len(said) == 2
    assert f"Did you mean '{STAY}'?" in said[0]
    assert said[1] == f"--number '{STAY}': is named more than once."


@pytest.mark.parametrize(
    ("text", "share"),
    [("10%", Decimal("0.1")), (" 2.5 %", Decimal("0.025"))]
    + [(wrong, None) for wrong in ("10", "0%", "100%", "-5%", "ten", "nan%", "")],
)
def test_a_share_is_more_than_none_and_less_than_all(text, share):
    assert share_of(text) == share
