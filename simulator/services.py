"""Services of the reference engine: lines, and the units that work them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kernels import layout
from kernels.calendars import rows_of
from kernels.layout import NEVER, Model
from kernels.levels import has_diary
from kernels.slots import next_of, next_slot, slot_length
from simulator.patients import Kind, Visit

if TYPE_CHECKING:
    from simulator.causes import Account

Entry = tuple[tuple[int, int, int, int], int, Visit]


class Line:
    """Those who wait at a service.

    Patients who need the same stand in the order of the line; where there is room for
    one of them there is room for the first.
    """

    def __init__(self) -> None:
        self.heaps: dict[Kind, list[Entry]] = {}
        self.waiting = 0
        self.boarders = 0
        """Of those, how many keep a bed elsewhere."""

    def join(self, visit: Visit) -> None:
        """Add a visit."""
        visit.waits = True
        visit.place += 1
        self.waiting += 1
        self.boarders += visit.boards
        heap = self.heaps.setdefault(visit.kind, [])
        heapq.heappush(heap, (visit.order, visit.place, visit))

    def leave(self, visit: Visit) -> None:
        """Take a visit out, wherever it stands."""
        visit.waits = False
        self.waiting -= 1
        self.boarders -= visit.boards
        heap = self.heaps[visit.kind]
        if len(heap) > 2 * self.waiting + 16:
            heap[:] = [entry for entry in heap if _is_there(entry)]
            heapq.heapify(heap)

    def firsts(self) -> Iterator[Visit]:
        """Yield the first of those who need the same, for each thing needed."""
        for heap in self.heaps.values():
            while heap and not _is_there(heap[0]):
                heapq.heappop(heap)
            if heap:
                yield heap[0][2]

    def boarding(self) -> list[Visit]:
        """Return those who keep a bed elsewhere, in the order of the line."""
        found = [
            entry[2]
            for kind, heap in self.heaps.items()
            if kind.boards
            for entry in heap
            if _is_there(entry)
        ]
        return sorted(found, key=lambda v: v.order)

    def first_coming(self, now: int) -> int:
        """Return since when the one waits who has waited longest; now if nobody."""
        return min((v.since for v in self.firsts()), default=now)


def _is_there(entry: Entry) -> bool:
    """Return whether a visit still stands where an entry says."""
    return entry[2].waits and entry[2].place == entry[1]


class Page:
    """The slots of one sort in a diary."""

    def __init__(self, reserve: int, released: int, sort: tuple[int, int, int]) -> None:
        self.reserve = reserve
        """For whom they are kept back; -1: for nobody."""
        self.released = released
        self.sort = sort
        """As for `kernels.slots.next_of`."""
        self.session, self.slot = 0, 0

    def is_for(self, reserve: int, time: int, now: int) -> bool:
        """Return whether a date may be given to those of a reserve."""
        if self.reserve in (-1, reserve):
            return True
        return self.released >= 0 and time - self.released <= now


class Date(NamedTuple):
    """A slot that is given to a patient."""

    time: int
    page: int
    length: int


@dataclass
class Machine:
    """A unit that breaks down."""

    service: int
    who: int
    row: int
    """Of its times out of order among the spells."""
    down: int = -1
    """Since when it is down; -1 while it works."""


class Service:
    """A line and the units that work it."""

    def __init__(self, model: Model, number: int) -> None:
        row = model.services[number]
        self.number = number
        self.row = dict(zip(row.dtype.names, row.tolist(), strict=True))
        self.kind = int(row["kind"])
        self.openings = rows_of(model, number)
        self.line = Line()
        self.open = NEVER if self.kind == layout.UNLIMITED else 0
        """Units by the calendar."""
        self.closes = NEVER
        """When they begin to close."""
        self.working = int(row["machines"]) or NEVER
        """Machines that have not broken down, where some may."""
        self.broken = 0
        """How many of them broke down in this instant."""
        self.extra = 0
        """Units opened by escalation."""
        self.in_use = 0
        reserves = range(self.row["reserve"], self.row["reserve"] + row["reserves"])
        self.kept_back = {r: int(model.reserves["units"][r]) for r in reserves}
        self.reserved = dict.fromkeys(reserves, 0)
        """Units taken by those for whom they are kept back."""
        self.treated: dict[Visit, None] = {}
        """Those in treatment with units of this service."""
        self.outliers: dict[Visit, None] = {}
        """Those of its patients who are treated elsewhere and may move back."""
        self.newcomers: list[Visit] = []
        self.session, self.slot = 0, 0
        self.wake = -1
        """When this service is next looked at."""
        self.pages = self._pages(model, number)
        """Of its diary, if it has one."""
        self.returned: list[Date] = []
        """Dates that were given back."""
        self.account: Account | None = None
        """Where it is said why patients wait."""

    def _pages(self, model: Model, number: int) -> list[Page]:
        """Return the pages of the diary: for everybody, then for each reserve."""
        if not has_diary(model)[number]:
            return []
        together, kept = self.row["per_slot"], list(self.kept_back.values())
        pages = [Page(-1, -1, (together, NEVER, sum(kept)))]
        for i, reserve in enumerate(self.kept_back):
            sort = (together, sum(kept[i:]), sum(kept[i + 1 :]))
            released = int(model.reserves["released"][reserve])
            pages.append(Page(reserve, released, sort))
        return pages

    def date_for(self, reserve: int, now: int) -> Date | None:
        """Return the earliest date that those of a reserve could be given now."""
        earliest, latest = now + self.row["notice"], now + self.row["ahead"]
        found = [date for date, _ in self._firsts(earliest)] + self.returned
        dates = [
            (date.time, page.reserve != reserve or reserve < 0, date.page, date)
            for date in found
            if earliest <= date.time <= latest
            and (page := self.pages[date.page]).is_for(reserve, date.time, now)
        ]
        return min(dates, key=lambda d: d[:3])[3] if dates else None

    def _firsts(self, earliest: int) -> list[tuple[Date, tuple[int, int]]]:
        """Return the first date of each page from a moment on, and which slot it is."""
        found = []
        for number, page in enumerate(self.pages):
            session, slot, time = next_of(
                self.openings,
                page.session,
                len(self.openings),
                page.slot,
                earliest,
                page.sort,
            )
            if time < NEVER:
                length = int(slot_length(self.openings, session, page.sort[0]))
                found.append((Date(int(time), number, length), (session, slot)))
        return found

    def take_date(self, date: Date, now: int) -> None:
        """Take a date out of the diary."""
        if date in self.returned:
            self.returned.remove(date)
            return
        for first, (session, slot) in self._firsts(now + self.row["notice"]):
            if first == date:
                page = self.pages[date.page]
                page.session, page.slot = session, slot + 1

    def next_dates(self, now: int) -> list[int]:
        """Return when dates can be given out that cannot be given out now."""
        ahead = self.row["ahead"]
        earliest = now + max(self.row["notice"], int(ahead == 0))
        found = [date for date, _ in self._firsts(earliest)]
        given = [date.time - ahead for date in found]
        for date in [*found, *self.returned]:
            page = self.pages[date.page]
            if page.reserve >= 0 and page.released >= 0:
                given.append(max(date.time - ahead, date.time - page.released))
        return [time for time in given if time > now]

    @property
    def capacity(self) -> int:
        """Units that may be in use now."""
        return min(self.open, self.working) + self.extra

    def slot_due(self, now: int) -> int:
        """Return the moment of the first slot that is neither past nor taken."""
        self.session, self.slot, due = next_slot(
            self.openings, self.session, len(self.openings), self.slot, now
        )
        return int(due)

    def next_due(self, now: int) -> int:
        """Return the moment of the first slot after now that is not taken."""
        _, _, due = next_slot(
            self.openings, self.session, len(self.openings), self.slot, now + 1
        )
        return int(due)

    def free(self, reserve: int = -1) -> int:
        """Return how many units are free for those of a reserve (-1: of none)."""
        free = self.capacity - self.in_use
        for other, units in self.kept_back.items():
            if other != reserve:
                free -= max(units - self.reserved[other], 0)
        return free

    def has_room(self, units: int, now: int, reserve: int = -1) -> bool:
        """Return whether units are free, or a slot falls due now."""
        if self.pages:
            return self.date_for(reserve, now) is not None
        if self.kind == layout.SLOTS:
            return self.slot_due(now) == now
        return self.free(reserve) >= units

    def take_slot(self, visit: Visit) -> None:
        """Give the slot of this moment to a visit."""
        row = self.openings[self.session]
        visit.slot = int(row["until"] - row["time"]) // int(row["capacity"])
        self.slot += 1

    def elapse(self) -> None:
        """Let the account go on up to now, before units or capacity change."""
        if self.account is not None:
            self.account.elapse()

    def take(self, units: int, reserve: int = -1) -> None:
        """Take units into use."""
        self.elapse()
        self.in_use += units
        if reserve >= 0:
            self.reserved[reserve] += units

    def give(self, units: int, reserve: int = -1) -> None:
        """Let units fall free."""
        self.elapse()
        self.in_use -= units
        if reserve >= 0:
            self.reserved[reserve] -= units
