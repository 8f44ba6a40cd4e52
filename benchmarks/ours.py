"""Our two engines, on scenario files, with all statistics on."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.definitions import Case
from benchmarks.trials import Answers, Engine, Prepared, Sample, fewer, mean_waits
from kernels import tallies as counting
from kernels.layout import DAY, MINUTE, Model
from kernels.tallies import Tallies
from scenarios import parse, read
from scenarios.scenario import Scenario
from scenarios.tables import model
from simulator.replication import replicate

COMPILED, REFERENCE = "caresim compiled", "caresim reference"
FOLDER = Path(__file__).parent / "cases"
SHORTER = """\
caresim: 1
extends: {name}
title: Another number of patients
period: {{horizon: {minutes} min}}
"""
SEED = 1
FEW = 1000


def tables(name: str, minutes: float | None = None) -> Model:
    """Return the tables of a case's scenario file, or of one of another horizon."""
    return model(scenario(name, minutes))


def scenario(name: str, minutes: float | None = None) -> Scenario:
    """Return the scenario of a case's file, or one that extends it to a horizon."""
    if minutes is None:
        return read(FOLDER / f"{name}.yaml")
    text = SHORTER.format(name=name, minutes=round(minutes))
    return parse(text, folder=FOLDER)


def prepared(engine: str, case: Case, patients: int) -> Prepared:
    """Return a trial of an engine (a name of `simulator.replication.ENGINES`).

    A run of a few patients comes first, so that everything is compiled.
    """
    sample(tables(case.name, _minutes(case, FEW)), engine, case)
    began = process_time()
    read_in = tables(case.name, _minutes(case, patients))
    return Prepared(partial(sample, read_in, engine, case), process_time() - began)


def _minutes(case: Case, patients: int) -> float:
    return patients / case.rate * case.unit / MINUTE


def sample(read_in: Model, engine: str, case: Case) -> Sample:
    """Run one replication of a case."""
    done = replicate(read_in, SEED, 1, engine)
    patients = int(done.tallies.entered.sum())
    return Sample(patients, done.cpu_seconds, answers(case, done.tallies))


def answers(case: Case, tallies: Tallies) -> Answers:
    """Return what the tallies of a replication say of a case."""
    counts = tallies.counts.sum(axis=(0, 1))
    waited = counts[:, counting.WAIT_DAYS] * float(DAY) + counts[:, counting.WAIT_REST]
    started, entered = counts[:, counting.STARTED], tallies.entered.sum()
    waits = mean_waits(case.groups, (waited / case.unit).tolist(), started.tolist())
    return waits | {
        "reneged": float(tallies.left_by.sum() / entered),
        "visits": float(started.sum() / entered),
        "list_at_end": float(np.sum(tallies.ends[-1, ..., counting.E_IN_LINE])),
    }


def engine(name: str) -> Engine:
    """Return our `compiled` or our `reference` engine."""
    number = version("caresim")
    if name == "compiled":
        return Engine(COMPILED, number, partial(prepared, "compiled"), _all_sizes)
    return Engine(REFERENCE, number, partial(prepared, "simpy"), fewer)


def _all_sizes(case: Case) -> tuple[int, ...]:
    return case.many + case.more
