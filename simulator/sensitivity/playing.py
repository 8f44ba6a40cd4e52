"""From a question about single numbers to its answer: batch, differences, ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from results import compare, load
from results.comparison import Finding
from results.comparison.comparing import run_names
from results.errors import ResultError
from results.measures.naming import Name, measure_of
from results.run import Run
from results.statistics.estimates import Estimate, estimate
from results.statistics.growth import growing
from results.statistics.screening import screened
from scenarios.studies.moving import STEP, Tornado, Trajectories
from scenarios.texts import split_mark
from simulator.batch.batches import Asked, complete
from simulator.batch.store import Store
from simulator.run_values import Floats, run_values
from simulator.sensitivity.asking import Question
from simulator.sensitivity.effects import Bar, Bars, Screening, Side

TABLE = "sensitivity.csv"
SAME = "exactly as before"


def sensitivity(
    asking: Question,
    folder: str | Path,
    asked: Asked = Asked(),  # noqa: B008
) -> Bars | Screening:
    """Run what is missing of a question's batch, and return the answer.

    Parameters
    ----------
    asking : Question
    folder : str or Path
        Of the batch: whatever is there is used.
    asked : Asked
        Seed, engine and workers; the question says how many replications.

    Raises
    ------
    RunError
        If a replication fails; the others are kept.
    ResultError
        If something cannot be written or read.
    """
    complete(asking.study, asked, Path(folder))
    return effects(asking, Path(folder))


def effects(asking: Question, folder: Path) -> Bars | Screening:
    """Return how far each number moves the measure, and keep it as a table.

    Parameters
    ----------
    asking : Question
    folder : Path
        Of the batch, which has been run.

    Raises
    ------
    ResultError
        If a run folder is missing or cannot be read, the measure has no value in some
        replication, or the table cannot be written.
    """
    made = asking.made
    if isinstance(made, Tornado):
        found: Bars | Screening = _bars(made, asking.measure, folder)
    else:
        found = _screening(made, asking.measure, folder)
    Store(folder).keep_text(TABLE, found.table())
    return found


# One at a time


def _bars(made: Tornado, measure: Name, folder: Path) -> Bars:
    names = [end for bar in made.bars for end in (bar.low, bar.high)]
    base = load(folder / "runs" / str(made.study.baseline))
    values = run_values(folder, [str(made.study.baseline), *names], [measure])[measure]
    sides = _sides(base, names, measure, folder)
    bars = []
    for place, bar in enumerate(made.bars):
        low, high = sides[2 * place : 2 * place + 2]
        ends = [split_mark(bar.law.span.at(u))[0] for u in (0, 1)]
        bars.append(
            Bar(bar.law.name, Side(ends[0], *low), Side(ends[1], *high)),
        )
    bars.sort(key=lambda bar: -bar.length)
    return Bars(
        measure.text,
        _unit(measure),
        estimate(values[0].tolist()),
        values.shape[1],
        tuple(bars),
        tuple(_warnings(base)),
    )


def _sides(
    base: Run, names: Sequence[str], measure: Name, folder: Path
) -> list[tuple[Estimate, str]]:
    """Return the change in each run, and what may be said of it, all asked at once."""
    runs = [load(folder / "runs" / name) for name in names]
    shown = run_names([base, *runs])[1:]
    rows = compare(*runs, baseline=base, measures=[measure.text]).rows
    found = {row.run: row for row in rows}
    missing = [name for name in shown if name not in found]
    if missing:
        raise ResultError(f"'{measure.text}' has no value in {', '.join(missing)}")
    return [_said(found[name]) for name in shown]


def _said(finding: Finding) -> tuple[Estimate, str]:
    change = finding.difference
    same = not change.mean and not change.standard_error
    return change, SAME if same else finding.verdict


# Trajectories


def _screening(made: Trajectories, measure: Name, folder: Path) -> Screening:
    names = [variant.name for variant in made.study.variants]
    rows = run_values(folder, names, [measure])[measure]
    place = {name: i for i, name in enumerate(names)}
    steps: dict[str, list[Floats]] = defaultdict(list)
    for move in made.moves:
        difference = rows[place[move.high]] - rows[place[move.low]]
        steps[move.name].append(difference / STEP)
    every = screened({name: np.array(found) for name, found in steps.items()})
    first = load(folder / "runs" / names[0])
    return Screening(
        measure.text,
        _unit(measure),
        len(made.moves) // len(made.inputs),
        rows.shape[1],
        every,
        tuple(_scale_note(first)),
    )


def _warnings(base: Run) -> Iterator[str]:
    """Yield what forbids to trust averages over the period, and what numbers are."""
    yield from growing(base).sentences()
    yield from _scale_note(base)


def _scale_note(base: Run) -> Iterator[str]:
    if base.labels.scale != 1:
        yield (
            f"One simulated patient stands for {1 / base.labels.scale:,.4g}: numbers, "
            "and luck, are those of the small system, which has more of it."
        )


def _unit(name: Name) -> str:
    defined = measure_of(*name.parts)
    return "" if defined is None else defined.unit
