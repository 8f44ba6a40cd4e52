"""A run of several replications, measured."""

from benchmarks.replications import Taken, taken, text


def test_a_run_is_measured_with_its_tables() -> None:
    found = taken("1:1000", 2, 2)
    assert found[:3] == ("1:1000", 2, 2)
    assert 0.0 < found.minutes < 10.0
    assert found.cpu_minutes > 0.0
    assert 0.1 < found.gigabytes < 20.0
    assert "Asked" not in text(found)


def test_twenty_at_full_size_are_held_against_what_was_asked() -> None:
    page = text(Taken("1:1", 20, 2, 22.0, 40.0, 9.0))
    assert "Asked: 11 minutes. It takes 2.0 times as long." in page
    assert "| 1:1   | 20           |       2 |    22.0 |        40.0 | 9.0 |" in page
