"""Times of the week as texts, and which of them overlap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, product

from kernels.layout import DAY, HOUR, MINUTE
from scenarios.openings import opens_on
from scenarios.problems import did_you_mean, quoted
from scenarios.scenario import WeekTime
from scenarios.texts import TextError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY = (True,) * 7
NAMED = {
    "every day": (EVERY, "as other days"),
    "working days": ((True,) * 5 + (False,) * 2, "not"),
    "weekends": ((False,) * 5 + (True,) * 2, "as other days"),
    "bank holidays": (EVERY, "only"),
}
DAYS_HINT = (
    "Days: Mon to Sun, Mon-Fri, every day, working days, weekends, bank holidays."
)
HOURS = re.compile(r"\S*[0-9]\S*")


def week_time(text: str, *, instants: bool = False) -> WeekTime:
    """Return a time of the week; with `instants`, it may be one.

    Raises
    ------
    TextError
        If the text is none; the message names the part that is wrong.
    """
    tidy = re.sub(r"\s*[-\u2013]\s*", "-", " ".join(text.split()))
    tidy = re.sub(r"(?i)([0-9]) ([ap]\.?m\b)", r"\1\2", tidy)
    if not tidy:
        raise TextError(f"a time of the week is missing. {DAYS_HINT}")
    head, _, last = tidy.rpartition(" ")
    days, hours = (head, last) if HOURS.fullmatch(last) else (tidy, "")
    in_text = "" if (days, hours) in (("", tidy), (tidy, "")) else f" in {quoted(text)}"
    held, holidays = _days(days, in_text) if days else NAMED["every day"]
    if instants and hours and "-" not in hours:
        _mind_halves_of_days(hours, in_text)
        begin = end = _clock(hours, in_text)
        if begin == DAY:
            raise TextError(f"{quoted(hours)}{in_text} is 00:00 of the next day.")
    else:
        begin, end = _hours(hours, in_text) if hours else (0, DAY)
    return WeekTime(held, holidays, begin, end)


def _days(text: str, in_text: str) -> tuple[tuple[bool, ...], str]:
    if text in NAMED:
        return NAMED[text]
    held = [False] * 7
    for part in text.split(" "):
        first, dash, last = part.partition("-")
        a, b = _day(first, text, in_text), _day(last if dash else first, text, in_text)
        for day in range(a, b + 1 if b >= a else b + 8):
            if held[day % 7]:
                raise TextError(f"{quoted(DAYS[day % 7])}{in_text} stands twice.")
            held[day % 7] = True
    return tuple(held), "as other days"


def _day(name: str, text: str, in_text: str) -> int:
    if name not in DAYS:
        raise TextError(
            f"{quoted(name)}{in_text} is not a day.{_right_day(name, text)} {DAYS_HINT}"
        )
    return DAYS.index(name)


def _right_day(name: str, text: str) -> str:
    for day in DAYS:
        if len(name) > 1 and name[:3].title() == day[: len(name)]:
            return f" Did you mean '{day}'?"
    return did_you_mean(name, DAYS) or did_you_mean(text, NAMED)


def _hours(text: str, in_text: str) -> tuple[int, int]:
    _mind_halves_of_days(text, in_text)
    first, dash, last = text.partition("-")
    begin = _clock(first, in_text)
    if not dash:
        raise TextError(
            f"{quoted(text)}{in_text} is one instant. Write from when to when: "
            f"{text}-17:00."
        )
    end = _clock(last, in_text)
    if begin in (end, DAY):
        raise TextError(
            f"{quoted(text)}{in_text} begins and ends at the same time. The whole day "
            "is 00:00-24:00."
        )
    return begin, end if end > begin else end + DAY


def _mind_halves_of_days(text: str, in_text: str) -> None:
    """Refuse hours with am and pm, and say what they are."""
    first, dash, last = text.partition("-")
    if not re.search(r"(?i)[0-9][ap]\.?m", text):
        return
    right = [_of_24_hours(first), _of_24_hours(last) if dash else "17:00"]
    write = "" if None in right else f" Write {right[0]}-{right[1]}."
    raise TextError(
        f"{quoted(text)}{in_text} is not a time of day.{write} "
        "Hours run from 00:00 to 24:00."
    )


def _of_24_hours(text: str) -> str | None:
    """Return what 8am, 8.30am or 8:30pm are; None if they are nothing."""
    match = re.fullmatch(
        r"([0-9]{1,2})(?:[:.]([0-9]{2}))?([ap])?\.?m?\.?", text.lower()
    )
    if match is None or int(match[2] or 0) > 59:
        return None
    hour = int(match[1])
    if match[3] and not 1 <= hour <= 12:
        return None
    if match[3]:
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    return f"{hour:02d}:{match[2] or '00'}" if hour < 24 else None


def _clock(text: str, in_text: str) -> int:
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2})", text)
    time = int(match[1]) * HOUR + int(match[2]) * MINUTE if match else -1
    if match is None or int(match[2]) > 59 or time > DAY:
        raise TextError(
            f"{quoted(text)}{in_text} is not a time of day.{_right_clock(text)} "
            "Hours run from 00:00 to 24:00."
        )
    return time


def _right_clock(text: str) -> str:
    match = re.fullmatch(r"([0-9]{1,2})[:.]?([0-9]{2})?", text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return ""
    return f" Write {int(match[1]):02d}:{int(match[2] or 0):02d}."


def overlaps(times: Sequence[WeekTime], *, holidays: bool) -> list[tuple[int, int]]:
    """Return the pairs of times that hold at one moment, each pair once.

    Parameters
    ----------
    times : sequence of WeekTime
        Entries of one calendar.
    holidays : bool
        Whether there are bank holidays at all.
    """
    found = set()
    flags = (False, True) if holidays else (False,)
    for weekday, today, yesterday in product(range(7), flags, flags):
        spans = [
            *_spans(times, (weekday - 1) % 7, yesterday, -DAY),
            *_spans(times, weekday, today, 0),
        ]
        for (i, a, b), (j, c, d) in combinations(spans, 2):
            if max(a, c, 0) < min(b, d, DAY):
                found.add((min(i, j), max(i, j)))
    return sorted(found)


def _spans(
    times: Sequence[WeekTime], weekday: int, holiday: bool, shift: int
) -> list[tuple[int, int, int]]:
    held = opens_on(times, weekday, holiday)
    # An instant is counted as a microsecond, which nothing else may share.
    ends = [max(t.end, t.begin + 1) for t in times]
    return [
        (i, t.begin + shift, ends[i] + shift) for i, t in enumerate(times) if held[i]
    ]
