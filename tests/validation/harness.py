"""Runs a case against theory and says how far off it is, in standard errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

import simulator
from results import Run
from scenarios import read

Floats = NDArray[np.float64]
SCENARIOS = Path(__file__).parent / "scenarios"

UNITS = {"": 1.0, "days": 1.0, "hours": 24.0, "min": 1440.0, "weeks": 1 / 7}
"""How many of a unit make a day."""
BOUND = 4.0
"""Of |z|: among 300 figures none is expected beyond it."""
EXACT, EXACT_USE = 0.01, 0.005
"""The largest standard error, as a share of what is expected; of utilisations."""
QUICK = 0.03
ROUNDING = 1e-12
COLUMNS = ("part", "service", "group", "outcome", "joined", "started", "ended", "freed")
"""What quantities need of recorded visits."""


class Outcome:
    """A run, by replication: what quantities are computed from."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.n = len(run.replications)

    @cached_property
    def _measures(self) -> Mapping[tuple[str, ...], Floats]:
        """(value, numerator, denominator) by kind, subject, group and measure."""
        table = self.run.measures
        table = table.filter(pc.equal(table["period"], "whole"))
        names = ("kind", "subject", "group", "measure", "statistic")
        keys = list(zip(*(table[name].to_pylist() for name in names), strict=True))
        found = {key: np.full((3, self.n), np.nan) for key in dict.fromkeys(keys)}
        rows = self._rows(table)
        for line, name in enumerate(("value", "numerator", "denominator")):
            figures = table[name].to_numpy()
            for key, row, figure in zip(keys, rows, figures, strict=True):
                found[key][line, row] = figure
        return found

    def _rows(self, table: pa.Table) -> NDArray[np.int64]:
        """Return which replication of the run each row belongs to, from 0."""
        return np.searchsorted(self.run.replications, table["replication"].to_numpy())

    def measure(self, name: str, group: str = "all", part: int = 0) -> Floats:
        """Return a measure of the whole period, such as `clinic: wait, mean`.

        Parameters
        ----------
        name : str
        group : str
        part : int
            0 the value, 1 its numerator, 2 its denominator.
        """
        subject, _, rest = name.rpartition(": ")
        measure, _, statistic = rest.rpartition(", ")
        for kind in ("service", "stream", "clock", "model"):
            key = (kind, subject, group, measure, statistic)
            if key in self._measures:
                return self._measures[key][part]
        key = ("pathway", subject.removeprefix("pathway "), group, measure, statistic)
        return self._measures[key][part]

    @cached_property
    def _waits(self) -> Mapping[tuple[str, ...], tuple[Floats, Floats, Floats]]:
        """Lower edges, upper edges and counts (n, buckets) by kind, subject, group."""
        table = self.run.waits
        replication = self._rows(table)
        lower, upper = (table[side].to_numpy() for side in ("lower", "upper"))
        count = table["count"].to_numpy()
        names = zip(
            *(table[name].to_pylist() for name in ("wait", "subject", "group")),
            strict=True,
        )
        codes: dict[tuple[str, ...], int] = {}
        code = np.array([codes.setdefault(name, len(codes)) for name in names])
        found = {}
        for key, number in codes.items():
            mine = code == number
            low, at = np.unique(lower[mine], return_inverse=True)
            # Zero is a bucket of its own; the next begins at zero too.
            zero = upper[mine] == 0
            at = np.where(zero, 0, at + 1)
            counts = np.zeros((self.n, len(low) + 1))
            np.add.at(counts, (replication[mine], at), count[mine])
            high = np.zeros(len(low) + 1)
            high[at] = upper[mine]
            found[key] = np.concatenate(([0.0], low)), high, counts
        return found

    def waits(self, kind: str, subject: str, group: str) -> tuple[Floats, ...]:
        """Return lower and upper edges in days and counts, shape (n, buckets)."""
        if group == "all" and (kind, subject, "all") not in self._waits:
            return self._of_everybody(kind, subject)
        return self._waits[kind, subject, group]

    def _of_everybody(self, kind: str, subject: str) -> tuple[Floats, ...]:
        parts = [v for k, v in self._waits.items() if k[:2] == (kind, subject)]
        return tuple(
            np.concatenate([part[i] for part in parts], axis=-1) for i in range(3)
        )

    @cached_property
    def _series(self) -> Mapping[str, Mapping[str, Floats]]:
        """Patients waiting and units in use at every midnight, shape (n, midnights)."""
        table = self.run.series
        services = np.array(table["service"].to_pylist())
        return {
            service: {
                name: table[name].to_numpy()[services == service].reshape(self.n, -1)
                for name in ("waiting", "in_use")
            }
            for service in dict.fromkeys(services.tolist())
        }

    def midnights(self, service: str, what: str) -> Floats:
        """Return `waiting` or `in_use` at every midnight, shape (n, midnights)."""
        return self._series[service][what]

    def visits(self) -> Iterator[Mapping[str, np.ndarray]]:
        """Yield the recorded visits of each replication, by column."""
        for number in self.run.replications:
            table = self.run.visits(number)
            yield {name: table[name].to_numpy() for name in COLUMNS}


