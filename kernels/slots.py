"""When the slots of a session fall due, and for whom they are."""

from kernels.jit import jit
from kernels.layout import NEVER, Table


@jit
def slot_time(begin: int, until: int, slots: int, slot: int) -> int:
    """Return the moment of a slot (from 0) of a session, in microseconds."""
    return begin + slot * (until - begin) // slots


@jit
def next_slot(
    calendar: Table, session: int, sessions: int, slot: int, now: int
) -> tuple[int, int, int]:
    """Return the first slot that is neither past nor taken, and its moment.

    Parameters
    ----------
    calendar : ndarray of OPENING
    session, sessions : int
        The row of the session to begin with, and the row after the last.
    slot : int
        The first slot of that session that is not taken.
    now : int
        Microseconds.

    Returns
    -------
    session, slot, time : int
        `time` is NEVER, and `session` is `sessions`, if there is none.
    """
    return next_of(calendar, session, sessions, slot, now, (1, NEVER, 0))


@jit
def next_of(
    calendar: Table,
    session: int,
    sessions: int,
    slot: int,
    now: int,
    sort: tuple[int, int, int],
) -> tuple[int, int, int]:
    """Return the first slot of a sort that is neither past nor taken, and its moment.

    Parameters
    ----------
    calendar, session, sessions, slot, now
        As for `next_slot`.
    sort : tuple of int
        How many slots have one moment together; and of a session's slots, all but the
        last so many do not count as of this sort, nor do the last so many: those kept
        back are the last of each session, one reserve after the other.
    """
    together, first, last = sort
    while session < sessions:
        row = calendar[session]
        begin, until = int(row["time"]), int(row["until"])
        slots = int(row["capacity"])
        missed = -((begin - now) * slots // (until - begin))
        missed = -(-missed // together) * together
        slot = max(slot, missed, slots - first, 0)
        if slot < slots - last:
            moment = slot // together * together
            return session, slot, slot_time(begin, until, slots, moment)
        session += 1
        slot = 0
    return session, 0, NEVER


@jit
def slot_length(calendar: Table, session: int, together: int) -> int:
    """Return how long a slot of a session is, in microseconds."""
    row = calendar[session]
    length = (int(row["until"]) - int(row["time"])) * together // int(row["capacity"])
    return int(min(length, int(row["until"]) - int(row["time"])))
