"""The least capacity, found where it is known exactly."""

from pathlib import Path

import pytest

from tests.validation.least_capacity import CASES, CONFIDENCE, answers

ALLOWED = 97
"""Of 100, where the probability of correct selection is set to 0.99."""


QUICK = ("M/M/c", "Erlang B", "Erlang A")
"""Cases that take a second or two."""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_the_least_capacity_is_found(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    (found,) = answers(case, range(1), tmp_path)
    assert found.question.confidence == CONFIDENCE
    assert found.best == case.exact()
    assert found.is_certain


@pytest.mark.validate
@pytest.mark.parametrize("name", CASES)
def test_the_least_capacity_is_found_a_hundred_times(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    exact = case.exact()
    found = answers(case, range(100), tmp_path)
    right = sum(one.best == exact for one in found)
    replications = sum(t.replications for one in found for t in one.tried) / 100
    print(f"\n{name}: {right} of 100 right; {replications:.0f} replications each")  # noqa: T201
    assert right >= ALLOWED
