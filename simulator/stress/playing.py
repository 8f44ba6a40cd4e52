"""From shocks to differences: their study, batch, and what it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kernels.layout import DAY
from results import load
from results.measures.naming import Name, measure_of
from results.run import Run
from results.selection.figures import figures
from results.selection.quantiles import asked_percents
from scenarios import dates
from scenarios.problems import Problem, ScenarioError
from scenarios.studies.shocks import Shock, Shocked, Stress, shock, stress_study
from simulator.amounts import amount_in, example
from simulator.asked_measures import named
from simulator.batch.batches import Asked, complete
from simulator.batch.store import Store
from simulator.executors import AskedWronglyError
from simulator.experiment import prepared
from simulator.stress.differences import (
    LEAST,
    Difference,
    Paths,
    Periods,
    Within,
    is_known,
    tolerance_of,
)

TABLE, BY_PERIOD = "stress.csv", "stress-by-period.csv"
LIST = ("list at the end", "number")
"""What is looked at by week."""
WEEK = 7


class Question(NamedTuple):
    """What is asked: a study, and the measures that its runs are to tell."""

    made: Stress
    measures: tuple[Name, ...]
    """None: the list of every service."""
    within: Within


class Answers(NamedTuple):
    """What shocks do to measures."""

    shocked: tuple[Shocked, ...]
    differences: tuple[Difference, ...]
    """By shock, the largest in all first."""
    is_asked: bool
    """Whether measures were named."""
    replications: int
    warnings: tuple[str, ...]

    def of(self, variant: str) -> list[Difference]:
        """Return what one shock does."""
        return [one for one in self.differences if one.shock == variant]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "replications": self.replications,
            "shocks": [
                {
                    **one.shock.as_dict(),
                    "variant": one.variant,
                    "spells": [[*map(dates.written_date, s)] for s in one.spells],
                    "left_out": list(one.left_out),
                }
                for one in self.shocked
            ],
            "differences": [one.as_dict() for one in self.differences],
            "warnings": list(self.warnings),
        }

    def table(self) -> str:
        """Return it as CSV, a row for each shock and measure."""
        parts = ("mean", "low", "high")
        head = ["shock", "measure", "unit", "period", "base_mean", "tolerance", "worst"]
        head += ["base_at_worst", *(f"at_worst_{p}" for p in parts)]
        head += [f"beyond_tolerance_{p}" for p in parts]
        head += ["outside_usual_range", "recovered", "replications"]
        ends = ("", "_low", "_high")
        head += [f"half_recovered_days{end}" for end in ends]
        head += [f"nine_in_ten_recovered_days{end}" for end in ends]
        rows = [[*head, *(f"in_all_{p}" for p in parts)]]
        for one in self.differences:
            found = one.as_dict()
            row = [found[key] for key in ("shock", "measure", "unit", "period")]
            row += [one.base.mean, one.tolerance, found["worst"], one.worst_base]
            row += [getattr(one.at_worst, part) for part in parts]
            row += [getattr(one.beyond, part) for part in parts]
            row += [one.unusual, one.recovered, len(one.recoveries)]
            for quantile in one.quantiles:
                row += [quantile.days, quantile.low, quantile.high]
            row += [one.in_all and getattr(one.in_all, part) for part in parts]
            rows.append(row)
        return _csv(rows)

    def by_period(self) -> str:
        """Return the differences as CSV, a row for each shock, measure and period."""
        head = ["shock", "measure", "unit", "period", "base", "with_shock"]
        rows: list[list[Any]] = [[*head, "change", "change_low", "change_high"]]
        for one in self.differences:
            base, shocked = (path.mean(axis=0) for path in one.paths)
            for at, label in enumerate(one.periods.labels):
                value = one.at(at)
                row = [one.shock, one.measure, one.unit, label, base[at], shocked[at]]
                rows.append([*row, value.mean, value.low, value.high])
        return _csv(rows)


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return page.getvalue()


def question(  # noqa: PLR0913  # each is a choice of its own
    scenario: str | Path,
    shocks: Sequence[str],
    measures: Sequence[str] = (),
    *,
    begins: str | None = None,
    within: str = "5%",
    scale: str | None = None,
    wrong: Sequence[str] = (),
) -> Question:
    """Return what is asked of a scenario.

    Parameters
    ----------
    scenario : str or Path
        Its file, or a name of the catalogue.
    shocks : sequence of str
        Names, files, and values: `strike: lasts=3 days`.
    measures : sequence of str
        Such as `ward: wait, mean`; the list of every service if there is none.
    begins : str, optional
        When shocks begin that do not say so themselves.
    within : str
        Which difference is as good as none: a share, `5%`, or an amount.
    scale : str, optional
        Another ratio than the scenario's, such as `1:20`.
    wrong : sequence of str
        What is known to be wrong already, to be told with the rest.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or a shock is wrong or touches nothing of it.
    AskedWronglyError
        If measures or the tolerance cannot be meant; all of it is told at once.
    """
    found, problems = _shocks(shocks), list(wrong)
    if not found:
        problems.append("--shock: name one; caresim stress --list lists them.")
        raise AskedWronglyError(problems)
    made = stress_study(scenario, found, begins, scale)
    labels, names = prepared(made.base)[1], []
    for text in dict.fromkeys(measures):
        try:
            names.append(named(text, labels))
        except ValueError as error:
            problems.append(f"--measure '{text}': {error}")
    limit = _within(within, names)
    if isinstance(limit, str):
        problems.append(limit)
    if problems or isinstance(limit, str):
        raise AskedWronglyError(problems)
    return Question(made, tuple(names), limit)


def _shocks(asked: Sequence[str]) -> list[Shock]:
    """Return the shocks that are asked for; all that is wrong is told at once."""
    found: list[Shock] = []
    problems: list[Problem] = []
    for text in dict.fromkeys(asked):
        try:
            found.append(shock(text))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def _within(text: str, names: Sequence[Name]) -> Within | str:
    """Return the tolerance, or what is wrong with it."""
    tidy = text.strip()
    if tidy.endswith("%"):
        try:
            share = float(tidy[:-1]) / 100
        except ValueError:
            share = -1.0
        if 0.0 <= share <= 1.0:
            return Within(share, None)
    units = {m.unit for n in names if (m := measure_of(*n.parts))} or {"patients"}
    amounts = {amount_in(tidy, unit) for unit in units}
    if len(amounts) == 1 and (amount := amounts.pop()) is not None and amount >= 0:
        return Within(None, amount)
    good = " or ".join(example(unit) for unit in sorted(units))
    return f"--within '{text}': write a share of the measure such as 5%, or {good}."


def stress(
    asking: Question,
    folder: str | Path,
    asked: Asked = Asked(),  # noqa: B008
) -> Answers:
    """Run what is missing of a question's batch, and return what shocks do.

    Parameters
    ----------
    asking : Question
    folder : str or Path
        Of the batch: whatever is there is used.
    asked : Asked
        Replications, seed, engine and workers.

    Raises
    ------
    RunError
        If a replication fails; the others are kept.
    ResultError
        If something cannot be written or read.
    """
    complete(asking.made.study, asked, Path(folder))
    return answers(asking, Path(folder))


def answers(asking: Question, folder: Path) -> Answers:
    """Return what shocks do, and keep it as tables.

    Parameters
    ----------
    asking : Question
    folder : Path
        Of the batch, which has been run.

    Raises
    ------
    ResultError
        If a run folder is missing or cannot be read, or a table not written.
    """
    base = load(folder / "runs" / str(asking.made.study.baseline))
    names = asking.measures or [
        Name("service", service.name, *LIST) for service in base.labels.services
    ]
    before = _Measures(base, names)
    found: list[Difference] = []
    for one in asking.made.shocked:
        after = _Measures(load(folder / "runs" / one.variant), names)
        every = [_difference(one, name, before, after, asking.within) for name in names]
        made = [difference for difference in every if difference is not None]
        found += sorted(made, key=_size, reverse=True) if not asking.measures else made
    told = Answers(
        asking.made.shocked,
        tuple(found),
        bool(asking.measures),
        len(base.replications),
        tuple(_missing(found, names, asking)),
    )
    store = Store(folder)
    store.keep_text(TABLE, told.table())
    store.keep_text(BY_PERIOD, told.by_period())
    return told


def _missing(
    found: Sequence[Difference], names: Sequence[Name], asking: Question
) -> list[str]:
    """Say which measures have no value in some month."""
    told = {(one.shock, one.measure) for one in found}
    missing = [
        name.text
        for name in names
        if any((one.variant, name.text) not in told for one in asking.made.shocked)
    ]
    return [
        f"{name}: has no value in some month of some replication." for name in missing
    ]


def _size(one: Difference) -> float:
    """Return how much a shock changes a list in all."""
    return abs(one.in_all.mean) if one.in_all else 0.0


class _Measures:
    """The values of measures of a run, by period."""

    def __init__(self, run: Run, names: Sequence[Name]) -> None:
        self.run, self.weight = run, 1.0 / run.labels.scale
        self.start = _date(run.labels.months[0])
        self.numbers = [int(number) for number in run.replications]
        self._months = _months(run)
        self._weeks = _weeks(run)
        self._lists = self._all_lists(names)
        self._known = {
            label: figures(
                run, period=label, percents=asked_percents([n.text for n in names])
            )
            for label in self._months.labels
            if any(not is_list(name) for name in names)
        }

    def _all_lists(self, names: Sequence[Name]) -> dict[str, np.ndarray]:
        """Return mean lists by service, shape (replications, weeks)."""
        if not any(is_list(name) for name in names):
            return {}
        table = self.run.series
        services = table["service"].to_numpy(zero_copy_only=False)
        days = table["date"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
        week = (days - np.datetime64(self.start, "D")).astype(np.int64) // WEEK
        number = np.searchsorted(self.numbers, table["replication"].to_numpy())
        waiting, weeks = table["waiting"].to_numpy(), len(self._weeks.labels)
        found = {}
        for name in {name.subject for name in names if is_list(name)}:
            here = (services == name) & (week >= 0) & (week < weeks)
            at = number[here] * weeks + week[here]
            size = len(self.numbers) * weeks
            total = np.bincount(at, waiting[here], size)
            count = np.maximum(np.bincount(at, minlength=size), 1)
            found[name] = (total / count * self.weight).reshape(-1, weeks)
        return found

    def of(self, name: Name) -> tuple[Periods, np.ndarray]:
        """Return the values of a measure, not a number where there is none."""
        if is_list(name):
            return self._weeks, self._lists[name.subject]
        defined = measure_of(*name.parts)
        weight = self.weight if defined is not None and defined.adds else 1.0
        rows = [
            [
                weight * self._known[label].get(name, {}).get(number, np.nan)
                for label in self._months.labels
            ]
            for number in self.numbers
        ]
        return self._months, np.array(rows)


def is_list(name: Name) -> bool:
    """Return whether a measure is looked at by week."""
    return name.kind == "service" and (name.measure, name.statistic) == LIST


def _date(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _months(run: Run) -> Periods:
    """Return the months of a run, in days from its beginning."""
    edges = [_date(edge) for edge in run.labels.months]
    days = np.array([(edge - edges[0]).days for edge in edges], dtype=np.float64)
    return Periods("month", days[:-1], days[1:], tuple(run.labels.period_names[:-1]))


def _weeks(run: Run) -> Periods:
    """Return the whole weeks of a run."""
    edges = [_date(edge) for edge in (run.labels.months[0], run.labels.months[-1])]
    starts = np.arange(0, (edges[1] - edges[0]).days - WEEK + 1, WEEK, dtype=np.float64)
    labels = [str(edges[0] + timedelta(days=int(day))) for day in starts]
    return Periods("week", starts, starts + WEEK, tuple(labels))


def _difference(
    one: Shocked, name: Name, before: _Measures, after: _Measures, within: Within
) -> Difference | None:
    """Return what a shock does to a measure; None: some month has no value."""
    periods, base = before.of(name)
    _, shocked = after.of(name)
    if not (np.isfinite(base).all() and np.isfinite(shocked).all()):
        return None
    begin = dates.moment(str(before.start))
    spells = tuple(((s - begin) / DAY, (e - begin) / DAY) for s, e in one.spells)
    first = int(np.searchsorted(periods.ends, spells[0][0], side="right"))
    first = min(first, len(periods.labels) - 1)
    defined = measure_of(*name.parts)
    paths = Paths(base, shocked)
    least = LEAST * before.weight if is_list(name) else 0.0
    tolerance = tolerance_of(within, paths, first, least)
    assert is_known(tolerance)  # as all values are
    return Difference(
        one.variant,
        name.text,
        defined.unit if defined else "",
        bool(defined and defined.adds),
        periods,
        first,
        spells,
        paths,
        tolerance,
    )
