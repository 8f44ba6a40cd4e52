"""Uncertain numbers: what is taken for them, and what is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import scenarios
from scenarios.spans import Span, amount
from scenarios.studies.draws import chance, identity
from scenarios.tables import digest, model
from tests.unit.scenarios.clinics import clinic, read, refused

N = 2000
CRITICAL = 1.9495
"""Kolmogorov's law at 99.9%: sqrt(n) times the largest distance."""


def span(low: str, high: str, likely: str | None = None) -> Span:
    middle = None if likely is None else amount(likely)
    return Span(amount(low), amount(high), middle)


def drawn(of: Span, seed: int = 1) -> np.ndarray:
    """Return the numbers of many draws."""
    texts = [of.at(chance(seed, "x", d)) for d in range(1, N + 1)]
    return np.array([float(amount(text).value) for text in texts])


@pytest.mark.parametrize(
    ("of", "law"),
    [
        (span("34 days", "45 days"), stats.uniform(34, 11)),
        (span("-0.2", "0.3"), stats.uniform(-0.2, 0.5)),
        (span("1.20", "1.40", "1.25"), stats.triang(0.25, 1.2, 0.2)),
        (span("2%", "8%", "2%"), stats.triang(0.0, 2, 6)),
        (span("2%", "8%", "8%"), stats.triang(1.0, 2, 6)),
    ],
)
def test_draws_follow_their_law(of: Span, law: stats.rv_continuous) -> None:
    distance = stats.kstest(drawn(of), law.cdf).statistic
    assert np.sqrt(N) * distance < CRITICAL


def test_whole_numbers_are_equally_likely_and_the_ends_too() -> None:
    counts = np.unique(drawn(span("8", "13").whole()), return_counts=True)
    assert counts[0].tolist() == [8, 9, 10, 11, 12, 13]
    assert stats.chisquare(counts[1]).pvalue > 0.001


def test_draws_of_different_sets_numbers_and_seeds_have_nothing_in_common() -> None:
    rows = [
        [chance(1, "x", d) for d in range(1, N + 1)],
        [chance(1, "y", d) for d in range(1, N + 1)],
        [chance(2, "x", d) for d in range(1, N + 1)],
        [chance(1, "x", d + 1) for d in range(1, N + 1)],
    ]
    together = np.corrcoef(rows) - np.eye(4)
    assert np.abs(together).max() < 4 / np.sqrt(N)


def test_identities_of_names_are_known_numbers() -> None:
    # SHA-256 of "" begins with e3b0c44298fc1c14.
    assert identity("") == 0xE3B0C44298FC1C14 >> 1


@pytest.mark.parametrize(
    ("of", "central"),
    [
        (span("1.20", "1.40"), "1.3"),
        (span("1.20", "1.40", "1.250"), "1.250"),
        (span("3 days", "4 days"), "3.5 days"),
        (span("1 day", "4 days"), "2.5 days"),
        (span("£300 per day", "£400 per day (pack)"), "£350 per day (pack)"),
        (span("1,000", "3,000"), "2000"),
        (span("-4 min", "2 min"), "-1 min"),
        (span("10", "13").whole(), "12"),
        (span("-3", "0").whole(), "-1"),
        (span("1 every 3 days", "2 every 3 days"), "1.5 every 3 days"),
    ],
)
def test_the_central_value_is_the_likeliest_or_the_middle(
    of: Span, central: str
) -> None:
    assert of.central == central


def test_no_draw_leaves_its_span_and_all_are_short() -> None:
    for of in (span("0.1%", "0.4%"), span("1", "1000000"), span("5 min", "90 min")):
        texts = [of.at(u) for u in (0.0, 1e-9, 0.3, 0.999999999, 1.0)]
        values = [amount(text).value for text in texts]
        assert values == sorted(values)
        assert of.low.value <= values[0] <= values[-1] <= of.high.value
        assert max(map(len, texts)) < 16
        assert values[0] == of.low.value
        assert values[-1] == of.high.value


