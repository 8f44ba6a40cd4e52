"""Studies: designs, draws, names, and scenarios that are made of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

import scenarios
from results.comparison.inputs import differences
from scenarios import Study, Variant
from scenarios.studies.names import part, variant_name
from scenarios.tables import digest, model
from tests.unit.scenarios.clinics import clinic

UNSURE = clinic(
    ("mean: 4 days", "mean: {between: [3 days, 6 days]}"),
    ("capacity: 12", "capacity: {between: [10, 14]}"),
    ("50 per day", "{between: [45 per day, 55 per day], most_likely: 50 per day}"),
)
BEDS = "  beds: {services: ward, add: [0, 5, 10]}\n"
NURSES = "  nurses: {services: clinic, multiply_by: [1, 2]}\n"
Ask = Callable[..., Study]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return how a study of the clinic is read, from what stands below its base."""

    def asked(below: str, base: str = "clinic", unsure: str = UNSURE) -> Study:
        (tmp_path / "clinic.yaml").write_text(clinic(), encoding="utf-8")
        (tmp_path / "unsure.yaml").write_text(unsure, encoding="utf-8")
        text = f"caresim: 1\nstudy: What if?\nbase: {base}\n{below}"
        (tmp_path / "asked.yaml").write_text(text, encoding="utf-8")
        return scenarios.study(tmp_path / "asked.yaml")

    return asked


def names(study: Study) -> list[str]:
    return [variant.name for variant in study.variants]


def levels(study: Study) -> list[tuple[str, ...]]:
    return [tuple(variant.levels.values()) for variant in study.variants]


def refused(variant: Variant) -> str:
    with pytest.raises(scenarios.ScenarioError) as error:
        variant.scenario()
    return str(error.value)


# Designs


def test_a_grid_has_every_combination_and_the_last_changes_fastest(ask: Ask) -> None:
    study = ask(f"vary:\n{BEDS}{NURSES}")
    assert levels(study) == [
        *(("0", "1"), ("0", "2"), ("5", "1")),
        *(("5", "2"), ("10", "1"), ("10", "2")),
    ]
    assert names(study)[0] == "clinic_beds-0_nurses-1"
    assert study.variants[-1].title == "A clinic: beds plus 10, nurses × 2"
    assert study.baseline is None


def test_one_at_a_time_leaves_the_others_at_their_first_value(ask: Ask) -> None:
    study = ask(f"vary:\n{BEDS}{NURSES}design: one_at_a_time\n")
    assert levels(study) == [("0", "1"), ("5", "1"), ("10", "1"), ("0", "2")]
    assert names(study) == [
        *("clinic_reference", "clinic_beds-5", "clinic_beds-10", "clinic_nurses-2")
    ]
    assert study.baseline == "clinic_reference"


def test_what_is_compared_with_comes_first_and_has_no_levels(ask: Ask) -> None:
    study = ask(f"compare_with: clinic\nvary:\n{BEDS}")
    assert study.baseline == study.variants[0].name == "clinic"
    assert study.variants[0].levels == {}
    assert len(study.variants) == 4


def test_a_latin_hypercube_has_one_point_in_each_stretch_of_each_axis(
    ask: Ask,
) -> None:
    days = "{between: [2 days, 4 days]}"
    below = (
        "vary:\n  demand: {demand: clinic, multiply_by: {between: [1, 2]}}\n"
        f"  stay: {{services: ward, what: takes.mean, set_to: {days}}}\n"
        f"{BEDS}design: latin_hypercube\npoints: 30\n"
    )
    rows = levels(ask(below))
    demand = np.array([float(row[0]) for row in rows])
    stay = np.array([float(row[1].removesuffix(" days")) for row in rows])
    assert sorted(np.floor((demand - 1) * 30)) == list(range(30))
    assert sorted(np.floor((stay - 2) * 15)) == list(range(30))
    assert {row[2] for row in rows} == {"0", "5", "10"}
    assert [row[2] for row in rows].count("5") == 10


def test_a_sobol_design_is_that_of_scipy(ask: Ask) -> None:
    below = (
        "vary:\n  demand: {demand: clinic, multiply_by: {between: [1, 2]}}\n"
        "  stay: {services: ward, what: takes.mean, multiply_by: {between: [0, 1]}}\n"
        "design: sobol\npoints: 16\nseed: 5\n"
    )
    found = np.array([[float(v) for v in row] for row in levels(ask(below))])
    expected = qmc.Sobol(2, scramble=True, rng=[5, 1]).random(16)
    expected[:, 0] += 1
    assert np.abs(found - expected).max() <= 0.5e-6


def test_a_longer_sobol_design_begins_with_the_shorter(ask: Ask) -> None:
    below = (
        "vary:\n  demand: {demand: clinic, multiply_by: {between: [1, 2]}}\n"
        "design: sobol\npoints: "
    )
    short, long = ask(f"{below}11\n"), ask(f"{below}40\n")
    assert levels(long)[:11] == levels(short)
    assert names(long)[:11] == names(short)
    assert names(short)[0] == "clinic_point-001"


