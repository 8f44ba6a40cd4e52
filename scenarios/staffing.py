"""What the staff of a service give over time, from whole-time equivalents.

The number of staff is looked at every Monday at 00:00 and at every moment at which it
changes at once, and holds until it is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels.layout import WEEK
from scenarios.courses import Course, still_there
from scenarios.scenario import Number, Period, Staff, Workforce


class InPost:
    """How many whole-time equivalents are in post."""

    def __init__(self, staff: Staff, period: Period) -> None:
        self.start = period.start
        self.posts = Course(staff.posts, period)
        self.vacancies = _course(staff.vacancies, period)
        self.leavers = _course(staff.leavers, period)
        self.recruits = [(day, Course(n, period)) for day, n in staff.recruits]

    def at(self, time: int) -> float:
        """Return those in post at a moment."""
        vacant = 0.0 if self.vacancies is None else self.vacancies.at(time)
        kept = still_there(self.leavers, self.start, time)
        total = self.posts.at(time) * (1.0 - vacant) * kept
        for day, number in self.recruits:
            if day <= time:
                since = max(day, self.start)
                kept = still_there(self.leavers, since, time)
                total += number.at(time) * kept
        return total

    @property
    def jumps(self) -> set[int]:
        """Return the moments at which their number changes at once."""
        courses = [self.posts, self.vacancies, *(c for _, c in self.recruits)]
        found = {day for day, _ in self.recruits}
        return found.union(*(course.jumps for course in courses if course is not None))


class Staffing:
    """What a workforce gives in a week, or how many places it makes."""

    def __init__(self, workforce: Workforce, period: Period) -> None:
        self.workforce = workforce
        self.in_post = InPost(workforce.staff, period)
        self.share = _course(workforce.share, period)
        self.taken_off = [
            (name, Course(share, period))
            for name, share in (*workforce.staff.taken_off, *workforce.taken_off)
        ]
        self.each_gives = Course(workforce.each_gives, period)
        self.moments = self._moments(period)
        self._paid = [self._paid_at(t) for t in self.moments]
        self._given = [self._given_at(t) for t in self.moments]

    def _moments(self, period: Period) -> list[int]:
        """Return the moments at which staff are looked at, from the first Monday on."""
        monday = period.begin // WEEK * WEEK
        courses = [self.each_gives, *(course for _, course in self.taken_off)]
        if self.share is not None:
            courses.append(self.share)
        jumps = self.in_post.jumps.union(*(course.jumps for course in courses))
        inside = {t for t in jumps if monday < t < period.end}
        return sorted({*range(monday, period.end, WEEK), *inside})

    def _paid_at(self, time: int) -> float:
        share = 1.0 if self.share is None else self.share.at(time)
        return self.in_post.at(time) * share

    def _given_at(self, time: int) -> float:
        *_, (_, left) = self.steps(time)
        return left * self.each_gives.at(time)

    def steps(self, time: int) -> Iterator[tuple[str, float]]:
        """Yield the whole-time equivalents left after each step, as at a moment.

        The first step is `in post`; then this service's share of a team; then what is
        taken off, by name.
        """
        left = self.in_post.at(time)
        yield "in post", left
        if self.share is not None:
            left *= self.share.at(time)
            yield "share", left
        for name, course in self.taken_off:
            left *= 1.0 - course.at(time)
            yield name, left

    def at(self, time: int) -> float:
        """Return what is given in a week, as staff were last looked at."""
        return self._given[self._last(time)]

    def paid(self, time: int) -> float:
        """Return the whole-time equivalents in post here, as last looked at."""
        return self._paid[self._last(time)]

    def _last(self, time: int) -> int:
        return max(int(np.searchsorted(self.moments, time, side="right")) - 1, 0)


def _course(number: Number | None, period: Period) -> Course | None:
    return None if number is None else Course(number, period)
