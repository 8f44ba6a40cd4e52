"""By when a standard is met again: a distribution over replications.

What is counted is written in docs/background/measures.md, `When a standard is met
again`. Months are numbered from 0, the first that is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from results.statistics.estimates import LEVEL, Estimate

STAYS = 3
"""Months for which it must be met, the first included."""
QUANTILES = ((0.5, "half"), (0.9, "nine in ten"))
Met = Sequence[bool | None]
"""By month; None: there was nobody to look at."""


class Fate(NamedTuple):
    """What became of a standard in one replication."""

    missed: int | None
    """The first month that missed it; None: never."""
    back: int | None
    """The month from which it is met again, the first if it never was missed; None: it
    is not seen."""
    hidden: int | None
    """From when on it is met until the end, but for too few months to tell."""
    again: bool
    """Whether it is missed once more after it was met again."""


class Share(NamedTuple):
    """In how many replications it is met again by a month."""

    month: str
    met_again: int
    """Replications."""
    share: float
    low: float
    """Ends of Wilson's interval."""
    high: float


class Quantile(NamedTuple):
    """By when it is met again in a share of the replications."""

    share: float
    name: str
    month: str | None
    """None: not within what can be told."""
    low: str | None
    high: str | None


@dataclass(frozen=True)
class Recovery:
    """By when one standard is met again, in one run."""

    asked: str
    """The standard, or the measure and its limit, in words."""
    stays: int
    months: tuple[str, ...]
    """All that are looked at."""
    fates: Mapping[int, Fate]
    """By replication, of those that have anything to look at."""

    @cached_property
    def n(self) -> int:
        """How many replications are counted."""
        return len(self.fates)

    @cached_property
    def known(self) -> int:
        """For how many months the share can be told."""
        hidden = (f.hidden for f in self.fates.values() if f.hidden is not None)
        whole = max(len(self.months) - self.stays + 1, 0)
        return min([whole, *hidden])

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """The share by each month that can be told; none where nobody is counted."""
        if not self.n:
            return ()
        backs = [f.back for f in self.fates.values()]
        counts = [
            sum(back is not None and back <= month for back in backs)
            for month in range(self.known)
        ]
        ends = {count: wilson(count, self.n) for count in {*counts}}
        return tuple(
            Share(month, count, count / self.n, *ends[count])
            for month, count in zip(self.months, counts, strict=False)
        )

    @property
    def quantiles(self) -> tuple[Quantile, ...]:
        """By when it is met again in half, and in nine in ten, of the replications."""
        return tuple(
            Quantile(
                share,
                name,
                self._first([s.share for s in self.shares], share),
                self._first([s.high for s in self.shares], share),
                self._first([s.low for s in self.shares], share),
            )
            for share, name in QUANTILES
        )

    def _first(self, values: Sequence[float], least: float) -> str | None:
        """Return the first month with so large a value."""
        places = (at for at, value in enumerate(values) if value >= least - 1e-12)
        found = next(places, None)
        return None if found is None else self.months[found]

    @property
    def not_before(self) -> str:
        """The first month of which nothing can be told."""
        if self.known < len(self.months):
            return self.months[self.known]
        return _after(self.months[-1])

    @cached_property
    def never_missed(self) -> int:
        """In how many replications it is met all along."""
        return sum(fate.missed is None for fate in self.fates.values())

    @cached_property
    def missed_again(self) -> int:
        """In how many of those that are met again it is missed once more."""
        return sum(fate.again for fate in self.fates.values())

    @cached_property
    def came_back(self) -> int:
        """In how many replications it is missed, and met again."""
        known = self.fates.values()
        return sum(f.missed is not None and f.back is not None for f in known)

    @cached_property
    def hidden(self) -> int:
        """In how many it is too late to tell."""
        known = self.fates.values()
        return sum(f.back is None and f.hidden is not None for f in known)

    @property
    def open(self) -> Estimate | None:
        """The share in which it is not seen to be met again within the period."""
        if not self.n:
            return None
        count = sum(fate.back is None for fate in self.fates.values())
        return Estimate(count / self.n, *wilson(count, self.n), None, self.n)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        missing = self.open
        return {
            "asked": self.asked,
            "for_months": self.stays,
            "since": self.months[0],
            "until": self.months[-1],
            "replications": self.n,
            "never_missed": self.never_missed,
            "met_again": self.came_back,
            "missed_again_later": self.missed_again,
            "too_late_to_tell": self.hidden,
            "not_within_the_period": None
            if missing is None
            else {"share": missing.mean, "low": missing.low, "high": missing.high},
            "quantiles": [
                {**quantile._asdict(), "not_before": self.not_before}
                for quantile in self.quantiles
            ],
            "shares": [share._asdict() for share in self.shares],
            "replication": {
                str(number): {
                    "missed": self._month(fate.missed),
                    "met_again_from": self._month(fate.back),
                    "met_at_the_end_from": self._month(fate.hidden),
                    "missed_again": fate.again,
                }
                for number, fate in self.fates.items()
            },
        }

    def _month(self, place: int | None) -> str | None:
        return None if place is None else self.months[place]


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, at 95%.

    Parameters
    ----------
    count, n : int
        So many of so many.

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927) 209-212.
    """
    from scipy.stats import binomtest  # noqa: PLC0415 (slow to import)

    found = binomtest(count, n).proportion_ci(LEVEL, method="wilson")
    # The ends may miss 0 and 1 in the last bit where the share is there.
    low = 0.0 if count == 0 else float(found.low)
    return low, 1.0 if count == n else float(found.high)


def fate(met: Met, stays: int = STAYS) -> Fate | None:
    """Return what becomes of a standard in one replication.

    Parameters
    ----------
    met : sequence of bool or None
        By month.
    stays : int
        For how many months it must be met to be met again.

    Returns
    -------
    Fate or None
        None where there is no month to look at.
    """
    looked = [month for month, is_met in enumerate(met) if is_met is not None]
    missed = next((month for month in looked if not met[month]), None)
    if not looked:
        return None
    if missed is None:
        return Fate(None, 0, None, again=False)
    streak: list[int] = []
    for place, month in enumerate(looked):
        if month < missed:
            continue
        streak = [*streak, month] if met[month] else []
        if len(streak) == stays:
            again = any(not met[later] for later in looked[place:])
            return Fate(missed, streak[0], None, again)
    return Fate(missed, None, streak[0] if streak else None, again=False)


def month_words(month: str) -> str:
    """Return a month in words: `May 2028`."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _after(month: str) -> str:
    """Return the month after one."""
    first = date.fromisoformat(f"{month}-01")
    years, months = divmod(first.month, 12)
    return f"{first.year + years:04d}-{months + 1:02d}"
