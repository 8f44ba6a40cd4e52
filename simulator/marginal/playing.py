"""From a question to the effects of more capacity: its study, batch and differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from results import compare, load
from results.comparison import Finding
from results.comparison.comparing import run_names
from results.measures.naming import Name, measure_of
from results.run import Run
from results.selection.figures import Figures, figures
from results.selection.quantiles import asked_percents
from results.statistics.estimates import estimate
from results.statistics.growth import growing
from scenarios import read
from scenarios.scenario import Scenario
from scenarios.studies.marginal import (
    UNLIMITED,
    Changed,
    Marginal,
    marginal_study,
    more_of,
)
from simulator.asked_measures import named
from simulator.batch.batches import Asked, complete
from simulator.batch.store import Store
from simulator.executors import AskedWronglyError
from simulator.experiment import prepared
from simulator.marginal.effects import Effect, Effects, ranked

PRICES = ("cost of capacity", "cost of agency")
"""What a unit of capacity costs, used or not."""
SIZES = (("capacity", "mean"), ("slots", "offered"))
"""How much capacity there is."""
TABLE = "marginal.csv"
_YEAR = 365.25


class Question(NamedTuple):
    """What is asked: a study, and the measure that its runs are to tell."""

    made: Marginal
    measure: Name


def question(
    scenario: str | Path,
    measure: str,
    services: Sequence[str] | None = None,
    by: str = "1",
    *,
    scale: str | None = None,
    wrong: Sequence[str] = (),
) -> Question:
    """Return what is asked of a scenario.

    Parameters
    ----------
    scenario : str or Path
        Its file, or a name of the catalogue.
    measure : str
        Such as `ward: wait, mean`.
    services : sequence of str, optional
        All that have a limit if left out.
    by : str
        How much more: a number of units, or a share such as `5%`.
    scale : str, optional
        Another ratio than the scenario's, such as `1:20`.
    wrong : sequence of str
        What is known to be wrong already, to be told with the rest.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or a service that was named cannot get more.
    AskedWronglyError
        If a measure, service or amount cannot be meant; all of it is told at once.
    """
    found = read(scenario, scale)
    problems = [*wrong, *_wrong_services(found, services)]
    more = more_of(by)
    if more is None:
        problems.append(
            f"--by '{by}': is not how much more; write a number of units such as 1, "
            "or a share such as 5%."
        )
    name = None
    try:
        name = named(measure, prepared(found)[1])
    except ValueError as error:
        problems.append(f"--measure '{measure}': {error}")
    if problems or more is None or name is None:
        raise AskedWronglyError(problems)
    return Question(marginal_study(scenario, services, more, scale), name)


def _wrong_services(scenario: Scenario, services: Sequence[str] | None) -> list[str]:
    """Say which services were named that cannot get more, or twice."""
    kinds = {service.name: service.kind for service in scenario.services}
    limited = ", ".join(name for name, kind in kinds.items() if kind != UNLIMITED)
    said = []
    for name in dict.fromkeys(services or ()):
        if kinds.get(name, UNLIMITED) == UNLIMITED:
            why = "has no limit" if name in kinds else "is no service of this scenario"
            said.append(f"--services '{name}': {why}; choose among {limited}.")
        if services is not None and list(services).count(name) > 1:
            said.append(f"--services '{name}': is named more than once.")
    return said


def marginal(
    asking: Question,
    folder: str | Path,
    asked: Asked = Asked(),  # noqa: B008
) -> Effects:
    """Run what is missing of a question's batch, and return the effects.

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
    return effects(asking, Path(folder))


def effects(asking: Question, folder: Path) -> Effects:
    """Return what more capacity at each service does, and keep it as a table.

    Parameters
    ----------
    asking : Question
    folder : Path
        Of the batch, which has been run.

    Raises
    ------
    ResultError
        If a run folder is missing or cannot be read, or the table not written.
    """
    made, measure = asking
    base = load(folder / "runs" / str(made.study.baseline))
    runs = [load(folder / "runs" / one.variant) for one in made.changed]
    moved = _moved(base, runs, measure)
    prices = _Prices(base, measure)
    every = [
        prices.effect(one, run, found)
        for one, run, found in zip(made.changed, runs, moved, strict=True)
    ]
    known = figures(base, percents=asked_percents([measure.text])).get(measure)
    defined = measure_of(*measure.parts)
    found = Effects(
        measure,
        defined.unit if defined else "",
        estimate(list(known.values())) if known else None,
        len(base.replications),
        ranked(every),
        made.left_out,
        (*growing(base).sentences(), *_scale_note(base)),
    )
    Store(folder).keep_text(TABLE, found.table())
    return found


def _scale_note(base: Run) -> list[str]:
    """Say what numbers stand for at a smaller scale."""
    if base.labels.scale == 1:
        return []
    return [
        f"One simulated patient stands for {1 / base.labels.scale:,.4g}. Changes are "
        "those of the small system; what a unit costs, and changes per pound, are at "
        "full size."
    ]


def _moved(base: Run, runs: Sequence[Run], measure: Name) -> list[Finding | None]:
    """Return the change of a measure in each run, with all questions asked at once."""
    names = run_names([base, *runs])[1:]
    rows = compare(*runs, baseline=base, measures=[measure.text]).rows
    found = {row.run: row for row in rows}
    return [found.get(name) for name in names]


class _Prices:
    """What services have, and what that costs, beside the scenario as it is."""

    def __init__(self, base: Run, measure: Name) -> None:
        self._base, self._scale = figures(base), base.labels.scale
        defined = measure_of(*measure.parts)
        is_number = defined is not None and defined.adds
        self._weight = 1 / self._scale if is_number else 1.0
        edges = base.labels.months
        first, last = (date.fromisoformat(edge[:10]) for edge in (edges[0], edges[-1]))
        self._years = (last - first).days / _YEAR

    def effect(self, changed: Changed, run: Run, found: Finding | None) -> Effect:
        """Return the effect of more at a service."""
        now = figures(run)
        added = self._added(now, changed.service, SIZES)
        cost = self._added(now, changed.service, [(p, "total") for p in PRICES])
        yearly = cost / self._scale / self._years if cost else None
        return Effect(
            changed.service, changed.more, added != 0, yearly, found, self._weight
        )

    def _added(
        self, now: Figures, service: str, measures: Sequence[tuple[str, str]]
    ) -> float:
        """Return by how much figures that luck does not touch have grown, in sum."""
        return sum(
            _first(now, service, *measure) - _first(self._base, service, *measure)
            for measure in measures
        )


def _first(known: Figures, service: str, measure: str, statistic: str) -> float:
    """Return a figure that is the same in every replication; 0 where there is none."""
    values: Mapping[int, float] = known.get(
        Name("service", service, measure, statistic), {}
    )
    return next(iter(values.values()), 0.0)
