"""Whether services are steady over the period, by MSER-5."""

from itertools import pairwise

import numpy as np
import pytest

from results.statistics.settling import sentences, truncation, unsettled
from tests.unit.results.small import labels, model, run, tally, visit

SEED = 20261129
LUCK = np.random.default_rng(SEED)


@pytest.fixture(autouse=True)
def same_luck() -> None:
    """Let no test depend on those before it."""
    LUCK.bit_generator.state = np.random.default_rng(SEED).bit_generator.state


def path(beginning: float, length: int, n: int = 400) -> np.ndarray:
    """Return a path of a hundred that begins elsewhere and comes straight to it."""
    drift = np.clip(1 - np.arange(n) / length, 0, 1) * beginning
    return 100 + drift + LUCK.normal(0, 3, n)


def naive(values: np.ndarray) -> int:
    """Return where to cut, by the definition: variance ÷ number of what remains."""
    batches = [values[i : i + 5].mean() for i in range(0, len(values) // 5 * 5, 5)]
    errors = [np.var(batches[d:]) / (len(batches) - d) for d in range(len(batches) - 5)]
    return 5 * int(np.argmin(errors))


@pytest.mark.parametrize("beginning", [-90.0, 60.0])
def test_a_beginning_that_is_out_of_line_is_cut_off(beginning):
    found = truncation(path(beginning, 100))
    assert found is not None
    assert 60 <= found <= 120


def test_the_cut_is_where_the_definition_has_it():
    for beginning in (-50.0, 0.0, 10.0, 50.0):
        values = path(beginning, 60, 203)
        assert (truncation(values) or 0) == (
            naive(values) if naive(values) <= 100 else 0
        )


def test_a_path_that_rises_to_the_end_never_settles():
    assert truncation(np.arange(400.0)) is None


def test_a_path_that_never_moves_is_steady_from_the_start():
    assert truncation(np.full(200, 7.0)) == 0


NIGHTS = 200


def ward(*levels):
    """Return a run of a ward with so many beds taken on each night, by replication.

    Patients stay from noon to noon, so that the census of midnight is as given.
    """
    months = (0, NIGHTS)
    of = model(months=months, kinds=("beds",))
    tallies = []
    for level in levels:
        visits = []
        edges = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), len(level)]
        for first, last in pairwise(edges):
            stays = [visit(first, first, last) for _ in range(level[first])]
            visits.extend(stays)
        tallies.append(tally(of, visits))
    return run(*tallies, labels=labels(months=months, kinds=("beds",), units=60))


def noisy(level: np.ndarray) -> list[list[int]]:
    return [(level + LUCK.integers(-1, 2, len(level))).tolist() for _ in range(4)]


def test_a_ward_that_fills_up_is_steady_from_then_on():
    filling = np.minimum(np.arange(NIGHTS), 40) + 2
    (found,) = unsettled(ward(*noisy(filling)))
    assert found.service == "beds"
    assert 35 <= found.days <= 80
    (said,) = sentences([found])
    # The small world begins on 3 February 2000.
    assert said.startswith("Steady only later: beds from 2000-03-")
    assert f" on, after {found.days} days. Averages" in said
    (both,) = sentences([found, found._replace(service="clinic")])
    assert both.count(f"after {found.days} days") == 2


def test_a_ward_that_fills_up_to_the_end_is_never_steady():
    (found,) = unsettled(ward(*noisy(np.arange(NIGHTS) // 4 + 2)))
    assert found.settled is None
    assert list(sentences([found])) == [
        "Not steady at any time of the period: beds. Their averages over the whole "
        "say little: look at months."
    ]


def test_a_steady_ward_and_one_replication_say_nothing():
    assert unsettled(ward(*noisy(np.full(NIGHTS, 40)))) == ()
    assert unsettled(ward(np.arange(NIGHTS).tolist())) == ()


def test_a_beginning_that_hardly_moves_the_average_is_left_alone():
    short = np.full(NIGHTS, 40)
    short[:8] = 30
    assert unsettled(ward(*noisy(short))) == ()


def test_a_summary_warns_of_it_once():
    warnings = ward(*noisy(np.arange(NIGHTS) // 4 + 2)).summary().warnings()
    assert len(warnings) == 1
