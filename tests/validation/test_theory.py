"""Caresim against queueing theory.

A few cases run quickly with every test run, to 3%; all of them run in full under
`make validate`, to 1% where that is within reach (each figure has its own limit). The
seed of each case is the number in its name and was never chosen by its outcome.

The full run is the compiled engine's. That it speaks for both is checked case by case:
the first replication, whole, is the same visits from the other engine, to the last bit.
"""

from __future__ import annotations

import numpy as np
import pytest

from kernels.layout import Records
from kernels.philox import key
from scenarios import read
from scenarios.tables import model
from simulator.replication import ENGINES, replicate
from tests.conformance.histories import check_records
from tests.validation.cases import CASES
from tests.validation.harness import BOUND, QUICK, SCENARIOS, Case, Finding, check
from tests.validation.report import FULL_ENGINE, full_run, keep_agreement
from tests.validation.unsaid import NEVER

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


def test_every_scenario_file_is_a_case_or_a_trace() -> None:
    there = {path.stem for path in SCENARIOS.glob("*.yaml")}
    assert there == {case.name for case in CASES} | TRACES


def test_the_seed_of_a_case_is_the_number_in_its_name() -> None:
    for case in CASES:
        number = int("".join(x for x in case.name.partition("-")[0] if x.isdigit()))
        assert read(SCENARIOS / f"{case.name}.yaml").period.seed == number, case.name


TRACES = {"T39", "X01", "X02", "X03", "F97", "F98"}
"""Files without chance: `test_traces` and `test_traces_of_units`."""
PACK = """
T01a T02a T02d T03a T04a T05a T05b T05c T06a T07a T08a T09a T10 T11a T12a T13a T14a
T15a T17a T19a T20a T21a T22a T23a T24a T25a T26a T27a T28a T29a T30a T31a T32a T34a
T36a T37a T38 T39 T40a D01 D02 D03 D06 D08 D10 P1 P2 P3 P6 P7 P9 P11 P12
"""
"""The cases of the validation pack; its traces X01 to X11 are in `test_traces`."""


def test_every_case_of_the_pack_is_said_or_it_is_said_why_not() -> None:
    said = {path.stem.partition("-")[0] for path in SCENARIOS.glob("*.yaml")}
    assert set(PACK.split()) <= said | {row.name for row in NEVER}


def test_a_second_triage_nurse_leaves_who_comes_and_when_as_it_was() -> None:
    """The trap of P2: adding a resource must not shift the luck of others."""
    one, two = (
        first_replication(case, FULL_ENGINE).patients[["who", "entered"]]
        for case in CASES
        if case.name.startswith("P2")
    )
    assert np.array_equal(one, two)


@pytest.mark.parametrize("case", quick, ids=name)
def test_a_short_run_agrees_with_theory(case: Case) -> None:
    found = check(case, FULL_ENGINE, case.quick)
    assert not far_off(found)
    assert found[0].relative <= QUICK


@pytest.mark.validate
@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_long_run_agrees_with_theory(case: Case) -> None:
    found = full_run(case)
    assert not far_off(found)
    vague = [f"{f.metric.name}: {f.relative:.4f}" for f in found if f.is_vague]
    assert not vague
    assert not [f.metric.name for f in found if f.is_far_from_printed]


def first_replication(case: Case, engine: str) -> Records:
    """Return what an engine writes in the first replication of a case."""
    scenario = read(SCENARIOS / f"{case.name}.yaml")
    played = replicate(model(scenario), scenario.period.seed, 1, engine, keep=True)
    assert played.records is not None
    return played.records


@pytest.mark.validate
@pytest.mark.parametrize("case", CASES, ids=name)
def test_both_engines_make_the_same_visits(case: Case) -> None:
    one, other = (first_replication(case, engine) for engine in sorted(ENGINES))
    for table, again in zip(one, other, strict=True):
        assert np.array_equal(table, again)
    scenario = read(SCENARIOS / f"{case.name}.yaml")
    check_records(model(scenario), key(scenario.period.seed, 1), one)
    keep_agreement(case.name, len(one.visits))