def test_whole_numbers_are_drawn_where_only_they_can_stand(ask: Ask) -> None:
    below = (
        "vary:\n  beds: {services: ward, add: {between: [-2, 4]}}\n"
        "design: sobol\npoints: 32\n"
    )
    assert {row[0] for row in levels(ask(below))} == {
        *("-2", "-1", "0", "1", "2", "3", "4")
    }


# Names


def test_names_are_stable_when_values_and_draws_are_added(ask: Ask) -> None:
    few = ask(f"vary:\n{BEDS}draws: 2\n", "unsure")
    more = ask(
        "vary:\n  beds: {services: ward, add: [0, 5, 10, 15]}\ndraws: 3\n", "unsure"
    )
    by_name = {variant.name: variant for variant in more.variants}
    for variant in few.variants:
        assert by_name[variant.name].levels == variant.levels
        assert by_name[variant.name].drawn == variant.drawn


def test_long_names_are_numbered_by_the_places_of_their_values() -> None:
    parts = ["places-for-older-people-400"] * 4
    assert variant_name("town", parts, "4-1-3-2", 7) == "town_4-1-3-2_draw-007"
    assert variant_name("town", parts[:2], "4-1", 0) == (
        "town_places-for-older-people-400_places-for-older-people-400"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Community places", "community-places"),
        ("-5", "minus-5"),
        ("1.10", "1.10"),
        ("£40 per day", "40-per-day"),
        ("30%", "30"),
        ("a/b:c*?", "a-b-c"),
        ("café_x", "café-x"),
    ],
)
def test_parts_of_names_are_good_for_folders(text: str, expected: str) -> None:
    assert part(text) == expected


# Draws


def test_a_set_is_the_same_in_every_variant(ask: Ask) -> None:
    study = ask(f"vary:\n{BEDS}draws: 4\n", "unsure")
    by_draw: dict[int, set[tuple[str, ...]]] = {}
    for variant in study.variants:
        by_draw.setdefault(variant.draw, set()).add(tuple(variant.drawn.values()))
    assert sorted(by_draw) == [1, 2, 3, 4]
    assert all(len(sets) == 1 for sets in by_draw.values())
    assert len(set.union(*by_draw.values())) == 4


def test_a_further_uncertain_number_leaves_the_others_as_they_are(ask: Ask) -> None:
    before = ask("draws: 5\n", "unsure")
    more = UNSURE.replace("sd: 8 min", "sd: {between: [5 min, 9 min]}")
    after = ask("draws: 5\n", "unsure", more)
    for one, other in zip(before.variants, after.variants, strict=True):
        assert len(other.drawn) == len(one.drawn) + 1
        assert one.drawn.items() < other.drawn.items()


def test_another_seed_draws_other_numbers(ask: Ask) -> None:
    one, other = ask("draws: 3\n", "unsure"), ask("draws: 3\nseed: 2\n", "unsure")
    assert (one.seed, other.seed) == (None, 2)
    for a, b in zip(one.variants, other.variants, strict=True):
        assert (
            a.drawn["services.ward.takes.mean"] != b.drawn["services.ward.takes.mean"]
        )


def test_draws_may_fill_their_space(ask: Ask) -> None:
    study = ask("draws: {sets: 20, design: latin_hypercube}\n", "unsure")
    stays = [v.drawn["services.ward.takes.mean"] for v in study.variants]
    values = np.array([float(text.removesuffix(" days")) for text in stays])
    assert sorted(np.floor((values - 3) / 3 * 20)) == list(range(20))


def test_the_numbers_drawn_are_those_of_the_scenario(ask: Ask) -> None:
    variant = ask(f"vary:\n{BEDS}draws: 2\n", "unsure").variants[3]
    scenario = variant.scenario()
    expected = clinic(
        ("mean: 4 days", f"mean: {variant.drawn['services.ward.takes.mean']}"),
        ("capacity: 12", f"capacity: {variant.drawn['services.ward.capacity']}"),
        ("50 per day", variant.drawn["demand.clinic.rate"]),
        more="changes:\n  - {services: ward, add: 5}\n",
    )
    assert variant.levels == {"beds": "5"}
    assert digest(model(scenario)) == digest(model(scenarios.parse(expected)))
    assert scenario.uncertain == ()


def test_without_draws_uncertain_numbers_are_central(ask: Ask) -> None:
    (variant,) = ask("", "unsure").variants
    assert (variant.name, variant.draw, variant.drawn) == ("unsure", 0, {})
    assert len(variant.scenario().uncertain) == 3


