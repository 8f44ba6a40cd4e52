"""A batch from end to end: read a study, plan it, run what is missing, put together."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from scenarios import written
from scenarios.files import opened
from scenarios.merging import merged as merged_file
from scenarios.restoring import restored
from scenarios.studies.bases import base_of
from scenarios.studies.draws import seed_of
from scenarios.studies.reading import is_study, study
from scenarios.studies.study import Study, Variant
from simulator.batch.agenda import WHOLE, Shard, counted, share, stretches
from simulator.batch.book import Book, PlannedRun, Prepared, prepared_run
from simulator.batch.conducting import Failure, Jobs, Told, conducted
from simulator.batch.merging import merged
from simulator.batch.places import Place, here
from simulator.batch.planning import Plan, all_probed, shares
from simulator.batch.store import DamagedUnitError, Store
from simulator.executors import RunError
from simulator.experiment import DEFAULT_ENGINE
from simulator.servers.submission import ways_on

INDEX = "runs.csv"


class Asked(NamedTuple):
    """What was asked of a batch, beside its study."""

    replications: int | None = None
    """Of each run; None: as the study says, or each scenario."""
    seed: int | None = None
    record: bool = False
    engine: str = DEFAULT_ENGINE
    workers: int = 1


class Outcome(NamedTuple):
    """What came of a batch, or a shard of it."""

    runs: tuple[Path, ...]
    """The run folders; none of a shard."""
    failures: tuple[dict[str, Any], ...]
    """Replications that were given up."""
    set_aside: tuple[Path, ...]
    """Units that were damaged, and simulated again."""
    is_shard: bool
    left: tuple[str, ...] = ()
    """Names of runs of which another batch in the folder has asked for more since."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "runs": [str(path) for path in self.runs],
            "left": list(self.left),
            "failures": list(self.failures),
            "damaged": [str(path) for path in self.set_aside],
            "shard": self.is_shard,
        }


def study_of(name_or_path: str | Path) -> Study:
    """Return a study; a scenario is one whose only run it is.

    Raises
    ------
    ScenarioError
        If anything is wrong.
    """
    if is_study(name_or_path):
        return study(name_or_path)
    file = opened(name_or_path)
    base = base_of(merged_file(file)).checked()
    alone = Variant(base.name, base.title, base.name, {}, 0, {}, base)
    return Study(base.name, base.title, (alone,), None, None, None)


def planned(asking: Study, asked: Asked, folder: Path) -> Plan:
    """Return what a batch will take, with little work: nothing of it is begun.

    A replication of each scenario that runs are made of is tried out. What is there
    already is told by the names of runs.

    Raises
    ------
    ScenarioError
        If a scenario is wrong.
    RunError
        If one cannot be simulated.
    """
    bases = {v.base: replace(v, luck=0) for v in reversed(asking.variants)}
    tried = {base: _prepared(asking, v, asked) for base, v in bases.items()}
    store = Store(folder)
    known = {run.name: run for run in store.book().runs} if store.is_there else {}
    there: dict[str, set[int]] = {}
    numbers = dict.fromkeys(bases, (0, 0, 0))
    for variant in asking.variants:
        of = tried[variant.base].run
        run = known.get(variant.name)
        have = 0
        seed = seed_of(of.seed, variant.luck)
        if run is not None and run.seed == seed and run.keeps == of.keeps:
            if run.key not in there:
                there[run.key] = store.replications(run.key)
            have = len(there[run.key].intersection(of.numbers))
        runs, missing, every = numbers[variant.base]
        count = of.replications
        numbers[variant.base] = (runs + 1, missing + count - have, every + count)
    return Plan(
        asking.question,
        asking.about,
        shares(numbers, all_probed(list(tried.values()), asked.engine)),
        max(made.run.replications for made in tried.values()),
        asked.workers,
    )


def opened_batch(
    asking: Study, asked: Asked, folder: Path, told: Callable[[Prepared], None]
) -> tuple[Store, Jobs]:
    """Read all scenarios of a study, and write down what its batch is to run.

    Parameters
    ----------
    asking : Study
    asked : Asked
    folder : Path
    told : callable
        Told each run that is read.

    Raises
    ------
    ScenarioError
        If a scenario is wrong; nothing is written then.
    ResultError
        If the folder holds something else, or cannot be written.
    """
    made = []
    for variant in asking.variants:
        made.append(_prepared(asking, variant, asked))
        told(made[-1])
    runs = tuple(one.run for one in made)
    book = Book(asking.name, asking.question, asking.baseline, runs)
    store = Store(folder)
    store.keep_book(book, {one.run.name: one.frame for one in made})
    store.keep_text(INDEX, _index(runs))
    for key in {run.key for run in runs}:
        store.sweep(key)
    jobs = Jobs(store, runs, asked.engine)
    jobs.keep(made)
    return store, jobs


