"""What is measured: a trial of an engine on a case, and its answers."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from typing import NamedTuple

from benchmarks.definitions import CASES, Case

Answers = dict[str, float]
"""By the names of `definitions.Figure`; an engine may leave some out."""


class Sample(NamedTuple):
    """What one run gives."""

    patients: int
    """Who came."""
    seconds: float
    """Of CPU time, reading and compiling left out."""
    answers: Answers


Trial = Callable[[], Sample]
"""A run, again and again the same."""


class Prepared(NamedTuple):
    """A trial, and the CPU time of what came before."""

    trial: Trial
    seconds: float
    """Of reading the scenario and making its tables, or of building or compiling the
    peer's model."""


class Engine(NamedTuple):
    """Something that simulates."""

    name: str
    version: str
    prepared: Callable[[Case, int], Prepared]
    """For a case and a number of patients."""
    sizes: Callable[[Case], tuple[int, ...]]
    """The numbers of patients of a case."""
    cases: tuple[str, ...] = tuple(CASES)
    """What it can simulate."""


def many(case: Case) -> tuple[int, ...]:
    """Return the sizes of a case for a compiled engine."""
    return case.many


def fewer(case: Case) -> tuple[int, ...]:
    """Return the sizes of a case for an engine in plain Python."""
    return case.fewer


def clocked(run: Callable[[], Answers], patients: int) -> Sample:
    """Return a run's answers and the CPU time that it took."""
    gc.collect()
    began = process_time()
    answers = run()
    return Sample(patients, process_time() - began, answers)


def mean_waits(
    groups: tuple[str, ...], sums: list[float], started: list[int]
) -> Answers:
    """Return the mean wait of all and of each group, highest priority first."""
    answers = {"mean_wait": sum(sums) / max(sum(started), 1)}
    if len(groups) > 1:
        for name, waited, number in zip(groups, sums, started, strict=True):
            answers[f"mean_wait_{name}"] = waited / max(number, 1)
    return answers
