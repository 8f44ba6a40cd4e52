"""What a batch is to run: its runs by name, with the key of what each depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kernels.layout import DAY, Model
from kernels.volumes import patients_per_day
from results.errors import ResultError
from results.folder.manifest import digest
from results.layout.labels import Labels
from results.run import Origin
from scenarios.studies.draws import seed_of
from scenarios.tables import digest as tables_digest
from simulator.experiment import prepared

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from scenarios.studies.study import Variant

FORMAT = 1
KEY_LENGTH = 24
VISITS = 1_500_000
"""Of a block, about: a second."""
MOST = 100
"""Replications of a block."""
STEPS = 3
"""Visits of a patient, about; for the size of blocks only."""


@dataclass(frozen=True)
class PlannedRun:
    """One scenario of a batch, to be simulated so many times."""

    name: str
    """Of its run folder."""
    title: str
    key: str
    """Digest of all that a replication of a certain number depends on."""
    seed: int
    replications: int
    """How many, from 1 on."""
    block: int
    """Replications of a unit."""
    keeps: bool
    """Whether patients are recorded."""
    base: str
    levels: Mapping[str, str] = field(default_factory=dict)
    draw: int = 0
    drawn: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> range:
        """The numbers of its replications."""
        return range(1, self.replications + 1)


class Frame(NamedTuple):
    """What a run folder says besides what replications give."""

    labels: Labels
    origin: Origin

    def as_dict(self) -> dict[str, Any]:
        """Return the frame as plain data."""
        return {"labels": self.labels.as_dict(), "origin": dict(vars(self.origin))}

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> Frame:
        """Return the frame that plain data hold."""
        return Frame(Labels.from_dict(plain["labels"]), Origin(**plain["origin"]))


class Prepared(NamedTuple):
    """A run, what is written of it, and the model that it simulates."""

    run: PlannedRun
    frame: Frame
    model: Model


@dataclass(frozen=True)
class Book:
    """All runs of a batch."""

    study: str
    """Name of the study."""
    question: str
    baseline: str | None
    """Name of the run with which the others are compared."""
    runs: tuple[PlannedRun, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the book as plain data."""
        runs = [
            {**vars(run), "levels": dict(run.levels), "drawn": dict(run.drawn)}
            for run in self.runs
        ]
        return {
            "format": FORMAT,
            "caresim": version("caresim"),
            **{k: v for k, v in vars(self).items() if k != "runs"},
            "runs": runs,
        }

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> Book:
        """Return the book that plain data hold.

        Raises
        ------
        ResultError
            If it is none, or a newer one. The message goes on after its name.
        """
        try:
            if plain["format"] > FORMAT:
                raise ResultError(
                    f"has format {plain['format']}, written by caresim "
                    f"{plain['caresim']}: update this one"
                )
            runs = tuple(PlannedRun(**run) for run in plain["runs"])
            return Book(plain["study"], plain["question"], plain["baseline"], runs)
        except (KeyError, TypeError) as error:
            raise ResultError("is damaged: it is no list of runs") from error


def prepared_run(
    variant: Variant, replications: int | None, seed: int | None, *, record: bool
) -> Prepared:
    """Return a run with all that is needed to simulate and to describe it.

    Parameters
    ----------
    variant : Variant
    replications, seed : int, optional
        As the scenario says if left out.
    record : bool
        Whether to record patients; they are as well where the scenario says so.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    RunError
        If it cannot be put into tables.
    """
    scenario = variant.scenario()
    seed = seed_of(scenario.period.seed if seed is None else seed, variant.luck)
    made = prepared_alone(scenario, replications, seed, record=record)
    run = replace(
        made.run,
        name=variant.name,
        title=variant.title,
        base=variant.base,
        levels=dict(variant.levels),
        draw=variant.draw,
        drawn=dict(variant.drawn),
    )
    return made._replace(run=run)


def prepared_alone(
    scenario: Scenario, replications: int | None, seed: int | None, *, record: bool
) -> Prepared:
    """Return the run of a scenario that is no variant of another one.

    Parameters
    ----------
    scenario : Scenario
    replications, seed : int, optional
        As the scenario says if left out.
    record : bool
        Whether to record patients; they are as well where the scenario says so.

    Raises
    ------
    RunError
        If it cannot be put into tables.
    """
    model, labels = prepared(scenario)
    seed = scenario.period.seed if seed is None else seed
    origin = Origin(scenario.resolved, tables_digest(model), seed, version("caresim"))
    keeps = record or scenario.record_visits != ()
    run = PlannedRun(
        name=scenario.name,
        title=scenario.title,
        key=key_of(origin, keeps=keeps),
        seed=seed,
        replications=replications or scenario.period.replications,
        block=block(model),
        keeps=keeps,
        base=scenario.name,
    )
    return Prepared(run, Frame(labels, origin), model)


def block(model: Model) -> int:
    """Return how many replications a unit of a model holds.

    It depends on the model alone, so that all machines cut in the same way.
    """
    days = (model.end - model.begin) / DAY
    visits = patients_per_day(model) * days * STEPS
    return int(np.clip(VISITS // max(visits, 1.0), 1, MOST))


def blocks(numbers: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Yield numbers in blocks of a size, each within one stretch without gaps.

    Parameters
    ----------
    numbers : sequence of int
        Ascending.
    size : int
    """
    some: list[int] = []
    for number in numbers:
        if some and (len(some) == size or number > some[-1] + 1):
            yield tuple(some)
            some = []
        some.append(number)
    if some:
        yield tuple(some)


def key_of(origin: Origin, *, keeps: bool) -> str:
    """Return the key of a run; names and words of its scenario are no part of it.

    Parameters
    ----------
    origin : Origin
    keeps : bool
        Whether patients are recorded.
    """
    parts = (origin.model_digest, origin.seed, origin.caresim, keeps)
    return digest(list(parts))[:KEY_LENGTH]
