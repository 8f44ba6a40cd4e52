"""Named calendars and times of the week, with the check that none overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import WeekTime
from scenarios.texts import TextError
from scenarios.weektimes import overlaps, week_time


class Entry(NamedTuple):
    """A time of the week and where it is written."""

    text: str
    path: Path
    time: WeekTime


class Calendars:
    """The calendars of a scenario by name."""

    def __init__(
        self,
        written: Mapping[str, str | list[str]],
        problems: Problems,
        *,
        holidays: bool,
    ) -> None:
        self.problems = problems
        self.holidays = holidays
        """Whether there are any bank holidays."""
        self.written = written
        self.named: dict[str, list[WeekTime]] = {}
        for name, texts in written.items():
            self.named[name] = self._calendar(name, texts)

    def _calendar(self, name: str, texts: str | list[str]) -> list[WeekTime]:
        path: Path = ("calendars", name)
        if ":" in name:
            message = f"{quoted(name)}: the name of a calendar has no colon."
            self.problems.add(path, message, at_key=True)
        several = [texts] if isinstance(texts, str) else texts
        entries = []
        for i, text in enumerate(several):
            at = path if isinstance(texts, str) else (*path, i)
            entries += self._read(text, at, at_key=False)
        self.check(entries)
        return [entry.time for entry in entries]

    def _read(
        self, text: str, path: Path, *, at_key: bool, instants: bool = False
    ) -> list[Entry]:
        try:
            return [Entry(text, path, week_time(text, instants=instants))]
        except TextError as error:
            message = str(error)
            if ":" not in text and did_you_mean(text, self.written):
                message = (
                    f"{quoted(text)} is not a calendar."
                    f"{did_you_mean(text, self.written)} "
                    f"Calendars: {listed(self.written)}."
                )
            self.problems.add(path, message, at_key=at_key)
            return []

    def entries(
        self, text: str, path: Path, *, at_key: bool = True, instants: bool = False
    ) -> list[Entry]:
        """Return the times of a calendar's name or a time of the week.

        It is written as a key, if not told otherwise. With `instants`, that may be one
        instant.
        """
        if text in self.named:
            return [Entry(text, path, time) for time in self.named[text]]
        return self._read(text, path, at_key=at_key, instants=instants)

    def check(self, entries: Sequence[Entry]) -> None:
        """Report times that overlap."""
        times = [entry.time for entry in entries]
        said = set()
        for i, j in overlaps(times, holidays=self.holidays):
            first, second = entries[i], entries[j]
            # A named calendar has been checked where it is written.
            if first.path == second.path or (first.path, second.path) in said:
                continue
            said.add((first.path, second.path))
            message = f"{quoted(second.text)} overlaps {quoted(first.text)}."
            if "only" in (first.time.holidays, second.time.holidays):
                message += (
                    " A night belongs to the day on which it begins, also before a "
                    "bank holiday."
                )
            self.problems.add(second.path, message, at_key=True)