def test_a_scenario_takes_the_central_values() -> None:
    unsure = (
        ("mean: 4 days", "mean: {between: [3 days, 6 days], most_likely: 4 days}"),
        ("capacity: 12", "capacity: {between: [10, 13]}"),
        ("ward: 10%", "ward: {between: [5%, 15%]}"),
    )
    scenario, plain = read(*unsure), read()
    assert digest(model(scenario)) == digest(model(plain))
    assert scenario.resolved == plain.resolved
    assert [number.sentence() for number in scenario.uncertain] == [
        "Uncertain: services.clinic.then.ward lies between 5% and 15%; 10% is taken.",
        "Uncertain: services.ward.capacity lies between 10 and 13; 12 is taken.",
        "Uncertain: services.ward.takes.mean lies between 3 days and 6 days, most "
        "likely 4 days; 4 days is taken.",
    ]
    assert plain.uncertain == ()


def test_what_is_restored_has_the_numbers_that_were_taken() -> None:
    scenario = read(("mean: 4 days", "mean: {between: [3 days, 6 days]}"))
    again = scenarios.restored(scenario.resolved)
    assert digest(model(again)) == digest(model(scenario))
    assert again.uncertain == ()


def test_a_change_is_named_by_what_it_changes() -> None:
    more = (
        "changes:\n"
        "  - {demand: [clinic], multiply_by: 1.1}\n"
        "  - {services: ward, what: takes.mean, multiply_by: {between: [1, 2]}}\n"
        "  - {demand: {to: clinic}, multiply_by: {by: age, rest: {between: [1, 2]}}}\n"
        "  - {services: ward, what: takes.mean, multiply_by: {between: [2, 3]}}\n"
    )
    names = [number.name for number in read(more=more).uncertain]
    assert names == [
        "changes.services ward.takes.mean.multiply_by",
        "changes.demand to clinic.multiply_by.rest",
        "changes.services ward.takes.mean.multiply_by.2",
    ]


def test_both_ends_are_read_as_if_written_and_all_faults_are_told() -> None:
    said = refused(("ward: 10%", "ward: {between: [90%, 110%], most_likely: 200%}"))
    assert said == [
        "services.clinic.then.ward.most_likely: '200%' must lie between '90%' and "
        "'110%'."
    ]
    said = refused(("ward: 10%", "ward: {between: [110%, 120%]}"))
    assert [line.split(":")[0] for line in said] == [
        "services.clinic.then.ward.between.0",
        "services.clinic.then.ward.between.1",
    ]


def test_ends_inside_a_table_by_group_are_told_with_their_place() -> None:
    text = clinic(("mean: 4 days", "mean: {by: age, rest: {between: [1 day, 2 dys]}}"))
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text, "x")
    (problem,) = error.value.problems
    assert problem.path == "services.ward.takes.mean.rest.between"
    assert "different units" in problem.message


def test_uncertain_capacities_of_pooled_places_are_added_up() -> None:
    pooled = "one_per: age\n    pooled: yes\n    capacity: "
    scenario = read(("capacity: 12", f"{pooled}{{between: [9, 12]}}"))
    assert scenario.uncertain[0].taken == "11"
    assert digest(model(scenario)) == digest(
        model(read(("capacity: 12", pooled + "11")))
    )
    said = refused(("capacity: 12", f"{pooled}{{between: [9, 12.5]}}"))
    assert said == [
        "services.ward.capacity.between.1: '12.5' is not a whole number. Write for "
        "example 12."
    ]


def test_the_uncertain_capacity_of_one_place_is_added_to_the_others() -> None:
    table = "{by: age, child: {between: [3, 5]}, adult: 10}"
    pooled = f"one_per: age\n    pooled: yes\n    capacity: {table}"
    (capacity,) = read(("capacity: 12", pooled)).services[1].capacity
    assert capacity.number.values == (14.0,)


def test_what_is_no_number_cannot_be_uncertain() -> None:
    assert refused(("title: A clinic", "title: {between: [1, 2]}")) == [
        "title: an uncertain number cannot stand here; write one number."
    ]
    assert refused(("horizon: 1 year", "horizon: {between: [1 year, 2 years]}")) == [
        "period.horizon: what is simulated, and how often, cannot be uncertain."
    ]