Quantity = Callable[[Outcome], Floats]
"""What is compared: one value for each replication, times in days."""


@dataclass(frozen=True)
class Metric:
    """A figure that theory gives."""

    name: str
    quantity: Quantity
    expected: float
    unit: str = ""
    own_error: float = 0.0
    """Standard error of what is expected, where it comes from a simulation."""
    limit: float = EXACT
    """The largest standard error, as a share of what is expected."""
    printed: float | None = None
    """What the authors of a published model printed."""
    within: float | None = None
    """How far from that we may be: it is mostly a mean of few runs, then nothing."""


@dataclass(frozen=True)
class Case:
    """A scenario and what theory says of it."""

    name: str
    """Also the name of the scenario's file."""
    origin: str
    metrics: tuple[Metric, ...]
    """The first stands for the case where all cases are looked at together."""
    quick: int = 0
    """Replications of the quick run; 0: it has none."""
    remark: str = ""
    """Of a published model: what cannot be reproduced, and the likely reason."""


@dataclass(frozen=True)
class Finding:
    """One figure, as simulated."""

    case: str
    metric: Metric
    mean: float
    error: float
    """Standard error over replications."""
    replications: int

    @property
    def z(self) -> float:
        """How many standard errors the mean is from what is expected."""
        gap = self.mean - self.metric.expected
        if self.total_error == 0:
            # What is the same in every replication leaves luck no part: it is exact.
            return 0.0 if abs(gap) <= ROUNDING else math.copysign(math.inf, gap)
        return gap / self.total_error

    @property
    def total_error(self) -> float:
        """Standard error of the difference."""
        return math.hypot(self.error, self.metric.own_error)

    @property
    def relative(self) -> float:
        """The standard error as a share of what is expected."""
        return self.error / abs(self.metric.expected)

    @property
    def is_far_from_printed(self) -> bool:
        """Whether the figure contradicts what was printed."""
        printed, within = self.metric.printed, self.metric.within
        if printed is None or within is None:
            return False
        return abs(self.mean - printed) > within

    @property
    def is_vague(self) -> bool:
        """Whether the standard error is too large for the figure to say much."""
        return self.relative > self.metric.limit


def check(case: Case, engine: str, replications: int | None = None) -> list[Finding]:
    """Run a case and return what it says of every metric.

    Parameters
    ----------
    case : Case
    engine : {"compiled", "simpy"}
    replications : int, optional
        As the scenario says if left out; the seed stands there too.
    """
    scenario = read(SCENARIOS / f"{case.name}.yaml")
    outcome = Outcome(
        simulator.run(scenario, replications=replications, engine=engine, workers=1)
    )
    return [finding(case, metric, outcome) for metric in case.metrics]


def finding(case: Case, metric: Metric, outcome: Outcome) -> Finding:
    """Return what a run says of a metric."""
    values = metric.quantity(outcome) * UNITS[metric.unit]
    # A mean of nobody has no value: short replications may have none.
    values = values[~np.isnan(values)]
    error = float(values.std(ddof=1) / math.sqrt(len(values)))
    return Finding(case.name, metric, float(values.mean()), error, len(values))