def simulated(
    store: Store, jobs: Jobs, place: Callable[[], Place], told: Told, shard: Shard
) -> Outcome:
    """Simulate what of a batch is missing; put its runs together unless it is a shard.

    A unit that turns out to be damaged is put aside and simulated again.

    Parameters
    ----------
    store : Store
    jobs : Jobs
    place : callable
        Gives where the work is done.
    told : callable
        Told how many further replications are there.
    shard : Shard

    Raises
    ------
    ResultError
        If something cannot be written or read.
    """
    aside: list[Path] = []
    while True:
        store.forget_failures(share(store.book().runs, shard))
        failures = conducted(store, jobs, place(), told, shard)
        noted = tuple(_note(store, failure, jobs.engine) for failure in failures)
        if shard != WHOLE:
            return Outcome((), noted, tuple(aside), is_shard=True)
        lost = {failure.key for failure in failures}
        runs = [run for run in store.book().runs if run.key not in lost]
        left = [run.name for run in runs if store.missing(run)]
        try:
            folders = [
                merged(store, run, list(run.numbers))
                for run in runs
                if run.name not in left
            ]
        except DamagedUnitError as damaged:
            aside.append(damaged.put_aside())
            continue
        return Outcome(
            tuple(folders), noted, tuple(aside), is_shard=False, left=tuple(left)
        )


def complete(asking: Study, asked: Asked, folder: Path) -> None:
    """Run what is missing of a study's batch on this machine, without a word.

    Parameters
    ----------
    asking : Study
    asked : Asked
    folder : Path
        Of the batch: whatever is there is used.

    Raises
    ------
    RunError
        If a replication fails; the others are kept.
    ResultError
        If something cannot be written or read.
    """
    store, jobs = opened_batch(asking, asked, folder, lambda _: None)
    outcome = simulated(
        store, jobs, lambda: here(asked.engine, asked.workers), lambda _: None, WHOLE
    )
    if outcome.failures:
        raise RunError(" ".join(str(f["sentence"]) for f in outcome.failures))


class Gap(NamedTuple):
    """Replications of a run that are missing."""

    run: PlannedRun
    numbers: tuple[int, ...]

    def sentence(self) -> str:
        """Return what is missing."""
        have = self.run.replications - len(self.numbers)
        return (
            f"{self.run.name}: {have} of {self.run.replications} replications are "
            f"there; missing: {stretches(self.numbers)}"
        )


class Together(NamedTuple):
    """What was put together of a batch."""

    folders: tuple[Path, ...]
    gaps: tuple[Gap, ...]
    """What is missing."""
    advice: tuple[str, ...] = ()
    """How to go on, and what was given up, in sentences."""

    def sentences(self) -> list[str]:
        """Return what was put together and what is missing, in words."""
        said = [gap.sentence() for gap in self.gaps[:LISTED]]
        if len(self.gaps) > LISTED:
            said.append(f"and {len(self.gaps) - LISTED} further runs lack replications")
        said += self.advice
        count = len(self.folders)
        folders = "run folder was" if count == 1 else "run folders were"
        return [*said, f"{count} {folders} put together."]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "runs": [str(path) for path in self.folders],
            "missing": {gap.run.name: list(gap.numbers) for gap in self.gaps},
            "advice": list(self.advice),
        }


def put_together(store: Store, *, partial: bool) -> Together:
    """Put the runs of a batch together, as far as their units are there.

    Parameters
    ----------
    store : Store
    partial : bool
        Whether runs that lack replications are put together as well, marked partial.

    Returns
    -------
    Together
        Nothing is written of runs that lack replications, unless `partial`.

    Raises
    ------
    DamagedUnitError
        If a unit is damaged; it is left as it is.
    ResultError
        If something cannot be written or read.
    """
    folders, gaps = [], []
    runs = store.book().runs
    for run in runs:
        missing = set(store.missing(run))
        there = [n for n in run.numbers if n not in missing]
        if missing:
            gaps.append(Gap(run, tuple(sorted(missing))))
        if there and (partial or not missing):
            folders.append(merged(store, run, there))
    failed = [str(failure["sentence"]) for failure in store.failures()]
    advice = [*failed, *ways_on(store, runs)] if gaps else []
    return Together(tuple(folders), tuple(gaps), tuple(advice))


