"""Which standards are met, month by month, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from results.layout.labels import StandardLabel
from results.measures.naming import CAUSES
from results.selection.measured import measured
from results.statistics.estimates import Estimate, estimate
from results.summary.breaches import breach_name, breach_sentence
from results.summary.summary import TARGETS, UNITS
from results.words.numbers import amount, with_interval

if TYPE_CHECKING:
    from results.run import Run

Values = dict[tuple[str, str, str, str], dict[int, float]]
"""By standard, period, measure and statistic; by replication."""
LIKELY = 0.5
"""A month counts as one that is met where more replications than this meet it."""


@dataclass(frozen=True)
class MonthMet:
    """A standard in a month."""

    month: str
    promised: float | None
    """None where nothing was to be looked at in any replication."""
    achieved: Estimate | None
    met: float | None
    """Share of the replications with anything to look at that met it."""


@dataclass(frozen=True)
class StandardMet:
    """A standard over the months of a run."""

    standard: str
    unit: str
    """Of what is promised and achieved."""
    months: tuple[MonthMet, ...]
    met: Estimate | None
    """Share of months in which it is met."""
    causes: Mapping[str, Estimate]
    """Of all the time of those not within, the share put down to each cause."""

    @property
    def why(self) -> str:
        """To what the time of those not within is put down; empty where none were."""
        return breach_sentence(self.causes)

    @property
    def promises(self) -> str:
        """What is promised, in words; from month to month where it changes."""
        told: list[str] = []
        before = None
        for month in self.months:
            if month.promised is not None and month.promised != before:
                since = f" from {month.month}" if told else ""
                told.append(f"{amount(month.promised, self.unit)}{since}")
                before = month.promised
        return ", ".join(told)

    def sentence(self) -> str:
        """Say in which months it is met."""
        looked = [month for month in self.months if month.met is not None]
        if self.met is None or not looked:
            return f"{self.standard}: there is nobody to look at."
        if self.met.mean in (0, 1):
            return f"{self.standard}: {'always' if self.met.mean else 'never'} met."
        good = sum((month.met or 0) > LIKELY for month in looked)
        often = with_interval(self.met.scaled(len(looked)), "months")
        return (
            f"{self.standard}: more likely met than not in {good} of {len(looked)} "
            f"months{_turn(looked)}; on average in {often}."
        )


def _turn(months: list[MonthMet]) -> str:
    """Say from when on it is met to the end, or never again."""
    good = [(m.met or 0) > LIKELY for m in months]
    if all(good) or not any(good):
        return ""
    last = len(good) - 1
    while last and good[last - 1] == good[-1]:
        last -= 1
    again = "from" if good[-1] else "no longer from"
    return f" ({again} {months[last].month} on)"


def standards_met(run: Run) -> tuple[StandardMet, ...]:
    """Return in which months the standards of a run are met, for everybody.

    Parameters
    ----------
    run : Run
    """
    values = _values(run)
    return tuple(_of(run, label, values) for label in run.labels.standards)


def _values(run: Run) -> Values:
    """Return all figures of standards."""
    table = measured(run, kind="standard", group="all").to_pydict()
    names = ("subject", "period", "measure", "statistic", "replication", "value")
    found: Values = {}
    for *key, number, value in zip(*map(table.get, names), strict=True):
        found.setdefault((key[0], key[1], key[2], key[3]), {})[number] = value
    return found


def _of(run: Run, label: StandardLabel, values: Values) -> StandardMet:
    """Return one standard over the months."""
    is_share = label.measure == "share"
    achieved = ("within", "share") if is_share else ("achieved", label.measure)

    def at(period: str, *measure: str) -> Estimate | None:
        found = values.get((label.name, period, measure[0], measure[1]))
        return estimate(list(found.values())) if found else None

    def month(period: str) -> MonthMet:
        met, target = at(period, *_MET), at(period, "target", TARGETS[label.measure])
        return MonthMet(
            period,
            target.mean if target and met else None,
            at(period, *achieved),
            met.mean if met else None,
        )

    months = tuple(month(period) for period in run.labels.period_names[:-1])
    causes = {
        cause: share
        for cause in CAUSES
        if (share := at("whole", breach_name(cause), "share")) is not None
    }
    met = at("whole", *_MET)
    return StandardMet(label.name, UNITS[label.measure], months, met, causes)


_MET = ("met", "share of months")


def by_year(
    months: tuple[MonthMet, ...],
) -> Iterator[tuple[str, list[MonthMet | None]]]:
    """Yield financial years, April to March, with their twelve months.

    Parameters
    ----------
    months : tuple of MonthMet

    Yields
    ------
    tuple
        `2022/23`, and its months; None where the run has no such month.
    """
    years: dict[int, list[MonthMet | None]] = {}
    for month in months:
        year, number = (int(part) for part in month.month.split("-"))
        first = year if number >= _APRIL else year - 1
        row = years.setdefault(first, [None] * 12)
        row[(number - _APRIL) % 12] = month
    for first, row in years.items():
        yield f"{first}/{(first + 1) % 100:02d}", row


_APRIL = 4


def as_dict(run_name: str, found: tuple[StandardMet, ...]) -> dict[str, Any]:
    """Return the standards of a run as plain maps, lists, texts and numbers.

    Parameters
    ----------
    run_name : str
    found : tuple of StandardMet
    """
    return {"run": run_name, "standards": [asdict(standard) for standard in found]}
