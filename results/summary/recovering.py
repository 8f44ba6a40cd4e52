"""By when standards and limits of measures are met again in a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from results.errors import ResultError
from results.measures.naming import Name, measure_of
from results.selection.figures import figures
from results.selection.measured import measured
from results.selection.quantiles import asked_percents
from results.summary.recovery import STAYS, Recovery, fate
from results.words.numbers import amount

if TYPE_CHECKING:
    from results.run import Run

_MET = ("met", "share of months")


class Limit(NamedTuple):
    """What a measure must keep to: it takes the place of a standard."""

    name: Name
    value: float
    """In the unit of the measure."""
    is_most: bool
    """Whether it is to be at most so much, else at least."""

    def holds(self, value: float) -> bool:
        """Return whether a value keeps to it; exactly as much does."""
        return value <= self.value if self.is_most else value >= self.value


def recovery(
    run: Run,
    asked: str | Limit,
    *,
    stays: int = STAYS,
    since: str | None = None,
) -> Recovery:
    """Return by when a standard, or a limit, is met again.

    Parameters
    ----------
    run : Run
    asked : str or Limit
        The name of a standard of the run, or a measure with its limit.
    stays : int
        For how many months it must be met.
    since : str, optional
        The first month that is looked at, such as `2026-04`; else the run's first.

    Raises
    ------
    ResultError
        If the run has no such standard, measure or month.
    """
    looked = _looked(run, since)
    name, holds = _question(run, asked)
    values = _by_month(run, name)
    words = asked if isinstance(asked, str) else limit_words(asked)
    return _recovery(
        run, words, {k: holds(v) for k, v in values.items()}, looked, stays
    )


def recoveries(run: Run, *, stays: int = STAYS) -> dict[str, Recovery]:
    """Return by when each standard of a run is met again, by its name.

    Parameters
    ----------
    run : Run
    stays : int
        For how many months it must be met.
    """
    met: dict[str, dict[tuple[int, str], bool]] = {}
    table = measured(
        run, group="all", kind="standard", measure=_MET[0], statistic=_MET[1]
    ).to_pydict()
    columns = ("subject", "replication", "period", "value")
    for subject, number, period, value in zip(*map(table.get, columns), strict=True):
        met.setdefault(subject, {})[number, period] = bool(value)
    looked = _looked(run, None)
    names = [standard.name for standard in run.labels.standards]
    return {n: _recovery(run, n, met.get(n, {}), looked, stays) for n in names}


def _recovery(
    run: Run,
    asked: str,
    met: Mapping[tuple[int, str], bool],
    looked: tuple[str, ...],
    stays: int,
) -> Recovery:
    """Return the recovery of what is met, or not, by replication and month."""
    fates = {
        number: fate([met.get((number, month)) for month in looked], stays)
        for number in run.replications
    }
    known = {number: found for number, found in fates.items() if found is not None}
    return Recovery(asked, stays, looked, known)


def _looked(run: Run, since: str | None) -> tuple[str, ...]:
    """Return the months that are looked at."""
    months = run.labels.period_names[:-1]
    if since is not None and since not in months:
        raise ResultError(
            f"there is no month '{since}' in this run: it has {months[0]} to "
            f"{months[-1]}"
        )
    return months[months.index(since) if since else 0 :]


def limit_words(limit: Limit) -> str:
    """Return a limit in words: `ward: wait, mean at most 18 weeks`."""
    measure = measure_of(*limit.name.parts)
    value = amount(limit.value, measure.unit if measure else "")
    return f"{limit.name.text}, at {'most' if limit.is_most else 'least'} {value}"


def _by_month(run: Run, name: Name) -> dict[tuple[int, str], float]:
    """Return a measure of everybody by replication and month."""
    percents = asked_percents([name.text])
    if percents:  # which the table has not
        return {
            (number, month): value
            for month in run.labels.period_names[:-1]
            for number, value in figures(run, period=month, percents=percents)
            .get(name, {})
            .items()
        }
    table = measured(run, group="all", **name._asdict()).to_pydict()
    columns = ("replication", "period", "value")
    return {(n, p): v for n, p, v in zip(*map(table.get, columns), strict=True)}


def _question(run: Run, asked: str | Limit) -> tuple[Name, Any]:
    """Return the measure that is looked at, and what tells whether it is met."""
    if isinstance(asked, Limit):
        if (asked.name.kind, asked.name.subject) not in run.labels.subjects:
            raise ResultError(f"there is no '{asked.name.subject}' in this run")
        return asked.name, asked.holds
    known = [standard.name for standard in run.labels.standards]
    if asked not in known:
        names = ", ".join(f"'{name}'" for name in known) or "none"
        raise ResultError(f"there is no standard '{asked}' in this run: it has {names}")
    return Name("standard", asked, *_MET), bool


def missed_standards(run: Run) -> tuple[str, ...]:
    """Return the standards of a run that a month of some replication misses."""
    table = measured(
        run,
        group="all",
        kind="standard",
        measure=_MET[0],
        statistic=_MET[1],
        period="whole",
    ).to_pydict()
    pairs = zip(table["subject"], table["value"], strict=True)
    missed = {subject for subject, value in pairs if value < 1}
    return tuple(s.name for s in run.labels.standards if s.name in missed)