class Status(NamedTuple):
    """How far a batch is."""

    book: Book
    there: int
    """Replications."""
    total: int
    gaps: tuple[Gap, ...]
    begun: int
    """Units that are being simulated now, as far as is known."""
    damaged: tuple[Path, ...]
    """Units that were put aside."""
    failures: tuple[dict[str, object], ...]

    def sentences(self) -> list[str]:
        """Return how far the batch is, in words."""
        runs = len(self.book.runs)
        whole = runs - len(self.gaps)
        said = [
            self.book.question,
            f"{self.there:,} of {self.total:,} replications are there "
            f"({self.there / max(self.total, 1):.0%}); {whole} of {runs} runs are "
            "whole.",
        ]
        if self.begun:
            said.append(f"{self.begun:,} units of work are in hand.")
        said += [f"  {gap.sentence()}" for gap in self.gaps[:LISTED]]
        if len(self.gaps) > LISTED:
            said.append(f"  and {len(self.gaps) - LISTED} further runs.")
        said += [f"Damaged, put aside: {path}" for path in self.damaged]
        said += [str(failure["sentence"]) for failure in self.failures]
        return said

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "question": self.book.question,
            "there": self.there,
            "total": self.total,
            "runs": len(self.book.runs),
            "missing": {gap.run.name: list(gap.numbers) for gap in self.gaps},
            "in_hand": self.begun,
            "damaged": [str(path) for path in self.damaged],
            "failures": list(self.failures),
        }


LISTED = 20
"""Runs of which it is said what they lack."""


def status(folder: Path) -> Status:
    """Return how far a batch is; nothing but names of files is looked at.

    Raises
    ------
    ResultError
        If the folder holds no batch.
    """
    store = Store(folder)
    book = store.book()
    there: dict[str, set[int]] = {}
    gaps = []
    for run in book.runs:
        if run.key not in there:
            there[run.key] = store.replications(run.key)
        missing = [n for n in run.numbers if n not in there[run.key]]
        if missing:
            gaps.append(Gap(run, tuple(missing)))
    have, total = counted(store, book.runs)
    return Status(
        book,
        have,
        total,
        tuple(gaps),
        store.begun(),
        tuple(store.damaged()),
        tuple(store.failures()),
    )


def _prepared(asking: Study, variant: Variant, asked: Asked) -> Prepared:
    """Return a run of a study as it was asked for."""
    replications = asked.replications or asking.replications
    seed = asking.seed if asked.seed is None else asked.seed
    return prepared_run(variant, replications, seed, record=asked.record)


def _note(store: Store, failure: Failure, engine: str) -> dict[str, Any]:
    """Write down a replication that was given up, with what plays it alone."""
    run = next(run for run in store.book().runs if run.name == failure.run)
    name = f"{failure.run}-{failure.number:06d}"
    scenario = restored(store.frame(run).origin.scenario, run.name)
    file = store.keep_text(f"failures/{failure.run}.yaml", written(scenario))
    command = (
        f"caresim run {shlex.quote(str(file))} --seed {failure.seed} "
        f"--only {failure.number}"
        + ("" if engine == DEFAULT_ENGINE else f" --engine {engine}")
        + (" --record visits" if run.keeps else "")
    )
    sentence = (
        f"Given up: replication {failure.number} of {failure.run}, seed "
        f"{failure.seed}: {failure.said}. To see it alone: {command}"
    )
    plain = {**failure._asdict(), "command": command, "sentence": sentence}
    store.keep_failure(name, plain)
    return plain


def _index(runs: Sequence[PlannedRun]) -> str:
    """Return a table of all runs: what each is made of, and its folder."""
    levels = list(dict.fromkeys(name for run in runs for name in run.levels))
    drawn = list(dict.fromkeys(name for run in runs for name in run.drawn))
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    head = ["run", "title", "scenario", "seed", "replications", "draw"]
    writer.writerow([*head, *levels, *drawn, "folder"])
    for run in runs:
        row = [run.name, run.title, run.base, run.seed, run.replications, run.draw]
        row += [run.levels.get(name, "") for name in levels]
        row += [run.drawn.get(name, "") for name in drawn]
        writer.writerow([*row, f"runs/{run.name}"])
    return page.getvalue()
