"""The engines, ours and the peers, answer what the cases ask."""

from __future__ import annotations

import math
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

from benchmarks import ours
from benchmarks.definitions import CASES, Case
from benchmarks.ours import SEED, tables
from benchmarks.processes import alone
from benchmarks.rows import wrong
from benchmarks.trials import Engine
from kernels.layout import HOUR, LEFT
from simulator.replication import replicate

FIRST = ["a75", "a90", "b", "c"]


def far_off(engine: Engine, case: Case, patients: int) -> tuple[str, ...]:
    sample = engine.prepared(case, patients).trial()
    assert sample.patients == pytest.approx(patients, abs=5 * math.sqrt(patients))
    assert sample.seconds > 0
    assert sample.answers
    return wrong(case, patients, sample.answers)


@pytest.mark.parametrize("name", CASES)
def test_the_compiled_engine_answers_rightly(name: str) -> None:
    assert far_off(ours.engine("compiled"), CASES[name], 40_000) == ()


@pytest.mark.parametrize("name", FIRST)
def test_the_reference_engine_answers_rightly(name: str) -> None:
    assert far_off(ours.engine("reference"), CASES[name], 2_000) == ()


def far_off_everywhere(peer: str) -> dict[str, tuple[str, ...]]:
    engines = import_module(f"benchmarks.peers.with_{peer}").engines()
    return {
        f"{engine.name}, {name}": said
        for engine in engines
        for name in engine.cases
        if (said := far_off(engine, CASES[name], 2_000))
    }


@pytest.mark.parametrize("peer", ["simpy", "ciw", "cimba"])
def test_a_peer_answers_rightly(peer: str) -> None:
    if find_spec(peer) is None:
        pytest.skip("make bench installs it")
    assert alone(far_off_everywhere, peer) == {}


def test_patients_of_the_network_stay_as_long_as_published() -> None:
    patients = 40_000
    model = tables("c", patients / 12 * 60)
    records = replicate(model, SEED, 1, "compiled", keep=True).records
    assert records is not None
    gave_up = records.visits["who"][records.visits["outcome"] == LEFT]
    here = records.patients[records.patients["left"] >= 0]
    treated = here[~np.isin(here["who"], gave_up)]
    stayed = (treated["left"] - treated["entered"]).mean() / HOUR
    # 40 runs of 500,000 patients gave 3.54985 ± 0.00138 (95%).
    assert stayed == pytest.approx(3.54985, abs=4 * 3.06 / math.sqrt(patients))


def test_both_our_engines_are_asked_the_same() -> None:
    case = CASES["c"]
    samples = [
        ours.engine(name).prepared(case, 1_000).trial()
        for name in ("compiled", "reference")
    ]
    assert samples[0].answers == samples[1].answers
    assert samples[0].patients == samples[1].patients
