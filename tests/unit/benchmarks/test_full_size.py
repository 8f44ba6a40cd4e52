"""What West Yorkshire takes is told against what was asked."""

from benchmarks.full_size import Played, played, text


def test_a_replication_is_measured():
    found = played("1:1000")
    assert found.visits > 50_000
    assert 0 < found.seconds < 60
    assert 0.1 < found.gigabytes <= found.gigabytes_written < 8


def test_full_size_is_held_against_what_was_asked():
    page = text([Played("1:1", 160_000_000, 192.0, 2.5, 12.0, 3.5)])
    assert "1,200" in page
    assert "3.2 times the time and 1.8 times the memory" in page
    assert "Asked" not in text([Played("1:20", 8_000_000, 9.6, 0.5, 4.0, 1.5)])
