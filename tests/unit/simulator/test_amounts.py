"""Values that measures are held against, as people write them."""

import pytest

from simulator.amounts import limit_example, limit_in


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2 days", "days", 2.0),
        ("12 hours", "days", 0.5),
        ("92%", "share", 0.92),
        ("£1.2 million", "pounds", 1.2e6),
        ("300", "visits", 300.0),
        ("300 visits", "visits", 300.0),
        ("0.92", "share", None),
        ("2", "days", None),
        ("300", "pounds", None),
        ("many", "visits", None),
        ("300 beds", "visits", None),
    ],
)
def test_a_limit_is_read_in_the_unit_of_its_measure(
    text: str, unit: str, value: float | None
) -> None:
    found = limit_in(text, unit)
    assert found == (None if value is None else pytest.approx(value))


def test_what_may_be_written_is_said() -> None:
    assert limit_example("share") == "a share such as 92%"
    assert "3 min" in limit_example("days")
