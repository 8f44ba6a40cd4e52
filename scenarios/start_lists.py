"""Lists of those who are there when the run begins: files with a row for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kernels.layout import DAY
from scenarios import dates, texts
from scenarios.patient_lists import Reading
from scenarios.problems import quoted
from scenarios.sessions import MOST
from scenarios.sessions_left import number_left
from scenarios.texts import TextError

WAITED = ("joined", "waited")
ELAPSED = ("started", "elapsed")
LEFT, LAST = "sessions_left", "last_session"


class StartReading(Reading):
    """The reading of a list of those who are there."""

    what = "Such a list"
    is_treated = False

    def times_of(self, header: Sequence[str]) -> list[str]:
        """Return the columns that say when: a date or a length of time."""
        joined = next((c for c in WAITED if c in header), None)
        if not self.is_treated:
            return [joined or WAITED[0]]
        started = next((c for c in ELAPSED if c in header), ELAPSED[0])
        return [started] if joined is None else [joined, started]

    def moments(self, cells: Mapping[str, str]) -> tuple[int, ...]:
        """Return when a patient joined, and when treatment started or -1."""
        started = self._of(cells, ELAPSED) if self.is_treated else -1
        joined = self._of(cells, WAITED, self.reader.begin if started < 0 else started)
        if joined < 0:
            joined = started
        if started >= 0 and joined > started:
            raise TextError("this patient joined after treatment started.")
        return joined, started

    def _of(
        self, cells: Mapping[str, str], names: tuple[str, str], until: int | None = None
    ) -> int:
        """Return the moment under one of two columns; -1 if there is none.

        The second of them says how long before it lies: before a moment, or the run.
        """
        begin = self.reader.begin
        if names[0] in cells:
            moment = self.moment(cells[names[0]], names[0])
            if moment >= begin:
                raise TextError(
                    f"{cells[names[0]]} does not lie before the beginning of the run, "
                    f"{dates.written_date(begin)}."
                )
            return moment
        if names[1] not in cells:
            return -1
        text = cells[names[1]]
        if not text:
            raise TextError(f"nothing is written under {quoted(names[1])}.")
        before = begin if until is None else until
        moment = before - max(round(texts.duration(text).value * DAY), before == begin)
        if moment < 0:
            raise TextError(f"{quoted(text)}: this reaches back before {dates.FIRST}.")
        return moment


class SessionsReading(StartReading):
    """The reading of a list of those who have sessions left."""

    is_treated = True

    def times_of(self, header: Sequence[str]) -> list[str]:
        """Return the columns that say how many are left, and when the last was."""
        return [LEFT, LAST] if LAST in header else [LEFT]

    def moments(self, cells: Mapping[str, str]) -> tuple[int, ...]:
        """Return how many sessions are left, and when the last was or -1."""
        left = number_left(cells[LEFT])
        if left is None:
            said = quoted(cells[LEFT]) if cells[LEFT] else "this"
            message = f"{said} is not a number of sessions, 1 to {MOST}."
            raise TextError(message)
        return left, self._of(cells, (LAST, ""))
