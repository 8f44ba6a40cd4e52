"""Dates: slots that are given out ahead, to some only, or to several at once.

A service that gives out such slots has a diary with a page for each sort of them: those
for everybody, and those of each reserve. A page knows the first slot that is neither
past nor taken. Dates that are given back stand apart until somebody takes them.
"""

import numpy as np

from kernels.jit import jit_inside
from kernels.layout import NEVER
from kernels.slots import next_of, slot_length
from kernels.state import (
    DATE_LENGTH,
    DATE_PAGE,
    DATE_TIME,
    NOW,
    RETURNED,
    X_PAGE,
    State,
    Tables,
)

NONE = -1
"""Instead of a page: there is no date. Below it stand dates that were given back."""


@jit_inside
def page_for(tables: Tables, state: State, service: int, reserve: int) -> int:
    """Return where the earliest date is that those of a reserve could be given now.

    A page; or -2 - row of a date that was given back; or NONE. Of dates at one moment
    their own come first, then those for everybody.
    """
    n, desk, row = state.n, state.desks[service], tables.services[service]
    earliest, latest = n[NOW] + row["notice"], n[NOW] + row["ahead"]
    best, due, rank = NONE, NEVER, NEVER
    for number in range(desk["page"], desk["page"] + desk["pages"]):
        page = state.diary[number]
        if page["due"] < earliest:
            session, slot, due_now = _first_of(tables, page, desk, earliest)
            page["session"], page["slot"], page["due"] = session, slot, due_now
        time, at = page["due"], _rank(page, number, reserve, page["due"], n[NOW])
        is_next = time < due or (time == due and at < rank)
        if at < NEVER and time <= latest and is_next:
            best, due, rank = number, time, at
    for i in range(n[RETURNED]):
        number, time = state.returned[i, DATE_PAGE], state.returned[i, DATE_TIME]
        is_here = desk["page"] <= number < desk["page"] + desk["pages"]
        if not is_here or time < earliest or time > latest:
            continue
        at = _rank(state.diary[number], number, reserve, time, n[NOW])
        if at < NEVER and (time < due or (time == due and at < rank)):
            best, due, rank = -2 - i, time, at
    return int(best)


@jit_inside
def _first_of(
    tables: Tables, page: np.void, desk: np.void, earliest: int
) -> tuple[int, int, int]:
    """Return session, slot and moment of the first slot of a page from a moment on."""
    return next_of(
        tables.calendar,
        int(page["session"]),
        int(desk["openings"]),
        int(page["slot"]),
        earliest,
        (page["together"], page["first"], page["last"]),
    )


@jit_inside
def _rank(page: np.void, number: int, reserve: int, time: int, now: int) -> int:
    """Return how a date of a page comes, of those at one moment, for a reserve.

    Its own first; NEVER where the date is not for them.
    """
    if page["reserve"] == reserve and reserve >= 0:
        return -1
    if page["reserve"] < 0:
        return number
    if page["released"] >= 0 and time - page["released"] <= now:
        return number
    return NEVER


@jit_inside
def take_date(tables: Tables, state: State, found: int) -> tuple[int, int, int]:
    """Take a date from where `page_for` found it; return page, moment and length."""
    n = state.n
    if found < NONE:
        row = -2 - found
        number, time = state.returned[row, DATE_PAGE], state.returned[row, DATE_TIME]
        length = state.returned[row, DATE_LENGTH]
        n[RETURNED] -= 1
        for column in range(3):
            state.returned[row, column] = state.returned[n[RETURNED], column]
        return number, time, length
    page = state.diary[found]
    time = page["due"]
    length = slot_length(tables.calendar, page["session"], page["together"])
    page["slot"] += 1
    page["due"] = -1
    return found, time, length


@jit_inside
def return_date(state: State, row: int) -> None:
    """Give back the date of a patient who will not come; forget those that are past."""
    n, person, i = state.n, state.people[row], 0
    while i < n[RETURNED]:
        if state.returned[i, DATE_TIME] < n[NOW]:
            n[RETURNED] -= 1
            for column in range(3):
                state.returned[i, column] = state.returned[n[RETURNED], column]
        else:
            i += 1
    state.returned[n[RETURNED], DATE_PAGE] = state.extra[row, X_PAGE]
    state.returned[n[RETURNED], DATE_TIME] = person["delay"]
    state.returned[n[RETURNED], DATE_LENGTH] = person["left"]
    n[RETURNED] += 1


@jit_inside
def next_page_look(tables: Tables, state: State, service: int) -> int:
    """Return when a date may be given out next that cannot be given out now."""
    now, desk, row = state.n[NOW], state.desks[service], tables.services[service]
    wake, ahead = NEVER, row["ahead"]
    earliest = now + max(row["notice"], 1) if ahead == 0 else now + row["notice"]
    for number in range(desk["page"], desk["page"] + desk["pages"]):
        page = state.diary[number]
        _, _, due = _first_of(tables, page, desk, earliest)
        if due == NEVER:
            continue
        given = due - ahead
        if now < given < wake:
            wake = given
        if page["reserve"] >= 0 and page["released"] >= 0:
            given = max(given, due - page["released"])
            if now < given < wake:
                wake = given
    for i in range(state.n[RETURNED]):
        number = state.returned[i, DATE_PAGE]
        if desk["page"] <= number < desk["page"] + desk["pages"]:
            page = state.diary[number]
            if page["reserve"] >= 0 and page["released"] >= 0:
                given = state.returned[i, DATE_TIME] - page["released"]
                if now < given < wake:
                    wake = given
    return int(wake)
