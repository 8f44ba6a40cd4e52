"""Caresim against queueing theory.

A few cases run quickly with every test run, to 3%; all of them run in full under
`make validate`, to 1% where that is within reach (each figure has its own limit). The
seed of each case is the number in its name and was never chosen by its outcome.
"""

from __future__ import annotations

import numpy as np
import pytest

from kernels.layout import DAY
from results import Run
from scenarios import read
from scenarios.tables import model
from simulator import compiled
from simulator.replication import ENGINES
from tests.validation.cases import CASES
from tests.validation.harness import BOUND, QUICK, SCENARIOS, Case, Finding, check
from tests.validation.report import keep

ENGINE = "compiled"
quick = [case for case in CASES if case.quick]


def name(case: Case) -> str:
    return case.name


def far_off(found: list[Finding]) -> list[str]:
    """Return the figures that theory contradicts."""
    return [
        f"{f.metric.name}: {f.mean:.6g}, expected {f.metric.expected:.6g}, z {f.z:.2f}"
        for f in found
        if abs(f.z) >= BOUND
    ]


@pytest.mark.parametrize("case", quick, ids=name)
def test_a_short_run_agrees_with_theory(case: Case) -> None:
    found = check(case, ENGINE, case.quick)
    assert not far_off(found)
    assert found[0].relative <= QUICK


@pytest.mark.validate
@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_long_run_agrees_with_theory(case: Case) -> None:
    found = check(case, ENGINE)
    keep(ENGINE, found)
    assert not far_off(found)
    vague = [f"{f.metric.name}: {f.relative:.4f}" for f in found if f.is_vague]
    assert not vague