def test_reading_a_variant_leaves_the_others_as_they_were(ask: Ask) -> None:
    study = ask(f"vary:\n{BEDS}draws: 2\n", "unsure")
    first = study.variants[0].scenario().resolved
    for variant in study.variants:
        variant.scenario()
    assert study.variants[0].scenario().resolved == first


# What is wrong with a combination


def test_a_draw_that_breaks_a_check_is_named_with_its_bounds(ask: Ask) -> None:
    share = "services.clinic.then.ward"
    unsure = clinic(
        ("ward: 10%", "ward: {between: [20%, 98%], most_likely: 30%}, clinic: 60%")
    )
    study = ask("draws: 40\n", "unsure", unsure)
    for variant in study.variants:
        if float(variant.drawn[share].removesuffix("%")) <= 40:
            assert variant.scenario()
            continue
        line = refused(variant)
        assert line.startswith("unsure.yaml:13:11 services.clinic.then: the shares add")
        assert (
            f" In draw {variant.draw}, {share} is {variant.drawn[share]}, drawn "
            in line
        )
        assert line.endswith("between 20% and 98%, most likely 30%.")


def test_a_level_that_breaks_a_check_is_told_at_its_place(ask: Ask) -> None:
    study = ask("vary:\n  beds: {services: ward, add: [0, -20]}\ndraws: 1\n", "unsure")
    assert study.variants[0].scenario()
    beds = int(study.variants[1].drawn["services.ward.capacity"])
    assert refused(study.variants[1]) == (
        "asked.yaml:5:9 vary.beds: from 2024-01-01 on this is "
        f"{beds - 20}, less than nothing (services.ward.capacity). In draw 1, beds is "
        "-20."
    )


def test_of_many_numbers_drawn_only_the_one_to_blame_is_told(ask: Ask) -> None:
    law = "law: triangular, lowest: 2 days, most_likely: 4 days, highest: 6 days"
    longer = "{between: [1, 9], most_likely: 1}"
    changes = "".join(
        f"  - {{demand: clinic, multiply_by: {{between: [1, 1.{n}]}}}}\n"
        for n in range(1, 9)
    )
    changes += f"  - {{services: ward, what: takes.lowest, multiply_by: {longer}}}\n"
    text = clinic(("law: exponential, mean: 4 days", law), more=f"changes:\n{changes}")
    variants = ask("draws: 8\n", "unsure", text).variants
    factor = "changes.services ward.takes.lowest.multiply_by"
    wrong = [v for v in variants if float(v.drawn[factor]) > 2]
    assert wrong
    line = refused(wrong[0])
    assert line.startswith("unsure.yaml:29:5 changes.8: from 2024-01-01 on most_likely")
    assert line.endswith(
        f"In draw 1, {factor} is {wrong[0].drawn[factor]}, drawn between 1 and 9, most "
        "likely 1."
    )


def test_variants_differ_in_what_is_varied_and_drawn_and_nothing_else(ask: Ask) -> None:
    variants = ask(f"vary:\n{BEDS}draws: 2\n", "unsure").variants
    first, draw, level = (variants[i].scenario().resolved for i in (0, 1, 2))
    assert [d.text for d in differences(first, level)] == [
        "Change: capacity of ward: 0 more → 5 more."
    ]
    places = [d.path for d in differences(first, draw)]
    assert set(places) <= {
        *("services.ward.capacity", "services.ward.takes.mean", "demand.clinic.rate")
    }
    assert "services.ward.takes.mean" in places


# In words


def test_a_study_says_what_it_asks_and_runs(ask: Ask) -> None:
    below = f"compare_with: clinic\nvary:\n{BEDS}{NURSES}draws: 3\nreplications: 4\n"
    study = ask(below, "unsure")
    assert study.replications == 4
    said = study.sentences()
    assert said[0] == "What if?"
    assert said[1] == "19 variants: 18 of unsure, 1 of clinic."
    assert said[2] == "Varied: beds: services of ward: add 0, 5, 10."
    assert any("demand.clinic.rate lies between 45 per day" in line for line in said)
    assert study.as_dict()["sentences"] == said


def test_words_can_be_varied_where_changes_set_words(ask: Ask, tmp_path: Path) -> None:
    text = clinic(("kind: beds", "kind: beds\n    one_per: age\n    pooled: no"))
    (tmp_path / "places.yaml").write_text(text, encoding="utf-8")
    vary = "vary:\n  pooling: {services: ward, what: pooled, set_to: [no, yes]}\n"
    apart, together = (v.scenario() for v in ask(vary, "places").variants)
    assert [s.name for s in apart.services] == [
        *("clinic", "ward in child", "ward in adult")
    ]
    assert [s.name for s in together.services] == ["clinic", "ward"]
    with pytest.raises(scenarios.ScenarioError) as error:
        ask(vary.replace("[no, yes]", "[no, perhaps]"), "places")
    assert [p.path for p in error.value.problems] == ["vary.pooling"]
