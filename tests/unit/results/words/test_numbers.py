import pytest

from results.words.numbers import amount


@pytest.mark.parametrize(
    ("value", "unit", "half", "expected"),
    [
        (41.2, "days", 3.1, "41 days"),
        (1.0, "days", None, "24 hours"),
        (3.0, "days", None, "3 days"),
        (0.25, "days", 0.02, "6.0 hours"),
        (0.0123, "days", None, "17.7 minutes"),
        (126, "days", 0.5, "18.00 weeks"),
        (0.955, "share", 0.001, "95.5%"),
        (0.02, "share", None, "2%"),
        (1_234_567, "pounds", None, "£1.23 million"),
        (-1_234_567, "pounds", 100_000, "−£1.2 million"),
        (2.5e9, "pounds", None, "£2.5 billion"),
        (950.4, "pounds", None, "£950"),
        (12_345, "visits", None, "12,345 visits"),
        (1, "visits", None, "1 visit"),
        (-1, "unit-days", None, "−1 unit-day"),
        (0, "patients", None, "0 patients"),
        (-0.0001, "patients", 0.1, "0.0 patients"),
        (0.000001234, "units", None, "0.000001 units"),
    ],
)
def test_numbers_are_said_in_sensible_units_and_digits(value, unit, half, expected):
    assert amount(value, unit, half) == expected
