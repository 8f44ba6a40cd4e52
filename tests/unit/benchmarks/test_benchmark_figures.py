"""What the cases should answer, against published values."""

from __future__ import annotations

import pytest

from benchmarks.definitions import CASES, Figure, list_at
from benchmarks.rows import wrong


@pytest.mark.parametrize(
    ("patience", "patients", "length"),
    [
        (float("inf"), 10_000, 2308),
        (float("inf"), 40_000, 9231),
        (float("inf"), 80_000, 18462),
        (20_000, 10_000, 2166),
        (20_000, 40_000, 7222),
        (20_000, 80_000, 11546),
    ],
)
def test_the_overloaded_list_has_its_published_length(
    patience: float, patients: int, length: int
) -> None:
    expected = list_at(patients / 3.9, patience).value
    assert expected == pytest.approx(length, rel=0.001)


@pytest.mark.parametrize(
    ("patients", "sd"), [(10_000, 130), (40_000, 270), (80_000, 380)]
)
def test_the_overloaded_list_varies_as_published(patients: int, sd: float) -> None:
    assert list_at(patients / 3.9, float("inf")).sd == pytest.approx(sd, rel=0.05)


def test_the_patient_list_varies_as_its_equation_says() -> None:
    length, variance = 0.0, 0.0
    for _ in range(20_513):  # Euler's steps of a minute
        variance += 6.9 + length / 20_000 - 2 * variance / 20_000
        length += 0.9 - length / 20_000
    figure = list_at(80_000 / 3.9, 20_000)
    assert figure.value == pytest.approx(length, rel=1e-3)
    assert figure.sd == pytest.approx(variance**0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "figure", "value"),
    [
        ("a75", "mean_wait", 3.0),
        ("a90", "mean_wait", 9.0),
        ("b", "mean_wait_high", 0.0377239044),
        ("b", "mean_wait_low", 0.377239044),
        ("b", "mean_wait", 0.275384502),
        ("c", "mean_wait", 0.14073),
        ("c", "reneged", 0.11639),
        ("c", "visits", 2.93451),
        ("d-prio3", "mean_wait_A", 0.588235),
        ("d-prio3", "mean_wait_B", 4.411765),
    ],
)
def test_a_case_expects_the_published_value(
    name: str, figure: str, value: float
) -> None:
    figures = {found.name: found.value for found in CASES[name].figures(1000)}
    assert figures[figure] == pytest.approx(value, rel=1e-6)


def test_four_standard_deviations_are_allowed() -> None:
    figure = Figure("mean_wait", 10.0, 1.0)
    assert figure.is_met_by(13.9)
    assert figure.is_met_by(6.1)
    assert not figure.is_met_by(14.1)
    assert not figure.is_met_by(float("nan"))


def test_a_wrong_answer_is_told_with_what_would_be_right() -> None:
    (said,) = wrong(CASES["c"], 1_000_000, {"mean_wait": 0.116, "other": 1.0})
    assert said == "mean_wait is 0.116, not 0.14073 ± 0.0025"
