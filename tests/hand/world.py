"""A world as its records tell it, for definitions written as plain loops.

Nothing of the library works anything out here: moments become whole microseconds, and
what is asked of rows is asked of each in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from results import Run

Row = dict[str, Any]
DAY = 86_400_000_000
HOUR = DAY // 24
MINUTE = HOUR // 60
TIMES = frozenset(
    (
        *("joined", "started", "ended", "freed", "since", "until", "time", "stopped"),
        *("paused", "ran", "stood", "entered", "left"),
        *("rebooked", "closed", "blocked", "kept_back", "outranked", "no_capacity"),
        "not_in_line",
    )
)


def microseconds(days: float | None) -> int | None:
    """Return a number of days as whole microseconds."""
    return None if days is None else round(days * DAY)


@dataclass(frozen=True)
class Period:
    """From a moment to just before another, microseconds since the start."""

    name: str
    begin: int
    end: int
    months: tuple[Period, ...] = ()
    """Of the whole: its months."""

    @property
    def length(self) -> int:
        return self.end - self.begin

    @property
    def parts(self) -> tuple[Period, ...]:
        """The months that it is made of."""
        return self.months or (self,)

    def holds(self, moment: int | None) -> bool:
        return moment is not None and self.begin <= moment < self.end

    def overlap(self, begin: int, end: int | None) -> int:
        """Return how much of a time lies in the period; None: it goes on."""
        last = self.end if end is None else min(end, self.end)
        return max(0, last - max(begin, self.begin))

    def days(self) -> Iterator[datetime]:
        """Yield its days, which it holds whole."""
        for number in range(self.begin // DAY, self.end // DAY):
            yield START + timedelta(days=number)


START = datetime(2024, 1, 1)


@dataclass
class World:
    """All records of one replication."""

    run: Run
    visits: list[Row] = field(init=False)
    holds: list[Row] = field(init=False)
    changes: list[Row] = field(init=False)
    clocks: list[Row] = field(init=False)
    patients: list[Row] = field(init=False)
    looks: list[Row] = field(default_factory=list)
    """The clocks that were looked at at months' ends; no table holds them."""

    def __post_init__(self) -> None:
        for table in ("visits", "holds", "changes", "clocks", "patients"):
            rows = self.run.records(table, 1).to_pylist()
            for row in rows:
                for name in TIMES & row.keys():
                    row[name] = microseconds(row[name])
            setattr(self, table, rows)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """January, February, and both."""
        months = (
            Period("2024-01", 0, 31 * DAY),
            Period("2024-02", 31 * DAY, 60 * DAY),
        )
        return (*months, Period("whole", 0, 60 * DAY, months))

    @cached_property
    def service_of(self) -> dict[tuple[int, int], str]:
        """At which service each visit was."""
        return {(row["who"], row["visit"]): row["service"] for row in self.visits}

    def visits_of(self, kind: str, subject: str, group: str) -> Iterator[Row]:
        """Yield the visits of a service, pathway or block, and of a group."""
        return (
            row
            for row in self.visits
            if (_block(row["service"]) if kind == "block" else row[kind]) == subject
            and group in ("all", row["group"])
        )

    def holds_of(self, kind: str, subject: str, group: str) -> Iterator[Row]:
        """Yield the units of a service that were held; a pathway has none."""
        return (
            row
            for row in self.holds
            if kind in ("service", "block")
            and (_block(row["service"]) if kind == "block" else row["service"])
            == subject
            and group in ("all", row["group"])
        )


def _block(service: str) -> str:
    """Return what a service is a part of: wards are one per place."""
    return "ward" if service in ("ward in Leeds", "ward in Wakefield") else service


def mean(values: Iterable[float]) -> float | None:
    """Return a mean; None of nobody."""
    found = list(values)
    return sum(found) / len(found) if found else None


def ratio(above: float, below: float) -> float | None:
    return above / below if below else None


def quantile(times: Iterable[int], percent: int) -> float | None:
    """Return a quantile in days, as section 5 of measures.md words it.

    One bucket for exactly zero, 128 of 65.536 ms each, then 128 to each doubling; the
    p-quantile is the time below which p x n lie, on a straight line in its bucket.
    """
    counts: dict[tuple[int, int], int] = {}
    for time in times:
        bucket = bucket_of(time)
        counts[bucket] = counts.get(bucket, 0) + 1
    wanted = percent / 100 * sum(counts.values())
    below = 0
    for (low, high), number in sorted(counts.items()):
        if below + number >= wanted:
            return (low + (wanted - below) / number * (high - low)) / DAY
        below += number
    return None


def bucket_of(time: int) -> tuple[int, int]:
    """Return from where to where the bucket of a time goes."""
    if time == 0:
        return 0, 0
    size, top = 65_536, 128 * 65_536
    while time >= top:
        size, top = (top // 128, top * 2)
    low = time // size * size
    return low, low + size
