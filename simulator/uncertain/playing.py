"""From a question about what is not known to its answer: batch, values, estimates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from results import load
from results.measures.naming import Name, measure_of
from results.statistics.bands import band
from results.statistics.decisions import worths
from results.statistics.estimates import estimate, needed
from results.statistics.laws import Input
from results.statistics.shares import Shares, shares_by_changing, shares_of_surface
from results.statistics.surfaces import least_draws, surface
from results.statistics.variances import split
from scenarios.studies.spreads import FIRST, SECOND
from simulator.batch.batches import Asked, complete
from simulator.batch.store import Store
from simulator.run_values import Floats, run_values
from simulator.uncertain.asking import Decision, Question
from simulator.uncertain.outlook import Decided, Outlook, Told

CHANCES = (0.5, 0.95)
"""Of the bands."""
TABLE = "uncertain.csv"
FEW = 39
"""Draws below which there is no 95% band."""
Sets = Mapping[str, Floats]
"""The values of one measure by the sort of set, shape (D, R)."""


def uncertain(
    asking: Question,
    folder: str | Path,
    asked: Asked = Asked(),  # noqa: B008
) -> Outlook:
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
    complete(asking.made.study, asked, Path(folder))
    return outlook(asking, Path(folder))


def outlook(asking: Question, folder: Path) -> Outlook:
    """Return how far apart the answers lie, and why, and keep it as a table.

    Parameters
    ----------
    asking : Question
    folder : Path
        Of the batch, which has been run.

    Raises
    ------
    ResultError
        If a run folder is missing or cannot be read, a measure has no value in some
        replication, or the table cannot be written.
    """
    answers = _Answers(asking, folder)
    draws, replications = answers.size
    found = Outlook(
        draws,
        replications,
        asking.made.way,
        tuple(answers.told()),
        tuple(answers.decided()),
        tuple(_warnings(asking, folder, answers.rows)),
    )
    Store(folder).keep_text(TABLE, found.table())
    return found


def _warnings(asking: Question, folder: Path, rows: int) -> Iterator[str]:
    """Yield what is to be known of all that is told."""
    first = load(folder / "runs" / asking.made.sets[0].variants[0])
    if first.labels.scale != 1:
        yield (
            f"One simulated patient stands for {1 / first.labels.scale:,.4g}: numbers, "
            "and luck, are those of the small system, which has more of it."
        )
    if rows < FEW:
        yield (
            f"{rows} draws are too few for a 95% band: it is as wide as what was "
            f"seen, and holds less. {FEW} is the least."
        )


class _Answers:
    """What the runs of a batch say to a question."""

    def __init__(self, asking: Question, folder: Path) -> None:
        self._asking = asking
        made = asking.made
        self._inputs = [Input(law.name, np.array(law.grid)) for law in made.inputs]
        self._values: dict[tuple[str, Name], dict[str, Floats]] = {}
        for each in made.sets:
            found = run_values(folder, each.variants, asking.measures)
            for name, values in found.items():
                self._values.setdefault((each.base, name), {})[each.sort] = values
        self._x = np.array([*made.points, *made.others])

    @property
    def size(self) -> tuple[int, int]:
        """Return how many draws there are, and replications of each."""
        values = self._of(0, self._asking.measures[0])[FIRST]
        return values.shape[0], values.shape[1]

    @property
    def rows(self) -> int:
        """Return how many independent draws there are, in both sets."""
        return len(self._x)

    def _of(self, place: int, name: Name) -> dict[str, Floats]:
        return self._values[self._asking.names[place], name]

    def _less(self, name: Name) -> dict[str, Floats]:
        """Return the other scenario less the first, draw by draw."""
        first, other = self._of(0, name), self._of(1, name)
        return {sort: other[sort] - values for sort, values in first.items()}

    # Measures

    def told(self) -> Iterator[Told]:
        """Yield what is told of each measure, and of each difference."""
        for name in self._asking.measures:
            yield self._told(name, name.text, self._of(0, name))
        for decision in self._asking.decisions:
            if decision.bar is None:
                first, other = self._asking.names
                name = decision.measure
                asked = f"{name.text}: {other} less {first}"
                yield self._told(name, asked, self._less(name), is_difference=True)

    def _told(
        self, name: Name, asked: str, sets: Sets, *, is_difference: bool = False
    ) -> Told:
        values = _stacked(sets)
        means = values.mean(axis=1).tolist()
        shares, why_not = self._shares(sets)
        draws = needed(means)
        return Told(
            asked,
            _unit(name),
            is_difference,
            estimate(means),
            tuple(band(values, chance) for chance in CHANCES),
            split(values),
            shares,
            why_not,
            draws if draws > len(means) else 0,
        )

    def _shares(self, sets: Sets) -> tuple[Shares | None, str]:
        """Return the shares of inputs, or why there are none."""
        if SECOND in sets:
            names = [one.name for one in self._inputs]
            changed = {name: sets[name] for name in names}
            found = shares_by_changing(sets[FIRST], sets[SECOND], changed)
        else:
            values = sets[FIRST]
            if too_few := self._too_few(len(values)):
                return None, too_few
            fitted = surface(self._inputs, self._x, values.mean(axis=1))
            found = shares_of_surface(fitted, values)
        return found, "" if found else "what is not known does not show above luck"

    def _too_few(self, draws: int) -> str:
        """Say that there are too few draws for a surface, if there are."""
        least = least_draws(len(self._inputs))
        if draws >= least:
            return ""
        return f"{draws} draws are too few for {len(self._inputs)} inputs: {least}"

    # Decisions

    def decided(self) -> Iterator[Decided]:
        """Yield what finding out is worth to each decision."""
        for decision in self._asking.decisions:
            gains, kept = self._gains(decision)
            means = gains.mean(axis=1)
            too_few = self._too_few(len(means))
            made = None
            if not too_few:
                made = worths(surface(self._inputs, self._x, means), means)
            yield Decided(decision, _unit(decision.measure), made, kept, too_few)

    def _gains(self, decision: Decision) -> tuple[Floats, float | None]:
        """Return the gain in each replication, and how often a bar is kept."""
        sign = -1.0 if decision.less else 1.0
        if decision.bar is None:
            return sign * _stacked(self._less(decision.measure)), None
        gains = sign * (_stacked(self._of(0, decision.measure)) - decision.bar)
        return gains, float((gains > 0).mean())


def _stacked(sets: Sets) -> Floats:
    """Return the values of independent draws: those of both sets, one below another."""
    found: Sequence[Floats] = [sets[sort] for sort in (FIRST, SECOND) if sort in sets]
    return np.concatenate(found)


def _unit(name: Name) -> str:
    defined = measure_of(*name.parts)
    return "" if defined is None else defined.unit
